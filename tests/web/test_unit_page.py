"""A unit's page, its masked contact, and what may be begun from there."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.units import keep_version
from orgs.enums import Classification, Role
from orgs.models import Milestone
from records.models import AuditEntry, AuditPersonal
from tests import factories
from tests.flows import district as flows
from workflows.survey.starting import open_survey_case

from .registry import make_branch, make_registry, signed_in, statements, today

pytestmark = pytest.mark.django_db
PHONE = "13812341234"


@pytest.fixture
def registry():
    return make_registry()


@pytest.fixture
def unit(registry):
    return factories.make_unit(
        registry.near, name="北京云岫科技有限公司", contact_name="王雨桐", contact_phone=PHONE
    )


def test_the_page_shows_the_register_and_what_happened(registry, unit, django_capture_on_commit_callbacks):
    make_branch(registry.near, "共青团云岫支部委员会", unit)
    Milestone.objects.create(
        kind="surveyed", unit=unit, scope=unit.scope, on=dt.date(2026, 10, 1), case_number="MD-2026-0001"
    )
    unit.employees, unit.contact_phone = 90, "13900001111"
    keep_version(unit, reason="走访核实", by=registry.handler, at=unit.updated_at)
    text = signed_in(registry.handler).get(f"/units/{unit.pk}/").content.decode()
    for expected in (
        unit.number,
        "共青团云岫支部委员会",
        "MD-2026-0001",
        "走访核实",
        "139****1111",
        "138****1234",
        "<del>60</del>",
        "<ins>90</ins>",
    ):
        assert expected in text
    assert PHONE not in text
    assert "13900001111" not in text


def test_the_full_number_needs_a_reason_and_leaves_a_trace(registry, unit):
    client = signed_in(registry.handler)
    refused = client.post(f"/units/{unit.pk}/contact/", {"reason": ""})
    assert refused.status_code == 422
    assert PHONE not in refused.content.decode()
    assert "请填写“查看理由”" in refused.content.decode()
    assert not AuditEntry.objects.filter(event="revealed").exists()
    page = client.post(f"/units/{unit.pk}/contact/", {"reason": "通知走访时间"})
    assert PHONE in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = AuditEntry.objects.get(event="revealed")
    assert (entry.by_id, entry.chain, entry.data) == (
        registry.handler.pk,
        f"unit:{unit.pk}",
        {"field": "contact_phone"},
    )
    assert AuditPersonal.objects.get(entry=entry).data == {"reason": "通知走访时间"}


@pytest.mark.parametrize("who", ["approver", "instructor", "far_handler"])
def test_nobody_else_may_see_the_full_number(registry, unit, who):
    client = signed_in(getattr(registry, who))
    answer = client.post(f"/units/{unit.pk}/contact/", {"reason": "想看看"})
    assert answer.status_code == 403
    assert PHONE not in answer.content.decode()
    assert not AuditEntry.objects.filter(event="revealed").exists()


def test_a_get_reveals_nothing(registry, unit):
    assert signed_in(registry.handler).get(f"/units/{unit.pk}/contact/").status_code == 405


def test_staff_get_the_buttons_of_their_role(registry, unit):
    edit, accounts = f"/units/{unit.pk}/edit/", f"/units/{unit.pk}/accounts/"
    handler = signed_in(registry.handler).get(f"/units/{unit.pk}/").content.decode()
    approver = signed_in(registry.approver).get(f"/units/{unit.pk}/").content.decode()
    assert edit in handler
    assert accounts in handler
    assert edit not in approver
    assert accounts not in approver


def test_the_handler_begins_a_survey_once():
    place = flows.make_district()
    unit = factories.make_unit(place.streets[0], classification="")
    client, action = signed_in(place.person("handler0")), f'action="/units/{unit.pk}/survey/"'
    assert action in client.get(f"/units/{unit.pk}/").content.decode()
    assert action not in signed_in(place.person("approver0")).get(f"/units/{unit.pk}/").content.decode()
    open_survey_case(unit=unit, by=place.person("handler0"), on=today(), at=timezone.now())
    again = client.get(f"/units/{unit.pk}/").content.decode()
    assert action not in again
    assert f'href="/cases/{unit.cases.get().pk}/"' in again
    assert "摸底进行中" in again


def test_the_applicant_begins_a_founding_from_here():
    place = flows.make_district()
    unit = flows.make_applying_unit(place)
    client = signed_in(place.person("applicant"))
    page = client.get(f"/units/{unit.pk}/")
    assert page.status_code == 200
    assert f'action="/units/{unit.pk}/founding/"' in page.content.decode()
    flows.open_founding(place, unit)
    again = client.get(f"/units/{unit.pk}/").content.decode()
    assert f'action="/units/{unit.pk}/founding/"' not in again
    assert "该单位已有办理中的建团申请" in again
    assert unit.cases.get().number in again


@pytest.mark.parametrize("classification", ["", Classification.CULTIVATE, Classification.GONE])
def test_a_founding_that_may_not_begin_says_why(registry, classification):
    unit = factories.make_unit(registry.near, classification=classification)
    client = signed_in(factories.make_person(Role.UNIT_APPLICANT, unit))
    text = client.get(f"/units/{unit.pk}/").content.decode()
    assert f'action="/units/{unit.pk}/founding/"' not in text
    assert "尚未确认具备建团条件" in text
    assert "请先由所属街镇完成摸底走访" in text


def test_leader_and_applicant_see_their_unit_and_no_other(registry, unit):
    other = factories.make_unit(registry.near)
    for role in (Role.UNIT_APPLICANT, Role.UNIT_LEADER):
        client = signed_in(factories.make_person(role, unit))
        page = client.get(f"/units/{unit.pk}/")
        assert page.status_code == 200
        assert PHONE not in page.content.decode()
        assert 'href="/units/"' not in page.content.decode()
        assert client.get(f"/units/{other.pk}/").status_code == 403


def test_another_jurisdiction_is_refused(registry, unit):
    answer = signed_in(registry.far_handler).get(f"/units/{unit.pk}/")
    assert answer.status_code == 403
    assert unit.number not in answer.content.decode()


def test_strangers_sign_in_first(registry, unit):
    assert signed_in(None).get(f"/units/{unit.pk}/").status_code == 302
    assert signed_in(None).post(f"/units/{unit.pk}/contact/", {"reason": "x"}).status_code == 302


def test_a_merged_unit_points_to_the_one_that_remains(registry, unit):
    merged = factories.make_unit(registry.near, merged_into=unit)
    text = signed_in(registry.handler).get(f"/units/{merged.pk}/").content.decode()
    assert f'href="/units/{unit.pk}/"' in text
    assert f"/units/{merged.pk}/edit/" not in text


def test_statements_do_not_grow_with_rows(registry, unit):
    client, url = signed_in(registry.handler), f"/units/{unit.pk}/"
    make_branch(registry.near, "第一团支部", unit)
    factories.make_person(Role.UNIT_APPLICANT, unit)
    one = statements(client, url)
    for number in range(2):
        make_branch(registry.near, f"又一团支部{number}", unit)
        factories.make_person(Role.UNIT_APPLICANT, unit)
        unit.employees += 1
        keep_version(unit, reason="核实", by=factories.PersonFactory(), at=unit.updated_at)
        Milestone.objects.create(kind="surveyed", unit=unit, scope=unit.scope, on=today())
    assert statements(client, url) == one <= 30
