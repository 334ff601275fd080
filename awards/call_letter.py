"""What the letter says that opens a campaign (评选通知): honours, conditions, days, and the quota of each sub-district.

Printed in Chinese, whatever language the approver reads the pages in; the caller sees to that.
"""

import datetime as dt
from typing import Any

from orgs.models import Organization
from records.calendars import WorkingCalendar

from .models import AwardCampaign, Honour
from .quota_register import quotas_of
from .rules.plan import Step, plan_of

# Of the attachment's table.
MOST_HONOURS = 8
ADDRESSEE = "各街道（地区）团工委、各镇团委，各系统团工委，各有关单位团组织"
ENDINGS = ("评选表彰", "评选推荐", "表彰", "评选")
PROCEDURE = (
    "推荐对象须先在本单位公示不少于{days}个工作日，公示无异议或者异议已经妥善处理的，由单位在系统中提交；"
    "街镇团组织审核并在名额内排序推荐。各单位要坚持标准、严格程序，材料不实的取消资格。"
)


def call_content(campaign: AwardCampaign) -> dict[str, Any]:
    """The content of the document ``award_call``, from the frozen campaign."""
    honours = list(campaign.honours.all())
    plan = plan_of(campaign, WorkingCalendar.around(campaign.starts_on))
    parent = Organization.objects.filter(path=campaign.organization.path[: -Organization.steplen]).first()
    said = {
        "subject": subject_of(campaign.name),
        "addressee": ADDRESSEE,
        "introduction": (
            f"为总结{campaign.year}年度{campaign.work}，表彰先进、树立典型，我委决定开展{campaign.name}。"
            "现将有关事项通知如下。"
        ),
        "sections": [
            section("评选项目和名额", [point(one.title, places_text(one)) for one in honours]),
            section("评选条件", [point(one.title, conditions_text(one)) for one in honours]),
            section("时间安排", [point("", days_text(one, plan[0].first.year)) for one in plan]),
            section("推荐程序和要求", text=PROCEDURE.format(days=campaign.rules["own_notice_days"])),
        ],
        "annexes": [annex(honours[at : at + MOST_HONOURS]) for at in range(0, len(honours), MOST_HONOURS)],
        "copies": [parent.name] if parent else [],
        "contact": campaign.channel["office"],
        "telephone": campaign.channel["telephone"],
    }
    return said


def subject_of(name: str) -> str:
    """The name as it stands before 评选推荐工作, without saying so twice."""
    return next((name.removesuffix(one) for one in ENDINGS if name.endswith(one)), name) or name


def section(heading: str, points: list[dict[str, str]] | None = None, text: str = "") -> dict[str, Any]:
    return {"heading": heading, "text": text, "points": points or []}


def point(heading: str, text: str) -> dict[str, str]:
    return {"heading": heading, "text": text}


def places_text(honour: Honour) -> str:
    return (
        f"表彰{honour.places}{honour.measure}。按已验收组织数分配推荐名额{honour.nomination_places}个，"
        "各街镇名额见附件。"
    )


def conditions_text(honour: Honour) -> str:
    return "；".join(one["name"] for one in honour.data["eligibility"]) + "。"


def days_text(step: Step, year: int) -> str:
    """The days of a step; the year where it is another than that of the beginning."""
    first, last = day_text(step.first, year), day_text(step.last, year)
    return f"{first}，{step.name}。" if first == last else f"{first}至{last}，{step.name}。"


def day_text(day: dt.date, year: int) -> str:
    text = f"{day.month}月{day.day}日"
    return text if day.year == year else f"{day.year}年{text}"


def annex(honours: list[Honour]) -> dict[str, Any]:
    """The table of quotas, without the places that get none at all."""
    tables = {honour.pk: {one.area.code: one for one in quotas_of(honour)} for honour in honours}
    getting = {code for table in tables.values() for code, one in table.items() if one.places}
    rows = [one for one in honours[0].areas if one["code"] in getting]
    return {
        "title": "推荐名额分配表",
        "honours": [
            {
                "honour": honour.title,
                "rows": [
                    {
                        "name": one["name"],
                        "places": tables[honour.pk][one["code"]].places,
                        "non_public": tables[honour.pk][one["code"]].reserved,
                    }
                    for one in rows
                ],
            }
            for honour in honours
        ],
        "note": "推荐名额为上限，宁缺毋滥；留给两新组织的名额不得调剂使用。",
    }
