"""An award campaign that runs, for tests: rows only, no flow and no case (through real cases: tests.flows)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from awards.enums import CampaignState, Duty, NominationState
from awards.models import AwardCampaign, CommitteeMember, Honour, Nomination
from awards.quota_register import count_areas, nominating_of
from awards.rules.identity import person_key
from orgs.actions.organizations import add_organization
from orgs.enums import Conclusion, OrganizationKind, OrganizationLevel, Role
from orgs.models import Acceptance, Organization, Person, RuleSet
from orgs.queries import rules_in_force
from tests import factories
from tests.flows.district import District, make_district

ORGANIZATION_HONOUR, PERSON_HONOUR = "advanced_organization", "outstanding_cadre"
CHANNEL = {
    "office": "共青团海淀区委员会评选表彰工作办公室",
    "address": "海淀区长春桥路17号",
    "telephone": "010-55550101",
    "email": "pingxuan@example.org",
}
# Username-like keys in ``place.people`` of the five who vote, and of the one who does not.
SEATS = (
    ("chair", Duty.CHAIR),
    ("deputy", Duty.DEPUTY),
    ("member1", Duty.MEMBER),
    ("member2", Duty.MEMBER),
    ("member3", Duty.MEMBER),
    ("secretary", Duty.SECRETARY),
)


@dataclass
class AwardWorld:
    """A campaign with its people; ``organizations`` are the accepted ones, by street."""

    place: District
    campaign: AwardCampaign
    organizations: list[list[Organization]]
    committee: list[CommitteeMember] = field(default_factory=list)

    def person(self, key: str) -> Person:
        """``district_handler``, ``approver0``, ``chair``, ``deputy``, ``member1``…``member3``, ``secretary``,
        ``applicant0_1`` (the second organization of the first street) and ``leader0_1``."""
        return self.place.person(key)

    def honour(self, code: str) -> Honour:
        return self.campaign.honours.get(code=code)

    @property
    def organization_honour(self) -> Honour:
        return self.honour(ORGANIZATION_HONOUR)

    @property
    def person_honour(self) -> Honour:
        return self.honour(PERSON_HONOUR)


@transaction.atomic
def make_award_world(
    *,
    place: District | None = None,
    accepted: tuple[int, ...] = (3, 2),
    places: int = 2,
    nomination_places: int = 4,
    published: bool = True,
    **fields: Any,
) -> AwardWorld:
    """A district with accepted organizations per street, a campaign of one honour for organizations and one for
    persons, and (once published) its committee. ``fields`` go to the campaign."""
    place = place or make_district()
    organizations = [
        [accepted_organization(place, street, number) for number in range(count)]
        for street, count in enumerate(accepted)
    ]
    campaign = make_campaign(place, published=published, **fields)
    for code in (ORGANIZATION_HONOUR, PERSON_HONOUR):
        make_honour(campaign, code, places=places, nomination_places=nomination_places)
    world = AwardWorld(place, campaign, organizations)
    if published:
        world.committee = [seat(world, key, duty) for key, duty in SEATS]
    return world


def accepted_organization(
    place: District, street: int, number: int = 0, *, grade: str = "四星级", direct_contact: bool = False
) -> Organization:
    """A branch of a new unit, founded two years ago and accepted half a year ago, with an applicant and a leader."""
    affiliation = place.streets[street]
    unit = factories.make_unit(affiliation)
    for key, role in (("applicant", Role.UNIT_APPLICANT), ("leader", Role.UNIT_LEADER)):
        place.people[f"{key}{street}_{number}"] = factories.make_person(
            role, unit, f"{role.label}{street}{number}"
        )
    on = timezone.localdate()
    organization = add_organization(
        parent=affiliation,
        name=f"共青团{unit.name}支部委员会",
        kind=OrganizationKind.BRANCH,
        level=OrganizationLevel.GRASSROOTS,
        unit=unit,
        founded_on=on - dt.timedelta(days=730),
        direct_contact=direct_contact,
    )
    rules = RuleSet.objects.valid("acceptance", on)
    ranking = nominating_of(organization)
    Acceptance.objects.create(
        organization=organization,
        unit=unit,
        affiliation=ranking,
        scope=ranking.scope,
        applicant=place.person(f"applicant{street}_{number}"),
        standard=RuleSet.objects.valid("six_haves", on),
        rule_set=rules,
        rules=rules.data,
        conclusion=Conclusion.PASS,
        grade=grade,
        concluded_on=on - dt.timedelta(days=180),
        valid_until=on + dt.timedelta(days=550),
    )
    return organization


def make_campaign(place: District, *, published: bool = True, **fields: Any) -> AwardCampaign:
    """A campaign of the district without honours, drafted by the district's handler, published by its approver."""
    now, today = timezone.now(), timezone.localdate()
    rules = rules_in_force("awards", today)
    values = {
        "organization": place.district,
        "number": f"PXHD-{today.year}-{AwardCampaign.objects.count() + 901}",
        "year": today.year,
        "name": f"{today.year}年度两新组织团建工作评选表彰",
        "work": "两新组织团建工作",
        "rule_set": rules,
        "rules": rules.data,
        "starts_on": today,
        "counted_on": today,
        "channel": CHANNEL,
        "created_by": place.person("district_handler"),
        "created_at": now,
    }
    if published:
        values |= {
            "state": CampaignState.PUBLISHED,
            "submitted_by": place.person("district_handler"),
            "submitted_at": now,
            "published_by": place.person("district_approver"),
            "published_at": now,
        }
    return AwardCampaign.objects.create(**values | fields)


def make_honour(campaign: AwardCampaign, code: str, **fields: Any) -> Honour:
    """An honour of the rule set in a campaign; its areas are frozen where the campaign is published."""
    entry = next(one for one in campaign.rules["honours"] if one["code"] == code)
    values = {
        key: entry[key]
        for key in (
            "title",
            "letters",
            "nominee_kind",
            "measure",
            "places",
            "nomination_places",
            "floor",
            "cap",
        )
    }
    values |= {
        "non_public_share": entry["non_public_share"],
        "position": campaign.honours.count() + 1,
        "data": {key: entry[key] for key in ("eligibility", "criteria", "scoring", "ballot")},
    }
    if campaign.state == CampaignState.PUBLISHED:
        values["areas"] = count_areas(campaign.organization, campaign.counted_on)
    return Honour.objects.create(campaign=campaign, code=code, **values | fields)


def seat(world: AwardWorld, key: str, duty: Duty, *, employer: str = "") -> CommitteeMember:
    """A new person with the post for a duty in the committee, in the people of the world as ``key``."""
    role = Role.AWARD_SECRETARY if duty == Duty.SECRETARY else Role.AWARD_MEMBER
    person = factories.make_person(
        role, world.place.district, f"{duty.label}{key[-1] if key[-1].isdigit() else ''}"
    )
    world.place.people[key] = person
    return CommitteeMember.objects.create(
        campaign=world.campaign,
        person=person,
        duty=duty,
        employer=employer,
        position=world.campaign.members.count() + 1,
        since=timezone.now() - dt.timedelta(days=1),
    )


def nomination(
    honour: Honour,
    organization: Organization,
    *,
    state: NominationState = NominationState.RANKING,
    person: str = "",
    **fields: Any,
) -> Nomination:
    """A nomination that stands at a state, as if it had gone through all before: eligible, with its own notice over.

    ``person`` is the name for an honour of persons. Ranks and blind numbers are the caller's, through ``fields``.
    """
    assert organization.unit is not None
    today = timezone.localdate()
    born_on = fields.pop("born_on", dt.date(today.year - 30, 5, 4))
    values = {
        "honour": honour,
        "organization": organization,
        "unit": organization.unit,
        "affiliation": nominating_of(organization),
        "scope": nominating_of(organization).scope,
        "case_number": f"PX-{today.year}-{Nomination.objects.count() + 90001}",
        "applicant": organization.unit.acceptances.get().applicant,
        "state": state,
        "headcount": 40,
        "youth": 30,
        "leader_born_on": dt.date(today.year - 34, 3, 1),
        "confirmations": {"sign_shown": True, "lower_title": True},
        "summary": "团的活动经常，青年满意。",
        "deeds": "建团以来坚持每月开展活动，青年志愿服务成为品牌。",
        "own_notice_from": today - dt.timedelta(days=10),
        "own_notice_to": today - dt.timedelta(days=5),
        "own_notice_place": "单位公告栏",
    }
    if person:
        values |= {
            "person_name": person,
            "person_key": person_key(person, born_on),
            "gender": "female",
            "born_on": born_on,
            "joined_on": dt.date(born_on.year + 15, 5, 4),
            "political_status": "league_member",
            "post_title": "团支部书记",
            "post_since": today - dt.timedelta(days=1000),
        }
    return Nomination.objects.create(**values | fields)
