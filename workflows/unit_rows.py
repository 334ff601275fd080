"""Lists of rows in the forms of a unit: a blank row counts as none, a half-filled one is never lost.

A list is a :class:`Row` with its fields, made into a formset by :func:`rows_of` in the form's ``build_rows``.
"""

import datetime as dt
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .fields import future_problem

MOST_ROWS = 700


class Row(forms.Form):
    """One row; ``complete`` tells whether what is missing counts (not while a draft is put aside)."""

    def __init__(self, *args: Any, on: dt.date, complete: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.wanted = [field for field in self.fields.values() if field.required]
        if not complete:
            for field in self.wanted:
                field.required = False
        self.complete = complete

    def not_in_future(self, *names: str) -> None:
        for name in names:
            problem = future_problem(self.cleaned_data.get(name), self.on, self.fields[name].label)
            if problem:
                self.add_error(name, problem)

    def values(self) -> dict[str, Any]:
        """What was understood of the row, with the empty value of each field in place of the rest."""
        self.is_valid()  # cleans once, and leaves errors that the form added later
        found = self.cleaned_data
        return {
            name: found.get(name, field.initial if field.initial is not None else field.to_python(""))
            for name, field in self.fields.items()
            if name != DELETION_FIELD_NAME
        }


class Rows(forms.BaseFormSet):
    """A formset whose rows are all new when they come back: what is stored is replaced as a whole."""

    @property
    def can_delete_extra(self) -> bool:
        return True

    @can_delete_extra.setter
    def can_delete_extra(self, value: bool) -> None:
        """Set by the factory; every row can be taken out here."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def filled(self) -> list[Row]:
        """The rows that hold something and are not to be deleted, in order."""
        return [
            form
            for form in self.forms
            if form.has_changed() and not form.data.get(form.add_prefix(DELETION_FIELD_NAME))
        ]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields[DELETION_FIELD_NAME].label = _("删除")


def rows_of(row: type[Row], *, extra: int) -> type[Rows]:
    made: Any = forms.formset_factory(
        row, formset=Rows, extra=extra, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    return made


def grow(data: QueryDict, prefix: str, count: int) -> None:
    """Let a sent formset have more rows."""
    key = f"{prefix}-TOTAL_FORMS"
    data[key] = str(min(total_rows(data, prefix) + count, MOST_ROWS))


def total_rows(data: QueryDict, prefix: str) -> int:
    value = data.get(f"{prefix}-TOTAL_FORMS", "")
    return min(int(value), MOST_ROWS) if value.isascii() and value.isdigit() else 0
