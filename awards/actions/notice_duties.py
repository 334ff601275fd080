"""What happens to notices and objections by the clock: periods that a changed calendar makes longer, and reminders.

What counts is what is due, not which day it is: each step is told once, also after a pause of the workers.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.queries import holders, rules_in_force
from orgs.reminding import reminders_go_out
from records import notices
from records.calendars import WorkingCalendar
from records.duties import periodic

from ..enums import NoticeState, ObjectionState
from ..models import Objection, PublicNotice
from ..notice_register import last_day
from ..objection_register import due_on, present_investigators
from .announcing import postpone_ends

HOUR = dt.timedelta(hours=1)


@periodic(every=HOUR)
def keep_periods(at: dt.datetime) -> int:
    """Follow changes of the calendar; returns how many names are announced for longer."""
    changed = 0
    for pk in PublicNotice.objects.filter(state=NoticeState.RUNNING).values_list("pk", flat=True):
        with transaction.atomic():
            notice = PublicNotice.objects.select_for_update(of=("self",)).get(pk=pk)
            changed += postpone_ends(notice, at=at)
    return changed


@periodic(every=HOUR)
def tell_of_ended_notices(at: dt.datetime) -> int:
    """Tell the handlers of a district that a notice can be closed; returns how many were told anew."""
    if not reminders_go_out(at):
        return 0
    on = timezone.localdate(at)
    running = PublicNotice.objects.filter(state=NoticeState.RUNNING).select_related("campaign")
    over = [one for one in running if (last := last_day(one)) is not None and on > last]
    return notices.send_many("notice_over", (row for one in over for row in rows_of_notice(one, on)), at=at)


def rows_of_notice(notice: PublicNotice, on: dt.date) -> Iterator[notices.Row]:
    place = notice.campaign.organization_id
    until = last_day(notice)
    for post in holders(Role.DISTRICT_HANDLER, on=on, organization_id=place):
        yield notices.Row(
            post.person_id,
            f"notice_over:{notice.pk}:{until}:{post.person_id}",
            url=reverse("award_notice", args=[notice.pk]),
            context={"subject": notice.subject},
        )


@periodic(every=HOUR)
def remind_of_objections(at: dt.datetime) -> int:
    """Remind whoever an objection waits for, before its term, on its last day and after it; returns how many were
    told anew."""
    if not reminders_go_out(at):
        return 0
    on = timezone.localdate(at)
    waiting = list(
        Objection.objects.filter(state__in=(ObjectionState.RECEIVED, ObjectionState.ACCEPTED))
        .select_related("nomination__honour__campaign")
        .defer("sealed")
    )
    calendar, steps = WorkingCalendar.around(on), rules_in_force("handling", on).data["reminder_working_days"]
    told = 0
    for objection in waiting:
        due = due_on(objection)
        assert due is not None  # in these states a term runs
        left = calendar.working_days_left(on, due)
        if left < 0:
            context = {"number": objection.number, "due": due.isoformat()}
            told += notices.send_many("objection_overdue", rows_of(objection, "late", on, context), at=at)
        elif passed := [step for step in steps if left <= step]:
            context = {"number": objection.number, "due": due.isoformat(), "left": left}
            rows = rows_of(objection, str(min(passed)), on, context)
            told += notices.send_many("objection_due", rows, at=at)
    return told


def rows_of(objection: Objection, step: str, on: dt.date, context: dict) -> Iterator[notices.Row]:
    """Whom an objection waits for: the secretaries, or those who investigate. The key holds the term, so that a new
    one is reminded of again."""
    for person_id in holders_of(objection, on):
        yield notices.Row(
            person_id,
            f"objection_due:{objection.pk}:{context['due']}:{step}:{person_id}",
            url=reverse("objection", args=[objection.pk]),
            context=context,
        )


def holders_of(objection: Objection, on: dt.date) -> list[int]:
    """Who holds an objection now; without an investigator in office the secretaries, who appoint another."""
    people = present_investigators(objection) if objection.state == ObjectionState.ACCEPTED else []
    working = [one.pk for one in people if one.is_active]
    if working:
        return working
    district = objection.nomination.honour.campaign.organization_id
    return [post.person_id for post in holders(Role.AWARD_SECRETARY, on=on, organization_id=district)]
