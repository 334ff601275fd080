"""Decision sheets and rounds of both flows, and who may print."""

import io

import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.survey import propose_classification, record_visit
from orgs.enums import Classification
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Outcome
from workflows.rounds import changes, compared_rounds
from workflows.sheets import sheet_content
from workflows.survey.starting import open_survey_case
from workflows.tellings import TELLINGS
from workflows.titles import BY_NAME

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


def client_of(place, who: str) -> Client:
    client = Client()
    client.force_login(place.person(who))
    return client


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "".join(char["text"] for page in opened.pages for char in page.chars)


def surveyed(place):
    """A survey visited and classified twice, because the approver and then the handler sent it back."""
    unit = factories.make_unit(place.streets[0], classification="")
    case = open_survey_case(
        unit=unit, by=place.person("district_handler"), on=timezone.localdate(), at=timezone.now()
    )
    for members in (6, 9):
        found = {"employees": 50, "youth": 30, "members": members, "willingness": "willing"}
        record_visit(case.artifact, by=place.person("instructor0"), visited_on=timezone.localdate(), **found)
        d.act(case, place.person("instructor0"), Outcome.SUBMITTED, "已走访。")
        if members == 6:
            d.act(case, place.person("handler0"), Outcome.RETURNED, "人数不清。")
    survey = d.load_case(case.pk).artifact
    propose_classification(survey, Classification.READY_STANDALONE, reason="人数够。")
    d.act(case, place.person("handler0"), Outcome.SUBMITTED, "拟定为“具备独立建团条件”。人数够。")
    return d.load_case(case.pk)


def test_every_flow_tells_about_its_cases():
    assert set(TELLINGS) == set(BY_NAME)


def test_changes_of_lists_say_what_came_and_went_and_new_labels_are_no_change():
    found = changes(
        {"花名册": ["甲", "乙"], "团员": "2"}, {"花名册": ["乙", "丙"], "团员": "3", "材料": ["a"]}
    )
    assert found == [
        {"label": "花名册", "gone": ["甲"], "come": ["丙"], "is_order": False},
        {"label": "团员", "before": "2", "after": "3"},
    ]


def test_visits_of_a_survey_are_compared_with_why_it_was_sent_back(place):
    case = surveyed(place)
    (one,) = compared_rounds(case)
    assert one["changes"] == [{"label": "团员", "before": "6", "after": "9"}]
    assert [decision.opinion for decision in one["because"]] == ["人数不清。"]
    page = client_of(place, "approver0").get(reverse("case", args=[case.pk])).content.decode()
    assert "补正内容" in page
    assert "人数不清。" in page


def test_a_survey_has_a_sheet_with_a_line_for_whoever_is_to_sign(place):
    case = surveyed(place)
    content, _issuer = sheet_content(case, on=timezone.localdate())
    assert [(box["label"], len(box["opinions"]), box["awaited"]) for box in content["boxes"]] == [
        ("走访情况", 2, []),
        ("经办意见", 2, []),
        ("审批意见", 0, [""]),
    ]
    response = client_of(place, "instructor0").get(reverse("case_sheet", args=[case.pk]))
    assert response.headers["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    assert "团建调查摸底审批表" in text
    assert case.number in text


def test_boxes_follow_the_frozen_route_and_void_decisions_are_marked(place):
    case = d.case_after(place, "applicant")
    d.act(case, place.person("leader"), Outcome.APPROVED, "同意申请。")
    case = d.load_case(case.pk)
    content, _issuer = sheet_content(case, on=timezone.localdate())
    assert [box["label"] for box in content["boxes"]] == ["单位意见", "街镇意见"]
    assert content["boxes"][0]["opinions"][0]["opinion"] == "同意申请。"
    assert not content["boxes"][0]["opinions"][0]["is_void"]
    assert content["boxes"][1]["awaited"] == [""]


def test_several_sheets_are_printed_together_by_whoever_may_see_all(place):
    cases = [d.open_founding(place, d.make_applying_unit(place, street)) for street in (0, 0, 1)]
    url = reverse("case_sheets")
    near = client_of(place, "handler0")
    response = near.get(url, {"case": [cases[0].pk, cases[1].pk, cases[0].pk]})
    with pdfplumber.open(io.BytesIO(response.content)) as opened:
        assert len(opened.pages) == 2
    assert near.get(url, {"case": [cases[0].pk, cases[2].pk]}).status_code == 403
    assert near.get(url).status_code == 400
    assert near.get(url, {"case": "x"}).status_code == 400
    assert near.get(url, {"case": range(1, 52)}).status_code == 400
    assert Client().get(url, {"case": cases[0].pk}).status_code == 302
