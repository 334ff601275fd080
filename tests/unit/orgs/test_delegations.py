"""Delegation opens a desk for some days and gives no authority; it counts only while both posts run."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Delegation, Person, Post
from orgs.permissions import appoint, end_post
from orgs.queries import is_deputy, running_delegations
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timezone.localdate()
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def people() -> dict[str, Person]:
    """A street with two approvers, two handlers, an instructor; another street with one approver."""
    district, streets = factories.make_tree()
    make = factories.make_person
    return {
        "li": make(Role.SUBDISTRICT_APPROVER, streets[0], "李审批"),
        "wang": make(Role.SUBDISTRICT_APPROVER, streets[0], "王审批"),
        "handler": make(Role.SUBDISTRICT_HANDLER, streets[0], "陈经办"),
        "zhao": make(Role.SUBDISTRICT_HANDLER, streets[0], "赵经办"),
        "instructor": make(Role.INSTRUCTOR, streets[0], "指导员"),
        "elsewhere": make(Role.SUBDISTRICT_APPROVER, streets[1], "外街审批"),
        "district": make(Role.DISTRICT_HANDLER, district, "区经办"),
    }


def written(owner: Person, deputy: Person, **fields) -> Delegation:
    """A row as it could stand in the database, whatever the action would say to it."""
    values = {"since": DAY, "until": DAY + 5 * ONE_DAY} | fields
    return Delegation.objects.create(
        post=owner.posts.get(),
        deputy=deputy,
        reason="出差",
        made_by=owner,
        made_at=timezone.now(),
        **values,
    )


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def counts(one: Delegation, on: dt.date = DAY) -> bool:
    deputy = fresh(one.deputy)
    found = one in running_delegations(deputy, on)
    post = one.post
    where = {"organization_id": post.organization_id, "unit_id": post.unit_id}
    assert bool(is_deputy(deputy, post.person, post.role, on, **where)) == found
    return found


def test_counts_from_the_first_to_the_last_day(people):
    one = written(people["li"], people["wang"])
    assert [counts(one, DAY + days * ONE_DAY) for days in (-1, 0, 5, 6)] == [False, True, True, False]
    one.ended_at = timezone.now()
    one.save()
    assert not counts(one)


def test_ends_with_either_post_and_with_either_account(people):
    one = written(people["li"], people["wang"])
    for post in Post.objects.filter(person__in=(people["li"], people["wang"])):
        Post.objects.filter(pk=post.pk).update(until=DAY - ONE_DAY)
        assert not counts(one)
        Post.objects.filter(pk=post.pk).update(until=None)
        Person.objects.filter(pk=post.person_id).update(is_active=False)
        assert not counts(one)
        Person.objects.filter(pk=post.person_id).update(is_active=True)
    assert counts(one)


@pytest.mark.parametrize("who", ["handler", "elsewhere", "district", "instructor"])
def test_means_nothing_to_somebody_without_the_authority_of_the_post(people, who):
    assert not counts(written(people["li"], people[who]))


def test_a_handler_stands_in_for_the_instructor_but_not_the_other_way_round(people):
    assert counts(written(people["instructor"], people["handler"]))
    assert not counts(written(people["zhao"], people["instructor"]))


def test_a_deputy_of_a_deputy_gets_nothing(people):
    third = factories.make_person(Role.SUBDISTRICT_APPROVER, people["li"].posts.get().organization, "周审批")
    written(people["li"], people["wang"])
    written(people["wang"], third)
    owners = [one.post.person for one in running_delegations(fresh(third), DAY)]
    assert owners == [people["wang"]]


def test_covers_the_role_and_the_place_of_the_post_only(people):
    li, wang = people["li"], people["wang"]
    place, other = li.posts.get().organization, people["elsewhere"].posts.get().organization
    appoint(li, Role.SUBDISTRICT_APPROVER, other, by=None, on=DAY)
    Delegation.objects.create(
        post=li.posts.get(organization=place),
        deputy=wang,
        since=DAY,
        until=DAY,
        made_by=li,
        made_at=timezone.now(),
    )
    role = Role.SUBDISTRICT_APPROVER
    assert is_deputy(wang, li, role, DAY, organization_id=place.pk)
    assert not is_deputy(wang, li, role, DAY, organization_id=other.pk)
    assert not is_deputy(wang, li, Role.SUBDISTRICT_HANDLER, DAY, organization_id=place.pk)
    end_post(li.posts.get(organization=place), by=None, on=DAY - ONE_DAY)
    assert not is_deputy(wang, li, role, DAY, organization_id=place.pk)
