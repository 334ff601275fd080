"""Quotas changed by decision after publication: what a sub-district may nominate, and how many may be awarded at all
(RULES section 4; the calculation itself is never overwritten)."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Perm, require
from orgs.rules.founding import Problem
from records import audit

from ..enums import CampaignState, NominationState
from ..models import AwardCampaign, Honour, Nomination, QuotaAdjustment
from ..quota_register import adjustments_of, calculation_of, places_of
from ..rules.quota_changes import Adjustment, adjusted, adjustment_problems
from ..rules.states import least_places


class QuotaChange(NamedTuple):
    """What is added to (or taken from, when negative) the quota of a sub-district."""

    organization: int
    places: int
    reserved: int = 0


class StaleQuota(Exception):
    """Nothing was decided: somebody else decided meanwhile."""


class QuotaRefused(ValueError):
    """The decision cannot be taken; ``problems`` say why and what to do."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(one.message for one in problems))
        self.problems = list(problems)


def adjust_quota(
    honour: Honour,
    changes: Sequence[QuotaChange],
    *,
    honour_places: int = 0,
    base: int,
    reason: str,
    decision: str,
    by: Person,
    on: dt.date,
    at: dt.datetime,
) -> list[QuotaAdjustment]:
    """Change the quotas of sub-districts and the places of the honour by one decision, all or nothing.

    ``base`` is how many adjustments the page knew. Raises Refused, StaleQuota, QuotaRefused.
    """
    require(by, Perm.DECIDE_AWARDS, honour.campaign, on=on)
    with transaction.atomic():
        # The campaign's row: decisions on any of its honours wait for each other, and for its end.
        campaign = AwardCampaign.objects.select_for_update(of=("self",)).get(pk=honour.campaign_id)
        if honour.adjustments.count() != base:
            raise StaleQuota
        wanted = [one for one in changes if one.places or one.reserved]
        if problems := _problems(honour, campaign, wanted, honour_places, reason, decision):
            raise QuotaRefused(problems)
        rows: list[tuple[int | None, int, int]] = [
            (one.organization, one.places, one.reserved) for one in wanted
        ]
        if honour_places:
            rows.append((None, honour_places, 0))
        made = [
            QuotaAdjustment.objects.create(
                honour=honour,
                organization_id=organization,
                places=places,
                reserved=reserved,
                reason=reason.strip(),
                decision=decision.strip(),
                by=by,
                at=at,
            )
            for organization, places, reserved in rows
        ]
        audit.record(
            "award_quota_adjusted",
            by_id=by.pk,
            about=f"award_campaign:{campaign.pk}",
            chain=f"organization:{campaign.organization_id}",
            at=at,
            honour=honour.pk,
            decision=decision.strip(),
            changes=[[one.organization_id or 0, one.places, one.reserved] for one in made],
        )
    return made


def _problems(
    honour: Honour,
    campaign: AwardCampaign,
    changes: Sequence[QuotaChange],
    honour_places: int,
    reason: str,
    decision: str,
) -> list[Problem]:
    if campaign.state != CampaignState.PUBLISHED:
        text = _("评选活动现在是“%(state)s”，名额不能调整。")
        return [Problem("not_running", text % {"state": campaign.get_state_display()})]
    if not changes and not honour_places:
        return [Problem("nothing", _("没有填写增减的名额。请至少填写一项。"))]
    if not reason.strip() or not decision.strip():
        return [Problem("reason_missing", _("请写明理由和依据的决定文件。"), "reason")]
    codes = {one["organization"]: one["code"] for one in honour.areas}
    new = [
        Adjustment(codes.get(one.organization, ""), one.places, one.reserved, reason, decision)
        for one in changes
    ]
    calculation = calculation_of(honour)
    every = [*adjustments_of(honour), *new]
    problems = adjustment_problems(calculation, every)
    if not problems:
        problems = _below_decided(honour, {one.area.code: one.places for one in adjusted(calculation, every)})
    return problems + (_honour_problems(honour, honour_places) if honour_places else [])


def _below_decided(honour: Honour, quotas: dict[str, int]) -> list[Problem]:
    """Sub-districts whose nominees with a decision would no longer fit."""
    states: dict[int, list[NominationState]] = {}
    for place, state in Nomination.objects.filter(honour=honour).values_list("affiliation", "state"):
        states.setdefault(place, []).append(NominationState(state))
    problems = []
    for area in honour.areas:
        least = least_places(states.get(area["organization"], []))
        if quotas[area["code"]] < least:
            text = _("%(name)s已有%(least)d个决定表彰，名额不能少于此数。请更正。")
            values = {"name": area["name"], "least": least}
            problems.append(Problem("below_decided", text % values, "places"))
    return problems


def _honour_problems(honour: Honour, change: int) -> list[Problem]:
    states = [NominationState(one) for one in honour.nominations.values_list("state", flat=True)]
    places, least = places_of(honour) + change, least_places(states)
    if places < max(least, 0):
        text = _("已有%(least)d个决定表彰，表彰名额不能少于此数。请更正。")
        return [Problem("below_decided", text % {"least": least}, "honour_places")]
    if places > honour.nomination_places:
        text = _("表彰名额%(places)d个，多于推荐名额%(nominations)d个。请更正。")
        values = {"places": places, "nominations": honour.nomination_places}
        return [Problem("above_nominations", text % values, "honour_places")]
    return []
