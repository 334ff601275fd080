"""The opinion boxes of an acceptance: outcomes as they read at each step, and what must be written with them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.enums import Conclusion

from ...forms import StepForm
from ...models import Outcome

LONGEST_OPINION = 1000


class SummaryForm(StepForm):
    """The remark with which the findings of a round are put together."""

    remark = gettext_lazy("汇总说明")
    hint = gettext_lazy("可写明评分差异、补充说明（可不填）")


class ProposalForm(StepForm):
    """What the sub-district proposes to the district; ``possible`` are the conclusions that the findings allow."""

    recommendation = forms.ChoiceField(
        label=gettext_lazy("建议结论"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选择建议结论。"),
            "invalid_choice": gettext_lazy("该结论与验收结果不符，请选择页面上提供的结论。"),
        },
    )
    labels = {
        Outcome.APPROVED: gettext_lazy("提出建议，报区委"),
        Outcome.RETURNED: gettext_lazy("退回现场验收"),
    }
    question = gettext_lazy("办理结论")
    hint = gettext_lazy("建议整改、不合格或退回时，请写明理由")
    field_order = ["outcome", "recommendation", "opinion", "return_to"]

    def __init__(self, *args: Any, possible: list[Conclusion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["recommendation"]
        field.choices = [(one.value, one.label) for one in possible]
        if len(possible) == 1:
            field.initial = possible[0].value

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("outcome") != Outcome.APPROVED:
            self.errors.pop("recommendation", None)
            return data
        chosen = data.get("recommendation")
        if chosen and chosen != Conclusion.PASS and not (data.get("opinion") or "").strip():
            self.add_error(
                "opinion",
                _("建议“%(conclusion)s”必须写明理由，请填写后再提交。")
                % {"conclusion": Conclusion(chosen).label},
            )
        return data


class ConclusionForm(StepForm):
    """The district's decision on the acceptance."""

    labels = {Outcome.APPROVED: gettext_lazy("合格，发给证书"), Outcome.RETURNED: gettext_lazy("退回重办")}
    question = gettext_lazy("验收结论")
    hint = gettext_lazy("限期整改、不合格、退回时必填，单位可以看到")
    preset = False


class SampleCheckForm(StepForm):
    """What the district says after its own visit."""

    labels = {
        Outcome.APPROVED: gettext_lazy("与街镇结论一致"),
        Outcome.RETURNED: gettext_lazy("不一致，退回街镇"),
    }
    question = gettext_lazy("抽查结论")
    hint = gettext_lazy("退回时请写明哪些项目与街镇结论不一致")
    preset = False


class AppealReviewForm(StepForm):
    """What the district's office found about an appeal, for the leader who decides."""

    reasons = frozenset({Outcome.SUBMITTED})
    labels = {Outcome.SUBMITTED: gettext_lazy("报区级领导")}
    remark = gettext_lazy("复核意见")
    hint = gettext_lazy("写明核对的事实、依据和处理建议")


class AppealDecisionForm(StepForm):
    """Grant the appeal (a new inspection by others) or uphold the decision."""

    labels = {
        Outcome.APPROVED: gettext_lazy("申诉成立，重新验收"),
        Outcome.REJECTED: gettext_lazy("维持原结论"),
    }
    reasons = frozenset({Outcome.APPROVED})
    question = gettext_lazy("裁决结论")
    hint = gettext_lazy("请写明裁决理由，单位可以看到")
    preset = False
