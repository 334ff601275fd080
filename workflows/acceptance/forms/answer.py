"""What the unit says to the findings: to each and to all of them together. That there is no objection is an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.acceptance import answer_findings
from orgs.models import AcceptanceItem

from ...fields import Text
from .unit import AcceptanceForm

AGREE, OBJECT = "agree", "object"


class AnswerForm(AcceptanceForm):
    """An answer to each item that lost points, and one to the whole."""

    stance = forms.ChoiceField(
        label=gettext_lazy("对验收意见"),
        choices=[(AGREE, gettext_lazy("无异议")), (OBJECT, gettext_lazy("有异议或说明"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择无异议，或有异议并说明。")},
    )
    answer = Text(
        label=gettext_lazy("总体答复"),
        max_length=1500,
        required=False,
        rows=4,
        help_text=gettext_lazy("答复随验收意见一并报送，供提出建议和作出认定的人员参考。"),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        for _item, row in self.found():
            self.fields[f"answer_{row.position}"] = Text(
                label=_("对此项的答复"), max_length=500, required=False, rows=2
            )
            self.initial[f"answer_{row.position}"] = row.answer

    def found(self) -> list[tuple[dict[str, Any], AcceptanceItem]]:
        """The items that were not met or lost points, in the order of the standard."""
        return [
            (item, row)
            for item, row in self.standard_items()
            if row.points is not None and (row.points < row.full or not row.met)
        ]

    @property
    def findings(self) -> list[dict[str, Any]]:
        return [
            {"item": item, "row": row, "answer": self[f"answer_{row.position}"]} for item, row in self.found()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        written = [data.get("answer"), *(data.get(f"answer_{row.position}") for _item, row in self.found())]
        if data.get("stance") == OBJECT and not any(written):
            self.add_error("answer", _("请写明异议或说明：在有关项目下逐项填写，或在此总体答复。"))
        return data

    def save(self) -> str:
        """Keep the answer; returns it as one text for the record."""
        data = self.cleaned_data
        answers = {row.code: data[f"answer_{row.position}"] for _item, row in self.found()}
        whole = data["answer"] or (_("无异议。") if data["stance"] == AGREE else _("见各项答复。"))
        answer_findings(self.acceptance, answer=whole, answers=answers, by=self.by, at=self.at)
        return whole

    def label_of(self, name: str) -> str:
        place = name.rpartition("_")[2]
        row = next((row for row in self.rows.values() if str(row.position) == place), None)
        return _("%(code)s 答复") % {"code": row.code} if row else ""
