"""Scores of a review: weighted criteria, conflicted judges left out, ranking with ties, and how strong the result is.

A judge gives points per criterion; the total is the weighted mean of points ÷ full points, on a scale of 100. A judge
with a conflict of interest for a nominee does not count for that nominee, whatever was handed in (RULES section 4:
recusal). Totals of the judges are put together by ``mean`` or ``trimmed_mean``: of at least ``trim_from`` judges of a
nominee the highest and the lowest ``trim`` are left out. The result is rounded to ``digits``, half up, and the rounded
figure ranks, so that everybody can follow the ranking from the published figures. Equal figures share a rank (1, 2, 2,
4); a tie at the last place is not settled here but by ballot.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from orgs.rules.founding import Problem

HUNDRED = 100
METHODS = ("mean", "trimmed_mean")


class Criterion(NamedTuple):
    """``weight`` counts in relation to the other weights; ``full`` are the most points that a judge can give."""

    code: str
    name: str
    weight: int
    full: int


class Score(NamedTuple):
    """What one judge gave one nominee, by code of criterion."""

    judge: str
    nominee: str
    points: Mapping[str, Decimal]


# Who must not judge whom: pairs of judge and nominee.
Conflicts = Collection[tuple[str, str]]


@dataclass(frozen=True)
class ScoringRules:
    """``least_judges`` without a conflict are needed for a nominee to be ranked."""

    method: str = "mean"
    trim: int = 1
    trim_from: int = 5
    digits: int = 2
    least_judges: int = 1


class Ranked(NamedTuple):
    """A nominee's place. ``score`` None and ``rank`` 0: too few judges, not ranked."""

    nominee: str
    score: Decimal | None
    rank: int
    judges: int


class Selection(NamedTuple):
    """The result for a number of places: who is in, between whom the last places are tied, and how many those are."""

    selected: frozenset[str]
    tied: frozenset[str]
    tied_places: int


class Without(NamedTuple):
    """The selection as it would have been without one judge. Tied nominees count as neither in nor out."""

    judge: str
    selection: Selection
    entered: frozenset[str]
    left: frozenset[str]

    @property
    def changed(self) -> bool:
        return bool(self.entered or self.left)


@dataclass(frozen=True)
class Strength:
    """How far a result hangs on single judges. ``margin`` is the distance between the last in and the first out, 0 in
    a tie, None where nobody is out."""

    without: tuple[Without, ...]
    margin: Decimal | None

    @property
    def changes(self) -> int:
        """With how many judges left out, one at a time, the selected set is another."""
        return sum(one.changed for one in self.without)

    @property
    def unsteady(self) -> frozenset[str]:
        """The nominees who come in or go out with one judge."""
        return frozenset().union(*(one.entered | one.left for one in self.without))


def rule_problems(criteria: Sequence[Criterion], rules: ScoringRules) -> list[Problem]:
    """What a campaign must not set."""
    problems = []
    if not criteria or len({one.code for one in criteria}) < len(criteria):
        problems.append(Problem("criteria_wrong", _("评分标准不能为空，代码不能重复。请更正。"), "criteria"))
    if any(one.weight <= 0 or one.full <= 0 for one in criteria):
        problems.append(Problem("weight_wrong", _("每项标准的权重和满分都须大于0。请更正。"), "criteria"))
    if rules.method not in METHODS:
        problems.append(Problem("method_unknown", _("请选择平均分或去掉最高最低分后的平均分。"), "method"))
    if rules.trim < 0 or rules.digits < 0 or rules.least_judges < 1:
        text = _("去掉的份数和小数位数不能是负数，每个对象至少1名评委。请更正。")
        problems.append(Problem("number_too_small", text, "trim"))
    return problems


def score_problems(
    scores: Sequence[Score], criteria: Sequence[Criterion], conflicts: Conflicts
) -> list[Problem]:
    """What is wrong with scores handed in, each with the remedy. Names no points: scores are sealed."""
    problems, seen = [], set()
    for one in scores:
        pair = (one.judge, one.nominee)
        values = {"judge": one.judge, "nominee": one.nominee}
        if pair in seen:
            text = _("%(judge)s对%(nominee)s评了两次。请只保留一份。")
            problems.append(Problem("scored_twice", text % values))
        seen.add(pair)
        if pair in conflicts:
            text = _("%(judge)s须回避%(nominee)s，这份评分不计。")
            problems.append(Problem("conflicted", text % values))
        if set(one.points) != {criterion.code for criterion in criteria}:
            text = _("%(judge)s对%(nominee)s的评分缺项或多项。请按评分标准逐项填写。")
            problems.append(Problem("criteria_differ", text % values))
        elif not all(0 <= one.points[criterion.code] <= criterion.full for criterion in criteria):
            text = _("%(judge)s对%(nominee)s的评分有一项超出满分或为负数。请更正。")
            problems.append(Problem("out_of_range", text % values))
    return problems


def total_of(points: Mapping[str, Decimal], criteria: Sequence[Criterion]) -> Fraction:
    """One judge's total, on a scale of 100."""
    weights = sum(criterion.weight for criterion in criteria)
    earned = sum(Fraction(points[one.code]) * one.weight / one.full for one in criteria)
    return Fraction(earned) * HUNDRED / weights


def totals_by_nominee(
    scores: Iterable[Score], criteria: Sequence[Criterion], conflicts: Conflicts, nominees: Iterable[str]
) -> dict[str, dict[str, Fraction]]:
    """By nominee and judge the totals that count; every nominee is there, also one without any."""
    totals: dict[str, dict[str, Fraction]] = {nominee: {} for nominee in sorted(nominees)}
    for one in scores:
        if one.nominee in totals and (one.judge, one.nominee) not in conflicts:
            totals[one.nominee][one.judge] = total_of(one.points, criteria)
    return totals


def aggregate(totals: Iterable[Fraction], rules: ScoringRules) -> Decimal | None:
    """The score of one nominee; None with fewer judges than needed."""
    values = sorted(totals)
    if len(values) < max(rules.least_judges, 1):
        return None
    if rules.method == "trimmed_mean" and len(values) >= max(rules.trim_from, 2 * rules.trim + 1):
        values = values[rules.trim : len(values) - rules.trim]
    mean = sum(values, Fraction(0)) / len(values)
    return rounded(mean, rules.digits)


def rounded(value: Fraction, digits: int) -> Decimal:
    """A fraction that is not negative rounded half up, exactly."""
    units = (2 * value * 10**digits + 1) // 2
    return Decimal(units).scaleb(-digits).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def rank(totals: Mapping[str, Mapping[str, Fraction]], rules: ScoringRules) -> list[Ranked]:
    """The nominees by score; of equal ones the lower code is listed first with the same rank; unranked ones last."""
    scores = {nominee: aggregate(by_judge.values(), rules) for nominee, by_judge in totals.items()}
    known = sorted((score for score in scores.values() if score is not None), reverse=True)
    rows = [
        Ranked(nominee, score, 0 if score is None else known.index(score) + 1, len(totals[nominee]))
        for nominee, score in scores.items()
    ]
    return sorted(rows, key=lambda row: (row.score is None, row.rank, row.nominee))


def select(ranking: Sequence[Ranked], places: int) -> Selection:
    """Who is in by score. Who has no score is out; a tie at the border leaves the tied ones undecided."""
    rows = [row for row in ranking if row.score is not None]
    if places <= 0 or len(rows) <= places:
        return Selection(frozenset(row.nominee for row in rows[: max(places, 0)]), frozenset(), 0)
    border = rows[places - 1].rank
    if rows[places].rank != border:
        return Selection(frozenset(row.nominee for row in rows[:places]), frozenset(), 0)
    above = frozenset(row.nominee for row in rows if row.rank < border)
    tied = frozenset(row.nominee for row in rows if row.rank == border)
    return Selection(above, tied, places - len(above))


def margin(ranking: Sequence[Ranked], places: int) -> Decimal | None:
    """The distance between the last who is in and the first who is not."""
    scores = [row.score for row in ranking if row.score is not None]
    return scores[places - 1] - scores[places] if 0 < places < len(scores) else None


def strength(totals: Mapping[str, Mapping[str, Fraction]], places: int, rules: ScoringRules) -> Strength:
    """Leave-one-judge-out and the margin.

    For display after the opening only: with few judges it would tell what each of them gave.
    """
    ranking = rank(totals, rules)
    whole = select(ranking, places)
    judges = sorted({judge for by_judge in totals.values() for judge in by_judge})
    without = []
    for judge in judges:
        rest = {
            nominee: {other: total for other, total in by_judge.items() if other != judge}
            for nominee, by_judge in totals.items()
        }
        selection = select(rank(rest, rules), places)
        without.append(
            Without(
                judge,
                selection,
                selection.selected - whole.selected,
                whole.selected - selection.selected,
            )
        )
    return Strength(tuple(without), margin(ranking, places))
