"""Nominations for flow tests: real cases, walked by the gate to any step of P4, on top of the campaign of tests.awards.

``reviewed()`` is a new world with a nomination that the sub-district has checked; ``reviewed(world, number=1)`` another
one in it, of the second organization of the first street; ``person="王珊"`` nominates for the honour of persons. A walk
goes on with ``walk.to("vetted")``. What the committee, the notice and the decision leave behind is made as rows: their
own pages have tests of their own.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from awards.actions.advancing import advance
from awards.actions.nominating import file_nomination, report_own_notice
from awards.eligible import findings_of
from awards.enums import Choice, NoticeState, ReviewState, VoteKind
from awards.models import (
    AnnouncedName,
    Award,
    Ballot,
    BallotRoll,
    ConsultationLetter,
    Honour,
    Nomination,
    PublicNotice,
    Review,
    Slip,
    Vote,
)
from awards.rules import ballots
from awards.sealing import new_salt
from awards.voting import ballot_rules, facts_of_ballot, last_ballot
from orgs.models import Organization
from tests.awards import AwardWorld, make_award_world
from tests.flows import district as d
from workflows.models import Case, Outcome
from workflows.nomination.starting import open_nomination_case
from workflows.nomination.together import decide_together
from workflows.views.task import load_case

ONE_DAY = dt.timedelta(days=1)
BORN_ON = dt.date(1996, 5, 4)


@dataclass
class NominationWalk:
    """One nomination on its way. ``applicant`` is the key of its applicant in the people of the world."""

    world: AwardWorld
    case: Case
    applicant: str
    step: str = ""

    @property
    def nomination(self) -> Nomination:
        rows = Nomination.objects.select_related(
            "honour__campaign__organization", "organization", "unit", "affiliation"
        )
        return rows.get(pk=self.case.artifact_object_id)

    @property
    def node(self) -> str:
        return d.node(self.case)

    @property
    def handler(self) -> str:
        return "district_handler" if self.is_direct else f"handler{self.street}"

    @property
    def approver(self) -> str:
        return "district_approver" if self.is_direct else f"approver{self.street}"

    @property
    def is_direct(self) -> bool:
        return self.nomination.affiliation_id == self.world.place.district.pk

    @property
    def street(self) -> int:
        return int(self.applicant.removeprefix("applicant").partition("_")[0])

    def act(self, who: str, outcome: Outcome, opinion: str = "情况属实。", *, to: str = "") -> None:
        """Decide the open step as a person."""
        d.act(self.case, self.world.person(who), outcome, opinion, to=to)

    def together(self, node: str, who: str, outcome: Outcome = Outcome.APPROVED, opinion: str = "") -> None:
        """Decide as those steps are where many nominees are decided at once."""
        with transaction.atomic():
            by, at = self.world.person(who), timezone.now()
            decide_together({self.nomination: outcome}, node, by=by, at=at, opinion=opinion)

    def change(self, **fields: Any) -> None:
        """Write fields of the nomination past its rules."""
        Nomination.objects.filter(pk=self.case.artifact_object_id).update(**fields)

    def to(self, step: str) -> "NominationWalk":
        """Walk on until ``step`` (a key of ``STEPS``) is done."""
        names = list(STEPS)
        for name in names[names.index(self.step) + 1 if self.step else 0 : names.index(step) + 1]:
            STEPS[name](self)
            self.step = name
        return self

    # -- the steps -----------------------------------------------------------------------------------------------

    def submit(self) -> None:
        by, nomination = self.world.person(self.applicant), self.nomination
        with transaction.atomic():
            file_nomination(nomination, values=statement(nomination), by=by, at=timezone.now())
        self.act(self.applicant, Outcome.SUBMITTED, "")

    def announce_in_unit(self) -> None:
        """The notice in the own unit is over, and nobody had anything against it."""
        self.end_own_notice()
        by, nomination = self.world.person(self.applicant), self.nomination
        with transaction.atomic():
            report_own_notice(nomination, said="", settled="", by=by, at=timezone.now())
        self.act(self.applicant, Outcome.SUBMITTED, "")

    def end_own_notice(self) -> None:
        """Let the period pass: its days move back."""
        today = timezone.localdate()
        self.change(own_notice_from=today - 7 * ONE_DAY, own_notice_to=today - ONE_DAY)

    def review(self) -> None:
        self.act(self.handler, Outcome.APPROVED)

    def rank(self) -> None:
        """The next place in the ranking of the sub-district, and recommended."""
        nomination = self.nomination
        ranked = nomination.honour.nominations.filter(affiliation=nomination.affiliation).exclude(rank=None)
        self.change(rank=ranked.count() + 1)
        self.together("rank_nomination", self.approver)

    def check(self) -> None:
        nomination, today = self.nomination, timezone.localdate()
        found = [
            {"kind": one.kind, "name": one.name, "passed": one.passed, "message": one.message}
            for one in findings_of(nomination, today)
        ]
        self.change(findings=found, checked_on=today)
        self.act("district_handler", Outcome.APPROVED)

    def vet(self) -> None:
        self.consult(answer="agreed")
        self.act("district_handler", Outcome.APPROVED)

    def consult(self, *, answer: str = "", text: str = "") -> None:
        """Ask an office about the nominee, and record what it replied."""
        nomination, now, today = self.nomination, timezone.now(), timezone.localdate()
        by = self.world.person("district_handler")
        letter = ConsultationLetter.objects.create(
            campaign=nomination.honour.campaign,
            addressee="区人力资源和社会保障局",
            asked="有无违法违规情形",
            reply_due_on=today + 14 * ONE_DAY,
            sent_by=by,
            sent_at=now,
        )
        replied = {"answered_on": today, "recorded_by": by, "recorded_at": now} if answer else {}
        letter.answers.create(nomination=nomination, answer=answer, text=text, **replied)

    def select(self) -> None:
        if last_ballot(self.nomination) is None:
            hold_vote(self.world, [self])
        self.together("committee_review", "secretary")

    def approve(self) -> None:
        self.act("district_approver", Outcome.APPROVED)

    def announce(self) -> None:
        """In a notice that runs from today for five working days."""
        today = timezone.localdate()
        notice = running_notice(self.world)
        AnnouncedName.objects.create(
            notice=notice, nomination=self.nomination, since=today, until=today + 7 * ONE_DAY
        )
        with transaction.atomic():
            advance(self.nomination, "announce", by=self.world.person("district_approver"), at=timezone.now())

    def clear(self) -> None:
        self.end_notice()
        self.together("public_notice", "district_handler")

    def end_notice(self) -> None:
        """Let the period of this name pass: its days move back."""
        today = timezone.localdate()
        names = AnnouncedName.objects.filter(nomination=self.case.artifact_object_id, ended_on=None)
        names.update(since=today - 8 * ONE_DAY, until=today - ONE_DAY)

    def decide(self) -> None:
        self.together("decide_award", "district_approver", opinion="同意表彰。")
        nomination, today = self.nomination, timezone.localdate()
        campaign = nomination.honour.campaign
        Award.objects.create(
            nomination=nomination,
            organization=nomination.organization,
            scope=nomination.organization.scope,
            person_name=nomination.person_name,
            person_key=nomination.person_key,
            honour_code=nomination.honour.code,
            title=nomination.honour.title,
            year=campaign.year,
            decided_on=today,
            decision_title=f"关于{campaign.name}的决定",
            decision_number=f"海团发〔{today.year}〕1号",
        )

    def issue(self) -> None:
        self.together("issue_certificate", "district_handler")
        Award.objects.filter(nomination=self.case.artifact_object_id).update(issued_on=timezone.localdate())


# What is done of a nomination, in order. After “nominated” the own notice runs; after “announced” the public one does.
STEPS = {
    "nominated": NominationWalk.submit,
    "announced_in_unit": NominationWalk.announce_in_unit,
    "reviewed": NominationWalk.review,
    "ranked": NominationWalk.rank,
    "checked": NominationWalk.check,
    "vetted": NominationWalk.vet,
    "selected": NominationWalk.select,
    "listed": NominationWalk.approve,
    "announced": NominationWalk.announce,
    "cleared": NominationWalk.clear,
    "decided": NominationWalk.decide,
    "awarded": NominationWalk.issue,
}


def start_nomination_walk(
    world: AwardWorld | None = None,
    *,
    street: int = 0,
    number: int = 0,
    person: str = "",
    honour: Honour | None = None,
    born_on: dt.date = BORN_ON,
) -> NominationWalk:
    """A new nomination at its first step: of an organization, or of ``person`` there."""
    world = world or make_award_world()
    applicant = f"applicant{street}_{number}"
    item = open_nomination_case(
        honour=honour or (world.person_honour if person else world.organization_honour),
        organization=organization_of(world, street, number),
        by=world.person(applicant),
        on=timezone.localdate(),
        name=person,
        born_on=born_on if person else None,
    )
    return NominationWalk(world, load_case(item.case_id), applicant)


def organization_of(world: AwardWorld, street: int = 0, number: int = 0) -> Organization:
    return world.organizations[street][number]


def walked(step: str, world: AwardWorld | None = None, **nominee: Any) -> NominationWalk:
    """A new nomination walked to a step; ``nominee`` as for :func:`start_nomination_walk`."""
    return start_nomination_walk(world, **nominee).to(step)


nominated = partial(walked, "nominated")
announced_in_unit = partial(walked, "announced_in_unit")
reviewed = partial(walked, "reviewed")
ranked = partial(walked, "ranked")
checked = partial(walked, "checked")
vetted = partial(walked, "vetted")
selected = partial(walked, "selected")
listed = partial(walked, "listed")
announced = partial(walked, "announced")
cleared = partial(walked, "cleared")
decided = partial(walked, "decided")
awarded = partial(walked, "awarded")


def statement(nomination: Nomination) -> dict[str, Any]:
    """What a unit states that fails no rule."""
    today = timezone.localdate()
    values = {
        "summary": "团的活动经常，青年满意。",
        "deeds": "建团以来坚持每月开展活动，青年志愿服务成为品牌。",
        "own_notice_from": today,
        "own_notice_place": "单位公告栏",
        "headcount": 40,
        "youth": 30,
        "leader_born_on": dt.date(today.year - 34, 3, 1),
        "confirmations": {"sign_shown": True, "lower_title": True},
    }
    if not nomination.person_name:
        return values
    return values | {
        "gender": "female",
        "joined_on": dt.date(BORN_ON.year + 15, 5, 4),
        "political_status": "league_member",
        "post_title": "团支部书记",
        "post_since": today - 1000 * ONE_DAY,
    }


def hold_vote(
    world: AwardWorld,
    walks: Iterable[NominationWalk],
    *,
    yes: int | None = None,
    voters: int | None = None,
) -> Vote:
    """One counted vote on nominees of one honour: all vote, and all for each of them, unless said otherwise."""
    nominations = [walk.nomination for walk in walks]
    now = timezone.now()
    review, _made = Review.objects.get_or_create(
        honour=nominations[0].honour, defaults={"salt": new_salt(), "state": ReviewState.OPENED}
    )
    members = [one for one in world.committee if one.duty != "secretary"]
    chair = world.person("chair")
    vote = Vote.objects.create(
        review=review,
        number=review.votes.count() + 1,
        kind=VoteKind.VOTE,
        opened_by=chair,
        opened_at=now,
        closed_at=now,
        counted_at=now,
        counted_by=chair,
    )
    voting = members[: len(members) if voters is None else voters]
    for nomination in nominations:
        ballot = Ballot.objects.create(vote=vote, nomination=nomination, members=[one.pk for one in members])
        BallotRoll.objects.bulk_create(BallotRoll(ballot=ballot, member=one) for one in voting)
        agreed = len(voting) if yes is None else yes
        choices = [Choice.YES] * agreed + [Choice.NO] * (len(voting) - agreed)
        Slip.objects.bulk_create(Slip(ballot=ballot, choice=choice) for choice in choices)
        count_ballot(ballot, review)
    return vote


def count_ballot(ballot: Ballot, review: Review) -> None:
    """Write the result of a ballot as the opening does."""
    found = ballots.count(facts_of_ballot(ballot), ballot_rules(review))
    fields = ("entitled", "voters", "quorum", "base", "needed", "yes", "no", "abstain")
    ballot.result = {"outcome": found.outcome.value} | {name: getattr(found, name) for name in fields}
    ballot.save(update_fields=["result"])


def running_notice(world: AwardWorld) -> PublicNotice:
    """The notice of the campaign, published today."""
    found = world.campaign.notices.filter(state=NoticeState.RUNNING).first()
    return found or PublicNotice.objects.create(
        campaign=world.campaign,
        subject=f"{world.campaign.name}拟表彰对象公示",
        introduction="经评审委员会评审，现将拟表彰对象予以公示。",
        state=NoticeState.RUNNING,
        names_reserve=world.campaign.names_reserve,
        published_on=timezone.localdate(),
        published_by=world.person("district_approver"),
    )
