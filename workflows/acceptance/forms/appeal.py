"""Appeal against a failure, or accept it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.acceptance import Purpose, file_appeal

from ...fields import Text
from ...models import Outcome
from .unit import AcceptanceForm

APPEAL, ACCEPT = "appeal", "accept"


class AppealForm(AcceptanceForm):
    """Reasons and evidence; accepting the conclusion ends the case."""

    choice = forms.ChoiceField(
        label=gettext_lazy("对验收结论"),
        choices=[(APPEAL, gettext_lazy("提出申诉")), (ACCEPT, gettext_lazy("接受结论"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择提出申诉，或接受结论。")},
    )
    reason = Text(
        label=gettext_lazy("申诉理由"),
        max_length=1500,
        required=False,
        rows=6,
        help_text=gettext_lazy("写明对哪些项目、哪些扣分有异议，事实和依据是什么。"),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.add_slot("files_appeal", str(_("申诉材料")), self.acceptance, Purpose.APPEAL)
        self.initial["reason"] = self.acceptance.appeal_reason

    @property
    def evidence(self) -> dict[str, Any]:
        return self.file_group("files_appeal")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("choice") == APPEAL and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("申诉须写明理由，请填写后再提交。"))
        return data

    def save(self) -> tuple[Outcome, str]:
        """Keep the appeal; returns how the step is decided and what stands on record."""
        data = self.cleaned_data
        if data["choice"] == ACCEPT:
            return Outcome.APPROVED, _("接受验收结论，不申诉。")
        file_appeal(self.acceptance, reason=data["reason"], by=self.by, at=self.at)
        return Outcome.SUBMITTED, data["reason"]
