"""What the letter of a public notice says: name and unit, and nothing else of anybody (RULES sections 4 and 8)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from records.calendars import WorkingCalendar

from .models import AwardCampaign, Nomination, PublicNotice
from .notice_register import waiting_reserves
from .rules.notice_period import Period

LIST = "拟表彰对象名单"
RESERVE = "候补对象名单（按递补顺序）"
INTRODUCTION = (
    "根据{campaign}安排，经单位推荐、街镇排序、资格审查、征求意见、评审委员会评审和集体研究，"
    "拟表彰附件所列对象，现予公示。"
)
FOLLOWING = "因原公示对象退出或者被取消资格，按照公示写明的顺序递补附件所列对象，现予补充公示。"


def proposed(campaign: AwardCampaign, former: PublicNotice | None) -> dict[str, str]:
    """What a new draft begins with, to be corrected: subject and introduction; ``former`` is what it supplements."""
    if former is not None:
        return {"subject": former.subject, "introduction": FOLLOWING}
    return {
        "subject": f"{campaign.work}拟表彰对象",
        "introduction": INTRODUCTION.format(campaign=campaign.name),
    }


def letter_content(
    notice: PublicNotice, nominations: Sequence[Nomination], period: Period, calendar: WorkingCalendar
) -> dict[str, Any]:
    """The content of the document kind ``public_notice``; official documents are Chinese only."""
    campaign = notice.campaign
    annexes = [{"title": LIST, "groups": groups_of(nominations)}]
    reserve = waiting_reserves(campaign) if campaign.names_reserve and notice.supplements is None else []
    if reserve:
        annexes.append({"title": RESERVE, "groups": groups_of(reserve)})
    content: dict[str, Any] = {
        "subject": notice.subject,
        "introduction": notice.introduction,
        "from_on": period.start.isoformat(),
        "to_on": period.end.isoformat(),
        "working_days": calendar.working_days_between(period.start - dt.timedelta(days=1), period.end),
        "channel": {
            key: campaign.channel.get(key, "") for key in ("office", "address", "telephone", "email")
        },
        "annexes": annexes,
        "copies": [],
    }
    if notice.supplements is not None and notice.supplements.document is not None:
        former = notice.supplements.document
        content["supplements"] = {"title": former.title, "number": former.number}
    return content


def groups_of(nominations: Sequence[Nomination]) -> list[dict[str, Any]]:
    """The names under their honours, in the order given."""
    honours = {one.honour_id: one.honour for one in nominations}
    return [
        {
            "heading": honour.title,
            "entries": [entry(one) for one in nominations if one.honour_id == honour.pk],
        }
        for honour in sorted(honours.values(), key=lambda one: one.position)
    ]


def entry(nomination: Nomination) -> dict[str, str]:
    """One line: a person with the unit, an organization with nothing."""
    return {"name": nomination.name, "unit": nomination.unit.name if nomination.person_name else ""}
