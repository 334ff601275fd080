"""The forms of the opinion box."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .deciding import OPINION_REQUIRED
from .models import Outcome


class OpinionForm(forms.Form):
    """Outcome and opinion; the outcomes are those that the gate offers at this step."""

    outcome = forms.ChoiceField(
        label=_("审批结论"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择审批结论：同意、退回或不予批准。")},
    )
    opinion = forms.CharField(
        label=_("审批意见"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("请填写意见；退回、不予批准时必填")}),
        error_messages={"max_length": _("意见最多 %(limit_value)d 字，现有 %(show_value)d 字，请精简。")},
    )

    return_to = forms.ChoiceField(
        label=_("退回到"), required=False, help_text=_("补正后直接送回本环节，不再逐级办理。")
    )

    def __init__(
        self,
        *args: Any,
        outcomes: list[Outcome],
        targets: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.return_field: Any = self.fields.pop("return_to")
        self.offer_return(targets)
        field: Any = self.fields["outcome"]
        field.choices = [(one.value, one.label) for one in outcomes]
        if Outcome.APPROVED in outcomes:
            field.initial = Outcome.APPROVED

    def offer_return(self, targets: Sequence[tuple[str, str]]) -> None:
        """Let the person choose among the steps to which the case may be returned; one needs no choice."""
        if len(targets) > 1:
            self.return_field.choices = list(targets)
            self.fields["return_to"] = self.return_field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome = data.get("outcome")
        if (
            outcome in OPINION_REQUIRED
            and not (data.get("opinion") or "").strip()
            and "opinion" not in self.errors
        ):
            self.add_error(
                "opinion",
                _("%(outcome)s必须写明理由，请填写意见后再提交。") % {"outcome": Outcome(outcome).label},
            )
        return data


class StepForm(OpinionForm):
    """An opinion box whose outcomes read as this step means them.

    ``labels`` name outcomes, ``reasons`` are the outcomes that need an opinion although the gate lets them pass
    without one. With a single outcome there is nothing to choose: it is sent along.
    """

    labels: dict[str, str | Promise] = {}
    reasons: frozenset[str] = frozenset()
    question: Promise = _("审批结论")
    remark: Promise = _("意见")
    hint: Promise = _("请填写意见；退回时必填")
    # Nothing is chosen beforehand where one word decides for or against somebody.
    preset = True
    use_required_attribute = False

    def __init__(self, *args: Any, outcomes: list[Outcome], **kwargs: Any) -> None:
        super().__init__(*args, outcomes=outcomes, **kwargs)
        field: Any = self.fields["outcome"]
        opinion: Any = self.fields["opinion"]
        field.label, opinion.label = self.question, self.remark
        opinion.widget.attrs["placeholder"] = self.hint
        field.error_messages["required"] = gettext("请先选择：%(choices)s。") % {
            "choices": gettext("、").join(str(self.labels.get(one.value, one.label)) for one in outcomes)
        }
        field.choices = [(one.value, self.labels.get(one.value, one.label)) for one in outcomes]
        if not self.preset:
            field.initial = None
        if len(outcomes) == 1:
            field.widget = forms.HiddenInput()
            field.initial = outcomes[0].value

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        outcome = data.get("outcome")
        if (
            outcome in self.reasons
            and not (data.get("opinion") or "").strip()
            and "opinion" not in self.errors
        ):
            label = self.labels.get(outcome, Outcome(outcome).label)
            self.add_error(
                "opinion", gettext("“%(outcome)s”必须写明理由，请填写后再提交。") % {"outcome": label}
            )
        return data


class WithdrawalForm(forms.Form):
    """Why a case is taken back; optional."""

    reason = forms.CharField(label=_("撤回原因"), required=False, max_length=300)
