"""What must hold for a case whatever people did, told from the rows alone and without the code under test."""

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Organization, Post
from records.calendars import WorkingCalendar

# Which role acts on which side at which level (RULES section 10).
ROLES = {
    ("unit", "applicant"): {Role.UNIT_APPLICANT},
    ("unit", "unit"): {Role.UNIT_LEADER},
    ("subdistrict", "handler"): {Role.SUBDISTRICT_HANDLER},
    ("subdistrict", "approver"): {Role.SUBDISTRICT_APPROVER},
    ("district", "handler"): {Role.DISTRICT_HANDLER},
    ("district", "approver"): {Role.DISTRICT_APPROVER},
}
STAFF = set(Role) - {Role.UNIT_APPLICANT, Role.UNIT_LEADER, Role.SECURITY_ADMIN}
SIDES = {
    "draft_request": "applicant",
    "correct_request": "applicant",
    "approve_unit": "unit",
    "check_completeness": "handler",
    "approve_subdistrict": "approver",
    "review_district": "handler",
    "approve_district": "approver",
    "hold_meeting": "applicant",
    "hold_second_round": "applicant",
    "decide_extension": "approver",
    "report_result": "applicant",
    "correct_result": "applicant",
    "approve_result_subdistrict": "approver",
    "review_result_district": "handler",
    "approve_result_district": "approver",
    "complete_registration": "handler",
    "visit_unit": "handler",
    "classify_unit": "handler",
    "confirm_classification": "approver",
    "cosign": "cosigner",
}
MAIN, COSIGN = "main", "cosign"
CASE = """
SELECT p.status, p.finished, p.flow_class, c.stage, c.round, c.returns, c.return_stack, c.outcome, c.opened_by_id,
       c.unit_id, o.path
FROM viewflow_process p JOIN workflows_case c ON c.process_ptr_id = p.id
JOIN orgs_organization o ON o.id = c.organization_id WHERE p.id = %s
"""
TASKS = """
SELECT t.id, t.flow_task, t.flow_task_type, t.status, t.owner_id, t.finished, t.data, s.cosign_id, w.open AS shown,
       w.owner_id AS shown_owner, w.due_on, w.node AS shown_node
FROM viewflow_task t LEFT JOIN workflows_workitem w ON w.task_id = t.id
LEFT JOIN workflows_cosigner s ON s.task_id = t.id WHERE t.process_id = %s ORDER BY t.id
"""
DECISIONS = """
SELECT id, task_id, node, level, side, round, outcome, by_id, on_behalf_of_id, by_name
FROM workflows_decision WHERE case_id = %s ORDER BY id
"""
COSIGNS = "SELECT id, task_id, after, mode, state FROM workflows_cosign WHERE case_id = %s ORDER BY id"


@dataclass
class State:
    """A case as its rows tell; two of them are equal when nothing was changed."""

    case: dict[str, Any]
    tasks: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    cosigns: list[dict[str, Any]]

    def open_tasks(self, kind: str) -> list[dict[str, Any]]:
        """The open human tasks that are steps, or those that are co-signatures."""
        found = [one for one in self.tasks if one["flow_task_type"] == "HUMAN" and one["finished"] is None]
        return [one for one in found if (one["node"] == COSIGN) == (kind == COSIGN)]

    @property
    def stack(self) -> list[dict[str, Any]]:
        return self.case["return_stack"]


@dataclass
class Memory:
    """What cannot be seen in one state: the working days that were left when a step returned the case."""

    left: list[int] = field(default_factory=list)


def rows(statement: str, case_id: int) -> list[dict[str, Any]]:
    """What a statement about one case finds; written out, for speed and to share nothing with the code under test."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [case_id])
        names = [column.name if hasattr(column, "name") else column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def observe(case_id: int) -> State:
    """Read a case; four statements."""
    (case,), tasks = rows(CASE, case_id), rows(TASKS, case_id)
    case["return_stack"] = json.loads(case["return_stack"])
    for one in tasks:
        one["node"] = one["flow_task"].rpartition(".")[2]
        one["data"] = json.loads(one["data"] or "null") or {}
    return State(case, tasks, rows(DECISIONS, case_id), rows(COSIGNS, case_id))


def check(before: State, after: State, memory: Memory, kind: str) -> None:
    """Everything that must hold after an action that was not refused."""
    one_open_step(after)
    desk_equals_engine(after)
    cosignatures(after)
    rounds_and_returns(before, after)
    for decision in after.decisions[len(before.decisions) :]:
        with_authority(decision, after)
    four_eyes(after)
    clocks(before, after, memory, kind)


def one_open_step(now: State) -> None:
    main, signatures = now.open_tasks(MAIN), now.open_tasks(COSIGN)
    waits = [
        one
        for one in now.tasks
        if one["flow_task_type"] == "TIMER" and one["status"] == "SCHEDULED" and one["node"] == "wait_revisit"
    ]
    if now.case["finished"] is not None:
        assert not main, "an open step in a finished case"
        assert not signatures, "an open co-signature in a finished case"
        assert not [one for one in now.tasks if one["status"] == "SCHEDULED"], "a term of a finished case"
        return
    after = {one["id"] for one in now.cosigns if one["state"] == "open" and one["after"]}
    asked = {one["cosign_id"] for one in signatures}
    if main:
        assert len(main) + len(waits) == 1, "more than one open step"
        assert not asked & after, "a step goes on though signatures on its decision are awaited"
        assert now.case["stage"] == main[0]["node"], "the case says another step than is open"
    elif waits:
        assert (len(waits), signatures, now.case["stage"]) == (1, [], "wait_revisit")
    else:
        assert len(asked) == 1, "an open case without an open step"
        assert asked == after, "signatures on a decision that nobody asked for"
    boundaries = [one for one in now.tasks if one["status"] == "SCHEDULED" and one not in waits]
    assert len(boundaries) == (bool(main) and main[0]["node"] in ("hold_meeting", "hold_second_round"))


def desk_equals_engine(now: State) -> None:
    for one in now.tasks:
        if one["flow_task_type"] != "HUMAN":
            assert one["shown"] is None
            continue
        assert one["shown"] == (one["finished"] is None), f"desk and engine differ on {one['node']}"
        assert one["shown_node"] == one["node"]
        if one["finished"] is None:
            assert one["shown_owner"] == one["owner_id"], "desk and engine say another holder"
            assert one["status"] == ("ASSIGNED" if one["owner_id"] else "NEW")


def cosignatures(now: State) -> None:
    live = [one for one in now.cosigns if one["state"] in ("open", "planned")]
    assert len(live) <= 1, "two requests for co-signatures at once"
    asked = {one["cosign_id"] for one in now.open_tasks(COSIGN)}
    assert asked == {one["id"] for one in live if one["state"] == "open"}, "signatures without a request"
    for one in now.open_tasks(MAIN):
        mine = {
            ("cosign_after" if req["after"] else COSIGN): req["id"]
            for req in live
            if req["task_id"] == one["id"]
        }
        kept = {key: one["data"][key] for key in (COSIGN, "cosign_after") if key in one["data"]}
        assert kept == mine, "a step waits for signatures that nobody asks for"


def rounds_and_returns(before: State, now: State) -> None:
    assert now.case["round"] >= before.case["round"], "the round went down"
    assert now.case["round"] <= before.case["round"] + 1
    stack = now.stack
    if now.case["finished"] is not None:
        assert not stack
        return
    assert len(stack) <= now.case["returns"]
    if stack:
        assert now.case["stage"] == stack[-1]["to"], "a returned case is not where it was returned to"
    for outer, inner in pairwise(stack):
        assert inner["node"] == outer["to"], "the open returns do not follow from each other"
    bound = max((one["id"] for one in now.tasks if one["node"] == "establish"), default=0)
    returned = [
        one for one in standing(now.decisions) if one["outcome"] == "returned" and one["task_id"] > bound
    ]
    assert now.case["returns"] == len(returned), "the count of returns is not that of the decisions"
    for entry in stack:
        assert any(one["node"] == entry["node"] and one["by_id"] == entry["by"] for one in returned)


def standing(decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without those taken back: each taking back undoes the last step before it."""
    kept: list[dict[str, Any]] = []
    for one in decisions:
        if one["outcome"] != "taken_back":
            kept.append(one)
            continue
        last = max(place for place, old in enumerate(kept) if old["side"] != "cosigner")
        assert kept[last]["by_id"] == one["by_id"], "somebody else's decision was taken back"
        del kept[last]
    return kept


def with_authority(decision: dict[str, Any], now: State) -> None:
    """The author had a post with the role of the step, at its place, on the day."""
    if decision["by_id"] is None:
        assert decision["side"] == "system"
        return
    taken_back, withdrawn = decision["outcome"] == "taken_back", decision["outcome"] == "withdrawn"
    if not withdrawn and not taken_back:
        assert decision["side"] == SIDES[decision["node"]]
    # Taking back is recorded on the task that it ends; the authority is that of the step that is taken again.
    judged = undone(decision, now) if taken_back else decision
    for person in {decision["by_id"], decision["on_behalf_of_id"]} - {None}:
        assert has_role(person, judged, now), f"{judged['node']} {decision['outcome']} without authority"
    if decision["on_behalf_of_id"]:
        assert "（代" in decision["by_name"]
        assert decision["on_behalf_of_id"] != decision["by_id"]


def undone(decision: dict[str, Any], now: State) -> dict[str, Any]:
    """The decision that a taking back undid, on whose side and level it is recorded."""
    earlier = standing([one for one in now.decisions if one["id"] < decision["id"]])
    found = [one for one in earlier if one["side"] != "cosigner"][-1]
    assert (decision["side"], decision["level"]) == (found["side"], found["level"])
    return found


def has_role(person: int, decision: dict[str, Any], now: State) -> bool:
    roles = STAFF if decision["side"] == "cosigner" else set(ROLES[decision["level"], decision["side"]])
    if decision["level"] == "subdistrict" and now.case["flow_class"] and decision["side"] == "handler":
        roles |= {Role.INSTRUCTOR} if decision["node"] == "visit_unit" else set()
    on, path = timezone.localdate(), now.case["path"]
    step = Organization.steplen
    above = [path[:end] for end in range(step, len(path) + 1, step)]
    here = Q(unit=now.case["unit_id"]) if decision["level"] == "unit" else Q(organization__path__in=above)
    running = Post.objects.filter(Q(until=None) | Q(until__gte=on), here, since__lte=on, person=person)
    return running.filter(role__in=roles).exists()


def four_eyes(now: State) -> None:
    """Nobody stands on two sides of one case. Withdrawing is no judgement, a co-signature is one that must be new."""
    opened = "applicant" if "ounding" in str(now.case["flow_class"]) else "handler"
    sides: dict[int, set[tuple[str, str]]] = {}
    for one in standing(now.decisions):
        if one["side"] == "system" or one["outcome"] == "withdrawn":
            continue
        for person in {one["by_id"], one["on_behalf_of_id"]} - {None}:
            mine = sides.setdefault(person, set())
            if one["side"] == "cosigner":
                assert not mine, "a co-signature by who had taken a step"
                continue
            mine.add((one["level"], one["side"]))
            assert len(mine) == 1, f"one person on two sides of a case: {mine}"
            if person == now.case["opened_by_id"]:
                assert one["side"] == opened, "the opener acts on another side"


def days_left(due_on: dt.date | str) -> int:
    """Working days after today up to the deadline, at least one: counted one by one."""
    today = timezone.localdate()
    due_on = due_on if isinstance(due_on, dt.date) else dt.date.fromisoformat(due_on)
    calendar = WorkingCalendar.around(today)
    days = (today + dt.timedelta(days=one) for one in range(1, (due_on - today).days + 1))
    return max(sum(calendar.is_working_day(day) for day in days), 1)


def clocks(before: State, now: State, memory: Memory, kind: str) -> None:
    """A step to which the corrected case comes back has the working days that were left when it returned the case."""
    depth, deeper = len(before.stack), len(now.stack) - len(before.stack)
    if kind == "take_back":
        return
    if deeper == 1:
        memory.left[depth:] = [days_left(before.open_tasks(MAIN)[0]["due_on"])]
    elif deeper == -1 and (here := now.open_tasks(MAIN)) and here[0]["node"] == before.stack[-1]["node"]:
        assert days_left(here[0]["due_on"]) == memory.left[depth - 1], "the clock did not stand still"


def told_once(notices: list[tuple[int, str, str]]) -> None:
    """Nobody is told twice that a task has arrived."""
    counted = Counter(one for one in notices if one[1] == "task")
    assert not [one for one, count in counted.items() if count > 1]
