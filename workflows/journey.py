"""The road of one case: what was decided, who has it now, and what is expected next.

What comes next is found by asking the flow's own gateways, on a copy of the case that imagines an outcome; nothing is
written. Where a gateway cannot know yet (the meeting was not held), its default branch is expected.
"""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from viewflow.workflow.base import Node

from orgs.models import Founding
from orgs.rules.founding import founding_route

from .models import Case, Decision, Outcome, WorkItem
from .nodes import Finish, Gateway, HumanTask, Step, Wait

LONGEST = 16
EXPECTED = (Outcome.APPROVED, Outcome.SUBMITTED)
STATES: dict[str, str] = {
    Outcome.RETURNED: "back",
    Outcome.REJECTED: "bad",
    Outcome.ANNULLED: "bad",
    Outcome.LAPSED: "bad",
    Outcome.RECTIFY: "back",
    Outcome.FAILED: "bad",
    Outcome.OVERDUE: "bad",
    Outcome.AGAIN: "back",
    Outcome.REMOVED: "bad",
    Outcome.ENDED: "mute",
    Outcome.WITHDRAWN: "mute",
}


@dataclass(frozen=True)
class Stop:
    """One box on the road. ``state``: done, back, bad, mute (ended so), now, next, end."""

    title: str
    detail: str
    state: str


def imagined(case: Case, node: Node, outcome: Outcome) -> Case:
    """The case as the gateways would see it after ``outcome`` at ``node``; never saved."""
    seen = copy.copy(case)
    seen.outcome = outcome
    artifact = copy.copy(case.artifact)
    if isinstance(artifact, Founding) and not artifact.route:
        artifact.route = list(founding_route(artifact.kind, artifact.direct_contact, artifact.rules))
    seen.artifact = artifact
    return seen


def destination(case: Case, node: Node, outcome: Outcome) -> Node | None:
    """The step, wait or end to which an outcome at a step leads; None when the flow does not say."""
    seen = SimpleNamespace(process=imagined(case, node, outcome))
    here = node._next
    for _hop in range(LONGEST):
        if isinstance(here, Gateway):
            here = branch(here, seen)
        elif isinstance(here, Step):
            here = here._next
        else:
            return here
    return None


def branch(gateway: Gateway, seen: SimpleNamespace) -> Node:
    """The branch that a gateway takes; its default where a condition has nothing to go by yet."""
    for target, condition in gateway._branches:
        try:
            if condition is None or condition(seen):
                return target
        except (AttributeError, TypeError, LookupError):
            continue
    raise LookupError(f"no branch of {gateway.name} applies")


def destinations(case: Case, node: HumanTask, outcomes: list[Outcome]) -> dict[str, str]:
    """Title of the step to which each outcome leads."""
    found = {}
    for outcome in outcomes:
        target = destination(case, node, outcome)
        if target is not None:
            found[outcome.value] = str(target.task_title)
    return found


def ahead(case: Case, node: HumanTask) -> list[Node]:
    """The steps expected after ``node`` if everybody agrees, to the end."""
    found: list[Node] = []
    here: Node | None = node
    while isinstance(here, HumanTask) and len(found) < LONGEST:
        outcome = next((one for one in EXPECTED if one in here.outcomes), None)
        here = destination(case, here, outcome) if outcome else None
        if here is None or here in found:
            break
        found.append(here)
    return found


def past(decisions: list[Decision], titles: Callable[[Decision], str]) -> list[Stop]:
    """One stop for each decision; ``titles`` gives a step's title by its name."""
    return [
        Stop(
            titles(decision),
            _("%(outcome)s %(day)s")
            % {
                "outcome": decision.get_outcome_display(),
                "day": date_format(timezone.localtime(decision.at), "m-d"),
            },
            STATES.get(decision.outcome, "done"),
        )
        for decision in decisions
    ]


def road(
    case: Case, decisions: list[Decision], items: list[WorkItem], titles: Callable[[Decision], str]
) -> list[Stop]:
    """The whole road of a case, oldest first."""
    flow = case.flow_class.instance
    stops = past(decisions, titles)
    if not case.is_open:
        end = flow.node(case.stage, no_obsolete=True)
        if isinstance(end, Finish):
            stops.append(Stop(str(end.task_title), "", {"ok": "done"}.get(end.tone, end.tone)))
        return stops
    node = None
    for item in items:
        node = flow.node(item.node, no_obsolete=True)
        stops.append(Stop(str(node.task_title) if node else item.node, due_text(item.due_on), "now"))
    if not items:
        waiting = flow.node(case.stage, no_obsolete=True)
        waits = [one for one in flow.nodes() if isinstance(one, Wait)]
        waiting = waiting if isinstance(waiting, Wait) else next(iter(waits), None)
        if waiting is not None:
            stops.append(Stop(str(waiting.task_title), "", "now"))
    if isinstance(node, HumanTask):
        for step in ahead(case, node):
            stops.append(Stop(str(step.task_title), "", "end" if isinstance(step, Finish) else "next"))
    return stops


def due_text(due_on: dt.date) -> str:
    return _("限 %(day)s") % {"day": date_format(due_on, "m-d")}
