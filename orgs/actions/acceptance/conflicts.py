"""Who may not inspect an acceptance, and exactly why (RULES section 10: inspectors are no part of the unit or case)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ...enums import OrganizationLevel, Role
from ...models import Acceptance, Inspection, Person, Post, Visit
from ...permissions import ALLOWED, Unblock, Verdict

Purpose, State = Inspection.Purpose, Inspection.State


@dataclass(frozen=True)
class Ties:
    """Everybody who is tied to an acceptance, by person; read once for all candidates.

    ``posts`` are posts at the unit, at a covered unit, or at the organization itself, running or ended.
    """

    applicant_id: int
    instructor: str
    deciders: frozenset[int]
    posts: dict[int, str] = field(default_factory=dict)
    visitors: dict[int, dt.date] = field(default_factory=dict)
    before_appeal: frozenset[int] = frozenset()
    inspected: frozenset[int] = frozenset()
    in_round: frozenset[int] = frozenset()


def inspector_places(acceptance: Acceptance, purpose: str) -> Q:
    """Posts of inspectors that may be sent: those of the handling organization and above it; for the district's sample
    and for direct contact those of the district itself."""
    above = Q(organization__path__in=acceptance.affiliation.ancestor_paths)
    if purpose == Purpose.SAMPLE or acceptance.direct_contact:
        return above & Q(organization__level=OrganizationLevel.DISTRICT)
    return above


def inspector_posts(acceptance: Acceptance, *, purpose: str, on: dt.date) -> QuerySet[Post]:
    """Running posts of everybody who may be sent, by name."""
    running = Q(until=None) | Q(until__gte=on)
    posts = Post.objects.filter(
        running, inspector_places(acceptance, purpose), role=Role.INSPECTOR, since__lte=on
    )
    return (
        posts.filter(person__is_active=True)
        .select_related("person", "organization", "unit")
        .order_by("person__name", "pk")
    )


def ties_of(acceptance: Acceptance, *, purpose: str, deciders: frozenset[int]) -> Ties:
    """Read who is tied to the case; a handful of queries, whoever is asked about."""
    organization = acceptance.organization
    units = {acceptance.unit_id, *organization.coverages.values_list("unit_id", flat=True)}
    posts = Post.objects.filter(Q(unit__in=units) | Q(organization=organization)).select_related(
        "unit", "organization"
    )
    founding = getattr(organization, "founding", None)
    visits = Visit.objects.filter(survey__unit__in=units, by__posts__role=Role.INSTRUCTOR)
    made = acceptance.inspections.exclude(state=State.CANCELLED)
    before = (
        made.filter(round__lt=first_round_since_appeal(acceptance, purpose)) if acceptance.appeals else []
    )
    return Ties(
        applicant_id=acceptance.applicant_id,
        instructor=founding.instructor if founding is not None else "",
        deciders=deciders,
        posts={post.person_id: post.label for post in posts},
        visitors=dict(visits.order_by("visited_on").values_list("by_id", "visited_on")),
        before_appeal=frozenset(visit.inspector_id for visit in before),
        inspected=frozenset(made.values_list("inspector_id", flat=True)),
        in_round=frozenset(
            made.filter(round=round_of(acceptance, purpose)).values_list("inspector_id", flat=True)
        ),
    )


def round_of(acceptance: Acceptance, purpose: str) -> int:
    """The round to which a new visit belongs: a new one for a (re-)inspection, else the present one."""
    begins = purpose in (Purpose.REGULAR, Purpose.AGAIN)
    return acceptance.inspection_round + (1 if begins else 0)


def first_round_since_appeal(acceptance: Acceptance, purpose: str) -> int:
    """The round in which an appeal has everything inspected anew; what lies before it was appealed against."""
    if purpose == Purpose.REGULAR:
        return round_of(acceptance, purpose)
    full = acceptance.inspections.filter(purpose=Purpose.REGULAR).order_by("-round").first()
    return full.round if full is not None else 0


def conflict_of(person: Person, ties: Ties, *, purpose: str) -> Verdict:
    """Why a person may not inspect; allowed when nothing ties them to the case."""
    reason = next(reasons(person, ties, purpose), "")
    if not reason:
        return ALLOWED
    return Verdict(False, reason, _("请另选与本单位、本事项没有利害关系的验收员。"), unblock=Unblock.ANOTHER)


def reasons(person: Person, ties: Ties, purpose: str) -> Iterator[str]:
    """Each tie that a person has, in words; the gravest first."""
    pk, name = person.pk, {"name": person.name}
    if pk == ties.applicant_id:
        yield _("%(name)s是本次验收的申请人。") % name
    if pk in ties.posts:
        yield _("%(name)s在被验收单位任职或曾任职（%(post)s）。") % (name | {"post": ties.posts[pk]})
    if ties.instructor and ties.instructor.strip() == person.name.strip():
        yield _("%(name)s是该团组织的建团指导员。") % name
    if pk in ties.visitors:
        day = date_format(ties.visitors[pk], "Y-m-d")
        yield _("%(name)s是建团指导员，曾于%(day)s走访该单位。") % (name | {"day": day})
    if pk in ties.deciders:
        yield _("%(name)s办理过本事项的其他环节。") % name
    if pk in ties.before_appeal:
        yield _("%(name)s在申诉前验收过该团组织，重新验收须由其他人进行。") % name
    if purpose == Purpose.SAMPLE and pk in ties.inspected:
        yield _("%(name)s已验收过该团组织，区级抽查须由其他人进行。") % name
    if pk in ties.in_round:
        yield _("%(name)s已在本轮验收中。") % name
