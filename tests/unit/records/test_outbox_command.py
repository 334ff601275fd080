"""`manage.py outbox`: what waits, what is dead and why, and another try for the dead."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from records import outbox
from records.models import OutboxMessage


@pytest.fixture
def dead(db) -> OutboxMessage:
    """A dead message beside one that waits."""
    with transaction.atomic():
        for key in ("a", "b"):
            outbox.promise("test", key=key, at=timezone.now())
    message = OutboxMessage.objects.get(key="a")
    message.state, message.attempts, message.last_error = (
        "dead",
        outbox.MAX_ATTEMPTS,
        "LookupError: no answer",
    )
    message.save()
    return message


def test_the_dead_are_listed_with_their_errors(dead, capsys):
    call_command("outbox")
    shown = capsys.readouterr().out
    assert f"{dead.pk}  test a  LookupError: no answer" in shown
    assert "test：1 件" in shown
    assert "test b" not in shown


@pytest.mark.parametrize("which", ["all", "the id"])
def test_a_dead_message_is_tried_again(dead, which, monkeypatch, capsys):
    monkeypatch.setitem(outbox.HANDLERS, "test", lambda payload: None)
    call_command("outbox", retry="all" if which == "all" else str(dead.pk))
    assert outbox.deliver_due(now=timezone.now) == 2
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.parametrize("which", ["0", "x"])
def test_what_is_not_dead_is_refused(dead, which):
    with pytest.raises(CommandError):
        call_command("outbox", retry=which)
    dead.refresh_from_db()
    assert dead.state == "dead"
