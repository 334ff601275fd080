"""How a survey begins: for every unit that enters the register, or again for one already there."""

import datetime as dt

from django.db import transaction

from orgs.actions.survey import start_survey
from orgs.models import Person, Unit
from orgs.queries import rules_in_force
from records import audit

from .flow import SurveyFlow


def open_survey_case(*, unit: Unit, by: Person, on: dt.date, at: dt.datetime):
    """Open the survey of a unit in the caller's transaction or one of its own; returns the case."""
    with transaction.atomic():
        rule_set = rules_in_force("founding", on)
        survey = start_survey(unit=unit, rule_set=rule_set)
        case = SurveyFlow.start.run(survey=survey, by=by)
        case.save(update_fields=["stage"])
        audit.record(
            "opened",
            by_id=by.pk,
            about=case.about,
            chain=case.chain,
            at=at,
            flow=SurveyFlow.instance.app_name,
            rule_set=rule_set.pk,
        )
    return case
