"""The list of a campaign's nominations: whose they are, what is filtered, and what a workbook of them tells."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from awards.enums import NominationState, ReviewState
from awards.models import ConflictDeclaration, Review
from awards.rules.conflicts import Ground
from awards.sealing import new_salt
from orgs.enums import Role
from orgs.permissions import appoint
from tests.awards import AwardWorld, make_award_world, nomination
from tests.sharing import shared
from tests.web.founding_pages import signed_in

pytestmark = pytest.mark.django_db


def build_world() -> tuple[AwardWorld, dict]:
    """Two nominations in the first street (an organization, a person), one in the second."""
    world = make_award_world()
    rows = {
        "own": nomination(world.organization_honour, world.organizations[0][0], rank=1),
        "person": nomination(
            world.person_honour,
            world.organizations[0][1],
            person="欧阳文静",
            state=NominationState.REVIEW,
            summary="=1+1",
        ),
        "other": nomination(
            world.organization_honour, world.organizations[1][0], state=NominationState.REVIEW
        ),
    }
    return world, rows


world_once = shared(build_world, "world_once")


@pytest.fixture
def listed(world_once) -> tuple[AwardWorld, dict]:
    return world_once()


def page(world: AwardWorld, who: str, **query):
    return signed_in(world.person(who)).get(reverse("nominations", args=[world.campaign.pk]), query)


def names(response) -> set[str]:
    return {row["nomination"].name for row in response.context["rows"]}


def test_a_street_finds_its_own_and_the_district_all(listed):
    world, rows = listed
    assert names(page(world, "handler0")) == {rows["own"].name, "欧阳文静"}
    assert names(page(world, "handler1")) == {rows["other"].name}
    assert len(names(page(world, "district_leader"))) == 3


@pytest.mark.parametrize("who", ["member1", "applicant0_0"])
def test_members_and_units_have_no_list(listed, who):
    assert page(listed[0], who).status_code == 403


def test_filters_leave_what_they_say_and_numbers_lead_on(listed):
    world, rows = listed
    assert names(page(world, "district_handler", state="review")) == {"欧阳文静", rows["other"].name}
    assert names(page(world, "district_handler", honour=world.person_honour.pk)) == {"欧阳文静"}
    assert names(page(world, "district_handler", text="文静")) == {"欧阳文静"}
    assert names(page(world, "district_handler", place=world.place.streets[1].pk)) == {rows["other"].name}
    numbers = page(world, "district_handler", state="review").context["numbers"]
    assert {one["state"]: one["number"] for one in numbers} == {"ranking": 1, "review": 2}


def test_whoever_is_in_conflict_finds_no_row(listed):
    world, rows = listed
    chair = world.person("chair")
    appoint(chair, Role.DISTRICT_LEADER, world.place.district, by=None, on=timezone.localdate())
    assert len(names(page(world, "chair"))) == 3
    ConflictDeclaration.objects.create(
        member=world.committee[0],
        honour=world.organization_honour,
        nomination=rows["other"],
        ground=next(iter(Ground)),
        at=timezone.now(),
    )
    found = page(world, "chair")
    assert rows["other"].name not in names(found)
    assert rows["other"].case_number not in found.content.decode()
    assert sum(one["number"] for one in found.context["numbers"]) == 2


@pytest.mark.parametrize(("state", "shown"), [(ReviewState.OPENED, None), (ReviewState.CONCLUDED, 1)])
def test_places_in_the_result_are_told_after_the_conclusion_only(listed, state, shown):
    world, rows = listed
    Review.objects.create(
        honour=world.organization_honour,
        state=state,
        salt=new_salt(),
        result={"selected": [rows["other"].pk], "reserve": []},
    )
    found = {row["nomination"].pk: row["place"] for row in page(world, "district_handler").context["rows"]}
    assert found[rows["other"].pk] == shown
    own = page(world, "handler1").context["rows"]
    assert [row["place"] for row in own] == [None]  # the street follows no review


def test_the_workbook_has_the_rows_of_the_list_with_names_masked(listed):
    world, _rows = listed
    url = reverse("export_nominations", args=[world.campaign.pk]) + f"?honour={world.person_honour.pk}"
    answer = signed_in(world.person("district_handler")).post(url)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert "欧阳文静" not in text
    assert "欧" in text
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert signed_in(world.person("instructor0")).post(url).status_code == 403
