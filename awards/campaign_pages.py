"""What the page of a campaign shows, and to whom: honours with their conditions, the plan, who sits in the committee,
how far the nominations of the own jurisdiction have come."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Perm, can
from records.calendars import WorkingCalendar

from .enums import PREPARED, CampaignState, Duty, NominationState
from .models import AwardCampaign, CommitteeMember, Honour, Nomination
from .offers import offers_in, organizations_of
from .quota_register import places_of
from .rules.plan import Step, plan_of, running_on

S = NominationState
# How far nominations have come, in the words of the page; every state stands in one group.
GROUPS: tuple[tuple[str, frozenset[NominationState]], ...] = (
    ("unit", frozenset({S.DRAFT, S.OWN_NOTICE})),
    ("ranking", frozenset({S.RANKING})),
    ("checking", frozenset({S.CHECKING, S.VETTING})),
    ("review", frozenset({S.REVIEW})),
    ("notice", frozenset({S.LISTED, S.RESERVE, S.ANNOUNCED, S.HELD, S.CLEARED})),
    ("awarded", frozenset({S.DECIDED, S.AWARDED})),
    (
        "ended",
        frozenset(
            {
                S.NOT_RANKED,
                S.NOT_ELIGIBLE,
                S.NOT_SELECTED,
                S.REMOVED,
                S.WITHDRAWN,
                S.LAPSED,
                S.REVOKED,
            }
        ),
    ),
)


@dataclass(frozen=True)
class Rights:
    """What a person may do with a campaign; ``whole`` sees everything of the district."""

    manages: bool
    decides: bool
    assists: bool
    whole: bool
    seated: bool


def rights_of(person: Person, campaign: AwardCampaign, on: dt.date) -> Rights:
    return Rights(
        manages=bool(can(person, Perm.MANAGE_AWARDS, campaign, on=on)),
        decides=bool(can(person, Perm.DECIDE_AWARDS, campaign, on=on)),
        assists=bool(can(person, Perm.ASSIST_REVIEW, campaign, on=on)),
        whole=bool(can(person, Perm.VIEW_REGISTRY, campaign, on=on)),
        seated=campaign.members.filter(person=person, until=None).exists(),
    )


def group_names() -> dict[str, str]:
    return {
        "unit": _("单位填报"),
        "ranking": _("街镇推荐"),
        "checking": _("资格审查和考察"),
        "review": _("评审"),
        "notice": _("名单和公示"),
        "awarded": _("已表彰"),
        "ended": _("未入选或退出"),
    }


def counts_of(rows: QuerySet[Nomination]) -> dict[int, dict[str, int]]:
    """How many of each honour stand in each group; one statement."""
    of_state = {state: name for name, states in GROUPS for state in states}
    found: dict[int, dict[str, int]] = {}
    for row in rows.order_by().values("honour", "state").annotate(count=Count("pk")):
        line = found.setdefault(row["honour"], dict.fromkeys(dict(GROUPS), 0))
        line[of_state[NominationState(row["state"])]] += row["count"]
    return found


def honour_card(honour: Honour) -> dict[str, Any]:
    """An honour in words."""
    criteria = honour.data["criteria"]
    weights = sum(Fraction(str(one["weight"])) for one in criteria)
    return {
        "honour": honour,
        "places": places_of(honour),
        "conditions": [one["name"] for one in honour.data["eligibility"]],
        "criteria": [
            {"name": one["name"], "percent": round(float(Fraction(str(one["weight"])) / weights * 100))}
            for one in criteria
        ],
        "voting": voting_words(honour.data["ballot"]),
        "share": round(float(Fraction(honour.non_public_share) * 100)),
    }


def voting_words(ballot: Mapping[str, Any]) -> str:
    """When a ballot counts and when it passes."""
    values = {"quorum": ballot["quorum"], "majority": ballot["majority"], "least": ballot["least_voters"]}
    if ballot["strict"]:
        text = _("投票委员达到应投票的%(quorum)s且不少于%(least)d人，赞成超过%(majority)s为通过")
    else:
        text = _("投票委员达到应投票的%(quorum)s且不少于%(least)d人，赞成达到%(majority)s为通过")
    return text % values


@dataclass(frozen=True)
class PlanLine:
    """A step of the plan as the page marks it: ``done``, ``now`` or ``todo``."""

    step: Step
    state: str


def plan_lines(campaign: AwardCampaign, on: dt.date) -> list[PlanLine]:
    plan = plan_of(campaign, WorkingCalendar.around(campaign.starts_on))
    running = running_on(plan, on) if campaign.state == CampaignState.PUBLISHED else None
    return [PlanLine(one, "now" if one is running else "done" if one.last < on else "todo") for one in plan]


def committee_of(campaign: AwardCampaign) -> list[CommitteeMember]:
    """Who sits in it now: chair, deputies, members, secretary."""
    order = list(Duty.values)
    rows = campaign.members.filter(until=None).select_related("person")
    return sorted(rows, key=lambda one: (order.index(one.duty), one.position))


def offers_to(person: Person, campaign: AwardCampaign, on: dt.date) -> list[dict[str, Any]]:
    """What a unit may nominate for, by its organization; empty for everybody who applies for no unit."""
    if campaign.state != CampaignState.PUBLISHED:
        return []
    found = []
    for organization in organizations_of(person, on=on):
        found.append({"organization": organization, "offers": offers_in(campaign, [organization], on=on)})
    return found


# Pages of a campaign: name of the address, icon, and for whom.
LINKS: tuple[tuple[str, str], ...] = (
    ("nominations", "list-details"),
    ("committee", "users-group"),
    ("vetting", "mail-share"),
    ("award_notices", "speakerphone"),
    ("objections", "hand-stop"),
    ("decide_awards", "gavel"),
    ("issue_certificates", "certificate"),
)


def links_of(campaign: AwardCampaign, rights: Rights, has_jurisdiction: bool) -> list[dict[str, str]]:
    """Where to go on from the page of a campaign that runs or ran, by what the person may do there."""
    if campaign.published_at is None:
        return []
    labels = {
        "nominations": (has_jurisdiction, _("推荐对象")),
        "committee": (rights.whole or rights.seated, _("评审委员会")),
        "vetting": (rights.manages, _("征求意见")),
        "award_notices": (rights.whole, _("公示")),
        "objections": (rights.assists or rights.decides, _("异议")),
        "decide_awards": (rights.decides, _("表彰决定")),
        "issue_certificates": (rights.manages, _("荣誉证书")),
    }
    found = []
    for name, icon in LINKS:
        allowed, label = labels[name]
        if allowed:
            found.append({"url": reverse(name, args=[campaign.pk]), "icon": icon, "label": label})
    return found


def may_edit(campaign: AwardCampaign, rights: Rights) -> bool:
    return rights.manages and campaign.state in PREPARED
