"""RULES section 10, P4: the plan of a campaign counts working days; the holidays of 2014 show it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from awards.rules.plan import closes_on, plan_from, plan_problems, running_on
from tests.unit.awards.calendar_2014 import Calendar2014, of_2014

CALENDAR = Calendar2014()
STEPS = [
    {"key": "nominate", "name": "单位推荐", "working_days": 3},
    {"key": "rank", "name": "街镇排序", "working_days": 2},
    {"key": "notice", "name": "公示", "working_days": 5},
]


@dataclass
class Campaign:
    starts_on: dt.date
    rules: dict[str, Any] = field(default_factory=lambda: {"plan": STEPS})


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        ("03-03", [("03-03", "03-05"), ("03-06", "03-07"), ("03-10", "03-14")]),
        # A Sunday that is worked before the National Day week, and a Saturday after it.
        ("09-28", [("09-28", "09-30"), ("10-08", "10-09"), ("10-10", "10-15")]),
        # A start within the holiday moves behind it.
        ("10-03", [("10-08", "10-10"), ("10-11", "10-13"), ("10-14", "10-20")]),
    ],
)
def test_each_step_begins_on_the_working_day_after_the_one_before(start, wanted):
    plan = plan_from(STEPS, of_2014(start), CALENDAR)
    assert [(f"{one.first:%m-%d}", f"{one.last:%m-%d}") for one in plan] == wanted
    assert closes_on(Campaign(of_2014(start)), CALENDAR) == plan[0].last


@pytest.mark.parametrize(
    ("today", "key"),
    [
        ("09-27", None),  # not begun
        ("09-28", "nominate"),
        ("09-30", "nominate"),
        ("10-01", "rank"),  # days off between two steps: what comes next
        ("10-15", "notice"),
        ("10-16", None),  # over
    ],
)
def test_the_step_of_a_day(today, key):
    step = running_on(plan_from(STEPS, of_2014("09-28"), CALENDAR), of_2014(today))
    assert (step and step.key) == key


def test_a_plan_without_nominations_or_days_is_refused():
    assert [one.code for one in plan_problems(STEPS)] == []
    broken = [STEPS[1] | {"working_days": 0}]
    assert [one.code for one in plan_problems(broken)] == ["step_too_short", "nominate_missing"]
