"""Whom to nominate for an honour of persons: the name and the date of birth, by which persons are told apart."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ...fields import Day, Text, future_problem


class WhomForm(forms.Form):
    """The person; everything else is asked for on the page of the nomination."""

    use_required_attribute = False
    name = Text(label=_("姓名"), max_length=40)
    born_on = Day(label=_("出生日期"), help_text=_("用于区分同名人员和核对年龄条件，只对办理人员显示到日。"))

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_born_on(self) -> dt.date:
        day = self.cleaned_data["born_on"]
        if problem := future_problem(day, self.on, self.fields["born_on"].label):
            raise forms.ValidationError(problem)
        return day

    def clean_name(self) -> str:
        """Without the spaces that people type between the characters of a short name."""
        name = self.cleaned_data["name"]
        return name if name.isascii() else "".join(name.split())
