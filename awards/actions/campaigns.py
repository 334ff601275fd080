"""Preparing a campaign: drafted and handed in by a handler of the district, returned or published by an approver.

Four-eyes: nobody publishes what they drafted or handed in. A save ends what was handed in, so that nobody
publishes what they did not see. Publishing is in :mod:`awards.actions.publishing`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.models import Organization, Person
from orgs.permissions import Perm, require
from orgs.queries import holders, rules_in_force
from orgs.rules.founding import Problem
from records import audit, notices
from records.documents import Issuer, allocate_number

from ..campaign_checks import campaign_problems
from ..enums import PREPARED, CampaignState
from ..models import AwardCampaign, Honour


class StaleCampaign(Exception):
    """Nothing was changed: somebody else did so meanwhile. ``campaign`` is as it is now."""

    def __init__(self, campaign: AwardCampaign) -> None:
        super().__init__(_("评选活动已有更新的内容。"))
        self.campaign = campaign


class CampaignNotReady(ValueError):
    """The step cannot be taken; the message (for the user) says why and what to do."""


@dataclass(frozen=True)
class HonourTerms:
    """What a district decides about one honour of the rule set; ``non_public_share`` is a fraction of the places."""

    code: str
    places: int
    nomination_places: int
    floor: int = 0
    cap: int | None = None
    non_public_share: str = "0"


@dataclass(frozen=True)
class CampaignTerms:
    """What a district decides about a campaign; everything else comes from the rule set."""

    name: str
    year: int
    work: str
    starts_on: dt.date
    counted_on: dt.date
    is_blind: bool = False
    names_reserve: bool = False
    channel: dict[str, str] = field(default_factory=dict)
    honours: tuple[HonourTerms, ...] = ()


def draft_campaign(
    district: Organization, terms: CampaignTerms, *, by: Person, on: dt.date, at: dt.datetime
) -> AwardCampaign:
    """A new campaign under the rules in force today. Raises Refused, NoRuleSet."""
    require(by, Perm.MANAGE_AWARDS, district, on=on)
    rules = rules_in_force("awards", on)
    with transaction.atomic():
        campaign = AwardCampaign(
            organization=district,
            number=_number(district, on),
            rule_set=rules,
            rules=rules.data,
            created_by=by,
            created_at=at,
        )
        _take_over(campaign, terms)
        record("award_campaign_drafted", campaign, by=by, at=at, number=campaign.number)
    return campaign


def change_campaign(
    campaign: AwardCampaign, terms: CampaignTerms, *, base: int, by: Person, on: dt.date, at: dt.datetime
) -> AwardCampaign:
    """Save a campaign that is being prepared; one that was handed in is a draft again.

    Raises Refused, StaleCampaign, CampaignNotReady (published already).
    """
    require(by, Perm.MANAGE_AWARDS, campaign.organization, on=on)
    with transaction.atomic():
        held = locked(campaign, base, PREPARED)
        held.state, held.submitted_by, held.submitted_at = CampaignState.DRAFT, None, None
        held.version = base + 1
        _take_over(held, terms)
        record("award_campaign_changed", held, by=by, at=at, version=held.version)
    return held


def submit_campaign(
    campaign: AwardCampaign, *, base: int, by: Person, on: dt.date, at: dt.datetime
) -> AwardCampaign:
    """Hand a campaign without problems to the approvers. Raises Refused, StaleCampaign, CampaignNotReady."""
    require(by, Perm.MANAGE_AWARDS, campaign.organization, on=on)
    with transaction.atomic():
        held = locked(campaign, base, (CampaignState.DRAFT,))
        refuse_problems(campaign_problems(held, on))
        held.state, held.submitted_by, held.submitted_at = CampaignState.SUBMITTED, by, at
        held.returned_reason = ""
        save(held, base, "state", "submitted_by", "submitted_at", "returned_reason")
        record("award_campaign_submitted", held, by=by, at=at)
        told = holders(Role.DISTRICT_APPROVER, on=on, organization_id=held.organization_id)
        people = {one.person_id for one in told} - {by.pk}
        tell("award_submitted", people, held, at=at, by=by.name, campaign=held.name)
    return held


def return_campaign(
    campaign: AwardCampaign, *, base: int, reason: str, by: Person, on: dt.date, at: dt.datetime
) -> AwardCampaign:
    """Send a campaign back to who handed it in. Raises Refused, StaleCampaign, CampaignNotReady."""
    require(by, Perm.DECIDE_AWARDS, campaign.organization, on=on)
    with transaction.atomic():
        held = locked(campaign, base, (CampaignState.SUBMITTED,))
        drafter = held.submitted_by_id
        held.state, held.returned_reason = CampaignState.DRAFT, _required(reason)
        held.submitted_by, held.submitted_at = None, None
        save(held, base, "state", "returned_reason", "submitted_by", "submitted_at")
        record("award_campaign_returned", held, {"reason": reason}, by=by, at=at)
        assert drafter is not None  # every campaign that was handed in says by whom
        tell("award_returned", {drafter}, held, at=at, by=by.name, campaign=held.name, reason=reason)
    return held


def _required(reason: str) -> str:
    if not reason.strip():
        raise CampaignNotReady(_("请写明理由。"))
    return reason.strip()


def _take_over(campaign: AwardCampaign, terms: CampaignTerms) -> None:
    """Write what was decided into a campaign and its honours; those left out are deleted."""
    for name in ("name", "year", "work", "starts_on", "counted_on", "is_blind", "names_reserve", "channel"):
        setattr(campaign, name, getattr(terms, name))
    campaign.save()
    campaign.honours.exclude(code__in=[one.code for one in terms.honours]).delete()
    decided = {one.code: one for one in terms.honours}
    for position, entry in enumerate(campaign.rules["honours"], start=1):
        if (one := decided.get(entry["code"])) is not None:
            values = honour_values(entry, one) | {"position": position}
            Honour.objects.update_or_create(campaign=campaign, code=one.code, defaults=values)


def honour_values(entry: dict[str, Any], terms: HonourTerms) -> dict[str, Any]:
    """The columns of an honour: of the rule set what it is and demands, of the district how many."""
    values = {key: entry[key] for key in ("title", "letters", "nominee_kind", "measure")}
    return values | {
        "places": terms.places,
        "nomination_places": terms.nomination_places,
        "floor": terms.floor,
        "cap": terms.cap,
        "non_public_share": terms.non_public_share,
        "data": {key: entry[key] for key in ("eligibility", "criteria", "scoring", "ballot")},
    }


def _number(district: Organization, on: dt.date) -> str:
    """The next number of the year, in one series of the whole tree, as cases have theirs."""
    root = Organization.objects.get(path=district.path[: district.steplen])
    serial = allocate_number(Issuer(id=root.pk, name=root.name), "award-campaign", on.year)
    return f"PXHD-{on.year}-{serial:03d}"


# --- what publishing and ending share --------------------------------------------------------------------------


def locked(campaign: AwardCampaign, base: int, states: Iterable[str]) -> AwardCampaign:
    """The campaign in the caller's transaction, as the page knew it. Raises StaleCampaign, CampaignNotReady."""
    rows = AwardCampaign.objects.select_for_update(of=("self",)).select_related("organization")
    held = rows.get(pk=campaign.pk)
    if held.version != base:
        raise StaleCampaign(held)
    if held.state not in states:
        text = _("评选活动现在是“%(state)s”，不能这样办理。请刷新页面。")
        raise CampaignNotReady(text % {"state": held.get_state_display()})
    return held


def save(campaign: AwardCampaign, base: int, *fields: str) -> None:
    """Write fields with the next version."""
    campaign.version = base + 1
    campaign.save(update_fields=[*fields, "version"])


def refuse_problems(problems: Iterable[Problem]) -> None:
    """Raises CampaignNotReady with the first of those that block, and how many there are."""
    wrong = [one for one in problems if one.blocking]
    if wrong:
        text = _("还有%(count)d处问题，请先改好：%(first)s")
        raise CampaignNotReady(text % {"count": len(wrong), "first": wrong[0].message})


def record(
    event: str,
    campaign: AwardCampaign,
    personal: dict[str, Any] | None = None,
    *,
    by: Person,
    at: dt.datetime,
    **data: Any,
) -> None:
    """An entry in the chain of the district."""
    audit.record(
        event,
        by_id=by.pk,
        about=f"award_campaign:{campaign.pk}",
        chain=f"organization:{campaign.organization_id}",
        at=at,
        personal=personal,
        **data,
    )


def tell(
    kind: str, people: Iterable[int], campaign: AwardCampaign, /, *, at: dt.datetime, **context: str
) -> None:
    """Tell people about a campaign, everybody once."""
    url = reverse("award_campaign", args=[campaign.pk])
    for person in sorted(people):
        key = f"{kind}:{campaign.pk}:{campaign.version}:{person}"
        notices.send(kind, to_id=person, key=key, at=at, url=url, **context)
