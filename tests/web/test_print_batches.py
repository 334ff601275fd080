"""Ordering, watching, cancelling and fetching a print batch."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from records import outbox
from records.documents import batches
from records.models import OutboxMessage, PrintBatch
from tests.unit.orgs.issuing import issue_certificate

from .registry import make_registry, signed_in, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    storage = settings.STORAGES["default"]
    settings.STORAGES = settings.STORAGES | {"default": storage | {"OPTIONS": {"location": tmp_path}}}


@pytest.fixture
def registry():
    return make_registry()


def url(organization) -> str:
    return reverse("print_batches", args=[organization.pk])


def asked(**changed) -> dict:
    return {"kind": "founding_certificate", "year": today().year, "first": "", "last": ""} | changed


def ordered(registry, count=2) -> PrintBatch:
    for _ in range(count):
        issue_certificate(registry.near)
    signed_in(registry.handler).post(url(registry.near), asked())
    return PrintBatch.objects.get()


def make(batch: PrintBatch) -> None:
    outbox.deliver_due(now=timezone.now, limit=1000)
    batch.refresh_from_db()
    assert batch.state == "done"


def addresses(batch: PrintBatch) -> list[str]:
    names = ("print_batch", "cancel_batch", "resume_batch", "batch_print_file", "batch_archive")
    return [reverse(name, args=[batch.pk]) for name in names]


def test_from_order_to_files(registry):
    batch = ordered(registry)
    client = signed_in(registry.handler)
    page = client.get(reverse("print_batch", args=[batch.pk]))
    text = page.content.decode()
    assert "已制作 0 / 2 份" in text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert 'hx-trigger="every 2s"' in text
    assert client.get(reverse("batch_print_file", args=[batch.pk])).status_code == 404
    make(batch)
    text = client.get(reverse("print_batch", args=[batch.pk])).content.decode()
    assert "hx-trigger" not in text
    for name, start, kind in (("batch_print_file", b"%PDF", ".pdf"), ("batch_archive", b"PK", ".zip")):
        answer = client.get(reverse(name, args=[batch.pk]))
        assert b"".join(answer.streaming_content).startswith(start)
        assert answer["Content-Disposition"].startswith("attachment")
        assert kind in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "private, no-store"


def test_the_part_that_changes_is_fetched_alone(registry):
    batch = ordered(registry, 3)
    client = signed_in(registry.handler)
    batches.make_chunk({"batch": batch.pk, "chunk": 0})
    address = reverse("print_batch", args=[batch.pk]) + "?part=1"
    text = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "正在装订" in text
    assert "<html" not in text
    assert "<html" in client.get(address).content.decode()


def test_an_order_is_kept_when_something_is_wrong_with_it(registry):
    issue_certificate(registry.near)
    client = signed_in(registry.handler)
    for wrong, where in (
        ({"first": "5", "last": "2"}, "last"),
        ({"first": "9"}, "__all__"),
        ({"kind": "decision_sheet"}, "kind"),
        ({"year": "1999"}, "year"),
        ({"first": "x"}, "first"),
    ):
        answer = client.post(url(registry.near), asked(**wrong))
        assert answer.status_code == 422
        assert where in answer.context["form"].errors
    assert not PrintBatch.objects.exists()


def test_numbers_from_and_to(registry):
    for _ in range(4):
        issue_certificate(registry.near)
    signed_in(registry.handler).post(url(registry.near), asked(first="2", last="3"))
    batch = PrintBatch.objects.get()
    assert (batch.total, batch.first, batch.last) == (2, 2, 3)


def test_cancelling_stops_the_batch(registry):
    batch = ordered(registry)
    client = signed_in(registry.handler)
    assert client.get(reverse("cancel_batch", args=[batch.pk])).status_code == 405
    client.post(reverse("cancel_batch", args=[batch.pk]))
    outbox.deliver_due(now=timezone.now, limit=100)
    batch.refresh_from_db()
    assert batch.state == "cancelled"
    assert not default_storage.exists(batch.print_file)
    text = client.get(reverse("print_batch", args=[batch.pk])).content.decode()
    assert "重新制作" in text


def test_a_batch_that_failed_says_why_and_goes_on(registry):
    batch = ordered(registry)
    OutboxMessage.objects.filter(kind="print_batch").update(state="dead", last_error="MissingKey: 没有密钥")
    client = signed_in(registry.handler)
    text = client.get(reverse("print_batch", args=[batch.pk])).content.decode()
    assert "没有密钥" in text
    assert "hx-trigger" not in text
    client.post(reverse("resume_batch", args=[batch.pk]))
    make(batch)


def test_files_that_expired_are_gone_and_the_page_says_so(registry):
    batch = ordered(registry)
    make(batch)
    batches.expire({"batch": batch.pk})
    client = signed_in(registry.handler)
    assert client.get(reverse("batch_archive", args=[batch.pk])).status_code == 404
    assert "文件已过期删除" in client.get(reverse("print_batch", args=[batch.pk])).content.decode()


@pytest.mark.parametrize("who", ["far_handler", "instructor"])
def test_others_are_refused(registry, who):
    batch = ordered(registry)
    make(batch)
    client = signed_in(getattr(registry, who))
    assert client.get(url(registry.near)).status_code == 403
    assert client.post(url(registry.near), asked()).status_code == 403
    for address in addresses(batch):
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= {403, 405}
        assert 403 in answers
    assert PrintBatch.objects.count() == 1


def test_the_district_may_print_what_a_street_issued(registry):
    batch = ordered(registry)
    assert signed_in(registry.district_handler).get(addresses(batch)[0]).status_code == 200


def test_strangers_sign_in_first(registry):
    batch = ordered(registry)
    for address in (url(registry.near), *addresses(batch)):
        assert signed_in(None).get(address).url.startswith("/accounts/login/")
