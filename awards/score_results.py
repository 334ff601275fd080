"""The opened scores of an honour: totals that count, the ranking, and how strong it is, as a reader may see them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .conflict_register import pairs_in
from .models import CommitteeMember, Review, Score
from .nominees import Shown
from .quota_register import places_of
from .review_access import (
    Reader,
    may_see_ranks,
    may_see_results,
    may_see_single_scores,
    may_see_strength,
    visible_nominees,
)
from .rules import scoring
from .rules.scoring import Strength
from .scoring_register import criteria_of, scoring_rules
from .voting import IN_CONTEST

Totals = dict[str, dict[str, Fraction]]


@dataclass(frozen=True)
class ResultRow:
    """A nominee's line. ``rank`` None: not shown to this reader; 0: too few judges. ``singles`` are the totals by judge
    in the order of ``Results.judges``, None where a judge gave none that counts."""

    nominee: Shown
    score: Decimal | None
    rank: int | None
    judges: int
    inside: bool = False
    is_border: bool = False
    singles: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True)
class Steadiness:
    """How far the selected set hangs on single judges: with how many of them left out, one at a time, it is another,
    and which nominees come in or go out. Never with which judge."""

    judges: int
    changes: int
    unsteady: list[Shown]


@dataclass(frozen=True)
class Results:
    rows: list[ResultRow]
    places: int
    judges: list[CommitteeMember]
    margin: Decimal | None = None
    steadiness: Steadiness | None = None


def totals_of(review: Review) -> Totals:
    """By nominee in the contest and judge the totals that count now: opened, and without a conflict known since."""
    honour = review.honour
    contest = honour.nominations.filter(state__in=IN_CONTEST).values_list("pk", flat=True)
    rows = Score.objects.filter(review=review).exclude(points=None)
    given = [
        scoring.Score(
            str(one.member_id),
            str(one.nomination_id),
            {code: Decimal(text) for code, text in (one.points or {}).items()},
        )
        for one in rows
    ]
    return scoring.totals_by_nominee(
        given, criteria_of(honour), pairs_in(honour), [str(pk) for pk in contest]
    )


def results_of(reader: Reader) -> Results | None:
    """What the reader may see of the result, None before the opening."""
    review = reader.review
    if review is None or not may_see_results(reader):
        return None
    places = places_of(reader.honour)
    totals = totals_of(review)
    judges = _judges(review, totals) if may_see_single_scores(reader) else []
    ranked = {int(one["nominee"]): one for one in review.result.get("ranking", [])}
    nominees = {one.nomination.pk: one for one in visible_nominees(reader)}
    told = may_see_ranks(reader)
    rows = []
    for pk in sorted(ranked.keys() & nominees.keys(), key=list(ranked).index):
        one = ranked[pk]
        by_judge = totals.get(str(pk), {})
        rows.append(
            ResultRow(
                nominee=nominees[pk],
                score=Decimal(one["score"]) if one["score"] is not None else None,
                rank=one["rank"] if told else None,
                judges=one["judges"],
                inside=told and 0 < one["rank"] <= places,
                singles=tuple(_shown(by_judge.get(str(judge.pk))) for judge in judges),
            )
        )
    if not told:
        return Results(rows, places, judges)
    return _with_strength(reader, Results(_with_border(rows), places, judges), totals, nominees)


def _with_border(rows: list[ResultRow]) -> list[ResultRow]:
    """The last row inside gets the line below it."""
    last = max((at for at, row in enumerate(rows) if row.inside), default=-1)
    return [
        ResultRow(**{**vars(row), "is_border": at == last and at + 1 < len(rows)})
        for at, row in enumerate(rows)
    ]


def _with_strength(reader: Reader, results: Results, totals: Totals, nominees: dict[int, Shown]) -> Results:
    strength: Strength = scoring.strength(totals, results.places, scoring_rules(reader.honour))
    steadiness = None
    if may_see_strength(reader):
        unsteady = [one for pk, one in nominees.items() if str(pk) in strength.unsteady]
        steadiness = Steadiness(len(strength.without), strength.changes, unsteady)
    return Results(results.rows, results.places, results.judges, strength.margin, steadiness)


def _judges(review: Review, totals: Totals) -> list[CommitteeMember]:
    """Those whose scores count for somebody, former members included."""
    keys = {int(judge) for by_judge in totals.values() for judge in by_judge}
    return list(review.honour.campaign.members.filter(pk__in=keys).select_related("person"))


def _shown(total: Fraction | None) -> Decimal | None:
    return None if total is None else scoring.rounded(total, 2)
