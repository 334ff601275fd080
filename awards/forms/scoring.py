"""The score sheet of one nominee: a number per criterion."""

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields

from ..rules.scoring import Criterion


class ScoreForm(forms.Form):
    """Text that looks like a number: what it may be is checked by the action, which never repeats it in a message."""

    def __init__(self, *args, criteria: list[Criterion], points: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for one in criteria:
            attrs = {"inputmode": "decimal", "autocomplete": "off"}
            self.fields[f"points_{one.code}"] = forms.CharField(
                label=one.name,
                max_length=8,
                required=False,
                initial=points.get(one.code, ""),
                widget=forms.TextInput(attrs=attrs | {"class": "form-control", "data-points": one.code}),
            )

    def lines(self) -> list[tuple[Criterion, BoundField]]:
        """Each criterion with its field."""
        return [(one, self[f"points_{one.code}"]) for one in self.criteria]

    def points(self) -> dict[str, str]:
        """What was typed, by code of criterion; of a clean form."""
        return {one.code: self.cleaned_data[f"points_{one.code}"] for one in self.criteria}


class ReopenForm(forms.Form):
    """Why scoring goes on after it was closed."""

    reason = forms.CharField(label=_("重新开放的理由"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
