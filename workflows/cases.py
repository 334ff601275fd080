"""The list of cases in a person's jurisdiction, with what they started themselves.

A case stands in the list with its first open task by deadline: that task is its deadline. Who asks for a deadline, or
for the order of deadlines, begins at the open tasks, so that the partial indexes of :class:`WorkItem` are read.
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from awards.conflict_register import hidden_from
from awards.models import Nomination
from orgs.models import Organization, Person, Post, Unit
from orgs.permissions import Perm
from orgs.queries import places_within, scope_filter
from records.calendars import WorkingCalendar

from .case_filters import AHEAD, BETWEEN, CLOSED, OVERDUE, RETURNED, CasesAsked
from .desk import BY_DUE, NEWEST_FIRST
from .keyset import Page, capped_counts, page_of
from .models import Case, WorkItem
from .rows import case_rows
from .titles import BY_NAME

PAGE_SIZE = 25
NAMES_OFFERED = 300


@dataclass(frozen=True)
class CaseSearch:
    """Filters, whose list it is, and on which day: what list, count, export and saved views all read.

    ``asked.place`` is a place that the person may see, and ``place`` is it.
    """

    person: Person
    asked: CasesAsked
    on: dt.date
    calendar: WorkingCalendar
    place: Organization | None = None
    perm: Perm = Perm.VIEW_REGISTRY

    @property
    def cases(self) -> QuerySet[Case]:
        """The cases that the filters leave, newest first."""
        rows = self._narrowed(visible_cases(self.person, self.on, self.perm))
        asked = self.asked
        if asked.deadline:
            rows = rows.filter(self._first_due())
        if asked.holder or asked.unclaimed:
            rows = rows.filter(pk__in=self._held(WorkItem.objects.filter(open=True)).values("case"))
        return rows.order_by("-process_ptr_id")

    @property
    def items(self) -> QuerySet[WorkItem]:
        """The first open task of each of these cases, by deadline."""
        rows = self._due(first_items())
        if self.asked.holder or self.asked.unclaimed:
            rows = rows.filter(case__in=self._held(WorkItem.objects.filter(open=True)).values("case"))
        asked = replace(self.asked, deadline="", holder="", unclaimed="")
        plain = asked.without_paging == CasesAsked(sort=asked.sort)
        visible = visible_to(self.person, self.on, self.perm, prefix="case__")
        rows = rows.filter(visible)
        if not plain:
            rows = rows.filter(case__in=self._narrowed(Case.objects.all()).values("pk"))
        return rows.order_by("due_on", "task_id")

    @property
    def source(self) -> QuerySet:
        """The rows of the list in its order: open tasks by deadline, or cases, newest first."""
        return self.items if self.asked.ordered_by_deadline else self.cases

    @property
    def count(self) -> int:
        """How many there are, up to the cap of counts."""
        return capped_counts(found=[self.source])["found"]

    def _narrowed(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """Those that text, flow, stage, state, place, unit and opener leave."""
        asked = self.asked
        if asked.q:
            rows = rows.filter(matching(asked.q))
        if asked.flow:
            rows = rows.filter(flow_class=BY_NAME[asked.flow])
        if asked.stage:
            rows = rows.filter(stage__in=asked.stages)
        if asked.state:
            rows = rows.filter(finished__isnull=asked.state != CLOSED)
        if asked.state == RETURNED:
            # Few cases were ever returned: those are what is looked through.
            rows = rows.filter(returns__gt=0).exclude(return_stack=[])
        if self.place is not None:
            there = Unit.objects.filter(location=self.place)
            rows = rows.filter(Q(scope__range=self.place.scope_bounds) | Q(unit__in=there))
        if asked.unit:
            rows = rows.filter(unit_id=int(asked.unit))
        return rows.filter(opened_by=self.person) if asked.mine else rows

    @property
    def _days(self) -> dict[str, dt.date]:
        """The deadlines asked for, as the bounds of a lookup: ``gte`` the first day, ``lte`` the last."""
        asked = self.asked
        if asked.deadline == OVERDUE:
            return {"lte": self.on - dt.timedelta(days=1)}
        if asked.deadline in AHEAD:
            days = AHEAD[asked.deadline]
            return {"gte": self.on, "lte": self.calendar.add_working_days(self.on, days) if days else self.on}
        texts = {"gte": asked.due_from, "lte": asked.due_to} if asked.deadline == BETWEEN else {}
        return {bound: dt.date.fromisoformat(text) for bound, text in texts.items() if text}

    def _due(self, items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
        """The tasks whose deadline is as asked."""
        return items.filter(**{f"due_on__{bound}": day for bound, day in self._days.items()})

    def _first_due(self) -> Q:
        """A filter for the cases whose first deadline is as asked: one lies there, and none before."""
        opened = WorkItem.objects.filter(case=OuterRef("pk"), open=True)
        found = Q(pk__in=self._due(WorkItem.objects.filter(open=True)).values("case"))
        if first := self._days.get("gte"):
            found &= Q(~Exists(opened.filter(due_on__lt=first)))
        return found

    def _held(self, items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
        """The tasks whose holder is as asked; a name and “unclaimed” together ask for either."""
        wanted = Q(owner=None) if self.asked.unclaimed else Q(pk__in=[])
        if self.asked.holder:
            # The few people by that name first: their tasks are ranges of an index.
            wanted |= Q(owner__in=list(people_named(self.asked.holder)))
        return items.filter(wanted)


def search(
    person: Person,
    asked: CasesAsked,
    *,
    on: dt.date,
    calendar: WorkingCalendar | None = None,
    perm: Perm = Perm.VIEW_REGISTRY,
) -> CaseSearch:
    """The search that a person may make: a place that they may not see is left out of the filters."""
    place = None
    if asked.place:
        place = places_within(person, perm, on).filter(pk=int(asked.place)).first()
    asked = asked if place else replace(asked, place="")
    return CaseSearch(person, asked, on, calendar or WorkingCalendar.around(on), place, perm)


def visible_to(person: Person, on: dt.date, perm: Perm, *, prefix: str = "") -> Q:
    """A filter for cases in the jurisdictions in which ``perm`` is held, of the person's own units, and opened by
    them; ``prefix`` leads from the rows to their case."""
    visible = scope_filter(person, perm, on, field=f"{prefix}scope", unit=f"{prefix}unit") | Q(
        **{f"{prefix}opened_by": person}
    )
    hidden = hidden_numbers(person)
    return visible & ~Q(**{f"{prefix}number__in": hidden}) if hidden else visible


def hidden_numbers(person: Person) -> list[str]:
    """Numbers of the cases that their flow hides from a person (see :meth:`BaseFlow.hides`); one statement, and none
    found, for whoever sits in no award committee."""
    hidden = hidden_from(person)
    return (
        list(Nomination.objects.filter(pk__in=hidden).values_list("case_number", flat=True)) if hidden else []
    )


def visible_cases(person: Person, on: dt.date, perm: Perm = Perm.VIEW_REGISTRY) -> QuerySet[Case]:
    """The cases that :func:`visible_to` leaves."""
    return Case.objects.filter(visible_to(person, on, perm))


def matching(text: str) -> Q:
    """A filter for cases whose title, number or unit has the text in it; letters also read as pinyin initials.

    Chinese has no capitals: compared as it is, a text is found several times faster.
    """
    contains = "contains" if text.lower() == text.upper() else "icontains"
    named, found = Q(**{f"name__{contains}": text}), Q(**{f"title__{contains}": text})
    if text.isascii():
        named |= Q(initials__contains=text.lower())
        found |= Q(number__contains=text.upper())
    # The units are read once beside the cases: joined, each case would look up its unit.
    return found | Q(unit__in=Unit.objects.filter(named))


def first_items() -> QuerySet[WorkItem]:
    """Of each case with open tasks the first by deadline: with co-signers a case has several."""
    earlier = WorkItem.objects.filter(case=OuterRef("case"), open=True).filter(
        Q(due_on__lt=OuterRef("due_on")) | Q(due_on=OuterRef("due_on"), task__lt=OuterRef("task"))
    )
    return WorkItem.objects.filter(~Exists(earlier), open=True)


def people_named(text: str) -> QuerySet:
    """Ids of the people whose name has the text in it; a few hundred at most."""
    return Person.objects.filter(name__icontains=text).values_list("pk", flat=True)[:500]


def holder_names(person: Person, on: dt.date) -> list[str]:
    """Names to offer for “holder”: whoever holds a post in the person's jurisdictions."""
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gte=on),
        scope_filter(person, Perm.VIEW_REGISTRY, on, field="organization__scope"),
        since__lte=on,
        organization__isnull=False,
    )
    names = posts.order_by("person__name").values_list("person__name", flat=True).distinct()
    return list(names[:NAMES_OFFERED])


def cases_page(found: CaseSearch) -> tuple[Page, list[dict]]:
    """One page of the list and its rows: by deadline those that have one, else all, newest first."""
    asked = found.asked
    page: Page
    if asked.ordered_by_deadline:
        page = page_of(
            WorkItem, [found.items], BY_DUE, after=asked.after, before=asked.before, size=PAGE_SIZE
        )
        keys = [item.case_id for item in page.rows]
    else:
        page = page_of(
            Case, [found.cases], NEWEST_FIRST, after=asked.after, before=asked.before, size=PAGE_SIZE
        )
        keys = [case.pk for case in page.rows]
    cases = Case.objects.select_related("unit", "organization").in_bulk(keys)
    return page, case_rows([cases[key] for key in keys], on=found.on, calendar=found.calendar)
