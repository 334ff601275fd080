"""Survey of a unit: the process definition of P1 (RULES section 10). Wiring only."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from viewflow import this

from orgs.actions import survey as actions
from orgs.enums import Classification, Role
from orgs.permissions import Perm
from records import calendars

from ..base import BaseFlow, open_case
from ..models import Outcome, Side, SurveyProcess
from ..nodes import Finish, Gateway, HumanTask, Opening, Step, Wait
from . import views


class SurveyFlow(BaseFlow):
    process_class = SurveyProcess
    process_title = _("调查摸底")
    process_description = _("从登记单位到确认摸底结论。")
    code = "MD"
    opened_on_side = Side.HANDLER
    stages = (
        ("visit", _("走访"), ("visit_unit", "wait_revisit")),
        ("classify", _("分类"), ("classify_unit",)),
        ("confirm", _("确认"), ("confirm_classification", "confirmed")),
    )

    start = Opening(this.open_survey).Annotation(title=_("登记")).Next(this.visit_unit)

    visit_unit = (
        HumanTask(
            views.RecordVisit,
            level="subdistrict",
            side=Side.HANDLER,
            role=Role.INSTRUCTOR,
            perm=Perm.SURVEY_UNITS,
            due="visit_working_days",
            outcomes=(Outcome.SUBMITTED,),
        )
        .Annotation(title=_("走访单位"))
        .Next(this.classify_unit)
    )
    classify_unit = (
        HumanTask(
            views.ClassifyUnit,
            level="subdistrict",
            side=Side.HANDLER,
            role=Role.SUBDISTRICT_HANDLER,
            perm=Perm.CHECK_SUBDISTRICT,
            due="classify_working_days",
            outcomes=(Outcome.SUBMITTED, Outcome.RETURNED),
        )
        .Annotation(title=_("摸底分类"))
        .Next(this.classified)
    )
    classified = (
        Gateway()
        .Case(this.visit_unit, Outcome.RETURNED, _("重新走访"))
        .Default(this.confirm_classification, _("提出结论"))
        .Annotation(title=_("是否提出结论"))
    )
    confirm_classification = (
        HumanTask(
            views.ConfirmClassification,
            level="subdistrict",
            side=Side.APPROVER,
            role=Role.SUBDISTRICT_APPROVER,
            perm=Perm.CONFIRM_SURVEY,
            due="confirm_working_days",
            outcomes=(Outcome.APPROVED, Outcome.RETURNED),
        )
        .Annotation(title=_("确认结论"))
        .Next(this.confirmation_decided)
    )
    confirmation_decided = (
        Gateway()
        .Case(this.classify_unit, Outcome.RETURNED, _("退回"))
        .Default(this.confirm, _("同意"))
        .Annotation(title=_("是否同意"))
    )
    confirm = Step(this.do_confirm).Annotation(title=_("写入底本")).Next(this.outcome_known)
    outcome_known = (
        Gateway()
        .Case(this.wait_revisit, this.is_cultivated, _("培育"))
        .Case(this.gone, this.is_gone, _("注销或迁出"))
        .Case(this.not_suitable, this.is_not_suitable, _("暂不适合"))
        .Default(this.confirmed, _("可建团"))
        .Annotation(title=_("结论"))
    )
    wait_revisit = Wait(this.revisit_at).Annotation(title=_("等待回访")).Next(this.visit_unit)
    confirmed = Finish("ok").Annotation(title=_("可建团"))
    not_suitable = Finish("mute").Annotation(title=_("暂不适合"))
    gone = Finish("bad").Annotation(title=_("注销或迁出"))

    def open_survey(self, activation, *, survey, by):
        case = activation.process
        open_case(
            case,
            title=_("%(unit)s摸底") % {"unit": survey.unit.name},
            organization=survey.unit.affiliation,
            unit=survey.unit,
            by=by,
            stage="visit_unit",
            code=self.code,
        )
        case.artifact = survey
        return case

    def note(self, case) -> str:
        return case.unit.address[:80]

    def _classified_as(self, activation, classification) -> bool:
        return activation.process.artifact.classification == classification

    def is_cultivated(self, activation):
        return self._classified_as(activation, Classification.CULTIVATE)

    def is_gone(self, activation):
        return self._classified_as(activation, Classification.GONE)

    def is_not_suitable(self, activation):
        return self._classified_as(activation, Classification.NOT_SUITABLE)

    def revisit_at(self, activation):
        return calendars.midnight(activation.process.artifact.revisit_on)

    def do_confirm(self, activation):
        case = activation.process
        decision = self.deciding(case)
        actions.confirm_classification(
            case.artifact,
            by=self.decider(case),
            on=timezone.localdate(),
            case_number=case.number,
            at=decision.at,
        )
