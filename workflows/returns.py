"""Where a case may be returned to, and what happens to its round when it is decided."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from orgs.models import Person
from records import calendars

from .journey import destination
from .models import ASSENT, Case, Decision, GuardedTask, Outcome, Side, WorkItem
from .nodes import CoSignStep, HumanActivation, HumanTask, Step

# What a transition may change on the case; written once, when the engine has come to rest.
ROUND_FIELDS = ("outcome", "returns", "return_stack", "round", "stage", "title")
# What taking a decision back restores.
RESTORED_FIELDS = ("outcome", "returns", "return_stack", "title")


class NotPossible(Exception):
    """The decision asked for cannot be taken on this task; the message says what to do."""


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that were not taken back, oldest first; the taking back itself is left out as well."""
    found: list[Decision] = []
    for decision in decisions:
        if decision.outcome == Outcome.TAKEN_BACK:
            taken = next(one for one in reversed(found) if one.side != Side.COSIGNER)
            found.remove(taken)
        else:
            found.append(decision)
    return found


def last_binding_task(case: Case) -> int:
    """The engine's task of the last step of the system that cannot be gone back behind; 0 when there is none."""
    for task in GuardedTask.objects.filter(process_id=case.pk, flow_task_type="FUNCTION").order_by("-pk"):
        if not isinstance(task.flow_task, Step) or task.flow_task.binding:
            return task.pk
    return 0


def return_targets(case: Case, node: HumanTask) -> list[HumanTask]:
    """The steps to which the case may be returned from ``node``: where the flow itself leads, and every earlier step
    of other people since the last binding step, latest first."""
    if Outcome.RETURNED not in node.outcomes:
        return []
    first = destination(case, node, Outcome.RETURNED)
    found = [first] if isinstance(first, HumanTask) else []
    earlier: list[HumanTask] = []
    for decision in standing(
        case.decisions.select_related("task").filter(task_id__gt=last_binding_task(case)).order_by("pk")
    ):
        step = decision.task.flow_task  # the task follows when its step is renamed, the decision does not
        if step == node:
            break
        if (
            isinstance(step, HumanTask)
            and not isinstance(step, CoSignStep)
            and step.side != Side.APPLICANT
            and decision.outcome in ASSENT
            and step not in found + earlier
        ):
            earlier.append(step)
    return found + earlier[::-1]


def target_named(case: Case, node: HumanTask, name: str) -> HumanTask:
    """The step to return to; the flow's own when ``name`` is empty. Raises NotPossible."""
    targets = return_targets(case, node)
    found = next((one for one in targets if one.name == name or not name), None)
    if found is None:
        raise NotPossible(_("不能退回到所选的环节，请从页面列出的环节中选择。"))
    return found


def move_round(activation: HumanActivation, outcome: Outcome, by: Person, on: dt.date, to: str) -> None:
    """Keep on the case what the gateways read, and to whom a returned case goes and comes back.

    Raises NotPossible when the case cannot be returned to the step named ``to``.
    """
    case, node, task = activation.process, activation.flow_task, activation.task
    task.data = (task.data or {}) | {"before": {name: getattr(case, name) for name in RESTORED_FIELDS}}
    if outcome == Outcome.RETURNED:
        push_return(case, node, task, by, on, target_named(case, node, to))
    elif outcome in ASSENT and not task.data.get("cosign_after"):
        case.aim(node.name)
    case.outcome = outcome


def push_return(case: Case, node: HumanTask, task: Any, by: Person, on: dt.date, target: HumanTask) -> None:
    """Note who returned the case, from where and to where; the clock of the step stands still meanwhile."""
    due_on = WorkItem.objects.values_list("due_on", flat=True).get(pk=task.pk)
    earlier = standing(case.decisions.select_related("task").order_by("pk"))
    before = next((one for one in reversed(earlier) if one.task.flow_task == target and one.by_id), None)
    entry = {
        "node": node.name,
        "by": by.pk,
        "days_left": calendars.working_days_left(on, due_on),
        "to": target.name,
        "to_by": before.by_id if before else None,
    }
    case.returns += 1
    case.return_stack = [*case.return_stack, entry]
    case.heads_for = target.name


def settle(case: Case) -> None:
    """After the engine came to rest: an answered return is off the stack, and the case is written once."""
    case.close_return()
    case.save(update_fields=ROUND_FIELDS)
