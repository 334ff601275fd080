"""Deadlines that come near and deadlines that pass: reminders, and reporting to the next level.

Two duties look once in a while at the open desk rows. What is to be done is found by exact ranges of due dates, and
what was done is written into the row itself (``reminded``, ``escalated_to``) in the transaction that promises the
notices: whoever comes second, or after days of downtime, finds nothing left to do twice. Which reminders there are and
who hears of delays is in the ``handling`` rules frozen into each case.

Reporting to the next level only tells; nothing is decided by silence (RULES.md section 6).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from orgs.models import Organization, RuleSet
from records import audit, notices
from records.calendars import ONE_DAY, WorkingCalendar, midnight
from records.duties import periodic

from .escalations import districts, escalation_of, write_escalations
from .models import Case, WorkItem
from .notify import holders_of, people_of

CHUNK = 500
EVERY = dt.timedelta(minutes=5)
# Smaller than any reminder: the holder was told that the deadline has passed.
TOLD_OVERDUE = -1
Work = Callable[[list[WorkItem]], None]


@dataclass(frozen=True)
class Rules:
    """A handling rule set and the cases that it governs: those into which it is frozen, and older ones by date."""

    data: dict
    cases: Q


def handling_rules() -> Iterator[Rules]:
    """All handling rule sets; one query. A case older than these rules has none frozen: the day it began decides."""
    sets = list(RuleSet.objects.filter(subject="handling").order_by("valid_from", "pk"))
    for number, one in enumerate(sets):
        undated = Q(case__handling=None, case__created__gte=midnight(one.valid_from))
        if number + 1 < len(sets):
            undated &= Q(case__created__lt=midnight(sets[number + 1].valid_from))
        yield Rules(one.data, Q(case__handling=one) | undated)


def in_force_at(at: dt.datetime) -> Iterator[tuple[Rules, WorkingCalendar]]:
    """The rules under which something may be due now: on working days, from their hour on."""
    local = timezone.localtime(at)
    calendar = WorkingCalendar.around(local.date())
    if calendar.is_working_day(local.date()):
        for rules in handling_rules():
            if local.hour >= rules.data["reminder_hour"]:
                yield rules, calendar


def in_chunks(waiting: QuerySet[WorkItem], work: Work) -> int:
    """Do ``work`` for the rows of ``waiting``, some hundreds in a transaction; returns for how many.

    ``work`` must take its rows out of ``waiting``. A case that somebody is just handling is left for the next time.
    The cases are locked and not the rows, as every step of a case does, and the calendar cannot change meanwhile.
    """
    done = 0
    for due_on in list(waiting.order_by("due_on").values_list("due_on", flat=True).distinct()):
        rows, last = waiting.filter(due_on=due_on).order_by("pk"), 0
        while found := list(rows.filter(pk__gt=last).values_list("pk", "case_id")[:CHUNK]):
            last = found[-1][0]
            with transaction.atomic(durable=True):
                audit.lock_chains(["calendar"])
                cases = Case.objects.filter(pk__in={case for _, case in found})
                locked = cases.select_for_update(of=("self",), skip_locked=True, no_key=True)
                free = set(locked.values_list("pk", flat=True))
                items = list(rows.filter(pk__in=[pk for pk, case in found if case in free]))
                if items:
                    work(items)
            done += len(items)
    return done


# --- reminders --------------------------------------------------------------------------------------------------


def reached(calendar: WorkingCalendar, due_on: dt.date, days: int) -> dt.date:
    """The first day on which no more than ``days`` working days remain until ``due_on``."""
    return calendar.working_day_back(due_on, days + 1) + ONE_DAY


def reminders_of(
    rules: Rules, calendar: WorkingCalendar, on: dt.date
) -> Iterator[tuple[int, int, QuerySet[WorkItem]]]:
    """The most urgent reminder of each due date that one is due for: its days, the days left, and the rows without it.

    A task that arrived when its reminder's day had come is not reminded by it: its arrival has just been told.
    """
    offsets = sorted(rules.data["reminder_working_days"])
    due_on = on
    while offsets and (left := calendar.working_days_left(on, due_on)) <= offsets[-1]:
        days = next(offset for offset in offsets if offset >= left)
        arrived = midnight(reached(calendar, due_on, days))
        rows = WorkItem.objects.filter(
            Q(reminded=None) | Q(reminded__gt=days), open=True, due_on=due_on, created_at__lt=arrived
        )
        yield days, left, rows.filter(rules.cases)
        due_on += ONE_DAY


@periodic(every=EVERY)
def remind(at: dt.datetime) -> int:
    """Remind of deadlines that come near; returns of how many. After downtime only the most urgent one is sent."""
    done = 0
    for rules, calendar in in_force_at(at):
        for days, left, rows in reminders_of(rules, calendar, timezone.localdate(at)):
            done += in_chunks(rows, partial(send_reminders, days=days, left=left, at=at))
    return done


def send_reminders(items: list[WorkItem], *, days: int, left: int, at: dt.datetime) -> None:
    """Mark the rows and promise the notices in the caller's transaction."""
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(reminded=days)
    tell_holders("reminder", items, str(days), at=at, left=left)


# --- overdue ----------------------------------------------------------------------------------------------------


@periodic(every=EVERY)
def escalate(at: dt.datetime) -> int:
    """Report overdue tasks to the next level and tell their holders; returns how many tasks."""
    on, done = timezone.localdate(at), 0
    for rules, calendar in in_force_at(at):
        late = WorkItem.objects.filter(rules.cases, open=True)
        if rules.data["escalate"]:
            last = calendar.working_day_back(on, rules.data["escalation_working_days"])
            waiting = late.filter(due_on__lte=last, escalated_to=None)
            waiting = waiting.select_related("case__organization", "organization", "owner")
            work = partial(report, targets=rules.data["escalates_to"], above=districts(), at=at)
            done += in_chunks(waiting, work)
        untold = late.filter(
            Q(reminded=None) | Q(reminded__gt=TOLD_OVERDUE), due_on__lte=calendar.working_day_back(on, 1)
        )
        done += in_chunks(untold, partial(tell_overdue, at=at))
    return done


def tell_overdue(items: list[WorkItem], *, at: dt.datetime) -> None:
    """Tell the holders that the deadline has passed; marks the rows in the caller's transaction."""
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(reminded=TOLD_OVERDUE)
    tell_holders("overdue", items, "", at=at)


def report(
    items: list[WorkItem], *, targets: dict[str, str], above: dict[str, Organization], at: dt.datetime
) -> None:
    """Report overdue tasks: the rows, the cases' events, the audit log and the notices in the caller's transaction."""
    found = [escalation_of(item, targets, above) for item in items]
    posts = people_of({one.receiver for one in found}, timezone.localdate(at))
    write_escalations(found, {key: [name for _, name in people] for key, people in posts.items()}, at=at)
    rows = [
        notice_row("escalated", one.item, "", person, who=one.holder, place=one.place)
        for one in found
        for person, _ in posts.get(one.receiver, [])
    ]
    notices.send_many("escalated", rows, at=at)
    tell_overdue([item for item in items if item.reminded != TOLD_OVERDUE], at=at)


# --- who is told ------------------------------------------------------------------------------------------------


def tell_holders(kind: str, items: list[WorkItem], mark: str, *, at: dt.datetime, **context: object) -> None:
    """Promise a notice about each task to its holders; ``mark`` tells apart what is sent about the same deadline."""
    rows = [
        notice_row(kind, item, mark, person, **context)
        for item, person in holders_of(items, timezone.localdate(at))
    ]
    notices.send_many(kind, rows, at=at)


def notice_row(kind: str, item: WorkItem, mark: str, person: int, **context: object) -> notices.Row:
    """A notice about a task; its key holds the deadline, so that one that was moved is told of anew."""
    return notices.Row(
        to_id=person,
        key=f"{kind}:{item.pk}:{item.due_on:%Y%m%d}:{mark}:{person}",
        url=reverse("task", args=[item.case_id, item.pk]),
        context={"case": item.title, "node": item.node, "due": item.due_on.isoformat(), **context},
    )
