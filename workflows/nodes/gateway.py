"""Gateways, steps of the system, and how a case begins and ends."""

from functools import partial

from django.utils import timezone
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import PROCESS, STATUS

from ..models import GuardedTask, Outcome
from .human import HumanActivation
from .shapes import END_SHAPE, GATE_SHAPE, START_SHAPE, TASK_SHAPE


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


def has_outcome(outcome: Outcome, activation: Activation) -> bool:
    """Whether a case was decided so at its last step."""
    return activation.process.outcome == outcome


class Gateway(nodes.Switch):
    """An exclusive gateway; ``labels`` name its branches on the diagram, in the order of the cases."""

    activation_class = GatewayActivation
    shape = GATE_SHAPE

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.labels: list = []

    def Case(self, node, cond=None, label=""):
        """``cond`` is the outcome that leads to ``node``, or a flow method that tells."""
        if isinstance(cond, Outcome):
            cond = partial(has_outcome, cond)
        self.labels.append(label)
        return super().Case(node, cond)

    def Default(self, node, label=""):
        self.labels.append(label)
        return super().Default(node)

    def _outgoing(self):
        for edge, label in zip(super()._outgoing(), self.labels, strict=True):
            edge._label = label or None
            yield edge


class Resumption(Gateway):
    """Sends a corrected case back to the step that returned it; ``Back`` names one such step."""

    def Back(self, node, label=""):
        return self.Case(node, lambda activation: activation.process.return_node == node.name, label)


class StepActivation(nodes.FunctionActivation):
    @Activation.status.transition(source=STATUS.NEW)
    def activate(self):
        self.task.started = timezone.now()
        if self.flow_task.binding:
            case = self.process
            case.return_stack, case.heads_for = [], ""
        self.flow_task._func(self)


class Step(nodes.Function):
    """What the system does by itself inside the transition: numbers, milestones, state. Never rendering or mail.

    A ``binding`` step cannot be gone back behind: no return and no taking back reaches beyond it. The others (filing a
    request) may be done again.
    """

    activation_class = StepActivation
    shape = TASK_SHAPE

    def __init__(self, func, *, binding: bool = True):
        super().__init__(func)
        self.binding = binding


class FinishActivation(nodes.EndActivation):
    @Activation.status.transition(source=STATUS.NEW)
    def activate(self):
        self.task.started = timezone.now()
        case = self.process
        case.status = PROCESS.DONE
        case.finished = timezone.now()
        case.stage = self.flow_task.name
        case.return_stack = []
        case.save(update_fields=["status", "finished"])


class Finish(nodes.End):
    """A way in which a case ends; ``tone`` colours it."""

    activation_class = FinishActivation
    shape = END_SHAPE

    def __init__(self, tone: str = "ok"):
        super().__init__()
        self.tone = tone


class Opening(nodes.StartHandle):
    """The start of a case, from an action."""

    shape = START_SHAPE
