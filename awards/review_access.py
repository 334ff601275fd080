"""Who sees what of a review at which moment: the one place that pages, exports and actions ask (docs/adr/0010).

A person enters the review of an honour as a member, as its secretary or as staff of the district, and only as one of
them: a seat in the committee comes before any other post. Whoever enters is a :class:`Reader`, and everything else is
asked of the reader. Nominees in conflict with a seat that the person has or had are not found at all.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Perm, Refused, Unblock, Verdict, can
from records.models import StoredFile

from .conflict_register import pairs_in
from .enums import CampaignState, Duty, NominationState, ReviewState
from .models import (
    AwardCampaign,
    CommitteeMember,
    ConflictDeclaration,
    Honour,
    Nomination,
    NominationEvent,
    Review,
)
from .nominees import WITH_NAMES, Shown, anonymous, in_stroke_order, named
from .voting import IN_CONTEST, ballot_rules

RUNNING = (CampaignState.PUBLISHED, CampaignState.FINISHED)
VOTING = (Duty.CHAIR, Duty.DEPUTY, Duty.MEMBER)
OPEN = (ReviewState.OPENED, ReviewState.CONCLUDED)
# Staff of the district who follow a review from outside; a view of the registry alone is not enough.
STAFF = (Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS, Perm.ASSIST_REVIEW, Perm.DECIDE_APPEALS)


class Kind(StrEnum):
    MEMBER = "member"
    SECRETARY = "secretary"
    STAFF = "staff"


@dataclass(frozen=True)
class Reader:
    """A person in the review of an honour. ``conflicts`` are all pairs of the honour (ids as text), ``hidden`` the
    ids of the nominations that this person does not find; ``presides``: chairs the committee now."""

    person: Person
    honour: Honour
    kind: Kind
    state: ReviewState
    review: Review | None
    seat: CommitteeMember | None
    conflicts: frozenset[tuple[str, str]]
    hidden: frozenset[int]
    presides: bool

    @property
    def judges(self) -> bool:
        """Whether the person scores and votes."""
        return self.kind == Kind.MEMBER

    @property
    def assists(self) -> bool:
        return self.kind == Kind.SECRETARY

    @property
    def leads(self) -> bool:
        """Whether the person runs the rounds: secretary or whoever presides."""
        return self.assists or self.presides

    @property
    def is_blind(self) -> bool:
        """Whether the person reads numbers instead of names: members of a blind review until the opening."""
        return self.judges and self.honour.campaign.is_blind and self.state not in OPEN


def may_enter(person: Person, honour: Honour, on: dt.date) -> Reader | None:
    """The reader that a person is on a day; None: the review is not theirs to see."""
    campaign = honour.campaign
    if campaign.state not in RUNNING:
        return None
    seats = list(campaign.members.filter(person=person).select_related("person"))
    seat = next((one for one in seats if one.until is None), None)
    kind = _kind(person, campaign, seat, on)
    if kind is None:
        return None
    conflicts = pairs_in(honour)
    own = {str(one.pk) for one in seats}
    review = Review.objects.filter(honour=honour).first()
    seated = seat if kind != Kind.STAFF else None
    chair = presiding(honour, conflicts) if kind == Kind.MEMBER else None
    return Reader(
        person=person,
        honour=honour,
        kind=kind,
        state=ReviewState(review.state) if review else ReviewState.PREPARING,
        review=review,
        seat=seated,
        conflicts=conflicts,
        hidden=frozenset(int(nominee) for member, nominee in conflicts if member in own),
        presides=chair is not None and seat is not None and chair.pk == seat.pk,
    )


def enter(person: Person, honour: Honour, on: dt.date) -> Reader:
    """:func:`may_enter`, enforced. Raises Refused (the 403 page)."""
    reader = may_enter(person, honour, on)
    if reader is None:
        raise Refused(not_yours())
    return reader


def _kind(person: Person, campaign: AwardCampaign, seat: CommitteeMember | None, on: dt.date) -> Kind | None:
    place = campaign.organization
    if seat is not None and seat.duty in VOTING and can(person, Perm.REVIEW_AWARDS, place, on=on):
        return Kind.MEMBER
    if seat is not None and seat.duty == Duty.SECRETARY and can(person, Perm.ASSIST_REVIEW, place, on=on):
        return Kind.SECRETARY
    if any(can(person, perm, place, on=on) for perm in STAFF):
        return Kind.STAFF
    return None


def presiding(honour: Honour, conflicts: Iterable[tuple[str, str]]) -> CommitteeMember | None:
    """Who presides over the committee now: the chair; once there is none, the first deputy without a conflict."""
    members = list(honour.campaign.members.filter(until=None).order_by("position", "pk"))
    chair = next((one for one in members if one.duty == Duty.CHAIR), None)
    if chair is not None:
        return chair
    contest = honour.nominations.filter(state__in=IN_CONTEST).values_list("pk", flat=True)
    running = {str(pk) for pk in contest}
    busy = {member for member, nominee in conflicts if nominee in running}
    deputies = [one for one in members if one.duty == Duty.DEPUTY]
    return next((one for one in deputies if str(one.pk) not in busy), None)


# --- nominees -----------------------------------------------------------------------------------------------------


def visible_nominees(reader: Reader) -> list[Shown]:
    """The nominees that the reader finds: those in the contest, once opened also those who were ranked and left it.

    In the order of strokes, in a blind review of numbers.
    """
    wanted = Q(state__in=IN_CONTEST)
    if may_see_results(reader) and reader.review is not None:
        wanted |= Q(pk__in=[int(one["nominee"]) for one in reader.review.result.get("ranking", [])])
    found = reader.honour.nominations.filter(wanted).exclude(pk__in=reader.hidden).select_related(*WITH_NAMES)
    if reader.is_blind:
        return [anonymous(one) for one in found.exclude(blind_number=None).order_by("blind_number")]
    return [named(one) for one in in_stroke_order(found)]


def find_nominee(reader: Reader, key: int) -> Shown | None:
    """The nominee with a number, None also where the reader must not find it."""
    return next((one for one in visible_nominees(reader) if one.key == key), None)


def evidence(reader: Reader, nominee: Shown) -> list[StoredFile]:
    """The files of a nominee that the reader may open; none in a blind review, since files bear names."""
    if reader.is_blind or nominee.nomination.pk in reader.hidden:
        return []
    about = {"about_type": Nomination._meta.label_lower, "about_id": nominee.nomination.pk}
    return list(StoredFile.objects.filter(**about).order_by("pk"))


def may_judge(reader: Reader, nomination: Nomination) -> Verdict:
    """Whether the reader may score and vote on a nominee: a member, not in conflict, who went through all nominees."""
    if not reader.judges or nomination.pk in reader.hidden:
        return not_yours()
    return may_begin(reader)


def may_begin(reader: Reader) -> Verdict:
    """Whether the reader may score and vote at all."""
    if reader.seat is None or not reader.judges:
        return not_yours()
    if not has_declared(reader.seat, reader.honour):
        return Verdict(
            False,
            _("您还没有核对并申报回避情况。"),
            _("请先在“回避申报”中逐一核对推荐对象，再评分和投票。"),
        )
    return Verdict(True)


def has_declared(seat: CommitteeMember, honour: Honour) -> bool:
    """Whether a member went through all nominees, none of whom came to the review after that."""
    rows = ConflictDeclaration.objects.filter(member=seat, honour=honour, nomination=None)
    last = rows.order_by("-pk").first()
    if last is None:
        return False
    later = NominationEvent.objects.filter(
        nomination__honour=honour,
        nomination__state__in=IN_CONTEST,
        event="finish_vetting",
        target=NominationState.REVIEW,
        at__gt=last.at,
    )
    return not later.exists()


# --- moments ------------------------------------------------------------------------------------------------------


def may_see_own_scores(reader: Reader) -> bool:
    """Own points are a member's to see, and of nobody else, at every moment."""
    return reader.judges


def may_see_progress(reader: Reader) -> bool:
    """How many have scored or voted and who has not; never what."""
    return reader.leads


def may_see_results(reader: Reader) -> bool:
    """Totals, ranking and results: after the opening, each reader without the nominees that are hidden."""
    return reader.state in OPEN


def may_see_ranks(reader: Reader) -> bool:
    """Places in the ranking and the border; not for whom a nominee is hidden, whose place the gap would tell."""
    return may_see_results(reader) and not reader.hidden


def may_see_single_scores(reader: Reader) -> bool:
    """Who gave what: after the opening, whoever presides and the secretary (for the minutes)."""
    return may_see_results(reader) and reader.leads


def may_see_strength(reader: Reader) -> bool:
    """Leave-one-judge-out, only where enough members scored every ranked nominee: with fewer it would tell what one
    of them gave; and where nothing is hidden from the reader."""
    if not may_see_ranks(reader) or reader.review is None:
        return False
    least = ballot_rules(reader.review).least_voters
    ranking = [one for one in reader.review.result.get("ranking", []) if one["score"] is not None]
    return bool(ranking) and all(one["judges"] >= least for one in ranking)


def may_open(reader: Reader) -> Verdict:
    """Whether the reader may open the scores: who presides, once scoring is closed."""
    if not reader.presides:
        return Verdict(
            False,
            _("评分由主任委员开启；主任委员离任后由没有回避关系的副主任委员开启。"),
            _("请由主持评审的主任委员办理。"),
            unblock=Unblock.ANOTHER,
        )
    if reader.state in OPEN:
        return Verdict(False, _("评分已经开启，不能再次开启。"), _("请查看评审结果。"))
    if reader.state != ReviewState.CLOSED:
        return Verdict(False, _("评分还没有截止，不能开启。"), _("请先截止评分。"))
    return Verdict(True)


def not_yours() -> Verdict:
    """Says the same whether something is hidden or not there."""
    return Verdict(
        False,
        _("您不能查看或办理这项评审。"),
        _("评审只对本次评审委员会成员和区级评选经办人员开放，须回避的对象除外。"),
        unblock=Unblock.ANOTHER,
    )
