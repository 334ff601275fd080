"""The time plan of a campaign: its steps one after the other, in working days from the day on which it starts.

The days are configuration (rule set ``awards``, ``plan``), frozen into the campaign, so that whoever knows the start
and the calendar gets the same days. Only the end of ``nominate`` closes something: what comes after has its own terms
in each case; there the plan says what people may expect. ``calendar`` counts as ``records.calendars.WorkingCalendar``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from django.utils.translation import gettext as _

from awards.rules.notice_period import Calendar
from orgs.rules.founding import Problem
from records.calendars import MORE, ONE_DAY, WorkingCalendar

NOMINATE = "nominate"


class Planned(Protocol):
    """A campaign, as far as its plan is concerned."""

    rules: dict[str, Any]
    starts_on: dt.date


class Step(NamedTuple):
    """A step with its first and its last day, both working days."""

    key: str
    name: str
    working_days: int
    first: dt.date
    last: dt.date


def plan_problems(steps: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Why no days can be computed."""
    problems = [
        Problem(
            "step_too_short",
            _("时间安排的“%(name)s”至少1个工作日。请更正规则。") % {"name": one["name"]},
            "plan",
        )
        for one in steps
        if one["working_days"] < 1
    ]
    if NOMINATE not in [one["key"] for one in steps]:
        problems.append(Problem("nominate_missing", _("时间安排缺少单位推荐。请更正规则。"), "plan"))
    return problems


def plan_from(steps: Iterable[Mapping[str, Any]], starts_on: dt.date, calendar: Calendar) -> list[Step]:
    """The steps with their days. A start on a day off moves to the next working day."""
    found, day = [], starts_on
    for one in steps:
        while not calendar.is_working_day(day):
            day += ONE_DAY
        last = calendar.add_working_days(day, one["working_days"], first_day_counts=True)
        found.append(Step(one["key"], one["name"], one["working_days"], day, last))
        day = last + ONE_DAY
    return found


def plan_of(campaign: Planned, calendar: Calendar) -> list[Step]:
    """The plan of a campaign, by its frozen rules."""
    return plan_from(campaign.rules["plan"], campaign.starts_on, calendar)


def closes_on(campaign: Planned, calendar: Calendar | None = None) -> dt.date:
    """The last day on which a unit hands in a nomination; the day after, nominations are closed.

    Without a calendar the district's is read, one statement.
    """
    reach = dt.timedelta(days=2 * sum(one["working_days"] for one in campaign.rules["plan"]) + MORE)
    found = calendar or WorkingCalendar.spanning(campaign.starts_on, campaign.starts_on + reach)
    return next(one.last for one in plan_of(campaign, found) if one.key == NOMINATE)


def running_on(plan: Iterable[Step], on: dt.date) -> Step | None:
    """The step that runs on a day. Days off between two steps belong to the coming one; None before the first step
    and after the last."""
    steps = list(plan)
    if not steps or on < steps[0].first:
        return None
    return next((one for one in steps if on <= one.last), None)
