"""The form by which a nomination is ended whose nominee is no more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields


class EndingForm(forms.Form):
    """Why, with the paper that shows it."""

    reason = forms.CharField(
        label=_("终止原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：单位已注销、团组织已撤销、本人已离职或去世。单位可以看到。"),
    )
    document = forms.FileField(label=_("依据材料"), help_text=_("PDF、图片、docx 或 xlsx。"))
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
