"""What every step of an acceptance needs: its milestones, its findings, and what may be concluded from them."""

import datetime as dt
from decimal import Decimal
from typing import Any

from records import audit

from ...enums import Conclusion, MilestoneKind
from ...models import Acceptance, Inspection, Milestone, Person
from ...rules.acceptance import Found

Purpose, State = Inspection.Purpose, Inspection.State


class CannotConclude(ValueError):
    """A conclusion that the findings do not allow; the message says why."""


def about(acceptance: Acceptance) -> tuple[str, int]:
    """How documents name the matter."""
    return ("acceptance", acceptance.pk)


def add_milestone(acceptance: Acceptance, kind: MilestoneKind, *, on: dt.date, note: str = "") -> None:
    """Leave a dated fact about the acceptance."""
    Milestone.objects.create(
        kind=kind,
        unit_id=acceptance.unit_id,
        organization_id=acceptance.organization_id,
        scope=acceptance.scope,
        on=on,
        case_number=acceptance.case_number,
        note=note,
    )


def record(acceptance: Acceptance, event: str, *, by: Person, at: dt.datetime, **facts: Any) -> None:
    """Leave an entry in the unit's story; ``personal`` is what can be erased (see :func:`records.audit.record`)."""
    audit.record(
        event,
        by_id=by.pk,
        about=f"acceptance:{acceptance.pk}",
        chain=f"unit:{acceptance.unit_id}",
        at=at,
        **facts,
    )


def round_visits(acceptance: Acceptance) -> list[Inspection]:
    """The visits of the present round that were not cancelled, the district's samples left out, in their order."""
    visits = acceptance.inspections.filter(round=acceptance.inspection_round).exclude(state=State.CANCELLED)
    return list(visits.exclude(purpose=Purpose.SAMPLE).select_related("inspector").order_by("pk"))


def sample_visits(acceptance: Acceptance) -> list[Inspection]:
    """The visits of the district's sample in the present round that were not cancelled."""
    visits = acceptance.inspections.filter(round=acceptance.inspection_round, purpose=Purpose.SAMPLE)
    return list(visits.exclude(state=State.CANCELLED).select_related("inspector").order_by("pk"))


def found_on(visit: Inspection) -> dict[str, Found]:
    """What one inspector found, by item."""
    return {
        code: Found(one["met"], Decimal(one["points"]), one.get("note", ""))
        for code, one in visit.result["items"].items()
    }


def found_so_far(acceptance: Acceptance) -> dict[str, Found]:
    """What holds after all rounds, by item."""
    return {
        item.code: Found(bool(item.met), item.points, item.finding)
        for item in acceptance.items.all()
        if item.points is not None
    }


def possible_conclusions(acceptance: Acceptance) -> list[Conclusion]:
    """What may be proposed and decided: pass only when the standard is met, and then nothing else; rectification only
    while the rules leave one and no veto stands in the way (RULES section 10, P3)."""
    if acceptance.meets_standard:
        return [Conclusion.PASS]
    if acceptance.vetoes or acceptance.rectifications >= acceptance.rules["max_rectifications"]:
        return [Conclusion.FAIL]
    return [Conclusion.RECTIFY, Conclusion.FAIL]
