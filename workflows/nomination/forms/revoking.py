"""The form by which an award is revoked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields


class RevokingForm(forms.Form):
    """Why, as everybody will read it, with the evidence, which stays inside."""

    reason = forms.CharField(
        label=_("撤销理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写入撤销决定，对外公开。只写事实和依据，不写举报人等个人信息。"),
    )
    evidence = forms.FileField(label=_("依据材料"), help_text=_("PDF、图片、docx 或 xlsx。不公开。"))
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
