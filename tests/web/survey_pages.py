"""A survey as people walk it over the pages."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Person
from tests import factories
from tests.flows import district as d
from workflows.models import Case
from workflows.survey.starting import open_survey_case

VISIT = {
    "visited_on": "",
    "found": "yes",
    "employees": "50",
    "youth": "30",
    "members": "6",
    "party_members": "2",
    "party_organization": "",
    "willingness": "willing",
    "interviewee": "王经理",
    "notes": "青年多，愿意建团。",
}


def opened(place: d.District, **fields) -> Case:
    """A survey that waits for its visit, in the first street."""
    unit = factories.make_unit(place.streets[0], **({"classification": ""} | fields))
    return open_survey_case(
        unit=unit, by=place.person("district_handler"), on=timezone.localdate(), at=timezone.now()
    )


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(case: Case) -> str:
    """The page of the open step."""
    return reverse("task", args=[case.pk, d.open_task(case).pk])


def visited(place: d.District, case: Case, **changes):
    """Send the visit form as the instructor."""
    data = VISIT | {"visited_on": timezone.localdate().isoformat()} | changes
    return client_of(place.person("instructor0")).post(address(case), data)


def classified(place: d.District, case: Case, classification: str, reason: str = "依据走访。"):
    """Send the classification as the handler."""
    data = {"classification": classification, "reason": reason}
    return client_of(place.person("handler0")).post(address(case), data)
