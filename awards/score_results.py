"""The opened scores of an honour: totals that count, the ranking, and how strong it is, as a reader may see them."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

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
from .rules.scoring import ScoringRules, Strength
from .scoring_register import criteria_of, scoring_rules
from .voting import IN_CONTEST

Totals = dict[str, dict[str, Fraction]]


@dataclass(frozen=True)
class ResultRow:
    """A nominee's line. ``rank`` None: not shown to this reader; 0: too few judges. ``by_judge`` are the judges
    with their totals, None where one gave none that counts."""

    nominee: Shown
    score: Decimal | None
    rank: int | None
    judges: int
    inside: bool = False
    is_border: bool = False
    by_judge: tuple[tuple[CommitteeMember, Decimal | None], ...] = ()


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
    method: str = ""
    margin: Decimal | None = None
    steadiness: Steadiness | None = None

    @property
    def width(self) -> int:
        """Columns of the table with ranks."""
        return 4 + len(self.judges)


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
                by_judge=tuple((judge, _shown(by_judge.get(str(judge.pk)))) for judge in judges),
            )
        )
    results = Results(_with_border(rows), places, judges, in_words(scoring_rules(reader.honour)))
    return _with_strength(reader, results, totals, nominees) if told else results


def in_words(rules: ScoringRules) -> str:
    """How the score of a nominee comes about."""
    values = {
        "trim": rules.trim,
        "least": rules.trim_from,
        "judges": rules.least_judges,
        "digits": rules.digits,
    }
    if rules.method == "trimmed_mean":
        text = _(
            "每名委员的评分换算为百分制；评分委员满%(least)d名时去掉最高、最低各%(trim)d个后取平均，保留%(digits)d位小数。"
            "计分委员不足%(judges)d名的不排名。"
        )
    else:
        text = _(
            "每名委员的评分换算为百分制后取平均，保留%(digits)d位小数。计分委员不足%(judges)d名的不排名。"
        )
    return text % values


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
    return replace(results, margin=strength.margin, steadiness=steadiness)


def _judges(review: Review, totals: Totals) -> list[CommitteeMember]:
    """Those whose scores count for somebody, former members included."""
    keys = {int(judge) for by_judge in totals.values() for judge in by_judge}
    return list(review.honour.campaign.members.filter(pk__in=keys).select_related("person"))


def _shown(total: Fraction | None) -> Decimal | None:
    return None if total is None else scoring.rounded(total, 2)
