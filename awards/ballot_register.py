"""What may be known of the votes of a review: a member's papers, who handed in, what was counted, what fixes it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from records import audit

from .conflict_register import pairs_in
from .enums import VoteKind
from .models import Ballot, BallotRoll, CommitteeMember, Nomination, Review, Vote
from .review_access import Reader
from .rules import ballots
from .rules.ballots import Outcome, Result
from .voting import IN_CONTEST, Conflicts, result_of


def open_vote_of(review: Review) -> Vote | None:
    """The vote that is not counted yet; there is one at most."""
    return review.votes.filter(counted_at=None).first()


def papers_of(vote: Vote, seat: CommitteeMember, conflicts: Conflicts) -> list[Ballot]:
    """The ballots of a vote for which a member has a slip to hand in: a member when it was opened and still, not in
    conflict, on nominees who are still in the contest."""
    if seat.until is not None:
        return []
    rows = vote.ballots.filter(nomination__state__in=IN_CONTEST).select_related("nomination__organization")
    return [
        one
        for one in rows.order_by("pk")
        if seat.pk in one.members and (str(seat.pk), str(one.nomination_id)) not in conflicts
    ]


def has_voted(vote: Vote, seat: CommitteeMember) -> bool:
    return BallotRoll.objects.filter(ballot__vote=vote, member=seat).exists()


def seats_entitled(vote: Vote) -> list[tuple[CommitteeMember, bool]]:
    """Who has slips to hand in or did so, and whether they did; never what."""
    campaign, conflicts = vote.review.honour.campaign, pairs_in(vote.review.honour)
    done = set(BallotRoll.objects.filter(ballot__vote=vote).values_list("member", flat=True))
    seats = campaign.members.select_related("person").order_by("position", "pk")
    rows = [(one, one.pk in done) for one in seats]
    return [(one, voted) for one, voted in rows if voted or papers_of(vote, one, conflicts)]


def digests_of(vote: Vote) -> dict[str, str]:
    """The digest of the slips on each nominee. Keys of slips are random, so that it tells nothing of what they say."""
    return {
        str(one.nomination_id): audit.digest(
            audit.canonical(sorted([str(slip.pk), slip.choice] for slip in one.slips.all()))
        )
        for one in vote.ballots.prefetch_related("slips")
    }


def slips_digest(digests: dict[str, str]) -> str:
    """The digest of all slips of a vote."""
    return audit.digest(audit.canonical(digests))


@dataclass(frozen=True)
class Line:
    """The result of one counted ballot, for pages and minutes. ``left``: the nominee had left before the counting, so
    that it was not counted."""

    nomination: Nomination
    ballot: Ballot
    result: Result
    left: bool

    @property
    def words(self) -> str:
        if self.left:
            return _("已退出，不计票。")
        return ballots.in_words(self.result)

    @property
    def outcome(self) -> str:
        """The outcome in one word."""
        if self.left:
            return _("已退出")
        return {
            Outcome.PASSED: _("通过"),
            Outcome.NOT_PASSED: _("未通过"),
            Outcome.NO_QUORUM: _("人数不足"),
            Outcome.VOID: _("无效"),
        }[self.result.outcome]


def lines_of(vote: Vote, reader: Reader) -> list[Line]:
    """The results of a counted vote, without the nominees that the reader must not find."""
    if vote.counted_at is None:
        return []
    rows = vote.ballots.exclude(nomination__in=reader.hidden)
    rows = rows.select_related("nomination__organization", "vote__review__honour__campaign").prefetch_related(
        "roll"
    )
    return [
        Line(one.nomination, one, result_of(one, reader.conflicts), left=not one.result)
        for one in rows.order_by("pk")
    ]


def title_of(vote: Vote) -> str:
    """第2次投票（重新投票）"""
    values = {"number": vote.number, "kind": VoteKind(vote.kind).label}
    if vote.kind == VoteKind.VOTE:
        return _("第%(number)d次投票") % values
    return _("第%(number)d次投票（%(kind)s）") % values
