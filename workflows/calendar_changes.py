"""Changing the working calendar: what would move, and the change with all that follows from it in one transaction.

The deadline of an open task counts its term's working days from the day on which it arrived. Tasks are handled in
groups (day of arrival, term, deadline): some hundreds of updates, however many tasks there are. Terms that end on a
fixed day stay.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from orgs.models import Person
from records import audit
from records.calendars import (
    MORE,
    ONE_DAY,
    DayChange,
    WorkingCalendar,
    differing,
    midnight,
    store_changes,
)

from .models import WorkItem

CHAIN = "calendar"
SHOWN = 20


@dataclass(frozen=True)
class Move:
    """Open tasks with the same day of arrival, term and deadline, and their deadline after a change."""

    arrived: dt.date
    term_days: int
    due_on: dt.date
    new_due_on: dt.date
    count: int

    @property
    def rows(self) -> QuerySet[WorkItem]:
        return WorkItem.objects.filter(
            open=True,
            due_on=self.due_on,
            term_days=self.term_days,
            created_at__gte=midnight(self.arrived),
            created_at__lt=midnight(self.arrived + ONE_DAY),
        )


@dataclass(frozen=True)
class Preview:
    """What a change would do: the days that differ, how many deadlines move, and the first of them."""

    changes: list[DayChange]
    moved: int
    first: list[tuple[WorkItem, dt.date]]


def moves_of(changes: list[DayChange]) -> Iterator[Move]:
    """The groups of open tasks whose deadline ``changes`` move, earliest deadline first."""
    if not changes:
        return
    first, last = changes[0].day, changes[-1].day
    rows = WorkItem.objects.filter(
        open=True, term_days__isnull=False, due_on__gte=first, created_at__lt=midnight(last)
    )
    groups = rows.annotate(arrived=TruncDate("created_at")).values_list("arrived", "term_days", "due_on")
    found = list(groups.annotate(count=Count("pk")).order_by("due_on", "arrived", "term_days"))
    if not found:
        return
    reach = max(due_on for _, _, due_on, _ in found) + dt.timedelta(days=MORE)
    calendar = WorkingCalendar.changed(changes, min(arrived for arrived, *_ in found), reach)
    for arrived, term_days, due_on, count in found:
        new_due_on = calendar.add_working_days(arrived, term_days)
        if new_due_on != due_on:
            yield Move(arrived, term_days, due_on, new_due_on, count)


def preview_changes(changes: list[DayChange]) -> Preview:
    """What ``changes`` would do; nothing is stored."""
    wanted = differing(changes)
    moved = 0
    first: list[tuple[WorkItem, dt.date]] = []
    for move in moves_of(wanted):
        moved += move.count
        if len(first) < SHOWN:
            rows = move.rows.order_by("pk")[: SHOWN - len(first)]
            first.extend((row, move.new_due_on) for row in rows)
    return Preview(wanted, moved, first)


def change_calendar(changes: list[DayChange], *, by: Person, at: dt.datetime, on: dt.date) -> int:
    """Store changes, move the deadlines and put both on record; returns how many deadlines moved.

    A moved deadline is reminded of anew, and one that lies ahead again is no longer reported as overdue.
    """
    with transaction.atomic():
        audit.lock_chains([CHAIN])
        wanted = differing(changes)
        if not wanted:
            return 0
        moved = sum(carry_out(move, on) for move in list(moves_of(wanted)))
        store_changes(wanted)
        days = [[one.day.isoformat(), one.kind, one.name, one.source] for one in wanted]
        audit.record(
            "calendar_changed",
            by_id=by.pk,
            about=f"calendar:{wanted[0].day.year}",
            chain=CHAIN,
            at=at,
            days=days,
            moved=moved,
        )
    return moved


def carry_out(move: Move, on: dt.date) -> int:
    """Move one group; one statement."""
    fields = {"due_on": move.new_due_on, "reminded": None}
    if move.new_due_on >= on:
        fields["escalated_to"] = None
    return move.rows.update(**fields)
