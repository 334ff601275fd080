"""The webhooks of an organization: its own security administrator keeps them, and nobody else."""

import pytest
from django.urls import reverse

from orgs.enums import Role
from orgs.models import Webhook, WebhookDelivery
from records.models import AuditEntry, OutboxMessage
from tests import factories

from .registry import make_registry, signed_in

pytestmark = pytest.mark.django_db
URL = "https://receiver.example.org/liuyou?from=1"
BUTTONS = (
    "test_webhook",
    "rotate_webhook",
    "pause_webhook",
    "resume_webhook",
    "remove_webhook",
    "resend_webhook",
)


@pytest.fixture
def registry():
    registry = make_registry()
    registry.keeper = factories.make_person(Role.SECURITY_ADMIN, registry.near, "邵静怡")
    registry.district_keeper = factories.make_person(Role.SECURITY_ADMIN, registry.district, "毛思远")
    registry.far_keeper = factories.make_person(Role.SECURITY_ADMIN, registry.far, "韩子涵")
    return registry


def address(registry, name="webhooks", *arguments):
    return reverse(name, args=[registry.near.pk, *arguments])


def add(client, registry, url=URL, events=("case.decided",)):
    return client.post(address(registry), {"url": url, "events": events})


def press(client, registry, name):
    return client.post(address(registry, name, Webhook.objects.get().pk), follow=True).content.decode()


def test_the_secret_is_shown_once_and_after_a_change_the_old_one_still_signs(registry):
    client = signed_in(registry.keeper)
    assert add(client, registry).status_code == 302
    first = Webhook.objects.get()
    assert first.secret in client.get(address(registry)).content.decode().replace("&#x2B;", "+")
    assert "whsec_" not in client.get(address(registry)).content.decode()
    assert "原密钥还有效" in press(client, registry, "rotate_webhook")
    changed = Webhook.objects.get()
    assert (changed.old_secret, changed.secret != first.secret) == (first.secret, True)


def test_pausing_testing_and_removing(registry):
    client = signed_in(registry.keeper)
    add(client, registry)
    assert "测试事件" in press(client, registry, "test_webhook")
    assert OutboxMessage.objects.filter(kind="webhook").count() == 1
    assert "已暂停" in press(client, registry, "pause_webhook")
    assert "请先恢复" in press(client, registry, "test_webhook")
    press(client, registry, "resume_webhook")
    assert OutboxMessage.objects.filter(kind="webhook").count() == 2
    press(client, registry, "remove_webhook")
    hook, delivery = Webhook.objects.get(), WebhookDelivery.objects.get()
    assert (hook.active, hook.secret, delivery.error) == (False, "", "removed")
    assert client.post(address(registry, "resume_webhook", hook.pk)).status_code == 404
    story = AuditEntry.objects.filter(chain=f"organization:{registry.near.pk}").order_by("sequence")
    assert [event.removeprefix("webhook_") for event in story.values_list("event", flat=True)] == [
        "added",
        "paused",
        "resumed",
        "removed",
    ]


def test_what_did_not_arrive_is_sent_again_as_often_as_something_new(registry):
    client = signed_in(registry.keeper)
    add(client, registry)
    press(client, registry, "test_webhook")
    hook, delivery = Webhook.objects.get(), WebhookDelivery.objects.get()
    assert "重新发送" not in client.get(address(registry)).content.decode(), "it has not been tried yet"

    def again(number):
        url = address(registry, "resend_webhook", hook.pk)
        return client.post(url, {"delivery": number}, follow=True).content.decode()

    WebhookDelivery.objects.update(attempts=20, given_up_at=delivery.at, error="refused")
    assert "重新发送" in client.get(address(registry)).content.decode()
    assert "已重新排队" in again(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.given_up_at) == (0, None)
    assert OutboxMessage.objects.filter(kind="webhook", payload__event=delivery.key).count() == 2
    press(client, registry, "pause_webhook")
    assert "请先恢复" in again(delivery.pk)
    press(client, registry, "resume_webhook")
    WebhookDelivery.objects.update(delivered_at=delivery.at)
    for number in (delivery.pk, delivery.pk + 1, "x"):
        assert "没有重新发送" in again(number)
    assert AuditEntry.objects.filter(event="webhook_sent_again").count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example.org/",
        "https://user:word@receiver.example.org/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "ftp://receiver.example.org/",
        "https://receiver.example.org:bad/",
        "receiver.example.org",
    ],
)
def test_other_addresses_come_back_with_what_to_do(registry, url):
    response = add(signed_in(registry.keeper), registry, url)
    assert response.status_code == 422
    assert "请填写" in response.content.decode()
    assert url in response.content.decode()
    assert not Webhook.objects.exists()


def test_the_same_address_is_added_once_and_needs_an_event(registry):
    client = signed_in(registry.keeper)
    add(client, registry)
    assert "已经添加过" in add(client, registry).content.decode()
    assert "至少选择一种" in add(client, registry, URL + "2", ()).content.decode()


@pytest.mark.parametrize(
    "who", ["handler", "approver", "far_handler", "far_keeper", "district_handler", "district_keeper", None]
)
def test_everybody_else_is_refused(registry, who):
    add(signed_in(registry.keeper), registry)
    hook = Webhook.objects.get()
    client = signed_in(who and getattr(registry, who))
    wanted = 403 if who else 302
    answers = [client.get(address(registry)), add(client, registry, URL + "2")]
    answers += [client.post(address(registry, name, hook.pk)) for name in BUTTONS]
    assert {answer.status_code for answer in answers} == {wanted}
    assert Webhook.objects.get().active
    if who and "keeper" in who:
        own = getattr(registry, who).posts.get().organization_id
        assert client.post(reverse("remove_webhook", args=[own, hook.pk])).status_code == 404


def test_the_navigation_leads_the_keeper_there(registry):
    client = signed_in(registry.keeper)
    assert client.get(reverse("own_webhooks")).headers["Location"] == address(registry)
    assert reverse("own_webhooks") in client.get(address(registry)).content.decode()
