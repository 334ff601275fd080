"""Nominees as a review shows them: by name in the order of strokes, or by number without anything that tells a name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

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
    facts: list[tuple[str, str]] = field(default_factory=list)


def in_stroke_order(nominations: Iterable[Nomination]) -> list[Nomination]:
    """By the strokes of the name; equal names by their id."""
    rows = list(nominations)
    place = {name: at for at, name in enumerate(names_in_stroke_order(sorted({one.name for one in rows})))}
    return sorted(rows, key=lambda one: (place[one.name], one.pk))


def named(nomination: Nomination) -> Shown:
    """With its names."""
    place = nomination.unit.name if nomination.person_name else nomination.affiliation.display_name
    return Shown(
        nomination=nomination,
        key=nomination.blind_number,
        label=nomination.name,
        place=place,
        summary=nomination.summary,
        deeds=nomination.deeds,
        facts=[*_facts(nomination), *_telling_facts(nomination)],
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
        facts=_facts(nomination),
    )


def _facts(nomination: Nomination) -> list[tuple[str, str]]:
    """What is stated of a nominee and tells nobody's name."""
    if nomination.person_name:
        rows = [(_("政治面貌"), nomination.get_political_status_display())]
    else:
        rows = [(_("人数"), nomination.headcount), (_("35周岁以下人数"), nomination.youth)]
    return [(label, str(value)) for label, value in rows if value not in (None, "")]


def _telling_facts(nomination: Nomination) -> list[tuple[str, str]]:
    """What would tell in a blind review who it is: posts and dates."""
    if nomination.person_name:
        rows = [
            (_("职务"), nomination.post_title),
            (_("任职日期"), nomination.post_since),
            (_("入团日期"), nomination.joined_on),
        ]
    else:
        rows = [(_("成立日期"), nomination.organization.founded_on)]
    return [(label, str(value)) for label, value in rows if value not in (None, "")]
