"""Side effects after commit: promised in the transaction, carried out by a worker, at least once and idempotently.

A handler is registered per kind. It must be idempotent: a worker may die after the effect and before the note of it.
The rows here are the truth; ``records.background`` hands them to an engine that carries them out.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from .models import OutboxMessage

Handler = Callable[[dict[str, Any]], None]
logger = logging.getLogger(__name__)
HANDLERS: dict[str, Handler] = {}
LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 8
ATTEMPTS: dict[str, int] = {}
LONGEST_PAUSE = dt.timedelta(hours=6)


def handles(kind: str, *, attempts: int = MAX_ATTEMPTS) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of message; ``attempts`` is how often it may fail.

    Pauses double from ten seconds to :data:`LONGEST_PAUSE`: 8 attempts take 21 minutes, 20 two and a half days.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        ATTEMPTS[kind] = attempts
        return handler

    return register


def promise(kind: str, *, key: str, at: dt.datetime, **payload: Any) -> None:
    """Store a side effect in the caller's transaction; one statement. A promise with the same key is made once."""
    promise_many(kind, {key: payload}, at=at)


def promise_many(kind: str, payloads: dict[str, dict[str, Any]], *, at: dt.datetime) -> None:
    """Store several side effects of a kind, by their keys, as :func:`promise` stores one; one statement."""
    assert transaction.get_connection().in_atomic_block, "a promise belongs to the transaction that makes it"
    messages = [
        OutboxMessage(kind=kind, key=key, payload=payload, not_before=at, created_at=at)
        for key, payload in payloads.items()
    ]
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)


def due(*, at: dt.datetime) -> QuerySet[OutboxMessage]:
    """The messages that may be tried at ``at`` and that no worker holds, also those whose former worker died."""
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, not_before__lte=at)
    return waiting.filter(Q(lease_until=None) | Q(lease_until__lt=at))


def lease(message_id: int, *, at: dt.datetime) -> OutboxMessage | None:
    """Take this message for :data:`LEASE`, unless it is done, dead, not due or in another worker's hands."""
    with transaction.atomic():
        return _take(due(at=at).filter(pk=message_id).select_for_update(), at=at)


def lease_next(*, at: dt.datetime) -> OutboxMessage | None:
    """Take the oldest due message for :data:`LEASE`."""
    with transaction.atomic():
        oldest = due(at=at).order_by("not_before", "id").select_for_update(skip_locked=True)
        return _take(oldest[:MAX_ATTEMPTS], at=at)


def _take(messages: QuerySet[OutboxMessage], *, at: dt.datetime) -> OutboxMessage | None:
    """Lease the first of the locked messages that may still be tried.

    A message that ended its worker as often as it may fail is dead: it would end the next one as well.
    """
    for message in messages:
        if message.attempts < ATTEMPTS.get(message.kind, MAX_ATTEMPTS):
            message.fence += 1
            message.attempts += 1
            message.lease_until = at + LEASE
            message.save(update_fields=["fence", "attempts", "lease_until"])
            return message
        message.state = OutboxMessage.State.DEAD
        message.last_error = message.last_error or "every worker that tried ended in the middle of it"
        message.lease_until = None
        message.save(update_fields=["state", "last_error", "lease_until"])
    return None


def settle(message: OutboxMessage, *, at: dt.datetime, error: Exception | None = None) -> None:
    """Note the result; ignored when the lease was lost to another worker in the meantime."""
    mine = OutboxMessage.objects.filter(pk=message.pk, fence=message.fence)
    if error is None:
        mine.update(state=OutboxMessage.State.DONE, done_at=at, lease_until=None, last_error="")
        return
    dead = message.attempts >= ATTEMPTS.get(message.kind, MAX_ATTEMPTS)
    mine.update(
        state=OutboxMessage.State.DEAD if dead else OutboxMessage.State.WAITING,
        lease_until=None,
        enqueued_until=None,
        not_before=at + min(dt.timedelta(seconds=5 * 2**message.attempts), LONGEST_PAUSE),
        last_error=f"{type(error).__name__}: {error}"[:300],
    )


def carry_out(message: OutboxMessage, *, now: Callable[[], dt.datetime]) -> None:
    """Run the handler of a leased message and note how it went."""
    try:
        HANDLERS[message.kind](message.payload)
    except Exception as error:
        logger.warning("%s of the outbox failed", message, exc_info=error)
        settle(message, at=now(), error=error)
    else:
        settle(message, at=now())


def deliver_due(
    *, now: Callable[[], dt.datetime], limit: int = 100, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Carry out due messages here and now, at most ``limit`` and until ``stopping``; returns how many were tried."""
    tried = 0
    while tried < limit and not stopping() and (message := lease_next(at=now())) is not None:
        tried += 1
        carry_out(message, now=now)
    return tried


def revive(messages: QuerySet[OutboxMessage], *, at: dt.datetime) -> int:
    """Have dead messages tried again from ``at``, as often as new ones; returns how many there were."""
    return messages.filter(state=OutboxMessage.State.DEAD).update(
        state=OutboxMessage.State.WAITING, attempts=0, not_before=at, enqueued_until=None
    )
