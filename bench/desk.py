"""The desk page of one approver with 1,000, 100,000 and 1,000,000 open tasks in PostgreSQL (run by ``bin/bench desk``).

All three approvers stand in one database, each in a street of their own, and their pages are asked for in turn, so that
whatever else the machine does meets all sizes alike. Prints one JSON line: per size the SQL statements, the bytes of
HTML, p50 and p95 of the page in milliseconds, and the plan of the list query; then the ratio of p95 at the largest size
to p95 at the smallest. Exit status 1 when a goal is missed: at most 12 statements, less than 60 KB, at most 1.3 times.
"""

import json
import os
import resource
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from orgs.actions.district import set_up_district  # noqa: E402
from orgs.enums import Role  # noqa: E402
from orgs.models import Organization, Person  # noqa: E402
from orgs.permissions import appoint  # noqa: E402
from orgs.queries import running_posts  # noqa: E402
from tests.factories import make_unit  # noqa: E402
from workflows.desk import BY_DUE, PAGE_SIZE, Asked, queues, todo  # noqa: E402

SIZES = (1_000, 100_000, 1_000_000)
REQUESTS, WARM_UP = 100, 10
MAX_STATEMENTS, MAX_BYTES, MAX_RATIO = 12, 60 * 1024, 1.3
DEEP = Asked().url(after=f"{timezone.localdate().isoformat()}~1")
PAGES = {"todo": "/", "claim": "/?tab=claim", "todo, deep": f"/{DEEP}"}

# As many tasks are held by the approver as wait in the queue; the ids of process and task are the same.
FILL = """
INSERT INTO viewflow_process (id, flow_class, status, created, data)
SELECT n, 'workflows/founding.flow.FoundingFlow', 'NEW', now(), '{}' FROM generate_series(%(first)s, %(last)s) AS n;
INSERT INTO workflows_case (process_ptr_id, number, title, organization_id, unit_id, scope, opened_by_id, stage, round,
    returns, outcome, return_stack)
SELECT n, 'JT-2026-' || n, '关于成立第' || n || '团支部的申请', %(street)s, %(unit)s, %(scope)s, %(applicant)s,
    'approve_subdistrict', 1, 0, 'approved', '[]' FROM generate_series(%(first)s, %(last)s) AS n;
INSERT INTO viewflow_task (id, process_id, flow_task, flow_task_type, status, created, token, data, owner_id, assigned)
SELECT n, n, 'workflows/founding.flow.FoundingFlow.approve_subdistrict', 'HUMAN',
    CASE WHEN n %% 2 = 0 THEN 'ASSIGNED' ELSE 'NEW' END, now(), 'start', '{}',
    CASE WHEN n %% 2 = 0 THEN %(approver)s END, CASE WHEN n %% 2 = 0 THEN now() END
FROM generate_series(%(first)s, %(last)s) AS n;
INSERT INTO workflows_workitem (task_id, case_id, flow, node, role, organization_id, owner_id, open, due_on, created_at,
    title, place, unit_name, note)
SELECT n, n, 'founding', 'approve_subdistrict', 'subdistrict_approver', %(street)s,
    CASE WHEN n %% 2 = 0 THEN %(approver)s END, true, current_date - 20 + (n::bigint * 7919 %% 60)::int, now(),
    '关于成立第' || n || '团支部的申请', '中关村街道团工委', '北京第' || n || '号科技有限公司', '独立建团 · 团员 12 人'
FROM generate_series(%(first)s, %(last)s) AS n;
"""


def approver_of(street: Organization, applicant: Person) -> tuple[Person, dict[str, int]]:
    """An approver of a street, and the keys that the rows of the street need."""
    approver = Person.objects.create(username=f"approver{street.pk}", name="王审批")
    appoint(approver, Role.SUBDISTRICT_APPROVER, street, by=None, on=timezone.localdate())
    unit = make_unit(street, by=applicant)
    keys = {"street": street.pk, "scope": street.scope, "unit": unit.pk}
    return approver, keys | {"approver": approver.pk, "applicant": applicant.pk}


def fill(first: int, last: int, keys: dict) -> None:
    with connection.cursor() as cursor:
        # Two million rows refer to what is there; checking each foreign key would take minutes.
        cursor.execute("SET session_replication_role = replica")
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, keys | {"first": first, "last": last})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def measure(clients: dict[int, Client], url: str) -> dict[int, dict[str, float]]:
    """Statements, bytes and times of a page for each approver, warm, in turn."""
    found: dict[int, dict[str, float]] = {}
    for size, client in clients.items():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
            found[size] = {"statements": len(queries), "bytes": len(response.content)}
        assert response.status_code == 200, response.status_code
    times: dict[int, list[float]] = {size: [] for size in clients}
    for _round in range(WARM_UP + REQUESTS):
        for size, client in clients.items():
            start = time.perf_counter()
            client.get(url)
            times[size].append((time.perf_counter() - start) * 1000)
    for size, taken in times.items():
        taken = taken[WARM_UP:]
        found[size]["p50_ms"] = round(statistics.median(taken), 2)
        found[size]["p95_ms"] = round(statistics.quantiles(taken, n=20)[18], 2)
    return found


def plans(approver: Person) -> dict[str, str]:
    """Which index each list reads, and how long the database takes for a page of it."""
    on = timezone.localdate()
    sources = {"todo": [todo(approver)], "claim": queues(running_posts(approver, on))}
    found = {}
    for name, rows in sources.items():
        query = BY_DUE.ranges(rows[0], None, backward=False, limit=PAGE_SIZE + 1)[0]
        plan = json.loads(query.explain(format="json", analyze=True))[0]
        node = plan["Plan"]
        while "Plans" in node:
            node = node["Plans"][0]
        found[name] = f"{node['Node Type']} {node.get('Index Name', '')} {plan['Execution Time']:.2f} ms"
    return found


def main() -> int:
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    set_up_district()
    streets = list(Organization.objects.filter(level="subdistrict").order_by("path")[: len(sizes)])
    applicant = Person.objects.create(username="applicant", name="周子涵")
    clients, found, first = {}, {}, 1
    for size, street in zip(sizes, streets, strict=True):
        approver, keys = approver_of(street, applicant)
        fill(first, first + 2 * size - 1, keys)
        first += 2 * size
        clients[size] = Client(SERVER_NAME="127.0.0.1")
        clients[size].force_login(approver)
        found[size] = {"plans": plans(approver)}
    for name, url in PAGES.items():
        for size, page in measure(clients, url).items():
            found[size][name] = page
    ratios = {
        name: round(found[sizes[-1]][name]["p95_ms"] / found[sizes[0]][name]["p95_ms"], 2) for name in PAGES
    }
    pages = [found[size][name] for size in sizes for name in PAGES]
    goals = {
        "statements": all(page["statements"] <= MAX_STATEMENTS for page in pages),
        "bytes": all(page["bytes"] < MAX_BYTES for page in pages),
        "ratio": all(ratio <= MAX_RATIO for ratio in ratios.values()),
    }
    result = {
        "name": "desk",
        "database": "postgresql",
        "requests": REQUESTS,
        "sizes": found,
        "ratio_p95": ratios,
        "missed": [goal for goal, met in goals.items() if not met],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
