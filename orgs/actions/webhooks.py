"""Webhooks of an organization: kept by its own security administrator, filled by the processes above."""

import base64
import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from records import audit, outbox

from ..enums import WebhookProblem
from ..models import Organization, Person, Webhook, WebhookDelivery

MOST = 10
#: How long both secrets sign after a change.
OVERLAP = dt.timedelta(hours=24)
TEST = "test"


@dataclass(frozen=True)
class Event:
    """One event for one address; ``key`` names it for good, ``data`` is free of personal data."""

    key: str
    name: str
    at: dt.datetime
    data: dict[str, Any]

    @property
    def body(self) -> dict[str, Any]:
        """What is sent (docs/webhooks.md)."""
        return {"type": self.name, "timestamp": self.at.isoformat(timespec="seconds"), "data": self.data}


def webhooks_of(organization: Organization) -> QuerySet[Webhook]:
    """The webhooks of an organization that were not removed."""
    return Webhook.objects.filter(organization=organization, removed_at=None)


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def add_webhook(
    organization: Organization, *, url: str, events: list[str], by: Person, at: dt.datetime
) -> Webhook:
    """Tell ``url`` of ``events`` from now on. Raises ValidationError when there are too many, or this one already."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    existing = webhooks_of(organization)
    if existing.filter(url=url).exists():
        raise ValidationError({"url": _("这个地址已经添加过。如需改变事件，请先移除原来的。")})
    if existing.count() >= MOST:
        raise ValidationError({"url": _("最多 %(most)d 个接收地址，请先移除不用的。") % {"most": MOST}})
    hook = Webhook.objects.create(
        organization=organization, url=url, secret=new_secret(), events=events, made_by=by, made_at=at
    )
    _record("webhook_added", hook, by=by, at=at, url=url, events=events)
    return hook


@transaction.atomic
def rotate_secret(hook: Webhook, *, by: Person, at: dt.datetime) -> Webhook:
    """Sign with a new secret; the present one signs as well for :data:`OVERLAP`."""
    hook = _lock(hook)
    hook.old_secret, hook.old_secret_until = hook.secret, at + OVERLAP
    hook.secret = new_secret()
    hook.save(update_fields=["secret", "old_secret", "old_secret_until"])
    _record("webhook_secret_changed", hook, by=by, at=at)
    return hook


@transaction.atomic
def pause_webhook(hook: Webhook, *, by: Person, at: dt.datetime) -> bool:
    """Send nothing until it is resumed; False when it was paused already."""
    if not (changed := Webhook.objects.filter(pk=hook.pk, active=True).update(active=False)):
        return False
    _record("webhook_paused", hook, by=by, at=at)
    return bool(changed)


@transaction.atomic
def resume_webhook(hook: Webhook, *, by: Person, at: dt.datetime) -> bool:
    """Send again, also what happened meanwhile; False when it was not paused."""
    if not Webhook.objects.filter(pk=hook.pk, active=False, removed_at=None).update(active=True):
        return False
    for key in hook.deliveries.filter(delivered_at=None, given_up_at=None).values_list("key", flat=True):
        _promise(hook, key, at=at, again=f":{at.timestamp():.0f}")
    _record("webhook_resumed", hook, by=by, at=at)
    return True


@transaction.atomic
def remove_webhook(hook: Webhook, *, by: Person, at: dt.datetime) -> None:
    """End it for good; what was not delivered is given up."""
    hook = _lock(hook)
    if hook.removed_at is None:
        hook.removed_at, hook.active = at, False
        hook.secret = hook.old_secret = ""
        hook.save(update_fields=["removed_at", "active", "secret", "old_secret"])
        waiting = hook.deliveries.filter(delivered_at=None, given_up_at=None)
        waiting.update(given_up_at=at, error=WebhookProblem.REMOVED)
        _record("webhook_removed", hook, by=by, at=at)


@transaction.atomic
def send_test_event(hook: Webhook, *, at: dt.datetime) -> None:
    """Put an event without content on its way; at most one a second."""
    data = {"organization": hook.organization.code}
    queue_events(hook, [Event(f"{TEST}:{at.timestamp():.0f}", TEST, at, data)], at=at)


@transaction.atomic
def send_again(hook: Webhook, delivery_id: int, *, by: Person, at: dt.datetime) -> bool:
    """Try a delivery that did not arrive at once, as often as a new one; False when it did arrive or the webhook is
    paused. The receiver knows it by the same ``webhook-id``."""
    hook = _lock(hook)
    found = hook.deliveries.select_for_update().filter(pk=delivery_id, delivered_at=None).first()
    if found is None or not hook.active:
        return False
    found.attempts, found.given_up_at = 0, None
    found.save(update_fields=["attempts", "given_up_at"])
    _promise(hook, found.key, at=at, again=f":{at.timestamp():.0f}")
    _record("webhook_sent_again", hook, by=by, at=at, delivery=found.pk)
    return True


def queue_events(hook: Webhook, events: list[Event], *, at: dt.datetime) -> int:
    """Put events on their way in the caller's transaction, each once for ever; returns how many were new."""
    keys = [event.key for event in events]
    known = set(hook.deliveries.filter(key__in=keys).values_list("key", flat=True))
    new = [event for event in events if event.key not in known]
    WebhookDelivery.objects.bulk_create(
        [WebhookDelivery(webhook=hook, key=one.key, event=one.name, body=one.body, at=one.at) for one in new],
        ignore_conflicts=True,
    )
    for event in new:
        _promise(hook, event.key, at=at)
    return len(new)


def _promise(hook: Webhook, key: str, *, at: dt.datetime, again: str = "") -> None:
    outbox.promise("webhook", key=f"webhook:{hook.pk}:{key}{again}", at=at, webhook=hook.pk, event=key)


def _lock(hook: Webhook) -> Webhook:
    return Webhook.objects.select_for_update().get(pk=hook.pk)


def _record(event: str, hook: Webhook, *, by: Person, at: dt.datetime, **data: Any) -> None:
    story = f"organization:{hook.organization_id}"
    audit.record(event, by_id=by.pk, about=story, chain=story, at=at, webhook=hook.pk, **data)
