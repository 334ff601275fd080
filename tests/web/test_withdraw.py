"""Withdrawing an application: by its applicant, before the first reply, with a question first."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


@pytest.fixture
def case(place):
    return d.case_after(place, "applicant")


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def withdraw_url(case) -> str:
    return reverse("withdraw", args=[case.pk, d.open_task(case).pk])


def test_the_applicant_sees_the_button_which_asks_first(place, case):
    text = client_of(place.person("applicant")).get(reverse("case", args=[case.pk])).content.decode()
    assert withdraw_url(case) in text
    assert "确定撤回吗？" in text


@pytest.mark.parametrize("who", ["leader", "handler0", "district_handler"])
def test_nobody_else_sees_it(place, case, who):
    text = client_of(place.person(who)).get(reverse("case", args=[case.pk])).content.decode()
    assert withdraw_url(case) not in text


def test_withdrawing_ends_the_case_with_its_reason(place, case):
    applicant = client_of(place.person("applicant"))
    response = applicant.post(withdraw_url(case), {"reason": "单位搬迁。"}, follow=True)
    assert d.node(case) == "withdrawn"
    assert "申请已撤回" in response.content.decode()
    assert "单位搬迁。" in response.content.decode()
    assert response.context["stages"][1]["state"] == "bad"


def test_after_the_first_reply_it_is_too_late(place, case):
    d.act(case, place.person("leader"), Outcome.APPROVED)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    d.act(case, place.person("approver0"), Outcome.APPROVED)
    applicant = client_of(place.person("applicant"))
    assert withdraw_url(case) not in applicant.get(reverse("case", args=[case.pk])).content.decode()
    assert applicant.post(withdraw_url(case)).status_code == 403
    assert d.node(case) == "hold_meeting"


def test_others_are_refused(place, case):
    assert client_of(place.person("handler1")).post(withdraw_url(case)).status_code == 403
    assert client_of(place.person("leader")).post(withdraw_url(case)).status_code == 403
    assert Client().post(withdraw_url(case)).status_code == 302
