"""Several votes for a number of places: ties, repeats for want of a quorum, withdrawals, a quota that is changed."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awards.rules.ballots import Ballot, BallotRules, TieRule, count
from awards.rules.rounds import (
    Next,
    after,
    chair_decides,
    chair_problems,
    in_words,
    leave_empty,
    start,
    tie_breaker,
    with_places,
    without,
)

RULES = BallotRules()
MEMBERS = [f"m{number}" for number in range(6)]
NO_SCORES: dict[str, Decimal] = {}


def vote(nominee: str, yes: int, voters: int = 6):
    """A result: ``yes`` of ``voters`` of six members; fewer than four are no quorum."""
    return count(
        Ballot(nominee, frozenset(MEMBERS), frozenset(), frozenset(MEMBERS[:voters]), yes, voters - yes),
        RULES,
    )


def votes(standing, scores=NO_SCORES, rules=RULES, **yes):
    return after(standing, [vote(nominee, figure) for nominee, figure in yes.items()], rules, scores)


def test_who_passes_is_selected_while_there_are_places():
    standing = votes(start("abc", 2), a=6, b=3, c=5)
    assert (standing.next, standing.selected, standing.free) == (Next.DONE, ("a", "c"), 0)
    standing = votes(start("ab", 2), a=6, b=3)
    assert (standing.next, standing.selected, in_words(standing)) == (
        Next.DONE,
        ("a",),
        "投票结束，空缺1个名额。",
    )


def test_more_support_comes_first_also_with_other_bases():
    five_of_five = count(
        Ballot("b", frozenset(MEMBERS), frozenset(MEMBERS[:1]), frozenset(MEMBERS[1:]), 5), RULES
    )
    standing = after(start("ab", 1), [vote("a", 5), five_of_five], RULES, NO_SCORES)
    assert standing.selected == ("b",)


def test_a_tie_at_the_last_place_is_voted_on_again_then_by_score_then_by_the_chair():
    standing = votes(start("abc", 2), a=6, b=5, c=5)
    assert (standing.next, standing.selected, standing.voted_on) == (Next.REVOTE, ("a",), {"b", "c"})
    assert votes(standing, b=4, c=2).selected == ("a", "b")
    standing = votes(votes(standing, b=4, c=4), {"b": Decimal("90.1"), "c": Decimal("90.2")}, b=2, c=2)
    assert (standing.next, standing.selected) == (Next.DONE, ("a", "c"))
    equal = {"b": Decimal(90), "c": Decimal(90)}
    standing = votes(votes(votes(start("abc", 2), equal, a=6, b=5, c=5), equal, b=4, c=4), equal, b=3, c=3)
    assert (standing.next, standing.contest, standing.voted_on) == (Next.CHAIR, {"b", "c"}, frozenset())
    assert chair_decides(standing, ["c"]).selected == ("a", "c")
    assert leave_empty(standing).free == 1


def test_the_order_of_tie_rules_is_data_and_without_any_the_place_stays_empty():
    rules = BallotRules(tie_rules=(TieRule.SCORE,))
    scores = {"a": Decimal(80), "b": Decimal(81)}
    assert votes(start("ab", 1), scores, rules, a=5, b=5).selected == ("b",)
    standing = votes(start("ab", 1), NO_SCORES, rules, a=5, b=5)
    assert (standing.next, standing.free) == (Next.DONE, 1)


def test_a_tie_is_decided_by_somebody_without_a_conflict_only():
    standing = votes(start("ab", 1), NO_SCORES, BallotRules(tie_rules=(TieRule.CHAIR,)), a=5, b=5)
    officers = ["chair", "deputy"]
    assert tie_breaker("ab", officers, set()) == "chair"
    assert tie_breaker("ab", officers, {("chair", "b")}) == "deputy"
    assert tie_breaker("ab", officers, {("chair", "b"), ("deputy", "a")}) is None
    assert chair_problems(standing, ["a"], "deputy", "deputy") == []
    wrong = [(["a"], "chair", "deputy"), (["a", "b"], "chair", "chair"), (["x"], "chair", "chair")]
    codes = [problem.code for one in wrong for problem in chair_problems(standing, *one)]
    assert codes == ["not_the_decider", "wrong_number", "wrong_number"]
    assert chair_problems(start("ab", 1), ["a"], "chair", "chair")[0].code == "no_tie"


def test_a_ballot_without_quorum_is_repeated_and_nobody_is_selected_until_then():
    standing = after(start("ab", 1), [vote("a", 4), vote("b", 3, voters=3)], RULES, NO_SCORES)
    assert (standing.next, standing.selected, standing.voted_on) == (Next.REPEAT, (), {"b"})
    assert standing.votes == 0
    standing = votes(standing, b=6)
    assert (standing.next, standing.selected, standing.votes) == (Next.DONE, ("b",), 1)


def test_who_did_not_pass_may_get_a_second_round():
    rules = BallotRules(second_round=True, votes=2)
    standing = votes(start("abc", 2), NO_SCORES, rules, a=6, b=3, c=2)
    assert (standing.next, standing.selected, standing.voted_on) == (Next.VOTE, ("a",), {"b", "c"})
    assert votes(standing, NO_SCORES, rules, b=4, c=2).selected == ("a", "b")
    standing = votes(standing, NO_SCORES, rules, b=2, c=2)
    assert (standing.next, standing.free) == (Next.DONE, 1)


def test_a_withdrawal_settles_what_it_can():
    tied = votes(start("abc", 2), a=6, b=5, c=5)
    assert without(tied, "c", RULES, NO_SCORES).selected == ("a", "b")
    assert without(tied, "a", RULES, NO_SCORES).selected == ("b", "c")
    waiting = after(start("ab", 1), [vote("a", 4), vote("b", 3, voters=3)], RULES, NO_SCORES)
    assert without(waiting, "b", RULES, NO_SCORES).selected == ("a",)
    three = votes(start("abcd", 1), a=5, b=5, c=5, d=1)
    assert without(three, "a", RULES, NO_SCORES) == replace(three, contest=frozenset("bc"))
    done = votes(start("ab", 2), a=6, b=6)
    assert (without(done, "a", RULES, NO_SCORES).selected, done.free) == (("b",), 0)
    assert without(start("a", 1), "a", RULES, NO_SCORES).next == Next.DONE
    chair = votes(start("abc", 1), NO_SCORES, BallotRules(tie_rules=(TieRule.CHAIR,)), a=5, b=5, c=1)
    assert without(chair, "b", RULES, NO_SCORES).selected == ("a",)


def test_a_changed_quota_settles_or_goes_on():
    tied = votes(start("abc", 2), a=6, b=5, c=5)
    assert with_places(tied, 3, RULES, NO_SCORES).selected == ("a", "b", "c")
    assert with_places(tied, 1, RULES, NO_SCORES).next == Next.DONE
    with pytest.raises(ValueError, match="more than 0"):
        with_places(tied, 0, RULES, NO_SCORES)
    assert with_places(start("abc", 2), 1, RULES, NO_SCORES).voted_on == frozenset("abc")
    assert with_places(votes(start("ab", 1), a=6, b=2), 2, RULES, NO_SCORES).free == 1


def test_ballots_on_others_are_refused():
    with pytest.raises(ValueError, match="expected on"):
        votes(start("ab", 1), a=6)
    assert start("", 2).next == start("ab", 0).next == Next.DONE


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_votes_end_and_never_select_more_than_places_or_who_did_not_pass(seed):
    dice = random.Random(seed)
    names = "abcde"[: dice.randint(1, 5)]
    rules = BallotRules(second_round=dice.random() < 0.5, votes=dice.randint(1, 3))
    standing, passed, turns = start(names, dice.randint(0, 3)), set(), 0
    scores = {name: Decimal(dice.randint(80, 81)) for name in names if dice.random() < 0.9}
    while standing.next not in (Next.DONE, Next.CHAIR):
        turns += 1
        quorate = turns > 3 or dice.random() < 0.7
        results = [
            vote(name, dice.randint(2, 5)) if quorate or dice.random() < 0.5 else vote(name, 2, voters=2)
            for name in sorted(standing.voted_on)
        ]
        passed |= {one.nominee for one in results if one.outcome == "passed"}
        standing = after(standing, results, rules, scores)
        assert turns < 10
    if standing.next == Next.CHAIR:
        assert len(standing.contest) > standing.free > 0
        standing = chair_decides(standing, sorted(standing.contest)[: standing.free])
    assert len(standing.selected) == len(set(standing.selected)) <= standing.places
    assert set(standing.selected) <= passed
    assert len(standing.selected) == min(standing.places, len(passed))
