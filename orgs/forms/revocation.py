"""Revoking an acceptance: on what ground, why, and the evidence."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import name_missing_fields

LONGEST = 300


class RevocationForm(forms.Form):
    """``grounds`` are those of the acceptance (:func:`orgs.actions.acceptance.revoking.grounds`)."""

    basis = forms.ChoiceField(label=_("撤销依据"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("查实的情况"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}),
        help_text=_("写明何时、由谁、怎样查实。这段话随撤销通知发给单位和街镇，核验页不显示。"),
    )
    file = forms.FileField(
        label=_("证明材料"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"}),
        help_text=_("核查记录、照片或来函；PDF、图片或 Office 文件。"),
    )
    confirmed = forms.BooleanField(label=_("我已核对：撤销后不能恢复，须重新申请验收"))

    def __init__(self, *args: Any, grounds: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].choices = list(grounds.items())
        name_missing_fields(self)
        self.fields["confirmed"].error_messages["required"] = _("请先勾选确认。")
