"""RULES section 4: weighted scores without conflicted judges, ranks with ties, and what hangs on one judge."""

import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awards.rules.scoring import (
    Criterion,
    Score,
    ScoringRules,
    aggregate,
    margin,
    rank,
    rounded,
    rule_problems,
    score_problems,
    select,
    strength,
    total_of,
    totals_by_nominee,
)

CRITERIA = [Criterion("deeds", "事迹", 60, 10), Criterion("youth", "青年评价", 40, 5)]


def points(deeds, youth) -> dict:
    return {"deeds": Decimal(str(deeds)), "youth": Decimal(str(youth))}


def plain(**by_nominee) -> dict:
    """Totals by nominee: ``a=[90, 80]`` are those of judges 0 and 1."""
    return {
        name: {f"j{number}": Fraction(value) for number, value in enumerate(values) if value is not None}
        for name, values in by_nominee.items()
    }


def test_the_total_is_weighted_on_a_scale_of_100():
    assert total_of(points(10, 5), CRITERIA) == 100
    assert total_of(points(5, 5), CRITERIA) == 70
    assert total_of(points("7.5", 0), CRITERIA) == 45


def test_a_conflicted_judge_does_not_count_for_that_nominee_only():
    scores = [Score("j1", "a", points(10, 5)), Score("j2", "a", points(0, 0)), Score("j1", "b", points(5, 5))]
    totals = totals_by_nominee(scores, CRITERIA, {("j2", "a")}, ["a", "b", "c"])
    assert totals == {"a": {"j1": 100}, "b": {"j1": 70}, "c": {}}
    ranking = rank(totals, ScoringRules())
    assert [(row.nominee, row.rank, row.judges) for row in ranking] == [("a", 1, 1), ("b", 2, 1), ("c", 0, 0)]


@pytest.mark.parametrize(
    ("score", "code"),
    [
        (Score("j1", "b", points(1, 1)), "conflicted"),
        (Score("j1", "a", points(11, 1)), "out_of_range"),
        (Score("j1", "a", points(1, -1)), "out_of_range"),
        (Score("j1", "a", {"deeds": Decimal(1)}), "criteria_differ"),
        (Score("j9", "a", points(1, 1)), "scored_twice"),
    ],
)
def test_wrong_scores_are_refused_without_telling_points(score, code):
    problems = score_problems([Score("j9", "a", points(3, 3)), score], CRITERIA, {("j1", "b")})
    assert [one.code for one in problems] == [code]
    assert not any(character.isdigit() for character in problems[0].message.replace(score.judge, ""))


@pytest.mark.parametrize(
    ("criteria", "rules", "codes"),
    [
        (CRITERIA, ScoringRules(), []),
        ([], ScoringRules(), ["criteria_wrong"]),
        ([CRITERIA[0], CRITERIA[0]], ScoringRules(), ["criteria_wrong"]),
        ([Criterion("deeds", "事迹", 0, 10)], ScoringRules(), ["weight_wrong"]),
        (CRITERIA, ScoringRules(method="median"), ["method_unknown"]),
        (CRITERIA, ScoringRules(least_judges=0), ["number_too_small"]),
    ],
)
def test_rules_that_cannot_be_are_refused(criteria, rules, codes):
    assert [one.code for one in rule_problems(criteria, rules)] == codes


def test_trimming_needs_enough_judges():
    rules = ScoringRules(method="trimmed_mean", trim=1, trim_from=5)
    five = [Fraction(value) for value in (0, 80, 81, 82, 100)]
    assert aggregate(five, rules) == Decimal("81.00")
    assert aggregate(five[:4], rules) == Decimal("60.75")
    assert aggregate(five, ScoringRules()) == Decimal("68.60")
    assert aggregate(five[:2], ScoringRules(least_judges=3)) is None
    assert aggregate([], ScoringRules(least_judges=0)) is None


def test_the_published_figure_ranks_and_equal_ones_share_a_rank():
    totals = plain(a=[90], b=[Fraction("80.001")], c=[80], d=[70])
    ranking = rank(totals, ScoringRules())
    assert [(row.nominee, row.rank) for row in ranking] == [("a", 1), ("b", 2), ("c", 2), ("d", 4)]
    assert select(ranking, 2) == (frozenset("a"), frozenset("bc"), 1)
    assert select(ranking, 3) == (frozenset("abc"), frozenset(), 0)
    assert select(ranking, 0) == (frozenset(), frozenset(), 0)
    assert select(ranking, 9).selected == frozenset("abcd")
    assert [margin(ranking, places) for places in (1, 2, 3, 4, 0)] == [10, 0, 10, None, None]


def test_strength_names_who_hangs_on_one_judge():
    result = strength(plain(a=[90, 60, 80], b=[70, 80, 75], c=[10, 10, 10]), 1, ScoringRules())
    assert result.margin == Decimal("1.67")
    assert [(one.judge, one.changed) for one in result.without] == [
        ("j0", True),
        ("j1", False),
        ("j2", True),
    ]
    assert result.without[2].selection.tied == {"a", "b"}  # a new tie counts as a change
    assert (result.changes, result.unsteady) == (2, {"a", "b"})


@settings(max_examples=100)
@given(st.fractions(0, 100), st.integers(0, 3))
def test_rounding_is_half_up(value, digits):
    expected = Decimal(value.numerator) / Decimal(value.denominator)
    exact = rounded(value, digits)
    assert abs(Fraction(exact) - value) <= Fraction(1, 2 * 10**digits)
    assert abs(exact - expected.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)) <= Decimal(1).scaleb(
        -digits
    )
    assert rounded(Fraction(1, 200), 2) == Decimal("0.01")


def brute_force(scores, judges, nominees, conflicts, places, trim):
    """The selected without each judge, from the raw scores and by counting who is better."""
    outcome = {}
    for gone in [None, *judges]:
        figure = {}
        for nominee in nominees:
            kept = sorted(
                60 * score.points["deeds"] / 10 + 40 * score.points["youth"] / 5
                for score in scores
                if score.nominee == nominee
                and score.judge != gone
                and (score.judge, nominee) not in conflicts
            )
            if trim and len(kept) >= 3:
                kept = kept[1:-1]
            if kept:
                mean = sum(kept) / len(kept)
                figure[nominee] = mean.quantize(Decimal("0.01"), ROUND_HALF_UP)
        outcome[gone] = {
            one for one in figure if sum(figure[other] >= figure[one] for other in figure) <= places
        }
    return outcome


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_leave_one_out_equals_brute_force(seed):
    dice = random.Random(seed)
    judges = [f"j{number}" for number in range(dice.randint(1, 6))]
    nominees = [f"n{number}" for number in range(dice.randint(1, 5))]
    pairs = [(judge, nominee) for judge in judges for nominee in nominees]
    conflicts = {pair for pair in pairs if dice.random() < 0.2}
    scores = [
        Score(*pair, points(dice.randint(5, 10), dice.randint(3, 5))) for pair in pairs if dice.random() < 0.9
    ]
    places, trim = dice.randint(0, len(nominees)), dice.random() < 0.5
    rules = ScoringRules(method="trimmed_mean" if trim else "mean", trim=1, trim_from=3)
    totals = totals_by_nominee(scores, CRITERIA, conflicts, nominees)
    expected = brute_force(scores, judges, nominees, conflicts, places, trim)
    assert select(rank(totals, rules), places).selected == expected[None]
    result = strength(totals, places, rules)
    for one in result.without:
        assert one.selection.selected == expected[one.judge]
        assert one.entered == expected[one.judge] - expected[None]
        assert one.left == expected[None] - expected[one.judge]
    assert result.changes == sum(expected[one.judge] != expected[None] for one in result.without)
