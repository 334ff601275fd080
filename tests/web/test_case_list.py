"""The list of cases: every filter, saved views and the export find what is there, and nothing of another street."""

import datetime as dt
import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.models import AuditEntry
from tests.flows import district as d
from tests.sharing import shared
from workflows.case_filters import CasesAsked
from workflows.models import Case, SavedView, WorkItem

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


@pytest.fixture
def case(place):
    """At the completeness check of the first street, held by its handler, two days late."""
    case = d.case_after(place, "applicant", "leader")
    late = timezone.localdate() - dt.timedelta(days=2)
    WorkItem.objects.filter(case=case, open=True).update(due_on=late)
    return Case.objects.get(pk=case.pk)


def client_of(place, key: str) -> Client:
    client = Client()
    client.force_login(place.person(key))
    return client


def numbers(place, key: str, query: str) -> list[str]:
    return [row["number"] for row in client_of(place, key).get(f"/cases/?{query}").context["rows"]]


def queries(place, case) -> list[str]:
    late = (timezone.localdate() - dt.timedelta(days=2)).isoformat()
    holder = WorkItem.objects.get(case=case, open=True).owner.name
    return [
        f"q={case.title}",
        f"q={case.number}",
        f"q={case.unit.initials}",
        "flow=founding&stage=subdistrict",
        "state=open",
        f"place={place.streets[0].pk}",
        "deadline=overdue",
        f"due_from={late}&due_to={late}",
        f"holder={holder}",
        "sort=due",
        f"sort=due&deadline=overdue&holder={holder}&q={case.number}",
        f"unit={case.unit_id}",
    ]


def test_each_filter_finds_the_case_here_and_nothing_for_another_street(place, case):
    here, there = client_of(place, "handler0"), client_of(place, "handler1")
    for query in queries(place, case):
        page = here.get(f"/cases/?{query}").context
        assert [row["number"] for row in page["rows"]] == [case.number], query
        assert page["count"] == "1"
        other = there.get(f"/cases/?{query}")
        assert (other.context["rows"], other.context["count"]) == ([], "0"), query
        assert place.person("handler0").name not in other.context["holder_names"]
        assert case.unit.name not in other.content.decode().replace(f'value="{query[2:]}"', "")


@pytest.mark.parametrize(
    "query",
    [
        "flow=survey",
        "flow=founding&stage=unit",
        "state=closed",
        "state=returned",
        "deadline=today",
        "deadline=within5",
        "due_from=2099-01-01",
        "holder=无此人",
        "unclaimed=1",
        "mine=1",
        "unit=99999",
    ],
)
def test_a_filter_that_does_not_fit_finds_nothing(place, case, query):
    assert numbers(place, "handler0", query) == []
    assert numbers(place, "handler0", f"sort=due&{query}") == [] or query == "state=closed"


def test_values_that_are_none_read_as_the_default(place, case):
    bad = "flow=x&stage=y&state=z&place=abc&deadline=q&due_from=2026-99-99&sort=no&after=x~y&unclaimed=2"
    assert numbers(place, "handler0", bad) == [case.number]
    foreign = f"place={place.streets[1].pk}"
    page = client_of(place, "handler0").get(f"/cases/?{foreign}")
    assert page.context["asked"].place == ""


def test_returned_unclaimed_and_started_by_me(place, case):
    WorkItem.objects.filter(case=case, open=True).update(owner=None)
    assert numbers(place, "handler0", "unclaimed=1") == [case.number]
    assert numbers(place, "applicant", "mine=1") == [case.number]
    Case.objects.filter(pk=case.pk).update(returns=1, return_stack=[{"node": "check_completeness"}])
    assert numbers(place, "handler0", "state=returned") == [case.number]


def test_a_case_with_two_open_tasks_stands_in_the_list_once(place, case):
    item = WorkItem.objects.get(case=case, open=True)
    older = WorkItem.objects.filter(case=case).exclude(pk=item.pk).first()
    later = item.due_on + dt.timedelta(days=30)
    WorkItem.objects.filter(pk=older.pk).update(open=True, due_on=later)
    assert numbers(place, "handler0", "sort=due") == [case.number]
    assert numbers(place, "handler0", f"due_from={later}") == []


def test_the_export_has_the_rows_of_the_filter_masked_and_is_on_record(place, case):
    answer = client_of(place, "handler0").post("/cases/export/?deadline=overdue")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert "办理时限：已超期" in rows[0][0]
    assert [row[0] for row in rows[2:]] == [case.number]
    assert place.person("applicant").name not in rows[2]
    assert place.person("applicant").name[0] + "**" in rows[2]
    assert AuditEntry.objects.filter(event="exported").count() == 1
    other = client_of(place, "handler1").post("/cases/export/?deadline=overdue")
    assert len(list(openpyxl.load_workbook(io.BytesIO(other.content)).active.values)) == 2
    assert client_of(place, "instructor0").post("/cases/export/").status_code == 403


def test_an_export_that_is_too_long_says_what_to_do(place, case, monkeypatch):
    monkeypatch.setattr("orgs.exports.MAX_ROWS", 0)
    page = client_of(place, "handler0").post("/cases/export/", follow=True)
    assert "分次导出" in page.content.decode()


def test_a_view_is_saved_shared_renamed_and_removed(place, case):
    maker, reader = client_of(place, "handler0"), client_of(place, "approver0")
    street = place.streets[0].pk
    data = {"name": "超期件", "share": f"{street}-subdistrict_approver"}
    assert maker.post("/cases/views/new/?deadline=overdue", data).status_code == 302
    view = SavedView.objects.get()
    assert view.query == "deadline=overdue"
    assert "超期件" in reader.get("/cases/").content.decode()
    assert "1" in [row["count"] for row in reader.get(reverse("case_view_counts")).context["views"]]
    assert "超期件" not in client_of(place, "handler1").get("/cases/").content.decode()
    again = maker.post("/cases/views/new/?state=open", {"name": "超期件"})
    assert again.status_code == 422
    assert "已有同名视图" in again.content.decode()
    maker.post("/cases/views/new/?state=open", {"name": "超期件", "replacing": "on"})
    view.refresh_from_db()
    assert (view.query, view.organization_id) == ("state=open", None)
    assert reader.post(reverse("change_case_view", args=[view.pk]), {"name": "x"}).status_code == 403
    maker.post(reverse("change_case_view", args=[view.pk]), data | {"name": "在办"})
    assert reader.post(reverse("delete_case_view", args=[view.pk])).status_code == 302
    assert not SavedView.objects.exists()


def test_who_may_not_share_keeps_a_view_for_themselves(place):
    client_of(place, "instructor0").post(
        "/cases/views/new/?state=open",
        {"name": "在办", "share": f"{place.streets[0].pk}-subdistrict_handler"},
    )
    assert SavedView.objects.get().organization_id is None


def test_a_view_with_the_longest_texts_is_kept_whole(place):
    """Chinese is kept as it is, and what an address would read otherwise is escaped."""
    maker = client_of(place, "handler0")
    for q, holder in (("团" * 60, "王" * 40), ("&%+=" * 15, "+&%?" * 10)):
        asked = CasesAsked.from_query({"q": q, "holder": holder, "deadline": "overdue", "state": "open"})
        assert maker.post("/cases/views/new/" + asked.url(), {"name": q[:9]}).status_code == 302
        view = SavedView.objects.get(name=q[:9])
        assert CasesAsked.from_text(view.query) == asked
        view.full_clean()


def test_a_shared_view_says_that_its_place_is_not_the_readers(place, case):
    street = place.streets[0]
    shared = {"organization": street, "role": "subdistrict_handler", "name": "邻街", "at": timezone.now()}
    query = f"place={place.streets[1].pk}&state=open"
    SavedView.objects.create(person=place.person("approver0"), query=query, **shared)
    reader = client_of(place, "handler0")
    assert "不在您的辖区内" in reader.get(f"/cases/?{query}").content.decode()
    assert "不在您的辖区内" in reader.get(reverse("case_views")).content.decode()
    assert "不在您的辖区内" not in reader.get("/cases/?state=open").content.decode()
