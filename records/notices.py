"""Notices: stored for a person by the outbox after commit, at most once per key; e-mail follows from that row.

What can be told stands in :mod:`records.notice_kinds`, how it is mailed in :mod:`records.mail`.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import outbox
from .models import Notice, NoticePreference
from .notice_kinds import GROUPS, KINDS, Email

BATCH = 500
Shown = Callable[[str], str]
SHOWN: dict[str, Shown] = {}


@dataclass(frozen=True)
class Row:
    """One person to tell. ``key`` makes it once, at most 70 characters."""

    to_id: int
    key: str
    url: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def send(kind: str, *, to_id: int, key: str, at: dt.datetime, url: str = "", **context: Any) -> None:
    """Promise a notice in the caller's transaction. ``key`` is unique: the same event never tells twice.

    Raises ValueError when the text of the kind needs something that ``context`` lacks.
    """
    _require(kind, context)
    outbox.promise(
        "notice", key=f"notice:{key}", at=at, notice=kind, notice_key=key, to=to_id, url=url, context=context
    )


@outbox.handles("notice")
def deliver(payload: dict[str, Any]) -> None:
    """Store the notice; a repeated delivery changes nothing."""
    row = Row(payload["to"], payload["notice_key"], payload["url"], payload["context"])
    store(payload["notice"], [row], at=timezone.now())


def send_many(kind: str, rows: Iterable[Row], *, at: dt.datetime) -> int:
    """Tell many people at once, out of a duty that runs in the background and inside its transaction.

    Stores the notices directly, a few statements per :data:`BATCH`; returns how many are new.
    """
    new, batch = 0, []
    for row in rows:
        _require(kind, row.context)
        batch.append(row)
        if len(batch) == BATCH:
            new += store(kind, batch, at=at)
            batch = []
    return new + (store(kind, batch, at=at) if batch else 0)


def store(kind: str, rows: Sequence[Row], *, at: dt.datetime) -> int:
    """Store notices, each with its mail or its place in the daily summary, together or not at all."""
    with transaction.atomic():
        told = set(Notice.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
        new = list({row.key: row for row in rows if row.key not in told}.values())
        wishes = email_wishes({row.to_id for row in new}, KINDS[kind].group) if new else {}
        Notice.objects.bulk_create(
            [
                Notice(
                    to_id=row.to_id,
                    kind=kind,
                    key=row.key,
                    url=row.url,
                    context=row.context,
                    created_at=at,
                    awaits_digest=wishes.get(row.to_id) == Email.DIGEST,
                )
                for row in new
            ],
            ignore_conflicts=True,
        )
        mailed = [row.key for row in new if wishes.get(row.to_id) == Email.NOW]
        if mailed:
            outbox.promise_many("mail", {f"mail:{key}": {"notice": key} for key in mailed}, at=at)
    return len(new)


def email_wishes(person_ids: Iterable[int], group: str) -> dict[int, str]:
    """How each person wants a group by e-mail; people without an address or an account in use are left out."""
    chosen = NoticePreference.objects.filter(person=OuterRef("pk"), group=group).values("email")
    people = get_user_model().objects.filter(pk__in=set(person_ids), is_active=True).exclude(email="")
    wishes = people.annotate(wish=Subquery(chosen)).values_list("pk", "wish")
    default = GROUPS[group].email
    return {pk: (wish or default) if GROUPS[group].optional else Email.NOW for pk, wish in wishes}


def _require(kind: str, context: dict[str, Any]) -> None:
    if missing := KINDS[kind].keys - context.keys():
        raise ValueError(f"a notice of the kind {kind} needs {', '.join(sorted(missing))}")


# --- as it is read ----------------------------------------------------------------------------------------


def shows(key: str) -> Callable[[Shown], Shown]:
    """Register how a value of the context is written for its reader, such as the name of a step by its title."""

    def register(shown: Shown) -> Shown:
        SHOWN[key] = shown
        return shown

    return register


def _day(value: str) -> str:
    day = parse_date(value)
    return date_format(day, "DATE_FORMAT") if day else value


for _key in ("due", "since", "until"):
    SHOWN[_key] = _day


@shows("former")
@shows("planned")
def planned_moment(value: str) -> str:
    """When people meet: the day and the minute in local time."""
    moment = parse_datetime(value)
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else value


@shows("left")
def working_days_left(value: str) -> str:
    """How long there is until a deadline."""
    left = int(value)
    if left <= 0:
        return _("今天到期")
    return ngettext("还有 %(left)d 个工作日", "还有 %(left)d 个工作日", left) % {"left": left}


def text(notice: Notice) -> str:
    """The notice in the reader's language; days and steps as the reader writes them."""
    context = {
        key: SHOWN[key](str(value)) if key in SHOWN else value for key, value in notice.context.items()
    }
    return (str(KINDS[notice.kind].text) % context).rstrip()


def chosen_emails(person_id: int) -> dict[str, str]:
    """What a person chose per group, defaults filled in; groups that are always mailed say so."""
    rows = dict(NoticePreference.objects.filter(person=person_id).values_list("group", "email"))
    return {
        key: (rows.get(key) or str(group.email)) if group.optional else str(Email.NOW)
        for key, group in GROUPS.items()
    }


@transaction.atomic
def choose_emails(person_id: int, chosen: dict[str, str]) -> None:
    """Keep what a person chose; what waits for a summary that is no longer wanted stays in the application only."""
    for group, email in chosen.items():
        if not GROUPS[group].optional:
            continue
        NoticePreference.objects.update_or_create(
            person_id=person_id, group=group, defaults={"email": Email(email)}
        )
        if email == Email.NONE:
            kinds = [name for name, kind in KINDS.items() if kind.group == group]
            waiting = Notice.objects.filter(to_id=person_id, kind__in=kinds, awaits_digest=True)
            waiting.update(awaits_digest=False)
