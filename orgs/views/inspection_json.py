"""Visits, facts and answers as the inspectors' phones read them."""

import datetime as dt
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from ..actions.inspecting import Received, Standing, receipt
from ..models import AcceptanceItem, Inspection, InspectionFact

State = Inspection.State
# How long a phone is told about a visit that is over, so that it can take it off its list.
COMPLETED_KEPT, CANCELLED_KEPT = dt.timedelta(days=14), dt.timedelta(days=30)


def visits_for_phone(visits: QuerySet[Inspection], at: dt.datetime) -> QuerySet[Inspection]:
    """Those of a person's visits that belong on the phone, with all that is shown; four statements."""
    shown = (
        Q(state=State.ASSIGNED)
        | Q(state=State.COMPLETED, completed_at__gte=at - COMPLETED_KEPT)
        | Q(state=State.CANCELLED, planned_at__gte=at - CANCELLED_KEPT)
    )
    assessed = AcceptanceItem.objects.only("acceptance", "code", "claimed", "self_points", "self_note")
    return (
        visits.filter(shown)
        .select_related("acceptance__standard", "acceptance__organization", "acceptance__unit")
        .prefetch_related(Prefetch("acceptance__items", assessed), "facts", "uploads")
        .order_by("planned_at", "pk")
    )


def visit_json(visit: Inspection) -> dict[str, Any]:
    """One visit. The facts of a complete one are not sent again: its data leaves the phone."""
    acceptance = visit.acceptance
    ended = visit.state == State.COMPLETED
    return {
        "id": str(visit.public_id),
        "version": visit.version,
        "state": visit.state,
        "purpose": visit.purpose,
        "purpose_label": visit.get_purpose_display(),
        "round": visit.round,
        "planned_at": visit.planned_at.isoformat(),
        "place": visit.place,
        "contact": visit.contact,
        "telephone": visit.telephone,
        "organization": acceptance.organization.name,
        "unit": acceptance.unit.name,
        "address": acceptance.unit.address,
        "standard": standard_json(acceptance.standard.data),
        "items": visit.items,
        "self": {item.code: self_json(item) for item in acceptance.items.all()},
        "facts": [] if ended else [fact_json(fact) for fact in visit.facts.all()],
        "uploads": [] if ended else [upload_json(upload) for upload in visit.uploads.all()],
        "cancelled_reason": visit.cancelled_reason,
        "completed_at": visit.completed_at.isoformat() if visit.completed_at else None,
        "receipt": receipt(visit),
    }


def standard_json(standard: dict[str, Any]) -> dict[str, Any]:
    """The part of a standard that is looked at on site."""
    return {key: standard[key] for key in ("title", "criteria", "vetoes")}


def self_json(item: AcceptanceItem) -> dict[str, Any]:
    points = None if item.self_points is None else str(item.self_points)
    return {"claimed": item.claimed, "points": points, "note": item.self_note}


def fact_json(fact: InspectionFact) -> dict[str, Any]:
    return {
        "uuid": str(fact.uuid),
        "key": fact.key,
        "value": fact.value,
        "supersedes": fact.supersedes,
        "device": fact.device,
        "recorded_at": fact.recorded_at.isoformat(),
        "late": fact.late,
    }


def upload_json(upload: Any) -> dict[str, Any]:
    """A photo's way so far, from its row or from :class:`~orgs.actions.inspection_uploads.Progress`."""
    complete = upload.complete if hasattr(upload, "complete") else upload.file_id is not None
    return {
        "size": upload.size,
        "received": upload.received,
        "refused": upload.refused,
        "complete": complete,
    } | ({"sha256": upload.sha256} if hasattr(upload, "sha256") else {})


def standing_json(standing: Standing, device: str = "") -> dict[str, Any]:
    """How a visit stands; with the facts of every key to which another phone added something, late ones included."""
    elsewhere = {fact.key for fact in standing.facts if fact.device != device}
    lacking, found = standing.lacking, receipt(standing.inspection)
    answer = {
        "facts": [fact_json(fact) for fact in standing.facts if fact.key in elsewhere],
        "conflicts": standing.merged.conflicts,
        "missing": {
            "facts": lacking.facts,
            "photos": lacking.photos,
            "refused": lacking.refused,
            "items": lacking.items,
        },
        "state": standing.inspection.state,
        "version": standing.inspection.version,
    }
    return answer | ({"receipt": found} if found else {})


def received_json(received: Received, device: str) -> dict[str, Any]:
    """What became of the facts that were sent, and how the visit stands now."""
    return {
        "accepted": received.accepted,
        "refused": [{"uuid": name, "reason": reason} for name, reason in received.refused],
        "late": received.late,
        "ahead": received.ahead,
    } | standing_json(received.standing, device)
