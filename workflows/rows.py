"""Rows of lists as pages show them: everything translated, counted and linked, so that templates only print."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.queries import running_delegations
from records.calendars import WorkingCalendar

from .desk import rounds_of
from .looks import OUTCOME_ICONS, OUTCOME_TONES
from .models import Case, CaseCopy, Decision, WorkItem
from .titles import flow_title, node_title


def desk_rows(tab: str, rows: list, *, person: Person, on: dt.date, calendar: WorkingCalendar) -> list[dict]:
    """The rows of a tab of the desk."""
    if tab == "done":
        return [decision_row(decision) for decision in rows]
    if tab == "started":
        return case_rows(rows, on=on, calendar=calendar)
    if tab == "copies":
        return [copy_row(one) for one in rows]
    rounds = rounds_of([item.case_id for item in rows]) if rows else {}
    absent = {one.post.person_id: one.post.person.name for one in running_delegations(person, on)}
    found = []
    for item in rows:
        row = item_row(item, on=on, calendar=calendar)
        row["round"] = rounds[item.case_id]
        row["absent"] = absent.get(item.owner_id, "") if tab == "todo" else ""
        if tab == "watch":
            # Whoever watches opens the case; deciding stays with those who hold it.
            row |= {"url": reverse("case", args=[item.case_id]), "claim_url": ""}
            row["holder"] = item.owner.name if item.owner else _("待领取")
        found.append(row)
    return found


def copy_row(copy: CaseCopy) -> dict:
    """A case that somebody copied to the reader."""
    case, flow = copy.case, copy.case.flow_class
    return {
        "url": reverse("case", args=[case.pk]),
        "title": case.title,
        "flow": str(flow.instance.process_title) if flow else "",
        "number": case.number,
        "unit": case.unit.name,
        "place": case.organization.display_name,
        "step": node_title(flow.instance.app_name, case.stage) if flow else case.stage,
        "tone": "wait" if case.is_open else "mute",
        "unread": copy.read_at is None,
        "from": copy.by.name,
        "remark": copy.note,
        "at": copy.at,
    }


def item_row(item: WorkItem, *, on: dt.date, calendar: WorkingCalendar) -> dict:
    left = calendar.working_days_left(on, item.due_on)
    return {
        "pk": item.pk,
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
        "urged": item.urged_at,
        "reported": item.escalated_to_id is not None,
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
        "absent": decision.on_behalf_of.name if decision.on_behalf_of else "",
    }


def present_items(case_ids: Iterable[int]) -> dict[int, list[WorkItem]]:
    """The open tasks of each case, by deadline, with who holds them; one statement."""
    found: dict[int, list[WorkItem]] = {}
    items = WorkItem.objects.filter(case_id__in=list(case_ids), open=True).select_related("owner")
    for item in items.order_by("due_on", "task_id"):
        found.setdefault(item.case_id, []).append(item)
    return found


def case_rows(cases: list[Case], *, on: dt.date, calendar: WorkingCalendar) -> list[dict]:
    """Cases with their present step, who holds it, and its deadline; one statement for all open tasks."""
    items = present_items(case.pk for case in cases if case.is_open)
    return [case_row(case, items.get(case.pk, []), on=on, calendar=calendar) for case in cases]


def case_row(case: Case, items: Sequence[WorkItem], *, on: dt.date, calendar: WorkingCalendar) -> dict:
    flow = case.flow_class.instance
    item = items[0] if items else None
    left = calendar.working_days_left(on, item.due_on) if item else None
    node = flow.node(case.stage, no_obsolete=True)
    holders = list(dict.fromkeys(one.owner.name for one in items if one.owner))
    unclaimed = [_("待领取")] if any(one.owner_id is None for one in items) else []
    return {
        "url": reverse("case", args=[case.pk]),
        "title": case.title,
        "flow": str(flow.process_title),
        "number": case.number,
        "unit": case.unit.name,
        "place": case.organization.display_name,
        "step": str(node.task_title) if node else case.stage,
        "tone": "wait" if case.is_open else getattr(node, "tone", "mute"),
        "holders": holders,
        "who": _("、").join(holders + unclaimed),
        "unclaimed": bool(unclaimed),
        "left": left,
        "due_on": item.due_on if item else None,
        "late": left is not None and left < 0,
        "created": case.created,
        "finished": case.finished,
        "is_open": case.is_open,
    }
