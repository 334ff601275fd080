"""A review is concluded: all its cases move together or none does; and it begins again where a ballot became void."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.actions import voting
from awards.enums import NominationState, ReviewState
from awards.facts import is_next_reserve
from awards.models import ConflictDeclaration, Nomination, NominationEvent, Review
from awards.sealing import new_salt
from records.models import AuditEntry
from tests.awards import AwardWorld, make_award_world
from tests.ballot_box import MEMBERS, Box
from tests.flows import nomination_world as w
from workflows.claims import claim_task
from workflows.models import Case, Decision, GuardedTask

pytestmark = pytest.mark.django_db


def make_reviewed(keys: str = "abc", *, places: int = 1, **fields: object) -> Box:
    """Real cases that wait for the committee, whose scores are opened."""
    world: AwardWorld = make_award_world(
        places=places, accepted=(len(keys), 1), nomination_places=9, **fields
    )
    box = Box(world, Review(honour=world.organization_honour, salt=new_salt()))
    for number, key in enumerate(keys):
        box.nominees[key] = w.vetted(world, number=number).nomination
    box.review.state, box.review.opened_at = ReviewState.OPENED, timezone.now()
    box.review.save()
    box.declare_all()
    return box


@pytest.fixture
def box() -> Box:
    return make_reviewed(names_reserve=True)


def conclude(box: Box, key: str = "secretary"):
    return post(box, key, "conclude_review")


def post(box: Box, key: str, name: str, data: dict | None = None):
    client = Client()
    client.force_login(box.person(key))
    return client.post(reverse(name, args=[box.review.honour_id]), data or {}, follow=True)


def page(box: Box, key: str, name: str = "conclude_review"):
    client = Client()
    client.force_login(box.person(key))
    return client.get(reverse(name, args=[box.review.honour_id]))


def states(box: Box) -> dict[str, str]:
    return {key: Nomination.objects.get(pk=one.pk).state for key, one in box.nominees.items()}


def nodes(box: Box) -> dict[str, str]:
    """Where the cases stand: the open task, or how it ended."""
    found = {}
    for key, one in box.nominees.items():
        case = Case.objects.get(number=one.case_number)
        found[key] = case.stage
    return found


def result(box: Box) -> dict[str, list[str]]:
    review = Review.objects.get(pk=box.review.pk)
    keys = {one.pk: key for key, one in box.nominees.items()}
    return {
        name: [keys[pk] for pk in review.result[name]] for name in ("selected", "reserve", "not_selected")
    }


def test_all_cases_move_with_the_conclusion(box):
    box.vote(a=3, b=5, c=1)
    shown = page(box, "secretary").content.decode()
    assert "入选 1 个" in shown
    assert "候补 1 个" in shown
    assert conclude(box).status_code == 200
    assert states(box) == {
        "a": NominationState.RESERVE,
        "b": NominationState.LISTED,
        "c": NominationState.NOT_SELECTED,
    }
    assert nodes(box) == {"a": "in_reserve", "b": "approve_list", "c": "not_selected"}
    assert result(box) == {"selected": ["b"], "reserve": ["a"], "not_selected": ["c"]}
    review = Review.objects.get()
    assert (review.state, review.concluded_at is not None) == (ReviewState.CONCLUDED, True)
    entry = AuditEntry.objects.get(event="review_concluded")
    assert entry.by_id == box.person("secretary").pk


def test_reserves_stand_in_the_order_of_support_then_score():
    box = make_reviewed("abcd", names_reserve=True)
    box.score(a="70", b="95", c="88", d="80")
    box.vote(a=4, b=5, c=4, d=3)
    conclude(box)
    assert result(box) == {"selected": ["b"], "reserve": ["c", "a", "d"], "not_selected": []}


def test_without_announced_reserves_whoever_has_no_place_is_not_selected():
    box = make_reviewed("ab", names_reserve=False)
    box.vote(a=5, b=4)
    conclude(box)
    assert states(box) == {"a": NominationState.LISTED, "b": NominationState.NOT_SELECTED}


def test_nothing_moves_before_the_votes_are_done(box):
    for expected in ("还有对象须投票", "还没有开票"):
        answer = conclude(box)
        assert answer.status_code == 409
        assert expected in answer.content.decode()
        if expected == "还有对象须投票":
            box.open()
    assert set(states(box).values()) == {NominationState.REVIEW}


def test_none_moves_when_one_is_blocked(box):
    """The secretary must not act on the last one: the message names it, and all stay."""
    box.vote(a=3, b=5, c=1)
    before = Decision.objects.count()
    box.conflict("secretary", "c")
    answer = conclude(box)
    assert answer.status_code == 409
    assert box.nominees["c"].name in answer.content.decode()
    assert Decision.objects.count() == before
    assert set(states(box).values()) == {NominationState.REVIEW}
    assert Review.objects.get().state == ReviewState.OPENED


def test_a_conflict_between_the_vote_and_the_conclusion_stops_it(box):
    box.vote(a=3, b=5, c=1)
    box.conflict("member1", "b")
    answer = conclude(box)
    assert answer.status_code == 409
    assert "须投票" in answer.content.decode()
    assert set(states(box).values()) == {NominationState.REVIEW}


def test_a_case_that_a_colleague_claimed_does_not_hold_the_others_up(box):
    box.vote(a=3, b=5, c=1)
    case = Case.objects.get(number=box.nominees["a"].case_number).coerced
    task = GuardedTask.objects.get(process_id=case.pk, flow_task_type="HUMAN", finished=None)
    task.process = case
    claim_task(task, case, by=box.person("secretary"), at=timezone.now())
    conclude(box)
    assert states(box)["a"] == NominationState.RESERVE


def test_who_may_not_conclude(box):
    box.vote(a=3, b=5, c=1)
    for key in ("chair", "member1", "district_handler", "district_approver", "approver0", "applicant0_0"):
        assert conclude(box, key).status_code == 403, key
    assert set(states(box).values()) == {NominationState.REVIEW}


def test_nobody_is_selected_over_the_places_that_were_cut():
    box = make_reviewed("abc", places=2)
    box.vote(a=3, b=5, c=1)
    box.cut(-1)
    conclude(box)
    assert states(box) == {
        "a": NominationState.NOT_SELECTED,
        "b": NominationState.LISTED,
        "c": NominationState.NOT_SELECTED,
    }


def reopened(box: Box, key: str = "secretary") -> None:
    answer = post(box, key, "reopen_review", {"reason": "一名委员的近亲属在该单位任职。"})
    assert "重新投票" in answer.content.decode()


def test_a_void_ballot_sends_its_nominee_back_and_nobody_else(box):
    box.vote(a=3, b=5, c=1)
    conclude(box)
    assert "没有须重新评审" in page(box, "secretary", "reopen_review").content.decode()
    box.conflict("member1", "b")
    assert box.nominees["b"].name in page(box, "district_approver", "reopen_review").content.decode()
    address = reverse("reopen_review", args=[box.review.honour_id])
    for key, offered in (("district_approver", True), ("secretary", True), ("chair", False)):
        assert (address in page(box, key, "ballots").content.decode()) is offered, key
    assert "写明" in post(box, "secretary", "reopen_review", {"reason": ""}).content.decode()
    reopened(box)
    assert states(box) == {
        "a": NominationState.RESERVE,
        "b": NominationState.REVIEW,
        "c": NominationState.NOT_SELECTED,
    }
    assert nodes(box)["b"] == "committee_review"
    assert Review.objects.get().state == ReviewState.OPENED
    events = NominationEvent.objects.filter(event="review_again").values_list("nomination", flat=True)
    assert list(events) == [box.pk("b")]


def test_after_the_repeat_the_place_comes_back_or_goes_to_the_reserve(box):
    rest = [key for key in MEMBERS if key != "member1"]
    box.vote(a=3, b=5, c=1)
    conclude(box)
    box.conflict("member1", "b")
    reopened(box, "district_approver")
    vote = voting.open_vote(box.review, by=box.person("chair"), at=timezone.now())
    assert [one.nomination_id for one in vote.ballots.all()] == [box.pk("b")]
    for key in rest:
        box.cast(vote, key, b="yes")
    box.close(vote)
    box.count(vote)
    conclude(box)
    assert states(box) == {
        "a": NominationState.RESERVE,
        "b": NominationState.LISTED,
        "c": NominationState.NOT_SELECTED,
    }
    assert result(box) == {"selected": ["b"], "reserve": ["a"], "not_selected": ["c"]}


def test_whoever_fails_the_repeat_loses_the_place_to_the_first_reserve(box):
    rest = [key for key in MEMBERS if key != "member1"]
    box.vote(a=3, b=5, c=1)
    conclude(box)
    box.conflict("member1", "b")
    reopened(box)
    box.vote(b=1, voters=rest)
    conclude(box)
    assert states(box) == {
        "a": NominationState.RESERVE,
        "b": NominationState.NOT_SELECTED,
        "c": NominationState.NOT_SELECTED,
    }
    assert result(box)["reserve"] == ["a"]


def test_a_reserve_does_not_follow_while_the_review_is_held_again(box):
    box.vote(a=3, b=5, c=1)
    conclude(box)
    assert is_next_reserve(Nomination.objects.get(pk=box.pk("a")))
    box.conflict("member1", "b")
    reopened(box)
    assert not is_next_reserve(Nomination.objects.get(pk=box.pk("a")))


def test_a_declaration_withdrawn_in_time_leaves_everything_as_it_was(box):
    box.vote(a=3, b=5, c=1)
    conclude(box)
    box.conflict("member1", "b")
    box.conflict("member1", "b", withdrawn=True)
    assert ConflictDeclaration.objects.filter(nomination=box.pk("b")).count() == 2
    answer = post(box, "secretary", "reopen_review", {"reason": "核查"})
    assert answer.status_code == 422
    assert states(box)["b"] == NominationState.LISTED
