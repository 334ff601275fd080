"""The one evaluator: authority rests on a post at a place, reaches down the tree, and ends with the post."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from orgs.access import holding
from orgs.enums import Role
from orgs.models import OrganizationPermission, UnitPermission
from orgs.permissions import (
    ADMIN_ROLES,
    EXCLUSIVE_ROLES,
    ROLES,
    UNIT_ROLES,
    Perm,
    Refused,
    appoint,
    can,
    can_at,
    end_post,
    require,
)
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)
LATER = DAY + dt.timedelta(days=30)


@pytest.fixture
def tree():
    district, (near, far) = factories.make_tree()
    return district, near, far


def appointed(role, place, since=DAY):
    return factories.make_person(role, place, since=since)


def test_authority_reaches_down_the_tree_never_up_or_sideways(tree):
    district, near, far = tree
    unit = factories.make_unit(near)
    handler = appointed(Role.SUBDISTRICT_HANDLER, near)
    assert can(handler, Perm.MANAGE_REGISTRY, near, on=DAY)
    assert can(handler, Perm.MANAGE_REGISTRY, unit, on=DAY)
    assert not can(handler, Perm.MANAGE_REGISTRY, district, on=DAY)
    assert not can(handler, Perm.MANAGE_REGISTRY, far, on=DAY)
    leader = appointed(Role.DISTRICT_LEADER, district)
    assert can(leader, Perm.VIEW_REGISTRY, unit, on=DAY)


@pytest.mark.parametrize("role", [role for role in Role if role not in UNIT_ROLES])
def test_a_role_gives_what_the_table_says_and_nothing_else(tree, role):
    person = appointed(role, tree[1])
    given = {perm for perm in Perm if can(person, perm, tree[1], on=DAY)}
    assert given == ROLES[role]


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_a_unit_role_gives_what_the_table_says_in_that_unit_only(tree, role):
    unit, other = factories.make_unit(tree[1]), factories.make_unit(tree[1])
    person = appointed(Role(role), unit)
    assert {perm for perm in Perm if can(person, perm, unit, on=DAY)} == ROLES[role]
    assert not any(can(person, perm, other, on=DAY) for perm in Perm)


def test_a_refusal_says_what_is_missing_where_and_what_helps(tree):
    verdict = can(appointed(Role.INSTRUCTOR, tree[1]), Perm.MANAGE_REGISTRY, tree[2], on=DAY)
    assert not verdict
    assert "维护辖区单位" in verdict.reason
    assert tree[2].display_name in verdict.reason
    assert verdict.remedy


def test_enforcing_raises_what_the_403_page_explains(tree):
    person = appointed(Role.INSTRUCTOR, tree[1])
    with pytest.raises(Refused) as refused:
        require(person, Perm.MANAGE_REGISTRY, tree[1], on=DAY)
    assert isinstance(refused.value, PermissionDenied)
    assert refused.value.verdict.reason == str(refused.value)
    require(person, Perm.VIEW_REGISTRY, tree[1], on=DAY)


def test_the_outer_door_names_the_missing_permissions(tree):
    verdict = holding(Perm.EXPORT_REGISTRY, Perm.MANAGE_POSTS).verdict(
        appointed(Role.INSTRUCTOR, tree[1]), DAY
    )
    assert not verdict
    assert "导出辖区名册" in verdict.reason
    assert "开通单位账号" in verdict.reason


def test_authority_begins_and_ends_with_the_post(tree):
    person = appointed(Role.SUBDISTRICT_HANDLER, tree[1])
    post = person.posts.get()
    assert not can(person, Perm.VIEW_REGISTRY, tree[1], on=DAY - dt.timedelta(days=1))
    post.until = LATER
    post.save()
    assert can(person, Perm.VIEW_REGISTRY, tree[1], on=LATER)
    assert not can(person, Perm.VIEW_REGISTRY, tree[1], on=LATER + dt.timedelta(days=1))


def test_ending_a_post_withdraws_what_no_other_post_gives(tree):
    person = appointed(Role.SUBDISTRICT_HANDLER, tree[1])
    appoint(person, Role.INSTRUCTOR, tree[1], by=None, on=DAY)
    end_post(person.posts.get(role=Role.SUBDISTRICT_HANDLER), by=None, on=LATER)
    after = LATER + dt.timedelta(days=1)
    assert {perm for perm in Perm if can(person, perm, tree[1], on=after)} == ROLES[Role.INSTRUCTOR]
    assert OrganizationPermission.objects.filter(user=person).count() == len(ROLES[Role.INSTRUCTOR])


def test_ending_a_unit_post_leaves_no_permission_behind(tree):
    unit = factories.make_unit(tree[1])
    person = appointed(Role.UNIT_APPLICANT, unit)
    end_post(person.posts.get(), by=None, on=DAY)
    assert not UnitPermission.objects.filter(user=person).exists()
    assert not can(person, Perm.APPLY_FOUNDING, unit, on=DAY + dt.timedelta(days=1))


def test_an_account_that_was_switched_off_may_nothing(tree):
    person = appointed(Role.SUBDISTRICT_HANDLER, tree[1])
    person.is_active = False
    verdict = can(person, Perm.VIEW_REGISTRY, tree[1], on=DAY)
    assert not verdict
    assert "停用" in verdict.reason


def test_roles_belong_at_their_kind_of_place(tree):
    unit = factories.make_unit(tree[1])
    for role, place in ((Role.UNIT_APPLICANT, tree[1]), (Role.SUBDISTRICT_HANDLER, unit)):
        with pytest.raises(ValidationError, match="不能设在此处"):
            appoint(factories.PersonFactory(), role, place, by=None, on=DAY)


@pytest.mark.parametrize("pair", [tuple(sorted(pair)) for pair in EXCLUSIVE_ROLES])
def test_nobody_handles_and_approves_at_one_place(tree, pair):
    place = factories.make_unit(tree[1]) if set(pair) <= UNIT_ROLES else tree[1]
    for first, second in (pair, pair[::-1]):
        person = appointed(Role(first), place)
        with pytest.raises(ValidationError, match="不能由同一人担任"):
            appoint(person, Role(second), place, by=None, on=DAY)


def test_the_same_post_is_not_given_twice(tree):
    person = appointed(Role.INSTRUCTOR, tree[1])
    with pytest.raises(ValidationError, match="已任此职"):
        appoint(person, Role.INSTRUCTOR, tree[1], by=None, on=DAY)


def test_one_query_decides(tree, django_assert_num_queries):
    person = appointed(Role.SUBDISTRICT_HANDLER, tree[1])
    unit = factories.make_unit(tree[1])
    with django_assert_num_queries(1):
        assert can(person, Perm.VIEW_REGISTRY, unit, on=DAY)


@pytest.mark.parametrize("role", [role for role in Role if role not in ADMIN_ROLES])
def test_an_administrator_takes_no_part_in_the_business_at_any_place(tree, role):
    place = factories.make_unit(tree[1]) if role in UNIT_ROLES else tree[1]
    administrator = appointed(Role.SECURITY_ADMIN, tree[2])
    with pytest.raises(ValidationError, match="不得兼任"):
        appoint(administrator, role, place, by=None, on=DAY)
    person = appointed(role, place)
    with pytest.raises(ValidationError, match="不得兼任"):
        appoint(person, Role.SECURITY_ADMIN, tree[2], by=None, on=DAY)
    end_post(person.posts.get(), by=None, on=DAY)
    assert appoint(person, Role.SECURITY_ADMIN, tree[2], by=None, on=LATER)


def test_authority_at_a_place_is_not_given_by_a_post_above_it(tree):
    district, near, _ = tree
    administrator = appointed(Role.SECURITY_ADMIN, district)
    assert can_at(administrator, Perm.MANAGE_SEALS, district, on=DAY)
    verdict = can_at(administrator, Perm.MANAGE_SEALS, near, on=DAY)
    assert not verdict
    assert near.display_name in verdict.reason
