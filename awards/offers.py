"""What a unit may nominate in a campaign: its organizations by honours, each possible or with the reason why not."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from orgs.enums import OrganizationLevel, OrganizationStatus, Role
from orgs.models import Organization, Person
from orgs.permissions import ALLOWED, ROLES, Perm, Verdict
from orgs.queries import running_posts
from records import calendars

from .eligible import findings_of
from .enums import CampaignState, NomineeKind
from .models import AwardCampaign, Honour, Nomination
from .models.nomination import ENDED
from .quota_register import nominating_of, quota_at
from .rules.eligibility import Finding, failed
from .rules.plan import closes_on

# What the register alone answers, before the unit has stated anything: of every nominee, and of organizations only,
# since a person has a record of honours only once the name is known.
OF_REGISTER = frozenset({"accepted", "stars"})
OF_RECORD = frozenset({"cool_down", "one_a_year", "not_revoked", "holds_title"})


@dataclass(frozen=True)
class Offer:
    """One honour for one organization: what was nominated already, why nothing more may be (None: it may), and what
    will stand against it."""

    honour: Honour
    organization: Organization
    obstacle: Verdict
    nominations: list[Nomination] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    has_quota: bool = True

    @property
    def is_for_person(self) -> bool:
        return self.honour.nominee_kind == NomineeKind.PERSON


def latest_notice_start(campaign: AwardCampaign) -> dt.date:
    """The last day on which a notice in the own unit may begin so as to be over when nominations close."""
    days, close = campaign.rules["own_notice_days"], closes_on(campaign)
    calendar = calendars.WorkingCalendar.spanning(campaign.starts_on, close)
    day = close
    while calendar.add_working_days(day, days, first_day_counts=True) > close:
        day -= calendars.ONE_DAY
    return day


def campaign_obstacle(campaign: AwardCampaign, *, on: dt.date) -> Verdict | None:
    """Why units cannot nominate in a campaign on a day; None where they can."""
    if campaign.state != CampaignState.PUBLISHED:
        return Verdict(
            False,
            _("评选活动目前为“%(state)s”，不能推荐。") % {"state": campaign.get_state_display()},
            _("发布后在截止日前推荐。"),
        )
    if on < campaign.starts_on:
        return Verdict(
            False,
            _("评选活动 %(day)s 开始。") % {"day": campaign.starts_on.isoformat()},
            _("从这一天起可以推荐。"),
        )
    close = closes_on(campaign)
    if on > close:
        return Verdict(
            False,
            _("单位推荐已于 %(day)s 截止。") % {"day": close.isoformat()},
            _("有疑问请联系%(place)s。") % {"place": campaign.organization.display_name},
        )
    return None


def nomination_obstacle(honour: Honour, organization: Organization, *, on: dt.date) -> Verdict:
    """Whether a nomination of an organization, or of one of its people, may begin on a day; refused with the reason
    and what would help."""
    closed = campaign_obstacle(honour.campaign, on=on)
    if closed is not None:  # a refusal reads as false, so "or" would pass over it
        return closed
    for obstacle in (_unfit, _nominated):
        if (verdict := obstacle(honour, organization)) is not None:
            return verdict
    return ALLOWED


def _unfit(honour: Honour, organization: Organization) -> Verdict | None:
    if organization.unit_id is None or organization.level != OrganizationLevel.GRASSROOTS:
        return Verdict(
            False,
            _("推荐由单位的基层团组织提出。"),
            _("请在单位所建的团支部、团总支或团委的页面上推荐。"),
        )
    if not organization.path.startswith(honour.campaign.organization.path):
        return Verdict(
            False,
            _("团组织不在%(place)s的评选范围内。") % {"place": honour.campaign.organization.display_name},
            _("请参加所属区的评选活动。"),
        )
    if organization.status != OrganizationStatus.ACTIVE:
        return Verdict(
            False,
            _("团组织目前为“%(status)s”，不能推荐。") % {"status": organization.get_status_display()},
            _("待状态为“%(active)s”后再推荐。") % {"active": OrganizationStatus.ACTIVE.label},
        )
    return None


def _nominated(honour: Honour, organization: Organization) -> Verdict | None:
    """Of an organization there is one nomination; of persons several, which are told apart once they are named."""
    if honour.nominee_kind == NomineeKind.PERSON:
        return None
    running = honour.nominations.filter(organization=organization).exclude(state__in=ENDED).first()
    return None if running is None else already_nominated(running)


def already_nominated(running: Nomination) -> Verdict:
    """That a nominee is nominated for the honour already."""
    values = {"name": running.name, "honour": running.honour.title, "number": running.case_number}
    return Verdict(
        False,
        _("%(name)s已推荐为“%(honour)s”（%(number)s）。") % values,
        _("请继续办理该事项；如需重新推荐，请先撤回。"),
    )


def register_warnings(honour: Honour, organization: Organization, *, on: dt.date) -> list[Finding]:
    """The rules of eligibility that fail by what the register knows already; the rest the unit states first."""
    nominee = Nomination(honour=honour, organization=organization, unit=organization.unit)
    return failed(one for one in findings_of(nominee, on) if _is_known(honour, one))


def _is_known(honour: Honour, finding: Finding) -> bool:
    kinds = OF_REGISTER if honour.nominee_kind == NomineeKind.PERSON else OF_REGISTER | OF_RECORD
    return finding.kind in kinds or "founded_on" in finding.data


def offers_in(campaign: AwardCampaign, organizations: Iterable[Organization], *, on: dt.date) -> list[Offer]:
    """Every honour of a campaign for each of some organizations, by organization."""
    honours = list(campaign.honours.all())
    for honour in honours:
        honour.campaign = campaign
    return [offer_of(honour, one, on=on) for one in organizations for honour in honours]


def offer_of(honour: Honour, organization: Organization, *, on: dt.date) -> Offer:
    obstacle = nomination_obstacle(honour, organization, on=on)
    own = honour.nominations.filter(organization=organization).exclude(state__in=ENDED)
    quota = quota_at(honour, nominating_of(organization)) if obstacle else None
    return Offer(
        honour,
        organization,
        obstacle,
        list(own.select_related("organization").order_by("pk")),
        register_warnings(honour, organization, on=on) if obstacle else [],
        has_quota=not obstacle or (quota is not None and quota.places > 0),
    )


def organizations_of(person: Person, *, on: dt.date) -> list[Organization]:
    """The organizations of the units for which a person applies."""
    units = [
        post.unit_id
        for post in running_posts(person, on)
        if post.unit_id and Perm.APPLY_FOUNDING in ROLES[Role(post.role)]
    ]
    found = Organization.objects.filter(unit__in=units, level=OrganizationLevel.GRASSROOTS)
    return list(found.select_related("unit__affiliation").order_by("scope"))
