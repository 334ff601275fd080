"""The reminders and reports of a day, and 200 bulk decisions, on PostgreSQL (run by ``bin/bench handling``).

``bin/bench handling`` takes 20,000 open tasks and 40 decisions and ends within two minutes;
``bin/bench handling 100000 200`` is the full size. The tasks lie with 20 streets. First the database holds a tenth of
them, then all: what is worked off per second, the statements per 1,000 tasks and the memory must not depend on how
many there are. Each size is gone through three times: on a working day on which everything has waited (a third of the
tasks is overdue), on the next one, and once more five minutes later, when nothing is left to do.

Prints one JSON line. Exit status 1 when a goal is missed: statements per 1,000 tasks and tasks per second as with a
tenth (within a quarter), at most 32 MB more memory, no more statements per case in bulk than one by one.
"""

import datetime as dt
import json
import os
import resource
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.desk import FILL  # noqa: E402
from orgs.actions.district import set_up_district  # noqa: E402
from orgs.enums import Role  # noqa: E402
from orgs.models import Organization, Person, RuleSet  # noqa: E402
from orgs.permissions import appoint  # noqa: E402
from records.calendars import add_working_days  # noqa: E402
from records.models import OutboxMessage  # noqa: E402
from tests.factories import make_person, make_unit  # noqa: E402
from tests.flows import district as d  # noqa: E402
from workflows.bulk import start_bulk, work_off  # noqa: E402
from workflows.deadlines import escalate, remind  # noqa: E402
from workflows.models import BulkItem, Outcome, WorkItem  # noqa: E402

SIZE, DECISIONS = 20_000, 40
STREETS, UNITS = 20, 5
SINGLE = 10
MAX_GROWTH_MB, MIN_RATIO, MAX_RATIO = 32, 0.75, 1.25
# Tasks arrived long ago, under the rules in force: only then they are reminded of.
AGE = "UPDATE workflows_workitem SET created_at = created_at - interval '60 days' WHERE task_id BETWEEN %s AND %s"
RULES = "UPDATE workflows_case SET handling_id = %s WHERE process_ptr_id BETWEEN %s AND %s"
Keys = dict[str, int]


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


class Counter:
    """How many statements were sent; keeps none of them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable, *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


@contextmanager
def counted() -> Iterator[dict[str, float]]:
    """Seconds and statements of what is done inside; both are there at the end."""
    counter, found, start = Counter(), {}, time.perf_counter()
    with connection.execute_wrapper(counter):
        yield found
    found |= {"s": time.perf_counter() - start, "statements": counter.count}


# --- reminders and reports ------------------------------------------------------------------------------------------


def make_places() -> list[Keys]:
    """Streets with an approver and units, and at the district those to whom is reported."""
    set_up_district()
    on = timezone.localdate()
    district = Organization.objects.get(level="district")
    for role in (Role.DISTRICT_HANDLER, Role.DISTRICT_LEADER):
        make_person(role, district, f"{role.label}")
    applicant = Person.objects.create(username="applicant", name="周子涵")
    places = []
    for street in Organization.objects.filter(level="subdistrict").order_by("path")[:STREETS]:
        approver = Person.objects.create(username=f"approver{street.pk}", name="王审批")
        appoint(approver, Role.SUBDISTRICT_APPROVER, street, by=None, on=on)
        keys = {
            "street": street.pk,
            "scope": street.scope,
            "approver": approver.pk,
            "applicant": applicant.pk,
        }
        places += [keys | {"unit": make_unit(street, by=applicant).pk} for _number in range(UNITS)]
    return places


def fill(first: int, last: int, places: list[Keys]) -> None:
    """Open tasks with the numbers from ``first`` to ``last``, as many at each place."""
    rules = RuleSet.objects.valid("handling", timezone.localdate()).pk
    share = -(-(last - first + 1) // len(places))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for number, keys in enumerate(places):
            start = first + number * share
            end = min(start + share - 1, last)
            for statement in FILL.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, keys | {"first": start, "last": end})
        cursor.execute(AGE, [first, last])
        cursor.execute(RULES, [rules, first, last])
        cursor.execute("SET session_replication_role = origin")
        for table in ("viewflow_process", "viewflow_task"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [last])
        cursor.execute("ANALYZE")


def moments() -> dict[str, dt.datetime]:
    """The three times at which the duties run: two working days, and a little after."""
    days = [add_working_days(timezone.localdate(), count) for count in (1, 2)]
    backlog, following = (timezone.make_aware(dt.datetime.combine(day, dt.time(9))) for day in days)
    return {"backlog": backlog, "next_day": following, "idle": following + dt.timedelta(minutes=5)}


def run_duties() -> dict[str, dict[str, dict[str, float]]]:
    """Per moment and duty: tasks, tasks per second, statements per 1,000 tasks (with none: statements)."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, at in moments().items():
        found[name] = {}
        for duty in (remind, escalate):
            with counted() as cost:
                done = duty(at)
            row = {"tasks": done, "s": round(cost["s"], 2), "statements": cost["statements"]}
            if done:
                row["per_s"] = round(done / cost["s"])
                row["statements_per_1000"] = round(1000 * cost["statements"] / done, 1)
            found[name][duty.__name__] = row
    return found


def measure_duties(size: int) -> dict[str, Any]:
    """A tenth of the tasks, then all of them; only what is new is due again."""
    places, result = make_places(), {}
    bounds = {size // 10: (1, size // 10), size: (size // 10 + 1, size)}
    for count, (first, last) in bounds.items():
        fill(first, last, places)
        before = peak_mb()
        result[count] = run_duties() | {"open": WorkItem.objects.filter(open=True).count()}
        result[count] |= {"peak_mb": peak_mb(), "grew_mb": peak_mb() - before}
    return result


# --- decisions ------------------------------------------------------------------------------------------------------


def checking(count: int) -> tuple[Person, list[WorkItem]]:
    """Tasks at the completeness check of a street of their own, in the queue of two people; and one of the two."""
    district = Organization.objects.get(level="district")
    street = Organization.objects.filter(level="subdistrict").order_by("path")[STREETS]
    with transaction.atomic():
        people = {key: make_person(role, street) for key, role in d.STAFF.items()}
        make_person(Role.SUBDISTRICT_HANDLER, street)
    place = d.District(district, [street], people)
    items = []
    for _number in range(count):
        with transaction.atomic():
            unit = d.make_applying_unit(place)
        case = d.open_founding(place, unit)
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
        d.act(case, place.person("leader"), Outcome.APPROVED)
        items.append(WorkItem.objects.get(case=case, open=True))
    return people["handler"], items


def decide_single(person: Person, items: list[WorkItem]) -> dict[str, float]:
    """One after the other on the page of each; the first is warm-up."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person)
    for number, item in enumerate(items):
        if number == 1:
            cost_of = counted()
            cost = cost_of.__enter__()
        url = reverse("task", args=[item.case_id, item.pk])
        assert client.post(url, {"outcome": "approved", "opinion": "材料齐全。"}).status_code == 302
    cost_of.__exit__(None, None, None)
    return per_case(cost, len(items) - 1)


def decide_bulk(person: Person, items: list[WorkItem]) -> dict[str, float]:
    """Asked for together, then worked off promise by promise, as a worker does."""
    halves: list[int] = []
    with counted() as cost:
        start_bulk(
            items,
            token=uuid.uuid4(),
            outcome=Outcome.APPROVED,
            opinion="材料齐全。",
            by=person,
            language="zh-hans",
            at=timezone.now(),
        )
        promises = OutboxMessage.objects.filter(kind="bulk").order_by("pk")
        for payload in list(promises.values_list("payload", flat=True)):
            work_off(payload)
            halves.append(peak_mb())
    states = set(BulkItem.objects.values_list("state", flat=True))
    assert states == {BulkItem.State.DONE}, states
    return per_case(cost, len(items)) | {"grew_mb_second_half": halves[-1] - halves[(len(halves) - 1) // 2]}


def per_case(cost: dict[str, float], count: int) -> dict[str, float]:
    return {
        "cases": count,
        "per_s": round(count / cost["s"], 1),
        "statements_per_case": round(cost["statements"] / count, 1),
        "ms_per_case": round(1000 * cost["s"] / count, 1),
    }


def measure_decisions(count: int) -> dict[str, Any]:
    person, items = checking(count + SINGLE + 1)
    result = {"single": decide_single(person, items[: SINGLE + 1])}
    result["bulk"] = decide_bulk(person, items[SINGLE + 1 :])
    return result | {"peak_mb": peak_mb()}


def missed_goals(duties: dict[str, Any], decisions: dict[str, Any]) -> list[str]:
    small, full = (duties[count] for count in sorted(duties))
    missed = []
    for duty in ("remind", "escalate"):
        one, all_of_them = small["backlog"][duty], full["backlog"][duty]
        if all_of_them["statements_per_1000"] > MAX_RATIO * one["statements_per_1000"]:
            missed.append(f"{duty}: statements")
        if all_of_them["per_s"] < MIN_RATIO * one["per_s"]:
            missed.append(f"{duty}: tasks per second")
    if full["peak_mb"] - small["peak_mb"] > MAX_GROWTH_MB:
        missed.append("memory of the duties")
    if decisions["bulk"]["statements_per_case"] > decisions["single"]["statements_per_case"]:
        missed.append("bulk: statements")
    if decisions["bulk"]["grew_mb_second_half"] > MAX_GROWTH_MB:
        missed.append("bulk: memory")
    return missed


def main() -> int:
    size, count = [int(one) for one in sys.argv[1:3]] + [SIZE, DECISIONS][len(sys.argv[1:3]) :]
    duties = measure_duties(size)
    decisions = measure_decisions(count)
    result = {
        "name": "handling",
        "database": connection.vendor,
        "duties": duties,
        "decisions": decisions,
        "missed": missed_goals(duties, decisions),
    }
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
