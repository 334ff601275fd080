"""Publishing and closing public notices: facts in ``awards`` and the cases that move with them, in one transaction."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.actions.advancing import advance, obstacles
from awards.actions.announcing import (
    EDITABLE,
    close_notice,
    locked,
    postpone_ends,
    publish_notice,
)
from awards.enums import NominationState, NoticeState
from awards.facts import notice_facts
from awards.forms.notices import CancelNoticeForm
from awards.models import AnnouncedName, Nomination, PublicNotice
from awards.notice_letter import letter_content
from awards.notice_register import (
    by_honour,
    days_left,
    is_own_draft,
    last_day,
    names_in,
    notice_rules,
    waiting_reserves,
    without_period,
)
from awards.quota_register import places_of
from awards.rules import states
from awards.rules.notice_period import Period, closing_problems, period_from
from awards.views.notices import notice_for
from orgs.access import PersonRequest, holding
from orgs.issuers import issuer_of
from orgs.models import Person
from orgs.permissions import Perm, can, require
from records import documents
from records.calendars import WorkingCalendar

from ...models import Outcome, WorkItem
from ...returns import NotPossible
from ...views.files import pdf_response
from ..together import decide_together, leave
from .told import told

STAFF = (Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS, Perm.ASSIST_REVIEW)


def standing_at(nominations: Iterable[Nomination], node: str) -> list[Nomination]:
    """Those of the nominations whose case waits at a step."""
    rows = list(nominations)
    numbers = [one.case_number for one in rows]
    open_now = set(
        WorkItem.objects.filter(case__number__in=numbers, node=node, open=True).values_list(
            "case__number", flat=True
        )
    )
    return [one for one in rows if one.case_number in open_now]


def to_announce(notice: PublicNotice) -> list[Nomination]:
    """Whom a draft would announce: the approved list; or, of a supplementary notice, the reserves for free places.
    Whose notice was cancelled is announced with them again."""
    campaign = notice.campaign
    former = without_period(campaign)
    if notice.supplements_id:
        own = set(notice.names.values_list("nomination", flat=True))
        return [*(one for one in former if one.pk in own), *following(notice)]
    listed = Nomination.objects.filter(honour__campaign=campaign, state=NominationState.LISTED)
    listed = listed.select_related("honour", "organization", "unit").order_by("honour__position", "pk")
    found = [*former, *standing_at(listed, "public_notice")]
    return sorted(found, key=lambda one: (one.honour.position, one.pk))


def following(notice: PublicNotice) -> list[Nomination]:
    """The reserves who follow now, as many of each honour as it has places empty."""
    found: list[Nomination] = []
    waiting = standing_at(waiting_reserves(notice.campaign), "in_reserve")
    for honour in notice.campaign.honours.order_by("position"):
        held = states.places_held(
            NominationState(one) for one in honour.nominations.values_list("state", flat=True)
        )
        free = max(places_of(honour) - held, 0)
        found += [one for one in waiting if one.honour_id == honour.pk][:free]
    return found


@method_decorator(never_cache, name="dispatch")
class NoticePage(View):
    """A notice for the district's staff: whom it announces, until when, and what each name still waits for."""

    access = holding(*STAFF)

    def get(self, request: PersonRequest, announcement_id: int) -> HttpResponse:
        on = timezone.localdate()
        notice = notice_for(request.user, announcement_id, on)
        draft = notice.state in EDITABLE
        publishes = bool(can(request.user, Perm.DECIDE_AWARDS, notice, on=on))
        manages = bool(can(request.user, Perm.MANAGE_AWARDS, notice, on=on))
        calendar = WorkingCalendar.around(on)
        until = last_day(notice)
        context = {
            "notice": notice,
            "campaign": notice.campaign,
            "draft": draft,
            "waiting": to_announce(notice) if draft else [],
            "period": period_from(on, notice_rules(notice.campaign), calendar) if draft else None,
            "groups": by_honour(notice),
            "names": [row_of(one, on, calendar) for one in names_in(notice)],
            "until": until,
            "left": days_left(until, on, calendar) if until else 0,
            "over": until is not None and on > until,
            "own_draft": is_own_draft(notice, request.user),
            "may_publish": publishes and draft,
            "may_edit": manages and draft,
            "may_clear": manages and not draft,
            "may_cancel": publishes
            and not draft
            and not states.NOTICE.refusals(NoticeState(notice.state), "cancel", notice_facts(notice, on)),
            "may_supplement": manages and not notice.supplements_id and notice.names_reserve and not draft,
            "following": following(notice) if not draft and notice.names_reserve else [],
            "cancel_form": CancelNoticeForm(),
            "nav_key": "awards",
        }
        return render(request, "awards/notice.html", context)


def row_of(name: AnnouncedName, on: dt.date, calendar: WorkingCalendar) -> dict:
    """One name with what it waits for before it is cleared; empty once it is."""
    nomination = name.nomination
    waits = []
    if nomination.state == NominationState.HELD:
        waits = [_("有异议尚未查清。")]
    elif nomination.state == NominationState.ANNOUNCED:
        waits = obstacles(nomination, "clear", on)
    return {"name": name, "left": days_left(name.until, on, calendar), "waits": waits}


@method_decorator(never_cache, name="dispatch")
class PreviewNotice(View):
    """The letter as it would be issued today, marked as a draft."""

    access = holding(*STAFF)

    def get(self, request: PersonRequest, announcement_id: int) -> HttpResponse:
        on = timezone.localdate()
        notice = notice_for(request.user, announcement_id, on)
        calendar = WorkingCalendar.around(on)
        period = period_from(on, notice_rules(notice.campaign), calendar)
        content = letter_content(notice, to_announce(notice), period, calendar)
        issuer = issuer_of(notice.campaign.organization)
        return pdf_response(documents.preview("public_notice", content, issuer=issuer, on=on), "preview.pdf")


class NoticeStep(View):
    """What moves cases with a notice: in one transaction, or not at all; the message names whom something stands
    against."""

    perm: Perm

    def post(self, request: PersonRequest, announcement_id: int) -> HttpResponse:
        on = timezone.localdate()
        notice = notice_for(request.user, announcement_id, on)
        require(request.user, self.perm, notice, on=on)
        done = ""
        with told(partial(messages.error, request)):
            done = self.perform(locked(notice), request.user)
        if done:
            messages.success(request, done)
        return HttpResponseRedirect(reverse("award_notice", args=[notice.pk]))

    def perform(self, notice: PublicNotice, by: Person) -> str:
        raise NotImplementedError


class PublishNotice(NoticeStep):
    """Announce the names and issue the letter; the cases of reserves move to the notice."""

    access = holding(Perm.DECIDE_AWARDS)
    perm = Perm.DECIDE_AWARDS

    def perform(self, notice: PublicNotice, by: Person) -> str:
        at = timezone.now()
        names = to_announce(notice)
        for one in names:
            if one.state == NominationState.RESERVE:
                leave(
                    one, Outcome.APPROVED, by=by, perm=self.perm, at=at, reason=_("按照公示写明的顺序递补。")
                )
        published = publish_notice(notice, names, by=by, at=at)
        until = last_day(published)
        return _("已公示%(count)d个对象，到%(until)s期满。") % {
            "count": len(names),
            "until": until.isoformat() if until else "",
        }


class ClearNotice(NoticeStep):
    """Clear all names whose own period is over and to whom no objection is open; close the notice once all periods
    are over. Nothing is possible before."""

    access = holding(Perm.MANAGE_AWARDS)
    perm = Perm.MANAGE_AWARDS

    def perform(self, notice: PublicNotice, by: Person) -> str:
        at = timezone.now()
        on = timezone.localdate(at)
        postpone_ends(notice, at=at)
        names = list(names_in(notice))
        if not any(on > one.until for one in names):
            require_over(names, on)
        ready = [one.nomination for one in names if not obstacles(one.nomination, "clear", on)]
        # Both are asked before anything moves: who is cleared now stands at the decision afterwards.
        at_notice, cleared_before = standing_at(ready, "public_notice"), standing_at(ready, "decide_award")
        decide_together(
            dict.fromkeys(at_notice, Outcome.APPROVED),
            "public_notice",
            by=by,
            at=at,
            opinion=_("公示期满，没有异议或者异议不成立。"),
        )
        for nomination in cleared_before:
            advance(nomination, "clear", by=by, at=at)
        if notice.state == NoticeState.RUNNING and all(on > one.until for one in names):
            close_notice(notice, by=by, at=at)
        elif not ready:
            raise NotPossible(_("没有可以办理的对象，请看各对象所等待的事项。"))
        held = sum(one.nomination.state == NominationState.HELD for one in names)
        return _("已有%(count)d个对象公示无异议，%(held)d个对象因异议暂缓。") % {
            "count": len(ready),
            "held": held,
        }


def require_over(names: list[AnnouncedName], on: dt.date) -> None:
    """Raise NotPossible with the day from which a notice can be closed."""
    if not names:
        raise NotPossible(_("这份公示没有公示对象。"))
    first = min(names, key=lambda one: one.until)
    problems = closing_problems(Period(first.since, first.until), on)
    raise NotPossible(" ".join(str(one.message) for one in problems))
