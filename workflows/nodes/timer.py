"""Terms that end a step, and waiting."""

from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.boundary import TimerBoundary, TimerBoundaryActivation
from viewflow.workflow.nodes.timer import TimerActivation
from viewflow.workflow.status import STATUS

from .shapes import TASK_SHAPE


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
