"""Who may ask for an acceptance, from which day on, and what is frozen when it begins (RULES sections 1 and 10)."""

import datetime as dt
from decimal import Decimal

import pytest

from orgs.actions.acceptance import (
    Claim,
    acceptance_obstacle,
    file_assessment,
    save_assessment,
    start_acceptance,
)
from orgs.actions.district import load_rule_sets
from orgs.actions.organizations import add_organization
from orgs.enums import Conclusion, OrganizationKind, OrganizationStatus, Role
from orgs.models import Acceptance
from orgs.queries import rules_in_force
from tests import factories
from tests.sharing import shared

pytestmark = pytest.mark.django_db
DAY = factories.TODAY


def build_branch():
    load_rule_sets()
    district, streets = factories.make_tree(1)
    unit = factories.make_unit(streets[0])
    applicant = factories.make_person(Role.UNIT_APPLICANT, unit, "申请人")
    branch = add_organization(
        parent=streets[0],
        name="共青团北京试验科技有限公司支部委员会",
        kind=OrganizationKind.BRANCH,
        unit=unit,
        founded_on=dt.date(2026, 5, 24),
        term_ends_on=dt.date(2029, 5, 23),
    )
    return district, branch, applicant


branch_once = shared(build_branch, "branch_once")


@pytest.fixture
def branch(branch_once):
    return branch_once()


def begin(organization, applicant, on=DAY) -> Acceptance:
    return start_acceptance(
        organization=organization,
        applicant=applicant,
        standard=rules_in_force("six_haves", on),
        rule_set=rules_in_force("acceptance", on),
        on=on,
    )


def test_six_months_after_the_founding_is_the_first_day(branch):
    _district, organization, _applicant = branch
    assert acceptance_obstacle(organization, on=DAY)
    early = acceptance_obstacle(organization, on=DAY - dt.timedelta(days=1))
    assert not early
    assert "未满 6 个月" in early.reason
    assert "2026-11-24" in early.remedy


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"status": OrganizationStatus.PREPARATORY}, "筹备中"),
        ({"kind": OrganizationKind.TEMPORARY_BRANCH}, "临时团支部不参加"),
        ({"term_ends_on": DAY - dt.timedelta(days=1)}, "届满"),
        ({"founded_on": None}, "没有登记成立日期"),
        ({"unit": None}, "单位的基层团组织"),
    ],
)
def test_what_stands_in_the_way_is_named_with_a_remedy(branch, changed, reason):
    _district, organization, _applicant = branch
    for name, value in changed.items():
        setattr(organization, name, value)
    verdict = acceptance_obstacle(organization, on=DAY)
    assert not verdict
    assert reason in verdict.reason
    assert verdict.remedy


def test_a_certificate_is_renewed_from_ninety_days_before_its_end(branch):
    _district, organization, applicant = branch
    held = begin(organization, applicant)
    held.conclusion, held.valid_until = Conclusion.PASS, DAY + dt.timedelta(days=91)
    held.save()
    verdict = acceptance_obstacle(organization, on=DAY)
    assert not verdict
    assert "2026-11-25" in verdict.remedy
    assert acceptance_obstacle(organization, on=DAY + dt.timedelta(days=1))
    held.revoked_on = DAY
    held.save()
    assert acceptance_obstacle(organization, on=DAY)


def test_standard_and_handling_organization_are_frozen_at_the_start(branch):
    district, organization, applicant = branch
    acceptance = begin(organization, applicant)
    assert acceptance.items.count() == 24
    assert sum(acceptance.items.values_list("full", flat=True)) == Decimal(100)
    assert acceptance.affiliation.level == "subdistrict"
    organization.direct_contact = True
    organization.save()
    direct = begin(organization, applicant)
    assert (direct.affiliation, direct.direct_contact, direct.scope) == (district, True, district.scope)


def test_an_assessment_needs_every_claim_and_two_different_signatures(branch):
    _district, organization, applicant = branch
    acceptance = begin(organization, applicant)
    at = dt.datetime.combine(DAY, dt.time(9), dt.UTC)
    claims = {item.code: Claim(True, item.full) for item in acceptance.items.all()}
    said = {"statement": "", "secretary": "王小明", "representative": "李文静", "by": applicant, "at": at}
    save_assessment(acceptance, claims={"C1.1": Claim(None, None)}, **said)
    assert acceptance.version == 1
    with pytest.raises(ValueError, match="no claim"):
        file_assessment(acceptance, claims=claims | {"C1.1": Claim(None, None)}, **said)
    with pytest.raises(ValueError, match="different people"):
        file_assessment(acceptance, claims=claims, **(said | {"representative": "王小明"}))
    with pytest.raises(ValueError, match="signature"):
        file_assessment(acceptance, claims=claims, **said)
    assert not acceptance.snapshots.exists()
