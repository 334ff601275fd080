"""The progress page: the district's goals for the district, one's own figures for a street."""

import pytest
from django.test import Client
from django.urls import reverse

from orgs.actions.district import load_campaigns
from tests.flows.district import make_applying_unit, make_district

pytestmark = [pytest.mark.django_db, pytest.mark.once("sqlite")]  # pages and files; flows run on both


def page_for(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("progress"), {"year": "2014"})


def test_district_leader_sees_goals_and_every_street():
    place = make_district()
    load_campaigns()
    page = page_for(place.person("district_leader")).content.decode()
    assert "228" in page
    assert all(street.short_name in page for street in place.streets)


def test_street_sees_itself_alone():
    place = make_district()
    load_campaigns()
    page = page_for(place.person("handler0")).content.decode()
    assert place.streets[0].short_name in page
    assert place.streets[1].short_name not in page
    assert "228" not in page


def test_unit_people_and_strangers_are_kept_out():
    place = make_district()
    make_applying_unit(place)
    assert page_for(place.person("applicant")).status_code == 403
    assert Client().get(reverse("progress")).status_code == 302
