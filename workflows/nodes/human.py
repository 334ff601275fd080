"""Steps that people take."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS

from orgs.enums import Role
from orgs.permissions import Perm
from orgs.queries import district_of, holders

from ..models import ASSENT, CoSign, Outcome, Side, WorkItem
from ..notify import promise_task_notice
from ..terms import Term
from .shapes import TASK_SHAPE

# Who acts at a level on a side, and the authority that it takes (RULES section 10).
AUTHORITY: dict[tuple[str, str], tuple[Role, Perm]] = {
    ("unit", Side.APPLICANT): (Role.UNIT_APPLICANT, Perm.APPLY_FOUNDING),
    ("unit", Side.UNIT): (Role.UNIT_LEADER, Perm.GIVE_UNIT_OPINION),
    ("subdistrict", Side.HANDLER): (Role.SUBDISTRICT_HANDLER, Perm.CHECK_SUBDISTRICT),
    ("subdistrict", Side.APPROVER): (Role.SUBDISTRICT_APPROVER, Perm.APPROVE_SUBDISTRICT),
    ("district", Side.HANDLER): (Role.DISTRICT_HANDLER, Perm.REVIEW_DISTRICT),
    ("district", Side.APPROVER): (Role.DISTRICT_APPROVER, Perm.APPROVE_DISTRICT),
}


@dataclass(frozen=True)
class Seat:
    """Where a task is done: whose queue it is in, who holds it, and until when."""

    role: Role
    where: dict[str, int]
    owner_id: int | None
    term: Term


def place_at_level(case, level: str) -> dict[str, int]:
    """Where a task of a level is queued: the unit, the handling organization, or its district."""
    if level == "unit":
        return {"unit_id": case.unit_id}
    if level == "subdistrict" or case.organization.level == "district":
        return {"organization_id": case.organization_id}
    return {"organization_id": district_of(case.organization).pk}


def seat_held(task, case, on: dt.date) -> Seat:
    """The seat that a task had, for another task of the same step: with what is left of its term, at least today."""
    item = WorkItem.objects.get(pk=task.pk)
    term = Term(max(item.due_on, on), item.term_days)
    return Seat(Role(item.role), item.where, task.owner_id, term)


class HumanActivation(nodes.ViewActivation):
    """A human task: makes its desk row when it is created and closes it when it ends."""

    @classmethod
    def create(cls, flow_task, prev_activation, token, data=None, seed: Seat | None = None):
        """``seed`` seats the task where it was before; without it the node tells."""
        case = prev_activation.process
        task = flow_task.flow_class.task_class(
            process=case, flow_task=flow_task, token=token, data=data or {}
        )
        activation = cls(task)
        flow_task.arrive(case)
        seat = seed or flow_task.seat(case, timezone.localdate())
        if seat.owner_id:
            task.owner_id = seat.owner_id
            # Held from the beginning: nobody claimed it (see takeback).
            task.assigned = task.created
            task.status = STATUS.ASSIGNED
        if hasattr(prev_activation, "write_with"):
            prev_activation.write_with(task)
        else:
            task.save()
            task.previous.add(prev_activation.task)
        WorkItem.objects.create(
            task=task,
            case=case,
            flow=flow_task.flow_class.instance.app_name,
            node=flow_task.name,
            role=seat.role,
            owner_id=seat.owner_id,
            due_on=seat.term.due_on,
            term_days=seat.term.working_days,
            created_at=task.created,
            title=case.title,
            place=case.organization.display_name,
            unit_name=case.unit.name,
            note=flow_task.flow_class.instance.note(case),
            **seat.where,
        )
        promise_task_notice(task.pk, task.created)
        return activation

    def take(self, user) -> None:
        """Hand the task to ``user`` without a save of its own: deciding at once is one step, not two."""
        if self.task.owner_id != user.pk:
            self.task.owner = user
            self.task.assigned = timezone.now()
            self.task.status = STATUS.ASSIGNED

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self):
        super().complete.original()
        WorkItem.objects.filter(pk=self.task.pk).update(open=False, owner=self.task.owner_id)

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.CANCELED)
    def cancel(self):
        super().cancel.original()
        WorkItem.objects.filter(pk=self.task.pk).update(open=False)

    @Activation.status.super()
    def create_next(self):
        """The next step; first the co-signatures that the holder planned for after an assenting decision."""
        planned = self.task.data.get("cosign_after")
        if not planned or self.process.outcome not in ASSENT:
            yield from super().create_next.original()
            return
        request = CoSign.objects.get(pk=planned)
        request.state = CoSign.State.OPEN
        request.save(update_fields=["state"])
        yield from self.flow_task.flow_class.instance.node("cosign").open_for(request, self)

    def call_off(self) -> None:
        """Cancel the task together with the terms that run with it, which the engine would leave armed."""
        self.cancel()
        for boundary in self.flow_task._boundary_events:
            boundary._on_host_finished(task=self.task)


class HumanTask(nodes.View):
    """A step that a person takes.

    ``level`` is ``unit``, ``subdistrict`` or ``district``, or a flow method that tells it for a case; ``side`` is the
    side of the table; ``outcomes`` are what may be decided here. ``due`` names the frozen rule that tells the term in
    working days, or is a flow method that returns the term.
    """

    activation_class = HumanActivation
    shape = TASK_SHAPE

    def __init__(
        self,
        view: Callable | None,
        *,
        level,
        side: Side,
        due,
        outcomes: tuple[Outcome, ...],
        role: Role | None = None,
        perm: Perm | None = None,
    ):
        super().__init__(view)
        self._level = level
        self._due = due
        self.side = side
        self.outcomes = outcomes
        self._role = role
        self._perm = perm

    def _resolve(self, instance):
        super()._resolve(instance)
        self._level = this.resolve(instance, self._level)
        self._due = this.resolve(instance, self._due)

    def _create(self, prev_activation, token, data: Any = None, seed: Any = None):
        """Create this step's task, unless the case heads for another step: one to which it is returned, or the one
        that returned it and now gets it back."""
        case = prev_activation.process
        goal, case.heads_for = case.heads_for, ""
        node = self.flow_class.instance.node(goal) if goal else self
        return nodes.View._create(node, prev_activation, token, data=data, seed=seed)

    @property
    def view(self) -> Callable:
        return self._view

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels at which this step can be taken, for diagrams and permission tables."""
        return (self._level,) if isinstance(self._level, str) else ("subdistrict", "district")

    def level_of(self, case) -> str:
        return self._level if isinstance(self._level, str) else self._level(case)

    def authority(self, level: str) -> tuple[Role, Perm]:
        """The role whose queue this is and the permission that deciding takes."""
        if self._role and self._perm:
            return self._role, self._perm
        return AUTHORITY[level, self.side]

    def arrive(self, case) -> None:
        """Note on the case that it is at this step."""
        case.stage = self.name

    def seat(self, case, on: dt.date) -> Seat:
        """Where a new task of this step is done."""
        level = self.level_of(case)
        where = place_at_level(case, level)
        role, _perm = self.authority(level)
        return Seat(role, where, self.owner_id(case, role, where, on), self.term(case, on))

    def term(self, case, on: dt.date) -> Term:
        """Until when the step is to be taken; where a corrected case comes back, what was left of its term."""
        left = self.flow_class.instance.remaining(case, self.name, on)
        return left or self._fresh_term(case, on)

    def _fresh_term(self, case, on: dt.date) -> Term:
        if isinstance(self._due, str):
            return self.flow_class.instance.working_days(on, case.artifact.rules[self._due])
        return self._due(case, on)

    def owner_id(self, case, role: Role, where: dict[str, int], on: dt.date) -> int | None:
        """Whose desk the task goes to at once: whoever returned the case or is to correct it, the applicant, or the
        only holder of the post."""
        person_id = case.expected_at(self.name)
        if person_id and holders(role, on=on, **where).filter(person_id=person_id).exists():
            return person_id
        if self.side == Side.APPLICANT:
            return case.opened_by_id
        persons = list(holders(role, on=on, **where).values_list("person_id", flat=True)[:2])
        return persons[0] if len(persons) == 1 else None
