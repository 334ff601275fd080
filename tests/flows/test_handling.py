"""The exceptional day: returned to an earlier step, taken back, co-signed, handed on, copied and urged."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.actions.delegations import delegate_post
from orgs.enums import Role
from orgs.models import Post
from orgs.permissions import Refused
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from workflows.approvals import four_eyes, may_see, verdict_on
from workflows.cosigning import ask_cosign, call_off_cosign, cosign_candidates
from workflows.founding.flow import FoundingFlow
from workflows.handling import (
    copy_case,
    mark_copies_read,
    reassign_candidates,
    reassign_task,
    urge_day,
    urge_task,
    urge_verdict,
)
from workflows.models import Case, CaseEvent, CoSign, Decision, GuardedTask, Outcome, WorkItem
from workflows.returns import NotPossible, return_targets, standing
from workflows.takeback import take_back, take_back_verdict
from workflows.views.task import load_case, load_task

pytestmark = pytest.mark.django_db
AGREED, RETURNED = Outcome.APPROVED, Outcome.RETURNED


def build() -> tuple[d.District, Case]:
    place = d.make_district()
    return place, d.case_after(place, "applicant", "leader", "handler0")


built_once = shared(build, "built_once")


@pytest.fixture
def built(built_once):
    return built_once()


@pytest.fixture
def place(built):
    return built[0]


@pytest.fixture
def case(built):
    """A case of a branch that waits for the street's approver."""
    return built[1]


def here(case):
    """The case and its open step, fresh from the database."""
    found = load_case(case.pk, lock=True)
    return found, load_task(found, d.open_task(found).pk)


def now():
    return timezone.now()


def on():
    return timezone.localdate()


def signed(case, person, outcome=AGREED):
    found = load_case(case.pk, lock=True)
    task = GuardedTask.objects.get(process_id=case.pk, owner=person, finished=None, cosigner__isnull=False)
    return d.decide_task(found, task.pk, person, outcome)


def ask(case, by, people, *, mode=CoSign.Mode.ALL, after=False):
    with transaction.atomic():
        found, task = here(case)
        return ask_cosign(
            task, found, to=people, mode=mode, after=after, question="是否同意？", by=by, at=now()
        )


def test_nobody_is_asked_twice_for_one_co_signature(place, case):
    with pytest.raises(NotPossible):
        ask(case, place.person("approver0"), [place.person("district_leader")] * 2)


# -- return -----------------------------------------------------------------------------------------------------------


def test_a_case_may_be_returned_to_the_applicant_and_to_every_earlier_step(place, case):
    found, task = here(case)
    assert [one.name for one in return_targets(found, task.flow_task)] == [
        "correct_request",
        "check_completeness",
        "approve_unit",
    ]


def test_a_case_returned_to_an_earlier_step_comes_straight_back_to_whoever_returned_it(place, case):
    approver = place.person("approver0")
    due = here(case)[1].work_item.due_on
    d.act(case, approver, RETURNED, to="approve_unit")
    assert d.node(case) == "approve_unit"
    assert d.open_task(case).owner == place.person("leader")
    d.act(case, place.person("leader"), AGREED)
    assert d.node(case) == "approve_subdistrict"
    assert d.open_task(case).owner == approver
    assert here(case)[0].round == 2
    assert here(case)[0].return_stack == []
    assert here(case)[1].work_item.due_on <= due + dt.timedelta(days=2)


def test_returns_nest_and_are_answered_one_after_the_other(place, case):
    d.act(case, place.person("approver0"), RETURNED, to="approve_unit")
    d.act(case, place.person("leader"), RETURNED)
    assert d.node(case) == "correct_request"
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    assert d.node(case) == "approve_unit"
    d.act(case, place.person("leader"), AGREED)
    assert d.node(case) == "approve_subdistrict"
    assert here(case)[0].round == 3


def test_a_step_that_was_never_taken_cannot_be_returned_to(place, case):
    with pytest.raises(NotPossible):
        d.act(case, place.person("approver0"), RETURNED, to="approve_district")
    assert d.node(case) == "approve_subdistrict"


def test_no_return_reaches_behind_the_reply(place, case):
    d.act(case, place.person("approver0"), AGREED)
    assert d.node(case) == "hold_meeting"
    found, task = here(case)
    assert return_targets(found, task.flow_task) == []


# -- take back --------------------------------------------------------------------------------------------------------


def test_one_takes_back_ones_own_decision_while_nobody_acted_on_it(place, case):
    handler = place.person("handler0")
    before = Decision.objects.filter(case=case).count()
    with transaction.atomic():
        take_back(load_case(case.pk, lock=True), by=handler, at=now(), reason="附件漏看")
    assert d.node(case) == "check_completeness"
    assert d.open_task(case).owner == handler
    assert Decision.objects.filter(case=case).count() == before + 1
    assert standing(case.decisions.order_by("pk"))[-1].node == "approve_unit"
    assert WorkItem.objects.filter(case=case, open=True).count() == 1
    d.act(case, handler, AGREED)
    assert d.node(case) == "approve_subdistrict"


def test_taking_back_a_return_restores_round_and_clock(place, case):
    approver = place.person("approver0")
    before = here(case)[0]
    due = here(case)[1].work_item.due_on
    d.act(case, approver, RETURNED, to="approve_unit")
    with transaction.atomic():
        take_back(load_case(case.pk, lock=True), by=approver, at=now())
    after = here(case)[0]
    assert (after.returns, after.return_stack, after.round) == (before.returns, [], before.round)
    assert here(case)[1].work_item.due_on == due


def test_a_submission_taken_back_is_submitted_again_in_a_new_round(place):
    case = d.open_founding(place, d.make_applying_unit(place))
    applicant = place.person("applicant")
    d.act(case, applicant, Outcome.SUBMITTED)
    with transaction.atomic():
        take_back(load_case(case.pk, lock=True), by=applicant, at=now())
    assert d.node(case) == "draft_request"
    d.act(case, applicant, Outcome.SUBMITTED)
    assert list(here(case)[0].artifact.snapshots.values_list("round", flat=True)) == [1, 2]


def test_nothing_is_taken_back_once_somebody_acted_or_a_reply_was_issued(place, case):
    leader, approver = place.person("leader"), place.person("approver0")
    assert not take_back_verdict(here(case)[0], leader, on=on())
    d.act(case, approver, AGREED)
    verdict = take_back_verdict(here(case)[0], approver, on=on())
    assert not verdict
    assert verdict.remedy


def test_the_database_lets_either_the_taking_back_or_the_next_decision_happen(place, case):
    with transaction.atomic():
        stale = load_case(case.pk)
        task = d.open_task(case)
    d.act(case, place.person("approver0"), RETURNED)
    with pytest.raises((Refused, IntegrityError)), transaction.atomic():
        take_back(stale, by=place.person("handler0"), at=now())
    assert Decision.objects.get(task=task).outcome == RETURNED


# -- co-sign ----------------------------------------------------------------------------------------------------------


def test_co_signatures_before_deciding_hold_the_step_until_all_are_in(place, case):
    approver, leader = place.person("approver0"), place.person("district_leader")
    ask(case, approver, [place.person("instructor0"), leader])
    with pytest.raises(Refused):
        d.act(case, approver, AGREED)
    signed(case, leader)
    assert not verdict_on(here(case)[1], here(case)[0], approver, on=on())
    signed(case, place.person("instructor0"))
    assert CoSign.objects.get().state == CoSign.State.AGREED
    d.act(case, approver, AGREED)
    assert d.node(case) == "hold_meeting"


def test_one_objection_settles_a_co_signature_of_all_and_the_holder_decides(place, case):
    approver, leader = place.person("approver0"), place.person("district_leader")
    ask(case, approver, [place.person("instructor0"), leader])
    signed(case, leader, Outcome.OBJECTED)
    assert CoSign.objects.get().state == CoSign.State.OBJECTED
    assert not WorkItem.objects.filter(case=case, node="cosign", open=True).exists()
    d.act(case, approver, RETURNED)
    assert d.node(case) == "correct_request"


def test_any_one_signature_is_enough_when_any_is_asked(place, case):
    ask(
        case,
        place.person("approver0"),
        [place.person("instructor0"), place.person("district_leader")],
        mode=CoSign.Mode.ANY,
    )
    signed(case, place.person("instructor0"))
    assert CoSign.objects.get().state == CoSign.State.AGREED


def test_in_turn_asks_the_next_after_the_first_has_signed(place, case):
    people = [place.person("instructor0"), place.person("district_leader")]
    ask(case, place.person("approver0"), people, mode=CoSign.Mode.IN_TURN)
    assert WorkItem.objects.get(node="cosign", open=True).owner == people[0]
    signed(case, people[0])
    assert WorkItem.objects.get(node="cosign", open=True).owner == people[1]
    signed(case, people[1])
    assert CoSign.objects.get().state == CoSign.State.AGREED


def test_co_signatures_after_deciding_come_between_the_decision_and_the_next_step(place, case):
    approver, leader = place.person("approver0"), place.person("district_leader")
    ask(case, approver, [leader], after=True)
    d.act(case, approver, AGREED)
    assert WorkItem.objects.get(case=case, open=True).owner == leader
    signed(case, leader)
    assert d.node(case) == "hold_meeting"


def test_an_objection_after_deciding_brings_the_step_back_to_its_holder(place, case):
    approver, leader = place.person("approver0"), place.person("district_leader")
    ask(case, approver, [leader], after=True)
    d.act(case, approver, AGREED)
    signed(case, leader, Outcome.OBJECTED)
    assert d.node(case) == "approve_subdistrict"
    assert d.open_task(case).owner == approver
    d.act(case, approver, RETURNED)
    assert d.node(case) == "correct_request"


def test_calling_off_lets_the_decision_take_effect(place, case):
    approver = place.person("approver0")
    ask(case, approver, [place.person("district_leader")], after=True)
    d.act(case, approver, AGREED)
    with transaction.atomic():
        call_off_cosign(load_case(case.pk, lock=True), by=approver, at=now())
    assert d.node(case) == "hold_meeting"


def test_a_case_can_be_withdrawn_while_it_is_co_signed(place, case):
    ask(case, place.person("approver0"), [place.person("district_leader")])
    task = GuardedTask.objects.get(process_id=case.pk, flow_task_type="HUMAN", finished=None, cosigner=None)
    d.withdraw_task(load_case(case.pk), task.pk, place.person("applicant"))
    assert d.node(case) == "withdrawn"
    assert not WorkItem.objects.filter(case=case, open=True).exists()


def test_whoever_took_a_step_or_applied_is_not_asked_to_co_sign(place, case):
    found, task = here(case)
    names = cosign_candidates(task, found, place.person("approver0"), on=on())
    assert place.person("handler0") not in names
    assert place.person("applicant") not in names
    assert place.person("district_leader") in names


# -- hand on, delegate ------------------------------------------------------------------------------------------------


def test_a_task_is_handed_to_a_colleague_with_the_same_post_only(place, case):
    approver = place.person("approver0")
    colleague = factories.make_person(Role.SUBDISTRICT_APPROVER, place.streets[0], "同事")
    found, task = here(case)
    assert reassign_candidates(task, found, on=on()) == [colleague]
    with transaction.atomic():
        found, task = here(case)
        reassign_task(task, found, to=colleague, by=approver, at=now(), note="我出差")
    assert d.open_task(case).owner == colleague
    assert WorkItem.objects.get(case=case, open=True).owner == colleague
    event = CaseEvent.objects.get(kind="reassigned")
    assert (event.by, event.to_names, event.note) == (approver, "同事", "我出差")
    with pytest.raises(Refused):
        d.act(case, approver, AGREED)
    found, task = here(case)
    with pytest.raises(NotPossible):
        reassign_task(task, found, to=place.person("approver1"), by=colleague, at=now())


def test_a_deputy_decides_for_the_absent_holder_and_both_names_are_kept(place, case):
    approver = place.person("approver0")
    deputy = factories.make_person(Role.SUBDISTRICT_APPROVER, place.streets[0], "王某")
    with pytest.raises(Refused):
        d.act(case, deputy, AGREED)
    delegate_post(
        post=Post.objects.get(person=approver),
        deputy=deputy,
        since=on(),
        until=on(),
        reason="出差",
        by=approver,
        on=on(),
        at=now(),
    )
    decision = d.act(case, deputy, AGREED)
    assert decision.by == deputy
    assert decision.on_behalf_of == approver
    assert decision.by_name == f"王某（代{approver.name}）"
    # Four-eyes: what a deputy decided is a step of both.
    check = FoundingFlow.instance.node("check_completeness")
    found = load_case(case.pk)
    assert not four_eyes(check, found, approver, "subdistrict")
    assert not four_eyes(check, found, deputy, "subdistrict")


# -- copy, urge -------------------------------------------------------------------------------------------------------


def test_a_copy_is_for_people_who_may_see_the_case_and_leaves_a_receipt(place, case):
    reader = place.person("district_leader")
    with transaction.atomic():
        found, task = here(case)
        copy_case(task, found, to=[reader], by=place.person("handler0"), at=now(), note="请知悉")
    mark_copies_read(case, reader, at=now())
    assert case.copies.get().read_at
    stranger = place.person("handler1")
    assert not may_see(stranger, case, on=on())
    found, task = here(case)
    with pytest.raises(NotPossible):
        copy_case(task, found, to=[stranger], by=place.person("handler0"), at=now())


def test_a_task_is_urged_once_a_working_day(place, case):
    applicant = place.person("applicant")
    with transaction.atomic():
        found, task = here(case)
        urge_task(task, found, by=applicant, at=now(), note="请尽快")
    found, task = here(case)
    assert not urge_verdict(task, found, place.person("handler0"), on=on())
    with pytest.raises(Refused), transaction.atomic():
        urge_task(task, found, by=applicant, at=now())
    assert urge_verdict(task, found, applicant, on=on() + dt.timedelta(days=4))


def test_an_urge_on_a_day_off_counts_to_the_last_working_day():
    assert urge_day(dt.date(2026, 11, 21)) == dt.date(2026, 11, 20)


def test_the_holder_is_not_urged_by_themselves(place, case):
    found, task = here(case)
    assert not urge_verdict(task, found, place.person("approver0"), on=on())
