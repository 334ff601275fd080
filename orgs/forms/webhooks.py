"""The form of a webhook."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..enums import WebhookEvent
from ..rules.webhook_address import AddressRefused, is_global, is_literal, split_url
from .fields import name_missing_fields


class WebhookForm(forms.Form):
    """Where events go, and which."""

    url = forms.CharField(
        label=_("接收地址"),
        max_length=300,
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/liuyou", "autocomplete": "off"}),
        help_text=_("以 https:// 开头的公网地址；事件以 POST 发到这里。"),
    )
    events = forms.MultipleChoiceField(
        label=_("事件"),
        choices=WebhookEvent.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一种事件。")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
        self.fields["events"].error_messages["required"] = _("请至少选择一种事件。")

    def clean_url(self) -> str:
        url = self.cleaned_data["url"].strip()
        allow_private = settings.WEBHOOK_ALLOW_PRIVATE
        try:
            host = split_url(url, allow_private=allow_private).hostname
            forms.URLField(assume_scheme="https").clean(url)
        except (AddressRefused, forms.ValidationError) as problem:
            raise forms.ValidationError(
                _("请填写以 https:// 开头的完整地址，地址中不要带用户名和密码。")
            ) from problem
        if not allow_private and is_literal(host) and not is_global(host):
            raise forms.ValidationError(_("不能推送到本机或内部网络。请填写公网可以访问的地址。"))
        return url
