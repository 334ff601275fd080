"""A review whose scores are opened, and short ways to vote in it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from awards.actions import voting
from awards.actions.advancing import advance
from awards.enums import Duty, NominationState, ReviewState
from awards.models import (
    ConflictDeclaration,
    Nomination,
    NominationEvent,
    QuotaAdjustment,
    Review,
    Vote,
)
from awards.quota_register import places_of
from awards.rules.rounds import Standing
from awards.sealing import new_salt
from awards.voting import standing_of
from orgs.models import Person
from tests.awards import AwardWorld, make_award_world, nomination, seat

MEMBERS = ["chair", "deputy", "member1", "member2", "member3"]


@dataclass
class Box:
    world: AwardWorld
    review: Review
    nominees: dict[str, Nomination] = field(default_factory=dict)

    def person(self, key: str) -> Person:
        return self.world.person(key)

    def pk(self, key: str) -> int:
        return self.nominees[key].pk

    def seat(self, key: str):
        return self.world.campaign.members.filter(person=self.person(key)).latest("pk")

    def standing(self) -> Standing:
        review = Review.objects.get(pk=self.review.pk)
        return standing_of(review, places_of(review.honour))

    # -- the vote ------------------------------------------------------------------------------------------------

    def open(self) -> Vote:
        return voting.open_vote(self.review, by=self.person("secretary"), at=timezone.now())

    def cast(self, vote: Vote, who: str, **choices: str) -> None:
        chosen = {self.pk(key): choice for key, choice in choices.items()}
        voting.cast(vote, chosen, by=self.person(who), at=timezone.now())

    def close(self, vote: Vote) -> list[str]:
        return voting.close_vote(vote, by=self.person("secretary"), at=timezone.now())

    def count(self, vote: Vote) -> Standing:
        return voting.count_vote(vote, by=self.person("chair"), at=timezone.now())

    def vote(self, *, voters: Sequence[str] = MEMBERS, **yes: int) -> Standing:
        """A whole vote, opened by the secretary, on the nominees with so many of yes; the others say no."""
        vote = self.open()
        asked = {key for key, one in self.nominees.items() if vote.ballots.filter(nomination=one).exists()}
        assert asked == set(yes), (asked, yes)
        for at, who in enumerate(voters):
            self.cast(vote, who, **{key: "yes" if at < count else "no" for key, count in yes.items()})
        self.close(vote)
        return self.count(vote)

    def ballot(self, **yes: int) -> Standing:
        """As :meth:`vote`, but each of the members votes only on those without a conflict, so that ``yes`` are the
        first so many of them on each nominee."""
        vote = self.open()
        conflicts = {
            (one.member_id, one.nomination_id) for one in ConflictDeclaration.objects.exclude(nomination=None)
        }
        papers: dict[str, dict[str, str]] = {key: {} for key in MEMBERS}
        for nominee, count in yes.items():
            free = [who for who in MEMBERS if (self.seat(who).pk, self.pk(nominee)) not in conflicts]
            for at, who in enumerate(free):
                papers[who][nominee] = "yes" if at < count else "no"
        for who, choices in papers.items():
            self.cast(vote, who, **choices)
        self.close(vote)
        return self.count(vote)

    # -- what happens besides --------------------------------------------------------------------------------------

    def declare_all(self) -> None:
        for member in self.world.campaign.members.filter(until=None):
            ConflictDeclaration.objects.create(member=member, honour=self.review.honour, at=timezone.now())

    def conflict(self, who: str, nominee: str, *, withdrawn: bool = False) -> None:
        ConflictDeclaration.objects.create(
            member=self.seat(who),
            honour=self.review.honour,
            nomination=self.nominees[nominee],
            ground="relative",
            withdrawn=withdrawn,
            at=timezone.now(),
        )

    def leave(self, who: str) -> None:
        self.world.campaign.members.filter(person=self.person(who)).update(until=timezone.now())

    def join(self, key: str) -> str:
        member = seat(self.world, key, Duty.MEMBER)
        ConflictDeclaration.objects.create(member=member, honour=self.review.honour, at=timezone.now())
        return key

    @transaction.atomic
    def withdraw(self, nominee: str) -> None:
        advance(self.nominees[nominee], "withdraw", by=None, at=timezone.now())

    def cut(self, places: int) -> None:
        QuotaAdjustment.objects.create(
            honour=self.review.honour,
            places=places,
            reason="调整",
            decision="会议纪要",
            by=self.person("district_approver"),
            at=timezone.now(),
        )

    def score(self, **scores: str) -> None:
        order = sorted(scores.values(), key=float, reverse=True)
        ranking = [
            {"nominee": str(self.pk(key)), "score": score, "rank": order.index(score) + 1, "judges": 5}
            for key, score in scores.items()
        ]
        self.review.result |= {"ranking": ranking}
        self.review.save(update_fields=["result"])

    def set_state(self, state: ReviewState) -> None:
        Review.objects.filter(pk=self.review.pk).update(state=state)

    def set_states(self, **states: NominationState) -> None:
        for key, state in states.items():
            Nomination.objects.filter(pk=self.pk(key)).update(state=state)
            self.nominees[key].refresh_from_db()

    def add(self, key: str) -> None:
        """A nominee who reaches the review now."""
        honour, at = self.review.honour, timezone.now()
        organizations = [one for street in self.world.organizations for one in street]
        made = nomination(honour, organizations[len(self.nominees)], state=NominationState.REVIEW)
        NominationEvent.objects.create(
            nomination=made,
            event="finish_vetting",
            source=NominationState.VETTING,
            target=NominationState.REVIEW,
            at=at,
        )
        self.nominees[key] = made


def names(box: Box, keys: Iterable[object]) -> set[str]:
    """Which of the nominees a, b, c … ids stand for."""
    wanted = {str(pk) for pk in keys}
    return {key for key, one in box.nominees.items() if str(one.pk) in wanted}


def make_box(keys: str = "abc", *, places: int = 2, **fields: object) -> Box:
    """A review of an honour for organizations, scores opened, everybody went through the nominees."""
    world = make_award_world(places=places, accepted=(len(keys), 2), nomination_places=9, **fields)
    honour = world.organization_honour
    review = Review.objects.create(
        honour=honour,
        salt=new_salt(),
        state=ReviewState.OPENED,
        opened_at=timezone.now() - dt.timedelta(hours=1),
        opened_by=world.person("chair"),
    )
    box = Box(world, review)
    for key in keys:
        box.add(key)
    box.declare_all()
    return box
