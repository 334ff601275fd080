"""Nobody acts on two sides of one case (RULES section 10: handler and approver differ, nobody approves their own)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.enums import Role
from orgs.permissions import Refused, appoint
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Outcome

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


@pytest.fixture
def case(place):
    return d.case_after(place, "applicant")


def give(place, key: str, role: Role, where) -> None:
    """A second post, in the way that appointing allows it."""
    appoint(place.person(key), role, where, by=None, on=timezone.localdate())
    place.people[key] = type(place.person(key)).objects.get(pk=place.person(key).pk)


def refused(case, person, outcome=Outcome.APPROVED):
    with pytest.raises(Refused) as caught, transaction.atomic():
        d.act(case, person, outcome)
    verdict = caught.value.verdict
    assert "其他" in verdict.remedy, "says that another person must act"
    return verdict


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Role.SUBDISTRICT_HANDLER, Role.SUBDISTRICT_APPROVER),
        (Role.SUBDISTRICT_APPROVER, Role.SUBDISTRICT_HANDLER),
    ],
)
def test_one_person_is_not_appointed_to_both_sides_of_one_place(place, first, second):
    key = "handler0" if first == Role.SUBDISTRICT_HANDLER else "approver0"
    with pytest.raises(ValidationError, match="经办与审批"):
        give(place, key, second, place.streets[0])


def test_the_applicant_does_not_check_their_own_request(place, case):
    d.act(case, place.person("leader"), Outcome.APPROVED)
    give(place, "applicant", Role.SUBDISTRICT_HANDLER, place.streets[0])
    assert "您是本事项的申请人" in refused(case, place.person("applicant")).reason


def test_the_applicant_does_not_approve_their_own_request(place, case):
    d.act(case, place.person("leader"), Outcome.APPROVED)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    give(place, "applicant", Role.SUBDISTRICT_APPROVER, place.streets[0])
    assert "您是本事项的申请人" in refused(case, place.person("applicant")).reason


def test_whoever_gave_the_units_opinion_does_not_check_at_the_street(place, case):
    d.act(case, place.person("leader"), Outcome.APPROVED)
    give(place, "leader", Role.SUBDISTRICT_HANDLER, place.streets[0])
    assert "单位意见" in refused(case, place.person("leader")).reason


def test_the_handler_does_not_approve_after_changing_posts(place, case):
    """The appointment is legal, for the old post ended; the case remembers."""
    d.act(case, place.person("leader"), Outcome.APPROVED)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    place.person("handler0").posts.all().delete()
    give(place, "handler0", Role.SUBDISTRICT_APPROVER, place.streets[0])
    verdict = refused(case, place.person("handler0"))
    assert "街镇受理审查" in verdict.reason
    assert "经办与审批不能由同一人完成" in verdict.reason


def test_the_handler_of_the_street_does_not_review_for_the_district(place):
    case = d.open_founding(place, d.make_applying_unit(place), kind="committee")
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    d.act(case, place.person("leader"), Outcome.APPROVED)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    d.act(case, place.person("approver0"), Outcome.APPROVED)
    assert d.node(case) == "review_district"
    give(place, "handler0", Role.DISTRICT_HANDLER, place.district)
    assert "街镇受理审查" in refused(case, place.person("handler0")).reason


def test_an_approver_of_two_levels_acts_once(place):
    case = d.open_founding(place, d.make_applying_unit(place), kind="committee")
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    for key in ("leader", "handler0", "approver0", "district_handler"):
        d.act(case, place.person(key), Outcome.APPROVED)
    give(place, "approver0", Role.DISTRICT_APPROVER, place.district)
    assert "街镇审批" in refused(case, place.person("approver0")).reason


def test_an_earlier_round_counts_as_well(place, case):
    d.act(case, place.person("leader"), Outcome.APPROVED)
    d.act(case, place.person("handler0"), Outcome.RETURNED)
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    place.person("handler0").posts.all().delete()
    place.people["handler2"] = place.person("handler0")
    give(place, "handler2", Role.SUBDISTRICT_APPROVER, place.streets[0])
    from tests import factories
    from workflows.models import GuardedTask, WorkItem

    other = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0])
    task = d.open_task(case)
    GuardedTask.objects.filter(pk=task.pk).update(owner=None, status="NEW")
    WorkItem.objects.filter(pk=task.pk).update(owner=None)
    d.act(case, other, Outcome.APPROVED)
    assert "街镇受理审查" in refused(case, place.person("handler2")).reason


def test_an_earlier_case_does_not_count(place, case):
    """Four eyes are about one case: the rejected predecessor of a case binds nobody."""
    d.act(case, place.person("leader"), Outcome.REJECTED)
    again = d.open_founding(place, case.unit)
    d.act(again, place.person("applicant"), Outcome.SUBMITTED)
    assert d.act(again, place.person("leader"), Outcome.APPROVED)


def test_whoever_approved_before_may_approve_the_result_on_the_same_side(place, case):
    for key in ("leader", "handler0", "approver0"):
        d.act(case, place.person(key), Outcome.APPROVED)
    assert {decision.side for decision in case.decisions.filter(by=place.person("approver0"))} == {"approver"}
    assert d.node(case) == "hold_meeting"


def test_an_approver_does_not_become_the_applicant_of_the_same_case(place, case):
    """Even where an appointment would allow it: the meeting is not recorded by whoever approved the request."""
    for key in ("leader", "handler0", "approver0"):
        d.act(case, place.person(key), Outcome.APPROVED)
    give(place, "approver0", Role.UNIT_APPLICANT, case.unit)
    from workflows.models import GuardedTask

    GuardedTask.objects.filter(pk=d.open_task(case).pk).update(owner=None, status="NEW")
    assert "街镇审批" in refused(case, place.person("approver0"), Outcome.SUBMITTED).reason
