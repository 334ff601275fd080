"""Opinions and decisions on a request over HTTP: where each outcome leads, and who is kept out."""

import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Founding
from orgs.permissions import end_post
from tests import factories
from tests.flows.district import act, node, open_task
from tests.sharing import shared, undone
from workflows.founding.starting import open_founding_case
from workflows.models import Decision, Outcome

from .founding_pages import new_case, request_data, roster_rows, send, signed_in, task_url, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both
APPROVED, RETURNED, REJECTED = Outcome.APPROVED, Outcome.RETURNED, Outcome.REJECTED


def build_filed(place=None, **changes):
    """A submitted request, waiting for the opinion of its unit."""
    place, case = new_case(place)
    response = send(case, place.person("applicant"), request_data(case, **changes))
    assert response.status_code == 302
    return place, case


filed = shared(build_filed, "filed")


def filed_committee(place):
    place, case = new_case(place, employees=300, youth=200, members=120)
    roster = roster_rows(f"团员{number}" for number in range(120))
    officers = [
        {"name": f"团员{number}", "duty": duty, "born_on": "2001-01-02", "political_status": "league_member"}
        for number, duty in enumerate(["secretary", "deputy_secretary", *["member"] * 5])
    ]
    data = request_data(
        case,
        kind="committee",
        organization_name=f"共青团{case.unit.name}委员会",
        employees="300",
        youth="200",
        members="120",
        roster=roster,
        officers=officers,
    )
    assert send(case, place.person("applicant"), data).status_code == 302
    return place, case


def decide(case, person, outcome, opinion="情况属实，同意。"):
    return send(case, person, {"outcome": outcome, "opinion": opinion})


def at(case, place, *persons: str) -> None:
    """Lead a case on with the approval of each person."""
    for person in persons:
        act(case, place.person(person), APPROVED)


@pytest.mark.parametrize(
    ("before", "person", "outcome", "leads_to"),
    [
        ((), "leader", APPROVED, "check_completeness"),
        ((), "leader", RETURNED, "correct_request"),
        ((), "leader", REJECTED, "rejected"),
        (("leader",), "handler0", APPROVED, "approve_subdistrict"),
        (("leader",), "handler0", RETURNED, "correct_request"),
        (("leader", "handler0"), "approver0", APPROVED, "hold_meeting"),
        (("leader", "handler0"), "approver0", RETURNED, "correct_request"),
        (("leader", "handler0"), "approver0", REJECTED, "rejected"),
    ],
)
def test_each_outcome_leads_where_the_flow_says(filed, before, person, outcome, leads_to):
    place, case = filed()
    at(case, place, *before)
    response = decide(case, place.person(person), outcome)
    assert response.status_code == 302
    assert node(case) == leads_to
    decision = Decision.objects.filter(case=case).last()
    assert (decision.outcome, decision.opinion, decision.by) == (
        outcome,
        "情况属实，同意。",
        place.person(person),
    )


def test_a_committee_is_decided_by_the_district(filed):
    place, case = filed_committee(filed()[0])
    at(case, place, "leader", "handler0")
    for person, outcomes in (
        ("approver0", {APPROVED: "review_district"}),
        ("district_handler", {RETURNED: "correct_request", APPROVED: "approve_district"}),
        ("district_approver", {REJECTED: "rejected", APPROVED: "hold_meeting"}),
    ):
        for outcome, leads_to in outcomes.items():
            with undone():
                assert decide(case, place.person(person), outcome).status_code == 302
                assert node(case) == leads_to
        at(case, place, person)


def test_direct_contact_skips_the_subdistrict(filed):
    place, case = build_filed(filed()[0], direct_contact="on")
    decide(case, place.person("leader"), APPROVED)
    assert node(case) == "review_district"


@pytest.mark.parametrize("outcome", [RETURNED, REJECTED])
@pytest.mark.parametrize("opinion", ["", "   "])
def test_returning_and_rejecting_take_a_reason(filed, outcome, opinion):
    place, case = filed()
    at(case, place, "leader", "handler0")
    response = decide(case, place.person("approver0"), outcome, opinion)
    assert response.status_code == 422
    assert "必须写明理由" in text_of(response)
    assert node(case) == "approve_subdistrict"


def test_an_outcome_that_is_not_offered_is_refused(filed):
    place, case = filed()
    at(case, place, "leader")
    response = decide(case, place.person("handler0"), REJECTED)
    assert response.status_code == 422
    assert node(case) == "check_completeness"


def test_an_opinion_that_is_too_long_is_kept_and_counted(filed):
    place, case = filed()
    response = decide(case, place.person("leader"), APPROVED, "很" * 1001)
    assert response.status_code == 422
    assert "最多 1000 字" in text_of(response)
    assert "很" * 1001 in text_of(response)


@pytest.mark.parametrize(
    "person",
    ["applicant", "leader", "approver0", "handler1", "approver1", "district_handler", "district_approver"],
)
def test_nobody_but_the_handler_checks_completeness(filed, person):
    place, case = filed()
    at(case, place, "leader")
    assert decide(case, place.person(person), APPROVED).status_code == 403
    assert node(case) == "check_completeness"


@pytest.mark.parametrize("person", ["handler1", "approver1"])
def test_staff_of_another_street_see_no_page_of_the_case(filed, person):
    place, case = filed()
    at(case, place, "leader")
    client = signed_in(place.person(person))
    task = open_task(case)
    for name, args in (
        ("case", [case.pk]),
        ("task", [case.pk, task.pk]),
        ("draft_reply", [case.pk, task.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 403


def test_who_is_not_signed_in_is_asked_to(filed, client):
    _place, case = filed()
    for url in (task_url(case), reverse("draft_reply", args=[case.pk, open_task(case).pk])):
        for response in (client.get(url), client.post(url, {"outcome": APPROVED})):
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("login"))
    assert node(case) == "approve_unit"


def test_whose_post_has_ended_cannot_decide_any_more(filed):
    place, case = filed()
    at(case, place, "leader", "handler0")
    approver = place.person("approver0")
    post = approver.posts.get()
    end_post(post, by=None, on=post.since)
    assert decide(case, approver, APPROVED).status_code == 403
    assert node(case) == "approve_subdistrict"


def test_a_second_submit_is_told_who_decided(filed):
    place, case = filed()
    at(case, place, "leader", "handler0")
    url = task_url(case)
    client = signed_in(place.person("approver0"))
    assert client.post(url, {"outcome": APPROVED, "opinion": "同意。"}).status_code == 302
    response = client.post(url, {"outcome": REJECTED, "opinion": "后来写的意见"})
    assert response.status_code == 409
    page = text_of(response)
    assert place.person("approver0").name in page
    assert "同意" in page
    assert "后来写的意见" in page
    assert Decision.objects.filter(case=case, node="approve_subdistrict").count() == 1


def test_a_request_sent_twice_is_filed_once(filed):
    place, case = new_case(filed()[0])
    applicant = place.person("applicant")
    url, data = task_url(case), request_data(case)
    client = signed_in(applicant)
    assert client.post(url, data).status_code == 302
    response = client.post(url, data)
    assert response.status_code == 409
    assert applicant.name in text_of(response)
    assert Founding.objects.get(unit=case.unit).snapshots.count() == 1


def test_a_task_is_only_found_under_its_own_case(filed):
    place, case = filed()
    unit = factories.make_unit(place.streets[0])
    person = factories.make_person(Role.UNIT_APPLICANT, unit)
    other = open_founding_case(unit=unit, by=person, on=timezone.localdate()).case
    url = reverse("task", args=[other.pk, open_task(case).pk])
    client = signed_in(place.person("leader"))
    assert client.post(url, {"outcome": APPROVED, "opinion": ""}).status_code == 404
    assert client.get(url).status_code == 404
    draft = reverse("draft_reply", args=[other.pk, open_task(case).pk])
    assert client.get(draft).status_code == 404
    assert node(case) == "approve_unit"


# -- what is shown beside the opinion --------------------------------------------------------------------------------


def test_the_handler_sees_what_is_there_and_what_is_missing(filed):
    place, case = filed()
    at(case, place, "leader")
    page = text_of(signed_in(place.person("handler0")).get(task_url(case)))
    assert "审查要点" in page
    assert "花名册 12 人，团员 12 人" in page
    assert "无党组织的说明" in page
    founding = Founding.objects.get(unit=case.unit)
    founding.roster.all()[0].delete()
    founding.party_explanation = ""
    founding.save()
    page = text_of(signed_in(place.person("handler0")).get(task_url(case)))
    assert "花名册 11 人，团员 12 人" in page
    assert "两者都没有" in page


def test_the_checklist_follows_the_mode(filed):
    place, case = filed()
    at(case, place, "leader")
    founding = Founding.objects.get(unit=case.unit)
    founding.mode = "building"
    founding.save()
    page = text_of(signed_in(place.person("handler0")).get(task_url(case)))
    for text in ("依托单位书面同意", "缺同意日期或同意书", "覆盖单位"):
        assert text in page


def test_approvers_read_the_reply_before_they_decide(filed):
    place, case = filed()
    at(case, place, "leader")
    url = reverse("draft_reply", args=[case.pk, open_task(case).pk])
    handler = signed_in(place.person("handler0"))
    assert url in text_of(handler.get(task_url(case)))
    response = handler.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert signed_in(place.person("applicant")).get(url).status_code == 403
    assert signed_in(place.person("approver0")).get(url).status_code == 403
    at(case, place, "handler0")
    assert handler.get(url).status_code == 404


def test_there_is_no_draft_of_a_reply_before_it_is_due(filed):
    place, case = filed()
    url = reverse("draft_reply", args=[case.pk, open_task(case).pk])
    assert signed_in(place.person("leader")).get(url).status_code == 404
