"""Rehearse what the open cases would do under the code that is checked out; nothing is written."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from workflows.flow_migrations import plan_of, unapplied
from workflows.foresight import Plan, Prospect, pages_of_open_cases, prospects
from workflows.models import Case
from workflows.titles import BY_NAME


class Command(BaseCommand):
    help = (
        "List, for all open cases, where each possible outcome leads, and what the migrations of steps that did not "
        "run yet would do to each; exit 1 when a case would be stranded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--migration",
            default="",
            metavar="APP.NAME",
            help="rehearse one migration, such as workflows.0007_rename_check, instead of all that did not run yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = unapplied(connection, options["migration"])
        if options["migration"] and not found:
            raise CommandError(f"{options['migration']} moves no steps or does not exist.")
        for name, operation in found:
            self.stdout.write(f"{name}: {operation.describe()}")
        operations = [operation for _name, operation in found]
        plans = [plan_of(one, operations[place + 1 :]) for place, one in enumerate(operations)]
        refused = [problem for one in operations for problem in one.objections()]
        for problem in refused:
            self.stderr.write(problem)
        stranded = self.rehearse(plans)
        if stranded or refused:
            raise SystemExit(1)

    def rehearse(self, plans: list[Plan]) -> int:
        """List what becomes of all open cases; returns how many steps would be stranded."""
        roads: Counter[str] = Counter()
        cases = moved = stranded = 0
        on = timezone.localdate()
        for page in pages_of_open_cases():
            found = list(prospects(page, plans, on))
            with_people = {one.case.pk for one in found if one.item.open}
            moved += sum(self.tell(one, roads) for one in found)
            stranded += sum(bool(one.stranded) for one in found)
            stranded += sum(self.lost(case, plans) for case in page if case.pk not in with_people)
            cases += len(page)
        for road, count in sorted(roads.items()):
            self.stdout.write(f"{count:>7}  {road}")
        moving = f"{moved} moved, " if plans else ""
        self.stdout.write(f"{cases} open cases, {moving}{stranded} stranded steps.")
        return stranded

    def tell(self, prospect: Prospect, roads: Counter[str]) -> bool:
        """Write what becomes of one case, if it moves or is stranded; returns whether it moves."""
        if prospect.stranded:
            self.stderr.write(prospect.problem)
            return False
        item = prospect.item
        if item.open:
            roads.update(f"{item.flow}.{prospect.to} {one} → {to}" for one, to in prospect.roads.items())
        if not prospect.moved:
            return False
        where = "" if item.open else " (comes back later)"
        seat = f", new seat, due {prospect.seat.term.due_on}" if prospect.seat else ""
        leads = ", ".join(f"{one} → {to}" for one, to in prospect.roads.items())
        self.stdout.write(
            f"{prospect.case.number}: {item.node} → {prospect.to}{where}: {prospect.holder}{seat}; {leads}"
        )
        return item.open

    def lost(self, case: Case, plans: list[Plan]) -> bool:
        """Whether a case that waits, for a moment and not for a person, would stand at a step that is not defined."""
        flow = case.flow_class
        if flow is None:
            self.stderr.write(f"{case.number}: its flow is not defined")
            return True
        names = {plan.old: plan.new for plan in plans if BY_NAME[plan.flow] is flow}
        stage = names.get(case.stage, case.stage)
        if flow.instance.node(stage, no_obsolete=True) is None:
            self.stderr.write(f"{case.number}: step {flow.instance.app_name}.{stage} is not defined")
            return True
        return False
