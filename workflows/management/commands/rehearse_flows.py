"""Rehearse what the open cases would do under the code that is checked out; nothing is written."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from workflows.journey import destination
from workflows.models import Case, Outcome, WorkItem
from workflows.titles import BY_NAME


class Command(BaseCommand):
    help = (
        "List, for all open cases, where each possible outcome leads; exit 1 when a case would be stranded."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        roads: Counter[str] = Counter()
        stranded: list[str] = []
        cases = Case.objects.select_related("organization", "unit").in_bulk(
            WorkItem.objects.filter(open=True).values_list("case_id", flat=True)
        )
        for item in WorkItem.objects.filter(open=True).order_by("task_id").iterator():
            flow = BY_NAME.get(item.flow)
            node = flow.instance.node(item.node, no_obsolete=True) if flow else None
            if flow is None or node is None:
                stranded.append(f"{cases[item.case_id].number}: step {item.flow}.{item.node} is not defined")
                continue
            case = cases[item.case_id].coerced
            for outcome in flow.instance.possible_outcomes(node, case):
                target = destination(case, node, Outcome(outcome))
                if target is None:
                    stranded.append(f"{case.number}: {item.node} {outcome} leads nowhere")
                else:
                    roads[f"{item.flow}.{item.node} {outcome} → {target.name}"] += 1
        for road, count in sorted(roads.items()):
            self.stdout.write(f"{count:>7}  {road}")
        for line in stranded:
            self.stderr.write(line)
        self.stdout.write(f"{len(cases)} open cases, {len(stranded)} stranded steps.")
        if stranded:
            raise SystemExit(1)
