"""The worker: does periodic duties, hands the outbox to the background engine, and carries its tasks out."""

import datetime as dt
import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import IntegrityError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from records import audit, background, outbox
from records.duties import MINUTE, Clock, periodic
from workflows.timers import fire_due_timers

logger = logging.getLogger(__name__)
TICK = 1.0  # seconds between two looks for work


class Command(BaseCommand):
    help = (
        "Works until SIGTERM or SIGINT: does what is due by the clock (terms, reminders, the signed head of the audit "
        "log), hands messages of the outbox (notices, documents) to the background engine and, with the engine "
        "database, carries them out. Several workers may run at once, on several machines."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do here all that is due, then end")
        parser.add_argument("--clock-only", action="store_true", help="leave the tasks to other workers")

    def handle(self, *args: Any, once: bool, clock_only: bool, **options: Any) -> None:
        clock = Clock()
        if once:
            clock.run_due(now=timezone.now)
            outbox.deliver_due(now=timezone.now, limit=100_000)
            return
        stop = background.STOPPING
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        hands = None if clock_only or settings.BACKGROUND_ENGINE != "database" else Hands()
        while not stop.is_set():
            # A long-lived process drops connections that broke or grew old, as requests do.
            close_old_connections()
            if not (clock.run_due(now=timezone.now, stopping=stop.is_set) + hand_over()):
                stop.wait(TICK)
        if hands:
            hands.end()


def hand_over() -> int:
    """Hand due messages over; a database that does not answer is logged and asked again in the next round."""
    try:
        return background.dispatch(at=timezone.now())
    except Exception:
        logger.exception("the worker could not look for messages")
        close_old_connections()
        return 0


class Hands:
    """A thread that carries out the database engine's tasks beside the clock."""

    def __init__(self) -> None:
        self.worker = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            backend_name="default",
            worker_id=get_random_string(32),
            interval=TICK / 2,
            batch=False,
            startup_delay=False,
            max_tasks=None,
        )
        self.thread = threading.Thread(target=self.work, name="tasks")
        self.thread.start()

    def work(self) -> None:
        """Until the end is asked for, also after the database was away."""
        while self.worker.running:
            try:
                self.worker.run()
            except Exception:
                logger.exception("the worker lost the database; it tries again")
                close_old_connections()
                background.STOPPING.wait(TICK)

    def end(self) -> None:
        """Wait for the current message."""
        self.worker.running = False
        self.thread.join()


@periodic(every=dt.timedelta(seconds=TICK))
def fire_terms(at: dt.datetime) -> int:
    """Fire the timers of cases that are due."""
    return fire_due_timers(at=at)


@periodic(every=5 * MINUTE)
def sign_log(at: dt.datetime) -> int:
    """Sign the head of the day unless another worker did. Returns how many heads were signed."""
    day = timezone.localdate(at)
    if not audit.head_due(day):
        return 0
    try:
        audit.sign_head(day=day, at=at)
    except IntegrityError:
        return 0
    return 1
