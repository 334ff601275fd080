"""How a survey begins: for every unit that enters the register, or again for one already there."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.access import PersonRequest, holding
from orgs.actions.survey import start_survey
from orgs.models import Person, RuleSet, Unit
from orgs.permissions import Perm, require
from orgs.queries import rules_in_force

from ..base import begin
from ..models import Case, SurveyProcess
from .flow import SurveyFlow


def open_survey_case(*, unit: Unit, by: Person, on: dt.date, at: dt.datetime) -> Case:
    """Open the survey of a unit in the caller's transaction or one of its own; returns the case."""
    return SurveyOpening(by=by, on=on, at=at)(unit)


@dataclass
class SurveyOpening:
    """Opens surveys one after another under the same rules; called with a unit, it returns the case."""

    by: Person
    on: dt.date
    at: dt.datetime
    rule_set: RuleSet = field(init=False)

    def __post_init__(self) -> None:
        self.rule_set = rules_in_force("founding", self.on)

    def __call__(self, unit: Unit) -> Case:
        with transaction.atomic():
            survey = start_survey(unit=unit, rule_set=self.rule_set)
            case = begin(SurveyFlow, by=self.by, at=self.at, rule_set_id=self.rule_set.pk, survey=survey)
        return case


def running_survey(unit: Unit) -> Case | None:
    """The survey of a unit that is not finished; one that waits for its revisit counts."""
    return (
        SurveyProcess.objects.filter(unit=unit, finished=None, flow_class=SurveyFlow).order_by("pk").first()
    )


class StartSurvey(View):
    """A handler opens the survey of a registered unit again, unless one is under way."""

    access = holding(Perm.CHECK_SUBDISTRICT)
    http_method_names = ["post"]

    def post(self, request: PersonRequest, unit_id: int) -> HttpResponse:
        on, at = timezone.localdate(), timezone.now()
        with transaction.atomic(durable=True):
            # The unit's row is the lock: two people who start at once get one survey.
            units = Unit.objects.select_related("affiliation").select_for_update(of=("self",))
            unit = get_object_or_404(units, pk=unit_id)
            require(request.user, Perm.CHECK_SUBDISTRICT, unit, on=on)
            if unit.merged_into_id:
                messages.error(
                    request, _("“%(unit)s”已并入其他单位，请在并入后的单位开展摸底。") % {"unit": unit}
                )
                return HttpResponseRedirect(reverse("unit", args=[unit.merged_into_id]))
            case = running_survey(unit)
            if case is None:
                case = open_survey_case(unit=unit, by=request.user, on=on, at=at)
                messages.success(request, _("已开始摸底，走访任务已送到建团指导员。"))
            else:
                messages.info(request, _("“%(unit)s”的摸底正在进行，没有重复发起。") % {"unit": unit})
        return HttpResponseRedirect(reverse("case", args=[case.pk]))
