"""Quotas of an honour per sub-district (RULES section 4: largest remainder over accepted organizations, a minimum share
for non-public ones; section 12: everything here is configuration of the campaign).

The calculation, in exact fractions:

1. Bounds. A sub-district gets at least ``floor`` and at most ``cap`` places, and never more than it has accepted
   organizations (so one with fewer than ``floor`` has a lower floor).
2. Shares. One rate of places per accepted organization holds everywhere; each share is rate × accepted, moved to its
   bound where it lies outside. The rate is the one with which the shares add up to the places, so there is one
   solution only, whatever the order of the rows.
3. Whole places are handed out first, what is left by the largest remainder. Of equal remainders comes first the
   sub-district with more accepted organizations, then the one with the lower code.
4. The reserved places for non-public organizations (share × places, rounded up) are divided in the same way over the
   accepted non-public organizations, within the places of each sub-district. Where a sub-district has fewer other
   organizations than places, the rest of its places is for non-public ones anyway.

Known of the method and accepted: with one place *more* in all, a sub-district may get one *fewer* (the paradox of
Alabama), since remainders change their order. ``compare`` shows it before publishing; a decision can adjust it. What
always holds: of two sub-districts the one with more accepted organizations has no fewer places, and no sub-district is
away from its share by a whole place.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from django.utils.translation import gettext as _

from orgs.rules.founding import Problem


class Area(NamedTuple):
    """A sub-district: ``accepted`` counts its accepted organizations, ``non_public`` those of them that are founded in
    non-public enterprises or social organizations."""

    code: str
    name: str
    accepted: int
    non_public: int


@dataclass(frozen=True)
class QuotaRules:
    """The configuration of one honour: ``places`` in all; ``cap`` None for none; ``non_public_share`` of the places."""

    places: int
    floor: int = 0
    cap: int | None = None
    non_public_share: str = "0"


class Bounded(NamedTuple):
    """One participant of a division: its weight and the least and most whole places that it may get."""

    code: str
    weight: int
    least: int
    most: int


class Division(NamedTuple):
    """One line of a division. ``rank`` is the place in the order of remainders from 1, 0 where nothing remained."""

    code: str
    share: Fraction
    whole: int
    remainder: Fraction
    rank: int
    extra: bool

    @property
    def places(self) -> int:
        return self.whole + self.extra


@dataclass(frozen=True)
class Line:
    """The quota of a sub-district with its calculation, for display."""

    area: Area
    least: int
    most: int
    division: Division
    non_public: Division

    @property
    def places(self) -> int:
        return self.division.places

    @property
    def reserved(self) -> int:
        """Places of these that go to non-public organizations at least."""
        return self.non_public.places


@dataclass(frozen=True)
class Calculation:
    """Everything that a reader needs to repeat the calculation. ``rate`` is places per accepted organization."""

    rules: QuotaRules
    rate: Fraction
    lines: tuple[Line, ...]
    wanted_reserved: int

    @property
    def distributed(self) -> int:
        return sum(line.places for line in self.lines)

    @property
    def left(self) -> int:
        """Places that nobody can take: the bounds of all sub-districts together are lower."""
        return self.rules.places - self.distributed

    @property
    def reserved(self) -> int:
        return sum(line.reserved for line in self.lines)


def quota_problems(areas: Sequence[Area], rules: QuotaRules) -> list[Problem]:
    """What makes a calculation impossible, each with its remedy."""
    problems = []
    if rules.places < 0 or rules.floor < 0:
        problems.append(Problem("negative", _("名额总数和每街镇下限不能是负数。请更正。"), "places"))
    if rules.cap is not None and rules.cap < rules.floor:
        text = _("每街镇上限%(cap)d低于下限%(floor)d。请提高上限或降低下限。")
        problems.append(Problem("cap_below_floor", text % {"cap": rules.cap, "floor": rules.floor}, "cap"))
    if not 0 <= Fraction(rules.non_public_share) <= 1:
        text = _("非公有制企业和社会组织的最低比例须在0到1之间。请更正。")
        problems.append(Problem("share_out_of_range", text, "non_public_share"))
    for area in areas:
        if not 0 <= area.non_public <= area.accepted:
            text = _("%(name)s：两新组织%(part)d个，多于已验收组织%(all)d个。请核对底数。")
            values = {"name": area.name, "part": area.non_public, "all": area.accepted}
            problems.append(Problem("part_above_whole", text % values, "areas"))
    needed = sum(min(rules.floor, area.accepted) for area in areas)
    if needed > rules.places:
        text = _("下限合计%(needed)d个，多于名额总数%(places)d个。请降低每街镇下限或增加名额。")
        problems.append(
            Problem("floors_above_places", text % {"needed": needed, "places": rules.places}, "floor")
        )
    return problems


def calculate(areas: Iterable[Area], rules: QuotaRules) -> Calculation:
    """The quotas, by code of the sub-district. Expects input without ``quota_problems``; else raises ValueError."""
    rows = sorted(areas, key=lambda area: area.code)
    problems = quota_problems(rows, rules)
    if problems:
        raise ValueError(problems[0].message)
    bounded = [_bounds(area, rules) for area in rows]
    rate, divisions = divide(bounded, rules.places)
    wanted = ceil(Fraction(rules.non_public_share) * sum(one.places for one in divisions))
    reserved = [
        Bounded(
            area.code,
            area.non_public,
            max(0, one.places - (area.accepted - area.non_public)),
            min(one.places, area.non_public),
        )
        for area, one in zip(rows, divisions, strict=True)
    ]
    _rate, kept = divide(reserved, max(wanted, sum(one.least for one in reserved)))
    lines = zip(rows, bounded, divisions, kept, strict=True)
    return Calculation(
        rules, rate, tuple(Line(a, b.least, b.most, one, part) for a, b, one, part in lines), wanted
    )


def divide(rows: Sequence[Bounded], places: int) -> tuple[Fraction, list[Division]]:
    """Places divided by weight within bounds, and the rate; no more than all can take. See the head of the module."""
    places = min(places, sum(row.most for row in rows))
    rate = _rate_for(rows, places)
    shares = [_share(row, rate) for row in rows]
    wholes = [share.numerator // share.denominator for share in shares]
    left = places - sum(wholes)
    order = sorted(
        (number for number, share in enumerate(shares) if share != wholes[number]),
        key=lambda number: (wholes[number] - shares[number], -rows[number].weight, rows[number].code),
    )
    ranks = {number: rank for rank, number in enumerate(order, start=1)}
    return rate, [
        Division(
            row.code,
            shares[number],
            wholes[number],
            shares[number] - wholes[number],
            ranks.get(number, 0),
            0 < ranks.get(number, 0) <= left,
        )
        for number, row in enumerate(rows)
    ]


def _bounds(area: Area, rules: QuotaRules) -> Bounded:
    most = area.accepted if rules.cap is None else min(rules.cap, area.accepted)
    return Bounded(area.code, area.accepted, min(rules.floor, area.accepted), most)


def _share(row: Bounded, rate: Fraction) -> Fraction:
    return min(max(rate * row.weight, Fraction(row.least)), Fraction(row.most))


def _rate_for(rows: Sequence[Bounded], places: int) -> Fraction:
    """The rate with which the shares add up to ``places``.

    Their sum grows with the rate and is straight between the rates at which some share reaches a bound. So the two
    of these between which the sum passes ``places`` are found, and the rate on the line between them.
    """
    rates = {Fraction(bound, row.weight) for row in rows if row.weight for bound in (row.least, row.most)}
    corners = sorted({Fraction(0)} | rates)

    def total(rate: Fraction) -> Fraction:
        top, bottom = rate.as_integer_ratio()
        return Fraction(
            sum(min(max(top * row.weight, row.least * bottom), row.most * bottom) for row in rows), bottom
        )

    place = bisect_left(corners, Fraction(places), key=total)
    if place in (0, len(corners)):
        return corners[min(place, len(corners) - 1)]
    before, after = corners[place - 1], corners[place]
    low, high = total(before), total(after)
    return before + (after - before) * (places - low) / (high - low)
