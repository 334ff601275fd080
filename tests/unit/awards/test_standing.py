"""Several votes of a review on record, and their bad days: what the standing is folded to (RULES section 4)."""

import random

import pytest
from django.utils import timezone

from awards.actions import voting
from awards.enums import NominationState
from awards.facts import nomination_facts
from awards.models import Ballot, BallotRoll, Slip
from awards.quota_register import places_of
from awards.rules import ballots, rounds
from awards.rules.rounds import Next
from awards.rules.states import NotPossible
from awards.voting import ballot_rules, facts_of_ballot, scores_of, standing_of
from orgs.permissions import Refused
from tests.ballot_box import MEMBERS, Box, make_box, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Box:
    """Three nominees for two places, five members without conflicts, scores opened."""
    return make_box()


def test_a_revote_needs_no_second_majority(box):
    box.vote(a=5, b=4, c=4)
    standing = box.vote(b=2, c=1)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})
    facts = nomination_facts(box.nominees["b"], timezone.localdate())
    assert facts.passed
    assert facts.quorate
    assert not facts.ballot_void


def test_a_conflict_in_an_earlier_round_sends_the_vote_back_to_it(box):
    """What was voted on after it counts only as far as it is still asked for."""
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=2)
    box.conflict("member1", "a")
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on)) == (Next.REPEAT, {"a"})
    standing = box.vote(a=1, voters=[key for key in MEMBERS if key != "member1"])
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_the_tie_and_its_revote_hold_when_the_repeat_changes_nothing(box):
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=2)
    box.conflict("member1", "a")
    standing = box.vote(a=4, voters=[key for key in MEMBERS if key != "member1"])
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})


def test_a_conflicted_vote_in_vote_and_revote_is_repeated_in_both(box):
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=2)
    box.conflict("member1", "b")
    rest = [key for key in MEMBERS if key != "member1"]
    assert names(box, box.standing().voted_on) == {"b"}
    standing = box.vote(b=4, voters=rest)
    # With four of four b is ahead of c and needs no revote; the void one of the revote is still held again.
    assert (standing.next, names(box, standing.voted_on)) == (Next.REPEAT, {"b"})
    standing = box.vote(b=1, voters=rest)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})
    assert not nomination_facts(box.nominees["b"], timezone.localdate()).ballot_void


def test_a_nominee_who_withdraws_between_votes_is_out_of_the_contest(box):
    box.vote(a=5, b=4, c=4)
    box.withdraw("b")
    standing = box.standing()
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "c"})


def test_a_nominee_who_withdraws_during_a_vote_is_not_counted(box):
    vote = box.open()
    for key in MEMBERS[:4]:
        box.cast(vote, key, a="yes", b="yes", c="yes")
    box.withdraw("a")
    box.cast(vote, MEMBERS[4], b="yes", c="yes")
    box.close(vote)
    standing = box.count(vote)
    assert vote.ballots.get(nomination=box.nominees["a"]).result == {}
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_who_withdrew_before_a_revote_leaves_the_place_to_it():
    """The place counts in the revote held after the withdrawal, though the withdrawn one had won it."""
    box = make_box("abcd", places=2)
    box.vote(a=5, b=4, c=4, d=4)
    assert names(box, box.standing().voted_on) == set("bcd")
    box.withdraw("a")
    standing = box.vote(b=4, c=3, d=2)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_who_withdraws_after_the_votes_leaves_the_place_empty(box):
    box.vote(a=5, b=4, c=3)
    box.withdraw("a")
    standing = box.standing()
    assert (standing.next, names(box, standing.selected), standing.free) == (Next.DONE, {"b"}, 1)


def test_places_cut_after_a_vote_settle_by_the_slips_already_in(box):
    box.vote(a=5, b=4, c=1)
    box.cut(-1)
    assert names(box, box.standing().selected) == {"a"}
    box.cut(+1)
    assert names(box, box.standing().selected) == {"a", "b"}


def test_places_cut_into_a_tie_ask_for_a_revote(box):
    box.vote(a=4, b=4, c=1)
    assert box.standing().next == Next.DONE
    box.cut(-1)
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on)) == (Next.REVOTE, {"a", "b"})


def test_who_holds_a_place_since_a_conclusion_keeps_it_while_another_is_voted_on_again(box):
    box.vote(a=5, b=4, c=3)
    box.set_states(a=NominationState.LISTED, b=NominationState.DECIDED, c=NominationState.RESERVE)
    box.conflict("member1", "a")
    assert nomination_facts(box.nominees["a"], timezone.localdate()).ballot_void
    box.set_states(a=NominationState.REVIEW)
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on), names(box, standing.selected)) == (
        Next.REPEAT,
        {"a"},
        {"b"},
    )
    rest = [key for key in MEMBERS if key != "member1"]
    standing = box.vote(a=4, voters=rest)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})


def test_a_reserve_with_more_support_goes_before_the_one_voted_on_again(box):
    box.vote(a=5, b=4, c=3)
    box.set_states(b=NominationState.ANNOUNCED, c=NominationState.RESERVE)
    box.conflict("member1", "a")
    rest = [key for key in MEMBERS if key != "member1"]
    standing = box.vote(a=2, voters=rest)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_who_was_passed_over_at_the_conclusion_takes_no_place_of_a_repeat(box):
    box.vote(a=5, b=4, c=4)
    box.vote(b=4, c=3)
    box.set_states(b=NominationState.LISTED)
    box.withdraw("c")
    box.conflict("member1", "a")
    standing = box.vote(a=3, voters=[key for key in MEMBERS if key != "member1"])
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})


def test_who_reaches_the_review_after_the_votes_competes_for_the_places_left(box):
    box.vote(a=5, b=1, c=1)
    box.add("d")
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on), standing.free) == (Next.VOTE, {"d"}, 1)
    vote = box.open()
    with pytest.raises(Refused, match="回避"):
        box.cast(vote, "member1", d="yes")
    box.declare_all()
    for key in MEMBERS:
        box.cast(vote, key, d="yes")
    box.close(vote)
    standing = box.count(vote)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "d"})


def tied(box: Box) -> None:
    """b and c tied at the last place, by votes and scores."""
    box.score(a="90", b="80", c="80")
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=3)
    box.vote(b=3, c=3)


def settle(box: Box, key: str, *chosen: str, reason: str = "该支部连续三年考核靠前。") -> None:
    voting.settle_tie(
        box.review, [box.pk(one) for one in chosen], reason, by=box.person(key), at=timezone.now()
    )


def test_the_chair_decides_a_tie_and_nobody_else(box):
    tied(box)
    assert box.standing().next == Next.CHAIR
    with pytest.raises(NotPossible, match="不再投票"):
        box.open()
    for key in ("deputy", "member1", "secretary"):
        with pytest.raises(NotPossible, match="主持人"):
            settle(box, key, "b")
    with pytest.raises(NotPossible, match="选定1个"):
        settle(box, "chair", "b", "c")
    with pytest.raises(NotPossible, match="理由"):
        settle(box, "chair", "b", reason=" ")
    settle(box, "chair", "b")
    assert (box.standing().next, names(box, box.standing().selected)) == (Next.DONE, {"a", "b"})


def test_a_conflicted_chair_leaves_the_tie_to_the_deputy(box):
    box.conflict("chair", "b")
    box.score(a="90", b="80", c="80")
    rest = [key for key in MEMBERS if key != "chair"]
    box.vote(a=4, b=3, c=3, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    with pytest.raises(NotPossible, match="回避"):
        settle(box, "chair", "c")
    settle(box, "deputy", "c")
    assert names(box, box.standing().selected) == {"a", "c"}


def test_nobody_may_decide_so_that_the_place_stays_empty(box):
    for key, nominee in (("chair", "b"), ("deputy", "c")):
        box.conflict(key, nominee)
    box.score(a="90", b="80", c="80")
    box.ballot(a=4, b=3, c=3)
    box.ballot(b=2, c=2)
    box.ballot(b=2, c=2)
    assert box.standing().next == Next.CHAIR
    with pytest.raises(NotPossible):
        settle(box, "deputy", "b")
    settle(box, "secretary", reason="主任委员和副主任委员均须回避，无人决定。")
    assert (box.standing().next, box.standing().free) == (Next.DONE, 1)


def test_a_tie_decided_by_somebody_in_conflict_is_voted_on_again(box):
    """The chair had not voted on b, so that the ballots hold; the decision does not."""
    box.score(a="90", b="80", c="80")
    rest = [key for key in MEMBERS if key != "chair"]
    box.vote(a=4, b=3, c=3, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    settle(box, "chair", "b")
    box.conflict("chair", "b")
    assert nomination_facts(box.nominees["b"], timezone.localdate()).ballot_void
    assert (box.standing().next, names(box, box.standing().voted_on)) == (Next.REVOTE, {"b", "c"})
    standing = box.vote(b=3, c=1, voters=rest)
    assert names(box, standing.selected) == {"a", "b"}
    assert not nomination_facts(box.nominees["b"], timezone.localdate()).ballot_void


def test_without_a_chair_the_first_deputy_counts(box):
    vote = box.open()
    for key in MEMBERS[1:]:
        box.cast(vote, key, a="yes", b="yes", c="no")
    box.leave("chair")
    box.close(vote)
    voting.count_vote(vote, by=box.person("deputy"), at=timezone.now())
    assert names(box, standing_of(box.review, places_of(box.review.honour)).selected) == {"a", "b"}


@pytest.mark.parametrize("seed", range(8))
def test_the_fold_of_the_records_is_what_the_rules_say_step_by_step(seed):
    """Random votes, missing quorums, withdrawals and ties: the standing folded from rows equals that of
    awards.rules.rounds carried along."""
    chance = random.Random(seed)
    box = make_box("abcd", places=2)
    box.score(**{key: str(chance.choice((70, 80, 90))) for key in "abcd"})
    rules, scores = ballot_rules(box.review), scores_of(box.review)
    carried = rounds.start([str(one.pk) for one in box.nominees.values()], 2)
    while carried.next != Next.DONE:
        assert box.standing() == carried
        if carried.next == Next.CHAIR:
            chosen = sorted(carried.contest)[: carried.free]
            voting.settle_tie(box.review, map(int, chosen), "考核", by=box.person("chair"), at=timezone.now())
            carried = rounds.chair_decides(carried, chosen)
            continue
        if chance.random() < 0.25:
            key = chance.choice([key for key, one in box.nominees.items() if one.state == "review"])
            box.withdraw(key)
            carried = rounds.without(carried, str(box.pk(key)), rules, scores)
            continue
        yes = {key: chance.choice((2, 3, 3, 4)) for key in sorted(names(box, carried.voted_on))}
        vote = box.open()
        for key, count in yes.items():
            voters = chance.sample(MEMBERS, 5 if chance.random() < 0.8 else 3)
            stuff(vote.ballots.get(nomination=box.nominees[key]), box, voters, count)
        box.close(vote)
        box.count(vote)
        counted = [ballots.count(facts_of_ballot(one), rules) for one in vote.ballots.all()]
        carried = rounds.after(carried, counted, rules, scores)
    assert box.standing() == carried


def stuff(ballot: Ballot, box: Box, voters: list[str], yes: int) -> None:
    """Slips of some members on one nominee only, which no page allows: ballots of one vote differ in their quorum."""
    for at, who in enumerate(voters):
        BallotRoll.objects.create(ballot=ballot, member=box.seat(who))
        Slip.objects.create(ballot=ballot, choice="yes" if at < yes else "no")
