"""What keeps a campaign from being handed in or published: every rule of every honour, asked before anybody relies on
it (docs/adr/0010: frozen when published)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.rules.founding import Problem

from .models import AwardCampaign, Honour
from .quota_register import count_areas, quota_rules
from .rules import ballots, eligibility, notice_period, plan, quotas, scoring
from .rules.ballots import BallotRules, Base, TieRule
from .rules.quotas import Area, calculate
from .rules.scoring import Criterion, ScoringRules

# What every notice must name; the address for e-mail may be missing.
CHANNEL = {
    "office": gettext_lazy("受理部门"),
    "address": gettext_lazy("地址"),
    "telephone": gettext_lazy("电话"),
}


def areas_of(campaign: AwardCampaign) -> list[dict[str, Any]]:
    """The counted organizations by sub-district: frozen once published, as they are now before."""
    for honour in campaign.honours.all():
        if honour.areas:
            return honour.areas
    return count_areas(campaign.organization, campaign.counted_on)


def as_areas(rows: Iterable[dict[str, Any]]) -> list[Area]:
    return [Area(one["code"], one["name"], one["accepted"], one["non_public"]) for one in rows]


def campaign_problems(
    campaign: AwardCampaign, on: dt.date, rows: list[dict[str, Any]] | None = None
) -> list[Problem]:
    """Everything that is wrong with a campaign on a day, each with its remedy; ``blocking`` ones stop it.

    ``rows`` are the counted organizations where the caller has them (:func:`areas_of`).
    """
    areas = as_areas(areas_of(campaign) if rows is None else rows)
    honours = list(campaign.honours.all())
    problems = _own_problems(campaign, honours, on) + plan.plan_problems(campaign.rules["plan"])
    problems += notice_period.rule_problems(
        notice_period.NoticeRules(
            campaign.rules["notice_days"], campaign.rules["accept_days"], campaign.rules["investigate_days"]
        )
    )
    for honour in honours:
        problems += [
            replace(one, message=_("%(title)s：%(text)s") % {"title": honour.title, "text": one.message})
            for one in honour_problems(honour, areas)
        ]
    return problems


def _own_problems(campaign: AwardCampaign, honours: list[Honour], on: dt.date) -> list[Problem]:
    problems = []
    if not honours:
        problems.append(Problem("no_honour", _("没有选择荣誉称号。请至少选择一项。"), "honours"))
    empty = _("、").join(
        str(label) for key, label in CHANNEL.items() if not campaign.channel.get(key, "").strip()
    )
    if empty:
        text = _("受理异议的%(fields)s没有填写。公示须写明，请补充。")
        problems.append(Problem("channel_incomplete", text % {"fields": empty}, "office"))
    if campaign.starts_on < on:
        text = _("开始日期%(day)s已经过去。请改为今天或以后。")
        problems.append(
            Problem("starts_in_past", text % {"day": campaign.starts_on.isoformat()}, "starts_on")
        )
    if campaign.counted_on > on:
        text = _("名额统计截止日期%(day)s还没有到。请改为今天或以前，或到期再办。")
        values = {"day": campaign.counted_on.isoformat()}
        problems.append(Problem("counted_in_future", text % values, "counted_on"))
    if not campaign.organization.issuer_code:
        text = _("“%(name)s”没有发文代字，不能印发评选通知。请联系系统管理员登记。")
        problems.append(Problem("no_letters", text % {"name": campaign.organization.display_name}))
    return problems


def honour_problems(honour: Honour, areas: list[Area]) -> list[Problem]:
    """What is wrong with the rules and the quota of one honour."""
    data = honour.data
    problems = eligibility.rule_problems(data["eligibility"])
    criteria = [Criterion(one["code"], one["name"], one["weight"], one["full"]) for one in data["criteria"]]
    problems += scoring.rule_problems(criteria, ScoringRules(**data["scoring"]))
    ties = tuple(TieRule(one) for one in data["ballot"]["tie_rules"])
    votes = BallotRules(**data["ballot"] | {"base": Base(data["ballot"]["base"]), "tie_rules": ties})
    problems += ballots.rule_problems(votes)
    if honour.places < 1:
        problems.append(Problem("no_places", _("表彰名额至少1个。请更正。"), "places"))
    rules = quota_rules(honour)
    wrong = quotas.quota_problems(areas, rules)
    return problems + (wrong or _warnings(honour, areas))


def _warnings(honour: Honour, areas: list[Area]) -> list[Problem]:
    calculation = calculate(areas, quota_rules(honour))
    if not calculation.left:
        return []
    values = {"given": calculation.distributed, "places": honour.nomination_places}
    text = _("推荐名额%(places)d个，只能分出%(given)d个：已验收组织不足，或每街镇上限过低。")
    return [Problem("places_left", text % values, "nomination_places", blocking=False)]
