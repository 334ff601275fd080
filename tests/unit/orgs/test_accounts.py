"""Accounts of units: usernames, links, and who may issue them."""

import datetime as dt

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions.accounts import (
    end_unit_post,
    give_post,
    issue_link,
    link_verdicts,
    open_account,
    proposed_username,
)
from orgs.enums import Role
from orgs.models import Person, Post
from orgs.permissions import Refused, appoint
from records.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def tree():
    district, (near, far) = factories.make_tree()
    return district, near, far


@pytest.fixture
def handler(tree):
    return factories.make_person(Role.SUBDISTRICT_HANDLER, tree[1], "陈静怡")


@pytest.fixture
def unit(tree):
    return factories.make_unit(tree[1])


def common(unit, by) -> dict:
    return {"unit": unit, "by": by, "on": TODAY, "at": timezone.now()}


def opened(unit, by, **changed):
    data = {"role": Role.UNIT_APPLICANT, "name": "王雨桐", "phone": "13812341234", "username": ""}
    return open_account(**common(unit, by), **(data | changed))


@pytest.mark.parametrize(
    ("name", "username"),
    [("王雨桐", "wangyutong"), ("吕 布", "lvbu"), ("Anna Müller", "annamller"), ("！", "user")],
)
def test_a_username_is_the_name_in_letters(name, username):
    assert proposed_username(name) == username


def test_a_taken_username_gets_the_next_number():
    for number in ("", "2", "4"):
        factories.PersonFactory(username=f"wangyutong{number}")
    assert proposed_username("王雨桐") == "wangyutong3"


def test_the_link_is_good_for_its_person_once(unit, handler):
    post, link = opened(unit, handler)
    person = Person.objects.get(pk=post.person_id)
    assert default_token_generator.check_token(person, link.token)
    assert not person.has_usable_password()
    person.set_password("一个够长的新口令2026")
    person.save()
    assert not default_token_generator.check_token(person, link.token)


def test_an_account_that_cannot_be_appointed_is_not_opened(unit, handler):
    with pytest.raises(ValidationError):
        opened(unit, handler, role=Role.INSTRUCTOR)
    assert not Person.objects.filter(name="王雨桐").exists()
    assert not AuditEntry.objects.exists()


def test_an_inactive_person_gets_no_role(unit, handler):
    factories.PersonFactory(username="gone", name="已离开", is_active=False)
    with pytest.raises(ValidationError):
        give_post(**common(unit, handler), role=Role.UNIT_LEADER, username="gone", name="已离开")


def test_a_new_link_ends_the_old_password_and_the_old_link(unit, handler):
    post, first = opened(unit, handler)
    second = issue_link(post, by=handler, on=TODAY, at=timezone.now())
    person = Person.objects.get(pk=post.person_id)
    assert not default_token_generator.check_token(person, first.token)
    assert default_token_generator.check_token(person, second.token)


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.DISTRICT_APPROVER])
def test_no_link_for_somebody_with_a_post_in_an_organization(tree, unit, handler, role):
    post, _link = opened(unit, handler)
    appoint(post.person, role, tree[1], by=None, on=TODAY)
    with pytest.raises(Refused) as refused:
        issue_link(post, by=handler, on=TODAY, at=timezone.now())
    assert refused.value.verdict.remedy
    assert not AuditEntry.objects.filter(event="link_issued").exists()


def test_a_post_that_begins_later_counts_already(tree, unit, handler):
    post, _link = opened(unit, handler)
    appoint(post.person, Role.DISTRICT_LEADER, tree[0], by=None, on=TODAY + dt.timedelta(days=30))
    assert not link_verdicts([post.person], handler, on=TODAY)[post.person_id]


def test_a_post_that_ended_counts_no_longer(tree, unit, handler):
    post, _link = opened(unit, handler)
    earlier = appoint(post.person, Role.INSTRUCTOR, tree[2], by=None, on=TODAY - dt.timedelta(days=9))
    Post.objects.filter(pk=earlier.pk).update(until=TODAY - dt.timedelta(days=1))
    assert link_verdicts([post.person], handler, on=TODAY)[post.person_id]


@pytest.mark.parametrize("field", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}], ids=str)
def test_no_link_for_administrators_or_accounts_that_are_off(unit, handler, field):
    post, _link = opened(unit, handler)
    Person.objects.filter(pk=post.person_id).update(**field)
    with pytest.raises(Refused):
        issue_link(post, by=handler, on=TODAY, at=timezone.now())


def test_no_link_for_oneself(tree, handler):
    assert not link_verdicts([handler], handler, on=TODAY)[handler.pk]


def test_a_post_ends_once_and_not_before_it_began(unit, handler):
    post, _link = opened(unit, handler)
    with pytest.raises(ValidationError, match="不能早于"):
        end_unit_post(post, by=handler, on=TODAY - dt.timedelta(days=1), at=timezone.now())
    end_unit_post(post, by=handler, on=TODAY, at=timezone.now())
    with pytest.raises(ValidationError, match="无需再办"):
        end_unit_post(post, by=handler, on=TODAY, at=timezone.now())
    assert AuditEntry.objects.filter(event="post_ended").count() == 1
