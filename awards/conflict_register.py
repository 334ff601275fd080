"""Conflicts of interest of a committee, computed from the register and declared: the one place that pages, exports,
scores and ballots ask (docs/adr/0010)."""

import datetime as dt

from django.db.models import Q, QuerySet

from orgs.enums import Role
from orgs.models import Person, Post

from .enums import CampaignState
from .models import AwardCampaign, CommitteeMember, ConflictDeclaration, Honour, Nomination
from .rules.conflicts import Conflict, Declaration, Ground, Judge, Subject, all_conflicts, pairs


def judge_of(member: CommitteeMember) -> Judge:
    """A member as the register knows the person: posts, instructor work, employers."""
    return judge(str(member.pk), member.person, member.employer)


def judge(key: str, person: Person, employer: str = "") -> Judge:
    posts = list(Post.objects.filter(person=person).select_related("unit"))
    instructed = {one.organization_id for one in posts if one.role == Role.INSTRUCTOR}
    units = {one.unit_id: one.unit.name for one in posts if one.unit_id}
    employers = {_plain(name) for name in (employer, *units.values()) if name}
    return Judge(
        key=key,
        person=str(person.pk),
        organizations=frozenset(f"unit:{pk}" for pk in units),
        instructed=frozenset(f"place:{pk}" for pk in instructed),
        employers=frozenset(employers),
    )


def subject_of(nomination: Nomination) -> Subject:
    """A nominee as conflicts see it: its unit, who instructs there, who employs."""
    return Subject(
        key=str(nomination.pk),
        person=str(nomination.account_id) if nomination.account_id else "",
        organizations=frozenset({f"unit:{nomination.unit_id}", f"place:{nomination.affiliation_id}"}),
        employers=frozenset({_plain(nomination.unit.name)}),
    )


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def conflicts_in(honour: Honour) -> list[Conflict]:
    """Every conflict of members who ever were in the committee with the nominees of an honour; keys are ids."""
    members = list(honour.campaign.members.select_related("person"))
    nominations = list(honour.nominations.select_related("unit"))
    said = [
        Declaration(str(one.member_id), str(one.nomination_id), Ground(one.ground), one.withdrawn)
        for one in ConflictDeclaration.objects.filter(honour=honour).exclude(nomination=None)
    ]
    return all_conflicts([judge_of(one) for one in members], [subject_of(one) for one in nominations], said)


def pairs_in(honour: Honour) -> frozenset[tuple[str, str]]:
    """Who (id of the member) must not see, score or vote on whom (id of the nomination)."""
    return pairs(conflicts_in(honour))


def is_conflicted(person: Person, nomination: Nomination) -> bool:
    """Whether a person sits in the committee and is in conflict with the nominee."""
    members = nomination.honour.campaign.members.filter(person=person)
    found = pairs_in(nomination.honour)
    return any((str(one.pk), str(nomination.pk)) in found for one in members)


def hidden_from(person: Person) -> list[int]:
    """Ids of the nominations that a person must not see anywhere: in conflict, in a campaign that is not finished,
    and where the person is a member now. Empty (one statement) for whoever sits in no committee."""
    seats = CommitteeMember.objects.filter(
        person=person, until=None, campaign__state=CampaignState.PUBLISHED
    ).select_related("campaign")
    hidden: list[int] = []
    for seat in seats:
        for honour in seat.campaign.honours.all():
            hidden += [int(nominee) for member, nominee in pairs_in(honour) if member == str(seat.pk)]
    return sorted(hidden)


def seats_of(person: Person) -> QuerySet[CommitteeMember]:
    """The person's present seats in committees of campaigns that run."""
    return CommitteeMember.objects.filter(
        Q(until=None), person=person, campaign__state=CampaignState.PUBLISHED
    ).select_related("campaign")


def sitting(campaign: AwardCampaign, at: dt.datetime) -> QuerySet[CommitteeMember]:
    """Who may score and vote at a moment: the members without the secretary."""
    return (
        campaign.members.filter(Q(until=None) | Q(until__gt=at), since__lte=at)
        .exclude(duty="secretary")
        .select_related("person")
    )
