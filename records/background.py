"""Hands the due messages of the outbox to the background engine, through Django's Tasks API (docs/adr/0006).

The setting ``BACKGROUND_ENGINE`` says what that engine is. Whichever it is, a task only names messages: each is
leased before it is carried out, so that a task that was lost is handed over again and one that came twice does
nothing.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from . import outbox
from .duties import periodic
from .models import OutboxMessage

logger = logging.getLogger(__name__)
WINDOW = 1000  # messages in the engine's hands at once, so that a backlog waits in the outbox and not twice
BATCH = 20  # messages of one task at most: a task costs the engine as much as a short message
SHARES = 8  # into so many tasks due messages are spread at least, so that several workers share them
LATE = dt.timedelta(minutes=10)
#: Set by a process that was asked to end: a task then ends after its current message.
STOPPING = threading.Event()


@task()
def carry_out(message_ids: list[int]) -> int:
    """Carry out those of the messages that still wait; returns how many those were."""
    tried = 0
    for place, message_id in enumerate(message_ids):
        if STOPPING.is_set():
            give_back(message_ids[place:])
            break
        message = outbox.lease(message_id, at=timezone.now())
        if message is not None:
            tried += 1
            outbox.carry_out(message, now=timezone.now)
    return tried


def dispatch(*, at: dt.datetime, stopping: Callable[[], bool] = STOPPING.is_set) -> int:
    """Hand due messages to the engine, each for the time of a lease; returns how many.

    Several processes may do it at once. A message whose task was lost is handed over again after that time.
    """
    ids = reserve(at=at)
    size = max(1, min(BATCH, len(ids) // SHARES))
    handed = 0
    try:
        while handed < len(ids) and not stopping():
            carry_out.enqueue(ids[handed : handed + size])
            handed += size
    except Exception as error:
        # Nothing is lost: what was not handed over waits for the next look.
        logger.error("the background engine takes no tasks: %s", error)
    give_back(ids[handed:])
    return min(handed, len(ids))


def reserve(*, at: dt.datetime) -> list[int]:
    """Mark the oldest due messages as handed over and return their ids, no more than the window has room for."""
    free = outbox.due(at=at).filter(Q(enqueued_until=None) | Q(enqueued_until__lte=at))
    if not free.exists():
        return []
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, enqueued_until__gt=at)
    room = WINDOW - waiting[:WINDOW].count()
    with transaction.atomic():
        oldest = free.order_by("not_before", "id").select_for_update(skip_locked=True)
        ids = list(oldest.values_list("pk", flat=True)[:room])
        OutboxMessage.objects.filter(pk__in=ids).update(enqueued_until=at + outbox.LEASE)
    return ids


def give_back(message_ids: list[int]) -> None:
    """Let messages be handed over again at once, except those that a worker has begun."""
    if message_ids:
        OutboxMessage.objects.filter(pk__in=message_ids, lease_until=None).update(enqueued_until=None)


@periodic(every=dt.timedelta(hours=1))
def forget_old_tasks(at: dt.datetime) -> int:
    """Delete the database engine's rows of yesterday, also of tasks whose worker was killed.

    They are of no use to anybody: what is left to do, and what failed, stands in the outbox.
    """
    return DBTaskResult.objects.filter(enqueued_at__lt=at - dt.timedelta(days=1)).delete()[0]


@periodic(every=LATE)
def notice_a_backlog(at: dt.datetime) -> int:
    """Say so in the log when messages wait although they were due long ago: no worker runs, or too few."""
    late = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, not_before__lt=at - LATE)
    if first := late.order_by("not_before").first():
        logger.warning("%s of the outbox waits since %s: see manage.py outbox", first, first.not_before)
    return 0
