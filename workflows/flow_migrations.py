"""Migration operations for flow steps that are renamed or removed while cases run.

Node names are database values: engine tasks, stages, desk rows and open returns name them. A release that renames or
removes a node carries one of these operations in a migration of its own (docs/operations.md, "Changing a flow").
Decisions keep the name and title under which they were taken.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps as live
from django.db import transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.utils import timezone
from viewflow.workflow.fields import get_flow_ref

from .foresight import Plan
from .moving import Mover
from .titles import BY_NAME

MOST_NAMED = 20


class Stranded(Exception):
    """A migration of steps would leave cases where they cannot go on; nothing was changed."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        more = [f"and {len(problems) - MOST_NAMED} more"] if len(problems) > MOST_NAMED else []
        super().__init__("; ".join([*problems[:MOST_NAMED], *more]))


class MoveNode(Operation):
    """Rows of the step ``old`` of a flow move to ``new``. ``flow`` is the flow's short name (``founding``), ``key``
    the name under which the move is kept, such as ``0007.rename_check``; it is never changed once released.

    Raises Stranded, with the numbers of the cases.
    """

    reversible = True
    reseat: bool = False

    def __init__(self, flow: str, old: str, new: str, *, key: str):
        self.flow = flow
        self.old = old
        self.new = new
        self.key = key

    @property
    def references(self) -> tuple[str, str]:
        """What the engine's rows say before and after."""
        prefix = get_flow_ref(BY_NAME[self.flow])
        return f"{prefix}.{self.old}", f"{prefix}.{self.new}"

    @property
    def plan(self) -> Plan:
        """Where the rows end up when the later operations that are on disk have run as well."""
        return plan_of(self, later_than(self))

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Rows move, models stay."""

    def describe(self) -> str:
        return f"Move the rows of {self.flow}.{self.old} to {self.new}"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.move(from_state.apps)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.move_back(to_state.apps)

    def move(self, apps: Any) -> None:
        """Move all rows, or none. A database in which no row names the old step is left alone."""
        old, new = self.references
        mover = Mover(apps, self, old, new, timezone.now())
        if not mover.tasks.filter(flow_task=old).exists():
            return
        with transaction.atomic():
            plan = self.plan
            problems = self.obstacles(mover, plan) or mover.move(plan)
            if problems:
                raise Stranded(problems)

    def objections(self) -> list[str]:
        """Why the operation would be refused now, whatever becomes of the single cases."""
        old, new = self.references
        mover = Mover(live, self, old, new, timezone.now())
        return self.obstacles(mover, self.plan) if mover.tasks.filter(flow_task=old).exists() else []

    def obstacles(self, mover: Mover, plan: Plan) -> list[str]:
        """Why nothing can be moved at all: the new step is missing or of another kind."""
        node = BY_NAME[self.flow].instance.node(plan.new, no_obsolete=True)
        if node is None:
            return [f"step {self.flow}.{plan.new} is not defined; cases {mover.some_numbers()}"]
        kinds = mover.tasks.filter(flow_task=mover.old).order_by().values_list("flow_task_type", flat=True)
        if others := set(kinds.distinct()) - {node.task_type}:
            was = ", ".join(sorted(others))
            return [f"{self.old} was {was}, {plan.new} is {node.task_type}; cases {mover.some_numbers()}"]
        return []

    def move_back(self, apps: Any) -> None:
        raise NotImplementedError


class RenameNode(MoveNode):
    """A step got another name and is otherwise the same: everything that names it follows, whoever holds it."""

    def obstacles(self, mover: Mover, plan: Plan) -> list[str]:
        if mover.tasks.filter(flow_task=mover.new).exists():
            return [f"{self.flow}.{self.new} already has tasks; use RemoveNode to join two steps"]
        return super().obstacles(mover, plan)

    def move_back(self, apps: Any) -> None:
        """Everything on the new name, also what arrived since, gets the old name back."""
        old, new = self.references
        with transaction.atomic():
            Mover(apps, self, old, new, timezone.now()).rename_back()


class RemoveNode(MoveNode):
    """A step is gone: its tasks belong to the step ``onto`` from now on.

    An open task whose role and place are the same keeps holder and deadline; otherwise it is seated as a new task of
    that step, and its holders are told.
    """

    reseat = True

    def __init__(self, flow: str, old: str, onto: str, *, key: str):
        super().__init__(flow, old, onto, key=key)
        self.onto = onto

    def describe(self) -> str:
        return f"Move the rows of the removed {self.flow}.{self.old} onto {self.new}"

    def move_back(self, apps: Any) -> None:
        """What was moved goes back to its seat; what was decided on the new step since stays there."""
        old, new = self.references
        with transaction.atomic():
            Mover(apps, self, old, new, timezone.now()).put_back()


def operations_on_disk() -> list[tuple[str, MoveNode]]:
    """The operations of all workflows migrations in order, each with the name of its migration."""
    migrations = MigrationLoader(None).disk_migrations
    return [
        (f"{app}.{name}", operation)
        for app, name in sorted(migrations)
        if app == "workflows"
        for operation in migrations[app, name].operations
        if isinstance(operation, MoveNode)
    ]


def later_than(operation: MoveNode) -> list[MoveNode]:
    """The operations on disk that run after one; none when it is not on disk itself."""
    found = [one for _name, one in operations_on_disk()]
    keys = [one.key for one in found]
    return found[keys.index(operation.key) + 1 :] if operation.key in keys else []


def followed(reference: str) -> str:
    """What became of a stored reference by the operations on disk."""
    for _name, operation in operations_on_disk():
        old, new = operation.references
        reference = new if reference == old else reference
    return reference


def unapplied(connection: Any, only: str = "") -> list[tuple[str, MoveNode]]:
    """The operations of workflows migrations that did not run on a database yet; of one migration only when it is
    named (``workflows.0007_rename_check``), run or not."""
    applied = {f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations}
    return [
        (name, operation)
        for name, operation in operations_on_disk()
        if (name == only if only else name not in applied)
    ]


def plan_of(operation: MoveNode, later: Iterable[MoveNode]) -> Plan:
    """Where the rows of an operation's step end up when the later ones ran as well."""
    node, reseat = operation.new, operation.reseat
    for one in later:
        if (one.flow, one.old) == (operation.flow, node):
            node, reseat = one.new, reseat or one.reseat
    return Plan(operation.flow, operation.old, node, reseat)
