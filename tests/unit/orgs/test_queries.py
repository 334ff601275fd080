"""Lists: what a person may see, keyset pages, counts that stop, codes of the tree."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs import queries
from orgs.actions.organizations import add_organization
from orgs.enums import Classification, Role
from orgs.models import Coverage, Organization, Unit
from orgs.permissions import Perm
from tests import factories
from tests.web.registry import make_branch

DAY = dt.date(2026, 11, 24)


@pytest.fixture
def tree(db):
    district, (near, far) = factories.make_tree()
    return district, near, far


@given(st.lists(st.integers(1, 999), min_size=1, max_size=6))
def test_a_code_has_three_digits_per_level_and_leads_back_to_its_path(steps):
    code = ".".join(f"{step:03d}" for step in steps)
    path = queries.tree_path(code)
    assert len(path) == 4 * len(steps)
    assert queries.tree_code(path) == code


def test_a_code_beyond_999_children_gets_a_fourth_digit():
    assert queries.tree_code(queries.tree_path("001.1295")) == "001.1295"


@pytest.mark.parametrize("text", ["", "1", "001.", "001..002", "001.01", "海淀", "001 002"])
def test_what_is_no_code_has_no_path(text):
    assert queries.tree_path(text) == ""


def test_codes_follow_the_tree(tree):
    assert queries.tree_code(make_branch(tree[2], "团支部").path) == "001.001.002.001"


def pages(rows, keys, size):
    """All pages forward, and back again from the last one."""
    cursor, forward = "", []
    while True:
        page = queries.keyset_page(rows, keys, cursor, size=size)
        forward.append(page)
        cursor = page.next
        if not cursor:
            break
    back, cursor = [forward[-1]], forward[-1].previous
    while cursor:
        page = queries.keyset_page(rows, keys, cursor, size=size)
        back.insert(0, page)
        cursor = page.previous
    return forward, back


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 20])
def test_pages_hold_every_row_once_in_order_and_the_way_back_is_the_same(tree, size):
    author = factories.PersonFactory()
    for place in (tree[1], tree[2], tree[1], tree[2], tree[1], tree[2], tree[1]):
        factories.make_unit(place, by=author)
    rows = Unit.objects.all()
    expected = list(rows.order_by("scope", "pk"))
    forward, back = pages(rows, ("scope", "pk"), size)
    assert [row for page in forward for row in page.rows] == expected
    assert [page.rows for page in back] == [page.rows for page in forward]
    assert [page.first for page in back] == [page.first for page in forward]
    assert [page.first for page in forward] == list(range(1, 8, size))
    assert forward[0].previous == ""


def test_a_page_after_rows_that_are_gone_is_empty(tree):
    assert queries.keyset_page(Organization.objects.all(), ("scope",), f"n9-{(1 << 63) - 1}").rows == []


@pytest.mark.parametrize("cursor", ["n", "n1", "n1-", "n1-1-1", "q1-1", f"n1-{1 << 63}", "n-1-1", "n1-1\n"])
def test_a_cursor_that_cannot_be_read_begins_at_the_start(tree, cursor):
    assert queries.keyset_page(Organization.objects.all(), ("scope",), cursor).first == 1


def test_counting_stops(tree, monkeypatch):
    monkeypatch.setattr(queries, "COUNT_LIMIT", 3)
    page = queries.keyset_page(Organization.objects.all(), ("scope",), size=2)
    assert (page.count, page.count_text) == (3, "2+")
    assert queries.keyset_page(Organization.objects.filter(depth=3), ("scope",)).count_text == "2"


def test_a_page_is_found_by_comparing_never_by_offset(tree, django_assert_num_queries):
    first = queries.keyset_page(Organization.objects.all(), ("scope",), size=1)
    with django_assert_num_queries(2) as captured:
        queries.keyset_page(Organization.objects.all(), ("scope",), first.next, size=1)
    assert not any("OFFSET" in query["sql"] for query in captured.captured_queries)


def test_staff_see_their_subtree_and_unit_people_their_unit(tree):
    district, near, far = tree
    mine, other = factories.make_unit(near), factories.make_unit(far)
    since = DAY - dt.timedelta(days=9)
    handler = factories.make_person(Role.SUBDISTRICT_HANDLER, near, since=since)
    applicant = factories.make_person(Role.UNIT_APPLICANT, mine, since=since)
    leader = factories.make_person(Role.DISTRICT_LEADER, district, since=since)
    assert set(queries.visible_units(handler, DAY)) == {mine}
    assert set(queries.visible_units(applicant, DAY)) == {mine}
    assert set(queries.visible_units(leader, DAY)) == {mine, other}
    assert set(queries.visible_organizations(handler, DAY)) == {near}
    assert not queries.visible_units(factories.PersonFactory(), DAY).exists()
    assert not queries.visible_units(handler, since - dt.timedelta(days=1)).exists()


def test_places_to_filter_by_are_those_of_the_jurisdiction(tree):
    district, near, far = tree
    make_branch(near, "团支部")
    handler = factories.make_person(Role.SUBDISTRICT_HANDLER, near, since=DAY)
    leader = factories.make_person(Role.DISTRICT_LEADER, district, since=DAY)
    assert list(queries.places_within(handler, Perm.VIEW_REGISTRY, DAY)) == [near]
    assert list(queries.places_within(leader, Perm.VIEW_REGISTRY, DAY)) == [district, near, far]
    assert not queries.places_within(leader, Perm.MANAGE_REGISTRY, DAY).exists()


def test_a_wildcard_in_a_search_is_text(tree):
    make_branch(tree[1], "百分%团支部")
    found = queries.organizations_matching(Organization.objects.all(), text="%")
    assert [one.name for one in found] == ["百分%团支部"]


def test_initials_are_searched_in_any_case(tree):
    branch = make_branch(tree[1], "云岫团支部")
    for text in ("yx", "YXtzb"):
        assert list(queries.organizations_matching(Organization.objects.all(), text=text)) == [branch]


def test_coverage_counts_running_coverage_only(tree):
    branch, other = make_branch(tree[1], "一团支部"), make_branch(tree[1], "二团支部")
    for until in (None, DAY, DAY - dt.timedelta(days=1)):
        unit = factories.make_unit(tree[1])
        Coverage.objects.create(organization=branch, unit=unit, since=dt.date(2026, 1, 1), until=until)
    assert queries.coverage_counts([branch, other], DAY) == {branch.pk: 2}


def test_parents_are_found_by_the_path_of_the_child(tree):
    branch = make_branch(tree[1], "团支部")
    root = Organization.objects.get(depth=1)
    assert queries.parents_of([branch, root]) == {tree[1].path: tree[1]}


@pytest.mark.parametrize("classification", list(Classification))
def test_a_founding_begins_in_a_unit_that_the_survey_found_ready(tree, classification):
    unit = factories.make_unit(tree[1], classification=classification)
    ready = classification in (Classification.READY_STANDALONE, Classification.READY_JOINT)
    verdict = queries.founding_obstacle(unit)
    assert bool(verdict) is ready
    assert bool(verdict.remedy) is not ready


def test_a_merged_unit_founds_nothing(tree):
    unit = factories.make_unit(tree[1], merged_into=factories.make_unit(tree[1]))
    assert "已并入" in queries.founding_obstacle(unit).reason


def test_the_district_of_a_node_is_the_one_above_it(tree):
    branch = add_organization(parent=tree[1], name="团支部", kind="branch")
    assert queries.district_of(branch) == tree[0]
