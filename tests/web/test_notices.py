"""Notices: one's own, readable in one's language, marked when read."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.models import Notice
from records.outbox import deliver_due
from tests.flows import district as d

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


@pytest.fixture
def place() -> d.District:
    place = d.make_district()
    d.case_after(place, "applicant")
    deliver_due(now=timezone.now)
    return place


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_steps_are_named_by_their_titles(place):
    text = client_of(place.person("leader")).get(reverse("notices")).content.decode()
    assert "（单位意见）" in text
    assert "approve_unit" not in text
    assert "未读" in text


def test_opening_marks_as_read_and_leads_to_the_task(place):
    leader = place.person("leader")
    notice = Notice.objects.get(to=leader)
    response = client_of(leader).get(reverse("notice", args=[notice.pk]))
    assert response.headers["Location"] == notice.url
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_somebody_elses_notice_is_not_found(place):
    notice = Notice.objects.get(to=place.person("leader"))
    assert client_of(place.person("handler0")).get(reverse("notice", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_can_be_marked_as_read(place):
    leader = place.person("leader")
    client = client_of(leader)
    response = client.post(reverse("read_notices"), follow=True)
    assert "标为已读" in response.content.decode()
    assert not leader.notices.filter(read_at=None).exists()
    assert "没有未读消息" in client.get(reverse("notices") + "?unread=1").content.decode()
    assert client.get(reverse("read_notices")).status_code == 405


def test_an_address_outside_is_never_followed(place):
    leader = place.person("leader")
    notice = Notice.objects.create(
        to=leader,
        kind="registered",
        context={"case": "x"},
        url="https://elsewhere.example/",
        key="k",
        created_at=timezone.now(),
    )
    response = client_of(leader).get(reverse("notice", args=[notice.pk]))
    assert response.headers["Location"] == reverse("notices")


def test_anonymous_is_sent_to_sign_in():
    for name in ("notices", "read_notices"):
        assert Client().post(reverse(name)).headers["Location"].startswith(reverse("login"))
