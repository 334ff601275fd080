"""RULES section 4: secret ballots with a quorum of those who are not conflicted, a majority, and named outcomes."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awards.rules.ballots import (
    Ballot,
    BallotRules,
    Base,
    Outcome,
    ballot_problems,
    count,
    in_words,
    quorum_of,
    quorum_possible,
    rule_problems,
)

RULES = BallotRules()
NINE = [f"m{number}" for number in range(1, 10)]


def ballot(voted: int, yes: int, no: int = 0, *, abstain=0, invalid=0, conflicted=(), left=(), who=None):
    """Of nine members the first ``voted`` who are not conflicted hand in a slip."""
    roll = [one for one in NINE if one not in conflicted][:voted] if who is None else who
    return Ballot(
        "a",
        frozenset(NINE),
        frozenset(conflicted),
        frozenset(roll),
        yes,
        no,
        abstain,
        invalid,
        frozenset(left),
    )


def test_two_thirds_of_those_who_are_not_conflicted_must_vote():
    assert count(ballot(6, 6), RULES).outcome == Outcome.PASSED
    assert count(ballot(5, 5), RULES).outcome == Outcome.NO_QUORUM
    assert count(ballot(5, 5, conflicted=["m1", "m2"]), RULES).outcome == Outcome.PASSED
    assert count(ballot(4, 4, conflicted=["m1", "m2"]), RULES).quorum == 5


def test_half_is_no_majority_unless_the_rules_say_at_least():
    half = ballot(6, 3, 3)
    assert count(half, RULES).outcome == Outcome.NOT_PASSED
    assert count(half, BallotRules(strict=False)).outcome == Outcome.PASSED
    assert (
        count(ballot(6, 0, 0, abstain=6), BallotRules(strict=False, base=Base.DECIDED)).outcome
        == Outcome.NOT_PASSED
    )


@pytest.mark.parametrize(
    ("base", "size", "outcome"),
    [
        (Base.ENTITLED, 9, Outcome.NOT_PASSED),
        (Base.VOTERS, 8, Outcome.NOT_PASSED),
        (Base.VALID, 7, Outcome.PASSED),
        (Base.DECIDED, 5, Outcome.PASSED),
    ],
)
def test_of_what_the_majority_is_taken(base, size, outcome):
    result = count(ballot(8, 4, 1, abstain=2, invalid=1), BallotRules(base=base))
    assert (result.base, result.outcome, result.support) == (size, outcome, Fraction(4, size))


def test_who_left_before_voting_is_out_of_the_base_and_who_left_after_it_stays_in():
    before = ballot(5, 5, left=["m8", "m9"])
    assert (count(before, RULES).entitled, count(before, RULES).outcome) == (7, Outcome.PASSED)
    after = ballot(5, 5, left=["m1", "m2"])
    assert (count(after, RULES).entitled, count(after, RULES).outcome) == (9, Outcome.NO_QUORUM)


def test_a_quorum_can_be_lost_for_good_and_slips_stay_secret():
    assert quorum_of(3, RULES) == 3
    assert not quorum_possible(NINE, NINE[:7], RULES)
    assert quorum_possible(NINE, NINE[:6], RULES)
    small = Ballot("a", frozenset(NINE[:2]), frozenset(), frozenset(NINE[:2]), 2)
    assert count(small, RULES).outcome == Outcome.NO_QUORUM


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (ballot(9, 9, conflicted=["m1"], who=NINE), "conflicted_vote"),
        (ballot(7, 7, who=[*NINE[:6], "guest"]), "stranger_voted"),
        (ballot(7, 8), "slips_differ"),
        (ballot(7, 8, -1), "negative"),
    ],
)
def test_a_ballot_that_cannot_be_right_is_void(wrong, code):
    assert [one.code for one in ballot_problems(wrong)] == [code]
    assert count(wrong, RULES).outcome == Outcome.VOID
    assert not count(wrong, RULES).counts
    assert in_words(count(wrong, RULES)) == "投票无效，须重新投票。"


def test_outcomes_in_words_tell_no_slips_where_nothing_was_decided():
    assert in_words(count(ballot(7, 5, 1, abstain=1), RULES)).endswith("须赞成4票，通过。")
    assert in_words(count(ballot(7, 2, 5), RULES)).endswith("未通过。")
    said = in_words(count(ballot(5, 4, 1), RULES))
    assert "实际5人，不足6人" in said
    assert "赞成" not in said


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        (BallotRules(), []),
        (BallotRules(quorum="0"), ["fraction_out_of_range"]),
        (BallotRules(majority="3/2"), ["fraction_out_of_range"]),
        (BallotRules(majority="1"), ["never_passed"]),
        (BallotRules(majority="1", strict=False), []),
        (BallotRules(least_voters=0), ["number_too_small"]),
        (BallotRules(votes=0), ["number_too_small"]),
    ],
)
def test_rules_that_cannot_be_are_refused(rules, codes):
    assert [one.code for one in rule_problems(rules)] == codes


slip_counts = st.lists(st.sampled_from(["yes", "no", "abstain", "invalid"]), max_size=9)


@settings(max_examples=100)
@given(slip_counts, st.sets(st.sampled_from(NINE)), st.sets(st.sampled_from(NINE)), st.sampled_from(Base))
def test_nobody_passes_without_quorum_majority_or_with_a_conflicted_vote(slips, conflicted, left, base):
    roll = NINE[: len(slips)]
    figures = {name: slips.count(name) for name in ("yes", "no", "abstain", "invalid")}
    one = Ballot(
        "a", frozenset(NINE), frozenset(conflicted), frozenset(roll), left=frozenset(left), **figures
    )
    result = count(one, BallotRules(base=base))
    in_base = [name for name in NINE if name not in conflicted and (name in roll or name not in left)]
    enough = 3 * len(roll) >= 2 * len(in_base) and len(roll) >= 3
    clean = not conflicted & set(roll)
    if result.outcome == Outcome.PASSED:
        assert enough
        assert clean
        assert 2 * figures["yes"] > figures["yes"] + figures["no"]
    assert result.counts == (enough and clean)
