"""System checks: what the database refers to must exist in the code (module, class and node names are values)."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string

NO_OPERATION = (
    "Put the node back, or write a workflows migration with RenameNode (it got another name) or RemoveNode (its tasks "
    "belong to another step), and rehearse it: manage.py rehearse_flows."
)


def unresolved(reference: str) -> bool:
    """Whether a stored reference such as ``workflows/founding.flow.FoundingFlow.approve_unit`` leads nowhere."""
    app, path = reference.split("/", 1)
    flow_path, node = path.rsplit(".", 1)
    try:
        flow = import_string(f"{app}.{flow_path}")
    except ImportError:
        return True
    return flow.instance.node(node, no_obsolete=True) is None


def finding(reference: str, connection: Any) -> CheckMessage:
    """What is wrong with a reference that leads nowhere, and what to do: run the migration that covers it (a warning,
    since ``migrate`` runs checks first), or write one."""
    # Imported late: flows are ready only after all apps, and so after their checks are registered.
    from .flow_migrations import unapplied

    message = f"{reference} is named by rows but not defined."
    for name, operation in unapplied(connection):
        if operation.references[0] == reference:
            hint = f"{name} moves it to {operation.new}: manage.py rehearse_flows, then manage.py migrate."
            return Warning(message, hint=hint, id="workflows.W001")
    return Error(message, hint=NO_OPERATION, id="workflows.E001")


@register(Tags.database)
def check_stored_flow_references(
    app_configs: Any, databases: Any = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every flow step that a row names must still be defined: a task on a removed node breaks lists for everyone."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT DISTINCT flow_task FROM viewflow_task")
                references = [reference for (reference,) in cursor.fetchall()]
        except DatabaseError:
            continue
        errors += [
            finding(reference, connections[alias]) for reference in references if unresolved(reference)
        ]
    return errors
