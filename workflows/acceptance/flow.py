"""Six-haves acceptance of an organization: the process definition of P3 (RULES section 10). Wiring only."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow import this

from orgs.actions import acceptance as actions
from orgs.actions.sampling import enlist
from orgs.enums import Conclusion, Role
from orgs.permissions import Perm, Verdict
from records import calendars

from ..base import BaseFlow, open_case
from ..models import AcceptanceProcess, Outcome, Side
from ..nodes import Deadline, Finish, Gateway, HumanTask, Opening, Resumption, Step
from ..notify import tell_applicant
from ..returns import NotPossible
from ..terms import Term
from . import views
from .gates import awaited, barred, is_drawn

APPROVED, RETURNED, REJECTED = Outcome.APPROVED, Outcome.RETURNED, Outcome.REJECTED
SUBMITTED, WITHDRAWN = Outcome.SUBMITTED, Outcome.WITHDRAWN
# What the district decides, and what it means for the unit.
CONCLUSIONS = {
    APPROVED: Conclusion.PASS,
    Outcome.RECTIFY: Conclusion.RECTIFY,
    Outcome.FAILED: Conclusion.FAIL,
}


class AcceptanceFlow(BaseFlow):
    process_class = AcceptanceProcess
    process_title = _("达标验收")
    process_description = _("从自评申报到认定发证。")
    code = "YS"
    stages = (
        ("assessment", _("自评申报"), ("assess_self", "correct_assessment")),
        ("papers", _("资料审核"), ("review_papers",)),
        ("inspection", _("现场验收"), ("assign_inspectors", "inspect_site")),
        ("proposal", _("反馈建议"), ("answer_findings", "propose_result")),
        ("sample", _("区级抽查"), ("await_sample", "check_sample")),
        ("decision", _("区委认定"), ("approve_district",)),
        ("rectification", _("整改申诉"), ("rectify", "appeal", "review_appeal", "decide_appeal")),
        ("certificate", _("认定发证"), ("accepted",)),
    )

    start = Opening(this.open_acceptance).Annotation(title=_("发起")).Next(this.assess_self)

    # Self-assessment and the papers
    assess_self = (
        HumanTask(
            views.AssessSelf,
            level="unit",
            side=Side.APPLICANT,
            due="assessment_working_days",
            outcomes=(SUBMITTED, WITHDRAWN),
        )
        .Annotation(title=_("自评申报"))
        .Next(this.assessed)
    )
    assessed = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Default(this.review_papers, _("提交"))
        .Annotation(title=_("是否提交"))
    )
    review_papers = (
        HumanTask(
            views.ReviewPapers,
            level=this.handling_level,
            side=Side.HANDLER,
            due="paper_review_working_days",
            outcomes=(APPROVED, RETURNED, WITHDRAWN),
        )
        .Annotation(title=_("资料审核"))
        .Next(this.papers_reviewed)
    )
    papers_reviewed = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Case(this.correct_assessment, RETURNED, _("退回"))
        .Default(this.assign_inspectors, _("通过"))
        .Annotation(title=_("是否通过"))
    )
    correct_assessment = (
        HumanTask(
            views.AssessSelf,
            level="unit",
            side=Side.APPLICANT,
            due="correction_working_days",
            outcomes=(SUBMITTED, WITHDRAWN),
        )
        .Annotation(title=_("补正自评"))
        .Next(this.corrected)
    )
    corrected = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Default(this.resumed, _("提交"))
        .Annotation(title=_("是否提交"))
    )
    resumed = Resumption().Default(this.review_papers, _("资料审核")).Annotation(title=_("回到退回人"))

    # On site
    assign_inspectors = (
        HumanTask(
            views.AssignInspectors,
            level=this.handling_level,
            side=Side.HANDLER,
            due="assignment_working_days",
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("指派验收员"))
        .Next(this.dispatch)
    )
    dispatch = Step(this.do_dispatch).Annotation(title=_("通知验收")).Next(this.inspect_site)
    inspect_site = (
        HumanTask(
            views.SummarizeInspection,
            level=this.handling_level,
            side=Side.HANDLER,
            due="inspection_working_days",
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("现场验收与汇总"))
        .Next(this.sum_up)
    )
    sum_up = Step(this.do_sum_up, binding=False).Annotation(title=_("汇总结果")).Next(this.summed_up)
    summed_up = (
        Gateway()
        .Case(this.answer_findings, this.has_findings, _("有扣分"))
        .Case(this.approve_district, this.skips_proposal, _("直接联系"))
        .Default(this.propose_result, _("全部达标"))
        .Annotation(title=_("是否有扣分"))
    )

    # The unit's answer, and the proposal
    answer_findings = (
        HumanTask(
            views.AnswerFindings,
            level="unit",
            side=Side.APPLICANT,
            due="answer_working_days",
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("答复验收意见"))
        .Next(this.answered)
    )
    answer_deadline = (
        Deadline(this.answer_findings, this.answer_ends_at)
        .Annotation(title=_("答复期限"))
        .Next(this.note_no_answer)
    )
    note_no_answer = (
        Step(this.do_note_overdue, binding=False).Annotation(title=_("逾期未答复")).Next(this.answered)
    )
    answered = (
        Gateway()
        .Case(this.approve_district, this.skips_proposal, _("直接联系"))
        .Default(this.propose_result, _("街镇"))
        .Annotation(title=_("报送何处"))
    )
    propose_result = (
        HumanTask(
            views.ProposeResult,
            level="subdistrict",
            side=Side.APPROVER,
            due="proposal_working_days",
            outcomes=(APPROVED, RETURNED),
        )
        .Annotation(title=_("提出验收建议"))
        .Next(this.proposed)
    )
    proposed = (
        Gateway()
        .Case(this.inspect_site, RETURNED, _("退回"))
        .Case(this.list_for_sample, this.is_first_round, _("首次验收"))
        .Default(this.approve_district, _("复验"))
        .Annotation(title=_("是否列入抽查"))
    )

    # The district's sample and decision
    list_for_sample = (
        Step(this.do_list_for_sample, binding=False)
        .Annotation(title=_("列入抽查名单"))
        .Next(this.await_sample)
    )
    await_sample = (
        HumanTask(
            views.AwaitSample,
            level="district",
            side=Side.HANDLER,
            due="sample_working_days",
            outcomes=(APPROVED, Outcome.DRAWN),
        )
        .Annotation(title=_("等待区级抽查"))
        .Next(this.sampled)
    )
    sampled = (
        Gateway()
        .Case(this.check_sample, Outcome.DRAWN, _("抽中"))
        .Default(this.approve_district, _("未抽中"))
        .Annotation(title=_("是否抽中"))
    )
    check_sample = (
        HumanTask(
            views.CheckSample,
            level="district",
            side=Side.HANDLER,
            due="sample_check_working_days",
            outcomes=(APPROVED, RETURNED),
        )
        .Annotation(title=_("区级抽查复核"))
        .Next(this.sample_checked)
    )
    sample_checked = (
        Gateway()
        .Case(this.propose_result, RETURNED, _("退回"))
        .Default(this.approve_district, _("通过"))
        .Annotation(title=_("抽查是否通过"))
    )
    approve_district = (
        HumanTask(
            views.DecideAcceptance,
            level="district",
            side=Side.APPROVER,
            due="decision_working_days",
            outcomes=(APPROVED, Outcome.RECTIFY, Outcome.FAILED, RETURNED),
        )
        .Annotation(title=_("区委认定"))
        .Next(this.district_decided)
    )
    district_decided = (
        Gateway()
        .Case(this.inspect_site, this.returns_to_handler, _("退回经办"))
        .Case(this.propose_result, RETURNED, _("退回"))
        .Case(this.order_rectification, Outcome.RECTIFY, _("限期整改"))
        .Case(this.fail, Outcome.FAILED, _("不合格"))
        .Default(this.certify, _("合格"))
        .Annotation(title=_("验收结论"))
    )
    certify = Step(this.do_certify).Annotation(title=_("认定发证")).Next(this.accepted)

    # Rectification and re-inspection
    order_rectification = Step(this.do_order_rectification).Annotation(title=_("通知整改")).Next(this.rectify)
    rectify = (
        HumanTask(
            views.RectifyItems,
            level="unit",
            side=Side.APPLICANT,
            due=this.due_for_rectification,
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("整改"))
        .Next(this.assign_inspectors)
    )
    rectification_deadline = (
        Deadline(this.rectify, this.rectification_ends_at)
        .Annotation(title=_("整改期限"))
        .Next(this.note_not_rectified)
    )
    note_not_rectified = (
        Step(this.do_note_overdue).Annotation(title=_("逾期未报")).Next(this.assign_inspectors)
    )

    # Failure and appeal
    fail = Step(this.do_fail).Annotation(title=_("认定不合格")).Next(this.failure_told)
    failure_told = (
        Gateway()
        .Case(this.failed, this.has_appealed_enough, _("已申诉"))
        .Default(this.appeal, _("可申诉"))
        .Annotation(title=_("能否申诉"))
    )
    appeal = (
        HumanTask(
            views.FileAppeal,
            level="unit",
            side=Side.APPLICANT,
            due="appeal_working_days",
            outcomes=(SUBMITTED, APPROVED),
        )
        .Annotation(title=_("申诉"))
        .Next(this.appealed)
    )
    appeal_deadline = (
        Deadline(this.appeal, this.appeal_ends_at).Annotation(title=_("申诉期限")).Next(this.note_no_appeal)
    )
    note_no_appeal = Step(this.do_note_overdue).Annotation(title=_("逾期未申诉")).Next(this.failed)
    appealed = (
        Gateway()
        .Case(this.failed, APPROVED, _("接受结论"))
        .Default(this.review_appeal, _("申诉"))
        .Annotation(title=_("是否申诉"))
    )
    review_appeal = (
        HumanTask(
            views.ReviewAppeal,
            level="district",
            side=Side.HANDLER,
            due="appeal_review_working_days",
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("复核申诉"))
        .Next(this.decide_appeal)
    )
    decide_appeal = (
        HumanTask(
            views.DecideAppeal,
            level="district",
            side=Side.APPROVER,
            role=Role.DISTRICT_LEADER,
            perm=Perm.DECIDE_APPEALS,
            due="appeal_decision_working_days",
            outcomes=(APPROVED, REJECTED),
        )
        .Annotation(title=_("裁决申诉"))
        .Next(this.appeal_decided)
    )
    appeal_decided = (
        Gateway()
        .Case(this.reopen, APPROVED, _("支持"))
        .Default(this.uphold, _("维持"))
        .Annotation(title=_("是否支持申诉"))
    )
    reopen = Step(this.do_reopen).Annotation(title=_("重新验收")).Next(this.assign_inspectors)
    uphold = Step(this.do_uphold).Annotation(title=_("维持结论")).Next(this.failed)

    accepted = Finish("ok").Annotation(title=_("验收合格"))
    failed = Finish("bad").Annotation(title=_("验收不合格"))
    withdrawn = Finish("mute").Annotation(title=_("已撤回"))

    # -- start ---------------------------------------------------------------------------------------------------

    def open_acceptance(self, activation, *, acceptance, by, previous=None):
        case = activation.process
        open_case(
            case,
            title=_("%(name)s“六有”达标验收") % {"name": acceptance.organization.name},
            organization=acceptance.affiliation,
            unit=acceptance.unit,
            by=by,
            stage="assess_self",
            code=self.code,
            previous=previous,
        )
        acceptance.case_number = case.number
        acceptance.save(update_fields=["case_number"])
        case.artifact = acceptance
        return case

    def note(self, case) -> str:
        acceptance = case.artifact
        if acceptance.total is None:
            return acceptance.standard.name
        return _("%(standard)s · 验收 %(total)s 分") % {
            "standard": acceptance.standard.name,
            "total": acceptance.total,
        }

    def passes(self, case, stage: str) -> bool:
        acceptance = case.artifact
        if stage in ("proposal", "sample"):
            return not acceptance.direct_contact
        return stage != "rectification" or bool(acceptance.conclusion not in ("", Conclusion.PASS))

    # -- who may act ---------------------------------------------------------------------------------------------

    def bars(self, node, case, by) -> Verdict | None:
        return barred(node, case, by)

    def awaits(self, node, case) -> Verdict | None:
        return awaited(node, case)

    def possible_outcomes(self, node, case) -> list[Outcome]:
        """What the findings and the draw leave open."""
        acceptance = case.artifact
        found = super().possible_outcomes(node, case)
        if node.name == "approve_district":
            allowed = actions.possible_conclusions(acceptance)
            return [one for one in found if one not in CONCLUSIONS or CONCLUSIONS[one] in allowed]
        if node.name == "await_sample":
            drawn = is_drawn(acceptance)
            return [one for one in found if drawn is None or drawn == (one == Outcome.DRAWN)]
        return found

    def handling_level(self, case) -> str:
        return "district" if case.artifact.direct_contact else "subdistrict"

    # -- conditions ----------------------------------------------------------------------------------------------

    def has_findings(self, activation):
        return bool(actions.open_findings(activation.process.artifact))

    def skips_proposal(self, activation):
        return activation.process.artifact.direct_contact

    def returns_to_handler(self, activation):
        return activation.process.outcome == RETURNED and self.skips_proposal(activation)

    def is_first_round(self, activation):
        return activation.process.artifact.inspection_round == 1

    def has_appealed_enough(self, activation):
        acceptance = activation.process.artifact
        return acceptance.appeals >= acceptance.rules["max_appeals"]

    # -- deadlines (working days unless the rule says days) ------------------------------------------------------

    def due_for_rectification(self, case, on):
        return Term(case.artifact.rectify_due_on)

    def _end_of_term(self, activation, start: dt.date, key: str) -> dt.datetime:
        days = activation.process.artifact.rules[key]
        return self.end_of(calendars.add_working_days(start, days))

    def answer_ends_at(self, activation):
        acceptance = activation.process.artifact
        return self._end_of_term(activation, acceptance.findings_sent_on, "answer_working_days")

    def rectification_ends_at(self, activation):
        return self.end_of(activation.process.artifact.rectify_due_on)

    def appeal_ends_at(self, activation):
        acceptance = activation.process.artifact
        return self._end_of_term(activation, acceptance.concluded_on, "appeal_working_days")

    # -- steps ---------------------------------------------------------------------------------------------------

    def do_dispatch(self, activation):
        acceptance = activation.process.artifact
        least = acceptance.rules["min_inspectors"]
        if len(actions.round_visits(acceptance)) < least:
            raise NotPossible(_("请至少指派%(least)d位验收员。") % {"least": least})

    def do_sum_up(self, activation):
        case, at = activation.process, timezone.now()
        actions.merge_round(case.artifact, at=at, on=timezone.localdate(at))
        if actions.open_findings(case.artifact):
            tell_applicant(case, "findings_sent", total=case.artifact.total)

    def do_note_overdue(self, activation):
        self.decide_by_system(activation, Outcome.OVERDUE)

    def do_list_for_sample(self, activation):
        acceptance = activation.process.artifact
        if not acceptance.sample_entries.exists():
            enlist(acceptance, at=timezone.now())

    def do_certify(self, activation):
        case = activation.process
        actions.certify(case.artifact, by_id=self.decider(case).pk, on=timezone.localdate())
        tell_applicant(case, "accepted", grade=case.artifact.grade)

    def do_order_rectification(self, activation):
        case = activation.process
        actions.order_rectification(case.artifact, on=timezone.localdate())
        case.returns = 0
        tell_applicant(case, "rectify", due=case.artifact.rectify_due_on)

    def do_fail(self, activation):
        case = activation.process
        actions.fail_acceptance(case.artifact, on=timezone.localdate())
        tell_applicant(case, "not_accepted", opinion=self.deciding(case).opinion)

    def do_reopen(self, activation):
        case = activation.process
        actions.reopen_acceptance(case.artifact)
        case.returns = 0
        tell_applicant(case, "appeal_upheld", opinion=self.deciding(case).opinion)

    def do_uphold(self, activation):
        case = activation.process
        tell_applicant(case, "appeal_rejected", opinion=self.deciding(case).opinion)
