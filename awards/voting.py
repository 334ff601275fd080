"""How far the votes on an honour have come, folded from what is on record (awards.rules.ballots and rounds)."""

from decimal import Decimal

from .conflict_register import pairs_in
from .enums import Choice, NominationState
from .models import Ballot, Nomination, Review
from .rules import ballots, rounds
from .rules.ballots import BallotRules, Base, TieRule
from .rules.rounds import Standing

# Who is in the contest, or was when it was decided.
IN_CONTEST = (
    NominationState.REVIEW,
    NominationState.LISTED,
    NominationState.RESERVE,
    NominationState.ANNOUNCED,
    NominationState.HELD,
    NominationState.CLEARED,
    NominationState.DECIDED,
    NominationState.AWARDED,
)


def ballot_rules(review: Review) -> BallotRules:
    """The frozen rules of the ballots of an honour."""
    data = dict(review.honour.data["ballot"])
    data["base"] = Base(data["base"])
    data["tie_rules"] = tuple(TieRule(one) for one in data["tie_rules"])
    return BallotRules(**data)


def facts_of_ballot(ballot: Ballot, conflicts: frozenset[tuple[str, str]] | None = None) -> ballots.Ballot:
    """A ballot as the rules count it, by the conflicts known now."""
    nominee = str(ballot.nomination_id)
    known = pairs_in(ballot.vote.review.honour) if conflicts is None else conflicts
    roll = {str(pk) for pk in ballot.roll.values_list("member", flat=True)}
    members = frozenset(str(pk) for pk in ballot.members)
    gone = ballot.vote.review.honour.campaign.members.exclude(until=None)
    slips = list(ballot.slips.values_list("choice", flat=True))
    return ballots.Ballot(
        nominee=nominee,
        members=members,
        conflicted=frozenset(member for member, subject in known if subject == nominee),
        voted=frozenset(roll),
        yes=slips.count(Choice.YES),
        no=slips.count(Choice.NO),
        abstain=slips.count(Choice.ABSTAIN),
        left=members & {str(pk) for pk in gone.values_list("pk", flat=True)},
    )


def scores_of(review: Review) -> dict[str, Decimal]:
    """The opened scores by id of nomination, as ties are broken by them; empty before the opening."""
    return {one["nominee"]: Decimal(one["score"]) for one in review.result.get("ranking", []) if one["score"]}


def standing_of(review: Review, places: int) -> Standing:
    """What the counted votes led to, with the nominees who left the contest taken out (awards.rules.rounds).

    Raises nothing for votes in progress: they do not count yet.
    """
    rules, scores = ballot_rules(review), scores_of(review)
    conflicts = pairs_in(review.honour)
    active = {
        str(pk)
        for pk in Nomination.objects.filter(honour=review.honour, state__in=IN_CONTEST).values_list(
            "pk", flat=True
        )
    }
    votes = list(review.votes.exclude(counted_at=None).order_by("number"))
    first = votes[0] if votes else None
    contest = {str(one.nomination_id) for one in first.ballots.all()} if first else active
    standing = rounds.start(contest, places)
    for vote in votes:
        rows = {str(one.nomination_id): one for one in vote.ballots.select_related("vote__review__honour")}
        for gone in sorted(standing.voted_on - set(rows)):
            standing = rounds.without(standing, gone, rules, scores)
        counted = [
            ballots.count(facts_of_ballot(rows[name], conflicts), rules)
            for name in sorted(standing.voted_on & set(rows))
        ]
        standing = rounds.after(standing, counted, rules, scores)
        tie = getattr(vote, "tie_decision", None)
        if tie is not None and tie.chosen:
            standing = rounds.chair_decides(standing, [str(one) for one in tie.chosen])
        elif tie is not None:
            standing = rounds.leave_empty(standing)
    for gone in sorted((standing.contest | set(standing.selected)) - active):
        standing = rounds.without(standing, gone, rules, scores)
    return standing


def last_ballot(nomination: Nomination) -> Ballot | None:
    """The latest counted ballot on a nominee."""
    found = nomination.ballots.exclude(vote__counted_at=None).select_related("vote__review__honour__campaign")
    return found.order_by("-vote__number").first()
