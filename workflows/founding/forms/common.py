"""What the forms of the flow share: files kept at once, rows, messages with links, and a quiet second look."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from orgs.actions.founding import attach_file, attached_files, removable_files, remove_file
from orgs.models import Founding, Person
from records.uploads import UploadRefused

from ...fields import Files
from .rows import Rows, grow

NEW_ROWS = 3


@dataclass(frozen=True)
class Line:
    """One message at the top of a form: where it belongs, the anchor to go there, and what to do."""

    label: str
    anchor: str
    message: str


class FoundingForm(forms.Form):
    """A form of a founding case. Uploaded files are checked and stored as soon as they arrive, whatever else is
    wrong; rows can be added without sending the form off.

    ``purposes`` names the kinds of files, ``lists`` the prefixes of its lists of rows.
    """

    use_required_attribute = False
    purposes: dict = {}
    lists: tuple[str, ...] = ()
    data: Any

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        founding: Founding,
        on: dt.date,
        by: Person,
        at: dt.datetime,
        **kwargs: Any,
    ) -> None:
        data = data.copy() if data is not None else None
        super().__init__(data, files, **kwargs)
        self.founding, self.on, self.by, self.at = founding, on, by, at
        self.row_sets: dict[str, tuple[object, Rows]] = {}
        self.upload_errors: dict[str, list[str]] = {}
        self.list_errors: dict[str, list[str]] = {}
        self.said: list[str] = []
        self.hushed = False
        for purpose, label in self.purposes.items():
            self.fields[f"file_{purpose}"] = Files(label=label)

    # -- files ---------------------------------------------------------------------------------------------------

    def take_files(self) -> None:
        """Store what was chosen and can be stored; the rest is reported at its field."""
        for purpose in self.purposes:
            for file in self.files.getlist(f"file_{purpose}") if self.files else ():
                try:
                    attach_file(self.founding, file, purpose=purpose, by=self.by, at=self.at)
                except UploadRefused as refused:
                    self.upload_errors.setdefault(f"file_{purpose}", []).append(str(refused))
                else:
                    self.said.append(_("已保存文件“%(name)s”。") % {"name": file.name})

    def remove(self, file_id: str) -> None:
        if file_id.isdigit() and remove_file(self.founding, int(file_id)):
            self.said.append(_("已删除文件。"))

    def file_groups(self) -> list[dict]:
        """The stored files by purpose, with the field that adds more."""
        removable = set(removable_files(self.founding).values_list("pk", flat=True))
        stored = list(attached_files(self.founding))
        return [
            {
                "field": self[f"file_{purpose}"],
                "purpose": purpose,
                "files": [(file, file.pk in removable) for file in stored if file.purpose == purpose],
            }
            for purpose in self.purposes
        ]

    def has_file(self, purpose: str) -> bool:
        return attached_files(self.founding).filter(purpose=purpose).exists()

    # -- rows ----------------------------------------------------------------------------------------------------

    def add_rows(self, prefix: str) -> None:
        if prefix in self.lists:
            grow(self.data, prefix, NEW_ROWS)
            self.said.append(_("已添加 %(count)d 行。") % {"count": NEW_ROWS})

    def hush(self) -> None:
        """Show again what was typed without judging it yet."""
        self.hushed = True
        self._errors = ErrorDict()
        self.cleaned_data = {}
        for _title, rows in self.row_sets.values():
            for form in rows.forms:
                form._errors, form.cleaned_data = ErrorDict(), {}
        for name, problems in self.upload_errors.items():
            for problem in problems:
                self.add_error(name, problem)

    # -- judging -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, problems in self.upload_errors.items():
            for problem in problems:
                self.add_error(name, problem)
        return data

    def rows_valid(self) -> bool:
        return not any(form.errors for _title, rows in self.row_sets.values() for form in rows.filled())

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows_valid() and not any(self.list_errors.values())

    def complain(self, problems: Iterable, *, places: dict[str, str]) -> None:
        """Put rule problems where they belong: at a field, or at a list that ``places`` names."""
        for problem in problems:
            if problem.field in places:
                self.list_errors.setdefault(places[problem.field], []).append(problem.message)
            else:
                self.add_error(problem.field if problem.field in self.fields else None, problem.message)

    @property
    def error_lines(self) -> list[Line]:
        """Everything wrong, in the order of the page, for the box at the top."""
        if not self.is_bound:
            return []
        lines = [Line("", "", str(message)) for message in self.non_field_errors()]
        for field in self:
            anchor = f"{field.auto_id}_group" if field.use_fieldset else field.id_for_label
            lines += [Line(str(field.label), anchor, str(message)) for message in field.errors]
        for prefix, (title, rows) in self.row_sets.items():
            lines += [
                Line(str(title), f"list-{prefix}", str(message))
                for message in self.list_errors.get(prefix, ())
            ]
            for number, form in enumerate(rows.forms, start=1):
                if form not in rows.filled():
                    continue
                for field in form:
                    label = _("%(list)s第 %(row)d 行 %(field)s") % {
                        "list": title,
                        "row": number,
                        "field": field.label,
                    }
                    lines += [Line(label, field.id_for_label, str(message)) for message in field.errors]
        return lines
