"""The inspectors' calendar: whose visits are shown to whom, the day on paper, moving a visit, and the reminder."""

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from orgs.actions.acceptance.announcing import meeting_of, renew_notices
from orgs.actions.inspecting import receive_facts
from orgs.actions.inspection_reminders import remind_of_visits
from orgs.enums import Role
from orgs.models import Inspection
from records import outbox
from records.models import AuditEntry, Document, Notice
from tests.factories import make_person
from tests.inspections import add_visit, make_inspection, met, whole_visit
from tests.sharing import shared


def at(days: int, hour: int = 9, minute: int = 30) -> dt.datetime:
    day = timezone.localdate() + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def build():
    """Two inspectors of the first street at one place in two days; a visit of the second street on the same day."""
    first = make_inspection(planned_at=at(2), case_number="YS-2026-00001")
    own = replace(first.place, people=dict(first.place.people))
    second = make_inspection(own, street=1, inspectors=1, planned_at=at(2, 14), case_number="YS-2026-00002")
    renew_notices(
        first.acceptance,
        [meeting_of(first.visits[0])],
        by=first.place.person("handler0"),
        at=timezone.now(),
    )
    return first, second


world_once = shared(build, "world_once")


@pytest.fixture
def world(world_once):
    return world_once()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def day_page(person, who: str = "", days: int = 2) -> str:
    day = (timezone.localdate() + dt.timedelta(days=days)).isoformat()
    answer = signed_in(person).get(reverse("inspections"), {"day": day, "who": who})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_an_inspector_sees_only_own_visits_with_call_map_and_app(world, settings):
    first, second = world
    visit = first.visits[0]
    page = day_page(first.inspectors[0], who="all")
    assert reverse("reschedule", args=[visit.public_id]) in page
    assert 'href="tel:01062550000"' in page
    assert f"{reverse('inspection_app')}#/visit/{visit.public_id}" in page
    assert "keyword=%" in page
    assert second.organization.name not in page
    assert str(first.visits[1].public_id) not in page
    settings.MAP_URL = ""
    assert "keyword=" not in day_page(first.inspectors[0])


@pytest.mark.django_db
def test_handlers_see_the_visits_of_their_jurisdiction_by_inspector_and_nothing_that_was_found(world):
    first, second = world
    receive_facts(
        first.visits[0],
        whole_visit(first.visits[0], note="支部手册缺页"),
        device="d",
        by=first.inspectors[0],
        at=timezone.now(),
    )
    receive_facts(
        first.visits[1],
        [met(first.visits[1], "C1.1")],
        device="d",
        by=first.inspectors[1],
        at=timezone.now(),
    )
    page = day_page(first.place.person("handler0"))
    assert "已提交" in page
    assert first.inspectors[0].name in page
    assert second.organization.name not in page
    for secret in ("支部手册缺页", "已上传", str(Inspection.objects.get(pk=first.visits[0].pk).total)):
        assert secret not in page
    assert "已上传 1／24 项" in day_page(first.inspectors[1])
    narrowed = day_page(first.place.person("handler0"), who=str(first.inspectors[1].pk))
    assert narrowed.count("stop-card") == 1
    both = day_page(first.place.person("district_handler"))
    assert first.organization.name in both
    assert second.organization.name in both
    outsider = signed_in(first.place.person("leader"))
    assert outsider.get(reverse("inspections")).status_code == 403


@pytest.mark.django_db
def test_the_days_visits_are_printed_for_their_inspector_and_handler_only(world):
    first, second = world
    day = timezone.localdate() + dt.timedelta(days=2)
    address = reverse("print_visits", args=[day.isoformat(), first.inspectors[0].pk])
    for person in (first.inspectors[0], first.place.person("handler0")):
        answer = signed_in(person).get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    for person in (first.inspectors[1], first.place.person("handler1"), second.inspectors[0]):
        assert signed_in(person).get(address).status_code == 404


@pytest.mark.django_db
def test_own_visits_are_a_calendar_file_that_follows_changes(world):
    first, _second = world
    visit = first.visits[0]
    Inspection.objects.filter(pk=first.visits[0].pk).update(version=3, state=Inspection.State.CANCELLED)
    answer = signed_in(first.inspectors[0]).get(reverse("visits_file"))
    (event,) = Calendar.from_ical(answer.content).events
    assert event["uid"].startswith(str(visit.public_id))
    assert (event["sequence"], event["status"]) == (2, "CANCELLED")
    assert event["dtstart"].dt == visit.planned_at
    assert event["location"] == visit.place
    assert signed_in(first.place.person("handler0")).get(reverse("visits_file")).status_code == 403


def move(client: Client, visit: Inspection, **data):
    """What the form and its confirmation send."""
    new = at(5, 10, 0)
    values = {
        "day": new.date().isoformat(),
        "time": "10:00",
        "place": visit.place,
        "reason": "单位当日有活动",
    }
    return client.post(reverse("reschedule", args=[visit.public_id]), values | data)


@pytest.mark.django_db
def test_an_inspector_moves_own_visit_after_confirming_and_all_concerned_are_told(world):
    first, _second = world
    visit, (mover, other) = first.visits[0], first.inspectors
    client = signed_in(mover)
    preview = move(client, visit).content.decode()
    assert "仍按原时间" in preview
    assert Inspection.objects.get(pk=visit.pk).version == 1
    assert move(client, visit, confirmed="1").status_code == 302
    moved = Inspection.objects.get(pk=visit.pk)
    assert (moved.planned_at, moved.version) == (at(5, 10, 0), 2)
    assert Inspection.objects.get(pk=first.visits[1].pk).planned_at == at(2)
    outbox.deliver_due(now=timezone.now)
    told = set(Notice.objects.filter(kind="inspection_moved").values_list("to", flat=True))
    applicant, handler = first.acceptance.applicant_id, first.place.person("handler0").pk
    assert told == {applicant, handler, other.pk}
    valid = Document.objects.filter(kind="acceptance_notice", status=Document.Status.VALID)
    assert sorted(one.content["body"]["visit_on"] for one in valid) == sorted(
        {at(2).date().isoformat(), at(5).date().isoformat()}
    )
    assert AuditEntry.objects.filter(event="inspection_moved").count() == 1


@pytest.mark.django_db
def test_a_handler_moves_the_whole_meeting_once_and_hears_of_a_day_off(world):
    first, _second = world
    visit, client = first.visits[0], signed_in(first.place.person("handler0"))
    sunday = timezone.localdate() + dt.timedelta(days=13 - timezone.localdate().weekday())
    sent = {"day": sunday.isoformat(), "together": "on"}
    assert "不是工作日" in move(client, visit, **sent).content.decode()
    assert move(client, visit, confirmed="1", **sent).status_code == 302
    again = move(client, visit, confirmed="1", **sent)
    assert again.status_code == 422
    assert "没有改动" in again.content.decode()
    rows = Inspection.objects.filter(acceptance=first.acceptance)
    assert [(one.planned_at.date(), one.version) for one in rows] == [(sunday, 2), (sunday, 2)]


@pytest.mark.django_db
def test_who_may_not_move_a_visit(world):
    first, second = world
    visit = first.visits[0]
    for person in (
        first.inspectors[1],
        second.inspectors[0],
        first.place.person("handler1"),
        first.place.person("district_handler"),
    ):
        assert move(signed_in(person), visit, confirmed="1").status_code == 403
    receive_facts(visit, whole_visit(visit), device="d", by=visit.inspector, at=timezone.now())
    late = move(signed_in(visit.inspector), visit, confirmed="1")
    assert "不能改期" in late.content.decode()
    past = move(signed_in(second.inspectors[0]), second.visits[0], day="2020-01-01")
    assert "新的时间已过" in past.content.decode()
    assert not Inspection.objects.filter(version=2, acceptance=second.acceptance).exists()


@pytest.mark.django_db
def test_a_sample_visit_is_moved_by_the_district_not_by_the_street(world):
    first, _second = world
    inspector = make_person(Role.INSPECTOR, first.place.district, "区级验收员")
    visit = add_visit(first, inspector=inspector, purpose=Inspection.Purpose.SAMPLE, planned_at=at(3))
    assert move(signed_in(first.place.person("handler0")), visit, confirmed="1").status_code == 403
    assert move(signed_in(first.place.person("district_handler")), visit, confirmed="1").status_code == 302


@pytest.mark.django_db
def test_a_visit_is_reminded_of_the_day_before_once_per_date(world):
    first, _second = world
    visit, morning = first.visits[0], at(1, 8, 15)
    assert remind_of_visits(at(0, 9)) == 0, "two days before is too early"
    assert remind_of_visits(at(1, 7)) == 0
    told = remind_of_visits(morning)
    assert told == remind_of_visits(morning + dt.timedelta(hours=1)) + told
    rows = Notice.objects.filter(kind="inspection_tomorrow", key__contains=f":{visit.pk}:")
    assert set(rows.values_list("to", flat=True)) == {visit.inspector_id, first.acceptance.applicant_id}
    Inspection.objects.filter(pk=visit.pk).update(planned_at=at(4))
    assert remind_of_visits(at(3, 8, 15)) == 2, "another date, another reminder"
