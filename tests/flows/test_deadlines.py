"""Deadlines over the length of a case: the clock of a returned one stands still; what is due is done exactly once."""

import datetime as dt
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from orgs.models import Milestone
from records import audit
from records.calendars import DayChange, add_working_days
from records.models import Notice
from tests.flows import district as d
from tests.flows.racing import Racers
from workflows.calendar_changes import change_calendar
from workflows.deadlines import escalate, remind
from workflows.models import CaseEvent, Decision, GuardedTask, Outcome, WorkItem
from workflows.timers import fire_due_timers

LEFT, HOLIDAY_DAYS = 3, 14
ONE_DAY = dt.timedelta(days=1)


def nine(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def submitted(place, *keys: str):
    """A submitted case that the named people have approved."""
    with transaction.atomic():
        unit = d.make_applying_unit(place)
    case = d.open_founding(place, unit)
    for key, outcome in (("applicant", Outcome.SUBMITTED), *((key, Outcome.APPROVED) for key in keys)):
        d.act(case, place.person(key), outcome)
    return case


def open_item(case) -> WorkItem:
    return WorkItem.objects.get(case=case, open=True)


@pytest.mark.django_db(transaction=True)
def test_the_clock_of_a_returned_case_stands_still_across_a_holiday():
    place = d.make_district()
    case, today = submitted(place), timezone.localdate()
    old_due = add_working_days(today, LEFT)
    WorkItem.objects.filter(case=case, open=True).update(due_on=old_due)
    d.act(case, place.person("leader"), Outcome.RETURNED)

    days = [today + ONE_DAY * number for number in range(1, HOLIDAY_DAYS + 1)]
    by, at = place.person("district_handler"), timezone.now()
    change_calendar([DayChange(day, "off", "假日", "试验") for day in days], by=by, at=at, on=today)
    due = add_working_days(days[-1], LEFT)
    returned = d.load_case(case.pk)
    assert returned.flow_class.instance.remaining(returned, "approve_unit", days[-1]).due_on == due
    escalate(nine(add_working_days(old_due, HOLIDAY_DAYS)))
    assert not Notice.objects.filter(to=place.person("leader"), kind="overdue").exists(), "not their turn"

    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    item = open_item(case)
    assert (item.node, item.term_days) == ("approve_unit", LEFT)
    assert item.due_on == due > old_due
    change_calendar([DayChange(day, "") for day in days], by=by, at=at, on=today)
    assert open_item(case).due_on == old_due


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_and_report_each_task_once():
    with transaction.atomic():
        place = d.make_district()
    cases = [submitted(place) for _number in range(3)]
    day = add_working_days(timezone.localdate(), 1)
    late = add_working_days(day, 1)
    items = WorkItem.objects.filter(case__in=cases, open=True)
    items.update(due_on=day, created_at=nine(day - 60 * ONE_DAY))
    with Racers(2) as race:
        for duty, at in ((remind, nine(day)), (escalate, nine(late))):
            assert sum(race(partial(duty, at), partial(duty, at))) == len(cases)
            assert race(partial(duty, at), partial(duty, at)) == [0, 0]
    for kind in ("reminder", "overdue", "escalated"):
        told = Notice.objects.filter(kind=kind)
        assert told.count() == len(cases), kind
        assert told.values("url").distinct().count() == len(cases), kind
    assert CaseEvent.objects.filter(kind=CaseEvent.Kind.ESCALATED).count() == len(cases)
    assert not items.filter(escalated_to=None).exists()
    assert audit.check_log().breaks == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_fire_a_timer_once():
    with transaction.atomic():
        place = d.make_district()
    case = submitted(place, "leader", "handler0", "approver0")
    timer = GuardedTask.objects.get(process_id=case.pk, flow_task_type="TIMER", status="SCHEDULED")
    fire = partial(fire_due_timers, at=timer.scheduled + dt.timedelta(minutes=1))
    with Racers(2) as race:
        assert sorted(race(fire, fire)) == [0, 1]
        assert race(fire, fire) == [0, 0]
    assert d.node(case) == "lapsed"
    assert Decision.objects.filter(case=case, outcome=Outcome.LAPSED).count() == 1
    assert Milestone.objects.filter(kind="lapsed").count() == 1
    assert audit.check_log().breaks == []
