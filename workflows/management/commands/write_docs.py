"""Write the documentation that is derived from the code: flow diagrams, BPMN, and who may do what."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from orgs.enums import Role
from orgs.permissions import ROLES, Perm
from workflows import diagram
from workflows.doors import doors
from workflows.flows import FLOWS
from workflows.nodes import HumanTask


def permissions_page() -> str:
    """Roles by permissions, steps by level and role, and every address with its door."""
    lines = ["# Permissions", "", "Written by `manage.py write_docs`; a test compares it with the code.", ""]
    lines += [
        "## What each role may do",
        "",
        "| permission | " + " | ".join(str(role.label) for role in Role) + " |",
    ]
    lines += ["|---|" + "---|" * len(Role)]
    for perm in Perm:
        marks = ["✓" if perm in ROLES[role] else "" for role in Role]
        lines.append(f"| {perm.label} `{perm}` | " + " | ".join(marks) + " |")
    lines += ["", "## Who takes each step", "", "| flow | step | level | role | permission | outcomes |"]
    lines += ["|---|---|---|---|---|---|"]
    for flow in FLOWS:
        for node in flow.instance.nodes():
            if not isinstance(node, HumanTask):
                continue
            for level in node.levels:
                role, perm = node.authority(level)
                outcomes = ", ".join(str(outcome.label) for outcome in node.outcomes)
                lines.append(
                    f"| {flow.process_title} | {node.task_title} `{node.name}` | {level} | {role.label} "
                    f"| {perm.label} | {outcomes} |"
                )
    lines += [
        "",
        "## Addresses",
        "",
        "The door is who may open an address at all; the object behind it is checked",
    ]
    lines += [
        "against the person's jurisdiction by the view.",
        "",
        "| address | name | door |",
        "|---|---|---|",
    ]
    for door in doors():
        lines.append(f"| `/{door.route}` | {door.name} | {door.description} |")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Write docs/permissions.md and docs/flows/ from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.BASE_DIR / "docs")

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        flows = directory / "flows"
        flows.mkdir(parents=True, exist_ok=True)
        with translation.override(settings.LANGUAGE_CODE):
            (directory / "permissions.md").write_text(permissions_page(), encoding="utf-8")
            for flow in FLOWS:
                name = flow.instance.app_name
                (flows / f"{name}.svg").write_text(diagram.svg(flow), encoding="utf-8")
                (flows / f"{name}.bpmn").write_text(diagram.bpmn(flow), encoding="utf-8")
