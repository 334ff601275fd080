"""What a row of a register changes in a unit, and what two entries of one unit make together.

Values are plain mappings by field of ``Unit``; a cell that was left blank never changes anything.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from .survey_columns import HEADERS

# Fields that belong together are taken together: a basis without its flag, or a number without its kind, says nothing.
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "number": ("number", "number_kind"),
    "address": ("address",),
    "kind": ("kind",),
    "section": ("section",),
    "above_scale": ("above_scale", "above_scale_basis", "above_scale_on"),
    "employees": ("employees",),
    "youth": ("youth",),
    "members": ("members",),
    "party_members": ("party_members",),
    "party_organization": ("party_organization",),
    "has_trade_union": ("has_trade_union",),
    "contact_name": ("contact_name",),
    "contact_phone": ("contact_phone",),
    "direct_contact": ("direct_contact",),
    "remark": ("remark",),
}
# Where a unit lies is its jurisdiction; that changes by transfer (RULES section 10, P-X), never by a register.
FIELDS: tuple[str, ...] = tuple(field for group in GROUPS.values() for field in group)


def unit_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``Unit`` in the values of an import row, dates as dates."""
    found = {field: values[field] for field in FIELDS}
    if isinstance(found["above_scale_on"], str):
        found["above_scale_on"] = date.fromisoformat(found["above_scale_on"])
    return found


def differing(current: Mapping[str, Any], new: Mapping[str, Any], raw: Mapping[str, Any]) -> list[str]:
    """Groups (keys of :data:`GROUPS`) in which a row says something else than the unit has."""
    groups = []
    for key, fields in GROUPS.items():
        given = [field for field in fields if raw.get(field) not in (None, "")]
        if raw.get(key) in (None, "") and key != "above_scale":
            continue
        if any(current[field] != new[field] for field in (given if key == "above_scale" else fields)):
            groups.append(key)
    return groups


def merged(current: Mapping[str, Any], new: Mapping[str, Any], taken: list[str]) -> dict[str, Any]:
    """The unit's values with the ``taken`` groups replaced by those of the other entry."""
    fields = {field for key in taken for field in GROUPS[key]}
    return {field: new[field] if field in fields else current[field] for field in FIELDS}


def people_problems(values: Mapping[str, Any]) -> dict[str, str]:
    """By field, what does not add up in the head counts: members are youth, youth and Party members employees."""
    problems = {}
    for part, whole in (("youth", "employees"), ("members", "youth"), ("party_members", "employees")):
        if values[part] > values[whole]:
            message = _("“%(part)s”%(few)d 人多于“%(whole)s”%(many)d 人。请核对两项人数。")
            problems[part] = message % {
                "part": HEADERS[part],
                "few": values[part],
                "whole": HEADERS[whole],
                "many": values[whole],
            }
    return problems
