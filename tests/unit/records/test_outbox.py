"""Promises are kept at least once, take effect exactly once, and none is lost, whenever a worker dies."""

import datetime as dt
import os
import random
import subprocess
import sys

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from records import notices, outbox
from records.documents import issue
from records.models import Notice, OutboxMessage
from tests.factories import PersonFactory
from tests.processes import fork, kill, wait

from .document_samples import ON, REPLY, STREET

AT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
State = OutboxMessage.State


@pytest.fixture
def kept(monkeypatch):
    """A handler that keeps what it was called with; ``kept.fail`` is what it raises."""

    class Kept(list):
        fail: Exception | None = None

        def __call__(self, payload):
            self.append(payload)
            if self.fail:
                raise self.fail

    handler = Kept()
    monkeypatch.setitem(outbox.HANDLERS, "test", handler)
    return handler


def promise(key: str = "a", at: dt.datetime = AT, **payload) -> OutboxMessage:
    with transaction.atomic():
        outbox.promise("test", key=key, at=at, **payload)
    return OutboxMessage.objects.get(key=key)


def deliver(at: dt.datetime, **options) -> int:
    return outbox.deliver_due(now=lambda: at, **options)


def test_a_promise_is_kept_once(db, kept):
    promise(number=1)
    assert deliver(AT) == 1
    assert deliver(AT) == 0
    assert kept == [{"number": 1}]
    assert OutboxMessage.objects.get().state == State.DONE


def test_the_same_promise_is_made_once(db, kept):
    promise("a", number=1)
    promise("a", number=2)
    deliver(AT)
    assert kept == [{"number": 1}]


def test_a_promise_of_a_transaction_that_failed_was_never_made(db, kept):
    with transaction.atomic():
        outbox.promise("test", key="a", at=AT)
        transaction.set_rollback(True)
    assert deliver(AT) == 0


@pytest.mark.django_db(transaction=True)
def test_a_promise_outside_a_transaction_is_refused():
    with pytest.raises(AssertionError):
        outbox.promise("test", key="a", at=AT)


def test_promises_are_kept_in_their_order_and_not_before_their_time(db, kept):
    promise("later", AT + MINUTE, number=3)
    promise("a", number=1)
    promise("b", number=2)
    deliver(AT)
    assert kept == [{"number": 1}, {"number": 2}]
    deliver(AT + MINUTE)
    assert kept[-1] == {"number": 3}


def test_a_leased_message_is_left_to_its_worker_until_the_lease_ends(db, kept):
    promise()
    assert outbox.lease_next(at=AT)
    assert outbox.lease_next(at=AT + outbox.LEASE) is None
    assert outbox.lease_next(at=AT + outbox.LEASE + MINUTE)


def test_a_worker_that_lost_its_lease_reports_nothing(db, kept):
    promise()
    slow = outbox.lease_next(at=AT)
    later = AT + outbox.LEASE + MINUTE
    fast = outbox.lease_next(at=later)
    outbox.settle(slow, at=later, error=LookupError("too late"))
    outbox.settle(fast, at=later)
    outbox.settle(slow, at=later, error=LookupError("too late"))
    message = OutboxMessage.objects.get()
    assert (message.state, message.last_error, message.done_at) == (State.DONE, "", later)


def test_a_failure_is_tried_again_later_and_later_until_the_message_is_dead(db, kept):
    promise()
    kept.fail = LookupError("no answer")
    at, waits = AT, []
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        assert deliver(at) == 1
        message = OutboxMessage.objects.get()
        assert (message.attempts, message.last_error) == (attempt, "LookupError: no answer")
        waits.append(message.not_before - at)
        assert deliver(at) == 0
        at = message.not_before
    assert waits == sorted(waits)
    assert message.state == State.DEAD
    assert deliver(at + 1000 * MINUTE) == 0


def test_a_failure_does_not_hold_up_what_comes_after(db, kept, monkeypatch):
    monkeypatch.setitem(outbox.HANDLERS, "bad", lambda payload: 1 / 0)
    with transaction.atomic():
        outbox.promise("bad", key="bad", at=AT)
    promise("b", number=2)
    assert deliver(AT) == 2
    assert kept == [{"number": 2}]


def test_a_message_that_ends_its_worker_every_time_is_dead_in_the_end(db, kept):
    promise()
    promise("b", number=2)
    at = AT
    for _ in range(outbox.MAX_ATTEMPTS):
        assert outbox.lease_next(at=at).key == "a"
        at += outbox.LEASE + MINUTE
    assert outbox.lease_next(at=at).key == "b"
    assert OutboxMessage.objects.get(key="a").state == State.DEAD


def test_a_kind_that_nobody_handles_is_reported(db):
    with transaction.atomic():
        outbox.promise("unknown", key="a", at=AT)
    deliver(AT)
    assert OutboxMessage.objects.get().last_error == "KeyError: 'unknown'"


def test_delivery_ends_when_the_worker_is_to_stop(db, kept):
    for key in "abc":
        promise(key)
    assert deliver(AT, stopping=lambda: len(kept) == 2) == 2
    assert len(kept) == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_twenty_times_loses_nothing_and_doubles_nothing():
    """Each worker is killed by its pid at a random moment; the next one finds the leases of the dead run out."""
    dice = random.Random(7)
    to, count, killed = PersonFactory(), 150, 0
    with transaction.atomic():
        for number in range(count):
            notices.send("filed", to_id=to.pk, key=f"case{number}", at=timezone.now(), case=str(number))

    def work(generation: int):
        # Every worker lives in the time after the leases of those before it.
        outbox.deliver_due(now=lambda: timezone.now() + generation * 2 * outbox.LEASE, limit=10 * count)

    for generation in range(20):
        killed += kill(fork(lambda generation=generation: work(generation)), after=dice.uniform(0.01, 0.05))
    assert killed >= 10
    assert wait(fork(lambda: work(20))) == 0

    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.DONE}
    assert sorted(Notice.objects.values_list("key", flat=True)) == sorted(f"case{n}" for n in range(count))
    assert OutboxMessage.objects.filter(attempts__gt=1).exists(), (
        "no worker was killed in the middle of a message"
    )


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_the_work_without_taking_the_same_message():
    to, count = PersonFactory(), 60
    with transaction.atomic():
        for number in range(count):
            notices.send("filed", to_id=to.pk, key=f"case{number}", at=timezone.now(), case=str(number))
    workers = [fork(lambda: outbox.deliver_due(now=timezone.now, limit=count)) for _ in range(3)]
    assert [wait(pid) for pid in workers] == [0, 0, 0]
    assert Notice.objects.count() == count
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {(State.DONE, 1)}


def test_a_document_is_rendered_by_the_worker_and_rendering_again_changes_nothing(db, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        }
    }
    with transaction.atomic():
        document = issue(
            "establishment_reply",
            issuer=STREET,
            about=("founding", 12),
            unit_id=231,
            content=REPLY,
            on=ON,
            by_id=7,
        )
    assert not default_storage.exists(document.storage_name)
    assert outbox.deliver_due(now=timezone.now) == 1
    first = stored(document)
    assert first.startswith(b"%PDF")
    outbox.HANDLERS["document"]({"document": document.pk})
    assert stored(document) == first
    document.refresh_from_db()
    assert document.sha256


def stored(document) -> bytes:
    with default_storage.open(document.storage_name) as file:
        return file.read()


@pytest.mark.once
def test_promising_a_document_does_not_load_the_renderer():
    code = """
import django, sys
django.setup()
from records.documents import issue
assert "weasyprint" not in sys.modules
"""
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
