"""An event arrives signed, once, however often the receiver fails, and never at a private address."""

import datetime as dt
import json
import socket

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from orgs.actions.webhooks import Event, pause_webhook, queue_events, resume_webhook, rotate_secret
from orgs.enums import WebhookProblem
from orgs.models import Webhook, WebhookDelivery
from orgs.rules.webhook_address import is_global
from orgs.webhook_delivery import ATTEMPTS
from records import outbox
from records.models import OutboxMessage
from tests import factories
from tests.receiver import receiver

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cy0zMi1ieXRlcy1sb25n"


@pytest.fixture
def loopback(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.fixture
def person():
    return factories.PersonFactory()


@pytest.fixture
def make_hook(person):
    _, (street, _) = factories.make_tree()

    def make(url):
        hook = Webhook(organization=street, url=url, secret=SECRET, made_by=person, made_at=timezone.now())
        hook.save()
        at = timezone.now()
        with transaction.atomic():
            for _ in range(2):
                queue_events(hook, [Event("decided:7", "case.decided", at, {"case": "海〔2026〕7号"})], at=at)
        return hook

    return make


def work(days: float = 0) -> WebhookDelivery:
    outbox.deliver_due(now=lambda: timezone.now() + dt.timedelta(days=days))
    return WebhookDelivery.objects.get()


def test_it_arrives_once_signed_and_after_a_change_of_secret_both_sign(loopback, make_hook, person):
    with receiver() as kept:
        hook = make_hook(f"http://localhost:{kept.port}/hook?from=1")
        rotate_secret(hook, by=person, at=timezone.now())
        delivery = work()
        work(1)
    ((path, headers, body),) = kept.requests
    assert (path, headers["host"]) == ("/hook?from=1", f"localhost:{kept.port}")
    assert headers["webhook-id"] == f"msg_{delivery.pk}"
    hook.refresh_from_db()
    for secret in (SECRET, hook.secret):
        assert Verifier(secret).verify(body, headers)["data"] == {"case": "海〔2026〕7号"}
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(body.replace("7", "8"), headers)
    assert json.loads(body)["type"] == "case.decided"
    assert (delivery.status, delivery.attempts, delivery.error) == (204, 1, "")


def test_an_old_secret_signs_no_longer_when_its_time_is_over(loopback, make_hook, person):
    with receiver() as kept:
        hook = make_hook(kept.url)
        rotate_secret(hook, by=person, at=timezone.now() - dt.timedelta(days=2))
        work()
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(kept.requests[0][2], kept.requests[0][1])


def test_after_500_it_comes_again_under_the_same_id_until_2xx(loopback, make_hook):
    with receiver(0, 500, 302) as kept:
        make_hook(kept.url)
        assert (work().status, work().error) == (500, WebhookProblem.ANSWER)
        assert work(1).error == WebhookProblem.REDIRECT
        delivery = work(2)
        work(3)
    assert (delivery.attempts, delivery.status, delivery.error) == (3, 204, "")
    assert delivery.delivered_at
    assert len({headers["webhook-id"] for _, headers, _ in kept.requests}) == 1
    assert [path for path, _, _ in kept.requests] == ["/hook"] * 3


def test_a_receiver_that_was_away_gets_it_later(loopback, make_hook):
    with receiver() as kept:
        port = kept.port
    make_hook(kept.url)
    assert work().error == WebhookProblem.CONNECTION
    with receiver(port) as again:
        assert work(1).delivered_at
    assert len(again.requests) == 1


def test_it_is_given_up_in_the_end_and_the_outbox_counts_as_far(loopback, make_hook):
    with receiver() as kept:
        pass
    make_hook(kept.url)
    for attempt in range(1, ATTEMPTS + 1):
        assert work(attempt).attempts == attempt
    assert work(99).given_up_at
    assert OutboxMessage.objects.get().state == OutboxMessage.State.DONE


def test_410_stops_the_webhook(loopback, make_hook):
    with receiver(0, 410) as kept:
        make_hook(kept.url)
        delivery = work()
        work(1)
    assert (delivery.error, len(kept.requests)) == (WebhookProblem.GONE, 1)
    assert not Webhook.objects.get().active


def test_while_paused_nothing_is_sent_and_afterwards_all_of_it(loopback, make_hook, person):
    with receiver() as kept:
        hook = make_hook(kept.url)
        pause_webhook(hook, by=person, at=timezone.now())
        work()
        assert not kept.requests
        resume_webhook(hook, by=person, at=timezone.now())
        assert work().delivered_at
    assert len(kept.requests) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "localhost"])
def test_nothing_goes_to_a_private_address_nor_to_a_name_that_leads_to_one(make_hook, host):
    with receiver() as kept:
        make_hook(f"https://{host}:{kept.port}/")
        assert work().error == WebhookProblem.ADDRESS
    assert not kept.requests


def test_without_the_setting_nothing_goes_over_plain_http(make_hook):
    make_hook("http://93.184.216.34/")
    assert work().error == WebhookProblem.ADDRESS


def test_a_certificate_that_nobody_vouches_for_or_no_tls_at_all_is_a_failed_connection(loopback, make_hook):
    with receiver() as kept:
        make_hook(kept.url.replace("http:", "https:"))
        assert work().error == WebhookProblem.CONNECTION
    assert not kept.requests


def test_a_receiver_that_drips_is_left_after_the_total_time(loopback, make_hook, monkeypatch):
    monkeypatch.setattr("orgs.webhook_delivery.TOTAL_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        make_hook(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert work().error == WebhookProblem.TIMEOUT


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::8.8.8.8", True),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b:1::192.168.0.1", False),
        ("2002:a00:1::", False),
        ("2001:0:1::1", False),
        ("::7f00:1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_public_addresses(address, expected):
    assert is_global(address) is expected
