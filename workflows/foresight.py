"""What would become of open cases when steps of their flow are renamed or removed. Nothing is written.

One evaluator for the rehearsal and for the migration itself: what the rehearsal lists is what the migration does, and
what it calls stranded the migration refuses.
"""

import copy
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from orgs.deputies import standing_in
from orgs.models import Person
from orgs.queries import holders

from .approvals import may_act
from .journey import destination
from .models import Case, Outcome, WorkItem
from .nodes import CoSignStep, HumanTask, Seat
from .titles import BY_NAME

PAGE = 200


@dataclass(frozen=True)
class Plan:
    """Rows of a flow's step ``old`` move to ``new``; ``reseat`` where the new step may be somebody else's."""

    flow: str
    old: str
    new: str
    reseat: bool


@dataclass
class Prospect:
    """What would become of a case at one of its steps.

    ``seat`` is the new one when it changes; ``roads`` where each possible outcome leads; ``stranded`` why the case
    could not go on, empty when it can.
    """

    case: Case
    item: WorkItem
    to: str
    seat: Seat | None = None
    holder: str = ""
    roads: dict[str, str] = field(default_factory=dict)
    stranded: str = ""

    @property
    def moved(self) -> bool:
        return self.item.node != self.to

    @property
    def problem(self) -> str:
        """The reason with the case's number."""
        return f"{self.case.number}: {self.stranded}"


def renamed(stack: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    """A stack of open returns with the steps named anew."""
    keys = ("node", "to")
    return [
        entry | {key: names.get(entry[key], entry[key]) for key in keys if key in entry} for entry in stack
    ]


def readable_cases() -> QuerySet[Case]:
    """Cases with everything that a flow asks of them."""
    return Case.objects.select_related("organization", "unit", "handling").prefetch_related("artifact")


def pages_of_open_cases() -> Iterator[list[Case]]:
    """All open cases by key, a page at a time."""
    last = 0
    while page := list(readable_cases().filter(finished=None, pk__gt=last).order_by("pk")[:PAGE]):
        yield page
        last = page[-1].pk


def prospects(cases: Iterable[Case], plans: Iterable[Plan], on: dt.date) -> Iterator[Prospect]:
    """What becomes of open cases at each of their open steps, and at the steps of ``plans`` to which they may still
    come back: an open return, a co-signature after a decision."""
    found = {case.pk: case for case in cases if case.finished is None}
    moves = {(plan.flow, plan.old): plan for plan in plans}
    items: dict[tuple[int, str], list[WorkItem]] = {}
    for item in WorkItem.objects.filter(case__in=found).order_by("task_id"):
        rows = items.setdefault((item.case_id, item.node), [])
        # Of a step that is over only the latest counts.
        rows[:] = [one for one in rows if one.open] + [item]
    for (case_id, node), rows in sorted(items.items()):
        case, plan = found[case_id], moves.get((rows[0].flow, node))
        awaited = plan is not None and (case.stage == node or in_stack(case, node))
        names = {one.old: one.new for one in moves.values() if one.flow == rows[0].flow}
        opened = [one for one in rows if one.open]
        for item in opened or (rows[-1:] if awaited else []):
            yield foresee(case, item, plan, names, on)


def in_stack(case: Case, node: str) -> bool:
    return any(node in (entry["node"], entry.get("to")) for entry in case.return_stack)


def foresee(case: Case, item: WorkItem, plan: Plan | None, names: dict[str, str], on: dt.date) -> Prospect:
    """What becomes of a case at the step of one desk row; without a plan the step stays what it is."""
    prospect = Prospect(case, item, plan.new if plan else item.node)
    flow = BY_NAME.get(item.flow)
    node = flow.instance.node(prospect.to, no_obsolete=True) if flow else None
    if node is None:
        prospect.stranded = f"step {item.flow}.{prospect.to} is not defined"
    elif not isinstance(node, HumanTask):
        prospect.stranded = f"{prospect.to} is no step that people take"
    elif not isinstance(node, CoSignStep):
        # A copy: the case itself keeps the names that its rows still have.
        seen: Case = copy.copy(case).coerced
        seen.return_stack = renamed(case.return_stack, names)
        look_ahead(prospect, node, seen)
        if plan is not None and not prospect.stranded:
            take_seat(prospect, node, seen, plan, on)
    return prospect


def look_ahead(prospect: Prospect, node: HumanTask, case: Case) -> None:
    """Where each possible outcome leads."""
    for outcome in node.flow_class.instance.possible_outcomes(node, case):
        try:
            target = destination(case, node, Outcome(outcome))
        except LookupError:
            target = None
        if target is None:
            prospect.stranded = f"{node.name} {outcome} leads nowhere"
            return
        prospect.roads[str(outcome)] = target.name


def take_seat(prospect: Prospect, node: HumanTask, case: Case, plan: Plan, on: dt.date) -> None:
    """Who would have the task: the same post keeps holder and deadline, another post is seated as a new task is."""
    item = prospect.item
    before = item.where
    try:
        seat = node.seat(case, on)
    # Whatever a flow's own methods raise for this case would be raised again at its next step.
    except Exception as error:
        prospect.stranded = f"{node.name} gives no seat or term ({type(error).__name__}: {error})"
        return
    role, where, owner_id = item.role, before, item.owner_id
    if plan.reseat and (seat.role != item.role or seat.where != before):
        role, where, owner_id = seat.role, seat.where, seat.owner_id
        prospect.seat = seat if item.open else None
    able = [one for one in people(role, where, owner_id, on) if may_act(node, case, one, on=on)]
    if not able and people(item.role, before, item.owner_id, on):
        prospect.stranded = f"nobody with the post {role} can act at {node.name}"
    owner = next((one for one in able if one.pk == owner_id), None)
    prospect.holder = owner.name if owner else f"{role} ({len(able)})"


def people(role: str, where: dict[str, Any], owner_id: int | None, on: dt.date) -> list[Person]:
    """Whoever holds the task or a post that may take it."""
    posts = [post for one in sorted(standing_in(role)) for post in holders(one, on=on, **where)]
    ids = {post.person_id for post in posts} | ({owner_id} if owner_id else set())
    return list(Person.objects.filter(pk__in=ids).order_by("pk"))
