"""Changes to units: versions are kept, a stale change is refused, and every change leaves a trace."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.actions.units import (
    StaleUnit,
    UnitMerged,
    change_unit,
    keep_version,
    register_unit,
    reveal_contact,
)
from orgs.models import Unit, UnitVersion
from records.models import AuditChain, AuditEntry, AuditPersonal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return factories.make_tree()[1][0]


@pytest.fixture
def person():
    return factories.PersonFactory(name="陈静怡")


def new_unit(street, **fields) -> Unit:
    """A unit that is not saved yet."""
    sample = factories.make_unit(street)
    values = {field.attname: getattr(sample, field.attname) for field in Unit._meta.concrete_fields}
    return Unit(
        **(values | {"id": None, "number": factories.organization_code(), "name": "北京新公司"} | fields)
    )


def test_registering_keeps_version_one_and_the_derived_fields(street, person):
    unit = register_unit(new_unit(street), reason="新增登记", by=person, at=timezone.now())
    assert (unit.version, unit.normalized_name, unit.initials) == (1, "新公司", "bjxgs")
    assert unit.scope == street.scope
    assert unit.versions.get().data["name"] == "北京新公司"
    assert AuditEntry.objects.get(chain=f"unit:{unit.pk}").event == "unit_registered"


def test_a_number_that_is_taken_leaves_nothing_behind(street, person):
    taken = factories.make_unit(street)
    unit = new_unit(street, number=taken.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        register_unit(unit, reason="新增登记", by=person, at=timezone.now())
    assert not Unit.objects.filter(name="北京新公司").exists()
    assert not AuditEntry.objects.filter(event="unit_registered").exists()


def test_changing_names_the_changed_fields_and_keeps_both_states(street, person):
    unit = factories.make_unit(street)
    unit.employees, unit.above_scale = 75, True
    changed = change_unit(unit, expected_version=1, reason="核实", by=person, at=timezone.now())
    assert changed == ["above_scale", "employees"]
    versions = list(UnitVersion.objects.filter(unit=unit).order_by("number"))
    assert [(one.number, one.data["employees"], one.reason) for one in versions] == [
        (1, 60, "登记"),
        (2, 75, "核实"),
    ]
    assert AuditEntry.objects.get(event="unit_changed").data == {"version": 2, "fields": changed}


def test_a_stale_change_names_the_version_that_won_and_writes_nothing(street, person):
    unit = factories.make_unit(street)
    mine = Unit.objects.get(pk=unit.pk)
    unit.employees = 90
    keep_version(unit, reason="他人修改", by=person, at=timezone.now())
    mine.employees = 75
    with pytest.raises(StaleUnit) as stale:
        change_unit(mine, expected_version=1, reason="核实", by=person, at=timezone.now())
    assert (stale.value.latest.number, stale.value.latest.reason) == (2, "他人修改")
    assert Unit.objects.get(pk=unit.pk).employees == 90
    assert not AuditEntry.objects.filter(event="unit_changed").exists()


def test_a_merged_unit_is_not_changed(street, person):
    unit = factories.make_unit(street, merged_into=factories.make_unit(street))
    with pytest.raises(UnitMerged):
        change_unit(unit, expected_version=1, reason="核实", by=person, at=timezone.now())


def test_looking_at_a_contact_is_recorded_with_its_reason_apart_from_the_chain(street, person):
    unit = factories.make_unit(street, contact_phone="13812341234")
    assert reveal_contact(unit, reason="通知走访", by=person, at=timezone.now()) == "13812341234"
    entry = AuditEntry.objects.get(event="revealed")
    assert (entry.about, entry.by_id, entry.data) == (
        f"unit:{unit.pk}",
        person.pk,
        {"field": "contact_phone"},
    )
    assert "13812341234" not in str(entry.data)
    assert AuditPersonal.objects.get(entry=entry).data == {"reason": "通知走访"}
    assert AuditChain.objects.get(pk=f"unit:{unit.pk}").length == 1
