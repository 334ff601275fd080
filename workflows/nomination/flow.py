"""Nomination for an honour: the process definition of P4 (RULES section 10), a case per nominee. Wiring only.

What happens to many nominees at once (ranking, review, notice, decision) is facts in ``awards``; the cases wait for it
at their step and are moved together by :mod:`workflows.nomination.together` (docs/adr/0010).
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow import this

from awards.actions.advancing import advance
from awards.actions.leaving import take_off
from awards.enums import NominationState, ObjectionState
from awards.models import Nomination
from awards.rules import states
from orgs.enums import Role
from orgs.permissions import Perm, Verdict

from ..base import BaseFlow, open_case
from ..models import NominationProcess, Outcome, Side
from ..nodes import Finish, Gateway, HumanTask, Opening, Resumption, Step
from ..notify import tell_applicant
from ..returns import NotPossible
from . import views
from .gates import awaited, barred, hidden, offered
from .tables import case_title

APPROVED, RETURNED, REJECTED = Outcome.APPROVED, Outcome.RETURNED, Outcome.REJECTED
SUBMITTED, WITHDRAWN, ENDED = Outcome.SUBMITTED, Outcome.WITHDRAWN, Outcome.ENDED
AGAIN, RESERVED, REMOVED = Outcome.AGAIN, Outcome.RESERVED, Outcome.REMOVED
# How a case may end at any step before the decision: the nominee withdraws, or is no more.
LEAVING = (WITHDRAWN, ENDED)


def leavable(withdrawal) -> Gateway:
    """A gateway at which the nominee may be gone: withdrawn, in the words of the step, or ended."""
    return Gateway().Case(this.withdraw, WITHDRAWN, withdrawal).Case(this.lapse, ENDED, _("终止"))


def happens(event: str, *, tell: str = "", leaves: bool = False):
    """What a step does by letting an event happen to the nomination; ``leaves`` takes the name off the notice too."""

    def step(activation) -> None:
        flow = activation.flow_class.instance
        (flow.leave if leaves else flow.advance)(activation, event, tell=tell)

    return step


class NominationFlow(BaseFlow):
    process_class = NominationProcess
    process_title = _("评选推荐")
    process_description = _("从单位推荐到颁发证书。")
    code = "PX"
    stages = (
        ("nomination", _("单位推荐"), ("nominate", "correct_nomination", "own_notice")),
        ("ranking", _("街镇推荐"), ("review_nomination", "rank_nomination")),
        ("checking", _("资格审查"), ("check_eligibility", "vet")),
        ("review", _("评审"), ("committee_review", "approve_list", "in_reserve")),
        ("notice", _("公示"), ("public_notice",)),
        ("decision", _("表彰决定"), ("decide_award",)),
        ("certificate", _("颁发证书"), ("issue_certificate", "awarded")),
    )

    start = Opening(this.open_nomination).Annotation(title=_("发起")).Next(this.nominate)

    # The unit
    nominate = (
        HumanTask(
            views.Nominate,
            level="unit",
            side=Side.APPLICANT,
            due="nomination_working_days",
            outcomes=(SUBMITTED, *LEAVING),
        )
        .Annotation(title=_("填报推荐材料"))
        .Next(this.nominated)
    )
    nominated = leavable(_("撤回")).Default(this.own_notice, _("提交")).Annotation(title=_("是否提交"))
    own_notice = (
        HumanTask(
            views.OwnNotice,
            level="unit",
            side=Side.APPLICANT,
            due="own_notice_working_days",
            outcomes=(SUBMITTED, *LEAVING),
        )
        .Annotation(title=_("本单位公示"))
        .Next(this.announced_in_unit)
    )
    announced_in_unit = (
        leavable(_("撤回"))
        .Default(this.review_nomination, _("公示期满"))
        .Annotation(title=_("本单位公示结果"))
    )
    correct_nomination = (
        HumanTask(
            views.Nominate,
            level="unit",
            side=Side.APPLICANT,
            due="correction_working_days",
            outcomes=(SUBMITTED, *LEAVING),
        )
        .Annotation(title=_("补正推荐材料"))
        .Next(this.corrected)
    )
    corrected = leavable(_("撤回")).Default(this.resumed, _("提交")).Annotation(title=_("是否提交"))
    resumed = Resumption().Default(this.review_nomination, _("材料审核")).Annotation(title=_("回到退回人"))

    # The sub-district (the district for direct contact)
    review_nomination = (
        HumanTask(
            views.ReviewNomination,
            level=this.handling_level,
            side=Side.HANDLER,
            due="review_working_days",
            outcomes=(APPROVED, RETURNED, REJECTED, *LEAVING),
        )
        .Annotation(title=_("审核推荐材料"))
        .Next(this.reviewed)
    )
    reviewed = (
        leavable(_("撤回"))
        .Case(this.correct_nomination, RETURNED, _("退回"))
        .Case(this.leave_out, REJECTED, _("不推荐"))
        .Default(this.rank_nomination, _("通过"))
        .Annotation(title=_("是否通过"))
    )
    rank_nomination = (
        HumanTask(
            views.AwaitRanking,
            level=this.handling_level,
            side=Side.APPROVER,
            due="ranking_working_days",
            outcomes=(APPROVED, REJECTED, *LEAVING),
        )
        .Annotation(title=_("排序推荐"))
        .Next(this.ranked)
    )
    ranked = (
        leavable(_("撤回"))
        .Case(this.leave_out, REJECTED, _("不推荐"))
        .Default(this.recommend, _("名额内"))
        .Annotation(title=_("是否推荐"))
    )
    recommend = (
        Step(happens("rank", tell="nomination_ranked"))
        .Annotation(title=_("推荐到区"))
        .Next(this.check_eligibility)
    )

    # The district's office
    check_eligibility = (
        HumanTask(
            views.CheckEligibility,
            level="district",
            side=Side.HANDLER,
            due="checking_working_days",
            outcomes=(APPROVED, RETURNED, REJECTED, *LEAVING),
        )
        .Annotation(title=_("资格审查"))
        .Next(this.checked)
    )
    checked = (
        leavable(_("撤回"))
        .Case(this.correct_nomination, RETURNED, _("退回"))
        .Case(this.find_ineligible, REJECTED, _("不符合"))
        .Default(this.find_eligible, _("符合"))
        .Annotation(title=_("是否符合条件"))
    )
    find_eligible = Step(happens("find_eligible")).Annotation(title=_("资格符合")).Next(this.vet)
    vet = (
        HumanTask(
            views.Vet,
            level="district",
            side=Side.HANDLER,
            due="vetting_working_days",
            outcomes=(APPROVED, REJECTED, *LEAVING),
        )
        .Annotation(title=_("考察和征求意见"))
        .Next(this.vetted)
    )
    vetted = (
        leavable(_("撤回"))
        .Case(this.find_ineligible, REJECTED, _("未通过"))
        .Default(this.finish_vetting, _("通过"))
        .Annotation(title=_("考察是否通过"))
    )
    finish_vetting = (
        Step(happens("finish_vetting")).Annotation(title=_("提交评审")).Next(this.committee_review)
    )

    # The committee, the list, the reserve
    committee_review = (
        HumanTask(
            views.AwaitReview,
            level="district",
            side=Side.HANDLER,
            role=Role.AWARD_SECRETARY,
            perm=Perm.ASSIST_REVIEW,
            due="committee_working_days",
            outcomes=(APPROVED, RESERVED, REJECTED, *LEAVING),
        )
        .Annotation(title=_("评审委员会评审"))
        .Next(this.reviewed_by_committee)
    )
    reviewed_by_committee = (
        leavable(_("退出"))
        .Case(this.pass_over, REJECTED, _("未入选"))
        .Case(this.keep_in_reserve, RESERVED, _("候补"))
        .Default(this.select, _("入选"))
        .Annotation(title=_("评审结果"))
    )
    select = Step(happens("select")).Annotation(title=_("列入名单")).Next(this.approve_list)
    keep_in_reserve = Step(happens("keep_in_reserve")).Annotation(title=_("列为候补")).Next(this.in_reserve)
    in_reserve = (
        HumanTask(
            views.AwaitPlace,
            level="district",
            side=Side.HANDLER,
            due="notice_working_days",
            outcomes=(APPROVED, REJECTED, AGAIN, *LEAVING),
        )
        .Annotation(title=_("候补"))
        .Next(this.followed)
    )
    followed = (
        leavable(_("退出"))
        .Case(this.review_again, AGAIN, _("重新评审"))
        .Case(this.pass_over, REJECTED, _("未递补"))
        .Default(this.public_notice, _("递补"))
        .Annotation(title=_("是否递补"))
    )
    approve_list = (
        HumanTask(
            views.ApproveList,
            level="district",
            side=Side.APPROVER,
            perm=Perm.DECIDE_AWARDS,
            role=Role.DISTRICT_APPROVER,
            due="list_working_days",
            outcomes=(APPROVED, AGAIN, REMOVED, *LEAVING),
        )
        .Annotation(title=_("审定名单"))
        .Next(this.list_approved)
    )
    list_approved = (
        leavable(_("退出"))
        .Case(this.review_again, AGAIN, _("重新评审"))
        .Case(this.drop, REMOVED, _("名额减少"))
        .Default(this.public_notice, _("同意公示"))
        .Annotation(title=_("名单是否审定"))
    )

    # Public notice, decision, certificate
    public_notice = (
        HumanTask(
            views.AwaitNotice,
            level="district",
            side=Side.HANDLER,
            due="notice_working_days",
            outcomes=(APPROVED, AGAIN, REMOVED, *LEAVING),
        )
        .Annotation(title=_("公示"))
        .Next(this.announced)
    )
    announced = (
        leavable(_("退出"))
        .Case(this.review_again, AGAIN, _("重新评审"))
        .Case(this.drop, this.is_cut, _("名额减少"))
        .Case(this.remove, REMOVED, _("取消资格"))
        .Default(this.clear, _("无异议"))
        .Annotation(title=_("公示结果"))
    )
    clear = Step(happens("clear"), binding=False).Annotation(title=_("公示无异议")).Next(this.decide_award)
    decide_award = (
        HumanTask(
            views.AwaitDecision,
            level="district",
            side=Side.APPROVER,
            perm=Perm.DECIDE_AWARDS,
            role=Role.DISTRICT_APPROVER,
            due="decision_working_days",
            outcomes=(APPROVED, AGAIN, REMOVED, *LEAVING),
        )
        .Annotation(title=_("决定表彰"))
        .Next(this.award_decided)
    )
    award_decided = (
        leavable(_("退出"))
        .Case(this.review_again, AGAIN, _("重新评审"))
        .Case(this.drop, this.is_cut, _("名额减少"))
        .Case(this.remove, REMOVED, _("取消资格"))
        .Default(this.decide, _("表彰"))
        .Annotation(title=_("是否表彰"))
    )
    decide = (
        Step(happens("decide", tell="award_decided"))
        .Annotation(title=_("表彰决定"))
        .Next(this.issue_certificate)
    )
    issue_certificate = (
        HumanTask(
            views.AwaitCertificate,
            level="district",
            side=Side.HANDLER,
            due="certificate_working_days",
            outcomes=(APPROVED, REMOVED, ENDED),
        )
        .Annotation(title=_("制发证书"))
        .Next(this.certificate_issued)
    )
    certificate_issued = (
        Gateway()
        .Case(this.lapse, ENDED, _("终止"))
        .Case(this.revoke, REMOVED, _("撤销"))
        .Default(this.issue, _("发证"))
        .Annotation(title=_("是否发证"))
    )
    issue = Step(happens("issue", tell="award_issued")).Annotation(title=_("颁发证书")).Next(this.awarded)

    # How else a case ends
    withdraw = Step(happens("withdraw", leaves=True)).Annotation(title=_("登记退出")).Next(this.withdrawn)
    lapse = (
        Step(happens("lapse", tell="nomination_ended", leaves=True))
        .Annotation(title=_("登记终止"))
        .Next(this.lapsed)
    )
    leave_out = (
        Step(happens("leave_out", tell="nomination_ended"))
        .Annotation(title=_("登记未推荐"))
        .Next(this.not_ranked)
    )
    find_ineligible = (
        Step(happens("find_ineligible", tell="nomination_ended"))
        .Annotation(title=_("登记不符合"))
        .Next(this.not_eligible)
    )
    pass_over = (
        Step(happens("pass_over", tell="nomination_ended"))
        .Annotation(title=_("登记未入选"))
        .Next(this.not_selected)
    )
    drop = Step(this.do_drop_or_remove).Annotation(title=_("移出名单")).Next(this.not_selected)
    remove = Step(this.do_drop_or_remove).Annotation(title=_("取消资格")).Next(this.removed)
    review_again = (
        Step(happens("review_again", leaves=True)).Annotation(title=_("重新评审")).Next(this.committee_review)
    )
    revoke = (
        Step(happens("revoke", tell="nomination_ended")).Annotation(title=_("撤销荣誉")).Next(this.revoked)
    )

    awarded = Finish("ok").Annotation(title=_("已授予荣誉"))
    withdrawn = Finish("mute").Annotation(title=_("已退出"))
    lapsed = Finish("mute").Annotation(title=_("已终止"))
    not_ranked = Finish("mute").Annotation(title=_("未推荐"))
    not_eligible = Finish("bad").Annotation(title=_("资格不符"))
    not_selected = Finish("mute").Annotation(title=_("未入选"))
    removed = Finish("bad").Annotation(title=_("取消资格"))
    revoked = Finish("bad").Annotation(title=_("已撤销"))

    # -- start ---------------------------------------------------------------------------------------------------

    def open_nomination(self, activation, *, nomination, by, previous=None):
        case = activation.process
        open_case(
            case,
            title=case_title(nomination),
            organization=nomination.affiliation,
            unit=nomination.unit,
            by=by,
            stage="nominate",
            code=self.code,
            previous=previous,
        )
        nomination.case_number = case.number
        nomination.save(update_fields=["case_number"])
        case.artifact = nomination
        return case

    def note(self, case) -> str:
        return case.artifact.honour.campaign.name

    # -- who may act ---------------------------------------------------------------------------------------------

    def bars(self, node, case, by) -> Verdict | None:
        return barred(node, case, by)

    def awaits(self, node, case) -> Verdict | None:
        return awaited(node, case)

    def hides(self, case, person) -> Verdict | None:
        return hidden(case, person)

    def possible_outcomes(self, node, case) -> list[Outcome]:
        return offered(super().possible_outcomes(node, case), node, case)

    def handling_level(self, case) -> str:
        return "district" if case.organization.level == "district" else "subdistrict"

    # -- conditions ----------------------------------------------------------------------------------------------

    def is_cut(self, activation) -> bool:
        """Whether a nominee is taken off because places were cut, not because an objection was founded."""
        case = activation.process
        return case.outcome == REMOVED and not is_founded(case.artifact)

    # -- steps ---------------------------------------------------------------------------------------------------

    def advance(self, activation, event: str, *, tell: str = "") -> None:
        """Let the event happen to the nomination; what its rules refuse does not happen (awards.rules.states)."""
        case, deciding = activation.process, self.deciding(activation.process)
        try:
            advance(case.artifact, event, by=deciding.by, at=timezone.now(), note=deciding.opinion[:500])
        except states.NotPossible as problem:
            raise NotPossible(
                _("%(name)s：%(problem)s") % {"name": case.artifact.name, "problem": problem}
            ) from problem
        if tell:
            tell_applicant(case, tell, opinion=deciding.opinion, honour=case.artifact.honour.title)

    def leave(self, activation, event: str, *, tell: str = "") -> None:
        """As advance, and the name is taken off the notice."""
        case = activation.process
        self.advance(activation, event, tell=tell)
        deciding = self.deciding(case)
        take_off(case.artifact, on=timezone.localdate(), reason=deciding.opinion)

    def do_drop_or_remove(self, activation):
        nomination = activation.process.artifact
        removes = nomination.state == NominationState.HELD and is_founded(nomination)
        self.leave(activation, "remove" if removes else "drop", tell="nomination_ended")


def is_founded(nomination: Nomination) -> bool:
    """Whether an objection to the nominee was found to be true."""
    return nomination.objections.filter(state=ObjectionState.FOUNDED).exists()
