"""RULES sections 4 and 10, P4: the public notice of at least five working days, and the terms of objections."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awards.rules.notice_period import (
    LEAST_DAYS,
    NoticeRules,
    Period,
    Timing,
    closing_problems,
    earliest_decision,
    end_of_notice,
    investigate_by,
    period_from,
    recomputed,
    rule_problems,
    terms_of,
    timing_of,
    timing_words,
)
from records.calendars import WorkingCalendar, seed_calendar
from tests.unit.awards.calendar_2014 import Calendar2014, of_2014

RULES = NoticeRules()
CALENDAR = Calendar2014()
FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "calendar.json"
GOLDEN = [
    ("2023-04-07", "2023-04-13"),  # a real national notice
    ("2014-04-30", "2014-05-07"),
    ("2014-09-26", "2014-10-08"),
    ("2014-09-28", "2014-10-09"),
]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(("start", "end"), GOLDEN)
def test_golden_periods(start, end):
    assert period_from(day(start), RULES, CALENDAR) == Period(day(start), day(end))


@pytest.mark.django_db
def test_golden_periods_with_the_calendar_of_the_system():
    seed_calendar(FIXTURE)
    calendar = WorkingCalendar(2014, 2023)
    for start, end in GOLDEN:
        assert period_from(day(start), RULES, calendar).end == day(end)


def test_a_first_day_off_does_not_count():
    assert period_from(of_2014("09-27"), RULES, CALENDAR).end == of_2014("10-09")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 350), st.integers(LEAST_DAYS, 12), st.integers(-3, 40))
def test_no_day_closes_a_notice_before_its_working_days_have_passed(offset, days, later):
    start = of_2014("01-01") + dt.timedelta(days=offset)
    period = period_from(start, NoticeRules(days=days), CALENDAR)
    on = start + dt.timedelta(days=later)
    announced = [start + dt.timedelta(days=number) for number in range(max(later, 0))]
    passed = sum(CALENDAR.is_working_day(one) for one in announced)
    assert period.is_over(on) == (passed >= days)
    assert bool(closing_problems(period, on)) == (passed < days)


def test_the_refusal_says_from_when_on():
    (problem,) = closing_problems(period_from(of_2014("09-26"), RULES, CALENDAR), of_2014("10-08"))
    assert "2014-10-09" in problem.message


@pytest.mark.parametrize(
    "rules", [NoticeRules(days=4), NoticeRules(accept_days=0), NoticeRules(investigate_days=0)]
)
def test_shorter_terms_cannot_be_configured(rules):
    assert rule_problems(rules)
    with pytest.raises(ValueError, match="请"):
        period_from(of_2014("09-26"), rules, CALENDAR)


def test_an_added_name_waits_for_itself_only():
    first = period_from(of_2014("09-15"), RULES, CALENDAR)
    added = period_from(of_2014("09-22"), RULES, CALENDAR)
    assert (first.end, added.end) == (of_2014("09-19"), of_2014("09-26"))
    assert first.is_over(of_2014("09-22"))
    assert not added.is_over(of_2014("09-22"))
    assert end_of_notice([added, first]) == of_2014("09-26")


def test_an_edited_calendar_or_rule_never_shortens_what_was_announced():
    announced = Period(of_2014("09-15"), of_2014("09-24"))
    assert recomputed(announced, RULES, CALENDAR) == announced
    assert recomputed(announced, NoticeRules(days=10), CALENDAR).end == of_2014("09-26")


def test_terms_of_objections_count_working_days_after_the_day():
    terms = terms_of(of_2014("09-29"), RULES, CALENDAR)
    assert terms.accept_by == of_2014("10-08")
    assert terms.investigate_by == of_2014("10-28")
    assert investigate_by(of_2014("09-30"), RULES, CALENDAR) == of_2014("10-27")


def test_when_an_objection_came():
    period = Period(of_2014("09-26"), of_2014("10-08"))
    decided = of_2014("10-10")
    assert timing_of(of_2014("09-25"), period, None) == Timing.EARLY
    assert timing_of(of_2014("09-26"), period, None) == Timing.IN_TIME
    assert timing_of(of_2014("10-08"), period, decided) == Timing.IN_TIME
    assert timing_of(of_2014("10-09"), period, decided) == Timing.LATE
    assert timing_of(of_2014("10-11"), period, decided) == Timing.AFTER_DECISION
    assert len({timing_words(one) for one in Timing}) == len(Timing)


def test_the_earliest_decision_is_a_working_day_after_the_notice_and_after_every_objection():
    period = period_from(of_2014("09-22"), RULES, CALENDAR)
    assert period.end == of_2014("09-26")
    assert earliest_decision(period, [], CALENDAR) == of_2014("09-28")
    assert earliest_decision(period, [of_2014("09-24")], CALENDAR) == of_2014("09-28")
    assert earliest_decision(period, [of_2014("10-02"), of_2014("09-24")], CALENDAR) == of_2014("10-08")
    assert earliest_decision(period, [of_2014("09-24"), None], CALENDAR) is None
