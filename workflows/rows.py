"""Rows of lists as pages show them: everything translated, counted and linked, so that templates only print."""

import datetime as dt

from django.urls import reverse

from records.calendars import WorkingCalendar

from .desk import due_dates
from .looks import OUTCOME_ICONS, OUTCOME_TONES
from .models import Case, Decision, WorkItem
from .titles import flow_title, node_title


def desk_rows(tab: str, rows: list, *, on: dt.date, calendar: WorkingCalendar) -> list[dict]:
    """The rows of a tab of the desk."""
    if tab == "done":
        return [decision_row(decision) for decision in rows]
    if tab == "started":
        return case_rows(rows, on=on, calendar=calendar)
    return [item_row(item, on=on, calendar=calendar) for item in rows]


def item_row(item: WorkItem, *, on: dt.date, calendar: WorkingCalendar) -> dict:
    left = calendar.working_days_left(on, item.due_on)
    return {
        "url": reverse("task", args=[item.case_id, item.pk]),
        "claim_url": "" if item.owner_id else reverse("claim", args=[item.case_id, item.pk]),
        "title": item.title,
        "flow": flow_title(item.flow),
        "note": item.note,
        "unit": item.unit_name,
        "place": item.place,
        "step": node_title(item.flow, item.node),
        "left": left,
        "due_on": item.due_on,
        "late": left < 0,
    }


def decision_row(decision: Decision) -> dict:
    case, flow = decision.case, decision.case.flow_class
    name = flow.instance.app_name if flow else ""
    return {
        "url": reverse("case", args=[case.pk]),
        "title": case.title,
        "flow": flow_title(name),
        "number": case.number,
        "unit": case.unit.name,
        "place": case.organization.display_name,
        "step": node_title(name, decision.node),
        "outcome": decision.get_outcome_display(),
        "tone": OUTCOME_TONES[decision.outcome],
        "icon": OUTCOME_ICONS[decision.outcome],
        "at": decision.at,
    }


def case_rows(cases: list[Case], *, on: dt.date, calendar: WorkingCalendar) -> list[dict]:
    """Cases with their present step and its deadline; one statement for all open tasks."""
    items = due_dates([case.pk for case in cases if case.is_open])
    return [case_row(case, items.get(case.pk), on=on, calendar=calendar) for case in cases]


def case_row(case: Case, item: WorkItem | None, *, on: dt.date, calendar: WorkingCalendar) -> dict:
    flow = case.flow_class.instance
    left = calendar.working_days_left(on, item.due_on) if item else None
    node = flow.node(case.stage, no_obsolete=True)
    return {
        "url": reverse("case", args=[case.pk]),
        "title": case.title,
        "flow": str(flow.process_title),
        "number": case.number,
        "unit": case.unit.name,
        "place": case.organization.display_name,
        "step": str(node.task_title) if node else case.stage,
        "tone": "wait" if case.is_open else getattr(node, "tone", "mute"),
        "left": left,
        "due_on": item.due_on if item else None,
        "late": left is not None and left < 0,
        "created": case.created,
        "finished": case.finished,
        "is_open": case.is_open,
    }
