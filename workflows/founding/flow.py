"""Founding of an organization: the process definition of P2 (RULES section 10). Wiring only."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow import this

from orgs.actions import founding as actions
from orgs.rules.founding import needs_election

from ..base import BaseFlow, open_case
from ..models import FoundingProcess, Outcome, Side
from ..nodes import Deadline, Finish, Gateway, HumanTask, Opening, Resumption, Step
from ..notify import tell_applicant, tell_district_handlers
from ..terms import Term
from . import views

APPROVED, RETURNED, REJECTED = Outcome.APPROVED, Outcome.RETURNED, Outcome.REJECTED
SUBMITTED, WITHDRAWN = Outcome.SUBMITTED, Outcome.WITHDRAWN


class FoundingFlow(BaseFlow):
    process_class = FoundingProcess
    process_title = _("建团审批")
    process_description = _("从提交请示到登记入库。")
    code = "JT"
    stages = (
        ("request", _("起草请示"), ("draft_request", "correct_request")),
        ("unit", _("单位意见"), ("approve_unit",)),
        ("subdistrict", _("街镇审批"), ("check_completeness", "approve_subdistrict")),
        ("district", _("区委审批"), ("review_district", "approve_district")),
        (
            "meeting",
            _("团员大会"),
            ("hold_meeting", "hold_second_round", "decide_extension"),
        ),
        (
            "result",
            _("结果批复"),
            (
                "report_result",
                "correct_result",
                "approve_result_subdistrict",
                "review_result_district",
                "approve_result_district",
            ),
        ),
        ("registration", _("登记入库"), ("complete_registration", "registered")),
    )

    start = Opening(this.open_founding).Annotation(title=_("发起")).Next(this.draft_request)

    # The request and the opinion of the unit
    draft_request = (
        HumanTask(
            views.DraftRequest,
            level="unit",
            side=Side.APPLICANT,
            due="correction_working_days",
            outcomes=(SUBMITTED, WITHDRAWN),
        )
        .Annotation(title=_("起草请示"))
        .Next(this.drafted)
    )
    drafted = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Default(this.file_request, _("提交"))
        .Annotation(title=_("是否提交"))
    )
    file_request = (
        Step(this.do_file_request, binding=False).Annotation(title=_("请示编号")).Next(this.approve_unit)
    )
    approve_unit = (
        HumanTask(
            views.DecideFounding,
            level="unit",
            side=Side.UNIT,
            due="unit_opinion_working_days",
            outcomes=(APPROVED, RETURNED, REJECTED, WITHDRAWN),
        )
        .Annotation(title=_("单位意见"))
        .Next(this.unit_decided)
    )
    unit_decided = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Case(this.rejected, REJECTED, _("不同意"))
        .Case(this.correct_request, RETURNED, _("退回"))
        .Case(this.review_district, this.skips_subdistrict, _("直接联系"))
        .Default(this.check_completeness, _("同意"))
        .Annotation(title=_("单位是否同意"))
    )
    correct_request = (
        HumanTask(
            views.DraftRequest,
            level="unit",
            side=Side.APPLICANT,
            due="correction_working_days",
            outcomes=(SUBMITTED, WITHDRAWN),
        )
        .Annotation(title=_("补正请示"))
        .Next(this.corrected)
    )
    corrected = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Default(this.file_correction, _("提交"))
        .Annotation(title=_("是否提交"))
    )
    file_correction = (
        Step(this.do_file_request, binding=False).Annotation(title=_("重新编号")).Next(this.resumed)
    )
    resumed = (
        Resumption()
        .Back(this.approve_unit, _("单位"))
        .Back(this.check_completeness, _("街镇受理"))
        .Back(this.approve_subdistrict, _("街镇审批"))
        .Back(this.review_district, _("区委审查"))
        .Default(this.approve_district, _("区委审批"))
        .Annotation(title=_("回到退回人"))
    )

    # Sub-district
    check_completeness = (
        HumanTask(
            views.DecideFounding,
            level="subdistrict",
            side=Side.HANDLER,
            due="completeness_working_days",
            outcomes=(APPROVED, RETURNED, WITHDRAWN),
        )
        .Annotation(title=_("街镇受理审查"))
        .Next(this.completeness_checked)
    )
    completeness_checked = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Case(this.correct_request, RETURNED, _("退回"))
        .Default(this.approve_subdistrict, _("受理"))
        .Annotation(title=_("是否受理"))
    )
    approve_subdistrict = (
        HumanTask(
            views.DecideFounding,
            level="subdistrict",
            side=Side.APPROVER,
            due=this.due_for_reply,
            outcomes=(APPROVED, RETURNED, REJECTED, WITHDRAWN),
        )
        .Annotation(title=_("街镇审批"))
        .Next(this.subdistrict_decided)
    )
    subdistrict_decided = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Case(this.rejected, REJECTED, _("不同意"))
        .Case(this.correct_request, RETURNED, _("退回"))
        .Case(this.review_district, this.needs_district, _("报区委"))
        .Default(this.establish, _("同意"))
        .Annotation(title=_("街镇是否同意"))
    )

    # District
    review_district = (
        HumanTask(
            views.DecideFounding,
            level="district",
            side=Side.HANDLER,
            due="completeness_working_days",
            outcomes=(APPROVED, RETURNED, WITHDRAWN),
        )
        .Annotation(title=_("区委审查"))
        .Next(this.district_reviewed)
    )
    district_reviewed = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Case(this.correct_request, RETURNED, _("退回"))
        .Default(this.approve_district, _("通过"))
        .Annotation(title=_("是否通过"))
    )
    approve_district = (
        HumanTask(
            views.DecideFounding,
            level="district",
            side=Side.APPROVER,
            due=this.due_for_reply,
            outcomes=(APPROVED, RETURNED, REJECTED, WITHDRAWN),
        )
        .Annotation(title=_("区委审批"))
        .Next(this.district_decided)
    )
    district_decided = (
        Gateway()
        .Case(this.withdrawn, WITHDRAWN, _("撤回"))
        .Case(this.rejected, REJECTED, _("不同意"))
        .Case(this.correct_request, RETURNED, _("退回"))
        .Default(this.establish, _("同意"))
        .Annotation(title=_("区委是否同意"))
    )

    # First reply
    establish = Step(this.do_establish).Annotation(title=_("成立批复")).Next(this.established)
    established = (
        Gateway()
        .Case(this.file_with_district, this.is_filed_with_district, _("总支"))
        .Case(this.report_result, this.is_appointed, _("任命"))
        .Default(this.hold_meeting, _("选举"))
        .Annotation(title=_("是否备案、是否选举"))
    )
    file_with_district = Step(this.do_file_with_district).Annotation(title=_("报区委备案")).Next(this.filed)
    filed = (
        Gateway()
        .Case(this.report_result, this.is_appointed, _("任命"))
        .Default(this.hold_meeting, _("选举"))
        .Annotation(title=_("是否选举"))
    )

    # Members' meeting
    hold_meeting = (
        HumanTask(
            views.RecordMeeting,
            level="unit",
            side=Side.APPLICANT,
            due=this.due_for_meeting,
            outcomes=(SUBMITTED, Outcome.EXTENSION),
        )
        .Annotation(title=_("召开团员大会"))
        .Next(this.meeting_held)
    )
    meeting_deadline = (
        Deadline(this.hold_meeting, this.meeting_ends_at).Annotation(title=_("大会期限")).Next(this.lapse)
    )
    meeting_held = (
        Gateway()
        .Case(this.decide_extension, Outcome.EXTENSION, _("申请延期"))
        .Case(this.hold_meeting, this.is_inquorate, _("人数不足"))
        .Case(this.hold_second_round, this.needs_second_round, _("无人当选"))
        .Default(this.report_result, _("选出"))
        .Annotation(title=_("大会结果"))
    )
    hold_second_round = (
        HumanTask(
            views.RecordMeeting,
            level="unit",
            side=Side.APPLICANT,
            due=this.due_for_meeting,
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("第二轮选举"))
        .Next(this.second_round_held)
    )
    second_round_deadline = (
        Deadline(this.hold_second_round, this.meeting_ends_at)
        .Annotation(title=_("大会期限"))
        .Next(this.lapse)
    )
    second_round_held = (
        Gateway()
        .Case(this.report_result, this.is_elected, _("选出"))
        .Default(this.hold_meeting, _("仍未选出"))
        .Annotation(title=_("第二轮结果"))
    )
    decide_extension = (
        HumanTask(
            views.DecideExtension,
            level=this.issuing_level,
            side=Side.APPROVER,
            due="extension_reply_working_days",
            outcomes=(APPROVED, REJECTED),
        )
        .Annotation(title=_("审批延期"))
        .Next(this.extension_decided)
    )
    extension_decided = (
        Gateway()
        .Case(this.extend_term, APPROVED, _("同意"))
        .Default(this.hold_meeting, _("不同意"))
        .Annotation(title=_("是否延期"))
    )
    extend_term = Step(this.do_extend_term).Annotation(title=_("延长期限")).Next(this.hold_meeting)
    lapse = Step(this.do_lapse).Annotation(title=_("批复失效")).Next(this.lapsed)

    # Result and second reply
    report_result = (
        HumanTask(
            views.ReportResult,
            level="unit",
            side=Side.APPLICANT,
            due="result_report_working_days",
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("报告选举结果"))
        .Next(this.file_report)
    )
    file_report = Step(this.do_file_report, binding=False).Annotation(title=_("结果报告")).Next(this.reported)
    reported = (
        Gateway()
        .Case(this.review_result_district, this.skips_subdistrict, _("直接联系"))
        .Default(this.approve_result_subdistrict, _("街镇"))
        .Annotation(title=_("报送何处"))
    )
    approve_result_subdistrict = (
        HumanTask(
            views.DecideResult,
            level="subdistrict",
            side=Side.APPROVER,
            due="result_reply_working_days",
            outcomes=(APPROVED, RETURNED, Outcome.ANNULLED),
        )
        .Annotation(title=_("街镇审批结果"))
        .Next(this.result_decided_subdistrict)
    )
    result_decided_subdistrict = (
        Gateway()
        .Case(this.annul_election, Outcome.ANNULLED, _("无效"))
        .Case(this.correct_result, RETURNED, _("退回"))
        .Case(this.review_result_district, this.needs_district, _("报区委"))
        .Default(this.reply_leadership, _("同意"))
        .Annotation(title=_("街镇是否同意"))
    )
    review_result_district = (
        HumanTask(
            views.DecideResult,
            level="district",
            side=Side.HANDLER,
            due="completeness_working_days",
            outcomes=(APPROVED, RETURNED),
        )
        .Annotation(title=_("区委审查结果"))
        .Next(this.result_reviewed_district)
    )
    result_reviewed_district = (
        Gateway()
        .Case(this.correct_result, RETURNED, _("退回"))
        .Default(this.approve_result_district, _("通过"))
        .Annotation(title=_("是否通过"))
    )
    approve_result_district = (
        HumanTask(
            views.DecideResult,
            level="district",
            side=Side.APPROVER,
            due="result_reply_working_days",
            outcomes=(APPROVED, RETURNED, Outcome.ANNULLED),
        )
        .Annotation(title=_("区委审批结果"))
        .Next(this.result_decided_district)
    )
    result_decided_district = (
        Gateway()
        .Case(this.annul_election, Outcome.ANNULLED, _("无效"))
        .Case(this.correct_result, RETURNED, _("退回"))
        .Default(this.reply_leadership, _("同意"))
        .Annotation(title=_("区委是否同意"))
    )
    annul_election = Step(this.do_annul_election).Annotation(title=_("宣布无效")).Next(this.hold_meeting)
    correct_result = (
        HumanTask(
            views.ReportResult,
            level="unit",
            side=Side.APPLICANT,
            due="result_report_working_days",
            outcomes=(SUBMITTED,),
        )
        .Annotation(title=_("补正结果报告"))
        .Next(this.file_result_correction)
    )
    file_result_correction = (
        Step(this.do_correct_report, binding=False).Annotation(title=_("重新编号")).Next(this.result_resumed)
    )
    result_resumed = (
        Resumption()
        .Back(this.approve_result_subdistrict, _("街镇审批"))
        .Back(this.review_result_district, _("区委审查"))
        .Default(this.approve_result_district, _("区委审批"))
        .Annotation(title=_("回到退回人"))
    )
    reply_leadership = (
        Step(this.do_reply_leadership).Annotation(title=_("班子批复")).Next(this.complete_registration)
    )

    # Registration
    complete_registration = (
        HumanTask(
            views.CompleteRegistration,
            level=this.handling_level,
            side=Side.HANDLER,
            due="registration_working_days",
            outcomes=(APPROVED,),
        )
        .Annotation(title=_("登记入库"))
        .Next(this.register)
    )
    register = Step(this.do_register).Annotation(title=_("组织生效")).Next(this.registered)

    registered = Finish("ok").Annotation(title=_("建团完成"))
    rejected = Finish("bad").Annotation(title=_("不予批准"))
    withdrawn = Finish("mute").Annotation(title=_("已撤回"))
    lapsed = Finish("bad").Annotation(title=_("批复失效"))

    # -- start ---------------------------------------------------------------------------------------------------

    def open_founding(self, activation, *, founding, by, previous=None):
        case = activation.process
        open_case(
            case,
            title=_("关于在%(unit)s建立团组织的申请") % {"unit": founding.unit.name},
            organization=founding.affiliation,
            unit=founding.unit,
            by=by,
            stage="draft_request",
            code=self.code,
            previous=previous,
        )
        case.artifact = founding
        return case

    def note(self, case) -> str:
        founding = case.artifact
        return _("%(mode)s · 团员 %(members)d 人") % {
            "mode": founding.get_mode_display(),
            "members": founding.members,
        }

    def possible_outcomes(self, node, case):
        """The meeting term is extended as often as the rules allow."""
        found, founding = super().possible_outcomes(node, case), case.artifact
        if Outcome.EXTENSION in found and founding.extensions >= founding.rules["max_extensions"]:
            found.remove(Outcome.EXTENSION)
        return found

    def passes(self, case, stage: str) -> bool:
        founding = case.artifact
        if stage == "meeting":
            return needs_election(founding.kind, founding.mode, founding.rules)
        return stage not in ("subdistrict", "district") or not founding.route or stage in founding.route

    # -- conditions ----------------------------------------------------------------------------------------------

    def skips_subdistrict(self, activation):
        return "subdistrict" not in activation.process.artifact.route

    def needs_district(self, activation):
        return "district" in activation.process.artifact.route

    def is_filed_with_district(self, activation):
        return "file:district" in activation.process.artifact.route

    def is_appointed(self, activation):
        founding = activation.process.artifact
        return not needs_election(founding.kind, founding.mode, founding.rules)

    def is_inquorate(self, activation):
        return not activation.process.artifact.current_meeting.quorate

    def needs_second_round(self, activation):
        return activation.process.artifact.current_meeting.second_round_needed

    def is_elected(self, activation):
        meeting = activation.process.artifact.current_meeting
        return meeting.quorate and not meeting.second_round_needed

    # -- levels --------------------------------------------------------------------------------------------------

    def issuing_level(self, case) -> str:
        """The level that issues both replies: the last of the frozen route."""
        return actions.issuing_level(case.artifact)

    def handling_level(self, case) -> str:
        return "subdistrict" if "subdistrict" in case.artifact.route else "district"

    # -- deadlines (working days unless the rule says days) ------------------------------------------------------

    def due_for_reply(self, case, on):
        """Calendar days from acceptance (RULES section 2), on to the next working day; nothing lapses by it."""
        days = case.artifact.rules["reply_days"]
        return Term(self.working_days(on + dt.timedelta(days=days - 1), 1).due_on)

    def due_for_meeting(self, case, on):
        return Term(case.artifact.meeting_due_on)

    def meeting_ends_at(self, activation):
        return self.end_of(activation.process.artifact.meeting_due_on)

    # -- steps ---------------------------------------------------------------------------------------------------

    def do_file_request(self, activation):
        case = activation.process
        founding = case.artifact
        actions.file_request(
            founding, by_id=case.opened_by_id, at=timezone.now(), case_number=case.number, round=case.round
        )
        case.title = _("关于成立%(name)s的申请") % {"name": founding.organization_name}

    def do_establish(self, activation):
        case, on = activation.process, timezone.localdate()
        actions.establish_organization(
            case.artifact, by_id=self.decider(case).pk, on=on, case_number=case.number
        )
        case.returns = 0
        tell_applicant(case, "established", due=case.artifact.meeting_due_on)

    def do_file_with_district(self, activation):
        case = activation.process
        actions.file_with_district(case.artifact, on=timezone.localdate(), case_number=case.number)
        tell_district_handlers(case, "filed")

    def do_extend_term(self, activation):
        actions.extend_meeting_term(activation.process.artifact)

    def do_lapse(self, activation):
        case = activation.process
        actions.lapse_founding(case.artifact, at=timezone.now(), case_number=case.number)
        self.decide_by_system(activation, Outcome.LAPSED)
        tell_applicant(case, "lapsed")

    def do_file_report(self, activation):
        self._file_report(activation.process)

    def do_correct_report(self, activation):
        self._file_report(activation.process, corrected=True)

    def _file_report(self, case, *, corrected: bool = False):
        actions.file_report(
            case.artifact,
            by_id=self.decider(case).pk,
            at=timezone.now(),
            case_number=case.number,
            corrected=corrected,
        )

    def do_annul_election(self, activation):
        case = activation.process
        opinion = self.deciding(case).opinion
        actions.annul_election(case.artifact, reason=opinion, on=timezone.localdate())
        tell_applicant(case, "annulled", opinion=opinion)

    def do_reply_leadership(self, activation):
        case = activation.process
        actions.reply_leadership(
            case.artifact, by_id=self.decider(case).pk, on=timezone.localdate(), case_number=case.number
        )

    def do_register(self, activation):
        case = activation.process
        actions.register_organization(
            case.artifact, by_id=self.decider(case).pk, on=timezone.localdate(), case_number=case.number
        )
        tell_applicant(case, "registered")
