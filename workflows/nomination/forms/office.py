"""The opinion boxes of sub-district and district: outcomes as they read at each step, and what forbids them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.rules.eligibility import Finding, failed

from ...forms import StepForm
from ...models import Outcome


class ReviewForm(StepForm):
    """The handler on the papers of a nomination."""

    labels = {
        Outcome.APPROVED: gettext_lazy("材料齐全，提交排序"),
        Outcome.RETURNED: gettext_lazy("退回补正"),
        Outcome.REJECTED: gettext_lazy("不推荐"),
    }
    question = gettext_lazy("审核结论")
    hint = gettext_lazy("退回时请写明要补正什么；不推荐须写明理由，单位可以看到")


class EligibilityForm(StepForm):
    """The district on the rules: nobody passes while a rule fails, and whoever fails is told which."""

    labels = {
        Outcome.APPROVED: gettext_lazy("符合条件"),
        Outcome.RETURNED: gettext_lazy("退回补正"),
        Outcome.REJECTED: gettext_lazy("不符合条件"),
    }
    question = gettext_lazy("审查结论")
    hint = gettext_lazy("退回、不符合条件时必填，单位可以看到")

    def __init__(self, *args: Any, findings: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.failed = failed(findings)
        if self.failed:
            self.fields["outcome"].initial = None
            if not self.is_bound:
                self.fields["opinion"].initial = reason_of(self.failed)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("outcome") == Outcome.APPROVED and self.failed:
            text = _("有资格条件不符合，不能通过：%(rules)s请退回补正，或作出“不符合条件”的结论。")
            self.add_error("outcome", text % {"rules": reason_of(self.failed)})
        return data


def reason_of(findings: Sequence[Finding]) -> str:
    """Every failed rule with the data that fails it."""
    return "".join(_("%(rule)s：%(data)s") % {"rule": one.name, "data": one.message} for one in findings)


class VettingForm(StepForm):
    """The district after the answers to its letters."""

    labels = {
        Outcome.APPROVED: gettext_lazy("考察通过，提交评审"),
        Outcome.REJECTED: gettext_lazy("考察未通过"),
    }
    question = gettext_lazy("考察结论")
    preset = False
    hint = gettext_lazy("考察未通过时请写明理由，单位可以看到")


class ListForm(StepForm):
    """The approver on a name of the list that the committee selected."""

    labels = {
        Outcome.APPROVED: gettext_lazy("同意列入公示名单"),
        Outcome.AGAIN: gettext_lazy("重新评审"),
        Outcome.REMOVED: gettext_lazy("名额减少，移出名单"),
    }
    question = gettext_lazy("审定结论")
    hint = gettext_lazy("重新评审、移出名单时请写明理由")
