"""Sends the events of webhooks: signed, to checked addresses only, again and again until the receiver answers 2xx.

At least once: a worker that dies between the receiver's answer and its own note sends again, under the same
``webhook-id``, by which the receiver knows the copy (docs/webhooks.md).
"""

import asyncio
import datetime as dt
import functools
import json
import socket
import ssl
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as Signature

from records import audit, outbox

from .enums import WebhookProblem
from .models import Webhook, WebhookDelivery
from .rules.webhook_address import AddressRefused, is_global, is_literal, split_url

# With the pauses of the outbox about two and a half days: a receiver may stay away over a weekend.
ATTEMPTS = 20
STEP_SECONDS = 5
TOTAL_SECONDS = 10
GONE = 410


class NotDelivered(Exception):
    """An attempt that failed; the outbox tries again. ``status`` is the receiver's answer, None without one.

    Raised without its cause, which ``detail`` names: a receiver that is away for days fills no log with traces.
    """

    def __init__(self, problem: WebhookProblem, status: int | None = None, *, detail: object = ""):
        super().__init__(f"{problem} {status or detail}".strip())
        self.problem = problem
        self.status = status


@outbox.handles("webhook", attempts=ATTEMPTS)
def deliver(payload: dict[str, Any]) -> None:
    """Make one attempt at a delivery. Raises NotDelivered while further attempts are worthwhile.

    While its webhook is paused nothing is sent: resuming promises what waits anew.
    """
    found = WebhookDelivery.objects.select_related("webhook")
    delivery = found.get(webhook=payload["webhook"], key=payload["event"])
    if delivery.delivered_at or delivery.given_up_at or not delivery.webhook.active:
        return
    at = timezone.now()
    delivery.attempts += 1
    try:
        delivery.status = send(delivery, at=at)
    except NotDelivered as failure:
        note_failure(delivery, failure, at=at)
        if delivery.given_up_at is None:
            raise
    else:
        delivery.delivered_at, delivery.error = at, ""
        delivery.save(update_fields=["attempts", "status", "error", "delivered_at"])


def note_failure(delivery: WebhookDelivery, failure: NotDelivered, *, at: dt.datetime) -> None:
    """Keep why an attempt failed; the last one gives the delivery up, and 410 stops the whole webhook."""
    delivery.status, delivery.error = failure.status, failure.problem
    if failure.status == GONE or delivery.attempts >= ATTEMPTS:
        delivery.given_up_at = at
    with transaction.atomic():
        delivery.save(update_fields=["attempts", "status", "error", "given_up_at"])
        stopping = Webhook.objects.filter(pk=delivery.webhook_id, active=True)
        if failure.status == GONE and stopping.update(active=False):
            story = f"organization:{delivery.webhook.organization_id}"
            audit.record(
                "webhook_gone", by_id=None, about=story, chain=story, at=at, webhook=delivery.webhook_id
            )


def send(delivery: WebhookDelivery, *, at: dt.datetime) -> int:
    """Post a delivery and return the 2xx status of the answer. Raises NotDelivered."""
    body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":"))
    try:
        status = asyncio.run(post(delivery.webhook.url, body, signed_headers(delivery, body, at=at)))
    except NotDelivered:
        raise
    except AddressRefused as refused:
        raise NotDelivered(refused.problem, detail=refused) from None
    except (TimeoutError, httpx.TimeoutException) as error:
        raise NotDelivered(WebhookProblem.TIMEOUT, detail=error) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise NotDelivered(WebhookProblem.CONNECTION, detail=error) from None
    if 200 <= status < 300:
        return status
    if status == GONE:
        raise NotDelivered(WebhookProblem.GONE, status)
    raise NotDelivered(WebhookProblem.REDIRECT if 300 <= status < 400 else WebhookProblem.ANSWER, status)


def signed_headers(delivery: WebhookDelivery, body: str, *, at: dt.datetime) -> dict[str, str]:
    """The headers of Standard Webhooks; for a while after a change of secret both secrets sign."""
    hook, name = delivery.webhook, f"msg_{delivery.pk}"
    secrets = [hook.secret]
    if hook.old_secret and hook.old_secret_until is not None and at < hook.old_secret_until:
        secrets.append(hook.old_secret)
    moment = at.astimezone(dt.UTC)
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "liuyou-webhooks/1",
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Signature(secret).sign(name, moment, body) for secret in secrets),
    }


async def post(url: str, body: str, headers: dict[str, str]) -> int:
    """Post to the checked address itself, so that a name cannot lead elsewhere a moment later.

    Certificates are checked against the name. No redirect is followed, no proxy asked, and of the answer only the
    head is read.
    """
    async with asyncio.timeout(TOTAL_SECONDS):
        target = httpx.URL(url)
        address = await checked_address(url)
        limits = httpx.Timeout(STEP_SECONDS)
        async with (
            httpx.AsyncClient(
                verify=trust(), timeout=limits, trust_env=False, follow_redirects=False
            ) as client,
            client.stream(
                "POST",
                target.copy_with(host=address),
                content=body.encode(),
                headers=headers | {"host": target.netloc.decode("ascii")},
                extensions={"sni_hostname": target.raw_host.decode("ascii").strip("[]")},
            ) as response,
        ):
            return response.status_code


@functools.cache
def trust() -> ssl.SSLContext:
    """Whose certificates count; read once, which takes longer than a delivery."""
    return httpx.create_ssl_context(trust_env=False)


async def checked_address(url: str) -> str:
    """The IP address to connect to. Raises AddressRefused when any address of the name is not public."""
    allow_private = settings.WEBHOOK_ALLOW_PRIVATE
    host = split_url(url, allow_private=allow_private).hostname or ""
    addresses = [host] if is_literal(host) else await look_up(host)
    if not allow_private and not all(is_global(address) for address in addresses):
        raise AddressRefused(url)
    return addresses[0]


async def look_up(host: str) -> list[str]:
    """The IP addresses of a name. Raises NotDelivered when there are none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise NotDelivered(WebhookProblem.UNKNOWN, detail=error) from None
    return [str(entry[4][0]) for entry in found]
