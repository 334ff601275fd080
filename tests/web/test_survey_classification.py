"""Classifying a unit after the visit, and confirming it (RULES sections 2 and 10, P1)."""

import pytest
from django.test import Client

from orgs.enums import Classification
from orgs.models import Unit
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Decision

from .survey_pages import address, classified, client_of, opened, visited

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


@pytest.fixture
def case(place):
    case = opened(place)
    visited(place, case)
    return case


def page(place, case, who="handler0") -> str:
    return client_of(place.person(who)).get(address(case)).content.decode()


@pytest.mark.parametrize(
    ("figures", "label"),
    [
        ({"members": "3", "youth": "3"}, "具备独立建团条件"),
        ({"members": "2", "youth": "15"}, "培育"),
        ({"members": "2", "youth": "14"}, "适合联合建团"),
        ({"members": "0", "youth": "0"}, "暂不适合"),
        ({"found": "no"}, "已注销或迁出"),
    ],
)
def test_the_figures_of_the_visit_suggest_a_classification(place, figures, label):
    case = opened(place)
    visited(place, case, **figures)
    text = page(place, case)
    assert f"按规则建议：{label}" in text


def test_the_page_compares_register_and_visit(place, case):
    text = page(place, case)
    assert "底本与走访对照" in text
    assert "青年多，愿意建团。" in text


def test_the_proposal_reaches_the_approver_with_reason_and_suggestion(place, case):
    assert classified(place, case, "ready_joint", "与邻近公司联合。").status_code == 302
    text = page(place, case, "approver0")
    assert "与邻近公司联合。" in text
    assert "与结论不同" in text
    assert "退回" in text


@pytest.mark.parametrize(
    ("classification", "reason", "words"),
    [
        ("", "依据走访。", "请选择摸底结论"),
        ("ready_standalone", "", "请写明理由"),
        ("revisit", "", "请写明理由"),
        ("nonsense", "依据走访。", "nonsense"),
        ("cultivate", "长" * 501, "最多 500 字"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(place, case, classification, reason, words):
    answer = classified(place, case, classification, reason)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    if reason:
        assert reason in text
    assert d.node(case) == "classify_unit"


def test_too_few_members_cannot_stand_alone(place):
    case = opened(place)
    visited(place, case, members="2")
    answer = classified(place, case, "ready_standalone")
    assert answer.status_code == 422
    assert "不足 3 人，不能独立建团" in answer.content.decode()


def test_another_visit_can_be_asked_for_until_the_returns_are_used_up(place, case):
    for _number in range(3):
        assert "重新走访" in page(place, case)
        classified(place, case, "revisit", "人数不清。")
        assert d.node(case) == "visit_unit"
        visited(place, case)
    assert 'value="revisit"' not in page(place, case)
    assert classified(place, case, "revisit", "人数不清。").status_code == 422


def test_the_approver_confirms_and_the_register_takes_the_figures(place, case):
    classified(place, case, "ready_standalone")
    client = client_of(place.person("approver0"))
    answer = client.post(address(case), {"outcome": "approved", "opinion": "同意。"})
    assert answer.status_code == 302
    unit = Unit.objects.get(pk=case.unit_id)
    assert (unit.classification, unit.members) == (Classification.READY_STANDALONE, 6)


def test_the_approver_sends_back_with_a_reason_that_the_handler_sees(place, case):
    classified(place, case, "ready_joint")
    client = client_of(place.person("approver0"))
    url = address(case)
    assert client.post(url, {"outcome": "returned", "opinion": ""}).status_code == 422
    assert client.post(url, {"outcome": "returned", "opinion": "请核实团员数。"}).status_code == 302
    text = page(place, case)
    assert "请核实团员数。" in text
    assert "确认结论退回" in text


@pytest.mark.parametrize("who", ["handler1", "instructor1", "approver1"])
def test_another_street_gets_403(place, case, who):
    client = client_of(place.person(who))
    assert client.get(address(case)).status_code == 403
    assert client.post(address(case), {"classification": "gone", "reason": "x"}).status_code == 403
    assert Decision.objects.filter(case=case).count() == 1


def test_not_signed_in(case):
    assert Client().get(address(case)).status_code == 302
