"""What was done about each item that was not met, when, and the proof of it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.acceptance import (
    Purpose,
    Rectified,
    failed_items,
    report_rectification,
    save_rectification,
)
from orgs.models import AcceptanceItem

from ...fields import Day, Text, future_problem
from .unit import AcceptanceForm


class RectifyForm(AcceptanceForm):
    """What was done about each failed item."""

    opinion = Text(label=gettext_lazy("整改说明"), max_length=1000, required=False, rows=3)

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        failed = set(failed_items(self.acceptance).values_list("code", flat=True))
        self.failed = [(item, row) for item, row in self.standard_items() if row.code in failed]
        for _item, row in self.failed:
            self.add_item(row)

    def add_item(self, row: AcceptanceItem) -> None:
        place, wanted = row.position, not self.draft
        self.fields[f"done_{place}"] = Text(label=_("整改情况"), max_length=500, rows=3, required=wanted)
        self.fields[f"on_{place}"] = Day(label=_("完成日期"), required=wanted)
        self.add_slot(f"files_{place}", str(_("整改材料")), row, Purpose.RECTIFICATION)
        self.initial.update({f"done_{place}": row.rectification, f"on_{place}": row.rectified_on})

    @property
    def parts(self) -> list[dict[str, Any]]:
        return [
            {
                "item": item,
                "row": row,
                "done": self[f"done_{row.position}"],
                "on": self[f"on_{row.position}"],
                "files": self.file_group(f"files_{row.position}"),
            }
            for item, row in self.failed
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for _item, row in self.failed:
            self.check_day(row, data)
            name = f"files_{row.position}"
            if not self.draft and name not in self.errors and not self.has_file(name):
                self.add_error(name, _("请上传能够证明整改完成的照片或材料。"))
        return data

    def check_day(self, row: AcceptanceItem, data: dict[str, Any]) -> None:
        name, day = f"on_{row.position}", data.get(f"on_{row.position}")
        if problem := future_problem(day, self.on, _("完成日期")):
            self.add_error(name, problem)

    def done(self) -> dict[str, Rectified]:
        data = self.cleaned_data
        return {
            row.code: Rectified(data[f"done_{row.position}"], data[f"on_{row.position}"])
            for _item, row in self.failed
        }

    def save_draft(self) -> bool:
        """Keep what was filled in; False when something of it cannot be kept as it stands."""
        if not self.is_valid():
            return False
        save_rectification(self.acceptance, done=self.done())
        return True

    def unkept(self) -> str:
        return self.cleaned_data.get("opinion", "")

    def save(self) -> None:
        report_rectification(self.acceptance, done=self.done(), by=self.by, at=self.at)

    def label_of(self, name: str) -> str:
        place = name.rpartition("_")[2]
        row = next((row for _item, row in self.failed if str(row.position) == place), None)
        return _("%(code)s %(field)s") % {"code": row.code, "field": self.fields[name].label} if row else ""
