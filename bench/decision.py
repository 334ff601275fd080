"""One waiting task to decided over HTTP, beside the same approval in stock Viewflow (run by ``bin/bench decision``).

Ours is one POST: gate, decision, audit chain, desk rows, outbox, next task. Stock is two, claim and approve, with the
views, the lock and the permissions as shipped. Both run on the same PostgreSQL with Django's test client, in processes
of their own that take turns, so that whatever else the machine does meets both alike.

Prints one JSON line: statements (savepoints included) and milliseconds per decided task (median, p5 and p95), and the
ratio of our throughput to stock's. Exit status 1 when a goal is missed: at most 26 statements, ratio at least 1.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

TURNS, SIZE, WARM_UP = 6, 15, 5
TASKS = TURNS * SIZE + 2 * WARM_UP
MAX_STATEMENTS, MIN_RATIO = 26, 1.0
SETTINGS = {"ours": "tests.settings", "stock": "bench.stock.settings"}


def our_tasks() -> Iterator[Callable[[], None]]:
    """Cases that wait for the completeness check; two people may decide, so that nobody holds them yet."""
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    from orgs.enums import Role
    from tests import factories
    from tests.flows import district as d
    from workflows.models import Outcome

    with transaction.atomic():
        place = d.make_district()
        factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0])
    client, urls = Client(), []
    client.force_login(place.person("handler0"))
    for _ in range(TASKS):
        with transaction.atomic():
            unit = d.make_applying_unit(place)
        case = d.open_founding(place, unit)
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
        d.act(case, place.person("leader"), Outcome.APPROVED)
        urls.append(reverse("task", args=[case.pk, d.open_task(case).pk]))

    def decide(url: str) -> None:
        assert client.post(url, {"outcome": "approved", "opinion": "材料齐全。"}).status_code == 302

    for url in urls:
        yield lambda url=url: decide(url)


def stock_tasks() -> Iterator[Callable[[], None]]:
    """Processes that wait at their first approval, for anybody with the permission."""
    from django.contrib.auth.models import Permission, User
    from django.core.management import call_command
    from django.test import Client
    from viewflow.workflow.models import Task

    from bench.stock.flows import ApprovalFlow

    call_command("migrate", run_syncdb=True, verbosity=0)
    user = User.objects.create_user("approver")
    user.user_permissions.add(Permission.objects.get(codename="approve"))
    client = Client()
    client.force_login(user)
    for number in range(TASKS):
        ApprovalFlow.start.run(subject=f"Request {number}")

    def decide(task: Task) -> None:
        base = f"/approval/{task.process_id}/approve_first/{task.pk}"
        assert client.post(f"{base}/assign/").status_code == 302
        assert client.post(f"{base}/execute/", {"first": "on"}).status_code == 302
        task.refresh_from_db()
        assert task.status == "DONE"

    for task in Task.objects.filter(status="NEW").order_by("pk"):
        yield lambda task=task: decide(task)


def serve(side: str) -> None:
    """A child: prepares its tasks, then decides as many as each line of input says, and answers with a JSON line."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS[side]
    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    setup_test_environment(debug=False)
    tasks = list(our_tasks() if side == "ours" else stock_tasks())
    for line in sys.stdin:
        count, counting = json.loads(line)
        times, statements = [], []
        for task in [tasks.pop() for _ in range(count)]:
            if counting:
                with CaptureQueriesContext(connection) as queries:
                    task()
                # The check that stock's task is done is no part of the work.
                statements.append(len(queries) - (side == "stock"))
            else:
                started = time.perf_counter()
                task()
                times.append((time.perf_counter() - started) * 1000)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({"ms": times, "statements": statements, "memory_mb": memory}), flush=True)


def ask(child: subprocess.Popen, count: int, *, counting: bool = False) -> dict:
    answer = ""
    with suppress(BrokenPipeError):
        child.stdin.write(json.dumps([count, counting]) + "\n")
        child.stdin.flush()
        answer = child.stdout.readline()
    if not answer:
        sys.exit("A side of the benchmark ended; its messages are above.")
    return json.loads(answer)


def make_stock_database() -> None:
    """An empty database beside ours; one of an earlier run is dropped."""
    import psycopg

    url = os.environ["DATABASE_URL"]
    name = url.rsplit("/", 1)[1] + "_stock"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')


def figures(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20)
    return {"median": round(statistics.median(times), 2), "p5": round(cuts[0], 2), "p95": round(cuts[-1], 2)}


def main() -> None:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("DATABASE_URL must name a migrated PostgreSQL database; bin/bench decision starts one.")
    make_stock_database()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    children = {
        side: subprocess.Popen(
            [sys.executable, __file__, "--side", side],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for side in SETTINGS
    }
    try:
        statements = {}
        for side, child in children.items():
            ask(child, WARM_UP)
            statements[side] = max(ask(child, WARM_UP, counting=True)["statements"])
        times: dict[str, list[float]] = {side: [] for side in children}
        memory = {}
        for _ in range(TURNS):
            for side, child in children.items():
                answer = ask(child, SIZE)
                times[side] += answer["ms"]
                memory[side] = answer["memory_mb"]
    finally:
        for child in children.values():
            with suppress(BrokenPipeError):
                child.stdin.close()
            child.wait()
    ratio = statistics.median(times["stock"]) / statistics.median(times["ours"])
    missed = [
        name
        for name, held in (
            ("statements", statements["ours"] <= MAX_STATEMENTS),
            ("throughput", ratio >= MIN_RATIO),
        )
        if not held
    ]
    line = {
        "name": "decision",
        "database": "postgresql",
        "tasks": TURNS * SIZE,
        "posts": {"ours": 1, "stock": 2},
        "statements": statements,
        "ms": {side: figures(one) for side, one in times.items()},
        "throughput_ratio": round(ratio, 2),
        "peak_memory_mb": memory,
        "missed": missed,
    }
    print(json.dumps(line))
    sys.exit(bool(missed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        serve(sys.argv[2])
    else:
        main()
