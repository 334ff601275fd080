"""The case page: what stands on it for whom, and its drawings."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Candidate, MembersMeeting
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import GuardedTask, Outcome, StockPhrase, WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


@pytest.fixture
def case(place):
    """A case at the completeness check."""
    case = d.open_founding(place, d.make_applying_unit(place), contact_phone="010-55550188")
    d.act(case, place.person("applicant"), Outcome.SUBMITTED, "符合条件，申请成立。")
    d.act(case, place.person("leader"), Outcome.APPROVED, "党支部同意。")
    return d.load_case(case.pk)


def page(place, who: str, url: str, **extra):
    client = Client()
    client.force_login(place.person(who))
    return client.get(url, **extra)


def task_url(case) -> str:
    return reverse("task", args=[case.pk, d.open_task(case).pk])


def case_url(case) -> str:
    return reverse("case", args=[case.pk])


def test_holder_gets_the_opinion_box_with_phrases_and_where_it_goes_next(place, case):
    StockPhrase.objects.create(text="材料齐全。")
    StockPhrase.objects.create(text="请核实人数。", person=place.person("handler0"))
    StockPhrase.objects.create(text="别人的常用语。", person=place.person("handler1"))
    text = page(place, "handler0", task_url(case)).content.decode()
    assert 'id="decide"' in text
    assert 'name="outcome" value="approved"' in text
    assert "提交，送“街镇审批”" in text
    assert "提交，退回到“补正请示”" in text
    assert "材料齐全。" in text
    assert "请核实人数。" in text
    assert "别人的常用语。" not in text
    assert "m-act" in text


@pytest.mark.parametrize(
    ("route", "step"),
    [(["unit", "subdistrict"], "召开团员大会"), (["unit", "subdistrict", "district"], "区委审查")],
)
def test_the_button_names_the_next_step_of_the_frozen_route(place, case, route, step):
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    case.artifact.route = route
    case.artifact.save()
    text = page(place, "approver0", task_url(case)).content.decode()
    assert f"提交，送“{step}”" in text
    assert "提交，以“不予批准”办结" in text


def test_who_may_not_act_reads_why_and_what_helps(place, case):
    text = page(place, "approver0", task_url(case)).content.decode()
    assert 'id="decide"' not in text
    assert "权限" in text
    assert "相应职务的人员办理" in text
    applicant = page(place, "applicant", case_url(case)).content.decode()
    assert 'id="decide"' not in applicant


def test_a_waiting_case_offers_to_claim(place, case):
    item = WorkItem.objects.get(case=case, open=True)
    WorkItem.objects.filter(pk=item.pk).update(owner=None)
    GuardedTask.objects.filter(pk=item.pk).update(owner=None, status="NEW")
    text = page(place, "handler0", case_url(case)).content.decode()
    assert reverse("claim", args=[case.pk, item.pk]) in text
    assert "待领取：" in text
    assert (
        reverse("claim", args=[case.pk, item.pk])
        not in page(place, "approver0", case_url(case)).content.decode()
    )


def test_timeline_says_who_decided_what_and_how_long_it_took(place, case):
    decision = case.decisions.last()
    text = page(place, "district_leader", case_url(case)).content.decode()
    assert "党支部同意。" in text
    assert "单位负责人" in text
    assert decision.by_role in text
    assert "当日办理" in text


def test_rounds_are_compared_field_by_field(place, case):
    d.act(case, place.person("handler0"), Outcome.RETURNED, "人数不符。")
    founding = d.load_case(case.pk).artifact
    founding.members = 15
    founding.save()
    founding.roster.create(name="新来的", born_on=dt.date(2001, 1, 1))
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    text = page(place, "handler0", task_url(case)).content.decode()
    assert "补正内容" in text
    assert '<del class="was">12</del>' in text
    assert "<ins>15</ins>" in text
    assert "新来的 2001-01-01" in text
    assert "第 2 轮" in text


def test_meeting_and_votes_are_shown(place, case):
    meeting = MembersMeeting.objects.create(
        founding=case.artifact,
        number=1,
        held_on=timezone.localdate(),
        entitled=12,
        present=11,
        quorate=True,
        seats=3,
        ballots_issued=11,
        ballots_returned=11,
        ballots_valid=10,
        chair="周子涵",
    )
    Candidate.objects.create(meeting=meeting, name="当选人", votes=9, elected=True, duty="secretary")
    text = page(place, "handler0", case_url(case)).content.decode()
    assert "应到 12 人，实到 11 人" in text
    assert "有效 10 张" in text
    assert "9 票" in text


def test_user_text_is_escaped_everywhere(place, case):
    nasty = "<script>alert(1)</script>"
    founding = case.artifact
    founding.organization_name, founding.reason = nasty, nasty
    founding.save()
    d.act(case, place.person("handler0"), Outcome.RETURNED, nasty)
    for url in (case_url(case), reverse("case_diagram", args=[case.pk]), "/cases/"):
        assert nasty not in page(place, "handler0", url).content.decode()


def test_a_finished_case_says_how_it_ended(place, case):
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    d.act(case, place.person("approver0"), Outcome.REJECTED, "不具备条件。")
    response = page(place, "handler0", case_url(case))
    assert response.context["stages"][2]["state"] == "bad"
    assert "不予批准" in response.content.decode()


def test_road_is_drawn_and_told(place, case):
    response = page(place, "handler0", case_url(case))
    states = [(stop.title, stop.state) for stop in response.context["stops"]]
    assert states[:4] == [
        ("起草请示", "done"),
        ("单位意见", "done"),
        ("街镇受理审查", "now"),
        ("街镇审批", "next"),
    ]
    assert states[-1] == ("建团完成", "end")
    text = response.content.decode()
    assert text.count('<svg class="road') == 2
    assert "当前环节：街镇受理审查" in text


def test_whole_diagram_marks_what_is_done_and_current(place, case):
    text = page(place, "handler0", reverse("case_diagram", args=[case.pk])).content.decode()
    assert "已办环节：起草请示、单位意见。当前环节：街镇受理审查。" in text
    assert 's-now ASSIGNED"><title>街镇受理审查' in text


def test_form_prints_with_all_opinions(place, case):
    response = page(place, "handler0", reverse("case_sheet", args=[case.pk]))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_cases_list_searches_filters_and_exports(place, case):
    listed = page(place, "handler0", f"/cases/?q={case.number}&state=open&flow=founding&unit={case.unit_id}")
    assert [row["number"] for row in listed.context["rows"]] == [case.number]
    assert page(place, "handler0", "/cases/?state=closed").context["rows"] == []
    assert page(place, "handler0", "/cases/?unit=999999999999").context["rows"] == []
    handler, instructor = Client(), Client()
    handler.force_login(place.person("handler0"))
    instructor.force_login(place.person("instructor0"))
    export = handler.post("/cases/export/")
    assert export.content.startswith(b"PK")
    assert export.headers["Content-Disposition"].startswith("attachment")
    assert instructor.post("/cases/export/").status_code == 403
    assert [row["number"] for row in page(place, "applicant", "/cases/").context["rows"]] == [case.number]


def test_statements_of_the_list_do_not_grow(place):
    counts = []
    for _round in range(2):
        for _number in range(2):
            d.open_founding(place, d.make_applying_unit(place))
        with CaptureQueriesContext(connection) as queries:
            page(place, "handler0", "/cases/")
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_page_is_english_for_english_readers(place, case):
    factories.make_person(Role.DISTRICT_LEADER, place.district)
    response = page(place, "handler0", case_url(case), headers={"Accept-Language": "en"})
    assert response.status_code == 200
