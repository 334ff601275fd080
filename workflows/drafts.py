"""Drafts: what a person typed into a form and has not sent yet, kept on the server while it is being typed.

A draft belongs to one person and one form. Its key names the form: ``task:<id>`` (the page of an open step),
``unit:<id>``, ``unit:new``, ``standard:<id>`` (a draft of the acceptance standard), ``award:<id>``, ``award:new`` (an
award campaign in preparation). Nobody reads, writes or deletes the draft of somebody else, and nothing is kept for a
form that its person could not send now. What is kept are text, numbers and choices by field name; never files,
passwords or tokens.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from awards.enums import PREPARED
from awards.models import AwardCampaign
from orgs.access import holding
from orgs.models import Person, StandardDraft, Unit
from orgs.permissions import Perm, Verdict, can
from records.duties import periodic

from .approvals import verdict_on
from .models import Case, Draft, GuardedTask

#: Of a draft as JSON; a request with the largest roster stays well below.
MOST_BYTES = 512 * 1024
#: How long a draft waits for whoever began it.
KEPT = dt.timedelta(days=30)
TASK = "task:"
BATCH = 1000
NEVER_KEPT = re.compile(r"csrf|passw|token|^draft_(key|version|page)$", re.IGNORECASE)


class DraftTooLarge(Exception):
    """Nothing was kept: the form holds more than :data:`MOST_BYTES`."""

    @property
    def message(self) -> str:
        return _(
            "填写的内容超过 %(limit)d KB，不能自动保存。请先用表单上的按钮保存，或把长文作为附件上传。"
        ) % {"limit": MOST_BYTES // 1024}


class DraftMalformed(Exception):
    """Not field names with lists of texts."""


@dataclass(frozen=True)
class DraftConflict(Exception):
    """Nothing was kept: another page saved this form meanwhile (``stored``), or ended it (None)."""

    stored: Draft | None


def may_keep(key: str, person: Person, *, on: dt.date) -> Verdict:
    """Whether ``person`` could send the form ``key`` now. What does not exist is refused in the same words."""
    kind, _colon, subject = key.partition(":")
    judge: Callable[..., Verdict] | None = JUDGES.get(kind)
    found = judge(subject, person, on=on) if judge else None
    if found:
        return found
    return Verdict(
        False,
        _("这张表单的草稿不能保存：事项已经办结，或不由您办理。"),
        _("请从工作台重新打开，查看现在由谁办理。"),
    )


def _may_keep_task(subject: str, person: Person, *, on: dt.date) -> Verdict:
    task = GuardedTask.objects.filter(pk=_number(subject), flow_task_type="HUMAN", finished=None).first()
    if task is None or task.flow_task is None:
        return Verdict(False)
    case = Case.objects.select_related("organization", "unit").get(pk=task.process_id).coerced
    task.process = case
    return verdict_on(task, case, person, on=on)


def _may_keep_unit(subject: str, person: Person, *, on: dt.date) -> Verdict:
    if subject == "new":
        return holding(Perm.MANAGE_REGISTRY).verdict(person, on)
    unit = Unit.objects.filter(pk=_number(subject), merged_into=None).first()
    return can(person, Perm.MANAGE_REGISTRY, unit, on=on) if unit else Verdict(False)


def _may_keep_standard(subject: str, person: Person, *, on: dt.date) -> Verdict:
    draft = StandardDraft.objects.filter(pk=_number(subject), published_as=None).first()
    return can(person, Perm.PUBLISH_STANDARD, draft.organization, on=on) if draft else Verdict(False)


def _may_keep_campaign(subject: str, person: Person, *, on: dt.date) -> Verdict:
    if subject == "new":
        return holding(Perm.MANAGE_AWARDS).verdict(person, on)
    campaign = AwardCampaign.objects.filter(pk=_number(subject), state__in=PREPARED).first()
    return can(person, Perm.MANAGE_AWARDS, campaign, on=on) if campaign else Verdict(False)


JUDGES: dict[str, Callable[..., Verdict]] = {
    "award": _may_keep_campaign,
    "task": _may_keep_task,
    "unit": _may_keep_unit,
    "standard": _may_keep_standard,
}


def _number(text: str) -> int:
    """The number of an object as its key writes it; -1, which nothing has, for whatever is not one."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,17}", text) else -1


def sound(data: Any) -> dict[str, list[str]]:
    """What may be kept of the fields that a page sent. Raises DraftMalformed, DraftTooLarge."""
    if not isinstance(data, dict):
        raise DraftMalformed
    kept: dict[str, list[str]] = {}
    for name, values in data.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise DraftMalformed
        if not NEVER_KEPT.search(name):
            # A null character is the one that PostgreSQL cannot keep.
            kept[name.replace("\0", "")] = [value.replace("\0", "") for value in values]
    if len(json.dumps(kept, ensure_ascii=False).encode()) > MOST_BYTES:
        raise DraftTooLarge
    return kept


def draft_of(person: Person, key: str) -> Draft | None:
    return Draft.objects.filter(person=person, key=key).first()


def fields_of(draft: Draft) -> dict[str, list[str]]:
    return draft.data["fields"]


def save_draft(key: str, *, fields: dict, base: int, page: str, by: Person, at: dt.datetime) -> Draft:
    """Keep what the page ``page`` holds, which last saw version ``base`` (0: none).

    A page may follow itself, whatever answer it missed. Raises DraftConflict, DraftMalformed, DraftTooLarge.
    """
    data = {"fields": sound(fields), "page": page[:40]}
    with transaction.atomic():
        stored = Draft.objects.select_for_update().filter(person=by, key=key).first()
        if stored is None:
            return _first(key, data=data, base=base, by=by, at=at)
        if fields_of(stored) == data["fields"]:
            return stored
        if stored.version != base and stored.data["page"] != data["page"]:
            raise DraftConflict(stored)
        stored.data, stored.saved_at = data, at
        stored.version += 1
        stored.save(update_fields=["data", "saved_at", "version"])
    return stored


def _first(key: str, *, data: dict, base: int, by: Person, at: dt.datetime) -> Draft:
    if base:
        raise DraftConflict(None)
    try:
        with transaction.atomic():
            return Draft.objects.create(person=by, key=key, data=data, saved_at=at)
    except IntegrityError as error:
        raise DraftConflict(draft_of(by, key)) from error


def end_draft(key: str, *, by: Person, version: int | None = None) -> int:
    """Forget a draft that was sent or discarded; with ``version`` only as far as its page knew it."""
    drafts = Draft.objects.filter(person=by, key=key)
    if version is not None:
        drafts = drafts.filter(version__lte=version)
    return drafts.delete()[0]


@periodic(every=dt.timedelta(hours=1))
def prune_drafts(at: dt.datetime) -> int:
    """Forget drafts that nobody came back to for :data:`KEPT`, and those of steps that somebody finished."""
    gone = Draft.objects.filter(saved_at__lt=at - KEPT).delete()[0]
    keys = list(Draft.objects.filter(key__startswith=TASK).values_list("key", flat=True).distinct())
    for some in batched(keys, BATCH):
        steps = {key: _number(key.removeprefix(TASK)) for key in some}
        still = set(
            GuardedTask.objects.filter(pk__in=steps.values(), finished=None).values_list("pk", flat=True)
        )
        ended = [key for key, step in steps.items() if step not in still]
        gone += Draft.objects.filter(key__in=ended).delete()[0]
    return gone


def batched(keys: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some
