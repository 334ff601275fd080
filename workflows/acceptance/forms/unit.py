"""What the unit's forms share: files kept at once, a quiet second look, and every error with a way to its field."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from orgs.actions.acceptance import Purpose, drop_file, files_about, keep_file, open_files
from orgs.models import Acceptance, AcceptanceItem, Person
from orgs.rules.acceptance import items_of
from records.models import StoredFile
from records.uploads import UploadRefused

from ...fields import Files


@dataclass(frozen=True)
class Line:
    """One message at the top of a form: where it belongs, the anchor to go there, and what to do."""

    label: str
    anchor: str
    message: str


@dataclass
class Slot:
    """A place of a form where files are kept: the field that takes them, what they are about and what for."""

    name: str
    about: Acceptance | AcceptanceItem
    purpose: Purpose


class UnitForm(forms.Form):
    """A form of the unit about its acceptance. Files are checked and stored as soon as they arrive, whatever else is
    wrong, and can be taken back until they are submitted."""

    use_required_attribute = False
    data: Any

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        acceptance: Acceptance,
        on: dt.date,
        by: Person,
        at: dt.datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.acceptance, self.on, self.by, self.at = acceptance, on, by, at
        self.standard = acceptance.standard.data
        self.rows = {item.code: item for item in acceptance.items.all()}
        self.slots: dict[str, Slot] = {}
        self.upload_errors: dict[str, list[str]] = {}
        self.said: list[str] = []

    @property
    def title(self) -> str:
        return _("还没有提交，请按下面的提示修改。已填写的内容都还在。")

    # -- files ---------------------------------------------------------------------------------------------------

    def add_slot(
        self, name: str, label: str, about: Acceptance | AcceptanceItem, purpose: Purpose, **more: Any
    ) -> None:
        self.fields[name] = Files(label=label, **more)
        self.slots[name] = Slot(name, about, purpose)

    def take_files(self) -> None:
        """Store what was chosen and can be stored; the rest is reported at its field."""
        for slot in self.slots.values():
            for file in self.files.getlist(slot.name) if self.files else ():
                self.store(slot, file)

    def store(self, slot: Slot, file: Any) -> StoredFile | None:
        try:
            kept = keep_file(slot.about, file, purpose=slot.purpose, by=self.by, at=self.at)
        except UploadRefused as refused:
            self.upload_errors.setdefault(slot.name, []).append(str(refused))
            return None
        self.said.append(_("已保存文件“%(name)s”。") % {"name": file.name})
        return kept

    def remove(self, file_id: str) -> None:
        if file_id.isdigit() and drop_file(self.acceptance, int(file_id)):
            self.said.append(_("已删除文件。"))

    @cached_property
    def stored(self) -> dict[tuple[str, int], list[tuple[StoredFile, bool]]]:
        """The files by purpose and by what they are about, each with whether it may still be taken back; read once,
        after what was sent has been stored and removed."""
        removable = set(open_files(self.acceptance).values_list("pk", flat=True))
        found: dict[tuple[str, int], list[tuple[StoredFile, bool]]] = {}
        for file in files_about(self.acceptance):
            rows = found.setdefault((file.purpose, file.about_id or 0), [])
            rows.append((file, file.pk in removable))
        return found

    def file_group(self, name: str) -> dict[str, Any]:
        """One place for files, as its page shows it."""
        slot = self.slots[name]
        files = self.stored.get((slot.purpose, slot.about.pk), [])
        return {"field": self[name], "name": name, "files": files}

    def has_file(self, name: str) -> bool:
        return bool(self.file_group(name)["files"])

    # -- judging -------------------------------------------------------------------------------------------------

    def hush(self) -> None:
        """Show again what was typed without judging it yet; what is wrong with a file is said at once."""
        self._errors = ErrorDict()
        self.cleaned_data = {}
        self.complain_of_files()

    def complain_of_files(self) -> None:
        for name, problems in self.upload_errors.items():
            for problem in problems:
                self.add_error(name, problem)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.complain_of_files()
        return data

    def unkept(self) -> str:
        """What was typed that putting the form aside does not keep."""
        return self.cleaned_data.get("opinion", "")

    @property
    def error_lines(self) -> list[Line]:
        """Everything wrong, in the order of the page, for the box at the top."""
        if not self.is_bound:
            return []
        lines = [Line("", "", str(message)) for message in self.non_field_errors()]
        for field in self:
            anchor = f"{field.auto_id}_group" if field.use_fieldset else field.id_for_label
            label = self.label_of(field.name) or str(field.label)
            lines += [Line(label, anchor, str(message)) for message in field.errors]
        return lines

    def label_of(self, name: str) -> str:
        """What a field is called away from its place; empty where its own label says it."""
        return ""

    # -- the standard --------------------------------------------------------------------------------------------

    def standard_items(self) -> Iterator[tuple[dict[str, Any], AcceptanceItem]]:
        """Each item of the frozen standard with its row, in their order."""
        for item in items_of(self.standard):
            yield item, self.rows[item["code"]]
