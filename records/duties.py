"""Periodic duties: what `manage.py work` does by the clock, besides carrying out the outbox.

A module of any layer registers one with :func:`periodic` and is imported by the ``ready()`` of its app. Several
workers may run, each with a clock of its own, and a clock starts anew with its process: a duty runs *at least* as
often as it asks for, perhaps at the same time on two machines. It therefore leaves the same result when it runs
twice (a unique key, a lock, or a condition in its UPDATE), and catches up by itself on what passed while no worker
ran.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

Work = Callable[[dt.datetime], int]
logger = logging.getLogger(__name__)
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Duty:
    """What is done, and how long a worker waits before it does it again."""

    name: str
    work: Work
    every: dt.timedelta


DUTIES: dict[str, Duty] = {}


def periodic(*, every: dt.timedelta = MINUTE) -> Callable[[Work], Work]:
    """Register ``duty(at) -> int``: does what is due at ``at`` and returns how much that was.

    An exception is logged and the duty tried again after ``every``; it holds up no other duty. A duty opens its own
    transactions, short ones, so that a worker that is asked to stop does so soon.
    """

    def register(work: Work) -> Work:
        name = f"{work.__module__}.{work.__qualname__}"
        DUTIES[name] = Duty(name, work, every)
        return work

    return register


class Clock:
    """Which duties are due; one per worker. A new one finds all of them due."""

    def __init__(self) -> None:
        self._next: dict[str, dt.datetime] = {}

    def run_due(self, *, now: Callable[[], dt.datetime], stopping: Callable[[], bool] = lambda: False) -> int:
        """Do what is due, until ``stopping``; returns the sum of what the duties reported."""
        done = 0
        for duty in list(DUTIES.values()):
            at = now()
            if stopping():
                break
            if at < self._next.get(duty.name, at):
                continue
            self._next[duty.name] = at + duty.every
            try:
                done += duty.work(at)
            except Exception:
                logger.exception("the duty %s failed; it is tried again in %s", duty.name, duty.every)
                close_old_connections()
        return done
