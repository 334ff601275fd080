"""Visits by day and place: an inspector's own, and for handlers all that are planned in their jurisdiction.

That a visit takes place, when, where and by whom is no secret; nothing here tells what was found, but to its inspector
how far their own record is (orgs.inspection_access).
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from records.calendars import WorkingCalendar, midnight

from .inspection_access import own_inspections
from .models import Inspection, InspectionFact, Person, Unit
from .permissions import Perm
from .queries import jurisdictions, scope_filter

State, Purpose = Inspection.State, Inspection.Purpose
#: Who plans visits and so sees all of them.
PLANNERS = (Perm.CHECK_SUBDISTRICT, Perm.REVIEW_DISTRICT)
WEEK = dt.timedelta(days=7)
SHOWN = 20


@dataclass(frozen=True)
class Asked:
    """Which day, and whose visits: ``mine``, ``all``, or the id of an inspector."""

    day: dt.date
    who: str

    @property
    def monday(self) -> dt.date:
        return self.day - dt.timedelta(days=self.day.weekday())

    def link(self, day: dt.date | None = None, who: str | None = None) -> str:
        query = {"day": (day or self.day).isoformat(), "who": self.who if who is None else who}
        return f"{reverse('inspections')}?{urlencode(query)}"


@dataclass
class Stop:
    """One visit as the calendar shows it. ``recorded`` is how many of its items are on the server, for its own
    inspector only."""

    visit: Inspection
    mine: bool
    may_move: bool
    case_url: str = ""
    recorded: int | None = None
    company: list[str] = field(default_factory=list)
    # The other visits of the same meeting, where the reader sees them as well.
    together: list["Stop"] = field(default_factory=list)

    @property
    def everybody(self) -> list["Stop"]:
        return [self, *self.together]

    @property
    def strangers(self) -> list[str]:
        """Who comes along and is not shown by a visit of their own."""
        shown = {stop.visit.inspector.name for stop in self.together}
        return [name for name in self.company if name not in shown]

    @property
    def is_open(self) -> bool:
        return any(stop.visit.state == State.ASSIGNED for stop in self.everybody)

    @property
    def moves(self) -> "Stop | None":
        """The visit by which the meeting is moved."""
        return next((stop for stop in self.everybody if stop.may_move), None)

    @property
    def tone(self) -> str:
        if not self.is_open:
            return "ok"
        return "bad" if timezone.localdate(self.visit.planned_at) < timezone.localdate() else "wait"

    @property
    def call(self) -> str:
        """The telephone number as a ``tel:`` address; empty when there is none."""
        digits = "".join(one for one in self.visit.telephone if one.isdigit() or one in "+,")
        return f"tel:{digits}" if digits else ""

    @property
    def map(self) -> str:
        """Where the installation's map service shows the place (``MAP_URL``); empty when it uses none."""
        street, place = self.visit.acceptance.unit.address, self.visit.place
        address = place if place in street or len(place) > 8 else f"{street} {place}"
        return settings.MAP_URL.format(address=urlencode({"": address})[1:]) if settings.MAP_URL else ""


@dataclass(frozen=True)
class Place:
    """The stops of a day in one sub-district, by address, so that a tour makes sense."""

    name: str
    stops: list[Stop]


@dataclass(frozen=True)
class Day:
    """One day of the week strip."""

    day: dt.date
    count: int
    is_off: bool
    link: str


def plans_visits(person: Person, on: dt.date) -> bool:
    """Whether a person sees the visits of others."""
    return any(jurisdictions(person, perm, on) for perm in PLANNERS)


def visits_for(person: Person, who: str, on: dt.date) -> QuerySet[Inspection]:
    """The visits that a person may see in the calendar, narrowed to whose they asked for; called-off ones left out."""
    if who == "mine":
        rows = own_inspections(person, on)
    else:
        planned = Q(pk__in=[])
        for perm in PLANNERS:
            planned |= scope_filter(person, perm, on, field="acceptance__scope")
        rows = Inspection.objects.filter(planned | Q(pk__in=own_inspections(person, on).values("pk")))
        if who.isdecimal() and len(who) < 19:
            rows = rows.filter(inspector=int(who))
    related = (
        "inspector",
        "acceptance__organization",
        "acceptance__affiliation",
        "acceptance__unit__location",
        "acceptance__standard",
    )
    return rows.exclude(state=State.CANCELLED).select_related(*related).order_by("planned_at", "pk")


def on_day(visits: QuerySet[Inspection], first: dt.date, last: dt.date | None = None) -> QuerySet[Inspection]:
    """Those between two days, both included."""
    end = (last or first) + dt.timedelta(days=1)
    return visits.filter(planned_at__gte=midnight(first), planned_at__lt=midnight(end))


def week_of(visits: QuerySet[Inspection], asked: Asked) -> list[Day]:
    """The week of the day asked for, with the number of visits of each day."""
    days = [asked.monday + dt.timedelta(days=more) for more in range(7)]
    meetings = on_day(visits, days[0], days[-1]).order_by().values_list("planned_at", "acceptance", "place")
    counts = Counter(timezone.localdate(planned_at) for planned_at, *_where in meetings.distinct())
    calendar = WorkingCalendar.spanning(days[0], days[-1])
    return [Day(day, counts[day], not calendar.is_working_day(day), asked.link(day)) for day in days]


def stops_of(visits: Iterable[Inspection], person: Person, on: dt.date) -> list[Stop]:
    """The visits with what the page shows beside them; a few statements for all."""
    rows = list(visits)
    mine = [visit.pk for visit in rows if visit.inspector_id == person.pk]
    recorded, cases, company = recorded_items(mine), case_links(rows), companies(rows)
    low_high = (
        [place.scope_bounds for place in jurisdictions(person, Perm.CHECK_SUBDISTRICT, on)],
        [place.scope_bounds for place in jurisdictions(person, Perm.REVIEW_DISTRICT, on)],
    )
    found = []
    for visit in rows:
        own, acceptance = visit.inspector_id == person.pk, visit.acceptance
        district = visit.purpose == Purpose.SAMPLE or acceptance.direct_contact
        arranges = any(low <= acceptance.scope <= high for low, high in low_high[district])
        found.append(
            Stop(
                visit,
                mine=own,
                may_move=visit.state == State.ASSIGNED and (own or arranges),
                case_url=cases.get(acceptance.pk, ""),
                recorded=recorded.get(visit.pk, 0) if own else None,
                company=company.get(visit.pk, []),
            )
        )
    return found


def meetings_of(stops: Iterable[Stop]) -> list[Stop]:
    """One stop per meeting, the reader's own visit first; the others stand in ``together``."""
    groups: dict[tuple, list[Stop]] = {}
    for stop in stops:
        visit = stop.visit
        groups.setdefault((visit.acceptance_id, visit.planned_at, visit.place), []).append(stop)
    found = []
    for group in groups.values():
        first, *others = sorted(group, key=lambda stop: not stop.mine)
        first.together = others
        found.append(first)
    return found


def by_place(stops: Iterable[Stop]) -> list[Place]:
    """The stops by sub-district where the unit is; in each, one address after the other in the order of time."""
    groups: dict[str, dict[str, list[Stop]]] = {}
    for stop in stops:
        street = stop.visit.acceptance.unit.location.display_name
        groups.setdefault(street, {}).setdefault(stop.visit.place, []).append(stop)
    return [
        Place(street, [one for same in places.values() for one in same]) for street, places in groups.items()
    ]


def recorded_items(visit_ids: list[int]) -> dict[int, int]:
    """How many items of each visit have a result on the server; one statement."""
    keys = InspectionFact.objects.filter(inspection__in=visit_ids).exclude(key__contains=":")
    found = keys.exclude(key__in=("arrival", "note", "signature", "finish"))
    return Counter(visit for visit, _key in found.values_list("inspection", "key").distinct())


def case_links(visits: Iterable[Inspection]) -> dict[int, str]:
    """The pages of the cases, by acceptance; one statement. Cases belong to the processes above."""
    acceptances = {visit.acceptance_id for visit in visits}
    cases = Unit.objects.filter(
        cases__artifact_content_type__model="acceptance", cases__artifact_object_id__in=acceptances
    )
    pairs = cases.values_list("cases__artifact_object_id", "cases__pk")
    return {acceptance: reverse("case", args=[case]) for acceptance, case in pairs}


def companies(visits: Iterable[Inspection]) -> dict[int, list[str]]:
    """Who else comes to the same place at the same moment, by visit; one statement."""
    rows = list(visits)
    acceptances = {visit.acceptance_id for visit in rows}
    coming = Inspection.objects.filter(acceptance__in=acceptances).exclude(state=State.CANCELLED)
    meetings: dict[tuple, list[tuple[int, str]]] = {}
    columns = ("acceptance_id", "planned_at", "place", "pk", "inspector__name")
    for *meeting, pk, name in coming.order_by("pk").values_list(*columns):
        meetings.setdefault(tuple(meeting), []).append((pk, name))
    return {
        visit.pk: [
            name
            for pk, name in meetings.get((visit.acceptance_id, visit.planned_at, visit.place), [])
            if pk != visit.pk
        ]
        for visit in rows
    }


def overdue(visits: QuerySet[Inspection], on: dt.date) -> list[Inspection]:
    """Those that should have been made before today and are not complete, the oldest first."""
    return list(visits.filter(state=State.ASSIGNED, planned_at__lt=midnight(on))[:SHOWN])


def upcoming(visits: QuerySet[Inspection], after: dt.date) -> list[Inspection]:
    """The next ones after a day."""
    later = visits.filter(state=State.ASSIGNED, planned_at__gte=midnight(after + dt.timedelta(days=1)))
    return list(later[:SHOWN])


def inspectors_of(visits: QuerySet[Inspection]) -> list[tuple[str, str]]:
    """The inspectors who have or had visits, by name."""
    pairs = visits.order_by().values_list("inspector", "inspector__name").distinct()
    return sorted(((str(pk), name) for pk, name in pairs), key=lambda pair: pair[1])
