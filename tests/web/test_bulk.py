"""Deciding many cases at once, in the browser: chosen, previewed, confirmed once, with a result for each."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from records.models import OutboxMessage
from tests.flows import district as d
from tests.sharing import shared
from tests.web.test_desk import signed_in, waiting_cases
from workflows.bulk import work_off
from workflows.models import BulkDecision, Decision, Outcome, WorkItem

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


def tasks(cases) -> list[int]:
    return [WorkItem.objects.get(case=case, open=True).pk for case in cases]


def token_in(page) -> str:
    return re.search(r'name="token" value="([^"]+)"', page.content.decode()).group(1)


def work() -> None:
    for message in OutboxMessage.objects.filter(kind="bulk"):
        work_off(message.payload)


def confirmed(client, picked, **fields):
    values = {"task": picked, "action": "confirm", "outcome": "approved", "opinion": "材料齐全。"}
    return client.post(reverse("bulk"), values | {"token": str(uuid.uuid4())} | fields)


def test_anonymous_is_sent_to_sign_in(client):
    for answer in (client.post(reverse("bulk")), client.get(reverse("bulk_progress", args=[1]))):
        assert answer.headers["Location"].startswith(reverse("login"))


def test_the_preview_says_where_each_outcome_leads_and_decides_nothing(place):
    picked = tasks(waiting_cases(place, 2))
    page = signed_in(place.person("handler0")).post(reverse("bulk"), {"task": picked})
    text = page.content.decode()
    assert "将办理 2 件" in text
    assert "同意 → " in text
    assert "退回补正 → " in text
    assert not BulkDecision.objects.exists()
    assert not Decision.objects.filter(node="check_completeness").exists()


def test_confirmed_cases_are_decided_and_the_page_tells_how_far_it_has_got(place):
    cases = waiting_cases(place, 3)
    handler = signed_in(place.person("handler0"))
    preview = handler.post(reverse("bulk"), {"task": tasks(cases)})
    answer = confirmed(handler, tasks(cases), token=token_in(preview))
    progress = answer.headers["Location"]
    first = handler.get(progress)
    assert (first.context["settled"], first.context["total"], first.context["running"]) == (0, 3, True)
    d.act(cases[1], place.person("handler0"), Outcome.RETURNED, "缺少材料。")
    work()
    last = handler.get(progress)
    assert (last.context["done"], last.context["refused"], last.context["running"]) == (2, 1, False)
    assert "结论为“退回补正”" in last.content.decode()
    part = handler.get(progress, headers={"HX-Request": "true", "HX-Target": "bulk-progress"})
    assert b"<html" not in part.content


def test_a_form_sent_twice_leads_to_the_same_page(place):
    picked, token = tasks(waiting_cases(place, 1)), str(uuid.uuid4())
    handler = signed_in(place.person("handler0"))
    first, second = confirmed(handler, picked, token=token), confirmed(handler, picked, token=token)
    assert first.headers["Location"] == second.headers["Location"]
    work()
    third = confirmed(handler, picked, token=token)
    assert third.headers["Location"] == first.headers["Location"]
    assert BulkDecision.objects.count() == 1


def test_the_whole_filtered_list_can_be_chosen(place):
    first, _second = waiting_cases(place, 2)
    handler = signed_in(place.person("handler0"))
    page = handler.post(reverse("bulk"), {"all": "1", "q": first.unit.name})
    assert [row.item.case_id for row in page.context["ready"]] == [first.pk]
    assert len(handler.post(reverse("bulk"), {"all": "1"}).context["ready"]) == 2


def test_a_return_needs_its_reason_and_what_was_chosen_and_typed_is_kept(place):
    picked = tasks(waiting_cases(place, 1))
    handler = signed_in(place.person("handler0"))
    page = confirmed(handler, picked, outcome="returned", opinion="  ")
    assert page.status_code == 422
    assert f'name="task" value="{picked[0]}"' in page.content.decode()
    page = confirmed(handler, picked, outcome="", opinion="写了很久的意见。")
    assert page.status_code == 422
    assert "写了很久的意见。" in page.content.decode()
    assert not BulkDecision.objects.exists()


def test_a_step_with_a_form_of_its_own_is_left_out_with_the_reason(place):
    case = waiting_cases(place, 1)[0]
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    d.act(case, place.person("approver0"), Outcome.APPROVED)
    page = signed_in(place.person("applicant")).post(reverse("bulk"), {"task": tasks([case])})
    text = page.content.decode()
    assert "此环节须逐件填写或核对材料，不能批量办理。" in text
    assert "请打开该事项，填写后单独提交。" in text
    assert page.context["form"] is None


@pytest.mark.parametrize("who", ["handler1", "approver0"])
def test_what_is_not_on_the_own_desk_cannot_be_chosen(place, who):
    cases = waiting_cases(place, 1)
    client = signed_in(place.person(who))
    answer = client.post(reverse("bulk"), {"task": [*tasks(cases), "x", "9" * 30]}, follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    assert "没有可办理的事项" in answer.content.decode()
    assert cases[0].title not in answer.content.decode()
    confirmed(client, tasks(cases))
    assert not BulkDecision.objects.exists()


def test_the_progress_is_for_whoever_asked(place):
    url = confirmed(signed_in(place.person("handler0")), tasks(waiting_cases(place, 1))).headers["Location"]
    assert signed_in(place.person("approver0")).get(url).status_code == 404
    assert Client().get(url).status_code == 302
