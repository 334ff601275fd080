"""Survey of units (RULES section 10, P1)."""

import datetime as dt
from typing import Any

from ..enums import Classification, MilestoneKind
from ..models import Milestone, Person, RuleSet, Survey, Unit, Visit
from .units import keep_version

VISIT_FIELDS = ("employees", "youth", "members", "party_members", "party_organization")


def start_survey(*, unit: Unit, rule_set: RuleSet) -> Survey:
    """A survey of a unit under the rules in force."""
    return Survey.objects.create(unit=unit, rule_set=rule_set, rules=rule_set.data)


def record_visit(survey: Survey, *, by: Person, **found: Any) -> Visit:
    """Keep a visit; what was found goes into the register when the classification is confirmed."""
    return Visit.objects.create(survey=survey, by=by, **found)


def propose_classification(survey: Survey, classification: Classification, *, reason: str) -> None:
    survey.classification = classification
    survey.classification_reason = reason
    survey.save(update_fields=["classification", "classification_reason"])


def confirm_classification(
    survey: Survey, *, by: Person, on: dt.date, case_number: str, at: dt.datetime
) -> None:
    """Write the confirmed outcome and the last visit's figures into the register as a new version."""
    unit, visit = survey.unit, survey.visits.order_by("-visited_on", "-pk").first()
    if visit is not None and visit.found:
        for field in VISIT_FIELDS:
            setattr(unit, field, getattr(visit, field))
    unit.classification = survey.classification
    keep_version(unit, reason=f"{survey.get_classification_display()} {case_number}", by=by, at=at)
    survey.confirmed_on = on
    if survey.classification == Classification.CULTIVATE:
        survey.revisit_on = on + dt.timedelta(days=survey.rules["revisit_days"])
    survey.save(update_fields=["confirmed_on", "revisit_on"])
    Milestone.objects.create(
        kind=MilestoneKind.SURVEYED, unit=unit, scope=unit.scope, on=on, case_number=case_number
    )
