"""Parts of the case page: the stage bar, where outcomes lead, and what corrections changed."""

import pytest

from orgs.enums import OrganizationKind
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Outcome
from workflows.pages import exits, stage_bar
from workflows.rounds import compared_rounds

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


def states(case) -> dict[str, str]:
    return {stage["key"]: stage["state"] for stage in stage_bar(d.load_case(case.pk))}


def test_stage_bar_leaves_out_what_the_route_passes_by(place):
    case = d.case_after(place, "applicant")
    assert "district" not in states(case)
    committee = d.open_founding(place, d.make_applying_unit(place), kind=OrganizationKind.COMMITTEE)
    d.act(committee, place.person("applicant"), Outcome.SUBMITTED)
    assert "district" in states(committee)


def test_stage_bar_marks_done_now_and_where_it_ended(place):
    case = d.case_after(place, "applicant")
    assert (states(case)["request"], states(case)["unit"], states(case)["subdistrict"]) == ("done", "now", "")
    d.act(case, place.person("leader"), Outcome.REJECTED)
    assert (states(case)["request"], states(case)["unit"], states(case)["subdistrict"]) == ("done", "bad", "")


def test_exits_name_every_outcome_that_the_holder_may_choose(place):
    case = d.case_after(place, "applicant")
    case = d.load_case(case.pk)
    task = d.open_task(case)
    found = {one["outcome"]: one["step"] for one in exits(case, task)}
    assert found == {"approved": "街镇受理审查", "returned": "补正请示", "rejected": "不予批准"}


def test_after_the_last_allowed_return_there_is_no_way_back(place):
    case = d.case_after(place, "applicant")
    case = d.load_case(case.pk)
    case.returns = case.artifact.rules["max_return_rounds"]
    assert "returned" not in {one["outcome"] for one in exits(case, d.open_task(case))}


def test_rounds_are_compared_newest_first(place):
    case = d.case_after(place, "applicant")
    for members in (13, 14):
        d.act(case, place.person("leader"), Outcome.RETURNED)
        founding = d.load_case(case.pk).artifact
        founding.members = members
        founding.save()
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    rounds = compared_rounds(d.load_case(case.pk))
    assert [one["round"] for one in rounds] == [3, 2]
    assert rounds[0]["changes"][0]["after"] == "14"
