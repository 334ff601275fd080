"""A person is told once about an event, in their own language, and only after it happened."""

import pytest
from django.db import transaction
from django.utils import timezone, translation

from records import notices, outbox
from records.models import Notice
from tests.factories import PersonFactory

CONTEXT = {"case": "关于成立团支部的申请", "node": "街镇审批", "due": "2026-12-01", "opinion": "材料不全"}


def send(to, key="a", kind="returned"):
    with transaction.atomic():
        notices.send(kind, to_id=to.pk, key=key, at=timezone.now(), url="/cases/1/", **CONTEXT)


def test_nothing_is_told_before_the_outbox_delivers(db):
    to = PersonFactory()
    send(to)
    assert not Notice.objects.exists()
    outbox.deliver_due(now=timezone.now)
    notice = Notice.objects.get()
    assert (notice.to, notice.url, notice.read_at) == (to, "/cases/1/", None)


def test_the_same_event_tells_once_however_often_it_is_promised_or_delivered(db):
    to = PersonFactory()
    send(to)
    send(to)
    outbox.deliver_due(now=timezone.now)
    payload = {"notice_key": "a", "to": to.pk, "notice": "returned", "url": "", "context": CONTEXT}
    notices.deliver(payload)
    assert Notice.objects.count() == 1


def test_an_event_that_was_rolled_back_tells_nobody(db):
    to = PersonFactory()
    with transaction.atomic():
        send(to)
        transaction.set_rollback(True)
    assert outbox.deliver_due(now=timezone.now) == 0


@pytest.mark.parametrize(
    "kind", ["task", "returned", "rejected", "established", "filed", "registered", "lapsed", "annulled"]
)
def test_every_kind_has_a_text_that_names_the_case(db, kind):
    send(PersonFactory(), kind=kind)
    outbox.deliver_due(now=timezone.now)
    with translation.override("zh-hans"):
        assert CONTEXT["case"] in notices.text(Notice.objects.get())
