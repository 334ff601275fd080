"""Who sits in the committee of a campaign: appointed, replaced, left. Rows stay; every change is on record."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.models import Person
from orgs.permissions import Perm, require
from orgs.queries import holders
from records import audit
from records.notices import send, shows

from ..enums import CampaignState, Duty
from ..models import AwardCampaign, CommitteeMember


@shows("duty")
def duty_in_words(value: str) -> str:
    return str(Duty(value).label)


def post_for(duty: str) -> Role:
    """The post that a person must hold at the district for a duty."""
    return Role.AWARD_SECRETARY if duty == Duty.SECRETARY else Role.AWARD_MEMBER


@transaction.atomic
def appoint_member(
    campaign: AwardCampaign,
    person: Person,
    duty: Duty,
    *,
    employer: str = "",
    by: Person,
    at: dt.datetime,
    position: int | None = None,
) -> CommitteeMember:
    """Seat a person who holds the post for it at the district; deputies follow each other in the order appointed.

    ``employer`` is asked of everybody with a vote, since conflicts are computed from it. Raises Refused, and
    ValidationError by field.
    """
    campaign = _changeable(campaign, by, at)
    present = campaign.members.filter(until=None)
    _check_person(campaign, person, duty, at)
    if present.filter(person=person).exists():
        text = _("%(name)s已是本次评审委员会成员。请选择其他人员。")
        raise ValidationError({"person": text % {"name": person.name}})
    if duty == Duty.CHAIR and present.filter(duty=Duty.CHAIR).exists():
        text = _("评审委员会已有主任委员。请先为现任主任委员办理离任或更换。")
        raise ValidationError({"duty": text})
    if duty != Duty.SECRETARY and not employer.strip():
        raise ValidationError({"employer": _("请填写工作单位，用于核对回避关系。")})
    last = campaign.members.order_by("-position").values_list("position", flat=True).first() or 0
    member = CommitteeMember.objects.create(
        campaign=campaign,
        person=person,
        duty=duty,
        employer=employer.strip(),
        position=last + 1 if position is None else position,
        since=at,
    )
    _record("committee_member_appointed", member, by=by, at=at, personal={"employer": member.employer})
    _tell("committee_appointed", member, at)
    return member


@transaction.atomic
def leave_committee(member: CommitteeMember, *, reason: str, by: Person, at: dt.datetime) -> None:
    """Let a member leave. What was handed in before stays and counts. Raises Refused and ValidationError."""
    _changeable(member.campaign, by, at)
    if not reason.strip():
        raise ValidationError({"reason": _("请填写离任原因。")})
    held = CommitteeMember.objects.select_for_update().get(pk=member.pk)
    if held.until is not None:
        raise ValidationError(_("该成员已经离任。请刷新页面查看现任成员。"))
    held.until, held.left_reason = at, reason.strip()
    held.save(update_fields=["until", "left_reason"])
    member.until, member.left_reason = held.until, held.left_reason
    _record("committee_member_left", held, by=by, at=at, personal={"reason": held.left_reason})
    _tell("committee_left", held, at, reason=held.left_reason)


@transaction.atomic
def replace_member(
    member: CommitteeMember, person: Person, *, employer: str = "", reason: str, by: Person, at: dt.datetime
) -> CommitteeMember:
    """Let a member leave and seat another person with the same duty at the same place in the order.

    The successor scores and declares anew. Raises Refused and ValidationError.
    """
    leave_committee(member, reason=reason, by=by, at=at)
    return appoint_member(
        member.campaign,
        person,
        Duty(member.duty),
        employer=employer,
        by=by,
        at=at,
        position=member.position,
    )


def _changeable(campaign: AwardCampaign, by: Person, at: dt.datetime) -> AwardCampaign:
    """The campaign, locked, so that two do not seat a chair at once."""
    require(by, Perm.MANAGE_AWARDS, campaign, on=timezone.localdate(at))
    campaign = AwardCampaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if campaign.state in (CampaignState.FINISHED, CampaignState.CANCELLED):
        raise ValidationError(_("评选活动已结束或取消，评审委员会不再变动。"))
    return campaign


def _check_person(campaign: AwardCampaign, person: Person, duty: Duty, at: dt.datetime) -> None:
    role = post_for(duty)
    on = timezone.localdate(at)
    if holders(role, on=on, organization_id=campaign.organization_id).filter(person=person).exists():
        return
    text = _("%(name)s在本区没有“%(role)s”的任职，不能担任%(duty)s。请先为其开通任职，或选择其他人员。")
    values = {"name": person.name, "role": role.label, "duty": duty.label}
    raise ValidationError({"person": text % values})


def _record(
    event: str, member: CommitteeMember, *, by: Person, at: dt.datetime, personal: dict[str, str]
) -> None:
    audit.record(
        event,
        by_id=by.pk,
        about=f"campaign:{member.campaign_id}",
        chain=f"organization:{member.campaign.organization_id}",
        at=at,
        personal={"name": member.person.name} | personal,
        member=member.pk,
        person=member.person_id,
        duty=str(member.duty),
    )


def _tell(kind: str, member: CommitteeMember, at: dt.datetime, **context: str) -> None:
    send(
        kind,
        to_id=member.person_id,
        key=f"{kind}:{member.pk}",
        at=at,
        url=reverse("committee", args=[member.campaign_id]),
        campaign=member.campaign.name,
        duty=str(member.duty),
        **context,
    )
