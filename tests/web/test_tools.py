"""The handling tools in the browser: there for whom they are for, explained to everybody else."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from tests.web.test_desk import signed_in, titles
from workflows.models import Case, CaseEvent, CoSign, Outcome, WorkItem
from workflows.tools import ON_PAGES, Tool, verdicts
from workflows.views.task import load_task

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


def build() -> tuple[d.District, Case]:
    place = d.make_district()
    case = d.case_after(place, "applicant", "leader", "handler0")
    return place, Case.objects.get(pk=case.pk)


built_once = shared(build, "built_once")


@pytest.fixture
def built(built_once):
    return built_once()


@pytest.fixture
def place(built) -> d.District:
    return built[0]


@pytest.fixture
def case(built) -> Case:
    """A case that waits for the street's approver."""
    return built[1]


@pytest.fixture
def colleague(place):
    return factories.make_person(Role.SUBDISTRICT_APPROVER, place.streets[0], "同事")


def address(case, tool: Tool) -> str:
    return reverse("use_tool", args=[case.pk, d.open_task(case).pk, tool.value])


def use(place, key: str, case, tool: Tool, **fields):
    return signed_in(place.person(key)).post(address(case, tool), {"note": ""} | fields, follow=True)


def cosign(place, case, person, **fields):
    values = {"to": [person.pk], "when": "before", "mode": "all", "note": "请审核人数。"} | fields
    return use(place, "approver0", case, Tool.COSIGN, **values)


def opened(place, key: str, case) -> str:
    return signed_in(place.person(key)).get(reverse("case", args=[case.pk])).content.decode()


@pytest.mark.parametrize("tool", ON_PAGES)
def test_anonymous_signs_in_and_another_street_is_refused(place, case, tool):
    url = address(case, tool)
    for answer in (Client().get(url), Client().post(url)):
        assert answer.headers["Location"].startswith(reverse("login"))
    stranger = signed_in(place.person("handler1"))
    assert [stranger.get(url).status_code, stranger.post(url).status_code] == [403, 403]


def test_a_task_is_handed_on(place, case, colleague):
    answer = use(place, "approver0", case, Tool.REASSIGN, to=colleague.pk, note="我出差")
    assert "已转给同事办理。" in answer.content.decode()
    assert WorkItem.objects.get(case=case, open=True).owner == colleague
    assert "我出差" in opened(place, "handler0", case)


@pytest.mark.parametrize(("who", "tool"), [("leader", Tool.REASSIGN), ("handler0", Tool.COSIGN)])
def test_the_wrong_person_reads_why_and_what_helps(place, case, who, tool):
    client = signed_in(place.person(who))
    verdict = verdicts(
        case, load_task(case, d.open_task(case).pk), place.person(who), on=timezone.localdate()
    )[tool]()
    assert verdict.reason
    assert verdict.remedy
    page = client.get(address(case, tool)).content.decode()
    for text in (page, opened(place, who, case), client.post(address(case, tool)).content.decode()):
        assert verdict.reason in text
        assert verdict.remedy in text
    assert "<textarea" not in page
    assert client.post(address(case, tool), {"note": "x"}).status_code == 403


def test_an_error_keeps_what_was_typed(place, case, colleague):
    page = use(place, "approver0", case, Tool.REASSIGN, note="我出差三天")
    assert page.status_code == 422
    assert "请选择接办人" in page.content.decode()
    assert "我出差三天" in page.content.decode()
    page = cosign(place, case, place.person("handler1"))
    assert page.status_code == 422
    assert "请审核人数。" in page.content.decode()
    assert not CaseEvent.objects.exists()


def test_a_co_signature_before_deciding_holds_the_step_up(place, case):
    leader = place.person("district_leader")
    assert f"已送{leader.name}会签" in cosign(place, case, leader).content.decode()
    page = opened(place, "approver0", case)
    assert "请审核人数。" in page
    assert "待签署" in page
    signer = signed_in(leader)
    assert titles(signer.get("/")) == [case.title]
    task = WorkItem.objects.get(case=case, open=True, owner=leader)
    page = signer.get(reverse("task", args=[case.pk, task.pk])).content.decode()
    assert "请审核人数。" in page
    signer.post(reverse("task", args=[case.pk, task.pk]), {"outcome": "approved", "opinion": "人数属实。"})
    assert "人数属实。" in opened(place, "approver0", case)
    d.act(case, place.person("approver0"), Outcome.APPROVED)


def test_a_co_signature_after_deciding_can_be_called_off(place, case):
    leader = place.person("district_leader")
    assert "您同意后送" in cosign(place, case, leader, when="after").content.decode()
    assert "已安排办理后加签" in opened(place, "approver0", case)
    assert "加签已撤销" in use(place, "approver0", case, Tool.CALL_OFF).content.decode()
    assert CoSign.objects.get().state == CoSign.State.CALLED_OFF
    assert signed_in(place.person("approver0")).get(address(case, Tool.CALL_OFF)).status_code == 404


def test_a_decision_is_taken_back_while_nobody_has_acted_on_it(place, case):
    taken = use(place, "handler0", case, Tool.TAKE_BACK, note="看错了")
    assert "已收回" in taken.content.decode()
    assert d.node(case) == "check_completeness"
    assert "看错了" in opened(place, "handler0", case)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    d.act(case, place.person("approver0"), Outcome.APPROVED)
    assert signed_in(place.person("handler0")).post(address(case, Tool.TAKE_BACK)).status_code == 404


def test_a_copy_is_read_and_the_receipt_shown(place, case):
    reader = place.person("instructor0")
    answer = use(place, "handler0", case, Tool.COPY, to=[reader.pk], note="请知悉")
    assert f"已抄送给{reader.name}" in answer.content.decode()
    assert "未读" in opened(place, "handler0", case)
    desk = signed_in(reader).get("/?tab=copies")
    assert titles(desk) == [case.title]
    assert desk.context["counts"]["copies"] == "1"
    opened(place, "instructor0", case)
    assert "已读" in opened(place, "handler0", case)
    assert titles(signed_in(reader).get("/?tab=copies&unread=1")) == []


def test_urging_works_once_a_working_day(place, case):
    assert "已催办" in use(place, "applicant", case, Tool.URGE, note="请尽快").content.decode()
    page = opened(place, "applicant", case)
    assert "每个工作日只能催办一次" in page
    assert "请在下一个工作日再催办" in page
    assert signed_in(place.person("applicant")).post(address(case, Tool.URGE)).status_code == 403
    assert "催" in signed_in(place.person("approver0")).get("/").content.decode()


def test_a_case_goes_back_to_the_step_chosen(place, case):
    approver = signed_in(place.person("approver0"))
    url = reverse("task", args=[case.pk, d.open_task(case).pk])
    assert 'value="approve_unit"' in approver.get(url).content.decode()
    values = {"outcome": "returned", "return_to": "approve_unit"}
    page = approver.post(url, values)
    assert page.status_code == 422
    assert re.search(r'value="approve_unit"[^>]* (selected|checked)', page.content.decode())
    page = approver.post(url, {"outcome": "approved", "opinion": "同" * 1001})
    assert 'value="approve_unit"' in page.content.decode(), "another outcome can still be chosen"
    approver.post(url, values | {"opinion": "请核实青年人数。"})
    assert d.node(case) == "approve_unit"


def test_a_tool_that_is_none_is_not_found(place, case):
    client = signed_in(place.person("approver0"))
    url = reverse("use_tool", args=[case.pk, d.open_task(case).pk, "decide"])
    assert client.get(url).status_code == 404
