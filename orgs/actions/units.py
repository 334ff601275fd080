"""Changes to units of the baseline register; every state is kept as a version."""

import datetime as dt

from django.forms.models import model_to_dict

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
