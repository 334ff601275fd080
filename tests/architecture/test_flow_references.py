"""Node names are database values: none is renamed or removed once released without a migration of its rows."""

from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from viewflow.workflow.models import Process, Task

from workflows.checks import unresolved
from workflows.flow_migrations import followed
from workflows.flows import FLOWS

FROZEN = Path(__file__).parent / "flow_references.txt"


def current() -> list[str]:
    return sorted(
        f"{flow.__module__.replace('.', '/', 1)}.{flow.__name__}.{name}"
        for flow in FLOWS
        for name in flow._nodes_by_name
    )


def test_no_frozen_node_disappears():
    frozen = FROZEN.read_text(encoding="utf-8").split()
    assert [reference for reference in frozen if unresolved(followed(reference))] == []


def test_new_nodes_are_added_to_the_frozen_list():
    frozen = FROZEN.read_text(encoding="utf-8").split()
    moved = [reference for reference in frozen if followed(reference) != reference]
    assert frozen == sorted({*current(), *moved})


@pytest.mark.django_db
def test_check_names_a_row_whose_node_is_gone():
    process = Process.objects.create(flow_class=FLOWS[0])
    task = Task(process=process, flow_task=FLOWS[0].visit_unit)
    task.save()
    Task.objects.filter(pk=task.pk).update(flow_task="workflows/founding.flow.FoundingFlow.removed_node")
    errors = run_checks(tags=[Tags.database], databases=["default"])
    assert "removed_node" in errors[0].msg
    assert "RenameNode" in errors[0].hint
