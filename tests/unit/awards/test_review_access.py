"""Who sees what of a review at which moment, as docs/adr/0010 has it in its table, written here as data."""

import pytest
from django.utils import timezone

from awards.enums import Duty, NominationState, ReviewState
from awards.models import ConflictDeclaration, Review
from awards.nominees import anonymous
from awards.review_access import (
    Kind,
    Reader,
    evidence,
    may_begin,
    may_enter,
    may_judge,
    may_open,
    may_see_own_scores,
    may_see_progress,
    may_see_ranks,
    may_see_results,
    may_see_single_scores,
    may_see_strength,
    visible_nominees,
)
from awards.rules.anonymity import without_names
from awards.sealing import new_salt
from tests.awards import AwardWorld, make_award_world, nomination
from tests.sharing import shared

BEFORE = (ReviewState.PREPARING, ReviewState.SCORING)
OPENED = (ReviewState.OPENED, ReviewState.CONCLUDED)
CHECKS = {
    "own": may_see_own_scores,
    "progress": may_see_progress,
    "results": may_see_results,
    "ranks": may_see_ranks,
    "single": may_see_single_scores,
    "strength": may_see_strength,
    "open": may_open,
}
# What each role may at each of the three moments. ``recused`` is a member in conflict with one of the nominees.
TABLE = {
    "chair": ("own progress", "own progress open", "own progress results ranks single strength"),
    "deputy": ("own", "own", "own results ranks strength"),
    "member2": ("own", "own", "own results ranks strength"),
    "recused": ("own", "own", "own results"),
    "secretary": ("progress", "progress", "progress results ranks single strength"),
    "district_handler": ("", "", "results ranks strength"),
    "district_approver": ("", "", "results ranks strength"),
    "district_leader": ("", "", "results ranks strength"),
}
NOBODY = ("handler0", "approver0", "instructor0", "applicant0_0", "leader0_0")


def build() -> AwardWorld:
    """Two nominees; ``recused`` (member1) works for the unit of the first."""
    world = make_award_world(accepted=(2,), places=1)
    for number, organization in enumerate(world.organizations[0], 1):
        nomination(world.organization_honour, organization, state=NominationState.REVIEW, blind_number=number)
    member = world.committee[2]
    member.employer = world.organizations[0][0].unit.name
    member.save()
    world.place.people["recused"] = member.person
    return world


world_once = shared(build, "world_once")


@pytest.fixture
def world(world_once) -> AwardWorld:
    return world_once()


def ranking(world: AwardWorld, judges: int) -> dict:
    pks = world.organization_honour.nominations.order_by("pk").values_list("pk", flat=True)
    return {
        "ranking": [
            {"nominee": str(pk), "score": "90.00", "rank": at, "judges": judges}
            for at, pk in enumerate(pks, 1)
        ]
    }


def reader(world: AwardWorld, key: str, state: ReviewState = ReviewState.SCORING, judges: int = 4) -> Reader:
    honour = world.organization_honour
    values = {"state": state, "salt": new_salt(), "result": ranking(world, judges) if state in OPENED else {}}
    Review.objects.update_or_create(honour=honour, defaults=values)
    found = may_enter(world.person(key), honour, timezone.localdate())
    assert found is not None
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("key", TABLE)
@pytest.mark.parametrize("state", ReviewState)
def test_the_table_holds_for_every_role_at_every_moment(world, key, state):
    moment = 0 if state in BEFORE else 2 if state in OPENED else 1
    found = reader(world, key, state)
    assert {name for name, check in CHECKS.items() if check(found)} == set(TABLE[key][moment].split())


@pytest.mark.django_db
@pytest.mark.parametrize("key", NOBODY)
def test_nobody_else_enters(world, key):
    assert may_enter(world.person(key), world.organization_honour, timezone.localdate()) is None


@pytest.mark.django_db
@pytest.mark.parametrize("state", ReviewState)
def test_a_conflicted_member_does_not_find_the_nominee_at_any_moment(world, state):
    first, second = world.organization_honour.nominations.order_by("pk")
    found = reader(world, "recused", state)
    assert [one.nomination for one in visible_nominees(found)] == [second]
    assert not may_judge(found, first)
    assert {one.nomination for one in visible_nominees(reader(world, "chair", state))} == {first, second}


@pytest.mark.django_db
def test_a_seat_comes_before_other_posts_and_a_past_seat_still_hides(world):
    handler, seat = world.person("district_handler"), world.committee[2]
    world.campaign.members.filter(pk=seat.pk).update(person=handler)
    found = reader(world, "district_handler", ReviewState.OPENED)
    assert (found.kind, len(found.hidden)) == (
        Kind.STAFF,
        1,
    )  # no post of a member: only staff, still recused
    world.campaign.members.filter(pk=seat.pk).update(until=timezone.now())
    assert len(reader(world, "district_handler", ReviewState.OPENED).hidden) == 1


@pytest.mark.django_db
def test_strength_is_told_only_where_enough_members_scored(world):
    assert may_see_strength(reader(world, "chair", ReviewState.OPENED, judges=3))
    assert not may_see_strength(reader(world, "chair", ReviewState.OPENED, judges=2))


@pytest.mark.django_db
def test_the_deputy_presides_only_without_chair_and_conflict(world):
    assert not reader(world, "deputy").presides
    world.campaign.members.filter(duty=Duty.CHAIR).update(until=timezone.now())
    assert reader(world, "deputy").presides
    world.campaign.members.filter(duty=Duty.DEPUTY).update(employer=world.organizations[0][0].unit.name)
    assert not reader(world, "deputy").presides


@pytest.mark.django_db
def test_scoring_begins_with_the_statement_on_conflicts_and_again_for_who_comes_later(world):
    honour, seat = world.organization_honour, world.committee[3]
    assert not may_begin(reader(world, "member2"))
    ConflictDeclaration.objects.create(member=seat, honour=honour, at=timezone.now())
    assert may_begin(reader(world, "member2"))
    late = honour.nominations.first()
    late.events.create(event="finish_vetting", source="vetting", target="review", at=timezone.now())
    assert not may_begin(reader(world, "member2"))


@pytest.mark.django_db
def test_a_blind_review_shows_members_numbers_until_the_opening(world):
    world.campaign.is_blind = True
    world.campaign.save()
    nominee = visible_nominees(reader(world, "chair"))[0]
    assert (nominee.label, nominee.place) == ("1 号", "")
    assert evidence(reader(world, "chair"), nominee) == []
    assert visible_nominees(reader(world, "secretary"))[0].label.startswith("共青团")
    assert visible_nominees(reader(world, "chair", ReviewState.OPENED))[0].label.startswith("共青团")
    nomination_of = nominee.nomination
    nomination_of.deeds = f"{nomination_of.unit.name}和{nomination_of.organization.name}的事迹。"
    assert anonymous(nomination_of).deeds == "该单位和该团组织的事迹。"


def test_longer_names_are_replaced_first():
    text = "北京云岫信息技术有限公司的张三与云岫同行。"
    shown = without_names(
        text, persons=["张三"], units=["云岫", "北京云岫信息技术有限公司"], organizations=["", "团"]
    )
    assert shown == "该单位的该同志与该单位同行。"
