"""The form of the list of an honour: whom, what, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import Nomination

# As the outcomes of the step, whose colours and icons they have.
APPROVE, DROP, AGAIN = "approved", "removed", "again"
CHOICES = (
    (APPROVE, gettext_lazy("同意列入公示名单")),
    (DROP, gettext_lazy("名额减少，移出名单")),
    (AGAIN, gettext_lazy("重新评审")),
)


class ListDecisionForm(forms.Form):
    """One decision about the chosen names."""

    nominees = forms.MultipleChoiceField(
        label=gettext_lazy("对象"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("有对象已不在名单上，请刷新页面。")},
    )
    decision = forms.ChoiceField(
        label=gettext_lazy("审定结论"), choices=CHOICES, widget=forms.RadioSelect, initial=APPROVE
    )
    opinion = forms.CharField(
        label=gettext_lazy("意见"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("移出名单、重新评审时必填。"),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, nominations: Sequence[Nomination], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nominations = {str(one.pk): one for one in nominations}
        field: Any = self.fields["nominees"]
        field.choices = [(key, one.name) for key, one in self.nominations.items()]
        self.fields["decision"].error_messages["required"] = _("请选择审定结论。")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("nominees") and "nominees" not in self.errors:
            self.add_error("nominees", _("请至少选择一个对象。"))
        if data.get("decision") in (DROP, AGAIN) and not (data.get("opinion") or "").strip():
            self.add_error("opinion", _("移出名单、重新评审须写明理由。"))
        return data

    @property
    def chosen(self) -> list[Nomination]:
        return [self.nominations[key] for key in self.cleaned_data["nominees"]]
