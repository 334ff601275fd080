"""The secret ballots of a review: opened, cast, closed, counted, and ties settled (RULES section 4; docs/adr/0010).

Every one of these holds the row of the review, so that a slip is in before a vote is closed or not at all. Slips are
written shuffled, without member and time, together with the roll; the audit entry of a casting names nobody, so that
no order of members can be put beside an order of slips. What the slips say is read at the counting and never before.
"""

import datetime as dt
import random
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Refused, Unblock, Verdict
from records import audit

from ..ballot_register import digests_of, open_vote_of, papers_of, seats_entitled, slips_digest
from ..conflict_register import pairs_in, sitting
from ..enums import CampaignState, Choice, Duty, ReviewState, VoteKind
from ..models import Ballot, BallotRoll, Nomination, Review, Slip, TieDecision, Vote
from ..quota_register import places_of
from ..review_access import Reader, enter, may_begin, not_yours
from ..rules import ballots, rounds
from ..rules.rounds import Next, Standing
from ..rules.states import NotPossible
from ..voting import IN_CONTEST, as_data, ballot_rules, facts_of_ballot, standing_of

KINDS = {Next.VOTE: VoteKind.VOTE, Next.REPEAT: VoteKind.REPEAT, Next.REVOTE: VoteKind.REVOTE}
SHUFFLE = random.SystemRandom()


@transaction.atomic
def open_vote(review: Review, *, by: Person, at: dt.datetime) -> Vote:
    """Begin the vote that the standing asks for, on exactly its nominees, by the members who sit now.

    Raises Refused for others than secretary and whoever presides, NotPossible with the remedy otherwise.
    """
    review = held(review)
    reader = _leading(review, by, at)
    standing = standing_of(review, places_of(review.honour))
    _require_votable(review, standing)
    seats = list(sitting(review.honour.campaign, at))
    _require_quorum(reader, review, standing, {str(one.pk) for one in seats})
    vote = Vote.objects.create(
        review=review,
        number=review.votes.count() + 1,
        kind=KINDS[standing.next],
        opened_by=by,
        opened_at=at,
    )
    members = sorted(one.pk for one in seats)
    Ballot.objects.bulk_create(
        Ballot(vote=vote, nomination_id=pk, members=members) for pk in sorted(map(int, standing.voted_on))
    )
    _note("vote_opened", vote, by, at, kind=vote.kind, nominations=sorted(map(int, standing.voted_on)))
    return vote


def _require_votable(review: Review, standing: Standing) -> None:
    if review.honour.campaign.state != CampaignState.PUBLISHED or review.state != ReviewState.OPENED:
        raise NotPossible(_("评分开启之后、评审结束之前才能投票。请先完成评分并由主任委员开启。"))
    if open_vote_of(review) is not None:
        raise NotPossible(_("上一次投票还没有开票。请先截止并由主任委员开票。"))
    if standing.next == Next.CHAIR:
        raise NotPossible(_("目前须由主持人在并列对象中决定，不再投票。"))
    if not standing.voted_on:
        raise NotPossible(_("没有需要投票的对象。请直接结束评审。"))


def _require_quorum(reader: Reader, review: Review, standing: Standing, members: set[str]) -> None:
    """Refuse where a ballot could not have a quorum whoever comes; names no nominee that the reader must not find."""
    rules = ballot_rules(review)
    for name in sorted(standing.voted_on, key=int):
        conflicted = {member for member, nominee in reader.conflicts if nominee == name}
        if ballots.quorum_possible(members, conflicted, rules):
            continue
        entitled = len(members - conflicted)
        nominee = Nomination.objects.select_related("organization").get(pk=int(name))
        values = {
            "name": _("有一个推荐对象") if nominee.pk in reader.hidden else nominee.name,
            "entitled": entitled,
            "quorum": ballots.quorum_of(entitled, rules),
        }
        text = _("%(name)s：可以投票的委员只有%(entitled)d名，不足%(quorum)d名。请先增补委员，再开始投票。")
        raise NotPossible(text % values)


@transaction.atomic
def cast(vote: Vote, choices: Mapping[int, str], *, by: Person, at: dt.datetime) -> None:
    """Hand in a member's slips, by id of nomination: for each nominee of the vote without a conflict, once and for all.

    Raises Refused for whoever has no slip to hand in, NotPossible where the paper is not complete or not the one that
    is asked for now, or the vote is closed.
    """
    review = held(vote.review)
    vote = review.votes.get(pk=vote.pk)
    reader = enter(by, review.honour, timezone.localdate(at))
    if (verdict := may_begin(reader)) and reader.seat is not None:
        papers = papers_of(vote, reader.seat, reader.conflicts)
    else:
        raise Refused(verdict)
    if vote.closed_at is not None:
        raise NotPossible(_("投票已经截止，您的选票没有提交。"))
    if BallotRoll.objects.filter(ballot__vote=vote, member=reader.seat).exists():
        raise NotPossible(_("您已投票。选票交出后不能更改，也不能再投。"))
    if not papers:
        raise Refused(not_yours())
    if set(choices) != {one.nomination_id for one in papers}:
        raise NotPossible(_("选票不完整或者名单有变化。请刷新页面，对每个对象都作出选择后再提交。"))
    slips = [Slip(ballot=one, choice=Choice(choices[one.nomination_id])) for one in papers]
    SHUFFLE.shuffle(slips)
    BallotRoll.objects.bulk_create(BallotRoll(ballot=one, member=reader.seat) for one in papers)
    Slip.objects.bulk_create(slips)
    _note("slips_handed_in", vote, None, at)


@transaction.atomic
def close_vote(vote: Vote, *, by: Person, at: dt.datetime) -> list[str]:
    """End the handing in, and fix what was handed in by its digest. Returns the names of the members without a slip.

    Raises Refused for others than secretary and whoever presides, NotPossible when it is closed.
    """
    review = held(vote.review)
    _leading(review, by, at)
    vote = review.votes.get(pk=vote.pk)
    if vote.closed_at is not None:
        raise NotPossible(_("投票已经截止。请刷新页面查看进展。"))
    digests = digests_of(vote)
    Vote.objects.filter(pk=vote.pk).update(closed_at=at, digest=slips_digest(digests))
    roll = {
        str(one.nomination_id): sorted(row.member_id for row in one.roll.all())
        for one in vote.ballots.prefetch_related("roll")
    }
    _note("vote_closed", vote, by, at, digest=slips_digest(digests), digests=digests, roll=roll)
    return [member.person.name for member, voted in seats_entitled(vote) if not voted]


@transaction.atomic
def count_vote(vote: Vote, *, by: Person, at: dt.datetime) -> Standing:
    """Open a closed vote: read the slips and write the results, by the conflicts known now. Returns what follows.

    Raises Refused for others than whoever presides, NotPossible before the closing, twice, or where the slips are not
    those of the closing.
    """
    review = held(vote.review)
    reader = enter(by, review.honour, timezone.localdate(at))
    if not reader.presides:
        raise Refused(not_presiding())
    vote = review.votes.get(pk=vote.pk)
    if vote.closed_at is None:
        raise NotPossible(_("投票还没有截止，不能开票。请先截止投票。"))
    if vote.counted_at is not None:
        raise NotPossible(_("这次投票已经开票。请刷新页面查看结果。"))
    if slips_digest(digests_of(vote)) != vote.digest:
        raise NotPossible(_("选票与截止时登记的校验码不符，不能开票。请立即报告安全管理员核查。"))
    conflicts, rules = pairs_in(review.honour), ballot_rules(review)
    results = {}
    rows = vote.ballots.select_related("vote__review__honour__campaign").order_by("pk")
    for ballot in rows.filter(nomination__state__in=IN_CONTEST):
        ballot.result = as_data(ballots.count(facts_of_ballot(ballot, conflicts), rules))
        ballot.save(update_fields=["result"])
        results[str(ballot.nomination_id)] = ballot.result
    Vote.objects.filter(pk=vote.pk).update(counted_at=at, counted_by=by)
    # The chain is read by more people than the results are for: it holds what fixes them.
    _note("vote_counted", vote, by, at, results=audit.digest(audit.canonical(results)))
    return standing_of(review, places_of(review.honour))


@transaction.atomic
def settle_tie(
    review: Review, chosen: Iterable[int], reason: str, *, by: Person, at: dt.datetime
) -> TieDecision:
    """Decide between tied nominees, by the chair or the first deputy without a conflict; where all of them are in
    conflict, secretary or chair put on record that the place stays empty (``chosen`` is empty then).

    Raises Refused, NotPossible.
    """
    review = held(review)
    reader = enter(by, review.honour, timezone.localdate(at))
    standing = standing_of(review, places_of(review.honour))
    picked = sorted(set(chosen))
    if review.state != ReviewState.OPENED or open_vote_of(review) is not None:
        raise NotPossible(_("目前没有需要主任委员决定的并列。请刷新页面查看投票进展。"))
    decider = decider_of(review, standing, reader.conflicts, at)
    if decider is not None or picked or not reader.leads:
        seat = str(reader.seat.pk) if reader.seat else ""
        problems = rounds.chair_problems(standing, [str(pk) for pk in picked], seat, decider)
        if problems:
            raise NotPossible(" ".join(one.message for one in problems))
    elif standing.next != Next.CHAIR:
        raise NotPossible(_("目前没有需要主任委员决定的并列。请刷新页面查看投票进展。"))
    if not reason.strip():
        raise NotPossible(_("请写明决定的理由。"))
    vote = review.votes.exclude(counted_at=None).latest("number")
    decision = TieDecision.objects.create(vote=vote, chosen=picked, reason=reason.strip(), by=by, at=at)
    _note("tie_settled", vote, by, at, chosen=audit.digest(audit.canonical(picked)))
    return decision


def decider_of(
    review: Review, standing: Standing, conflicts: frozenset[tuple[str, str]], at: dt.datetime
) -> str | None:
    """The seat of who decides between the tied nominees of a standing; None: nobody may."""
    seats = list(sitting(review.honour.campaign, at).order_by("position", "pk"))
    officers = [str(one.pk) for duty in (Duty.CHAIR, Duty.DEPUTY) for one in seats if one.duty == duty]
    return rounds.tie_breaker(standing.contest, officers, conflicts)


def held(review: Review) -> Review:
    """The review, its row locked for what changes its votes; read anew."""
    rows = Review.objects.select_for_update(of=("self",))
    return rows.select_related("honour__campaign__organization").get(pk=review.pk)


def not_presiding() -> Verdict:
    return Verdict(
        False,
        _("选票由主持评审的主任委员开启。"),
        _("请由主任委员办理；主任委员离任后由没有回避关系的副主任委员办理。"),
        unblock=Unblock.ANOTHER,
    )


def _leading(review: Review, by: Person, at: dt.datetime) -> Reader:
    reader = enter(by, review.honour, timezone.localdate(at))
    if not reader.leads:
        raise Refused(not_yours())
    return reader


def _note(event: str, vote: Vote, by: Person | None, at: dt.datetime, **data: object) -> None:
    campaign = vote.review.honour.campaign
    audit.record(
        event,
        by_id=by.pk if by else None,
        about=f"review:{vote.review_id}",
        chain=f"organization:{campaign.organization_id}",
        at=at,
        vote=vote.number,
        **data,
    )
