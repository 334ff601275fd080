"""No address without a declared access, and none of a case, unit or document opens from another street."""

import pytest
from django.test import Client
from django.urls import reverse

from orgs.access import public
from orgs.enums import Role
from tests.flows.district import act, make_applying_unit, make_district, open_founding, open_task
from workflows.models import Outcome

from .doors import Door, doors

# What a parameter of an address means; a new parameter must be given an object of the first street here.
OUTSIDERS = ("handler1", "approver1", "instructor1")


def named(door: Door) -> str:
    return door.name


@pytest.mark.parametrize("door", doors(), ids=named)
def test_every_address_declares_who_may_open_it(door):
    assert door.access is not None, f"{door.route} declares no access (orgs.access)"
    assert door.name and not door.name.endswith("None"), f"{door.route} has no name"


@pytest.mark.django_db
@pytest.mark.parametrize("door", [one for one in doors() if one.access and one.access.signed_in], ids=named)
def test_nobody_enters_without_signing_in(door):
    response = Client().get(reverse(door.name, args=[1] * len(door.parameters)))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("door", [one for one in doors() if one.access and not one.access.signed_in], ids=named)
def test_public_addresses_say_why(door):
    assert door.access != public("") and len(door.access.reason) > 5
