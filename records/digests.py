"""The daily summary: one mail per person and working day, with everything since the last one."""

import datetime as dt
from collections import defaultdict
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import mail, notices, outbox
from .calendars import is_working_day
from .models import Notice, OutboxMessage
from .notice_kinds import GROUPS, KINDS, Email

PEOPLE = 200
# So many notices are written out in one mail; the rest is counted and read in the application.
LISTED = 100
CHUNK = 500


def send_digests(at: dt.datetime, *, hour: int) -> int:
    """Promise the summaries of the day of ``at``, from ``hour`` o'clock on, unless it is a day off.

    Each holds what waits since before that hour, however many days no worker ran. Running it again, also at the same
    time, changes nothing: the promise and the end of the waiting are one transaction, and the promise has a key per
    person and day. Returns how many summaries were promised.
    """
    now = timezone.localtime(at)
    if now.hour < hour or not is_working_day(now.date()):
        return 0
    until = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    waiting = Notice.objects.filter(awaits_digest=True, created_at__lt=until)
    made, last = 0, 0
    while people := list(
        waiting.filter(to_id__gt=last).order_by("to_id").values_list("to_id", flat=True).distinct()[:PEOPLE]
    ):
        try:
            made += _promise(people, until=until, at=at)
        except IntegrityError:
            # Another worker is at the same people; whatever it does not do is done in the next round.
            return made
        last = people[-1]
    return made


@transaction.atomic
def _promise(people: list[int], *, until: dt.datetime, at: dt.datetime) -> int:
    keys = {f"digest:{person}:{until.date().isoformat()}": person for person in people}
    done = OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True)
    todo = {keys[key]: key for key in keys.keys() - set(done)}
    waiting = Notice.objects.filter(to_id__in=todo, awaits_digest=True, created_at__lt=until)
    found = list(waiting.order_by("pk").values_list("pk", "to_id", "read_at"))
    unread = defaultdict(list)
    for pk, person, read_at in found:
        if read_at is None:
            unread[person].append(pk)
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind="digest",
            key=todo[person],
            payload={"person": person, "day": until.date().isoformat(), "notices": pks[-LISTED:]}
            | {"more": max(0, len(pks) - LISTED)},
            not_before=at,
            created_at=at,
        )
        for person, pks in unread.items()
    )
    # By the rows that were read: a notice that was stored meanwhile waits for the next summary.
    rest = iter([pk for pk, _person, _read in found])
    while chunk := list(islice(rest, CHUNK)):
        Notice.objects.filter(pk__in=chunk).update(awaits_digest=False)
    return len(unread)


@outbox.handles("digest", attempts=mail.ATTEMPTS)
def mail_digest(payload: dict[str, Any]) -> None:
    """Send a summary of what is still unread and still wanted; nothing when that is nothing."""
    person = get_user_model().objects.filter(pk=payload["person"], is_active=True).exclude(email="").first()
    if person is None:
        return
    chosen = notices.chosen_emails(person.pk)
    rows = [
        notice
        for notice in Notice.objects.filter(pk__in=payload["notices"], to=person, read_at=None).order_by("pk")
        if chosen[KINDS[notice.kind].group] != Email.NONE
    ]
    if not rows:
        return
    count = len(rows) + payload["more"]
    day = dt.date.fromisoformat(payload["day"])
    with translation.override(mail.LANGUAGE):
        mail.send(
            person.email,
            subject=ngettext(
                "【六有】每日汇总：%(count)d 条消息（%(day)s）",
                "【六有】每日汇总：%(count)d 条消息（%(day)s）",
                count,
            )
            % {"count": count, "day": date_format(day, _("n月j日"))},
            message_id=f"digest.{person.pk}.{payload['day']}",
            template="digest",
            unsubscribe=mail.unsubscribe_url(person.pk, mail.DIGEST),
            context={"name": person.get_full_name(), "groups": _by_group(rows), "more": payload["more"]},
        )


def _by_group(rows: list[Notice]) -> list[dict[str, Any]]:
    """The notices of a summary under the titles of their groups, in the order of the groups."""
    return [
        {
            "title": group.title,
            "rows": [
                {
                    "text": notices.text(one),
                    "url": mail.notice_url(one),
                    "at": timezone.localtime(one.created_at),
                }
                for one in rows
                if KINDS[one.kind].group == key
            ],
        }
        for key, group in GROUPS.items()
        if any(KINDS[one.kind].group == key for one in rows)
    ]
