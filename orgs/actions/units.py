"""Changes to units of the baseline register; every state is kept as a version."""

import datetime as dt

from django.db import transaction
from django.forms.models import model_to_dict

from records import audit

from ..models import Person, Unit, UnitVersion
from ..rules.names import normalized_address, normalized_unit_name, pinyin_initials

VERSIONED = [
    "name",
    "kind",
    "number_kind",
    "number",
    "number_override_reason",
    "address",
    "section",
    "above_scale",
    "above_scale_basis",
    "above_scale_on",
    "employees",
    "youth",
    "members",
    "party_members",
    "party_organization",
    "has_trade_union",
    "contact_name",
    "contact_phone",
    "location",
    "affiliation",
    "direct_contact",
    "classification",
    "merged_into",
    "remark",
]


class StaleUnit(Exception):
    """The unit was saved by somebody else since the form was opened; ``latest`` is the version that they kept."""

    def __init__(self, latest: UnitVersion):
        super().__init__(str(latest))
        self.latest = latest


class UnitMerged(Exception):
    """The unit was merged into another one, which is to be changed instead."""


def keep_version(unit: Unit, *, reason: str, by: Person, at: dt.datetime) -> UnitVersion:
    """Save a unit, derived fields included, and freeze the state as its next version; the caller's transaction."""
    unit.normalized_name = normalized_unit_name(unit.name)
    unit.normalized_address = normalized_address(unit.address)
    unit.initials = pinyin_initials(unit.name)
    unit.scope = unit.affiliation.scope
    unit.updated_at = at
    if unit.pk is None:
        unit.created_at = at
        unit.version = 1
    else:
        unit.version = unit.version + 1
    unit.save()
    data = model_to_dict(unit, fields=VERSIONED)
    data = {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in data.items()}
    return UnitVersion.objects.create(
        unit=unit, number=unit.version, data=data, reason=reason[:200], by=by, at=at
    )


def register_unit(unit: Unit, *, reason: str, by: Person, at: dt.datetime) -> Unit:
    """Enter a new unit into the baseline register. Raises IntegrityError when its number was just taken."""
    with transaction.atomic():
        keep_version(unit, reason=reason, by=by, at=at)
        _record("unit_registered", unit, by=by, at=at, version=unit.version)
    return unit


def change_unit(unit: Unit, *, expected_version: int, reason: str, by: Person, at: dt.datetime) -> list[str]:
    """Save a changed unit, if nobody saved it since ``expected_version``; returns the names of changed fields.

    Raises StaleUnit, UnitMerged, or IntegrityError when its number was just taken.
    """
    with transaction.atomic():
        stored = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
        if stored.merged_into_id:
            raise UnitMerged
        if stored.version != expected_version:
            raise StaleUnit(stored.versions.select_related("by").latest("number"))
        changed = [
            name
            for name in VERSIONED
            if getattr(stored, Unit._meta.get_field(name).attname)
            != getattr(unit, Unit._meta.get_field(name).attname)
        ]
        unit.version = expected_version
        keep_version(unit, reason=reason, by=by, at=at)
        _record("unit_changed", unit, by=by, at=at, version=unit.version, fields=changed)
    return changed


def reveal_contact(unit: Unit, *, reason: str, by: Person, at: dt.datetime) -> str:
    """The unit's telephone number in full; that it was looked at, by whom and why stays in the audit log."""
    with transaction.atomic():
        _record("revealed", unit, by=by, at=at, personal={"reason": reason}, field="contact_phone")
    return unit.contact_phone


def _record(event: str, unit: Unit, *, by: Person, at: dt.datetime, **data: object) -> None:
    story = f"unit:{unit.pk}"
    audit.record(event, by_id=by.pk, about=story, chain=story, at=at, **data)
