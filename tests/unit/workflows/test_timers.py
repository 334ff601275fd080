"""A term that passes ends a step once, all or nothing (RULES section 2: without a meeting the reply lapses)."""

import datetime as dt
import logging

import pytest
from django.utils import timezone

from orgs.models import Milestone
from records.models import AuditEntry, Document
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Case, Decision, GuardedTask, Outcome, Side, WorkItem
from workflows.timers import fire, fire_due_timers

pytestmark = pytest.mark.django_db
ONE_DAY = dt.timedelta(days=1)


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


@pytest.fixture
def case(place):
    """A case that waits for the members' meeting."""
    case = d.case_after(place, "applicant")
    for key in ("leader", "handler0", "approver0"):
        d.act(case, place.person(key), Outcome.APPROVED)
    return case


def timer(case) -> GuardedTask:
    return GuardedTask.objects.get(process_id=case.pk, flow_task_type="TIMER", status="SCHEDULED")


def end_of_term(case) -> dt.datetime:
    day = Case.objects.get(pk=case.pk).artifact.meeting_due_on + ONE_DAY
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def test_on_the_last_day_nothing_happens(case):
    assert fire_due_timers(at=end_of_term(case) - dt.timedelta(seconds=1)) == 0
    assert d.node(case) == "hold_meeting"


def test_the_day_after_the_reply_lapses_once(case):
    at = end_of_term(case)
    assert fire_due_timers(at=at) == 1
    assert fire_due_timers(at=at) == 0
    assert d.node(case) == "lapsed"
    decision = Decision.objects.filter(case=case).latest("pk")
    assert (decision.outcome, decision.side, decision.by) == (Outcome.LAPSED, Side.SYSTEM, None)
    assert AuditEntry.objects.get(data__decision=decision.pk).by_id is None
    assert Milestone.objects.filter(kind="lapsed").count() == 1
    assert Document.objects.get(kind="establishment_reply").status == "revoked"
    assert not WorkItem.objects.filter(case=case, open=True).exists()
    assert not GuardedTask.objects.filter(process_id=case.pk, finished=None).exists()


def test_a_step_that_was_taken_disarms_its_term(place, case):
    task = timer(case)
    d.act(case, place.person("applicant"), Outcome.EXTENSION, "场地装修，申请延期。")
    task.refresh_from_db()
    assert task.status == "CANCELED"
    assert fire_due_timers(at=end_of_term(case)) == 0
    assert fire(task.pk, case.pk) is False
    assert d.node(case) == "decide_extension"


def test_a_term_that_fails_is_rolled_back_logged_and_tried_again(case, caplog, monkeypatch):
    reply = Document.objects.get(kind="establishment_reply")
    Document.objects.filter(pk=reply.pk).update(status="revoked")  # so that lapsing cannot revoke it
    before = counts(case)
    with caplog.at_level(logging.ERROR):
        assert fire_due_timers(at=end_of_term(case)) == 0
    assert "failed" in caplog.text
    assert counts(case) == before
    assert timer(case).status == "SCHEDULED"
    Document.objects.filter(pk=reply.pk).update(status="valid")
    assert fire_due_timers(at=end_of_term(case)) == 1


def test_a_term_that_fails_does_not_hold_up_the_others(place, case, caplog):
    Document.objects.filter(kind="establishment_reply").update(status="revoked")
    other = d.open_founding(place, d.make_applying_unit(place))
    d.act(other, place.person("applicant"), Outcome.SUBMITTED)
    for key in ("leader", "handler0", "approver0"):
        d.act(other, place.person(key), Outcome.APPROVED)
    with caplog.at_level(logging.CRITICAL):
        assert fire_due_timers(at=max(end_of_term(case), end_of_term(other))) == 1
    assert (d.node(case), d.node(other)) == ("hold_meeting", "lapsed")


def counts(case) -> tuple:
    return (
        d.node(case),
        Decision.objects.count(),
        AuditEntry.objects.count(),
        Milestone.objects.count(),
        list(GuardedTask.objects.order_by("pk").values_list("pk", "status")),
        list(WorkItem.objects.order_by("pk").values_list("pk", "open")),
    )
