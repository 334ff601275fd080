"""Exactly once: whoever presses the button at the same moment, one decision stands and the others learn whose."""

from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Organization
from records import audit
from records.models import AuditEntry, Document
from tests import factories
from tests.flows import district as d
from tests.flows.racing import Racers
from workflows.approvals import AlreadyDecided, authorize
from workflows.deciding import decide
from workflows.models import Case, Decision, GuardedTask, Outcome, StaleTask, WorkItem
from workflows.timers import fire
from workflows.views.task import load_case, load_task

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 200
RETURN = {"outcome": "returned", "opinion": "材料不全，请补正。"}
APPROVE = {"outcome": "approved", "opinion": "同意。"}


@pytest.fixture
def place():
    with transaction.atomic():
        return d.make_district()


def make_case(place, *keys: str):
    """A submitted case that the named people have approved."""
    with transaction.atomic():
        unit = d.make_applying_unit(place)
    case = d.open_founding(place, unit)
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    for key in keys:
        d.act(case, place.person(key), Outcome.APPROVED)
    return case


def second(place, role: Role, key: str):
    with transaction.atomic():
        place.people[key] = factories.make_person(role, place.streets[0], f"{role.label}乙")
    return place.people[key]


def signed_in(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def to_queue(case) -> GuardedTask:
    """Nobody holds the open task."""
    task = d.open_task(case)
    GuardedTask.objects.filter(pk=task.pk).update(owner=None, status="NEW", assigned=None)
    WorkItem.objects.filter(pk=task.pk).update(owner=None)
    return task


def posting(client: Client, url: str, data: dict | None = None):
    """A call that posts; what it needs is bound now."""
    return lambda: client.post(url, data or {})


def address(case, task, name: str = "task") -> str:
    return reverse(name, args=[case.pk, task.pk])


def one_decision_and_one_next_task(case, task) -> Decision:
    decision = Decision.objects.get(task=task)
    assert AuditEntry.objects.filter(data__decision=decision.pk).count() == 1
    (following,) = GuardedTask.objects.filter(process_id=case.pk, flow_task_type="HUMAN", finished=None)
    (item,) = WorkItem.objects.filter(case=case, open=True)
    assert item.pk == following.pk != task.pk
    return decision


@pytest.mark.timeout(300)  # half a minute on a machine of its own
def test_two_who_decide_at_the_same_moment_two_hundred_times(place):
    """One case goes round and round: both handlers return it, the applicant submits it again."""
    case = make_case(place, "leader")
    handlers = [place.person("handler0"), second(place, Role.SUBDISTRICT_HANDLER, "handler2")]
    clients = [signed_in(person) for person in handlers]
    winners = set()
    with Racers(2) as race:
        for _ in range(ROUNDS):
            task = to_queue(case)
            url = address(case, task)
            answers = race(*(posting(client, url, RETURN) for client in clients))
            assert sorted(answer.status_code for answer in answers) == [302, 409]
            decision = one_decision_and_one_next_task(case, task)
            winner = next(number for number in (0, 1) if answers[number].status_code == 302)
            assert decision.by == handlers[winner]
            page = answers[1 - winner].content.decode()
            assert decision.by_name in page
            assert "退回补正" in page
            winners.add(winner)
            Case.objects.filter(pk=case.pk).update(returns=0)
            d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    assert winners == {0, 1}, "one of the two was always faster: this was no race"
    assert Decision.objects.filter(case=case, node="check_completeness").count() == ROUNDS
    assert audit.check_log().breaks == []


def test_a_double_click_decides_once(place):
    case = make_case(place, "leader")
    clients = [signed_in(place.person("handler0")) for _ in range(2)]
    task = d.open_task(case)
    with Racers(2) as race:
        answers = race(
            *(lambda client=client: client.post(address(case, task), APPROVE) for client in clients)
        )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    one_decision_and_one_next_task(case, task)


def test_deciding_against_withdrawing(place):
    outcomes = set()
    with Racers(2) as race:
        for _ in range(12):
            case = make_case(place, "leader")
            task = d.open_task(case)
            handler, applicant = signed_in(place.person("handler0")), signed_in(place.person("applicant"))
            answers = race(
                posting(handler, address(case, task), APPROVE),
                posting(applicant, address(case, task, "withdraw")),
            )
            assert sorted(answer.status_code for answer in answers) == [302, 409]
            decision = Decision.objects.get(task=task)
            open_items = WorkItem.objects.filter(case=case, open=True).count()
            assert open_items == (0 if decision.outcome == Outcome.WITHDRAWN else 1)
            outcomes.add(decision.outcome)
    assert outcomes <= {Outcome.WITHDRAWN, Outcome.APPROVED}


def test_deciding_against_claiming(place):
    case = make_case(place, "leader")
    decider = signed_in(place.person("handler0"))
    claimer_person = second(place, Role.SUBDISTRICT_HANDLER, "handler2")
    claimer = signed_in(claimer_person)
    with Racers(2) as race:
        for _ in range(20):
            task = to_queue(case)
            decided, claimed = race(
                posting(decider, address(case, task), RETURN),
                posting(claimer, address(case, task, "claim")),
            )
            task.refresh_from_db()
            if decided.status_code == 302:
                assert one_decision_and_one_next_task(case, task).by == place.person("handler0")
                assert task.owner == place.person("handler0")
                d.act(case, place.person("applicant"), Outcome.SUBMITTED)
                Case.objects.filter(pk=case.pk).update(returns=0)
            else:
                assert decided.status_code == 403
                assert claimed.status_code == 302
                assert task.owner == claimer_person
                assert not Decision.objects.filter(task=task).exists()


def test_two_who_claim_at_the_same_moment(place):
    case = make_case(place, "leader")
    people = [place.person("handler0"), second(place, Role.SUBDISTRICT_HANDLER, "handler2")]
    clients = [signed_in(person) for person in people]
    with Racers(2) as race:
        for _ in range(20):
            task = to_queue(case)
            race(*(posting(client, address(case, task, "claim")) for client in clients))
            task.refresh_from_db()
            assert task.owner in people
            assert WorkItem.objects.get(pk=task.pk).owner == task.owner
    assert AuditEntry.objects.filter(event="claimed").count() == 20


@pytest.mark.parametrize("name", ["task", "withdraw", "claim"])
def test_a_task_under_the_address_of_another_case_does_not_exist(place, name):
    first, other = make_case(place, "leader"), make_case(place, "leader")
    task, person = d.open_task(first), place.person("applicant" if name == "withdraw" else "handler0")
    clients = [signed_in(person) for _ in range(2)]
    with Racers(2) as race:
        answers = race(*(posting(client, address(other, task, name), APPROVE) for client in clients))
    assert [answer.status_code for answer in answers] == [404, 404]
    assert not Decision.objects.filter(task=task).exists()
    assert {d.node(first), d.node(other)} == {"check_completeness"}


def asking(case, task: GuardedTask, applicant):
    """A call that asks for the extension on this very task; whether that came in time."""

    def ask() -> bool:
        try:
            with transaction.atomic(durable=True):
                locked = load_case(case.pk, lock=True)
                authority = authorize(load_task(locked, task.pk), locked, applicant, at=timezone.now())
                decide(authority, Outcome.EXTENSION, "场地装修。")
        except (AlreadyDecided, StaleTask):
            return False
        return True

    return ask


def test_deciding_against_the_end_of_the_term(place):
    """Whoever comes first: the meeting's extension is asked for, or the reply lapses; never both."""
    with Racers(2) as race:
        for _ in range(8):
            case = make_case(place, "leader", "handler0", "approver0")
            timer = GuardedTask.objects.get(process_id=case.pk, flow_task_type="TIMER", status="SCHEDULED")
            asked, lapsed = race(
                asking(case, d.open_task(case), place.person("applicant")), partial(fire, timer.pk, case.pk)
            )
            assert [asked, lapsed].count(True) == 1
            assert d.node(case) == ("decide_extension" if asked else "lapsed")
            assert Decision.objects.filter(case=case, node__in=["hold_meeting", "lapse"]).count() == 1


def test_replies_approved_at_the_same_moment_are_numbered_without_gaps(place):
    """Three approvals at a time of different cases by one issuer; each founds an organization under one parent."""
    second(place, Role.SUBDISTRICT_APPROVER, "approver2")
    second(place, Role.SUBDISTRICT_APPROVER, "approver3")
    clients = [signed_in(place.person(key)) for key in ("approver0", "approver2", "approver3")]
    cases = [make_case(place, "leader", "handler0") for _ in range(9)]
    with Racers(3) as race:
        for at in range(0, 9, 3):
            urls = [address(case, d.open_task(case)) for case in cases[at : at + 3]]
            answers = race(
                *(posting(client, url, APPROVE) for client, url in zip(clients, urls, strict=True))
            )
            assert [answer.status_code for answer in answers] == [302, 302, 302]
    replies = Document.objects.filter(kind="establishment_reply")
    assert sorted(replies.values_list("serial", flat=True)) == list(range(1, 10))
    organizations = Organization.objects.filter(depth=4)
    assert organizations.count() == 9
    assert len({organization.scope for organization in organizations}) == 9
    assert Organization.objects.find_problems() == ([], [], [], [], [])


@pytest.mark.postgres
def test_a_case_whose_lock_is_held_too_long_says_so_and_loses_nothing(place):
    case = make_case(place, "leader")
    task = d.open_task(case)
    client = signed_in(place.person("handler0"))
    with Racers(1) as race, transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        (answer,) = race(lambda: client.post(address(case, task), APPROVE))
    assert answer.status_code == 409
    assert "请稍后重试" in answer.content.decode()
    assert client.post(address(case, task), APPROVE).status_code == 302
    assert Decision.objects.filter(task=task).count() == 1
