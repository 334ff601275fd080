"""What changed from version to version of a unit, in words."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext as _

from ..actions.units import VERSIONED
from ..enums import Classification, NumberKind, UnitKind
from ..models import Organization, Unit
from ..rules.masking import masked_phone
from ..rules.reference import industry_sections

CHOICES: dict[str, type[Choices]] = {
    "kind": UnitKind,
    "number_kind": NumberKind,
    "classification": Classification,
}
PLACES = ("location", "affiliation")


def version_history(unit: Unit, *, limit: int) -> list[dict]:
    """The newest versions with what each changed against the one before; at most three queries."""
    versions = list(unit.versions.select_related("by")[: limit + 1])
    names = place_names(version.data for version in versions)
    found = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        changes = differences(before.data, version.data, names) if before else []
        found.append({"version": version, "changes": changes, "first": version.number == 1})
    return found[:limit]


def place_names(rows) -> dict[int, str]:
    """Short names of the League nodes that some version data name; one query."""
    ids = {row.get(key) for row in rows for key in PLACES} - {None}
    return {one.pk: one.display_name for one in Organization.objects.filter(pk__in=ids)}


def differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[int, str]) -> list[dict]:
    """The fields that differ: label, value before, value after, as people read them."""
    return [
        {
            "key": key,
            "label": Unit._meta.get_field(key).verbose_name,
            "before": shown(key, before.get(key), names),
            "after": shown(key, after.get(key), names),
        }
        for key in VERSIONED
        if before.get(key) != after.get(key)
    ]


def shown(key: str, value: Any, names: Mapping[int, str]) -> str:
    """A stored value as people read it; telephone numbers stay masked."""
    if value in (None, ""):
        return _("（空）")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if key in PLACES:
        return names.get(value, str(value))
    if key == "section":
        return f"{value} {industry_sections().get(value, '')}".strip()
    if key == "contact_phone":
        return masked_phone(value)
    if key in CHOICES:
        return str(dict(CHOICES[key].choices).get(value, value))
    return str(value)
