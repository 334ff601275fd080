"""The work desk: what a person finds there, claims, puts back, and is sent on to."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Person
from records.models import AuditEntry
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import GuardedTask, Outcome, WorkItem

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def waiting_cases(place: d.District, count: int, street: int = 0):
    """Cases at the completeness check of a street, held by its only handler."""
    cases = []
    for _number in range(count):
        unit = d.make_applying_unit(place, street)
        case = d.open_founding(place, unit)
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
        d.act(case, place.person("leader"), Outcome.APPROVED)
        cases.append(case)
    return cases


def second_handler(place: d.District) -> Person:
    return factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "陈静怡")


def put_back(case) -> WorkItem:
    item = WorkItem.objects.get(case=case, open=True)
    GuardedTask.objects.filter(pk=item.pk).update(owner=None, status="NEW", assigned=None)
    WorkItem.objects.filter(pk=item.pk).update(owner=None)
    return WorkItem.objects.get(pk=item.pk)


def titles(response) -> list[str]:
    return re.findall(r'class="tl-t"[^>]*>([^<]+)<', response.content.decode())


def test_anonymous_is_sent_to_sign_in(client):
    assert client.get("/").headers["Location"].startswith(reverse("login"))


def test_overdue_tasks_come_first_and_say_by_how_much(place):
    late, soon = waiting_cases(place, 2)
    on = timezone.localdate()
    WorkItem.objects.filter(case=soon, open=True).update(due_on=on + dt.timedelta(days=9))
    WorkItem.objects.filter(case=late, open=True).update(due_on=on - dt.timedelta(days=7))
    response = signed_in(place.person("handler0")).get("/")
    late.refresh_from_db(), soon.refresh_from_db()
    assert titles(response) == [late.title, soon.title]
    assert "超期" in response.content.decode()
    only = signed_in(place.person("handler0")).get("/?overdue=1")
    assert titles(only) == [late.title]


def test_another_street_finds_nothing(place):
    case = waiting_cases(place, 1)[0]
    put_back(case)
    other = signed_in(place.person("handler1"))
    for url in (
        "/",
        "/?tab=claim",
        f"/?tab=claim&q={case.title}",
        reverse("cases"),
        f"/cases/?q={case.number}",
    ):
        response = other.get(url)
        assert response.status_code == 200
        assert titles(response) == []
        assert "q=" in url or case.title not in response.content.decode()
    assert signed_in(place.person("handler0")).get("/?tab=claim").context["counts"]["claim"] == "1"
    assert other.get("/").context["counts"]["claim"] == "0"


def test_handler_also_sees_the_queue_of_the_instructor(place):
    unit = d.make_applying_unit(place)
    case = d.open_founding(place, unit)
    item = WorkItem.objects.get(case=case, open=True)
    WorkItem.objects.filter(pk=item.pk).update(
        role=Role.INSTRUCTOR, unit=None, organization=place.streets[0], owner=None
    )
    response = signed_in(place.person("handler0")).get("/?tab=claim")
    assert titles(response) == [item.title]
    assert titles(signed_in(place.person("approver0")).get("/?tab=claim")) == []


def test_search_and_filter_by_flow(place):
    first, _second = waiting_cases(place, 2)
    handler = signed_in(place.person("handler0"))
    unit = first.unit.name
    assert len(titles(handler.get(f"/?q={unit}"))) == 1
    assert len(titles(handler.get("/?flow=founding"))) == 2
    assert titles(handler.get("/?flow=survey")) == []
    assert "没有符合条件的事项" in handler.get("/?q=无此单位").content.decode()


def test_pages_turn_forward_and_back_without_loss(place, monkeypatch):
    monkeypatch.setattr("workflows.desk.PAGE_SIZE", 2)
    waiting_cases(place, 5)
    WorkItem.objects.filter(open=True).update(due_on=timezone.localdate())
    handler = signed_in(place.person("handler0"))
    pages, url = [], "/"
    while url:
        response = handler.get(url)
        pages.append(titles(response))
        url = response.context["next_url"] and "/" + response.context["next_url"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({title for page in pages for title in page}) == 5
    back = handler.get("/" + response.context["previous_url"])
    assert titles(back) == pages[1]
    assert titles(handler.get("/" + back.context["previous_url"])) == pages[0]


@pytest.mark.parametrize(
    "key", ["x", "2026-13-01~1", "2026-01-01", "9~9~9", "2026-01-01~999999999999999999999"]
)
def test_a_broken_key_reads_as_the_first_page(place, key):
    waiting_cases(place, 1)
    assert len(titles(signed_in(place.person("handler0")).get("/", {"after": key}))) <= 1


@pytest.mark.parametrize("tab", ["todo", "claim", "done", "started"])
def test_statements_do_not_grow_with_rows(place, tab):
    counts = {}
    done = 0
    for rows in (1, 3):
        for case in waiting_cases(place, rows - done):
            if tab == "claim":
                put_back(case)
            if tab == "done":
                d.act(case, place.person("handler0"), Outcome.APPROVED)
        done = rows
        person = place.person("applicant" if tab == "started" else "handler0")
        client = signed_in(person)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/?tab={tab}")
        counts[rows] = len(queries)
        assert len(response.content) < 60 * 1024
    assert counts[3] <= 12
    assert counts[1] == counts[3]


def test_claiming_keeps_task_and_desk_together_and_is_on_record(place):
    case = waiting_cases(place, 1)[0]
    chen = second_handler(place)
    item = put_back(case)
    response = signed_in(chen).post(reverse("claim", args=[case.pk, item.pk]))
    assert response.headers["Location"] == reverse("task", args=[case.pk, item.pk])
    task, item = GuardedTask.objects.get(pk=item.pk), WorkItem.objects.get(pk=item.pk)
    assert (task.owner_id, task.status, item.owner_id) == (chen.pk, "ASSIGNED", chen.pk)
    assert task.assigned is not None
    assert AuditEntry.objects.get(event="claimed").by_id == chen.pk


def test_the_slower_one_is_told_who_was_faster(place):
    case = waiting_cases(place, 1)[0]
    chen = second_handler(place)
    item = put_back(case)
    signed_in(chen).post(reverse("claim", args=[case.pk, item.pk]))
    slower = signed_in(place.person("handler0"))
    response = slower.post(reverse("claim", args=[case.pk, item.pk]), follow=True)
    assert "陈静怡已先领取此事项" in response.content.decode()
    assert AuditEntry.objects.filter(event="claimed").count() == 1


def test_claiming_needs_the_post_in_this_street(place):
    case = waiting_cases(place, 1)[0]
    item = put_back(case)
    url = reverse("claim", args=[case.pk, item.pk])
    assert signed_in(place.person("handler1")).post(url).status_code == 403
    assert signed_in(place.person("approver0")).post(url).status_code == 403
    assert Client().post(url).status_code == 302
    assert WorkItem.objects.get(pk=item.pk).owner_id is None


def test_claim_of_a_decided_task_says_who_decided(place):
    case = waiting_cases(place, 1)[0]
    item = WorkItem.objects.get(case=case, open=True)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    url = reverse("claim", args=[case.pk, item.pk])
    assert "结论为" in signed_in(place.person("handler0")).post(url, follow=True).content.decode()
    assert signed_in(place.person("handler1")).post(url).status_code == 403


def test_putting_back_returns_the_task_to_the_queue(place):
    case = waiting_cases(place, 1)[0]
    item = WorkItem.objects.get(case=case, open=True)
    handler = signed_in(place.person("handler0"))
    handler.post(reverse("unclaim", args=[case.pk, item.pk]))
    task, item = GuardedTask.objects.get(pk=item.pk), WorkItem.objects.get(pk=item.pk)
    assert (task.owner_id, task.status, task.assigned, item.owner_id) == (None, "NEW", None, None)
    assert AuditEntry.objects.filter(event="released").exists()
    assert titles(handler.get("/?tab=claim")) == [item.title]
    d.act(case, place.person("handler0"), Outcome.APPROVED)


def test_only_the_holder_puts_back_and_applicants_keep_their_own_steps(place):
    case = waiting_cases(place, 1)[0]
    item = WorkItem.objects.get(case=case, open=True)
    response = signed_in(second_handler(place)).post(reverse("unclaim", args=[case.pk, item.pk]), follow=True)
    assert "不在您的待办中" in response.content.decode()
    draft = d.open_founding(place, d.make_applying_unit(place))
    item = WorkItem.objects.get(case=draft, open=True)
    applicant = signed_in(place.person("applicant"))
    response = applicant.post(reverse("unclaim", args=[draft.pk, item.pk]), follow=True)
    assert "此环节由本人办理" in response.content.decode()
    assert WorkItem.objects.get(pk=item.pk).owner_id == place.person("applicant").pk


def test_next_task_is_the_most_urgent_one_and_then_the_desk(place):
    first, second = waiting_cases(place, 2)
    WorkItem.objects.filter(case=second, open=True).update(due_on=timezone.localdate() - dt.timedelta(days=3))
    handler = signed_in(place.person("handler0"))
    item = WorkItem.objects.get(case=second, open=True)
    assert handler.get(reverse("next_task")).headers["Location"] == reverse("task", args=[second.pk, item.pk])
    for case in (first, second):
        d.act(case, place.person("handler0"), Outcome.APPROVED)
    response = handler.get(reverse("next_task"), follow=True)
    assert response.redirect_chain[-1][0] == "/"
    assert "待办事项已全部办完" in response.content.decode()


def test_counts_stop_at_the_cap(place, monkeypatch):
    monkeypatch.setattr("workflows.keyset.CAP", 2)
    waiting_cases(place, 3)
    assert signed_in(place.person("handler0")).get("/").context["counts"]["todo"] == "1+"


def test_htmx_gets_the_list_alone(place):
    waiting_cases(place, 1)
    response = signed_in(place.person("handler0")).get(
        "/?q=试验", headers={"HX-Request": "true", "HX-Target": "desk-list"}
    )
    assert b"<html" not in response.content
    assert len(titles(response)) == 1


def test_done_and_started_tell_the_story(place):
    case = waiting_cases(place, 1)[0]
    d.act(case, place.person("handler0"), Outcome.RETURNED, "缺少材料。")
    done = signed_in(place.person("handler0")).get("/?tab=done").content.decode()
    assert "退回补正" in done
    assert "街镇受理审查" in done
    started = signed_in(place.person("applicant")).get("/?tab=started").content.decode()
    assert "补正请示" in started
