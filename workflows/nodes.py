"""The node kinds of our flows: the engine's, with authority, deadlines, the desk row, and no half-finished states.

A gateway, a function and an end run without savepoints of their own: whatever fails inside a transition must undo the
whole transition, so there is nothing to go back to.
"""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from viewflow import this
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.boundary import TimerBoundary, TimerBoundaryActivation
from viewflow.workflow.nodes.timer import TimerActivation
from viewflow.workflow.status import PROCESS, STATUS

from orgs.enums import Role
from orgs.permissions import Perm
from orgs.queries import district_of, holders

from .models import GuardedTask, Outcome, Side, WorkItem
from .notify import promise_task_notice

TASK_SHAPE = {"width": 124, "height": 52, "text-align": "middle", "svg": ""}
GATE_SHAPE = {"width": 96, "height": 40, "svg": ""}
START_SHAPE = {"width": 36, "height": 36, "svg": ""}
END_SHAPE = {"width": 92, "height": 36, "svg": ""}

# Who acts at a level on a side, and the authority that it takes (RULES section 10).
AUTHORITY: dict[tuple[str, str], tuple[Role, Perm]] = {
    ("unit", Side.APPLICANT): (Role.UNIT_APPLICANT, Perm.APPLY_FOUNDING),
    ("unit", Side.UNIT): (Role.UNIT_LEADER, Perm.GIVE_UNIT_OPINION),
    ("subdistrict", Side.HANDLER): (Role.SUBDISTRICT_HANDLER, Perm.CHECK_SUBDISTRICT),
    ("subdistrict", Side.APPROVER): (Role.SUBDISTRICT_APPROVER, Perm.APPROVE_SUBDISTRICT),
    ("district", Side.HANDLER): (Role.DISTRICT_HANDLER, Perm.REVIEW_DISTRICT),
    ("district", Side.APPROVER): (Role.DISTRICT_APPROVER, Perm.APPROVE_DISTRICT),
}


def place_at_level(case, level: str) -> dict:
    """Where a task of a level is queued: the unit, the handling organization, or its district."""
    if level == "unit":
        return {"unit_id": case.unit_id}
    if level == "subdistrict" or case.organization.level == "district":
        return {"organization_id": case.organization_id}
    return {"organization_id": district_of(case.organization).pk}


class HumanActivation(nodes.ViewActivation):
    """A human task: makes its desk row when it is created and closes it when it ends."""

    @classmethod
    def create(cls, flow_task, prev_activation, token, data=None, seed=None):
        case = prev_activation.process
        case.stage = flow_task.name
        task = flow_task.flow_class.task_class(process=case, flow_task=flow_task, token=token)
        activation = cls(task)
        level = flow_task.level_of(case)
        where = place_at_level(case, level)
        role, _ = flow_task.authority(level)
        on = timezone.localdate()
        owner_id = flow_task.owner_id(activation, role, where, on)
        term = flow_task.term(activation, on)
        if owner_id:
            task.owner_id = owner_id
            task.assigned = timezone.now()
            task.status = STATUS.ASSIGNED
        if isinstance(prev_activation, GatewayActivation):
            prev_activation.write_with(task)
        else:
            task.save()
            task.previous.add(prev_activation.task)
        WorkItem.objects.create(
            task=task,
            case=case,
            flow=flow_task.flow_class.instance.app_name,
            node=flow_task.name,
            role=role,
            owner_id=owner_id,
            due_on=term.due_on,
            term_days=term.working_days,
            created_at=task.created,
            title=case.title,
            place=case.organization.display_name,
            unit_name=case.unit.name,
            note=flow_task.flow_class.instance.note(case),
            **where,
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


class HumanTask(nodes.View):
    """A step that a person takes.

    ``level`` is ``unit``, ``subdistrict`` or ``district``, or a flow method that tells it for a case; ``side`` is the
    side of the table; ``due`` is a flow method that returns the last day; ``outcomes`` are what may be decided here.
    """

    activation_class = HumanActivation
    shape = TASK_SHAPE

    def __init__(
        self,
        view: Callable,
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

    def term(self, activation, on: dt.date):
        """Until when the step is to be taken; where a corrected case comes back, what was left of its term."""
        left = self.flow_class.instance.remaining(activation.process, self.name, on)
        return left or self._due(activation, on)

    def owner_id(self, activation, role: Role, where: dict, on: dt.date) -> int | None:
        """Whose desk the task goes to at once: whoever returned the case, the applicant, or the only holder."""
        case = activation.process
        if case.return_node == self.name:
            returned_by = case.last_return["by"]
            if holders(role, on=on, **where).filter(person_id=returned_by).exists():
                return returned_by
        if self.side == Side.APPLICANT:
            return case.opened_by_id
        persons = list(holders(role, on=on, **where).values_list("person_id", flat=True)[:2])
        return persons[0] if len(persons) == 1 else None


class GatewayActivation(nodes.SwitchActivation):
    """A gateway decides at once, so it is written once, as done, and together with the human task behind it."""

    # The engine keeps activations in sets; this one has no row yet that could tell it from others.
    __hash__ = object.__hash__
    __eq__ = object.__eq__

    @classmethod
    def create(cls, flow_task, prev_activation, token, data=None, seed=None):
        task = flow_task.flow_class.task_class(
            process=prev_activation.process, flow_task=flow_task, token=token
        )
        activation = cls(task)
        activation.came_from = prev_activation.task
        activation.next_task = activation.choose()
        task.status = STATUS.DONE
        task.started = task.finished = task.created
        return activation

    @Activation.status.super()
    def create_next(self):
        if not issubclass(self.next_task.activation_class, HumanActivation):
            self.task.save()
            self.task.previous.add(self.came_from)
        yield self.next_task._create(self, self.task.token)

    def write_with(self, following) -> None:
        """Write the gateway and the task behind it, then how the three are linked: two statements, not four."""
        GuardedTask.write([self.task, following])
        links = following.previous.through
        links.objects.bulk_create(
            [
                links(from_task_id=self.task.pk, to_task_id=self.came_from.pk),
                links(from_task_id=following.pk, to_task_id=self.task.pk),
            ]
        )

    def choose(self):
        for node, condition in self.flow_task._branches:
            if condition is None or condition(self):
                return node
        raise LookupError(f"no branch of {self.flow_task.name} applies")


class Gateway(nodes.Switch):
    """An exclusive gateway; ``labels`` name its branches on the diagram, in the order of the cases."""

    activation_class = GatewayActivation
    shape = GATE_SHAPE

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.labels: list = []

    def Case(self, node, cond=None, label=""):
        self.labels.append(label)
        return super().Case(node, cond)

    def Default(self, node, label=""):
        self.labels.append(label)
        return super().Default(node)

    def _outgoing(self):
        for edge, label in zip(super()._outgoing(), self.labels, strict=True):
            edge._label = label or None
            yield edge


class StepActivation(nodes.FunctionActivation):
    @Activation.status.transition(source=STATUS.NEW)
    def activate(self):
        self.task.started = timezone.now()
        self.flow_task._func(self)


class Step(nodes.Function):
    """What the system does by itself inside the transition: numbers, milestones, state. Never rendering or mail."""

    activation_class = StepActivation
    shape = TASK_SHAPE


class FinishActivation(nodes.EndActivation):
    @Activation.status.transition(source=STATUS.NEW)
    def activate(self):
        self.task.started = timezone.now()
        case = self.process
        case.status = PROCESS.DONE
        case.finished = timezone.now()
        case.stage = self.flow_task.name
        case.save(update_fields=["status", "finished"])


class Finish(nodes.End):
    """A way in which a case ends; ``tone`` colours it."""

    activation_class = FinishActivation
    shape = END_SHAPE

    def __init__(self, tone: str = "ok"):
        super().__init__()
        self.tone = tone


class FiringMixin(TimerActivation):
    """Firing a timer is all or nothing: a failure rolls back, is logged by the worker, and is tried again."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self):
        self.task.scheduled = self.flow_task._delay(self)
        self.task.save()


class DeadlineActivation(FiringMixin, TimerBoundaryActivation):
    @Activation.status.transition(source=STATUS.STARTED)
    def execute(self):
        self.cancel_host_tasks()
        self.complete()
        self.activate_next()


class Deadline(TimerBoundary):
    """A term that ends a human step: when it passes, the step is cancelled and the case goes another way."""

    activation_class = DeadlineActivation
    shape = {"width": 30, "height": 30, "svg": ""}


class WaitActivation(FiringMixin):
    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self):
        self.process.stage = self.flow_task.name
        super().activate.original()

    @Activation.status.transition(source=STATUS.STARTED)
    def execute(self):
        self.complete()
        self.activate_next()


class Wait(nodes.Timer):
    """Waits until a moment that a flow method tells."""

    activation_class = WaitActivation
    shape = TASK_SHAPE


class Opening(nodes.StartHandle):
    """The start of a case, from an action."""

    shape = START_SHAPE
