"""The desk page of one approver with 1,000, 100,000 and 1,000,000 open tasks in PostgreSQL (run by ``bin/bench desk``).

Prints one JSON line: per size the SQL statements, the bytes of HTML, p50 and p95 of the page in milliseconds, and the
plan of the list query; then the ratio of p95 at the largest size to p95 at the smallest. Exit status 1 when a goal is
missed: at most 12 statements, less than 60 KB, at most 1.3 times.
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
REQUESTS = 80
MAX_STATEMENTS, MAX_BYTES, MAX_RATIO = 12, 60 * 1024, 1.3
PAGES = {"todo": "/", "claim": "/?tab=claim"}

# Half of the tasks are held by the approver and half wait in the queue; the ids of process and task are the same.
FILL = """
INSERT INTO viewflow_process (id, flow_class, status, created, data)
SELECT n, 'workflows/founding.flow.FoundingFlow', 'NEW', now(), '{}' FROM generate_series(%(first)s, %(last)s) AS n;
INSERT INTO workflows_case (process_ptr_id, number, title, organization_id, unit_id, scope, opened_by_id, stage, round,
    returns, outcome, return_node)
SELECT n, 'JT-2026-' || n, '关于成立第' || n || '团支部的申请', %(street)s, %(unit)s, %(scope)s, %(applicant)s,
    'approve_subdistrict', 1, 0, 'approved', '' FROM generate_series(%(first)s, %(last)s) AS n;
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


def people() -> tuple[Person, dict]:
    """An approver of one street, and the keys that the rows need."""
    set_up_district()
    street = Organization.objects.filter(level="subdistrict").order_by("path").first()
    on = timezone.localdate()
    approver = Person.objects.create(username="approver", name="王审批")
    appoint(approver, Role.SUBDISTRICT_APPROVER, street, by=None, on=on)
    applicant = Person.objects.create(username="applicant", name="周子涵")
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


def measure(client: Client, url: str) -> dict:
    """Statements, bytes and times of a page, warm."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
        statements = len(queries)
    assert response.status_code == 200, response.status_code
    for _warm in range(10):
        client.get(url)
    times = []
    for _request in range(REQUESTS):
        start = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(times, n=20)
    return {
        "statements": statements,
        "bytes": len(response.content),
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(cuts[18], 2),
    }


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


def deep_page(client: Client) -> str:
    """A page in the middle of the list, reached by its key."""
    return Asked().url(after=f"{timezone.localdate().isoformat()}~1")


def main() -> int:
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    approver, keys = people()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(approver)
    result: dict = {"name": "desk", "database": "postgresql", "requests": REQUESTS, "sizes": {}}
    filled = 0
    for size in sizes:
        fill(filled + 1, size * 2, keys)
        filled = size * 2
        pages = {name: measure(client, url) for name, url in PAGES.items()}
        pages["todo, deep"] = measure(client, f"/{deep_page(client)}")
        result["sizes"][size] = pages | {"plans": plans(approver)}
    first, last = result["sizes"][sizes[0]], result["sizes"][sizes[-1]]
    result["ratio_p95"] = {name: round(last[name]["p95_ms"] / first[name]["p95_ms"], 2) for name in PAGES}
    pages = [page for size in result["sizes"].values() for name, page in size.items() if name != "plans"]
    result["missed"] = [
        goal
        for goal, met in {
            "statements": all(page["statements"] <= MAX_STATEMENTS for page in pages),
            "bytes": all(page["bytes"] < MAX_BYTES for page in pages),
            "ratio": all(ratio <= MAX_RATIO for ratio in result["ratio_p95"].values()),
        }.items()
        if not met
    ]
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
