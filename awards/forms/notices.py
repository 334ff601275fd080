"""Forms of public notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields


class NoticeForm(forms.Form):
    """What a notice is about, as its letter says it."""

    subject = forms.CharField(
        label=_("公示事项"),
        max_length=80,
        help_text=_("写入标题：关于……的公示，例如：2014年度优秀共青团干部拟表彰对象。"),
    )
    introduction = forms.CharField(
        label=_("公示说明"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 600}),
        help_text=_("公示正文的第一段。公示时间、反映方式和名单自动写入，不用填写。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class CancelNoticeForm(forms.Form):
    """Why a notice is taken back; the public page says it."""

    reason = forms.CharField(
        label=_("撤回理由"),
        max_length=300,
        help_text=_("显示在公示页上，例如：名单中单位名称有误，更正后重新公示。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
