"""A form that somebody else overtook: both values are shown, nothing typed is lost, nothing is overwritten unseen."""

import pytest
from django.utils import timezone

from orgs.actions.units import keep_version
from orgs.enums import Role
from tests import factories

from .registry import errors, make_registry, signed_in, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    return make_registry()


def test_a_stale_form_shows_both_values_and_who_changed_what_when(registry):
    unit = factories.make_unit(registry.near, contact_phone="13812341234", contact_name="旧联系人")
    typed = stored(unit, employees=75, contact_name="王雨桐")
    unit.employees, unit.contact_phone = 90, "13900001111"
    other = factories.make_person(Role.SUBDISTRICT_HANDLER, registry.near, "刘同事")
    keep_version(unit, reason="电话核实", by=other, at=timezone.now())
    client, url = signed_in(registry.handler), f"/units/{unit.pk}/edit/"
    page = client.post(url, typed)
    assert page.status_code == 409
    text = page.content.decode()
    rows = {row["label"]: row for row in page.context["conflict"]["rows"]}
    assert "刘同事" in text
    assert "电话核实" in text
    employees = rows["从业人员"]
    assert (employees["before"], employees["after"], employees["theirs"]) == ("90", "75", True)
    assert rows["联系人"]["theirs"] is False
    assert "联系电话" not in rows
    assert 'value="75"' in text
    unit.refresh_from_db()
    assert (unit.employees, unit.version) == (90, 2)
    again = client.post(url, typed | {"based_on": page.context["form"]["based_on"].value()})
    assert again.status_code == 422
    assert "星号" in errors(again)["contact_phone"]
    saved = typed | {"based_on": "2", "contact_phone": "139****1111"}
    assert client.post(url, saved).status_code == 302
    unit.refresh_from_db()
    assert (unit.employees, unit.version, unit.contact_phone) == (75, 3, "13900001111")


@pytest.mark.parametrize("based_on", ["", "x", "0", "99"])
def test_a_form_without_a_sound_version_is_stale(registry, based_on):
    unit = factories.make_unit(registry.near)
    data = stored(unit, based_on=based_on)
    assert signed_in(registry.handler).post(f"/units/{unit.pk}/edit/", data).status_code == 409
