"""Delegating a post for an absence, ending it, and what the pages say when it cannot be."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Delegation, Person, Post
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from tests.web.test_desk import signed_in, titles, waiting_cases
from workflows.claims import hold
from workflows.models import Case, Decision, WorkItem

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


@pytest.fixture
def wang(place) -> Person:
    return factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "王某")


def held_case(place) -> Case:
    """A case in the hands of the first handler."""
    case = waiting_cases(place, 1)[0]
    hold(d.open_task(case), place.person("handler0"), timezone.now())
    return Case.objects.get(pk=case.pk)


def post_of(person: Person) -> Post:
    return person.posts.get()


def address(place, key: str = "handler0") -> str:
    return reverse("delegate", args=[post_of(place.person(key)).pk])


def days(deputy: Person, length: int = 3, **fields) -> dict:
    on = timezone.localdate()
    until = (on + dt.timedelta(days=length - 1)).isoformat()
    return {"deputy": deputy.pk, "since": on.isoformat(), "until": until, "reason": "出差"} | fields


def test_from_the_delegation_to_a_decision_with_both_names(place, wang):
    case, owner = held_case(place), place.person("handler0")
    answer = signed_in(owner).post(address(place), days(wang), follow=True)
    assert "由王某代为办理" in answer.content.decode()
    assert "由王某代您办理" in signed_in(owner).get("/").content.decode()
    desk = signed_in(wang).get("/")
    assert titles(desk) == [case.title]
    assert f"您正代{owner.name}办理" in desk.content.decode()
    url = reverse("task", args=[case.pk, WorkItem.objects.get(case=case, open=True).pk])
    signed_in(wang).post(url, {"outcome": "approved", "opinion": "材料齐全。"})
    assert Decision.objects.get(node="check_completeness").on_behalf_of == owner
    page = signed_in(owner).get(reverse("case", args=[case.pk])).content.decode()
    assert f"王某（代{owner.name}）" in page
    assert f"代{owner.name}" in signed_in(wang).get("/?tab=done").content.decode()


def test_either_side_ends_it(place, wang):
    owner = place.person("handler0")
    signed_in(owner).post(address(place), days(wang))
    end = reverse("end_delegation", args=[Delegation.objects.get().pk])
    assert signed_in(place.person("approver0")).post(end).status_code == 403
    assert signed_in(place.person("handler1")).post(end).status_code == 403
    assert signed_in(wang).post(end).status_code == 302
    assert Delegation.objects.get().ended_at is not None
    refused = signed_in(owner).post(end)
    assert refused.status_code == 403
    assert "这次委托已经结束" in refused.content.decode()


def test_an_error_keeps_what_was_typed_and_says_what_to_do(place, wang):
    owner = signed_in(place.person("handler0"))
    page = owner.post(address(place), days(wang, length=200, reason="出国学习"))
    assert page.status_code == 422
    assert "一次委托最多" in page.content.decode()
    assert "出国学习" in page.content.decode()
    assert owner.post(address(place), days(place.person("approver0"))).status_code == 422
    assert not Delegation.objects.exists()
    owner.post(address(place), days(wang))
    again = owner.post(address(place), days(wang))
    assert "请先结束那次委托" in again.content.decode()


def test_without_a_colleague_the_page_says_why_and_what_helps(place):
    person = place.person("approver0")
    for url in (reverse("delegations"), address(place, "approver0")):
        text = signed_in(person).get(url).content.decode()
        assert "没有其他人任有" in text
        assert "请联系上级团组织" in text


def test_nobody_delegates_the_post_of_another(place, wang):
    url = address(place)
    for key in ("approver0", "handler1"):
        assert signed_in(place.person(key)).get(url).status_code == 403
        assert signed_in(place.person(key)).post(url, days(wang)).status_code == 403
    for one in (reverse("delegations"), url, reverse("choose_delegation")):
        assert Client().get(one).headers["Location"].startswith(reverse("login"))
    assert not Delegation.objects.exists()
