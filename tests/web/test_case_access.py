"""Every address of a case: open to its jurisdiction, closed to another sub-district, and to strangers."""

import pytest
from django.test import Client
from django.urls import reverse

from orgs.permissions import end_post
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Case, Outcome, WorkItem

pytestmark = pytest.mark.django_db

READ = ("case", "case_diagram", "case_sheet")
ACT = ("task", "claim", "unclaim", "withdraw")


def build() -> tuple[d.District, Case]:
    place = d.make_district()
    case = d.case_after(place, "applicant", "leader")
    return place, case


world = shared(build, "world")


@pytest.fixture
def both(world):
    return world()


@pytest.fixture
def place(both) -> d.District:
    return both[0]


@pytest.fixture
def case(both) -> Case:
    return both[1]


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def addresses(case) -> dict[str, str]:
    task = WorkItem.objects.get(case=case, open=True).pk
    return {name: reverse(name, args=[case.pk]) for name in READ} | {
        name: reverse(name, args=[case.pk, task]) for name in ACT
    }


@pytest.mark.parametrize("who", ["handler1", "approver1", "instructor1"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_street_gets_403_everywhere(place, case, who, method):
    client = client_of(place.person(who))
    for name, url in addresses(case).items():
        if (method == "get") == (name in (*READ, "task")) or name == "task":
            assert getattr(client, method)(url).status_code == 403, name


@pytest.mark.parametrize("who", ["handler1", "approver1"])
def test_another_street_gets_403_also_after_the_decision(place, case, who):
    urls = addresses(case)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    client = client_of(place.person(who))
    for name in ACT:
        response = client.post(urls[name])
        assert response.status_code == 403, name
        assert "街镇经办人0" not in response.content.decode()
    assert client.get(urls["task"]).status_code == 403


@pytest.mark.parametrize(
    "who",
    ["handler0", "approver0", "instructor0", "district_handler", "district_leader", "applicant", "leader"],
)
def test_the_jurisdiction_and_the_unit_may_read(place, case, who):
    client = client_of(place.person(who))
    for name in READ:
        assert client.get(addresses(case)[name]).status_code == 200, name


def test_anonymous_is_sent_to_sign_in(case):
    for name, url in addresses(case).items():
        response = Client().get(url) if name in READ else Client().post(url)
        assert response.status_code == 302, name
        assert response.headers["Location"].startswith(reverse("login"))


def test_another_units_applicant_gets_403(place, case):
    d.make_applying_unit(place)  # replaces the applicant by one of another unit in the same street
    client = client_of(place.person("applicant"))
    for name in READ:
        assert client.get(addresses(case)[name]).status_code == 403, name


def test_a_post_that_ended_closes_the_case(place, case):
    from django.utils import timezone

    person = place.person("handler0")
    end_post(person.posts.get(), by=None, on=timezone.localdate() - timezone.timedelta(days=1))
    assert client_of(person).get(addresses(case)["case"]).status_code == 403


def test_a_task_of_another_case_is_not_found(place, case):
    other = d.open_founding(place, d.make_applying_unit(place))
    task = WorkItem.objects.get(case=case, open=True).pk
    client = client_of(place.person("handler0"))
    for name in ("task", "claim", "unclaim"):
        assert client.post(reverse(name, args=[other.pk, task])).status_code == 404, name


def test_unknown_case_is_not_found(place):
    assert client_of(place.person("handler0")).get(reverse("case", args=[999])).status_code == 404
