"""The form of a delegation."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Person
from .fields import DATE_ERRORS, DayInput, name_missing_fields


class DelegationForm(forms.Form):
    """Who acts in whose place, for which days, and why; only people who may are offered."""

    deputy = forms.ChoiceField(label=_("受托人"), widget=forms.RadioSelect)
    since = forms.DateField(label=_("委托起"), widget=DayInput(), error_messages=DATE_ERRORS)
    until = forms.DateField(
        label=_("委托止"), widget=DayInput(), error_messages=DATE_ERRORS, help_text=_("当日仍有效")
    )
    reason = forms.CharField(
        label=_("委托事由"),
        max_length=100,
        help_text=_("例如“出差”“休假”。"),
    )

    def __init__(self, *args, deputies: list[Person], on: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.deputies = {str(one.pk): one for one in deputies}
        self.fields["deputy"].choices = [(key, one.name) for key, one in self.deputies.items()]
        self.fields["deputy"].error_messages["invalid_choice"] = _(
            "所选人员现在不能受托，请从列出的人员中选择。"
        )
        if len(deputies) == 1:
            self.fields["deputy"].initial = deputies[0].pk
        self.fields["since"].initial = on
        name_missing_fields(self)

    def clean_deputy(self) -> Person:
        return self.deputies[self.cleaned_data["deputy"]]
