"""RULES.md sections 2 and 10: what may be founded, who decides, seats and terms, under both rule sets."""

import json
from datetime import date
from fractions import Fraction

import pytest

from orgs.enums import FOUNDED_KINDS, FoundingMode
from orgs.rules.founding import (
    committee_seats,
    founding_route,
    may_be_founded,
    needs_election,
    officer_age_warnings,
    organization_kind_problems,
    term_end,
)
from orgs.rules.reference import FIXTURES

ALL_SETS = json.loads((FIXTURES / "rule_sets.json").read_text(encoding="utf-8"))
SETS = {one["name"]: one for one in ALL_SETS if one["subject"] == "founding"}
OLD, NEW = SETS["founding-2014"]["data"], SETS["founding-current"]["data"]


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize("one", SETS.values(), ids=SETS)
def test_a_rule_set_is_complete_and_every_key_names_its_source(one):
    assert one["subject"] == "founding"
    assert date.fromisoformat(one["valid_from"])
    assert set(one["data"]) == set(one["sources"]) == set(OLD)
    assert all(one["sources"].values())
    assert set(one["data"]["modes"]) == set(FoundingMode.values)
    assert Fraction(one["data"]["quorum_fraction"]) == Fraction(4, 5)
    for kind in FOUNDED_KINDS:
        assert founding_route(kind, False, one["data"])[0] == "unit"


@pytest.mark.parametrize(("kind", "fewest"), [("branch", 3), ("general_branch", 30), ("committee", 100)])
def test_fewest_members_of_each_kind(kind, fewest):
    assert organization_kind_problems(kind, "standalone", fewest, fewest, 0, OLD) == []
    assert codes(organization_kind_problems(kind, "standalone", fewest - 1, fewest, 0, OLD)) == [
        "too_few_members"
    ]


def test_the_remedy_for_too_few_members_fits_the_unit():
    few = organization_kind_problems("branch", "standalone", 2, 3, 0, OLD)[0]
    cultivate = organization_kind_problems("branch", "standalone", 2, 15, 0, OLD)[0]
    smaller = organization_kind_problems("committee", "standalone", 40, 90, 0, OLD)[0]
    joint = organization_kind_problems("joint_branch", "joint", 2, 9, 2, OLD)[0]
    assert "联合建团" in few.message
    assert "先发展团员" in cultivate.message
    assert "团总支" in smaller.message
    assert "增加覆盖单位" in joint.message


def test_fifty_members_of_a_branch_are_only_a_warning_and_only_now():
    problems = organization_kind_problems("branch", "standalone", 51, 60, 0, NEW)
    assert codes(problems) == ["too_many_members"]
    assert may_be_founded(problems)
    assert organization_kind_problems("branch", "standalone", 51, 60, 0, OLD) == []


def test_a_joint_branch_needs_another_unit_and_is_no_branch_of_its_own():
    assert codes(organization_kind_problems("joint_branch", "joint", 3, 5, 0, OLD)) == [
        "covered_units_missing"
    ]
    assert codes(organization_kind_problems("branch", "joint", 3, 5, 1, OLD)) == ["kind_not_in_mode"]
    assert organization_kind_problems("joint_branch", "joint", 3, 5, 1, OLD) == []


@pytest.mark.parametrize("mode", ["regional", "market", "building", "industry", "park"])
def test_area_modes_need_a_host_its_consent_and_covered_units(mode):
    def check(**given):
        return codes(organization_kind_problems("joint_branch", mode, 5, 9, 2, OLD, **given))

    assert check() == []
    assert check(has_host=False) == ["host_missing"]
    assert check(has_host_consent=False) == ["host_consent_missing"]
    assert codes(organization_kind_problems("joint_branch", mode, 5, 9, 0, OLD)) == ["covered_units_missing"]


@pytest.mark.parametrize(
    ("ends_on", "expected"),
    [
        (None, ["end_date_missing"]),
        (date(2014, 6, 1), ["end_date_past"]),
        (date(2014, 12, 1), []),
        (date(2014, 12, 2), ["temporary_too_long"]),
    ],
)
def test_a_temporary_branch_ends_within_six_months(ends_on, expected):
    problems = organization_kind_problems(
        "temporary_branch", "temporary", 3, 5, 0, OLD, starts_on=date(2014, 6, 1), ends_on=ends_on
    )
    assert codes(problems) == expected


@pytest.mark.parametrize(
    ("kind", "direct", "route"),
    [
        ("branch", False, ("unit", "subdistrict")),
        ("joint_branch", False, ("unit", "subdistrict")),
        ("temporary_branch", False, ("unit", "subdistrict")),
        ("general_branch", False, ("unit", "subdistrict", "file:district")),
        ("committee", False, ("unit", "subdistrict", "district")),
        ("branch", True, ("unit", "district")),
        ("committee", True, ("unit", "district")),
    ],
)
def test_who_decides(kind, direct, route):
    assert founding_route(kind, direct, OLD) == route


def test_appointed_bodies_do_not_elect():
    assert needs_election("branch", "standalone", OLD)
    assert needs_election("joint_branch", "park", OLD)
    assert not needs_election("working_committee", "standalone", OLD)
    assert not needs_election("temporary_branch", "temporary", OLD)


@pytest.mark.parametrize(
    ("kind", "members", "old", "new"),
    [
        ("branch", 3, (1, 2), (1, 2)),
        ("branch", 6, (1, 2), (1, 2)),
        ("branch", 7, (3, 5), (3, 5)),
        ("joint_branch", 20, (3, 5), (3, 7)),
        ("general_branch", 30, (5, 7), (5, 7)),
        ("committee", 100, (7, 9), (7, 9)),
    ],
)
def test_committee_seats(kind, members, old, new):
    assert committee_seats(kind, members, OLD) == old
    assert committee_seats(kind, members, NEW) == new


def test_terms_end_on_the_day_before_and_stay_within_bounds():
    assert term_end(date(2014, 9, 5), "branch", OLD) == date(2017, 9, 4)
    assert term_end(date(2014, 9, 5), "branch", OLD, years=2) == date(2016, 9, 4)
    assert term_end(date(2024, 2, 29), "committee", NEW, years=5) == date(2029, 2, 27)
    with pytest.raises(ValueError, match="任期"):
        term_end(date(2025, 9, 5), "branch", NEW, years=2)


def test_age_rules_only_warn():
    on = date(2014, 6, 1)
    assert officer_age_warnings("甲", date(1986, 6, 1), False, on, OLD) == []
    assert codes(officer_age_warnings("甲", date(1985, 6, 1), False, on, OLD)) == ["officer_not_party_member"]
    assert codes(officer_age_warnings("甲", date(1973, 1, 1), True, on, OLD)) == ["officer_too_old"]
    assert not any(one.blocking for one in officer_age_warnings("甲", date(1973, 1, 1), False, on, OLD))


@pytest.mark.parametrize("rules", [OLD, NEW], ids=SETS)
def test_every_term_is_a_positive_number_of_days(rules):
    terms = {key: value for key, value in rules.items() if key.endswith(("_days", "_rounds"))}
    assert len(terms) >= 16
    assert all(isinstance(value, int) and value > 0 for value in terms.values())
