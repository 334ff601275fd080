"""RULES section 4: quotas by largest remainder over accepted organizations, equal to another way of calculating."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from awards.rules.quota_changes import (
    Adjustment,
    adjusted,
    adjustment_problems,
    compare,
    in_words,
    over_quota,
    what_if,
)
from awards.rules.quotas import Area, QuotaRules, calculate, quota_problems

CASES = 10_000


def area(number: int, accepted: int, non_public: int = 0) -> Area:
    return Area(f"{number:03d}", f"第{number}街道", accepted, non_public)


def places_of(areas, **rules):
    return [line.places for line in calculate(areas, QuotaRules(**rules)).lines]


def by_freezing(weights: list[int], least: list[int], most: list[int], places: int) -> list[int]:
    """The independent calculation: everybody gets a proportional share of what is free; who is outside its bounds is
    frozen there, on the side that weighs more; again until nobody is outside. Then places one by one."""
    places = min(places, sum(most))
    target: list = [None] * len(weights)
    free = {i for i, weight in enumerate(weights) if weight}
    for i in range(len(weights)):
        if i not in free:
            target[i] = (0, 1)
    while free:
        rest = places - sum(target[i][0] for i in range(len(weights)) if i not in free)
        total = sum(weights[i] for i in free)
        wish = {i: rest * weights[i] for i in free}  # in parts of total
        under = {i: least[i] * total - wish[i] for i in free if wish[i] < least[i] * total}
        over = {i: wish[i] - most[i] * total for i in free if wish[i] > most[i] * total}
        balance = sum(under.values()) - sum(over.values())
        frozen = free if not under and not over else set()
        for i in frozen:
            target[i] = (wish[i], total)
        if not frozen:
            for i in under if balance >= 0 else ():
                target[i], frozen = (least[i], 1), frozen | {i}
            for i in over if balance <= 0 else ():
                target[i], frozen = (most[i], 1), frozen | {i}
        free = free - frozen
    given = [top // bottom for top, bottom in target]
    while sum(given) < places:
        best = max(
            (
                i
                for i in range(len(weights))
                if target[i][0] % target[i][1] and given[i] == target[i][0] // target[i][1]
            ),
            key=lambda i: (Fraction(target[i][0] % target[i][1], target[i][1]), weights[i], -i),
        )
        given[best] += 1
    return given


def independent(areas: list[Area], rules: QuotaRules) -> list[tuple[int, int]]:
    accepted = [one.accepted for one in areas]
    most = [min(count, count if rules.cap is None else rules.cap) for count in accepted]
    places = by_freezing(accepted, [min(rules.floor, count) for count in accepted], most, rules.places)
    others = [one.accepted - one.non_public for one in areas]
    least = [max(0, got - other) for got, other in zip(places, others, strict=True)]
    share = Fraction(rules.non_public_share)
    wanted = -(-share.numerator * sum(places) // share.denominator)
    kept = by_freezing(
        [one.non_public for one in areas],
        least,
        [min(got, one.non_public) for got, one in zip(places, areas, strict=True)],
        max(wanted, sum(least)),
    )
    return list(zip(places, kept, strict=True))


def random_case(dice: random.Random) -> tuple[list[Area], QuotaRules]:
    top = dice.choice((2, 9, 60))
    areas = []
    for number in range(dice.randint(1, 7)):
        accepted = dice.randint(0, top)
        areas.append(area(number, accepted, dice.randint(0, accepted)))
    floor = dice.choice((0, 0, 1, 2))
    cap = dice.choice((None, None, floor, floor + 1, floor + 5))
    needed = sum(min(floor, one.accepted) for one in areas)
    share = dice.choice(("0", "0.3", "1/3", "1"))
    return areas, QuotaRules(needed + dice.randint(0, dice.choice((3, 40))), floor, cap, share)


@pytest.mark.once("sqlite")
def test_equal_to_an_independent_calculation_over_ten_thousand_cases():
    dice = random.Random(2014)
    for number in range(CASES):
        areas, rules = random_case(dice)
        found = [(line.places, line.reserved) for line in calculate(areas, rules).lines]
        assert found == independent(areas, rules), (number, areas, rules)


@st.composite
def campaigns(draw):
    return random_case(random.Random(draw(st.integers(0, 2**32))))


@settings(max_examples=50, deadline=None)
@given(campaigns(), st.randoms(use_true_random=False))
def test_sums_bounds_and_order(case, dice):
    areas, rules = case
    result = calculate(areas, rules)
    most = sum(line.most for line in result.lines)
    assert result.distributed == min(rules.places, most)
    assert sum(line.division.share for line in result.lines) == result.distributed
    for line in result.lines:
        assert line.least <= line.places <= line.most <= line.area.accepted
        assert 0 <= line.places - line.division.share + 1 < 2
        assert 0 <= line.reserved <= min(line.places, line.area.non_public)
        assert line.places - line.reserved <= line.area.accepted - line.area.non_public
    can_keep = sum(min(line.places, line.area.non_public) for line in result.lines)
    assert result.reserved >= min(result.wanted_reserved, can_keep)
    for one in result.lines:
        for other in result.lines:
            if one.area.accepted > other.area.accepted:
                assert one.places >= other.places
    mixed = list(areas)
    dice.shuffle(mixed)
    assert calculate(mixed, rules) == result


def test_equal_remainders_go_to_more_organizations_then_to_the_lower_code():
    assert places_of([area(1, 1), area(2, 3)], places=2) == [0, 2]
    assert places_of([area(1, 2), area(2, 2), area(3, 2)], places=2) == [1, 1, 0]


def test_one_place_more_may_take_one_away_which_is_known():
    alabama = [area(1, 6), area(2, 6), area(3, 2)]
    assert places_of(alabama, places=10) == [4, 4, 2]
    assert places_of(alabama, places=11) == [5, 5, 1]
    changes = what_if(calculate(alabama, QuotaRules(10)), QuotaRules(11))
    assert [(one.before, one.after) for one in changes] == [(4, 5), (4, 5), (2, 1)]
    assert all(one.differs for one in changes)


def test_nobody_gets_more_than_it_has_and_what_is_left_is_said():
    result = calculate([area(1, 2, 1), area(2, 0)], QuotaRules(5, floor=1, non_public_share="0.9"))
    assert ([line.places for line in result.lines], result.left, result.reserved) == ([2, 0], 3, 1)
    words = in_words(result)
    assert any("3个名额没有分出" in said for said in words)
    assert any("两新组织不足" in said for said in words)


def test_the_words_repeat_the_calculation():
    words = in_words(
        calculate([area(1, 6, 3), area(2, 6, 3), area(3, 2, 1)], QuotaRules(10, non_public_share="0.3"))
    )
    assert words[0] == "名额总数10个，已验收组织14个，其中两新组织7个。"
    assert "先分整数部分9个，余下1个" in words[2]
    assert "至少30%，即3个" in words[3]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"places": -1}, "negative"),
        ({"places": 3, "floor": 2, "cap": 1}, "cap_below_floor"),
        ({"places": 3, "non_public_share": "1.2"}, "share_out_of_range"),
        ({"places": 1, "floor": 1}, "floors_above_places"),
    ],
)
def test_impossible_rules_are_refused_with_the_remedy(rules, code):
    areas = [area(1, 4), area(2, 4)]
    problems = quota_problems(areas, QuotaRules(**rules))
    assert code in [one.code for one in problems]
    assert all("请" in one.message for one in problems)
    with pytest.raises(ValueError, match="请"):
        calculate(areas, QuotaRules(**rules))


def test_more_non_public_ones_than_all_is_refused():
    assert [one.code for one in quota_problems([area(1, 1, 2)], QuotaRules(1))] == ["part_above_whole"]


def test_an_adjustment_keeps_the_calculation_and_its_reason():
    result = calculate([area(1, 6), area(2, 6), area(3, 2)], QuotaRules(10))
    moves = [
        Adjustment("001", 1, 0, "承担试点", "常委会9月5日"),
        Adjustment("003", -1, 0, "承担试点", "常委会9月5日"),
    ]
    assert adjustment_problems(result, moves) == []
    quotas = adjusted(result, moves)
    assert [(one.calculated, one.places) for one in quotas] == [(4, 5), (4, 4), (2, 1)]
    assert quotas[0].adjustments[0].reason == "承担试点"


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (Adjustment("009", 0, 0, "理由", "决定"), "unknown_area"),
        (Adjustment("001", -1, 0, " ", "决定"), "reason_missing"),
        (Adjustment("001", -1, 0, "理由", ""), "reason_missing"),
        (Adjustment("001", 1, 0, "理由", "决定"), "above_total"),
        (Adjustment("003", 1, 1, "理由", "决定"), "out_of_range"),
        (Adjustment("001", -5, 0, "理由", "决定"), "out_of_range"),
        (Adjustment("002", 0, 1, "理由", "决定"), "reserved_out_of_range"),
        (Adjustment("003", 0, -1, "理由", "决定"), "others_out_of_range"),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused(move, code):
    result = calculate([area(1, 6), area(2, 6), area(3, 2, 1)], QuotaRules(10))
    assert code in [one.code for one in adjustment_problems(result, [move])]


def test_a_cut_quota_names_who_no_longer_fits_and_every_area_of_either_calculation():
    assert over_quota(["甲", "乙", "丙"], 2) == ["丙"]
    assert over_quota(["甲"], -1) == ["甲"]
    before, after = calculate([area(1, 2)], QuotaRules(1)), calculate([area(2, 2)], QuotaRules(1))
    assert [(one.code, one.before, one.after) for one in compare(before, after)] == [
        ("001", 1, 0),
        ("002", 0, 1),
    ]
