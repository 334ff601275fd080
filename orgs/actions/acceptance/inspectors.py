"""Send inspectors out, replace one, call one off (RULES section 10, P3).

Conflicts are refused here as well as in the forms. Call everything under the case's lock, in the caller's
transaction; the acceptance's own row is locked besides.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from records.documents import MissingGlyph

from ...models import Acceptance, Inspection, Person
from ...permissions import Verdict
from .announcing import meeting_of, renew_notices, tell_inspector, tell_unit
from .candidates import (
    AssignmentRefused,
    PlannedVisit,
    assignment_problems,
    in_words,
    inspector_conflict,
)
from .common import record
from .conflicts import round_of

Purpose, State = Inspection.Purpose, Inspection.State


@transaction.atomic
def assign_inspectors(
    acceptance: Acceptance,
    *,
    visits: Sequence[PlannedVisit],
    items: Sequence[str],
    purpose: str,
    deciders: frozenset[int],
    by: Person,
    at: dt.datetime,
) -> list[Inspection]:
    """Send inspectors out: their visits, the official notice, and notices to them and to the unit.

    A (re-)inspection begins a new round, a third and the district's sample belong to the present one. ``items`` are
    the codes to look at. Raises AssignmentRefused.
    """
    lock(acceptance)
    deciders = deciders | {by.pk}
    problems = assignment_problems(acceptance, visits, purpose=purpose, deciders=deciders, at=at)
    if problems:
        raise AssignmentRefused(problems)
    acceptance.inspection_round = round_of(acceptance, purpose)
    acceptance.save(update_fields=["inspection_round"])
    made = [
        Inspection.objects.create(
            acceptance=acceptance,
            inspector=visit.inspector,
            purpose=purpose,
            round=acceptance.inspection_round,
            items=list(items),
            planned_at=visit.planned_at,
            place=visit.place.strip(),
            contact=visit.contact,
            telephone=visit.telephone,
            assigned_by=by,
            assigned_at=at,
        )
        for visit in visits
    ]
    record_visits("inspectors_assigned", acceptance, made, by=by, at=at)
    announce(acceptance, made, by=by, at=at)
    return made


def announce(acceptance: Acceptance, made: list[Inspection], *, by: Person, at: dt.datetime) -> None:
    """The official notices of new visits, and who is told."""
    renew_notices(acceptance, [meeting_of(visit) for visit in made], by=by, at=at, reason=_("验收人员有变动"))
    for visit in made:
        tell_inspector("inspection_assigned", visit, at=at)
    for meeting in dict.fromkeys(meeting_of(visit) for visit in made):
        coming = [visit for visit in made if meeting_of(visit) == meeting]
        tell_unit("inspection_planned", coming, key=str(coming[0].pk), at=at)


def publish(
    acceptance: Acceptance, visits: Sequence[Inspection], *, by: Person, at: dt.datetime, reason: str
) -> None:
    """The official notices of the meetings of these visits as they now are. Raises AssignmentRefused for what cannot
    be printed: names come from the registry, which holds what people type."""
    try:
        renew_notices(acceptance, [meeting_of(visit) for visit in visits], by=by, at=at, reason=reason)
    except MissingGlyph as missing:
        text = _("“%(characters)s”不能印入验收通知，请改用规范汉字。") % {"characters": missing.characters}
        raise AssignmentRefused([("place", text)]) from missing


@transaction.atomic
def replace_inspector(
    visit: Inspection,
    *,
    inspector: Person,
    deciders: frozenset[int],
    reason: str,
    by: Person,
    at: dt.datetime,
) -> Inspection:
    """Somebody else goes instead: the visit is called off and another one stands in its place.

    What was recorded so far stays with the one who recorded it and is not handed on. Raises AssignmentRefused.
    """
    acceptance = visit.acceptance
    lock(acceptance)
    require_assigned(visit)
    planned = PlannedVisit(inspector, visit.planned_at, visit.place, visit.contact, visit.telephone)
    on = timezone.localdate(at)
    verdict = inspector_conflict(
        inspector, acceptance, purpose=joins(visit), deciders=deciders | {by.pk}, on=on
    )
    if not verdict:
        raise AssignmentRefused([("inspectors", in_words(verdict))])
    call_off(visit, reason)
    made = Inspection.objects.create(
        acceptance=acceptance,
        inspector=planned.inspector,
        purpose=visit.purpose,
        round=visit.round,
        items=visit.items,
        planned_at=planned.planned_at,
        place=planned.place,
        contact=planned.contact,
        telephone=planned.telephone,
        assigned_by=by,
        assigned_at=at,
    )
    record_visits("inspector_replaced", acceptance, [visit, made], by=by, at=at, reason=reason)
    publish(acceptance, [visit], by=by, at=at, reason=reason)
    tell_inspector("inspection_cancelled", visit, at=at, reason=reason)
    tell_inspector("inspection_assigned", made, at=at)
    tell_unit(
        "inspection_replaced", [made], key=str(made.pk), at=at, reason=reason, name=visit.inspector.name
    )
    return made


def joins(visit: Inspection) -> str:
    """As what somebody is judged who goes instead: they join the round of the visit and begin none."""
    return Purpose.SAMPLE if visit.purpose == Purpose.SAMPLE else Purpose.THIRD


@transaction.atomic
def cancel_inspection(visit: Inspection, *, reason: str, by: Person, at: dt.datetime) -> None:
    """Call a visit off. Raises AssignmentRefused when it is complete, or when too few would be left."""
    acceptance = visit.acceptance
    lock(acceptance)
    require_assigned(visit)
    refusal = cancel_verdict(visit)
    if not refusal:
        raise AssignmentRefused([("inspectors", in_words(refusal))])
    call_off(visit, reason)
    record_visits("inspection_cancelled", acceptance, [visit], by=by, at=at, reason=reason)
    publish(acceptance, [visit], by=by, at=at, reason=reason)
    tell_inspector("inspection_cancelled", visit, at=at, reason=reason)
    tell_unit(
        "inspection_dropped", [visit], key=str(visit.pk), at=at, reason=reason, name=visit.inspector.name
    )


def cancel_verdict(visit: Inspection) -> Verdict:
    """Whether a visit may be called off without another in its place."""
    if visit.state != State.ASSIGNED:
        return Verdict(False, settled_text(visit), _("已提交的验收结果不能取消；如有疑问，请在汇总时写明。"))
    acceptance = visit.acceptance
    others = acceptance.inspections.filter(round=visit.round).exclude(state=State.CANCELLED)
    sample = visit.purpose == Purpose.SAMPLE
    others = others.filter(purpose=Purpose.SAMPLE) if sample else others.exclude(purpose=Purpose.SAMPLE)
    least = acceptance.rules["sample_inspectors" if sample else "min_inspectors"]
    if others.count() <= least:
        return Verdict(
            False,
            _("本轮须有不少于%(least)d位验收员，取消后人数不足。") % {"least": least},
            _("请改为更换验收员。"),
        )
    return Verdict(True)


def settled_text(visit: Inspection) -> str:
    if visit.state == State.COMPLETED:
        return _("%(name)s已提交验收结果。") % {"name": visit.inspector.name}
    return _("%(name)s的验收已取消。") % {"name": visit.inspector.name}


def require_assigned(visit: Inspection) -> None:
    """Lock the visit and see that it is still to be made. Raises AssignmentRefused."""
    visit.refresh_from_db(
        fields=["state", "version", "planned_at", "place"],
        from_queryset=Inspection.objects.select_for_update(),
    )
    if visit.state != State.ASSIGNED:
        raise AssignmentRefused([("inspectors", settled_text(visit))])


def call_off(visit: Inspection, reason: str) -> None:
    visit.state, visit.cancelled_reason = State.CANCELLED, reason
    visit.version += 1
    visit.save(update_fields=["state", "cancelled_reason", "version"])


def lock(acceptance: Acceptance) -> None:
    """Lock the acceptance's row and read the round that is running now."""
    rows = Acceptance.objects.select_for_update()
    acceptance.refresh_from_db(fields=["inspection_round", "appeals", "conclusion"], from_queryset=rows)


def record_visits(
    event: str,
    acceptance: Acceptance,
    visits: list[Inspection],
    *,
    by: Person,
    at: dt.datetime,
    reason: str = "",
) -> None:
    """The audit entry, in the unit's story; what a person wrote may be personal and can be erased."""
    record(
        acceptance,
        event,
        by=by,
        at=at,
        personal={"reason": reason} if reason else None,
        round=acceptance.inspection_round,
        visits=[
            {
                "visit": str(visit.public_id),
                "inspector": visit.inspector_id,
                "purpose": str(visit.purpose),
                "planned_at": visit.planned_at.isoformat(),
            }
            for visit in visits
        ],
    )
