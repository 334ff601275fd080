"""Public notices: drafted by the handler, published by the approver, cancelled, closed (RULES section 10, P4).

A supplementary notice is a row of its own with periods of its own; the notice that it supplements keeps its state and
its periods, so that nobody else waits (docs/adr/0010).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.issuers import issuer_of
from orgs.models import Person
from orgs.permissions import Refused, Unblock, Verdict
from orgs.queries import holders
from records import audit, documents, notices
from records.calendars import WorkingCalendar

from ..enums import NominationState, NoticeState
from ..facts import UNRESOLVED, notice_facts
from ..models import AnnouncedName, AwardCampaign, Nomination, PublicNotice
from ..notice_letter import letter_content
from ..notice_register import is_own_draft, notice_rules
from ..rules.notice_period import Period, period_from, recomputed
from ..rules.states import NOTICE, NoticeFacts, NotPossible
from .advancing import advance

EDITABLE = (NoticeState.DRAFT, NoticeState.CANCELLED)


def draft_notice(
    campaign: AwardCampaign,
    *,
    subject: str,
    introduction: str,
    supplements: PublicNotice | None = None,
    by: Person,
    at: dt.datetime,
) -> PublicNotice:
    """A new draft; ``supplements`` is the notice whose places a reserve takes. Raises NotPossible where the former
    notice did not say that reserves follow."""
    with transaction.atomic():
        if supplements is not None:
            require_extendable(supplements, timezone.localdate(at))
        notice = PublicNotice.objects.create(
            campaign=campaign,
            subject=subject,
            introduction=introduction,
            supplements=supplements,
            names_reserve=campaign.names_reserve,
        )
        put_on_record("notice_drafted", notice, by=by, at=at)
        tell_publishers(notice, by, at=at)
    return notice


def change_notice(
    notice: PublicNotice, *, subject: str, introduction: str, by: Person, at: dt.datetime
) -> None:
    """Correct a draft, or a cancelled notice before it is published again. Raises NotPossible."""
    with transaction.atomic():
        held = locked(notice)
        if held.state not in EDITABLE:
            raise NotPossible(_("公示已经发布，不能修改；确有差错的，请撤回后重新发布。"))
        held.subject, held.introduction = subject, introduction
        held.save(update_fields=["subject", "introduction"])
        put_on_record("notice_changed", held, by=by, at=at)
        tell_publishers(held, by, at=at)


def publish_notice(
    notice: PublicNotice, nominations: Sequence[Nomination], *, by: Person, at: dt.datetime
) -> PublicNotice:
    """Announce nominees from today for a full period, and issue the letter; in the caller's transaction, in which
    the cases of reserves move.

    ``nominations`` are listed, in reserve (a supplementary notice), or were announced by a notice that was cancelled.
    Raises Refused for whoever drafted it, NotPossible with the nominee whom something stands against.
    """
    assert transaction.get_connection().in_atomic_block, "the cases move in the same transaction"
    held, on = locked(notice), timezone.localdate(at)
    require_other_than_drafter(held, by)
    event = "publish" if held.state == NoticeState.DRAFT else "publish_again"
    state = NOTICE.after(NoticeState(held.state), event, NoticeFacts(names_listed=bool(nominations)))
    if held.supplements is not None:
        require_extendable(held.supplements, on)
    calendar = WorkingCalendar.around(on)
    period = period_from(on, notice_rules(held.campaign), calendar)
    held.state, held.published_on, held.published_by = state, on, by
    held.names_reserve, held.closed_on = held.campaign.names_reserve, None
    held.save()
    for nomination in nominations:
        announce(held, nomination, period, by=by, at=at)
    held.document = documents.issue(
        "public_notice",
        issuer=issuer_of(held.campaign.organization),
        about=("public_notice", held.pk),
        unit_id=None,
        content=letter_content(held, nominations, period, calendar),
        on=on,
        by_id=by.pk,
    )
    held.save(update_fields=["document"])
    put_on_record(
        "notice_published", held, by=by, at=at, names=len(nominations), until=period.end.isoformat()
    )
    return held


def announce(
    notice: PublicNotice, nomination: Nomination, period: Period, *, by: Person, at: dt.datetime
) -> None:
    """Put one name into a notice. One to whom somebody objected already is held from the first day."""
    nomination.announcements.filter(ended_on=None).update(ended_on=period.start)
    AnnouncedName.objects.create(notice=notice, nomination=nomination, since=period.start, until=period.end)
    event = "follow" if nomination.state == NominationState.RESERVE else "announce"
    try:
        if nomination.state not in (NominationState.ANNOUNCED, NominationState.HELD):
            advance(nomination, event, by=by, at=at)
        early = nomination.objections.filter(state__in=UNRESOLVED).exists()
        if early and nomination.state == NominationState.ANNOUNCED:
            advance(nomination, "object", by=by, at=at)
    except NotPossible as problem:
        values = {"name": nomination.name, "problem": problem}
        raise NotPossible(_("%(name)s：%(problem)s") % values) from problem
    notices.send(
        "nominee_announced",
        to_id=nomination.applicant_id,
        key=f"nominee_announced:{notice.pk}:{nomination.pk}:{period.start.isoformat()}",
        at=at,
        url=reverse("public_notice", args=[notice.public_id]),
        name=nomination.name,
        honour=nomination.honour.title,
        until=period.end.isoformat(),
    )


def cancel_notice(notice: PublicNotice, *, reason: str, by: Person, at: dt.datetime) -> None:
    """Take back a notice that was published with a mistake: its names leave the page, whoever was cleared is not any
    more, and published again all its periods start afresh. Raises NotPossible once somebody of it is decided."""
    with transaction.atomic():
        held, on = locked(notice), timezone.localdate(at)
        held.state = NOTICE.after(NoticeState(held.state), "cancel", notice_facts(held, on))
        standing = list(held.names.filter(ended_on=None).select_related("nomination"))
        held.names.filter(ended_on=None).update(ended_on=on)
        held.cancelled_on, held.cancelled_reason, held.closed_on = on, reason, None
        held.save()
        for name in standing:
            if name.nomination.state == NominationState.CLEARED:
                advance(name.nomination, "announce_again", by=by, at=at)
        if held.document is not None:
            documents.revoke(held.document, reason, by_id=by.pk, at=at)
        put_on_record("notice_cancelled", held, by=by, at=at, names=len(standing))


def close_notice(notice: PublicNotice, *, by: Person, at: dt.datetime) -> None:
    """Close a notice whose periods are all over, however many of its names an objection holds. Raises NotPossible on
    any day before."""
    with transaction.atomic():
        held, on = locked(notice), timezone.localdate(at)
        held.state = NOTICE.after(NoticeState(held.state), "close", notice_facts(held, on))
        held.closed_on = on
        held.save(update_fields=["state", "closed_on"])
        put_on_record("notice_closed", held, by=by, at=at)


def postpone_ends(notice: PublicNotice, *, at: dt.datetime) -> int:
    """Compute the periods anew after the calendar changed: they may become longer, never shorter than announced.
    Returns how many names are announced for longer than before; in the caller's transaction."""
    calendar, rules = WorkingCalendar.around(timezone.localdate(at)), notice_rules(notice.campaign)
    longer = []
    for name in notice.names.filter(ended_on=None).select_for_update():
        now = Period(name.since, name.until)
        then = recomputed(now, rules, calendar)
        # A period that has passed is over: nobody relied on days that were free only afterwards.
        if then != now and not now.is_over(timezone.localdate(at)):
            name.until = then.end
            longer.append(name)
    AnnouncedName.objects.bulk_update(longer, ["until"])
    if longer:
        until = max(one.until for one in longer).isoformat()
        put_on_record("notice_postponed", notice, by=None, at=at, names=len(longer), until=until)
    return len(longer)


def take_off(nomination: Nomination, *, on: dt.date) -> None:
    """The name of a nominee who is out leaves the page; the row stays. In the caller's transaction."""
    nomination.announcements.filter(ended_on=None).update(ended_on=on)


def require_extendable(notice: PublicNotice, on: dt.date) -> None:
    """Raise NotPossible unless names may be added by a supplementary notice."""
    NOTICE.after(NoticeState(notice.state), "add_names", notice_facts(notice, on))


def require_other_than_drafter(notice: PublicNotice, by: Person) -> None:
    """Four-eyes. Raises Refused for whoever wrote the notice."""
    if is_own_draft(notice, by):
        raise Refused(
            Verdict(
                False,
                _("公示由您起草，起草人不能发布。"),
                _("请由另一位有发布权限的人员核对后发布。"),
                unblock=Unblock.ANOTHER,
            )
        )


def tell_publishers(notice: PublicNotice, by: Person, *, at: dt.datetime) -> None:
    """Tell whoever may publish that there is a draft to look at."""
    place = notice.campaign.organization_id
    for post in holders(Role.DISTRICT_APPROVER, on=timezone.localdate(at), organization_id=place):
        notices.send(
            "notice_to_publish",
            to_id=post.person_id,
            key=f"notice_to_publish:{notice.pk}:{post.person_id}:{at:%y%m%d%H%M%S}",
            at=at,
            url=reverse("award_notice", args=[notice.pk]),
            by=by.name,
            campaign=notice.campaign.name,
        )


def locked(notice: PublicNotice) -> PublicNotice:
    """The notice as it is now, its row locked."""
    return (
        PublicNotice.objects.select_for_update(of=("self",))
        .select_related("campaign__organization", "supplements__document", "document")
        .get(pk=notice.pk)
    )


def put_on_record(
    event: str, notice: PublicNotice, *, by: Person | None, at: dt.datetime, **data: Any
) -> None:
    audit.record(
        event,
        by_id=by.pk if by else None,
        about=f"public_notice:{notice.pk}",
        chain=f"organization:{notice.campaign.organization_id}",
        at=at,
        **data,
    )
