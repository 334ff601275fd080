"""How far the votes on an honour have come, folded from what is on record (awards.rules.ballots and rounds).

A *round* is a vote or a revote with the repeats of those ballots in it that decided nothing. What was counted stays as
it was counted; what comes to light later can only make a ballot void. Then the standing goes back to the round of that
ballot, and what was voted on after it counts only as far as it is still asked for. Who holds a place since a conclusion
keeps it (awards.rules.states.HOLDING): others compete for the places that are left.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .conflict_register import pairs_in
from .enums import Choice, NominationState, VoteKind
from .models import Ballot, Nomination, NominationEvent, Review, TieDecision, Vote
from .rules import ballots, rounds
from .rules.ballots import BallotRules, Base, Outcome, Result, TieRule
from .rules.rounds import Next, Standing
from .rules.states import HOLDING

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
SLIPS = ("yes", "no", "abstain")
FIGURES = ("entitled", "voters", "quorum", "base", "needed", *SLIPS)
DECIDING = (Outcome.PASSED, Outcome.NOT_PASSED)
Conflicts = frozenset[tuple[str, str]]


@dataclass
class Round:
    """A vote or revote with its repeats: the last ballot on each nominee, by id."""

    first: Vote
    last: Vote
    ballots: dict[str, Ballot] = field(default_factory=dict)

    @property
    def is_revote(self) -> bool:
        return self.first.kind == VoteKind.REVOTE


def ballot_rules(review: Review) -> BallotRules:
    """The frozen rules of the ballots of an honour."""
    data = dict(review.honour.data["ballot"])
    data["base"] = Base(data["base"])
    data["tie_rules"] = tuple(TieRule(one) for one in data["tie_rules"])
    return BallotRules(**data)


def facts_of_ballot(ballot: Ballot, conflicts: Conflicts | None = None) -> ballots.Ballot:
    """A ballot as the rules count it, by the conflicts known now. Who left after it was closed has not left it."""
    nominee, vote = str(ballot.nomination_id), ballot.vote
    known = pairs_in(vote.review.honour) if conflicts is None else conflicts
    members = frozenset(str(pk) for pk in ballot.members)
    gone = vote.review.honour.campaign.members.exclude(until=None)
    if vote.closed_at is not None:
        gone = gone.filter(until__lte=vote.closed_at)
    slips = list(ballot.slips.values_list("choice", flat=True))
    return ballots.Ballot(
        nominee=nominee,
        members=members,
        conflicted=frozenset(member for member, subject in known if subject == nominee),
        voted=frozenset(str(one.member_id) for one in ballot.roll.all()),
        yes=slips.count(Choice.YES),
        no=slips.count(Choice.NO),
        abstain=slips.count(Choice.ABSTAIN),
        left=members & {str(pk) for pk in gone.values_list("pk", flat=True)},
    )


def as_data(result: Result) -> dict[str, Any]:
    """A result as it is kept with the ballot. Of a ballot that decided nothing no figure of the slips is kept."""
    figures = {name: getattr(result, name) for name in FIGURES}
    if not result.counts:
        figures |= dict.fromkeys(SLIPS, 0)
    return {"outcome": result.outcome.value, **figures}


def result_of(ballot: Ballot, conflicts: Conflicts) -> Result:
    """What a counted ballot says now: as counted, but void once somebody on its roll is known to be in conflict."""
    nominee = str(ballot.nomination_id)
    data = ballot.result or as_data(
        ballots.count(facts_of_ballot(ballot, conflicts), ballot_rules(ballot.vote.review))
    )
    outcome = Outcome(data["outcome"])
    if any((str(one.member_id), nominee) in conflicts for one in ballot.roll.all()):
        outcome = Outcome.VOID
    figures = {name: data[name] for name in FIGURES}
    counts = outcome in DECIDING and data["base"]
    support = Fraction(data["yes"], data["base"]) if counts else Fraction(0)
    return Result(nominee=nominee, outcome=outcome, support=support, invalid=0, **figures)


def rounds_of(review: Review, conflicts: Conflicts) -> list[Round]:
    """The counted votes as rounds. A repeat belongs to the first round in which a ballot on one of its nominees decides
    nothing (as known now), since the standing asks for that one first."""
    found: list[Round] = []
    votes = review.votes.exclude(counted_at=None).order_by("number")
    for vote in votes.prefetch_related("ballots__roll"):
        rows = {str(one.nomination_id): one for one in vote.ballots.all()}
        asked = _repeated(found, rows, conflicts) if vote.kind == VoteKind.REPEAT else None
        if asked is None:
            asked = Round(vote, vote)
            found.append(asked)
        asked.last = vote
        asked.ballots |= rows
    return found


def _repeated(found: list[Round], rows: Mapping[str, Ballot], conflicts: Conflicts) -> Round | None:
    with_them = [one for one in found if one.ballots.keys() & rows.keys()]
    undecided = (
        one
        for one in with_them
        if any(not result_of(one.ballots[name], conflicts).counts for name in one.ballots.keys() & rows)
    )
    return next(undecided, with_them[-1] if with_them else None)


def scores_of(review: Review) -> dict[str, Decimal]:
    """The opened scores by id of nomination, as ties are broken by them; empty before the opening."""
    return {one["nominee"]: Decimal(one["score"]) for one in review.result.get("ranking", []) if one["score"]}


def deciding_rounds(found: Iterable[Round], name: str) -> list[Round]:
    """The last vote on a nominee, and the revotes after it that decided something when they were counted: on another
    one nothing can hang, since the standing went on without it."""
    asked: list[Round] = []
    for one in found:
        if name in one.ballots and not one.is_revote:
            asked = [one]
        elif name in one.ballots and one.ballots[name].result.get("outcome") in DECIDING:
            asked.append(one)
    return asked


def results_on(nomination: Nomination, conflicts: Conflicts) -> tuple[list[Result], bool]:
    """The results that decide about a nominee now: of its last vote, and of the revotes that followed it; and whether a
    tie was decided for it since by somebody who is now known to be in conflict with it."""
    review = getattr(nomination.honour, "review", None)
    name = str(nomination.pk)
    asked = deciding_rounds(rounds_of(review, conflicts), name) if review else []
    results = [result_of(one.ballots[name], conflicts) for one in asked]
    since = asked[-1].first.number if asked else 0
    ties = TieDecision.objects.filter(vote__review=review, vote__number__gte=since) if since else ()
    chose = {tie.by_id for tie in ties if nomination.pk in tie.chosen}
    seats = nomination.honour.campaign.members.filter(person__in=chose).values_list("pk", flat=True)
    return results, any((str(seat), name) in conflicts for seat in seats)


def last_ballot(nomination: Nomination) -> Ballot | None:
    """The latest counted ballot on a nominee."""
    found = nomination.ballots.exclude(vote__counted_at=None).select_related("vote__review__honour__campaign")
    return found.order_by("-vote__number").first()


def standing_of(review: Review, places: int) -> Standing:
    """What the counted votes led to, with the nominees who left the contest taken out (awards.rules.rounds).

    Raises nothing for votes in progress: they do not count yet.
    """
    return _Fold(review, places).standing


class _Fold:
    """The counted rounds in order, each asked of only as far as the standing before it asks for it."""

    def __init__(self, review: Review, places: int):
        self.rules, self.scores = ballot_rules(review), scores_of(review)
        self.conflicts = pairs_in(review.honour)
        self.places = places
        states = dict(review.honour.nominations.order_by("pk").values_list("pk", "state"))
        self.active = {str(pk) for pk, state in states.items() if state in IN_CONTEST}
        self.waiting = {str(pk) for pk, state in states.items() if state == NominationState.REVIEW}
        self.holders = tuple(str(pk) for pk, state in states.items() if state in HOLDING)
        self.left = _left_at(pk for pk, state in states.items() if state not in IN_CONTEST)
        self.seats = list(review.honour.campaign.members.values_list("person", "pk"))
        self.rounds = rounds_of(review, self.conflicts)
        self.ties = list(TieDecision.objects.filter(vote__review=review).order_by("-vote__number"))
        self.numbers = dict(review.votes.values_list("pk", "number"))
        self.since = 0  # the number of the vote that began the round consumed last
        self.known = set(self.rounds[0].ballots) if self.rounds else set(self.active)
        begun = rounds.start(self.known - set(self.holders), places - len(self.holders))
        self.standing = replace(begun, places=places, selected=self.holders)
        self.run()

    def run(self) -> None:
        for one in self.rounds:
            self.take_out(name for name, at in self.left.items() if at <= one.last.counted_at)
            self.admit(set(one.ballots))
            self.take_out(self.standing.voted_on - set(one.ballots) - self.active)
            self.consume(one)
            self.break_tie()
        standing = self.standing
        self.take_out((standing.contest | set(standing.selected)) - self.active)
        self.break_tie()
        self.admit(self.waiting)
        self.ask_again()

    def take_out(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            if name in self.standing.contest or name in self.standing.selected:
                self.standing = rounds.without(self.standing, name, self.rules, self.scores)

    def admit(self, names: set[str]) -> None:
        """Nominees who reach the review after its votes are done compete for the places that are left."""
        late = names - self.known
        if self.standing.next == Next.DONE and late and self.standing.free > 0:
            self.known |= late
            self.standing = replace(self.standing, contest=frozenset(late), results={}, next=Next.VOTE)

    def consume(self, one: Round) -> None:
        """The results of a round, where the standing asks for exactly that; else it is moot."""
        wanted = self.standing.voted_on
        asked = self.standing.next in (Next.VOTE, Next.REVOTE)
        if not asked or one.is_revote != (self.standing.next == Next.REVOTE) or wanted - set(one.ballots):
            return
        results = [result_of(one.ballots[name], self.conflicts) for name in sorted(wanted)]
        self.standing = rounds.after(self.standing, results, self.rules, self.scores)
        self.since = one.first.number

    def break_tie(self) -> None:
        """The decision between tied nominees, if one fits; where it was taken by somebody in conflict or between
        others, they are voted on once more."""
        if self.standing.next != Next.CHAIR:
            return
        later = [tie for tie in self.ties if self.numbers[tie.vote_id] >= self.since]
        for tie in later:
            if not tie.chosen:
                self.standing = rounds.leave_empty(self.standing)
                return
            chosen = {str(pk) for pk in tie.chosen}
            if chosen <= self.standing.contest and len(chosen) == self.standing.free and self.is_fair(tie):
                self.standing = rounds.chair_decides(self.standing, sorted(chosen))
                return
        if later:
            self.standing = replace(self.standing, next=Next.REVOTE, revote=True, results={})

    def is_fair(self, tie: TieDecision) -> bool:
        seats = [str(pk) for person, pk in self.seats if person == tie.by_id]
        return not any((seat, name) in self.conflicts for seat in seats for name in self.standing.contest)

    def ask_again(self) -> None:
        """Nobody is selected with a void ballot behind them, even where the selection does not hang on it."""
        if self.standing.next != Next.DONE:
            return
        void = {
            name
            for name in set(self.standing.selected) & self.waiting
            for one in deciding_rounds(self.rounds, name)
            if not result_of(one.ballots[name], self.conflicts).counts
        }
        if void:
            self.standing = replace(self.standing, contest=frozenset(void), results={}, next=Next.REPEAT)


def _left_at(pks: Iterable[int]) -> dict[str, dt.datetime]:
    """When the nominees left who are not in the contest any more, by their last event."""
    events = NominationEvent.objects.filter(nomination__in=list(pks)).order_by("pk")
    return {str(pk): at for pk, at in events.values_list("nomination", "at")}
