"""Nominees as a review shows them: by name in the order of strokes, or by number without anything that tells a name."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.rules.names import brand_of, names_in_stroke_order

from .models import Nomination
from .rules.anonymity import without_names

WITH_NAMES = ("organization", "unit", "affiliation", "applicant")


@dataclass(frozen=True)
class Shown:
    """A nominee as a reader may see it. ``key`` is the number in addresses of the review (never the id, which would
    tell a name elsewhere), None while scoring has not begun; the names are empty in a blind review."""

    nomination: Nomination
    key: int | None
    label: str
    place: str
    summary: str
    deeds: str


def in_stroke_order(nominations: Iterable[Nomination]) -> list[Nomination]:
    """By the strokes of the name; equal names by their id."""
    rows = list(nominations)
    place = {name: at for at, name in enumerate(names_in_stroke_order(sorted({one.name for one in rows})))}
    return sorted(rows, key=lambda one: (place[one.name], one.pk))


def named(nomination: Nomination) -> Shown:
    """With its names."""
    place = nomination.unit.name if nomination.person_name else nomination.affiliation.display_name
    return Shown(
        nomination, nomination.blind_number, nomination.name, place, nomination.summary, nomination.deeds
    )


def anonymous(nomination: Nomination) -> Shown:
    """By number, every name in the deeds replaced."""
    unit, organization = nomination.unit.name, nomination.organization
    names = {
        "persons": [nomination.person_name, nomination.applicant.name],
        "units": [unit, brand_of(unit)],
        "organizations": [organization.name, organization.short_name, nomination.affiliation.display_name],
    }
    return Shown(
        nomination=nomination,
        key=nomination.blind_number,
        label=_("%(number)d 号") % {"number": nomination.blind_number},
        place="",
        summary=without_names(nomination.summary, **names),
        deeds=without_names(nomination.deeds, **names),
    )
