"""A bulk decision whose worker dies at any statement, or that meets somebody deciding the case by its page."""

import os
import signal
import time
import uuid
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from records import audit
from records.models import OutboxMessage
from tests.flows import district as d
from tests.flows.racing import Racers
from tests.flows.test_crashes import Crash, Statements, crash, everything, posting
from tests.flows.test_races import signed_in
from tests.processes import fork, wait
from workflows.bulk import settled, start_bulk, work_off
from workflows.models import BulkDecision, BulkItem, Decision, Outcome, WorkItem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place():
    with transaction.atomic():
        return d.make_district()


def waiting(place, count: int) -> list[WorkItem]:
    """Tasks at the completeness check of the first street."""
    items = []
    for _ in range(count):
        case = d.open_founding(place, d.make_applying_unit(place))
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
        d.act(case, place.person("leader"), Outcome.APPROVED)
        items.append(WorkItem.objects.get(case=case, open=True))
    return items


def asked(place, items: list[WorkItem], outcome: Outcome = Outcome.APPROVED) -> tuple[BulkDecision, dict]:
    bulk = start_bulk(
        items,
        token=uuid.uuid4(),
        outcome=outcome,
        opinion="材料不全，请补正。",
        by=place.person("handler0"),
        language="zh-hans",
        at=timezone.now(),
    )
    return bulk, OutboxMessage.objects.filter(kind="bulk").latest("pk").payload


def decided() -> int:
    return Decision.objects.filter(node="check_completeness").count()


def test_a_worker_that_dies_at_any_statement_decides_each_case_once(place):
    """A case is decided and noted, or neither, wherever the end came; the next worker goes on with the rest."""
    bulk, payload = asked(place, waiting(place, 2))
    failed, before = 0, everything()
    while True:
        try:
            with connection.execute_wrapper(Statements(failed, crash)):
                work_off(payload)
        except Crash:
            done = bulk.items.filter(state=BulkItem.State.DONE).count()
            assert decided() == done
            assert done or everything() == before, f"something was left by statement {failed}"
            failed += 1
        else:
            break
    assert failed >= 20, "every statement of a case was to fail once"
    work_off(payload)
    assert list(bulk.items.values_list("state", flat=True)) == ["done", "done"]
    assert decided() == 2
    assert OutboxMessage.objects.filter(key=f"notice:bulk_finished:{bulk.pk}").count() == 1
    assert audit.check_log().breaks == []


def test_a_worker_killed_in_the_middle_of_twenty_decides_each_case_once(place):
    bulk, payload = asked(place, waiting(place, 20))
    worker, deadline = fork(partial(work_off, payload)), time.monotonic() + 30
    done = bulk.items.filter(state=BulkItem.State.DONE)
    while done.count() < 3:
        assert time.monotonic() < deadline, "the worker did nothing"
        time.sleep(0.002)
    os.kill(worker, signal.SIGKILL)
    assert wait(worker) == -signal.SIGKILL
    assert 3 <= done.count() == decided() < 20
    assert wait(fork(partial(work_off, payload))) == 0
    assert done.count() == decided() == 20
    assert set(Decision.objects.filter(node="check_completeness").values_list("task", flat=True)) == set(
        bulk.items.values_list("task", flat=True)
    )
    assert OutboxMessage.objects.filter(key=f"notice:bulk_finished:{bulk.pk}").count() == 1
    assert audit.check_log().breaks == []


def test_one_case_takes_no_more_statements_than_a_decision_by_its_page(place):
    items = waiting(place, 3)
    single = posting(items[0].case, place.person("handler0"))
    with CaptureQueriesContext(connection) as by_page:
        single()
    bulk, _payload = asked(place, items[1:])
    first, second = bulk.items.all()
    settled(first, bulk)
    with CaptureQueriesContext(connection) as in_bulk:
        assert settled(second, bulk)
    assert decided() == 3
    assert len(in_bulk) <= len(by_page), [one["sql"][:90] for one in in_bulk]


def test_a_bulk_decision_and_one_by_the_page_at_the_same_moment(place):
    """One of the two stands; the other is told whose and which."""
    with Racers(2) as race:
        for item in waiting(place, 6):
            bulk, payload = asked(place, [item], Outcome.RETURNED)
            client, url = signed_in(place.person("handler0")), reverse("task", args=[item.case_id, item.pk])
            answer, _ = race(
                partial(client.post, url, {"outcome": "approved", "opinion": "同意。"}),
                partial(work_off, payload),
            )
            row, decision = bulk.items.get(), Decision.objects.get(task=item.pk)
            if row.state == BulkItem.State.DONE:
                assert decision.outcome == Outcome.RETURNED
                assert answer.status_code == 409
                assert "结论为“退回补正”" in answer.content.decode()
            else:
                assert decision.outcome == Outcome.APPROVED
                assert answer.status_code == 302
                assert "结论为“同意”" in row.message
            assert WorkItem.objects.filter(case=item.case_id, open=True).count() == 1
