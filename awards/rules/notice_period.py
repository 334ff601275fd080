"""The public notice in working days (RULES section 4: first day counted; section 10, P4: at least 5 working days,
accepted within 2, investigated within 15, early closing impossible, extended for added names only).

Every name has a period of its own: the names announced first share one, a name added later is announced for a full
period from its own first day, and nobody else waits for it. ``calendar`` counts working days as
``records.calendars.WorkingCalendar`` does.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext as _

from orgs.rules.founding import Problem

# What no rule set may go below (issue and RULES section 4 for the district; lower levels have no public notice here).
LEAST_DAYS = 5


class Calendar(Protocol):
    """What is needed of a calendar."""

    def is_working_day(self, day: dt.date) -> bool: ...

    def add_working_days(self, start: dt.date, count: int, first_day_counts: bool = False) -> dt.date: ...


@dataclass(frozen=True)
class NoticeRules:
    """Terms in working days: of the notice, to accept an objection, and to investigate it once accepted."""

    days: int = LEAST_DAYS
    accept_days: int = 2
    investigate_days: int = 15


@dataclass(frozen=True)
class Period:
    """The days on which a name is announced; ``end`` is the last of them, until midnight."""

    start: dt.date
    end: dt.date

    def is_over(self, on: dt.date) -> bool:
        return on > self.end


class Timing(StrEnum):
    """When an objection came, as seen from the period of its nominee and from the decision."""

    EARLY = "early"
    IN_TIME = "in_time"
    LATE = "late"
    AFTER_DECISION = "after_decision"


@dataclass(frozen=True)
class ObjectionTerms:
    """By when an objection is accepted (or refused with the reason), and investigated."""

    accept_by: dt.date
    investigate_by: dt.date


def rule_problems(rules: NoticeRules) -> list[Problem]:
    """What a campaign must not set."""
    problems = []
    if rules.days < LEAST_DAYS:
        text = _("公示期%(days)d个工作日，少于规定的%(least)d个工作日。请延长。")
        problems.append(Problem("notice_too_short", text % {"days": rules.days, "least": LEAST_DAYS}, "days"))
    if rules.accept_days < 1 or rules.investigate_days < 1:
        text = _("受理和调查异议的期限至少1个工作日。请更正。")
        problems.append(Problem("term_too_short", text, "accept_days"))
    return problems


def period_from(start: dt.date, rules: NoticeRules, calendar: Calendar) -> Period:
    """The period of names that are announced on ``start``; the first day counts when it is a working day.

    Raises ValueError for rules with ``rule_problems``: a shorter notice cannot be computed at all.
    """
    problems = rule_problems(rules)
    if problems:
        raise ValueError(problems[0].message)
    return Period(start, calendar.add_working_days(start, rules.days, first_day_counts=True))


def recomputed(period: Period, rules: NoticeRules, calendar: Calendar) -> Period:
    """The period after the calendar or the rules changed: it may become longer, never shorter than announced."""
    return Period(period.start, max(period.end, period_from(period.start, rules, calendar).end))


def end_of_notice(periods: Iterable[Period]) -> dt.date:
    """The last day of a notice with all its names. Raises ValueError where nobody is announced."""
    return max(period.end for period in periods)


def closing_problems(period: Period, on: dt.date) -> list[Problem]:
    """Why a notice, or that of one name, cannot be closed on a day."""
    if period.is_over(on):
        return []
    text = _("公示期到%(end)s结束，今天是%(on)s，不能提前结束。请在%(from)s起办理。")
    first = period.end + dt.timedelta(days=1)
    values = {"end": period.end.isoformat(), "on": on.isoformat(), "from": first.isoformat()}
    return [Problem("notice_running", text % values)]


def terms_of(received_on: dt.date, rules: NoticeRules, calendar: Calendar) -> ObjectionTerms:
    """The terms of an objection before it is accepted: the investigation counted from the last day to accept."""
    accept_by = calendar.add_working_days(received_on, rules.accept_days)
    return ObjectionTerms(accept_by, calendar.add_working_days(accept_by, rules.investigate_days))


def investigate_by(accepted_on: dt.date, rules: NoticeRules, calendar: Calendar) -> dt.date:
    """By when an accepted objection is investigated; the day of acceptance is not counted."""
    return calendar.add_working_days(accepted_on, rules.investigate_days)


def timing_of(received_on: dt.date, period: Period, decided_on: dt.date | None) -> Timing:
    """What becomes of an objection by its day.

    A late one still holds its nominee as long as nothing is decided: an award under an open objection is worse than a
    late one. After the decision it is examined as a request for revocation.
    """
    if decided_on is not None and received_on > decided_on:
        return Timing.AFTER_DECISION
    if received_on < period.start:
        return Timing.EARLY
    return Timing.LATE if period.is_over(received_on) else Timing.IN_TIME


def timing_words(timing: Timing) -> str:
    """What the secretary and the objector read."""
    return {
        Timing.EARLY: _("公示尚未开始。登记后并入考察，公示期内继续有效。"),
        Timing.IN_TIME: _("在公示期内收到，按规定受理。"),
        Timing.LATE: _("公示期满后收到，决定尚未作出：照样受理，该对象暂缓。"),
        Timing.AFTER_DECISION: _("决定已经作出：作为撤销荣誉的线索核查。"),
    }[timing]


def earliest_decision(
    period: Period, resolved_on: Iterable[dt.date | None], calendar: Calendar
) -> dt.date | None:
    """The first working day on which a name may be decided; None while an objection (None) is not resolved.

    It is after the period, and not before the last objection was resolved.
    """
    days = list(resolved_on)
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return None
    day = max([period.end + dt.timedelta(days=1), *known])
    while not calendar.is_working_day(day):
        day += dt.timedelta(days=1)
    return day
