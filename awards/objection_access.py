"""Who reads an objection, and who reads by whom it is: the one place that pages, files and actions ask.

The district's staff who organize and decide see that there is an objection and what became of it. The facts that are
stated, the evidence and the report are for the secretary, the investigators and whoever resolves. Who objects is read
by the secretary and by those who investigate, nobody else, each time with a reason that stays on record. Whoever is in
conflict with the nominee finds nothing of it at all.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Perm, Refused, Unblock, Verdict, can

from .conflict_register import hidden_from
from .models import AwardCampaign, Objection

STAFF = (Perm.ASSIST_REVIEW, Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS)


@dataclass(frozen=True)
class Standing:
    """What a person is to an objection on a day."""

    secretary: bool = False
    investigator: bool = False
    decider: bool = False
    staff: bool = False

    @property
    def sees_row(self) -> bool:
        return self.staff or self.investigator

    @property
    def reads_facts(self) -> bool:
        return self.secretary or self.investigator or self.decider

    @property
    def reads_identity(self) -> bool:
        return self.secretary or self.investigator


def standing(person: Person, objection: Objection, *, on: dt.date) -> Standing:
    """What a person is to an objection: by posts today, and by being appointed to investigate while it is open."""
    if objection.nomination_id in hidden_from(person) or is_about(person, objection):
        return Standing()
    held = {perm: bool(can(person, perm, objection, on=on)) for perm in STAFF}
    appointed = objection.investigators.filter(person=person, replaced_at=None).exists()
    return Standing(
        secretary=held[Perm.ASSIST_REVIEW],
        investigator=appointed and person.is_active and not objection.is_resolved,
        decider=held[Perm.DECIDE_AWARDS],
        staff=any(held.values()),
    )


def is_about(person: Person, objection: Objection) -> bool:
    """Whether the objection is to this very person."""
    return objection.nomination.account_id == person.pk


def require_row(person: Person, objection: Objection, *, on: dt.date) -> Standing:
    """What the person is to an objection whose page they may open. Raises Refused."""
    found = standing(person, objection, on=on)
    if not found.sees_row:
        raise Refused(not_yours())
    return found


def require_campaign(person: Person, campaign: AwardCampaign, *, on: dt.date) -> None:
    """Let pass the district's staff who have to do with the objections of a campaign. Raises Refused."""
    if not any(can(person, perm, campaign, on=on) for perm in STAFF):
        raise Refused(not_yours())


def objections_of(campaign: AwardCampaign, person: Person) -> QuerySet[Objection]:
    """The objections of a campaign without those to nominees in conflict, and never with by whom they are."""
    return (
        Objection.objects.filter(nomination__honour__campaign=campaign)
        .exclude(nomination__in=hidden_from(person))
        .select_related("nomination__honour", "nomination__organization", "nomination__unit")
        .defer("sealed")
    )


def not_yours() -> Verdict:
    return Verdict(
        False,
        _("异议材料只对评选秘书、调查人和认定人员开放，须回避的人员不能查看。"),
        _("如工作需要，请联系评选秘书。"),
        unblock=Unblock.ANOTHER,
    )


def not_the_objector() -> Verdict:
    return Verdict(
        False,
        _("异议人的身份只有评选秘书和该异议的调查人可以查看，每次查看都留有记录。"),
        _("请通过秘书或调查人与异议人联系。"),
        unblock=Unblock.ANOTHER,
    )
