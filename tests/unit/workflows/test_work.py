"""The worker: everything that is due once, daily heads, and a quick end when it is asked to stop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from records import audit, notices
from records.models import LogHead, Notice, OutboxMessage
from tests.factories import PersonFactory

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def promise(key: str) -> None:
    with transaction.atomic():
        notices.send("filed", to_id=PersonFactory().pk, key=key, at=timezone.now(), case="x")
        audit.record("noted", by_id=1, about="case:1", chain="unit:1", at=timezone.now())


def test_one_round_delivers_what_is_due_and_signs_the_day(db):
    promise("a")
    call_command("work", once=True)
    assert Notice.objects.count() == 1
    assert LogHead.objects.get().day == timezone.localdate()


def test_a_day_is_signed_once(db):
    call_command("work", once=True)
    call_command("work", once=True)
    assert LogHead.objects.count() == 1


def test_signing_by_hand_and_by_the_worker_do_not_collide(db, capsys):
    call_command("sign_log")
    call_command("work", once=True)
    call_command("sign_log")
    assert LogHead.objects.count() == 1
    assert audit.public_key() in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_works_and_ends_within_seconds_when_asked(number, tmp_path):
    promise("a")
    worker = start(tmp_path)
    try:
        until(lambda: OutboxMessage.objects.filter(state="done").exists())
        started = time.monotonic()
        worker.send_signal(number)
        assert worker.wait(10) == 0
        assert time.monotonic() - started < 5
        assert worker.stderr.read() == ""
    finally:
        worker.kill()
        worker.communicate()


def start(folder: Path) -> subprocess.Popen[str]:
    """A worker as it is started in production, on the test database."""
    code = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "work"])
"""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "VAR_DIR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", code, str(connection.settings_dict["NAME"])],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)
