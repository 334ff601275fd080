"""A notice is mailed as its reader wishes: at once, once a working day, or not; never lost, never twice."""

import datetime as dt
import email
import email.policy
import socket
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from django.core import mail as box
from django.db import transaction
from django.test import Client
from django.utils import timezone

from records import digests, mail, notices, outbox
from records.models import Notice, OutboxMessage
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
CONTEXT = {"case": "申请", "node": "x", "due": "2026-12-01", "by": "王某", "note": "", "opinion": "不全"}
LATER = dt.datetime(2099, 11, 24, 7, tzinfo=dt.UTC)  # a Tuesday, 15:00 in Beijing


@pytest.fixture
def person():
    return PersonFactory(email="reader@example.org")


def tell(person, kind, key="a"):
    with transaction.atomic():
        notices.send(kind, to_id=person.pk, key=key, at=timezone.now(), **CONTEXT)
    outbox.deliver_due(now=timezone.now)


def test_an_urge_is_mailed_once_under_a_stable_id_with_one_click_unsubscribe(person):
    tell(person, "urged")
    tell(person, "urged")
    outbox.HANDLERS["mail"]({"notice": "a"})
    first, again = box.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert first.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert OutboxMessage.objects.filter(kind="mail").count() == 1


def test_what_must_arrive_cannot_be_unsubscribed(person):
    notices.choose_emails(person.pk, {"delegation": "none"})
    with transaction.atomic():
        notices.send("delegation_ended", to_id=person.pk, key="d", at=timezone.now(), by="王某")
    outbox.deliver_due(now=timezone.now)
    assert "List-Unsubscribe" not in box.outbox[0].extra_headers


def test_one_click_without_signing_in_ends_this_group_only_and_may_be_repeated(person):
    address = mail.unsubscribe_url(person.pk, "reminders").split("8000", 1)[-1]
    client = Client(enforce_csrf_checks=True)
    assert client.get(address).status_code == 200
    assert notices.chosen_emails(person.pk)["reminders"] == "now"
    assert [client.post(address).status_code for _ in range(2)] == [200, 200]
    chosen = notices.chosen_emails(person.pk)
    assert (chosen["reminders"], chosen["progress"]) == ("none", "now")
    tell(person, "urged")
    assert not box.outbox
    assert client.post(address[:-3] + "xx/").status_code == 404


def test_the_summary_of_all_days_without_a_worker_comes_once(person):
    tell(person, "task", "a")
    tell(person, "task", "b")
    assert not box.outbox
    assert digests.send_digests(LATER - dt.timedelta(hours=8), hour=8) == 0
    assert [digests.send_digests(LATER, hour=8) for _ in range(2)] == [1, 0]
    outbox.deliver_due(now=lambda: LATER)
    outbox.deliver_due(now=lambda: LATER)
    assert len(box.outbox) == 1
    assert box.outbox[0].body.count("有新的待办") == 2
    assert not Notice.objects.filter(awaits_digest=True).exists()


@pytest.fixture
def mailbox(settings):
    """The way to a mail server on loopback: ``with mailbox() as mails`` runs it, ``mails`` is what it took."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""

    @contextmanager
    def running():
        taken = Mailbox()
        server = Controller(taken, hostname="127.0.0.1", port=port)
        server.start()
        try:
            yield taken.mails
        finally:
            server.stop()

    return running


class Mailbox:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


def test_a_mail_server_that_was_away_gets_the_mail_once(person, mailbox):
    tell(person, "urged")
    assert "ConnectionRefusedError" in OutboxMessage.objects.get(kind="mail").last_error
    with mailbox() as mails:
        for _ in range(2):
            outbox.deliver_due(now=lambda: LATER)
    (mail_taken,) = mails
    assert mail_taken["To"] == "reader@example.org"
    assert "催办" in mail_taken["Subject"]
    assert [part.get_content_type() for part in mail_taken.iter_parts()] == ["text/plain", "text/html"]


def test_a_mail_server_may_stay_away_longer_than_other_promises_wait(person, mailbox):
    tell(person, "urged")
    for day in range(1, outbox.MAX_ATTEMPTS + 2):
        outbox.deliver_due(now=lambda day=day: LATER + dt.timedelta(days=day))
    with mailbox() as mails:
        outbox.deliver_due(now=lambda: LATER + dt.timedelta(days=30))
    assert len(mails) == 1


def test_killed_between_sending_and_its_note_the_copy_has_the_same_message_id(person, mailbox):
    class Killed(BaseException):
        """What SIGKILL does, at a moment of our choice."""

    def first_the_clock_then_death():
        yield timezone.now()
        raise Killed

    notices.store("urged", [notices.Row(person.pk, "a", context=CONTEXT)], at=timezone.now())
    with mailbox() as mails:
        message = outbox.lease_next(at=timezone.now())
        clock = first_the_clock_then_death()
        next(clock)
        with pytest.raises(Killed):
            outbox.carry_out(message, now=clock.__next__)
        assert outbox.deliver_due(now=timezone.now) == 0
        outbox.deliver_due(now=lambda: timezone.now() + 2 * outbox.LEASE)
        outbox.deliver_due(now=lambda: LATER)
    first, copy = mails
    assert first["Message-ID"] == copy["Message-ID"]
    assert OutboxMessage.objects.get().state == OutboxMessage.State.DONE


def test_the_settings_page_keeps_the_choice(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert "reader@example.org" in client.get("/notices/settings/").content.decode()
    client.post("/notices/settings/", {"tasks": "none", "delegation": "none", "copies": "nonsense"})
    chosen = notices.chosen_emails(person.pk)
    assert (chosen["tasks"], chosen["delegation"], chosen["copies"]) == ("none", "now", "digest")
