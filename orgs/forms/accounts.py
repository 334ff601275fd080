"""The forms of a unit's accounts and contacts."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import Role
from ..permissions import UNIT_ROLES
from ..rules.masking import PHONE_SHAPE
from .fields import DATE_ERRORS, DayInput, name_missing_fields


class RoleForm(forms.Form):
    """Base of the two ways to give a post in a unit."""

    role = forms.ChoiceField(
        label=_("角色"),
        widget=forms.RadioSelect,
        choices=[(role.value, role.label) for role in Role if role in UNIT_ROLES],
    )
    name = forms.CharField(label=_("姓名"), max_length=40)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class NewAccountForm(RoleForm):
    """An account for a new person."""

    phone = forms.CharField(
        label=_("电话"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    username = forms.RegexField(
        label=_("用户名"),
        regex=r"^[A-Za-z0-9._-]{3,40}$",
        required=False,
        help_text=_("留空则按姓名拼音生成。"),
        error_messages={"invalid": _("用户名用 3—40 个字母、数字、点、下划线或连字符，请改填。")},
    )

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].replace(" ", "")
        if not PHONE_SHAPE.fullmatch(phone):
            raise forms.ValidationError(_("不像电话号码。请核对，例如 010-55550101 或 11 位手机号。"))
        return phone


class ExistingPersonForm(RoleForm):
    """A post for somebody who has an account."""

    username = forms.CharField(label=_("用户名"), max_length=150)


class EndPostForm(forms.Form):
    """The last day of a post."""

    until = forms.DateField(label=_("任职止"), widget=DayInput(), error_messages=DATE_ERRORS)

    def __init__(self, *args, on: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["until"].initial = on
        name_missing_fields(self)

    def clean_until(self) -> dt.date:
        if self.cleaned_data["until"] > self.on:
            raise forms.ValidationError(_("任职止不能晚于今天：权限随即收回。请填今天或更早的日期。"))
        return self.cleaned_data["until"]


class RevealForm(forms.Form):
    """Why somebody needs to see a contact in full."""

    reason = forms.CharField(label=_("查看理由"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
