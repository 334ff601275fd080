"""What the demo shows of the awards: a campaign of this year, its committee, and the first nominations."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from awards.actions.campaigns import CampaignTerms, HonourTerms, draft_campaign, submit_campaign
from awards.actions.committee import appoint_member
from awards.actions.nominating import file_nomination, report_own_notice
from awards.actions.publishing import publish_campaign
from awards.enums import Duty
from awards.models import AwardCampaign, Honour, Nomination
from orgs.enums import Role
from orgs.models import Organization

from .models import Outcome
from .nomination.starting import open_nomination_case
from .views.task import load_case

if TYPE_CHECKING:
    from .demo import Demo

# Who sits in the committee: the end of the user name, the duty, the post and the employer.
COMMITTEE = (
    ("chair", Duty.CHAIR, "评审委员会主任委员", "共青团北京市海淀区委员会"),
    ("deputy", Duty.DEPUTY, "评审委员会副主任委员", "共青团北京市海淀区委员会"),
    ("juror1", Duty.MEMBER, "评审委员", "海淀区人力资源和社会保障局"),
    ("juror2", Duty.MEMBER, "评审委员", "海淀区市场监督管理局"),
    ("juror3", Duty.MEMBER, "评审委员", "海淀区社会组织联合会"),
    ("secretary", Duty.SECRETARY, "评审委员会秘书", ""),
)
CHANNEL = {
    "office": "共青团海淀区委员会评选表彰工作办公室",
    "address": "海淀区长春桥路17号",
    "telephone": "010-5555 0101",
    "email": "pingxuan@example.org",
}
HONOURS = (
    HonourTerms("advanced_organization", places=2, nomination_places=3),
    HonourTerms("outstanding_cadre", places=1, nomination_places=2),
)


class AwardsDemo:
    """Publishes the campaign and nominates two of the organizations that the acceptance of the demo accepted."""

    def __init__(self, demo: "Demo") -> None:
        self.demo, self.today = demo, demo.today
        self.handler = demo.people["district.handler"]

    def load(self) -> None:
        place = self.handler.posts.get().organization
        assert place is not None
        campaign = self.publish(place)
        self.seat(campaign, place)
        honour = campaign.honours.get(code="advanced_organization")
        self.nominate(honour, "xyl.accepted")
        self.hand_in(self.nominate(honour, "zgc.accepted"), "zgc.accepted")

    def publish(self, district: Organization) -> AwardCampaign:
        """Drafted and handed in by the handler of the district, published by another person."""
        terms = CampaignTerms(
            name=f"{self.today.year}年度两新组织团建工作评选表彰（演示）",
            year=self.today.year,
            work="两新组织团建工作",
            starts_on=self.today,
            counted_on=self.today,
            channel=CHANNEL,
            honours=HONOURS,
        )
        on, at = self.today, timezone.now()
        campaign = draft_campaign(district, terms, by=self.handler, on=on, at=at)
        campaign = submit_campaign(campaign, base=campaign.version, by=self.handler, on=on, at=at)
        approver = self.demo.people["district.approver"]
        return publish_campaign(campaign, base=campaign.version, by=approver, on=on, at=at)

    def seat(self, campaign: AwardCampaign, district: Organization) -> None:
        for key, duty, title, employer in COMMITTEE:
            role = Role.AWARD_SECRETARY if duty == Duty.SECRETARY else Role.AWARD_MEMBER
            person = self.demo.person(f"district.{key}", role, district, title)
            appoint_member(campaign, person, duty, employer=employer, by=self.handler, at=timezone.now())

    def nominate(self, honour: Honour, username: str) -> int:
        """Nominated, and from today announced in the own unit."""
        applicant = self.demo.people[username]
        organization = Organization.objects.get(unit=applicant.posts.get().unit)
        item = open_nomination_case(honour=honour, organization=organization, by=applicant, on=self.today)
        with transaction.atomic():
            nomination = self.nomination(item.case_id)
            file_nomination(nomination, values=self.statement(nomination), by=applicant, at=timezone.now())
        self.demo.act(item.case_id, username, Outcome.SUBMITTED)
        return item.case_id

    def hand_in(self, case_id: int, username: str) -> None:
        """The notice in the own unit is over (its days move back), and nobody objected."""
        nomination = self.nomination(case_id)
        nomination.own_notice_from = self.today - dt.timedelta(days=14)
        nomination.own_notice_to = self.today - dt.timedelta(days=1)
        nomination.save(update_fields=["own_notice_from", "own_notice_to"])
        by = self.demo.people[username]
        with transaction.atomic():
            report_own_notice(nomination, said="", settled="", by=by, at=timezone.now())
        self.demo.act(case_id, username, Outcome.SUBMITTED)

    def nomination(self, case_id: int) -> Nomination:
        related = ("honour__campaign__organization", "organization", "unit", "affiliation")
        return Nomination.objects.select_related(*related).get(pk=load_case(case_id).artifact_object_id)

    def statement(self, nomination: Nomination) -> dict[str, Any]:
        unit = nomination.unit
        return {
            "summary": "团的活动经常，青年参与面广，志愿服务有品牌。",
            "deeds": (
                "团支部成立以来，坚持每月开展主题团日和青年学习；组建青年志愿服务队，每季度到社区服务；"
                "围绕单位中心工作开展青年岗位练兵，青年满意，单位支持。"
            ),
            "own_notice_from": self.today,
            "own_notice_place": "单位一层公告栏",
            "headcount": unit.employees,
            "youth": unit.youth,
            "leader_born_on": dt.date(self.today.year - 34, 3, 1),
            "confirmations": {"sign_shown": True, "lower_title": True},
        }
