"""Which edges of a flow a case has walked, from the engine's own rows."""

from viewflow.workflow.models import Task

from workflows.models import Case

walked: dict[tuple[type, str], set[tuple[str, str]]] = {}


def edges_of(case: Case) -> set[tuple[str, str]]:
    """Pairs of node names, one for every step that led to another in this case."""
    tasks = Task.objects.filter(process_id=case.pk).prefetch_related("previous")
    return {(before.flow_task.name, task.flow_task.name) for task in tasks for before in task.previous.all()}
