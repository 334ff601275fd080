"""Whatever engine carries out the outbox: nothing is lost, nothing doubled, and no decision notices."""

import datetime as dt
import os
import signal
import time

import django_rq
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_rq.management.commands import rqworker
from django_rq.workers import get_worker
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from rq.timeouts import TimerDeathPenalty
from rq.worker import SimpleWorker

from config.settings import ENGINES
from records import background, notices, outbox
from records.models import Notice, OutboxMessage
from tests.factories import PersonFactory
from tests.processes import fork, wait
from tests.redis_server import run_redis

State = OutboxMessage.State
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    with run_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch):
    """The worker drops old connections, among them one whose transaction belongs to a test."""
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)


class QuietWorker(SimpleWorker):
    """RQ's worker inside the process of a test, whose signals and alarms belong to pytest."""

    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        pass


@pytest.fixture(params=["immediate", "database", "redis"])
def engine(request, settings):
    """``engine()`` carries out the tasks that were handed over, like a worker of the engine, and returns."""
    settings.TASKS = {"default": {"BACKEND": ENGINES[request.param]}}
    if request.param == "immediate":
        return lambda: None
    if request.param == "database":
        return lambda: database_worker().run()
    use_redis(settings, request.getfixturevalue("redis_url"))
    return lambda: get_worker(worker_class=QuietWorker).work(burst=True, logging_level="WARNING")


def use_redis(settings, url: str) -> None:
    """As config.settings does for the engine ``redis``, with an empty Redis."""
    settings.TASKS = {"default": {"BACKEND": ENGINES["redis"]}}
    settings.RQ_QUEUES = {"default": {"URL": url, "DEFAULT_TIMEOUT": 300}}
    settings.RQ = {"JOB_CLASS": "django_tasks_rq.Job"}
    django_rq.get_connection("default").flushdb()


def run_rqworker() -> None:
    """``manage.py rqworker`` until nothing is left to do; in a process of its own, whose signals it takes."""
    call_command(rqworker.Command(), burst=True, verbosity=0)


def database_worker() -> Worker:
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=str(os.getpid()),
    )


@pytest.fixture
def kept(monkeypatch):
    """What the handler of the kind ``test`` was called with; it fails for the payload ``fail``."""
    calls = []

    def handler(payload):
        calls.append(payload)
        if payload.get("fail"):
            raise LookupError("no answer")

    monkeypatch.setitem(outbox.HANDLERS, "test", handler)
    return calls


def promise(key: str, kind: str = "test", **payload) -> None:
    with transaction.atomic():
        outbox.promise(kind, key=key, at=timezone.now(), **payload)


def hand_over() -> int:
    return background.dispatch(at=timezone.now())


def test_a_message_runs_once_after_commit_and_never_after_a_rollback(db, engine, kept):
    with transaction.atomic():
        outbox.promise("test", key="never", at=timezone.now())
        transaction.set_rollback(True)
    for number in range(30):
        promise(f"m{number}", number=number)
    assert hand_over() == 30
    engine()
    assert hand_over() == 0
    assert sorted(call["number"] for call in kept) == list(range(30))
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {(State.DONE, 1)}


def test_a_task_that_comes_twice_does_nothing(db, engine, kept):
    promise("a")
    hand_over()
    (message_id,) = OutboxMessage.objects.values_list("pk", flat=True)
    for _ in range(2):
        background.carry_out.enqueue([message_id])
    engine()
    assert len(kept) == 1


def test_a_failure_is_handed_over_again_later_until_the_message_is_dead(db, engine, kept):
    promise("a", fail=True)
    promise("b")
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        assert hand_over() == (2 if attempt == 1 else 1)
        engine()
        assert hand_over() == 0, "not before the wait is over"
        message = OutboxMessage.objects.get(key="a")
        assert (message.attempts, message.last_error) == (attempt, "LookupError: no answer")
        OutboxMessage.objects.update(not_before=timezone.now())
    assert OutboxMessage.objects.get(key="a").state == State.DEAD
    assert OutboxMessage.objects.get(key="b").state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_work(engine):
    to, count = PersonFactory(), 60
    with transaction.atomic():
        for number in range(count):
            notices.send("filed", to_id=to.pk, key=f"case{number}", at=timezone.now(), case=str(number))

    def work():
        hand_over()
        engine()

    assert [wait(pid) for pid in [fork(work) for _ in range(3)]] == [0, 0, 0]
    work()
    assert Notice.objects.count() == count
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {(State.DONE, 1)}


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(engine, monkeypatch):
    """Killed after the effect and before the note of it: the worst moment."""
    to = PersonFactory()
    with transaction.atomic():
        for number in range(9):
            notices.send("filed", to_id=to.pk, key=f"case{number}", at=timezone.now(), case=str(number))
    deliver, first = outbox.HANDLERS["notice"], timezone.now()

    def work():
        hand_over()
        engine()

    def hang():
        def handler(payload):
            deliver(payload)
            time.sleep(60)

        outbox.HANDLERS["notice"] = handler
        work()

    worker = fork(hang)
    deadline = time.monotonic() + 20
    while not Notice.objects.exists():
        assert time.monotonic() < deadline, "the worker did nothing"
        time.sleep(0.02)
    os.kill(worker, signal.SIGKILL)
    assert wait(worker) == -signal.SIGKILL
    assert hand_over() == 0, "what is in the engine's hands, or in a worker's, is left there"

    past = first - HOUR
    OutboxMessage.objects.filter(state=State.WAITING).update(enqueued_until=past)
    OutboxMessage.objects.exclude(lease_until=None).update(lease_until=past)
    assert wait(fork(work)) == 0
    assert sorted(Notice.objects.values_list("key", flat=True)) == [f"case{n}" for n in range(9)]
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.DONE}
    assert OutboxMessage.objects.filter(attempts=2).count() == 1


@pytest.mark.django_db(transaction=True)
def test_rqworker_and_its_child_killed_in_the_middle_lose_nothing_and_double_nothing(
    settings, redis_url, tmp_path
):
    """The command itself, which carries each task out in a child of its own."""
    use_redis(settings, redis_url)
    to, child = PersonFactory(), tmp_path / "child"
    with transaction.atomic():
        for number in range(9):
            notices.send("filed", to_id=to.pk, key=f"case{number}", at=timezone.now(), case=str(number))
    deliver = outbox.HANDLERS["notice"]

    def hang():
        def handler(payload):
            deliver(payload)
            child.write_text(str(os.getpid()))
            time.sleep(60)

        outbox.HANDLERS["notice"] = handler
        run_rqworker()

    assert hand_over() == 9
    worker = fork(hang)
    deadline = time.monotonic() + 20
    while not (child.exists() and child.read_text()):
        assert time.monotonic() < deadline, "the worker did nothing"
        time.sleep(0.02)
    assert int(child.read_text()) != worker
    os.kill(worker, signal.SIGKILL)
    os.kill(int(child.read_text()), signal.SIGKILL)
    assert wait(worker) == -signal.SIGKILL
    assert wait(fork(run_rqworker)) == 0
    assert OutboxMessage.objects.filter(state=State.WAITING).count() == 1, "the others were in other tasks"
    OutboxMessage.objects.update(enqueued_until=None, lease_until=None)
    assert hand_over() == 1
    assert wait(fork(run_rqworker)) == 0
    assert sorted(Notice.objects.values_list("key", flat=True)) == [f"case{n}" for n in range(9)]
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.DONE}


def test_an_engine_that_takes_nothing_leaves_the_messages_in_the_outbox(db, settings, kept, caplog):
    settings.TASKS = {"default": {"BACKEND": ENGINES["redis"]}}
    settings.RQ_QUEUES = {"default": {"URL": "redis://127.0.0.1:1/0"}}
    promise("a")
    assert hand_over() == 0
    assert "takes no tasks" in caplog.text
    settings.TASKS = {"default": {"BACKEND": ENGINES["immediate"]}}
    assert hand_over() == 1
    assert len(kept) == 1


def test_a_backlog_waits_in_the_outbox(db, kept, monkeypatch):
    monkeypatch.setattr(background, "WINDOW", 5)
    for number in range(8):
        promise(f"m{number}")
    assert [hand_over(), hand_over()] == [5, 0]
    database_worker().run()
    assert hand_over() == 3


def test_a_task_that_is_to_stop_gives_its_messages_back(db, kept):
    promise("a")
    hand_over()
    background.STOPPING.set()
    try:
        database_worker().run()
    finally:
        background.STOPPING.clear()
    assert not kept
    assert hand_over() == 1


def test_tasks_of_yesterday_are_forgotten_also_those_of_killed_workers(db, kept):
    for key in "abc":
        promise(key)
    hand_over()
    DBTaskResult.objects.filter(status="READY")[:1].get().claim("killed")
    now = timezone.now()
    assert background.forget_old_tasks(now) == 0
    assert background.forget_old_tasks(now + 25 * HOUR) == 3


def test_a_message_that_waits_too_long_is_named_in_the_log(db, kept, caplog):
    promise("a")
    background.notice_a_backlog(timezone.now())
    assert not caplog.records
    background.notice_a_backlog(timezone.now() + HOUR)
    assert "test a" in caplog.text


def test_a_look_without_due_messages_is_one_statement(db, django_assert_num_queries):
    assert connection.in_atomic_block
    with django_assert_num_queries(1):
        hand_over()
