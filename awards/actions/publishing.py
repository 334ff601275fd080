"""What makes a campaign public, and how it ends: published with its letter, cancelled, finished."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.issuers import issuer_of
from orgs.models import Organization, Person, Post
from orgs.permissions import ALLOWED, Perm, Refused, Unblock, Verdict, can, require
from records.documents import issue, revoke

from ..call_letter import call_content
from ..campaign_checks import campaign_problems
from ..enums import PREPARED, CampaignState, NominationState
from ..models import AwardCampaign, Nomination
from ..models.nomination import ENDED
from ..quota_register import count_areas
from .campaigns import CampaignNotReady, locked, record, refuse_problems, save, tell

# Who works with a campaign below the district: told when it begins.
CONCERNED = (
    Role.DISTRICT_HANDLER,
    Role.SUBDISTRICT_HANDLER,
    Role.SUBDISTRICT_APPROVER,
    Role.AWARD_SECRETARY,
)


def publication_verdict(campaign: AwardCampaign, by: Person, *, on: dt.date) -> Verdict:
    """Whether a person may publish a campaign as it was handed in: an approver who took no part in drafting it."""
    verdict = can(by, Perm.DECIDE_AWARDS, campaign.organization, on=on)
    if not verdict:
        return verdict
    if by.pk in {campaign.created_by_id, campaign.submitted_by_id}:
        return Verdict(
            False,
            _("您拟定了这次评选活动，不能由您批准发布。"),
            _("请由另一位区级审批人批准。"),
            unblock=Unblock.ANOTHER,
        )
    return ALLOWED


def publish_campaign(
    campaign: AwardCampaign, *, base: int, by: Person, on: dt.date, at: dt.datetime
) -> AwardCampaign:
    """Freeze the counted organizations, issue the letter and open the campaign.

    Raises Refused, StaleCampaign, CampaignNotReady, and what ``records.documents.issue`` raises.
    """
    with transaction.atomic():
        held = locked(campaign, base, (CampaignState.SUBMITTED,))
        if not (verdict := publication_verdict(held, by, on=on)):
            raise Refused(verdict)
        areas = count_areas(held.organization, held.counted_on)
        refuse_problems(campaign_problems(held, on, areas))
        held.honours.update(areas=areas)
        with translation.override(settings.LANGUAGE_CODE):
            content = call_content(held)
        held.call = issue(
            "award_call",
            issuer=issuer_of(held.organization),
            about=("award_campaign", held.pk),
            unit_id=None,
            content=content,
            on=on,
            by_id=by.pk,
            at=at,
        )
        held.state, held.published_by, held.published_at = CampaignState.PUBLISHED, by, at
        save(held, base, "state", "published_by", "published_at", "call")
        record("award_campaign_published", held, by=by, at=at, letter=held.call.number)
        people = _concerned(held.organization, on) - {by.pk}
        starts = held.starts_on.isoformat()
        tell("award_published", people, held, at=at, campaign=held.name, starts=starts)
    return held


def cancel_campaign(
    campaign: AwardCampaign, *, base: int, reason: str, by: Person, on: dt.date, at: dt.datetime
) -> AwardCampaign:
    """Give a campaign up: one in preparation by a handler, one that was published by an approver, who thereby revokes
    its letter. The reason stands where that of a return stood.

    Raises Refused, StaleCampaign, CampaignNotReady (a nomination is open or decided).
    """
    published = campaign.state == CampaignState.PUBLISHED
    require(by, Perm.DECIDE_AWARDS if published else Perm.MANAGE_AWARDS, campaign.organization, on=on)
    if not reason.strip():
        raise CampaignNotReady(_("请写明理由。"))
    with transaction.atomic():
        held = locked(campaign, base, (*PREPARED, CampaignState.PUBLISHED))
        _refuse_open(held, done=())
        if held.call is not None:
            revoke(held.call, reason.strip(), by_id=by.pk, at=at)
        held.state, held.returned_reason, held.finished_at = CampaignState.CANCELLED, reason.strip(), at
        save(held, base, "state", "returned_reason", "finished_at")
        record("award_campaign_cancelled", held, {"reason": reason}, by=by, at=at)
        if published:
            people = _concerned(held.organization, on) - {by.pk}
            tell("award_cancelled", people, held, at=at, campaign=held.name, reason=reason.strip())
    return held


def finish_campaign(
    campaign: AwardCampaign, *, base: int, by: Person, on: dt.date, at: dt.datetime
) -> AwardCampaign:
    """Close a campaign whose nominations all came to an end or to a certificate.

    Raises Refused, StaleCampaign, CampaignNotReady.
    """
    require(by, Perm.MANAGE_AWARDS, campaign.organization, on=on)
    with transaction.atomic():
        held = locked(campaign, base, (CampaignState.PUBLISHED,))
        _refuse_open(held, done=(NominationState.AWARDED,))
        held.state, held.finished_at = CampaignState.FINISHED, at
        save(held, base, "state", "finished_at")
        record("award_campaign_finished", held, by=by, at=at)
    return held


def _refuse_open(campaign: AwardCampaign, done: tuple[NominationState, ...]) -> None:
    """Raises CampaignNotReady while nominations have not come to their end."""
    rows = Nomination.objects.filter(honour__campaign=campaign).exclude(state__in=[*ENDED, *done])
    numbers = list(rows.order_by("pk").values_list("case_number", flat=True)[:4])
    if numbers:
        text = _("还有%(count)d件推荐没有办结（%(numbers)s），请先办结。")
        values = {"count": rows.count(), "numbers": _("、").join(numbers[:3]) + ("…" if numbers[3:] else "")}
        raise CampaignNotReady(text % values)


def _concerned(district: Organization, on: dt.date) -> set[int]:
    """The people at the district and in its sub-districts who work with campaigns."""
    posts = Post.objects.filter(Q(until=None) | Q(until__gte=on), role__in=CONCERNED, since__lte=on)
    found = posts.filter(organization__scope__range=district.scope_bounds, person__is_active=True)
    return set(found.values_list("person", flat=True))
