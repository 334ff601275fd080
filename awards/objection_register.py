"""Objections as they are asked for: files, terms, who may investigate."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from orgs.enums import OrganizationLevel, Role
from orgs.models import Person, Post
from records.calendars import WorkingCalendar
from records.models import StoredFile

from .conflict_register import judge, subject_of
from .enums import ObjectionState
from .models import Nomination, NominationEvent, Objection
from .rules.conflicts import investigator_problems

EVIDENCE, REPORT = "objection_evidence", "objection_report"
NO_INVESTIGATORS = (Role.UNIT_APPLICANT, Role.UNIT_LEADER, Role.SECURITY_ADMIN, Role.AWARD_MEMBER)


def due_on(objection: Objection) -> dt.date | None:
    """The term that runs now; None when nothing is awaited within a term."""
    return {
        ObjectionState.RECEIVED: objection.accept_by,
        ObjectionState.ACCEPTED: objection.investigate_by,
    }.get(ObjectionState(objection.state))


def left_of(objection: Objection, on: dt.date, calendar: WorkingCalendar) -> int | None:
    """Working days until the term that runs now; negative when it is overdue."""
    due = due_on(objection)
    return calendar.working_days_left(on, due) if due else None


def files_of(objection: Objection, purpose: str) -> QuerySet[StoredFile]:
    """Evidence that came with an objection, or what goes with the report."""
    return StoredFile.objects.filter(
        about_type=Objection._meta.label_lower, about_id=objection.pk, purpose=purpose
    ).order_by("pk")


def involved_in(nomination: Nomination, deciders: Iterable[int] = ()) -> frozenset[int]:
    """Ids of everybody who took part in a nomination: nominated, decided on any step, sits in the committee, recorded
    letters, announced. ``deciders`` are those of the case, which only the flow knows."""
    campaign = nomination.honour.campaign
    found: set[int | None] = {nomination.applicant_id, nomination.account_id, *deciders}
    found |= set(NominationEvent.objects.filter(nomination=nomination).values_list("by", flat=True))
    found |= set(campaign.members.values_list("person", flat=True))
    found |= set(nomination.consultations.values_list("recorded_by", flat=True))
    found |= set(nomination.announcements.values_list("notice__published_by", flat=True))
    if nomination.affiliation.level != OrganizationLevel.DISTRICT:
        # Whoever recommends a nominee does not look into what is said about it.
        found |= set(
            Post.objects.filter(organization=nomination.affiliation).values_list("person", flat=True)
        )
    return frozenset(one for one in found if one is not None)


def candidates(nomination: Nomination, involved: frozenset[int], *, on: dt.date) -> QuerySet[Post]:
    """Posts of those who may be appointed: staff in the district who took no part."""
    low, high = nomination.honour.campaign.organization.scope_bounds
    return (
        Post.objects.filter(
            Q(until=None) | Q(until__gte=on),
            since__lte=on,
            organization__scope__range=(low, high),
            person__is_active=True,
        )
        .exclude(role__in=NO_INVESTIGATORS)
        .exclude(person__in=involved)
        .select_related("person", "organization")
        .order_by("organization__scope", "pk")
    )


def appointment_problems(
    objection: Objection, people: Iterable[Person], involved: frozenset[int]
) -> list[str]:
    """Why these people cannot investigate, in words; none: they can."""
    judges = [judge(one.name, one) for one in people]
    found = investigator_problems(
        judges, subject_of(objection.nomination), [], {str(one) for one in involved}
    )
    return [str(one.message) for one in found]


def present_investigators(objection: Objection) -> list[Person]:
    """Who investigates now."""
    rows = objection.investigators.filter(replaced_at=None).select_related("person")
    return [one.person for one in rows]
