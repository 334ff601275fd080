"""Moves the rows of one flow step to another one, a page of cases at a time, and takes it back.

Rows are written through the models of the migration's own state, so that a later column cannot break an earlier move.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Protocol

from django.utils import timezone
from viewflow.workflow.status import STATUS

from records import audit, outbox

from .foresight import PAGE, Plan, Prospect, prospects, readable_cases, renamed

SEAT = (
    "role",
    "organization_id",
    "unit_id",
    "owner_id",
    "due_on",
    "term_days",
    "reminded",
    "escalated_to_id",
)
MOVED, MOVED_BACK = "step_moved", "step_moved_back"


class Move(Protocol):
    """What a mover needs to know of an operation."""

    key: str
    flow: str
    old: str
    new: str
    reseat: bool


class Mover:
    """One move of the rows of ``old`` to ``new`` (references as the engine stores them) at a moment."""

    def __init__(self, apps: Any, move: Move, old: str, new: str, at: dt.datetime):
        self.operation = move
        self.old, self.new, self.at = old, new, at
        self.tasks = apps.get_model("viewflow", "Task").objects
        self.cases = apps.get_model("workflows", "Case").objects
        self.items = apps.get_model("workflows", "WorkItem").objects
        self.moves = apps.get_model("workflows", "NodeMove").objects

    def pages(self, reference: str) -> Iterator[list[int]]:
        """The cases with tasks on a step, locked, a page at a time. What is left behind is passed over by key."""
        last = 0
        while True:
            tasks = self.tasks.filter(flow_task=reference, process_id__gt=last)
            ids = list(tasks.order_by("process_id").values_list("process_id", flat=True).distinct()[:PAGE])
            if not ids:
                return
            locked = self.cases.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
            yield list(locked.values_list("pk", flat=True))
            last = ids[-1]

    def some_numbers(self) -> str:
        """The numbers of the first cases on the old step."""
        ids = self.tasks.filter(flow_task=self.old).values("process_id")
        numbers = self.cases.filter(pk__in=ids).order_by("pk").values_list("number", flat=True)[:20]
        return ", ".join(numbers)

    # -- forwards -----------------------------------------------------------------------------------------------------

    def move(self, plan: Plan) -> list[str]:
        """Move everything, by a plan that tells where it ends up; returns why cases would be stranded, upon which the
        caller undoes the transaction."""
        problems: list[str] = []
        for page in self.pages(self.old):
            foreseen = list(
                prospects(readable_cases().filter(pk__in=page), [plan], timezone.localdate(self.at))
            )
            foreseen = [one for one in foreseen if one.item.node == self.operation.old]
            problems += [one.problem for one in foreseen if one.stranded]
            if not problems:
                self.move_page(page, {one.item.pk: one for one in foreseen})
        return problems

    def move_page(self, page: list[int], foreseen: dict[int, Prospect]) -> None:
        if self.operation.reseat:
            self.keep(page)
            for prospect in foreseen.values():
                if prospect.seat:
                    self.reseat(prospect)
        self.rename(page, self.old, self.new, self.operation.old, self.operation.new, MOVED)

    def keep(self, page: list[int]) -> None:
        """Record what is about to move, with what it takes to put it back."""
        stages = dict(self.cases.filter(pk__in=page).values_list("pk", "stage"))
        seats = {item["task_id"]: item for item in self.items.filter(case__in=page).values("task_id", *SEAT)}
        moved = list(self.tasks.filter(process__in=page, flow_task=self.old).order_by("process_id", "pk"))
        latest = {task.process_id: task.pk for task in moved}
        records = []
        for task in moved:
            before: dict[str, Any] = {"open": task.finished is None, "status": task.status}
            if task.finished is None and (seat := seats.get(task.pk)):
                assigned = task.assigned.isoformat() if task.assigned else None
                before["seat"] = seat | {"due_on": seat["due_on"].isoformat(), "assigned": assigned}
            if latest[task.process_id] == task.pk:
                before["stage"] = stages[task.process_id] == self.operation.old
                before |= self.stacks(task.process_id)
            records.append(
                self.moves.model(
                    migration=self.operation.key, task_id=task.pk, old=self.old, new=self.new, before=before
                )
            )
        self.moves.bulk_create(records, batch_size=500)

    def stacks(self, case_id: int) -> dict[str, Any]:
        """The stacks of open returns that name the old step: the case's own, and those kept for taking back."""
        own = self.cases.values_list("return_stack", flat=True).get(pk=case_id)
        kept = {}
        for task_id, data in self.tasks.filter(process=case_id).values_list("pk", "data"):
            stack = ((data or {}).get("before") or {}).get("return_stack") or []
            if self.names(stack, self.operation.old):
                kept[str(task_id)] = stack
        return {"stack": own if self.names(own, self.operation.old) else None, "kept": kept}

    @staticmethod
    def names(stack: list[dict[str, Any]], node: str) -> bool:
        return any(node in (entry["node"], entry.get("to")) for entry in stack)

    def reseat(self, prospect: Prospect) -> None:
        """Put an open task where a new task of the step would be, and have its holders told."""
        seat, task_id = prospect.seat, prospect.item.pk
        assert seat is not None
        self.items.filter(pk=task_id).update(
            role=seat.role,
            organization_id=seat.where.get("organization_id"),
            unit_id=seat.where.get("unit_id"),
            owner_id=seat.owner_id,
            due_on=seat.term.due_on,
            term_days=seat.term.working_days,
            reminded=None,
            escalated_to_id=None,
        )
        self.tasks.filter(pk=task_id).update(
            owner_id=seat.owner_id,
            assigned=self.at if seat.owner_id else None,
            status=STATUS.ASSIGNED if seat.owner_id else STATUS.NEW,
        )
        outbox.promise("task", key=f"task:{task_id}:{self.operation.key}", at=self.at, task=task_id)

    def rename(self, page: list[int], old: str, new: str, node: str, onto: str, event: str) -> None:
        """Everything in these cases that names a step names the other one."""
        tasks = self.tasks.filter(process__in=page, flow_task=old)
        self.note(event, tasks.filter(finished=None).values_list("process_id", "pk"), node, onto)
        self.items.filter(task__in=list(tasks.values_list("pk", flat=True))).update(node=onto)
        tasks.update(flow_task=new)
        cases = self.cases.filter(pk__in=page)
        for case in cases.exclude(return_stack=[]).only("return_stack"):
            if self.names(case.return_stack, node):
                stack = renamed(case.return_stack, {node: onto})
                self.cases.filter(pk=case.pk).update(return_stack=stack)
        cases.filter(stage=node).update(stage=onto)
        for task_id, data in self.tasks.filter(process__in=page).values_list("pk", "data"):
            before = (data or {}).get("before") or {}
            if self.names(before.get("return_stack") or [], node):
                stack = renamed(before["return_stack"], {node: onto})
                self.tasks.filter(pk=task_id).update(data=data | {"before": before | {"return_stack": stack}})

    def note(self, event: str, tasks: Any, node: str, onto: str) -> None:
        """One audit entry for each open task that moves."""
        found = dict(tasks)
        units = self.cases.filter(pk__in=found).order_by("pk").values_list("pk", "unit_id")
        entries = [
            (
                f"case:{pk}",
                f"unit:{unit}",
                {"task": found[pk], "from": node, "to": onto, "migration": self.operation.key},
            )
            for pk, unit in units
        ]
        if entries:
            audit.record_many(event, entries, at=self.at)

    # -- backwards ----------------------------------------------------------------------------------------------------

    def rename_back(self) -> None:
        """All rows of the new name get the old one."""
        for page in self.pages(self.new):
            self.rename(page, self.new, self.old, self.operation.new, self.operation.old, MOVED_BACK)

    def put_back(self) -> None:
        """Undo the recorded moves, case by case; what was open then and is decided now stays on the new step."""
        records = self.moves.filter(migration=self.operation.key).order_by("task__process_id", "pk")
        last = 0
        while ids := list(
            records.filter(task__process_id__gt=last)
            .values_list("task__process_id", flat=True)
            .distinct()[:PAGE]
        ):
            page = sorted(set(ids))
            list(
                self.cases.select_for_update(of=("self",))
                .filter(pk__in=page)
                .order_by("pk")
                .values_list("pk")
            )
            back: list[tuple[int, int]] = []
            for record in records.filter(task__process__in=page).select_related("task"):
                back += self.put_back_task(record)
            self.note(MOVED_BACK, back, self.operation.new, self.operation.old)
            records.filter(task__process__in=page).delete()
            last = page[-1]

    def put_back_task(self, record: Any) -> list[tuple[int, int]]:
        """Undo one recorded move; returns case and task when it was an open one."""
        task, before = record.task, record.before
        self.put_back_stacks(task.process_id, before)
        if before["open"] and task.finished is not None:
            return []
        self.tasks.filter(pk=task.pk, flow_task=self.new).update(flow_task=self.old)
        self.items.filter(pk=task.pk).update(node=self.operation.old)
        if before.get("stage"):
            self.cases.filter(pk=task.process_id, stage=self.operation.new).update(stage=self.operation.old)
        if before["open"] and (seat := before.get("seat")):
            self.put_back_seat(task.pk, before["status"], dict(seat))
        return [(task.process_id, task.pk)] if before["open"] else []

    def put_back_seat(self, task_id: int, status: str, seat: dict[str, Any]) -> None:
        """The seat that an open task had, unless it kept it anyway: then whoever holds it now goes on."""
        assigned = seat.pop("assigned")
        item = self.items.values(*SEAT).get(pk=task_id)
        place = ("role", "organization_id", "unit_id")
        if all(item[name] == seat[name] for name in place):
            return
        seat["due_on"] = dt.date.fromisoformat(seat["due_on"])
        self.items.filter(pk=task_id).update(**{name: seat[name] for name in SEAT})
        self.tasks.filter(pk=task_id).update(
            owner_id=seat["owner_id"],
            status=status,
            assigned=dt.datetime.fromisoformat(assigned) if assigned else None,
        )

    def put_back_stacks(self, case_id: int, before: dict[str, Any]) -> None:
        """Open returns that are still the same name the old step again."""
        if before.get("stack"):
            own = self.cases.values_list("return_stack", flat=True).get(pk=case_id)
            self.cases.filter(pk=case_id).update(return_stack=self.restored(own, before["stack"]))
        for task_id, stack in before.get("kept", {}).items():
            data = self.tasks.values_list("data", flat=True).get(pk=task_id)
            data["before"]["return_stack"] = self.restored(data["before"]["return_stack"], stack)
            self.tasks.filter(pk=task_id).update(data=data)

    def restored(self, now: list[dict[str, Any]], then: list[dict[str, Any]]) -> list[dict[str, Any]]:
        moved = renamed(then, {self.operation.old: self.operation.new})
        return [
            then[place] if place < len(moved) and entry == moved[place] else entry
            for place, entry in enumerate(now)
        ]
