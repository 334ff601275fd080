"""The worker: keeps the promises of the outbox, fires terms that passed, and signs the audit log once a day."""

import datetime as dt
import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, IntegrityError, close_old_connections
from django.utils import timezone

from records import audit, outbox
from workflows.timers import fire_due_timers

logger = logging.getLogger(__name__)
PAUSE = 2.0  # seconds between two looks for work


class Command(BaseCommand):
    help = (
        "Works until SIGTERM or SIGINT: delivers the outbox (notices, documents), fires due terms, signs the audit "
        "log daily. Several workers may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            work_once()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            # A long-lived process drops connections that broke or grew old, as requests do.
            close_old_connections()
            if not work_once(stop.is_set):
                stop.wait(PAUSE)


def work_once(stopping: Callable[[], bool] = lambda: False) -> int:
    """Do what is due and return how much that was. What fails is logged and tried again on the next round."""
    done = 0
    for duty in (
        lambda: outbox.deliver_due(now=timezone.now, stopping=stopping),
        lambda: fire_due_timers(at=timezone.now()),
        lambda: sign_log(timezone.now()),
    ):
        if stopping():
            break
        try:
            done += duty()
        except (DatabaseError, OSError, ValueError):
            logger.exception("the worker could not finish a round")
            close_old_connections()
    return done


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
