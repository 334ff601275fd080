"""The base of every form that a unit fills in about its case.

Uploaded files are checked and stored as soon as they arrive, whatever else is wrong, and can be taken back until they
are submitted; lists have rows; a form can be looked at again, or put aside, without being judged; two people who save
the same thing are told of each other; every error has a way to its field. A flow first says where its files are kept,
then writes its forms; the page of each is a :class:`workflows.views.unit_page.UnitPage`::

    class PleaForm(UnitForm):
        cabinet = Cabinet(keep=attach_file, drop=remove_file, every=attached_files, loose=removable_files)
        purposes = {"proof": gettext_lazy("证明材料")}  # makes the field file_proof
        reason = Text(label=gettext_lazy("理由"), max_length=500, rows=4)

        def clean(self) -> dict[str, Any]:
            data = super().clean()
            if not self.draft and not self.has_file("file_proof"):
                self.add_error("file_proof", _("请上传证明材料。"))
            return data

        def save(self) -> None:
            file_plea(self.artifact, reason=self.cleaned_data["reason"], by=self.by, at=self.at)

More of what a form may have:

* rows: name ``lists`` and make them in ``build_rows`` (see :mod:`workflows.unit_rows`);
* files about something else than the artifact: ``add_slot`` in ``__init__``;
* putting aside: ``if self.draft: self.relax()`` at the end of ``__init__``, ``save_draft`` (False when something could
  not be kept), and ``keeps`` on the page;
* version conflicts: ``self.refuse_stale()`` in ``clean``, with ``stale_message`` and ``same_named``; the page sends
  ``form.version`` as its hidden field ``version`` and shows ``form.differences``.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from orgs.models import Person

from .unit_files import FilesForm
from .unit_rows import Row, Rows, grow

NEW_ROWS = 3


@dataclass(frozen=True)
class Line:
    """One message at the top of a form: where it belongs, the anchor to go there, and what to do."""

    label: str
    anchor: str
    message: str


class UnitForm(FilesForm):
    """A form of the unit about ``artifact``, on the day ``on``, filled in ``by`` a person at the moment ``at``.

    ``draft`` puts aside what is there without asking for the rest; ``lists`` names the prefixes of the lists of rows.
    """

    use_required_attribute = False
    lists: tuple[str, ...] = ()
    #: Fields that the artifact keeps under the same names; a version conflict shows where they differ.
    same_named: Sequence[str] = ()
    artifact: Any
    data: Any

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        artifact: Any,
        on: dt.date,
        by: Person,
        at: dt.datetime,
        draft: bool = False,
        **kwargs: Any,
    ) -> None:
        data = data.copy() if data is not None else None
        super().__init__(data, files, artifact=artifact, by=by, at=at, **kwargs)
        self.on, self.draft = on, draft
        self.row_sets: dict[str, tuple[object, Rows]] = {}
        self.list_errors: dict[str, list[str]] = {}
        self.wanted: list[forms.Field] = []
        self.hushed = self.is_stale = False

    @property
    def title(self) -> str:
        """What the box at the top says above the errors."""
        return _("还没有提交，请按下面的提示修改。已填写的内容都还在。")

    # -- rows ----------------------------------------------------------------------------------------------------

    def build_rows(self) -> None:
        """Fill ``row_sets`` with the title and the rows of each list, from what was sent or from what is stored."""

    def add_rows(self, prefix: str) -> None:
        if prefix in self.lists:
            grow(self.data, prefix, NEW_ROWS)
            self.said.append(_("已添加 %(count)d 行。") % {"count": NEW_ROWS})

    def all_rows(self) -> list[Row]:
        return [row for _title, rows in self.row_sets.values() for row in rows.forms]

    def rows_valid(self) -> bool:
        return not any(row.errors for _title, rows in self.row_sets.values() for row in rows.filled())

    # -- a second look -------------------------------------------------------------------------------------------

    def relax(self) -> None:
        """Ask for nothing yet; for the end of the ``__init__`` of a draft. What a submission wants stays marked."""
        self.wanted = [field for field in self.fields.values() if field.required]
        for field in self.wanted:
            field.required = False

    def mark_wanted(self) -> None:
        """Let a draft that was judged as one show what a submission will want."""
        for field in [*self.wanted, *(field for row in self.all_rows() for field in row.wanted)]:
            field.required = True

    def hush(self) -> None:
        """Show again what was typed without judging it yet; what is wrong with a file is said at once."""
        self.hushed = True
        form: Any
        for form in (self, *self.all_rows()):
            form._errors, form.cleaned_data = ErrorDict(), {}
        self.complain_of_files()
        self.mark_wanted()

    def unkept(self) -> str:
        """What was typed that putting the form aside does not keep."""
        return ""

    # -- judging -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.complain_of_files()
        return data

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows_valid() and not any(self.list_errors.values())

    def complain(self, problems: Iterable, *, places: dict[str, str]) -> None:
        """Put rule problems where they belong: at a field, or at a list that ``places`` names."""
        for problem in problems:
            if problem.field in places:
                self.list_errors.setdefault(places[problem.field], []).append(problem.message)
            else:
                self.add_error(problem.field if problem.field in self.fields else None, problem.message)

    # -- somebody else saved meanwhile ---------------------------------------------------------------------------

    def refuse_stale(self) -> None:
        """Say once that somebody saved since the page was made, of which its field ``version`` tells. The page then
        carries the new version and can be sent. For :meth:`clean`."""
        if self.data.get("version", "") != str(self.artifact.version):
            self.is_stale = True
            self.add_error(None, self.stale_message())

    def stale_message(self) -> str:
        """Who saved meanwhile, when, and what to do now."""
        raise NotImplementedError

    @property
    def version(self) -> object:
        """The version that the page goes out with: looking again does not hide that the form is stale."""
        return self.data.get("version") if self.hushed else self.artifact.version

    @property
    def differences(self) -> list[Line]:
        """For a stale form: what is stored now where it differs from what was typed."""
        if not self.is_stale:
            return []
        stored = model_to_dict(self.artifact, fields=self.same_named)
        return [
            Line(str(self.fields[name].label), self[name].id_for_label, self._readable(name, stored[name]))
            for name in self.same_named
            if name in self.cleaned_data and (self.cleaned_data[name] or None) != (stored[name] or None)
        ]

    def _readable(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return _("是") if value else _("否")
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value) or _("（空）"))

    # -- errors --------------------------------------------------------------------------------------------------

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
        for prefix in self.row_sets:
            lines += self._list_lines(prefix)
        return lines

    def _list_lines(self, prefix: str) -> list[Line]:
        title, rows = self.row_sets[prefix]
        lines = [
            Line(str(title), f"list-{prefix}", str(message)) for message in self.list_errors.get(prefix, ())
        ]
        for number, form in enumerate(rows.forms, start=1):
            if form not in rows.filled():
                continue
            for field in form:
                values = {"list": title, "row": number, "field": field.label}
                label = _("%(list)s第 %(row)d 行 %(field)s") % values
                lines += [Line(label, field.id_for_label, str(message)) for message in field.errors]
        return lines

    def label_of(self, name: str) -> str:
        """What a field is called away from its place; empty where its own label says it."""
        return ""
