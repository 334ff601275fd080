"""Who is told when visits are complete. No notice says anything about what was found."""

import datetime as dt

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from records import notices

from ..enums import Role
from ..models import Acceptance, Inspection
from ..queries import district_of, holders

Purpose, State = Inspection.Purpose, Inspection.State


def tell_complete(inspection: Inspection, *, at: dt.datetime) -> None:
    """A receipt to the inspector; to the handlers that all have come in, when this was the last of its kind."""
    acceptance = inspection.acceptance
    name = acceptance.organization.name
    notices.send(
        "inspected",
        to_id=inspection.inspector_id,
        key=f"inspected:{inspection.pk}",
        at=at,
        url=area(),
        case=name,
        facts=inspection.result["facts"],
        photos=inspection.result["photos"],
        digest=inspection.result["digest"][:8],
    )
    if awaited(inspection).exists():
        return
    for person_id in handlers(inspection, at=at):
        notices.send(
            "inspections_complete",
            to_id=person_id,
            key=f"inspections_complete:{inspection.pk}:{person_id}",
            at=at,
            url=case_address(acceptance),
            case=name,
        )


def awaited(inspection: Inspection) -> QuerySet[Inspection]:
    """The visits of the same round that are not in yet; samples of the district are awaited apart from the others."""
    same = Inspection.objects.filter(acceptance=inspection.acceptance_id, round=inspection.round)
    sampled = inspection.purpose == Purpose.SAMPLE
    same = same.filter(purpose=Purpose.SAMPLE) if sampled else same.exclude(purpose=Purpose.SAMPLE)
    return same.filter(state=State.ASSIGNED)


def handlers(inspection: Inspection, *, at: dt.datetime) -> list[int]:
    """Who sums up: the handlers of the sub-district; of the district for its samples and for direct contact."""
    acceptance, on = inspection.acceptance, timezone.localdate(at)
    if acceptance.direct_contact or inspection.purpose == Purpose.SAMPLE:
        role, place = Role.DISTRICT_HANDLER, district_of(acceptance.affiliation).pk
    else:
        role, place = Role.SUBDISTRICT_HANDLER, acceptance.affiliation_id
    posts = holders(role, on=on, organization_id=place)
    return sorted(set(posts.values_list("person", flat=True)))


def area() -> str:
    """Where an inspector finds the visits."""
    return reverse("inspections")


def case_address(acceptance: Acceptance) -> str:
    """Where the case of an acceptance is handled; empty without one. Cases belong to the processes above."""
    cases = acceptance.unit.cases.filter(number=acceptance.case_number) if acceptance.case_number else None
    case_id = cases.values_list("pk", flat=True).first() if cases is not None else None
    return reverse("case", args=[case_id]) if case_id else ""
