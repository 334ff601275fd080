"""An inspector's day on paper: what is known of each visit, and nothing that another inspector found."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from records.documents import render_visits

from .issuers import issuer_of
from .models import Inspection, Organization, Person
from .rules.acceptance import items_of
from .rules.inspection_words import points_text

Purpose, State = Inspection.Purpose, Inspection.State


def visits_pdf(
    visits: Sequence[Inspection], *, inspector: Person, issuer: Organization, day: dt.date, on: dt.date
) -> bytes:
    """出访安排 with a 验收任务单 per visit; ``issuer`` is who sends the inspector."""
    with translation.override(settings.LANGUAGE_CODE):
        content = {
            "heading": _("现场验收出访安排"),
            "inspector": inspector.name,
            "visits_on": day.isoformat(),
            "visits": [visit_content(visit) for visit in visits],
            "printed_on": on.isoformat(),
        }
    return render_visits(content, issuer=issuer_of(issuer))


def visit_content(visit: Inspection) -> dict[str, Any]:
    """One visit: where, whom to ask for, and its items with what the unit claims."""
    acceptance, codes = visit.acceptance, set(visit.items)
    standard = acceptance.standard.data
    claims = {item.code: item.self_points for item in acceptance.items.all() if item.claimed}
    return {
        "hour": f"{timezone.localtime(visit.planned_at):%H:%M}",
        "organization": acceptance.organization.name,
        "unit": acceptance.unit.name,
        "street": acceptance.unit.location.display_name,
        "place": visit.place,
        "contact": visit.contact,
        "telephone": visit.telephone,
        "purpose": str(Purpose(visit.purpose).label),
        "case_number": acceptance.case_number,
        "standard": acceptance.standard.name,
        "company": [other.inspector.name for other in company_of(visit)],
        "criteria": criteria_of(standard, codes, claims),
        "vetoes": [one["text"] for one in standard["vetoes"]],
    }


def company_of(visit: Inspection) -> list[Inspection]:
    """The other inspectors of the meeting. That they come is no secret."""
    same = visit.acceptance.inspections.filter(planned_at=visit.planned_at, place=visit.place)
    return list(same.exclude(pk=visit.pk).exclude(state=State.CANCELLED).select_related("inspector"))


def criteria_of(standard: dict[str, Any], codes: set[str], claims: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a visit under their criteria; criteria without any are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in items_of(standard):
        if item["code"] in codes:
            claimed = claims.get(item["code"])
            found.setdefault(item["criterion_name"], []).append(
                {
                    "code": item["code"],
                    "text": item["text"],
                    "points": str(item["points"]),
                    "claimed": points_text(claimed),
                    "mandatory": item["mandatory"],
                }
            )
    return [{"name": name, "items": items} for name, items in found.items()]
