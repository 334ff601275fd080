"""RULES.md sections 0, 4 and 10: working days of 2014 and now, golden dates included."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.calendars import (
    WorkingCalendar,
    add_working_days,
    is_working_day,
    seed_calendar,
    working_days_between,
    working_days_left,
)
from records.models.calendar import CalendarDay

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "calendar.json"
# 国办发明电〔2013〕28号, kept apart from the fixture, which comes from another source.
OFF_2014 = ["0101", "0131-0206", "0405-0407", "0501-0503", "0531-0602", "0906-0908", "1001-1007"]
WORKED_2014 = ["0126", "0208", "0504", "0928", "1011"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded():
    seed_calendar(FIXTURE)


def day(text):
    return date(2014, int(text[:2]), int(text[2:4]))


def days(spans):
    for span in spans:
        first, last = day(span[:4]), day(span[-4:])
        while first <= last:
            yield first
            first += timedelta(days=1)


def test_2014_is_as_the_state_council_arranged_it():
    calendar = WorkingCalendar(2014)
    off, worked = set(days(OFF_2014)), set(days(WORKED_2014))
    for number in range(365):
        one = date(2014, 1, 1) + timedelta(days=number)
        expected = one in worked or (one.weekday() < 5 and one not in off)
        assert calendar.is_working_day(one) == expected, one


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2023-04-07", "2023-04-13"),
        ("2014-04-30", "2014-05-07"),
        ("2014-09-26", "2014-10-08"),
        ("2014-09-28", "2014-10-09"),
    ],
)
def test_golden_notices_of_five_working_days_with_the_first_day_counted(start, end):
    assert add_working_days(date.fromisoformat(start), 5, first_day_counts=True) == date.fromisoformat(end)


def test_every_known_year_agrees_with_the_library():
    calendar = WorkingCalendar(*range(2014, 2027))
    one = date(2014, 1, 1)
    while one.year < 2027:
        assert calendar.is_working_day(one) == chinese_calendar.is_workday(one), one
        one += timedelta(days=1)


def test_a_year_not_yet_arranged_has_its_statutory_days_marked_as_provisional():
    assert not is_working_day(date(2027, 1, 1))
    provisional = CalendarDay.objects.filter(day__year=2027)
    assert provisional
    assert all("暂按" in one.source for one in provisional)
    assert is_working_day(date(2031, 10, 1))


def test_the_day_itself_does_not_count_unless_asked_for():
    assert add_working_days(date(2014, 6, 9), 5) == date(2014, 6, 16)
    assert add_working_days(date(2014, 6, 9), 5, first_day_counts=True) == date(2014, 6, 13)
    assert add_working_days(date(2014, 6, 8), 1, first_day_counts=True) == date(2014, 6, 9)
    assert add_working_days(date(2014, 6, 8), 0) == date(2014, 6, 8)


def test_a_negative_period_is_a_mistake():
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2014, 6, 9), -1)


@pytest.mark.parametrize(
    ("today", "left"),
    [("0609", 5), ("0613", 1), ("0614", 1), ("0616", 0), ("0617", -1), ("0618", -2)],
)
def test_days_left_until_a_deadline(today, left):
    assert working_days_left(day(today), day("0616")) == left


def test_an_overdue_deadline_is_negative_also_on_a_day_off():
    assert working_days_left(day("0614"), day("0613")) == -1


def test_a_correction_counts_at_once_and_seeding_again_keeps_it():
    assert is_working_day(date(2014, 6, 9))
    CalendarDay.objects.create(day=date(2014, 6, 9), kind="off", name="停电", source="区委通知")
    CalendarDay.objects.filter(day=date(2014, 1, 1)).update(kind="work")
    assert not is_working_day(date(2014, 6, 9))
    assert seed_calendar(FIXTURE) == 0
    assert is_working_day(date(2014, 1, 1))


def test_a_page_reads_the_years_it_names_with_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = WorkingCalendar.around(date(2014, 6, 9))
        for number in range(1, 40):
            calendar.working_days_left(date(2014, 6, 9), date(2014, 6, 9) + timedelta(days=number))
        calendar.add_working_days(date(2014, 12, 30), 5)
    with django_assert_num_queries(1):
        assert calendar.is_working_day(date(2020, 1, 2))
        assert calendar.is_working_day(date(2020, 1, 3))
    with django_assert_num_queries(1):
        add_working_days(date(2014, 12, 30), 3)
    with django_assert_num_queries(1):
        working_days_between(date(2014, 1, 1), date(2016, 1, 1))


_DAYS = st.dates(date(2014, 1, 1), date(2026, 6, 30))


@settings(max_examples=60, deadline=None)
@given(start=_DAYS, count=st.integers(1, 40))
def test_adding_and_counting_are_inverse(start, count):
    calendar = WorkingCalendar(start.year, start.year + 1)
    end = calendar.add_working_days(start, count)
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(start, end) == count == -calendar.working_days_between(end, start)
    assert calendar.working_days_left(start, end) == count


@settings(max_examples=60, deadline=None)
@given(a=_DAYS, first=st.integers(0, 40), second=st.integers(0, 40))
def test_counts_add_up(a, first, second):
    calendar = WorkingCalendar(a.year, a.year + 1)
    b = a + timedelta(days=first)
    c = b + timedelta(days=second)
    between = calendar.working_days_between
    assert between(a, c) == between(a, b) + between(b, c)
