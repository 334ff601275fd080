"""How far the scoring of an honour has come, and what it came to: never what stands under a seal (docs/adr/0010)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cryptography.fernet import InvalidToken

from .models import CommitteeMember, Honour, Nomination, Review, Score
from .review_access import VOTING, Reader, Shown, visible_nominees
from .rules import scoring
from .rules.ballots import quorum_possible
from .rules.scoring import Criterion, ScoringRules
from .sealing import unseal
from .voting import IN_CONTEST, ballot_rules

PURPOSE = "score"


def criteria_of(honour: Honour) -> list[Criterion]:
    return [
        Criterion(one["code"], one["name"], one["weight"], one["full"]) for one in honour.data["criteria"]
    ]


def scoring_rules(honour: Honour) -> ScoringRules:
    return ScoringRules(**honour.data["scoring"])


# --- a member's own ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A member's own score of one nominee. ``points`` by code of criterion; what is not filled in is missing.

    ``is_broken``: what is kept is not what the member gave and has to be filled in again.
    """

    nominee: Shown
    points: dict[str, str]
    total: Decimal | None
    is_handed_in: bool
    is_broken: bool = False

    @property
    def is_complete(self) -> bool:
        return self.total is not None


def own_sheets(reader: Reader) -> list[Sheet]:
    """The score sheets of a member, one per nominee that the member may score."""
    if reader.seat is None or not reader.judges or reader.review is None:
        return []
    rows = {one.nomination_id: one for one in Score.objects.filter(member=reader.seat, review=reader.review)}
    nominees = [one for one in visible_nominees(reader) if one.key is not None]
    return [_sheet(reader, one, rows.get(one.nomination.pk)) for one in nominees]


def _sheet(reader: Reader, nominee: Shown, score: Score | None) -> Sheet:
    try:
        points = read_points(score) if score else {}
    except BrokenSeal:
        return Sheet(nominee, {}, None, False, True)
    criteria = criteria_of(reader.honour)
    total = None
    if set(points) == {one.code for one in criteria}:
        exact = scoring.total_of({code: Decimal(text) for code, text in points.items()}, criteria)
        total = scoring.rounded(exact, scoring_rules(reader.honour).digits)
    return Sheet(nominee, points, total, bool(score and score.handed_in_at))


class BrokenSeal(ValueError):
    """What is kept does not open, or was sealed for another score."""


def read_points(score: Score) -> dict[str, str]:
    """The points under a seal, for their own member and for the opening. Raises BrokenSeal."""
    try:
        found: dict[str, Any] = unseal(score.sealed, salt=score.review.salt, purpose=PURPOSE)
    except (InvalidToken, ValueError) as problem:
        raise BrokenSeal from problem
    if (found["member"], found["nomination"]) != (score.member_id, score.nomination_id):
        raise BrokenSeal
    return found["points"]


# --- progress ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """A member's part of the scoring: of how many nominees, how many handed in."""

    member: CommitteeMember
    expected: int
    handed_in: int

    @property
    def missing(self) -> int:
        return self.expected - self.handed_in


def progress_of(review: Review, conflicts: frozenset[tuple[str, str]]) -> list[Progress]:
    """Who has handed in how many of the scores expected now; of present members with a vote."""
    honour = review.honour
    nominees = list(
        honour.nominations.filter(state__in=IN_CONTEST)
        .exclude(blind_number=None)
        .values_list("pk", flat=True)
    )
    rows = []
    handed = set(
        Score.objects.filter(review=review)
        .exclude(handed_in_at=None)
        .values_list("member_id", "nomination_id")
    )
    for member in voting_members(honour):
        own = [pk for pk in nominees if (str(member.pk), str(pk)) not in conflicts]
        rows.append(Progress(member, len(own), sum((member.pk, pk) in handed for pk in own)))
    return rows


def unnumbered(honour: Honour) -> int:
    """How many nominees came to the review after numbers were given."""
    return honour.nominations.filter(state__in=IN_CONTEST, blind_number=None).count()


def without_quorum(honour: Honour, conflicts: frozenset[tuple[str, str]]) -> list[Nomination]:
    """The nominees on whom too few members could vote even if all did."""
    members = {str(one.pk) for one in voting_members(honour)}
    rules = ballot_rules(Review(honour=honour))
    found = honour.nominations.filter(state__in=IN_CONTEST).select_related("organization").order_by("pk")
    return [
        one
        for one in found
        if not quorum_possible(members, {who for who, whom in conflicts if whom == str(one.pk)}, rules)
    ]


def voting_members(honour: Honour) -> list[CommitteeMember]:
    """The present members with a vote, in the order of their duties."""
    return list(honour.campaign.members.filter(until=None, duty__in=VOTING).select_related("person"))
