"""The form by which a member goes through all nominees and says with whom there is a conflict."""

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields

from ..recusals import Checked
from ..rules.conflicts import Ground

CHOICES = (
    ("", _("没有")),
    (Ground.RELATIVE.value, _("亲属关系")),
    (Ground.OTHER.value, _("其他关系")),
)


class ConflictsForm(forms.Form):
    """A choice per nominee, a note where the ground is another, and the statement that all were gone through."""

    complete = forms.BooleanField(
        label=_("我已逐一核对以上全部推荐对象，所申报的情况属实。"),
        error_messages={"required": _("请逐一核对后勾选确认。")},
    )

    def __init__(self, *args, rows: list[Checked], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            pk, name = row.nomination.pk, row.nomination.name
            self.fields[f"ground_{pk}"] = forms.ChoiceField(
                label=name,
                choices=CHOICES,
                required=False,
                widget=forms.RadioSelect,
                initial=row.declared.value if row.declared else "",
            )
            self.fields[f"note_{pk}"] = forms.CharField(
                label=_("是什么关系"), max_length=200, required=False, initial=row.note
            )
        self.order_fields([*(key for key in self.fields if key != "complete"), "complete"])
        name_missing_fields(self)

    def lines(self) -> list[tuple[Checked, BoundField, BoundField]]:
        """Each nominee with its two fields."""
        return [
            (row, self[f"ground_{row.nomination.pk}"], self[f"note_{row.nomination.pk}"]) for row in self.rows
        ]

    def said(self) -> dict[int, tuple[Ground | None, str]]:
        """What the member says, by nomination; of a clean form."""
        found = {}
        for row in self.rows:
            pk = row.nomination.pk
            ground = self.cleaned_data[f"ground_{pk}"]
            found[pk] = (Ground(ground) if ground else None, self.cleaned_data[f"note_{pk}"])
        return found
