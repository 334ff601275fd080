"""The figures of the year, all from milestones: nobody types one."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from .enums import MilestoneKind, OrganizationLevel
from .models import Campaign, Goal, Milestone, Organization, Person
from .permissions import Perm
from .queries import jurisdictions, scope_filter
from .rules.progress import Pace, Step, pace, steps

COLUMNS = (
    MilestoneKind.SURVEYED,
    MilestoneKind.REQUESTED,
    MilestoneKind.ESTABLISHED,
    MilestoneKind.REGISTERED,
)


@dataclass(frozen=True)
class GoalProgress:
    """One goal of the district: how many are registered, and how that compares with the plan."""

    goal: Goal
    done: int
    plan: list[Step]
    pace: Pace
    last_passed: Step | None

    @property
    def due(self) -> Step | None:
        """The last checkpoint that has passed, else the first."""
        return self.last_passed or (self.plan[0] if self.plan else None)

    @property
    def percent(self) -> int:
        return self.done * 100 // self.goal.target if self.goal.target else 0


@dataclass(frozen=True)
class PlaceProgress:
    """One sub-district or bureau: how many milestones of each kind in the year."""

    organization: Organization
    counts: list[int]


def campaign_of(year: int | None, *, on: dt.date) -> Campaign | None:
    """The plan of the year asked for, else the newest that has begun."""
    plans = Campaign.objects.prefetch_related("goals", "checkpoints")
    return plans.filter(year=year).first() if year else plans.filter(year__lte=on.year).first()


def year_filter(year: int) -> Q:
    return Q(on__gte=dt.date(year, 1, 1), on__lte=dt.date(year, 12, 31))


def goal_progress(campaign: Campaign, *, on: dt.date) -> list[GoalProgress]:
    """Progress of the whole district: an organization counts once its second reply is out and it is registered."""
    registered = Milestone.objects.filter(
        year_filter(campaign.year), kind=MilestoneKind.REGISTERED, on__lte=on
    )
    figures = registered.aggregate(
        non_public_enterprise=Count("organization", Q(unit__kind="non_public_enterprise"), distinct=True),
        social_organization=Count("organization", Q(unit__kind="social_organization"), distinct=True),
        direct_contact=Count("organization", Q(organization__direct_contact=True), distinct=True),
    )
    checkpoints = [(point.due_on, point.percent) for point in campaign.checkpoints.all()]
    found = []
    for goal in campaign.goals.all():
        plan = steps(goal.target, checkpoints if goal.cumulative else [(dt.date(campaign.year, 12, 31), 100)])
        done = figures[goal.sort]
        passed = [step for step in plan if step.due_on <= on]
        found.append(GoalProgress(goal, done, plan, pace(done, plan, on), passed[-1] if passed else None))
    return found


def place_progress(person: Person, year: int, *, on: dt.date) -> list[PlaceProgress]:
    """The sub-districts and bureaus in the person's jurisdiction, in the order of the tree; two statements."""
    places = Organization.objects.filter(
        scope_filter(person, Perm.VIEW_REGISTRY, on),
        level__in=(OrganizationLevel.DISTRICT, OrganizationLevel.SUBDISTRICT, OrganizationLevel.BUREAU),
    ).order_by("scope")
    rows = (
        Milestone.objects.filter(
            year_filter(year), scope_filter(person, Perm.VIEW_REGISTRY, on), on__lte=on, kind__in=COLUMNS
        )
        .values_list("scope", "kind")
        .annotate(number=Count("unit", distinct=True))
        .order_by()
    )
    counts: Counter[tuple[int, str]] = Counter({(scope, kind): number for scope, kind, number in rows})
    return [PlaceProgress(place, [counts[place.scope, kind] for kind in COLUMNS]) for place in places]


def sees_district(person: Person, on: dt.date) -> bool:
    """Whether the person's jurisdiction is the whole district, to which the goals belong."""
    levels = {node.level for node in jurisdictions(person, Perm.VIEW_REGISTRY, on)}
    return bool(levels & {OrganizationLevel.DISTRICT, OrganizationLevel.CITY})
