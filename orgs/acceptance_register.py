"""All acceptances of a jurisdiction: the list, and which items fail most. Few statements, whatever the number of rows.

What inspectors found counts only once all of a round are in (``AcceptanceItem.points``), and never for somebody who is
still to give an independent opinion on that very acceptance (:mod:`orgs.inspection_access`).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .enums import Conclusion, OrganizationLevel
from .models import Acceptance, AcceptanceItem, Inspection, Organization, Person, RuleSet, Unit
from .permissions import Perm
from .queries import scope_filter
from .rules.inspection_words import NUMERALS, stars_of
from .rules.reference import industry_sections
from .rules.standards import SUBJECT, items_of

EXPIRING_DAYS = 90
WORST_SHOWN = 3
STATES: dict[str, Promise] = {
    "running": _("办理中"),
    "rectify": _("整改中"),
    "passed": _("合格有效"),
    "expiring": _("90 日内到期"),
    "expired": _("已到期"),
    "failed": _("不合格"),
    "revoked": _("已撤销认定"),
    "closed": _("未作结论而结束"),
}


def judging_alone(person: Person) -> Exists:
    """Whether a person is still to judge an acceptance without knowing what others found."""
    own = Inspection.objects.filter(
        acceptance=OuterRef("pk"), inspector=person, state=Inspection.State.ASSIGNED
    )
    return Exists(own.exclude(purpose=Inspection.Purpose.AGAIN))


def visible_acceptances(person: Person, perm: Perm, on: dt.date) -> QuerySet[Acceptance]:
    """Acceptances in the person's jurisdictions, as :func:`with_state` tells of them."""
    return with_state(Acceptance.objects.filter(scope_filter(person, perm, on)), person)


def with_state(acceptances: QuerySet[Acceptance], person: Person) -> QuerySet[Acceptance]:
    """``closed``: the case has ended; ``alone``: what was found is not for this person yet."""
    ended = Unit.objects.filter(
        pk=OuterRef("unit"), cases__number=OuterRef("case_number"), cases__finished__isnull=False
    )
    return acceptances.annotate(closed=Exists(ended), alone=judging_alone(person))


def state_filter(state: str, on: dt.date) -> Q:
    """The rows in a state of :data:`STATES`; those with ``expiring`` are also ``passed``."""
    passed = Q(conclusion=Conclusion.PASS, revoked_on=None)
    undecided = Q(conclusion__in=("", Conclusion.RECTIFY))
    return {
        "running": Q(conclusion="", closed=False),
        "rectify": Q(conclusion=Conclusion.RECTIFY, closed=False),
        "passed": passed & Q(valid_until__gte=on),
        "expiring": passed & Q(valid_until__range=(on, on + dt.timedelta(days=EXPIRING_DAYS))),
        "expired": passed & Q(valid_until__lt=on),
        "failed": Q(conclusion=Conclusion.FAIL),
        "revoked": Q(revoked_on__isnull=False),
        "closed": undecided & Q(closed=True),
    }[state]


def state_of(acceptance: Acceptance, on: dt.date) -> str:
    """The state of a row of :func:`visible_acceptances`; ``expiring`` before ``passed``."""
    if acceptance.revoked_on:
        return "revoked"
    if acceptance.conclusion == Conclusion.PASS:
        left = (acceptance.valid_until - on).days if acceptance.valid_until else EXPIRING_DAYS + 1
        return "expired" if left < 0 else "expiring" if left <= EXPIRING_DAYS else "passed"
    if acceptance.conclusion == Conclusion.FAIL:
        return "failed"
    if acceptance.closed:
        return "closed"
    return "rectify" if acceptance.conclusion == Conclusion.RECTIFY else "running"


def acceptances_matching(
    acceptances: QuerySet[Acceptance],
    *,
    on: dt.date,
    text: str = "",
    place: Organization | None = None,
    state: str = "",
    section: str = "",
    standard: str = "",
    stars: str = "",
    item: str = "",
    direct_contact: bool | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[Acceptance]:
    """Those that a search (organization, unit, case number) and the filters leave; empty filters do not count.

    ``since`` and ``until`` bound the day of the self-assessment, so that every acceptance lies in one period. ``item``
    keeps those in which that item was found not met.
    """
    if text := text.strip():
        found = (
            Q(organization__name__icontains=text)
            | Q(unit__name__icontains=text)
            | Q(case_number__icontains=text)
        )
        if text.isascii():
            found |= Q(unit__initials__contains=text.lower())
        acceptances = acceptances.filter(found)
    if place is not None:
        acceptances = acceptances.filter(scope__range=place.scope_bounds)
    if since:
        acceptances = acceptances.filter(assessed_on__gte=since)
    if until:
        acceptances = acceptances.filter(assessed_on__lte=until)
    if state:
        acceptances = acceptances.filter(state_filter(state, on))
    if stars:
        acceptances = acceptances.filter(
            state_filter("passed", on) | state_filter("expired", on),
            grade__startswith=NUMERALS[int(stars)],
            alone=False,
        )
    if item:
        unmet = AcceptanceItem.objects.filter(
            acceptance=OuterRef("pk"), code=item, met=False, points__isnull=False
        )
        acceptances = acceptances.filter(Exists(unmet), alone=False)
    equal = {"unit__section": section, "standard": standard, "direct_contact": direct_contact}
    return acceptances.filter(**{key: value for key, value in equal.items() if value not in ("", None)})


# --- the overview -----------------------------------------------------------------------------------------------

COUNTED = ("passed", "expired", "rectify", "failed", "running", "revoked", "closed")


@dataclass
class Tally:
    """How acceptances of one place or industry stand. ``counts`` by state, ``stars`` of those that passed, ``worst``
    the items that were most often not met as ``(code, times)``."""

    key: str
    label: str
    direct: bool = False
    total: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    stars: dict[int, int] = field(default_factory=lambda: dict.fromkeys((5, 4, 3, 2, 0), 0))
    worst: list[tuple[str, int]] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """Passed, whether the certificate still runs or not; revoked ones left out."""
        return self.counts["passed"] + self.counts["expired"]

    def add(self, row: dict[str, Any]) -> None:
        self.total += row["total"]
        for state in COUNTED:
            self.counts[state] += row[state]
        if accepted := row["passed"] + row["expired"]:
            self.stars[stars_of(row["grade"])] = self.stars.get(stars_of(row["grade"]), 0) + accepted


@dataclass(frozen=True)
class ItemTally:
    """One item over all acceptances: how often it was looked at, how often not met, and which share of its points
    was reached."""

    code: str
    text: str
    criterion: str
    looked: int
    unmet: int
    reached: int

    @property
    def percent(self) -> int:
        return round(self.unmet * 100 / self.looked) if self.looked else 0


@dataclass(frozen=True)
class Overview:
    """The figures of a jurisdiction and period."""

    all: Tally
    places: list[Tally]
    sections: list[Tally]
    items: list[ItemTally]


def overview_of(cohort: QuerySet[Acceptance], places: Iterable[Organization], *, on: dt.date) -> Overview:
    """The overview of some rows of :func:`visible_acceptances`; four statements beside the places."""
    counts = {state: Count("pk", filter=state_filter(state, on)) for state in COUNTED}
    rows = list(
        cohort.order_by().values("scope", "unit__section", "grade").annotate(total=Count("pk"), **counts)
    )
    whole, by_place, by_section = Tally("", ""), _places(places), _sections()
    for row in rows:
        for tally in (whole, by_place.get(row["scope"]), by_section.get(row["unit__section"])):
            if tally is not None:
                tally.add(row)
    found = AcceptanceItem.objects.filter(
        acceptance__in=cohort.filter(alone=False).values("pk"), points__isnull=False
    ).order_by()
    _worst(by_place, found.filter(met=False).values_list("acceptance__scope", "code").annotate(Count("pk")))
    _worst(
        by_section,
        found.filter(met=False).values_list("acceptance__unit__section", "code").annotate(Count("pk")),
    )
    return Overview(
        whole,
        [one for one in by_place.values() if one.total],
        sorted((one for one in by_section.values() if one.total), key=lambda one: -one.total),
        _items(found),
    )


def _places(places: Iterable[Organization]) -> dict[int, Tally]:
    """By scope. What the district accepts itself, by direct contact, is a row of its own."""
    direct = (OrganizationLevel.CITY, OrganizationLevel.DISTRICT)
    return {one.scope: Tally(str(one.pk), one.display_name, one.level in direct) for one in places}


def _sections() -> dict[str, Tally]:
    return {code: Tally(code, f"{code} {name}") for code, name in industry_sections().items()}


def _worst(tallies: dict[Any, Tally], rows: Iterable[tuple[Any, str, int]]) -> None:
    for key, code, times in rows:
        if key in tallies:
            tallies[key].worst.append((code, times))
    for tally in tallies.values():
        tally.worst = sorted(tally.worst, key=lambda pair: (-pair[1], pair[0]))[:WORST_SHOWN]


def _items(found: QuerySet[AcceptanceItem]) -> list[ItemTally]:
    """Items by how often they were not met; their texts are those of the newest standard that has them."""
    texts: dict[str, tuple[str, str]] = {}
    for standard in RuleSet.objects.filter(subject=SUBJECT).order_by("valid_from", "pk"):
        for criterion, item in items_of(standard.data):
            texts[item["code"]] = (item["text"], criterion["name"])
    rows = found.values("code").annotate(
        looked=Count("pk"),
        unmet=Count("pk", filter=Q(met=False)),
        reached=Sum("points"),
        possible=Sum("full"),
    )
    tallies = [
        ItemTally(
            row["code"],
            *texts.get(row["code"], ("", "")),
            row["looked"],
            row["unmet"],
            round(row["reached"] * 100 / row["possible"]) if row["possible"] else 0,
        )
        for row in rows
    ]
    return sorted(tallies, key=lambda one: (-one.percent, -one.unmet, one.code))


def case_ids(acceptances: Iterable[Acceptance]) -> dict[str, int]:
    """The case of each acceptance, by number; one statement. Cases belong to the processes above."""
    numbers = {one.case_number for one in acceptances} - {""}
    pairs = Unit.objects.filter(cases__number__in=numbers).values_list("cases__number", "cases__pk")
    return dict(pairs)
