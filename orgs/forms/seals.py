"""The forms of an organization's seal."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import DATE_ERRORS, DayInput, name_missing_fields


class SealForm(forms.Form):
    """A new version of the seal."""

    file = forms.FileField(
        label=_("印章图片"),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
        help_text=_("背景透明的正方形 PNG，边长 600 至 4000 像素，外圈贴近图片边缘，不超过 5 MB。"),
    )
    valid_from = forms.DateField(
        label=_("启用日期"),
        widget=DayInput(),
        error_messages=DATE_ERRORS,
        help_text=_("从这一天起签发的文件盖此章，已签发的文件不变。"),
    )

    def __init__(self, *args, on: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["valid_from"].initial = on
        name_missing_fields(self)

    def clean_valid_from(self) -> dt.date:
        if self.cleaned_data["valid_from"] < self.on:
            raise forms.ValidationError(_("启用日期不能早于今天。请填今天或以后的日期。"))
        return self.cleaned_data["valid_from"]


class WithdrawSealForm(forms.Form):
    """Why a version is not to be used any more."""

    reason = forms.CharField(label=_("停用原因"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
