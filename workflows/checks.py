"""System checks: what the database refers to must exist in the code (module, class and node names are values)."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string


def unresolved(reference: str) -> bool:
    """Whether a stored reference such as ``workflows/founding.flow.FoundingFlow.approve_unit`` leads nowhere."""
    app, path = reference.split("/", 1)
    flow_path, node = path.rsplit(".", 1)
    try:
        flow = import_string(f"{app}.{flow_path}")
    except ImportError:
        return True
    return flow.instance.node(node, no_obsolete=True) is None


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
            Error(
                f"{reference} is named by rows but not defined.",
                hint="Put the node back; new behaviour belongs in a V2 of the flow.",
                id="workflows.E001",
            )
            for reference in references
            if unresolved(reference)
        ]
    return errors
