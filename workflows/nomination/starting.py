"""How a nomination begins: by the applicant of a unit, for an organization of it or for a person there."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from awards.actions.nominating import same_nominee, start_nomination
from awards.models import Honour, Nomination
from awards.offers import already_nominated, nomination_obstacle
from awards.rules.identity import person_key
from orgs.models import Organization, Person
from orgs.permissions import Verdict

from ..base import begin
from ..models import Case, WorkItem
from .flow import NominationFlow


class MayNotStart(Exception):
    """A nomination cannot begin now; the message says why and what to do."""

    def __init__(self, verdict: Verdict):
        super().__init__(f"{verdict.reason} {verdict.remedy}")
        self.verdict = verdict


def open_nomination_case(
    *,
    honour: Honour,
    organization: Organization,
    by: Person,
    on: dt.date,
    name: str = "",
    born_on: dt.date | None = None,
) -> WorkItem:
    """Open a case and return the desk row of its first step; ``name`` and ``born_on`` for an honour of persons.

    Raises MayNotStart. The rules are those frozen in the campaign; an earlier nomination of the same nominee for the
    honour is linked.
    """
    with transaction.atomic():
        rows = Organization.objects.select_for_update(of=("self",)).select_related("unit__affiliation")
        organization = rows.get(pk=organization.pk)
        honour = Honour.objects.select_related("campaign__organization").get(pk=honour.pk)
        verdict = nomination_obstacle(honour, organization, on=on)
        if not verdict:
            raise MayNotStart(verdict)
        refuse_second(honour, organization, name, born_on)
        nomination = start_nomination(
            honour=honour, organization=organization, applicant=by, name=name, born_on=born_on
        )
        case = begin(
            NominationFlow,
            by=by,
            at=timezone.now(),
            rule_set_id=nomination.rule_set_id,
            nomination=nomination,
            previous=earlier_case(nomination),
        )
    return WorkItem.objects.get(case=case, open=True)


def refuse_second(honour: Honour, organization: Organization, name: str, born_on: dt.date | None) -> None:
    """Raise MayNotStart where the person is nominated for the honour already."""
    if not name or born_on is None:
        return
    wanted = Nomination(honour=honour, organization=organization, person_key=person_key(name, born_on))
    if (running := same_nominee(wanted)) is not None:
        raise MayNotStart(already_nominated(running))


def earlier_case(nomination: Nomination) -> Case | None:
    """The case of the last nomination of the same nominee for the honour, which has ended."""
    same = Nomination.objects.filter(
        honour=nomination.honour_id,
        organization=nomination.organization_id,
        person_key=nomination.person_key,
    )
    last = same.exclude(pk=nomination.pk).order_by("-pk").first()
    return Case.objects.filter(number=last.case_number).first() if last else None
