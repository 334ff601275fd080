"""Public notices as they are asked for: whose names they hold, until when, how long they are shown, what waits."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from orgs.models import Person
from records.calendars import WorkingCalendar
from records.models import AuditEntry

from .enums import NominationState, NoticeState
from .models import AnnouncedName, AwardCampaign, Honour, Nomination, NominationEvent, PublicNotice
from .rules.notice_period import NoticeRules, Period

# A name stands in a notice while its nominee is in one of these states; whoever left is taken off.
ANNOUNCED = (
    NominationState.ANNOUNCED,
    NominationState.HELD,
    NominationState.CLEARED,
    NominationState.DECIDED,
    NominationState.AWARDED,
)
PUBLISHED = (NoticeState.RUNNING, NoticeState.CLOSED)
# Campaigns whose frozen rules are older than the rule.
VISIBLE_DAYS = 30


def notice_rules(campaign: AwardCampaign) -> NoticeRules:
    """The terms of the campaign's notices and objections, in working days."""
    rules = campaign.rules
    return NoticeRules(rules["notice_days"], rules["accept_days"], rules["investigate_days"])


def visible_days(campaign: AwardCampaign) -> int:
    """For how many days after the last period the public page still has the names (RULES section 8: no longer than
    the purpose needs)."""
    days: int = campaign.rules.get("notice_visible_days", VISIBLE_DAYS)
    return days


def names_in(notice: PublicNotice) -> QuerySet[AnnouncedName]:
    """The names that stand in a notice, in the order of the honours and of the list."""
    return (
        notice.names.filter(ended_on=None, nomination__state__in=ANNOUNCED)
        .select_related("nomination__honour", "nomination__organization", "nomination__unit")
        .order_by("nomination__honour__position", "pk")
    )


def last_day(notice: PublicNotice) -> dt.date | None:
    """The last day of all its periods; None where nobody stands in it."""
    found = notice.names.filter(ended_on=None).order_by("-until").values_list("until", flat=True).first()
    return found


def shows_names(notice: PublicNotice, on: dt.date) -> bool:
    """Whether the public page still has the names: while the notice runs and for a while after."""
    last = last_day(notice)
    if notice.state not in PUBLISHED or last is None:
        return False
    return on <= last + dt.timedelta(days=visible_days(notice.campaign))


@dataclass(frozen=True)
class HonourNames:
    """The names under one honour, and those who would follow, in this order, where the notice says so."""

    honour: Honour
    names: list[AnnouncedName]
    reserve: list[Nomination]


def by_honour(notice: PublicNotice) -> list[HonourNames]:
    """The names of a notice grouped as the letter has them."""
    names = list(names_in(notice))
    reserves = waiting_reserves(notice.campaign) if notice.names_reserve and not notice.supplements_id else []
    honours = {one.nomination.honour_id: one.nomination.honour for one in names}
    return [
        HonourNames(
            honour,
            [one for one in names if one.nomination.honour_id == honour.pk],
            [one for one in reserves if one.honour_id == honour.pk],
        )
        for honour in honours.values()
    ]


def waiting_reserves(campaign: AwardCampaign) -> list[Nomination]:
    """The reserves of a campaign in the order in which they follow, by honour."""
    found: list[Nomination] = []
    for honour in campaign.honours.order_by("position"):
        review = getattr(honour, "review", None)
        order = review.result.get("reserve", []) if review else []
        rows = honour.nominations.filter(state=NominationState.RESERVE).select_related(
            "honour", "organization", "unit"
        )
        found += sorted((one for one in rows if one.pk in order), key=lambda one: order.index(one.pk))
    return found


def without_period(campaign: AwardCampaign) -> list[Nomination]:
    """Nominees whose notice was cancelled: they were announced and stand in no notice now."""
    standing = AnnouncedName.objects.filter(ended_on=None).values("nomination")
    return list(
        Nomination.objects.filter(
            honour__campaign=campaign, state__in=(NominationState.ANNOUNCED, NominationState.HELD)
        )
        .exclude(pk__in=standing)
        .select_related("honour", "organization", "unit")
        .order_by("honour__position", "pk")
    )


def period_of(nomination: Nomination) -> Period | None:
    """The nominee's own period in the notice that holds now, or else in the last one; None before any."""
    name = nomination.announcements.order_by("-pk").first()
    return Period(name.since, name.until) if name else None


def decided_on(nomination: Nomination) -> dt.date | None:
    """The day of the commendation decision on a nominee; None before."""
    at = (
        NominationEvent.objects.filter(nomination=nomination, event="decide")
        .order_by("-pk")
        .values_list("at", flat=True)
        .first()
    )
    return timezone.localdate(at) if at else None


def was_cleared(nomination: Nomination) -> bool:
    """Whether the case already stands at the decision, though an objection or a cancelled notice brought the name
    back into the notice: it was cleared after it was last announced."""
    last = (
        NominationEvent.objects.filter(nomination=nomination, event__in=("announce", "follow", "clear"))
        .order_by("-pk")
        .values_list("event", flat=True)
        .first()
    )
    return last == "clear"


def drafter_id(notice: PublicNotice) -> int | None:
    """Who wrote the notice last: whoever drafts it does not publish it."""
    return (
        AuditEntry.objects.filter(
            about=f"public_notice:{notice.pk}", event__in=("notice_drafted", "notice_changed")
        )
        .order_by("-sequence")
        .values_list("by_id", flat=True)
        .first()
    )


def running_notices(on: dt.date) -> list[PublicNotice]:
    """What the public list shows: notices that run, the newest first."""
    rows = PublicNotice.objects.filter(state__in=PUBLISHED).select_related("campaign__organization")
    current = rows.filter(Q(names__ended_on=None) & Q(names__until__gte=on)).distinct()
    return list(current.order_by("-published_on", "-pk"))


def days_left(until: dt.date, on: dt.date, calendar: WorkingCalendar) -> int:
    """Working days on which anybody may still object, today counted; 0 when the period is over."""
    if on > until:
        return 0
    return calendar.working_days_between(on - dt.timedelta(days=1), until)


def is_own_draft(notice: PublicNotice, person: Person) -> bool:
    """Whether this person may not publish a notice (four-eyes)."""
    return drafter_id(notice) == person.pk
