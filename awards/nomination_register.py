"""Which nominations a person finds, and what else there is about the same nominee."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from orgs.models import Organization, Person, Unit
from orgs.permissions import Perm
from orgs.queries import scope_filter

from .conflict_register import hidden_from
from .enums import NominationState
from .models import AwardCampaign, Nomination

WITH_NAMES = ("honour__campaign", "organization", "unit", "affiliation")


def visible_nominations(person: Person, on: dt.date, perm: Perm = Perm.VIEW_REGISTRY) -> QuerySet[Nomination]:
    """The nominations of the jurisdiction, without those in conflict with the person's seat in a committee."""
    return visible_to(person, Nomination.objects.filter(scope_filter(person, perm, on)))


def visible_to(person: Person, rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Nominations without those in conflict with the person's seat in a committee."""
    return rows.exclude(pk__in=hidden_from(person))


def nominations_matching(
    rows: QuerySet[Nomination],
    *,
    text: str = "",
    honour: int | None = None,
    state: str = "",
    place: Organization | None = None,
) -> QuerySet[Nomination]:
    """Those that the filters of the list leave."""
    if text:
        words = Q(person_name__icontains=text) | Q(organization__name__icontains=text)
        rows = rows.filter(words | Q(unit__name__icontains=text) | Q(case_number__icontains=text))
    if honour:
        rows = rows.filter(honour=honour)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(scope__range=place.scope_bounds) if place is not None else rows


def numbers_by_state(rows: QuerySet[Nomination]) -> list[tuple[NominationState, int]]:
    """How many stand at each state, in the order of the states; states of none are left out. One statement."""
    counted = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    return [(state, counted[state]) for state in NominationState if state in counted]


def others_about(nomination: Nomination, reader: Person) -> list[Nomination]:
    """Other nominations of the same person, or of the same organization and its people, in campaigns of the year, the
    ended ones included; without those that the reader must not see."""
    same = Q(organization=nomination.organization_id)
    if nomination.person_key:
        same |= Q(person_key=nomination.person_key)
    rows = Nomination.objects.filter(same, honour__campaign__year=nomination.honour.campaign.year)
    rows = visible_to(reader, rows.exclude(pk=nomination.pk))
    return list(rows.select_related(*WITH_NAMES).order_by("pk"))


def nominations_in(campaign: AwardCampaign) -> QuerySet[Nomination]:
    return Nomination.objects.filter(honour__campaign=campaign)


def case_ids(nominations: Iterable[Nomination]) -> dict[str, int]:
    """The case of each nomination, by number; one statement. Cases belong to the processes above."""
    numbers = {one.case_number for one in nominations} - {""}
    return dict(Unit.objects.filter(cases__number__in=numbers).values_list("cases__number", "cases__pk"))
