"""All or nothing: a transition that dies at any statement leaves the database as it was, and a retry works once."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.enums import FoundingMode, OrganizationKind
from orgs.models import Milestone, Organization
from records import audit
from records.models import Document
from tests.flows import district as d
from tests.processes import fork, wait
from workflows.models import Decision, GuardedTask, Outcome, WorkItem
from workflows.timers import fire

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
KILLED = 77
TEMPORARY = {
    "kind": OrganizationKind.TEMPORARY_BRANCH,
    "mode": FoundingMode.TEMPORARY,
    "ends_on": timezone.localdate() + dt.timedelta(days=150),
}


class Crash(BaseException):
    """Not an Exception, so that nothing on the way can take it for a failure that it knows."""


class Statements:
    """Counts statements and, at the one named, ends the transition before it is sent."""

    def __init__(self, at: int | None = None, end: Callable[[], None] | None = None):
        self.at, self.end, self.count = at, end, 0

    def __call__(self, execute, sql, params, many, context):
        if self.count == self.at:
            self.end()
        self.count += 1
        return execute(sql, params, many, context)


def crash() -> None:
    raise Crash


def everything() -> dict[str, list]:
    """Every row of every table of ours and of the engine; written out, since it is read after every crash."""
    rows = {}
    with connection.cursor() as cursor:
        for config in apps.get_app_configs():
            if config.label not in {"records", "orgs", "awards", "workflows", "viewflow"}:
                continue
            for model in config.get_models(include_auto_created=True):
                if not model._meta.proxy:
                    table, key = model._meta.db_table, model._meta.pk.column
                    cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')
                    rows[table] = cursor.fetchall()
    return rows


def counts() -> dict[str, int]:
    return {table: len(rows) for table, rows in everything().items()}


@dataclass
class Transition:
    """A step about to be taken: ``take`` takes it, ``grown`` is what it adds to which tables."""

    case: object
    take: Callable[[], object]
    grown: dict[str, int]


def walk(place, *steps: str, **fields):
    with transaction.atomic():
        unit = d.make_applying_unit(place)
    case = d.open_founding(place, unit, **fields)
    for key in ("applicant", *steps):
        d.act(case, place.person(key), Outcome.SUBMITTED if key == "applicant" else Outcome.APPROVED)
    return case


def posting(case, person) -> Callable[[], object]:
    """The step as it is taken in a browser."""
    client = Client()
    client.force_login(person)
    url = reverse("task", args=[case.pk, d.open_task(case).pk])

    def take():
        answer = client.post(url, {"outcome": "approved", "opinion": "同意。"})
        assert answer.status_code == 302

    return take


def plain_approval(place) -> Transition:
    case = walk(place, "leader")
    return Transition(case, posting(case, place.person("handler0")), {"workflows_workitem": 1})


def first_reply(place) -> Transition:
    case = walk(place, "leader", "handler0")
    grown = {"workflows_workitem": 1, "orgs_organization": 1, "records_document": 1, "orgs_milestone": 1}
    return Transition(case, posting(case, place.person("approver0")), grown)


def registration(place) -> Transition:
    case = walk(place, "leader", "handler0", "approver0", **TEMPORARY)
    for key in ("applicant", "approver0"):
        d.act(case, place.person(key), Outcome.SUBMITTED if key == "applicant" else Outcome.APPROVED)
    assert d.node(case) == "complete_registration"
    grown = {"orgs_coverage": 1, "orgs_ledgerentry": 1, "records_document": 1, "orgs_milestone": 1}
    return Transition(case, lambda: d.act(case, place.person("handler0"), Outcome.APPROVED), grown)


def lapse(place) -> Transition:
    case = walk(place, "leader", "handler0", "approver0")
    timer = GuardedTask.objects.get(process_id=case.pk, flow_task_type="TIMER", status="SCHEDULED")
    grown = {"orgs_milestone": 1, "records_documentstatus": 1}
    return Transition(case, lambda: fire(timer.pk, case.pk), grown)


TRANSITIONS = [plain_approval, first_reply, registration, lapse]


@pytest.fixture
def place():
    with transaction.atomic():
        return d.make_district()


def taken_once(transition: Transition, before: dict[str, int]) -> None:
    """The step took effect exactly once."""
    after = counts()
    grown = {table: after[table] - before[table] for table in after if after[table] != before[table]}
    expected = transition.grown | {"workflows_decision": 1, "records_auditentry": 1}
    assert {table: grown.get(table, 0) for table in expected} == expected
    assert audit.check_log().breaks == []


@pytest.mark.parametrize("make", TRANSITIONS)
def test_a_failure_at_any_statement_leaves_nothing_behind(place, make):
    transition = make(place)
    before, sizes = everything(), counts()
    failed = 0
    while True:
        wrapper = Statements(failed, crash)
        try:
            with connection.execute_wrapper(wrapper):
                transition.take()
        except Crash:
            assert everything() == before, f"something was left by statement {failed}"
            failed += 1
        else:
            break
    assert failed >= 16, "every statement of the step was to fail once"
    taken_once(transition, sizes)


@pytest.mark.parametrize("make", TRANSITIONS)
def test_a_process_killed_at_a_statement_leaves_nothing_behind(place, make):
    transition = make(place)
    before, sizes = everything(), counts()

    def die_at(number: int) -> Callable[[], None]:
        def work() -> None:
            with connection.execute_wrapper(Statements(number, lambda: os._exit(KILLED))):
                transition.take()

        return work

    for number in (2, 5, 8, 11, 13, 15):
        assert wait(fork(die_at(number))) == KILLED
        assert everything() == before, f"something was left by a process killed at statement {number}"
    transition.take()
    taken_once(transition, sizes)


def test_a_process_killed_after_its_last_statement_but_before_the_commit_leaves_nothing(place):
    transition = first_reply(place)
    before, sizes = everything(), counts()

    def work() -> None:
        connection.ensure_connection()
        connection._commit = lambda: os._exit(KILLED)
        transition.take()

    assert wait(fork(work)) == KILLED
    assert everything() == before
    transition.take()
    taken_once(transition, sizes)


def test_after_every_crash_the_numbers_have_no_gap(place):
    for _ in range(3):
        transition = first_reply(place)
        for number in (18, 30, 40):
            with connection.execute_wrapper(Statements(number, crash)), pytest.raises(Crash):
                transition.take()
        transition.take()
    serials = (
        Document.objects.filter(kind="establishment_reply")
        .order_by("serial")
        .values_list("serial", flat=True)
    )
    assert list(serials) == [1, 2, 3]
    assert Organization.objects.filter(depth=4).count() == 3
    assert Milestone.objects.filter(kind="established").count() == 3
    assert Decision.objects.count() == 3 * 4
    assert WorkItem.objects.filter(open=True).count() == 3
