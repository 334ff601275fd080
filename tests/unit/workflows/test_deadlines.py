"""Reminders before a deadline, reporting after it: by working days, once, also after days without a worker."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.enums import Role
from records import audit
from records.models import AuditEntry, CalendarDay, Notice
from tests import factories
from tests.flows import district as d
from workflows.deadlines import escalate, remind
from workflows.escalations import escalated
from workflows.models import CaseEvent, Decision, Outcome, WorkItem

pytestmark = pytest.mark.django_db(transaction=True)
FRIDAY = dt.date(2026, 12, 18)


def moment(day: dt.date, hour: int = 9) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


@pytest.fixture
def place():
    return d.make_district()


def make_item(place, *keys: str, due: dt.date = FRIDAY, created: dt.date | None = None, **fields) -> WorkItem:
    """The open task of a case that the named people have approved, with a deadline."""
    case = d.open_founding(place, d.make_applying_unit(place, **fields))
    if keys:
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    for key in keys[1:]:
        d.act(case, place.person(key), Outcome.APPROVED)
    item = WorkItem.objects.get(case=case, open=True)
    item.due_on = due
    item.created_at = moment(created or due - dt.timedelta(days=30))
    item.save()
    return item


def told(kind: str) -> list[tuple[int, str]]:
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("to_id", "context__due"))


def lefts() -> list[int]:
    return list(Notice.objects.filter(kind="reminder").order_by("pk").values_list("context__left", flat=True))


def test_reminders_go_out_five_and_two_working_days_before_and_on_the_day(place):
    item = make_item(place, "applicant", "leader")
    sent = {}
    for back in range(12, -1, -1):
        day = FRIDAY - dt.timedelta(days=back)
        assert remind(moment(day, hour=7)) == 0, "before its hour"
        if number := remind(moment(day)):
            sent[day] = number
        assert remind(moment(day, hour=20)) == 0, "once"
    assert sent == {dt.date(2026, 12, 11): 1, dt.date(2026, 12, 16): 1, FRIDAY: 1}
    assert lefts() == [5, 2, 0]
    assert {to for to, _ in told("reminder")} == {place.person("handler0").pk}
    item.refresh_from_db()
    assert item.reminded == 0


def test_a_holiday_moves_the_reminders_and_none_goes_out_on_it(place):
    CalendarDay.objects.create(day=dt.date(2026, 12, 16), kind="off", source="试验")
    make_item(place, "applicant", "leader")
    assert remind(moment(dt.date(2026, 12, 10))) == 1
    assert remind(moment(dt.date(2026, 12, 16))) == 0
    assert remind(moment(dt.date(2026, 12, 15))) == 1
    assert lefts() == [5, 2]


def test_after_days_without_a_worker_only_the_most_urgent_reminder_is_sent(place):
    make_item(place, "applicant", "leader")
    assert remind(moment(dt.date(2026, 12, 17))) == 1
    assert remind(moment(dt.date(2026, 12, 17), hour=20)) == 0
    assert lefts() == [1]


def test_a_task_that_just_arrived_is_not_reminded_at_once(place):
    make_item(place, "applicant", "leader", created=dt.date(2026, 12, 14))
    assert remind(moment(dt.date(2026, 12, 15))) == 0
    assert remind(moment(dt.date(2026, 12, 16))) == 1


def test_everybody_in_whose_queue_a_task_waits_is_reminded(place):
    second = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "街镇经办乙")
    item = make_item(place, "applicant", "leader")
    assert item.owner_id is None
    remind(moment(FRIDAY))
    assert {to for to, _ in told("reminder")} == {place.person("handler0").pk, second.pk}


@pytest.mark.parametrize(
    ("keys", "role_holder", "level"),
    [
        ((), "handler0", "subdistrict"),
        (("applicant", "leader"), "district_handler", "district"),
    ],
)
def test_an_overdue_task_is_reported_to_the_next_level_and_nothing_is_decided(
    place, keys, role_holder, level
):
    item = make_item(place, *keys)
    decisions = Decision.objects.count()
    holder = item.owner_id
    assert escalate(moment(FRIDAY)) == 0
    assert escalate(moment(dt.date(2026, 12, 19))) == 0, "a Saturday"
    monday = dt.date(2026, 12, 21)
    assert escalate(moment(monday)) == 1
    assert escalate(moment(monday, hour=15)) == 0
    item.refresh_from_db()
    person = place.person(role_holder)
    assert item.escalated_to.level == level
    assert [item] == [row for rows in escalated(person, monday) for row in rows]
    assert not [row for rows in escalated(place.person("handler1"), monday) for row in rows]
    assert told("escalated") == [(person.pk, FRIDAY.isoformat())]
    assert told("overdue") == [(holder, FRIDAY.isoformat())]
    event = CaseEvent.objects.get()
    assert (event.kind, event.by, event.task_id) == ("escalated", None, item.pk)
    assert person.name in event.to_names
    entry = AuditEntry.objects.get(event="escalated")
    assert (entry.by_id, entry.chain, entry.data["event"]) == (None, item.case.chain, event.pk)
    assert audit.check_log().breaks == []
    assert Decision.objects.count() == decisions
    assert WorkItem.objects.get(case=item.case, open=True) == item
    assert remind(moment(monday)) == 0


def test_the_district_reports_to_its_leader_and_units_in_direct_contact_to_the_district(place):
    direct = make_item(place)
    case = direct.case
    type(case).objects.filter(pk=case.pk).update(organization=place.district)
    own = make_item(place, "applicant", "leader")
    WorkItem.objects.filter(pk=own.pk).update(
        organization=place.district, role=Role.DISTRICT_APPROVER, owner=place.person("district_approver")
    )
    monday = dt.date(2026, 12, 21)
    assert escalate(moment(monday)) == 2
    desks = {
        key: [row.pk for rows in escalated(place.person(key), monday) for row in rows]
        for key in ("district_handler", "district_leader", "handler0", "district_approver")
    }
    assert desks == {
        "district_handler": [direct.pk],
        "district_leader": [own.pk],
        "handler0": [],
        "district_approver": [],
    }


def test_a_case_keeps_the_rules_it_began_with(place):
    from orgs.models import RuleSet

    rules = RuleSet.objects.get(subject="handling")
    silent = RuleSet.objects.create(
        subject="handling",
        name="handling-silent",
        valid_from=dt.date(2030, 1, 1),
        data=rules.data | {"escalate": False, "reminder_working_days": [1]},
    )
    item = make_item(place, "applicant", "leader")
    type(item.case).objects.filter(pk=item.case_id).update(handling=silent)
    assert remind(moment(dt.date(2026, 12, 16))) == 0
    assert remind(moment(dt.date(2026, 12, 17))) == 1
    assert escalate(moment(dt.date(2026, 12, 21))) == 1
    assert told("overdue")
    assert not told("escalated")
    assert not CaseEvent.objects.exists()
