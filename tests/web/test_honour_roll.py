"""The honour roll: name, unit, honour, year and number, and nothing else; what was revoked is not on it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from awards.actions.awarding import issue_certificate, sign_decision
from awards.models import Award
from tests.awards import make_award_world, nomination

pytestmark = pytest.mark.django_db
WORDS = {"introduction": "为表彰先进，我委决定：", "call": "希望珍惜荣誉。"}


@pytest.fixture
def awards() -> list[Award]:
    """An organization and a person of another unit, both with their certificates."""
    world, now, today = make_award_world(), timezone.now(), timezone.localdate()
    rows = [
        nomination(world.organization_honour, world.organizations[0][0]),
        nomination(world.person_honour, world.organizations[1][0], person="王雨桐"),
    ]
    sign_decision(world.campaign, rows, by=world.person("district_approver"), on=today, at=now, **WORDS)
    made = list(Award.objects.order_by("pk"))
    for award in made:
        issue_certificate(award, by=world.person("district_handler"), on=today, at=now)
    return made


def roll(client, **query: str) -> str:
    response = client.get(reverse("honour_roll"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_nothing_but_name_unit_honour_year_and_number(client, awards):
    text = roll(client)
    for award in awards:
        for shown in (award.name, award.organization.unit.name, award.title, str(award.year)):
            assert shown in text
        assert award.certificate.number in text
    row = awards[1].nomination
    for kept in (row.born_on.isoformat(), row.deeds, row.summary, row.post_title, row.case_number):
        assert kept not in text


def test_a_number_leads_to_the_verification(client, awards):
    address = reverse("verify", args=[awards[0].certificate.public_code])
    assert address in roll(client)
    assert "文件有效" in client.get(address).content.decode()


def test_what_was_revoked_is_not_on_it(client, awards):
    Award.objects.filter(pk=awards[1].pk).update(revoked_on=timezone.localdate(), revoked_reason="不实")
    text = roll(client)
    assert "王雨桐" not in text
    assert awards[0].name in text


def test_searched_by_name_and_empty(client, awards):
    text = roll(client, q="雨桐")
    assert "王雨桐" in text
    assert awards[0].name not in text
    assert "没有找到" in roll(client, q="查无此人")
    Award.objects.all().delete()
    assert "还没有受表彰的对象" in roll(client)
