"""The gate: every reason to refuse a decision, each with what would help, checked at the moment of deciding."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone, translation

from orgs.enums import Role
from orgs.models import Post
from orgs.permissions import Refused, appoint, end_post
from records.models import AuditEntry, OutboxMessage
from tests import factories
from tests.flows import district as d
from tests.sharing import shared
from workflows.approvals import (
    AlreadyDecided,
    authorize,
    authorize_withdrawal,
    verdict_on,
)
from workflows.deciding import decide
from workflows.models import Case, Decision, GuardedTask, Outcome, Side, StaleTask, WorkItem
from workflows.returns import NotPossible
from workflows.views.task import load_case, load_task

ONE_DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def build() -> tuple[d.District, Case]:
    place = d.make_district()
    return place, d.case_after(place, "applicant", "leader")


built_once = shared(build, "built_once")


@pytest.fixture
def built(built_once):
    return built_once()


@pytest.fixture
def place(built):
    return built[0]


@pytest.fixture
def case(built):
    """A case that waits for the completeness check of the first street."""
    return built[1]


def authority(case, person, gate=authorize, task: GuardedTask | None = None):
    case = load_case(case.pk, lock=True)
    task = load_task(case, (task or d.open_task(case)).pk)
    return gate(task, case, person, at=timezone.now())


def refusal(case, person, gate=authorize, task=None):
    """The verdict of a refusal; nothing was written by it."""
    before = state(case)
    with pytest.raises(Refused) as caught, transaction.atomic():
        authority(case, person, gate, task)
    assert state(case) == before
    assert caught.value.verdict.reason
    assert caught.value.verdict.remedy, "a refusal says what would help"
    return caught.value.verdict


def state(case) -> tuple:
    case = Case.objects.get(pk=case.pk)
    tasks = (
        GuardedTask.objects.filter(process_id=case.pk).order_by("pk").values_list("pk", "status", "owner_id")
    )
    return case.stage, list(tasks), case.decisions.count(), AuditEntry.objects.count()


def claim(case, person) -> GuardedTask:
    task = d.open_task(case)
    task.owner, task.status = person, "ASSIGNED"
    task.save()
    return task


# -- authority ---------------------------------------------------------------------------------------------------


def test_the_holder_of_the_post_decides(place, case):
    decision = d.act(case, place.person("handler0"), Outcome.APPROVED, "材料齐全。")
    assert (decision.by, decision.node, decision.outcome) == (
        place.person("handler0"),
        "check_completeness",
        "approved",
    )
    assert decision.by_role == "中关村街道团工委 · 街镇经办人"
    assert d.node(case) == "approve_subdistrict"


def test_a_post_that_ended_after_claiming_decides_no_more(place, case):
    claim(case, place.person("handler0"))
    end_post(place.person("handler0").posts.get(), by=None, on=timezone.localdate() - ONE_DAY)
    assert "街镇受理审查" in refusal(case, place.person("handler0")).reason


def test_a_post_whose_term_ran_out_decides_no_more(place, case):
    """Nobody ended it: guardian's row is still there, the day alone decides."""
    claim(case, place.person("handler0"))
    Post.objects.filter(person=place.person("handler0")).update(until=timezone.localdate() - ONE_DAY)
    refusal(case, place.person("handler0"))


def test_a_post_on_its_last_day_still_decides(place, case):
    Post.objects.filter(person=place.person("handler0")).update(until=timezone.localdate())
    assert d.act(case, place.person("handler0"), Outcome.APPROVED)


def test_a_post_that_has_not_begun_decides_nothing(place, case):
    Post.objects.filter(person=place.person("handler0")).update(since=timezone.localdate() + ONE_DAY)
    refusal(case, place.person("handler0"))


def test_a_closed_account_decides_nothing_even_if_it_was_closed_after_signing_in(place, case):
    person = place.person("handler0")
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert person.is_active, "the request still holds the person as it was"
    refusal(case, person)
    person.refresh_from_db()
    assert "停用" in refusal(case, person).reason


@pytest.mark.parametrize("key", ["approver0", "instructor0", "district_leader", "leader", "applicant"])
def test_another_role_does_not_decide(place, case, key):
    refusal(case, place.person(key))


def test_another_street_does_not_decide(place, case):
    verdict = refusal(case, place.person("handler1"))
    assert "中关村街道团工委" in verdict.reason


def test_the_same_post_at_two_streets_decides_in_both(place, case):
    person = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[1])
    appoint(person, Role.SUBDISTRICT_HANDLER, place.streets[0], by=None, on=timezone.localdate())
    claim(case, person)
    assert authority(case, person)


def test_a_task_that_somebody_else_holds_is_theirs(place, case):
    other = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "另一位")
    claim(case, place.person("handler0"))
    verdict = refusal(case, other)
    assert place.person("handler0").name in verdict.reason
    assert place.person("handler0").name in verdict.remedy


def test_a_task_that_nobody_holds_is_taken_by_deciding(place, case):
    factories.make_person(Role.SUBDISTRICT_APPROVER, place.streets[0], "另一位")
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    task = d.open_task(case)
    assert task.owner_id is None
    d.act(case, place.person("approver0"), Outcome.APPROVED)
    task.refresh_from_db()
    assert task.owner == place.person("approver0")
    assert task.assigned
    assert WorkItem.objects.get(pk=task.pk).owner == place.person("approver0")


def test_a_task_never_waits_for_somebody_whose_post_has_ended(place, case):
    """The only holder got the task at once; when they leave, their successor goes on with it."""
    assert d.open_task(case).owner == place.person("handler0")
    successor = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "继任")
    refusal(case, successor)
    end_post(place.person("handler0").posts.get(), by=None, on=timezone.localdate() - ONE_DAY)
    task = d.open_task(case)
    d.act(case, successor, Outcome.APPROVED)
    task.refresh_from_db()
    assert task.owner == successor
    assert WorkItem.objects.get(pk=task.pk).owner == successor


# -- outcome and opinion -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.RETURNED, Outcome.REJECTED])
@pytest.mark.parametrize("opinion", ["", "  \n　"])
def test_what_is_not_approved_needs_a_reason(place, case, outcome, opinion):
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    before = state(case)
    with pytest.raises(NotPossible, match="理由"), transaction.atomic():
        decide(authority(case, place.person("approver0")), outcome, opinion)
    assert state(case) == before


def test_approval_needs_no_reason(place, case):
    assert d.act(case, place.person("handler0"), Outcome.APPROVED, "").opinion == ""


@pytest.mark.parametrize(
    "outcome", [Outcome.REJECTED, Outcome.SUBMITTED, Outcome.WITHDRAWN, Outcome.ANNULLED, Outcome.LAPSED]
)
def test_an_outcome_that_the_step_does_not_offer_is_refused(place, case, outcome):
    before = state(case)
    with pytest.raises(NotPossible, match="请选择"), transaction.atomic():
        decide(authority(case, place.person("handler0")), outcome, "理由")
    assert state(case) == before


def test_after_the_last_allowed_return_only_yes_or_no_remain(place, case):
    limit = case.artifact.rules["max_return_rounds"]
    for number in range(limit):
        assert Outcome.RETURNED in authority(case, place.person("handler0")).outcomes
        d.act(case, place.person("handler0"), Outcome.RETURNED, f"第{number + 1}次退回")
        d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    last = authority(case, place.person("handler0"))
    assert Outcome.RETURNED not in last.outcomes
    with pytest.raises(NotPossible), transaction.atomic():
        decide(last, Outcome.RETURNED, "再退一次")
    assert d.act(case, place.person("handler0"), Outcome.APPROVED)


def test_a_returned_case_comes_back_to_whoever_returned_it_in_a_new_round(place, case):
    factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0], "另一位")
    d.act(case, place.person("handler0"), Outcome.RETURNED, "缺花名册")
    assert d.node(case) == "correct_request"
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    task = d.open_task(case)
    assert (task.flow_task.name, task.owner) == ("check_completeness", place.person("handler0"))
    assert Case.objects.get(pk=case.pk).round == 2


# -- moments -----------------------------------------------------------------------------------------------------


def test_a_decided_task_names_who_decided_and_what(place, case):
    task = d.open_task(case)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    with pytest.raises(AlreadyDecided) as caught:
        authority(case, place.person("handler0"), task=task)
    with translation.override("zh-hans"):
        for part in (place.person("handler0").name, "同意", "中关村街道团工委"):
            assert part in caught.value.message


def test_a_decided_task_tells_nothing_to_another_street(place, case):
    task = d.open_task(case)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    for gate in (authorize, authorize_withdrawal):
        verdict = refusal(case, place.person("handler1"), gate, task)
        assert place.person("handler0").name not in verdict.reason + verdict.remedy


def test_a_task_that_the_system_ended_says_so(place, case):
    task = d.open_task(case)
    GuardedTask.objects.filter(pk=task.pk).update(status="CANCELED", finished=timezone.now())
    with pytest.raises(AlreadyDecided) as caught:
        authority(case, place.person("handler0"), task=task)
    assert caught.value.decision is None
    assert caught.value.message


def test_a_task_saved_from_an_old_state_is_an_error_and_never_an_overwrite(place, case):
    old = d.open_task(case)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    old.status = "CANCELED"
    with pytest.raises(StaleTask), transaction.atomic():
        old.save()
    assert GuardedTask.objects.get(pk=old.pk).status == "DONE"


def test_what_is_kept_is_chinese_whatever_language_the_person_reads(place, case):
    with translation.override("en"):
        decision = d.act(case, place.person("handler0"), Outcome.APPROVED)
        assert translation.get_language() == "en"
    assert decision.node_title == "街镇受理审查"
    assert decision.by_role.endswith("街镇经办人")


# -- withdrawal --------------------------------------------------------------------------------------------------


def test_the_applicant_withdraws_whoever_holds_the_case(place, case):
    claim(case, place.person("handler0"))
    decision = d.act(case, place.person("applicant"), Outcome.WITHDRAWN, "")
    assert (decision.side, decision.by) == (Side.APPLICANT, place.person("applicant"))
    assert d.node(case) == "withdrawn"
    assert not WorkItem.objects.filter(case=case, open=True).exists()


def test_another_applicant_of_the_unit_may_withdraw(place, case):
    other = factories.make_person(Role.UNIT_APPLICANT, case.unit, "新申请人")
    assert d.act(case, other, Outcome.WITHDRAWN, "")


@pytest.mark.parametrize("key", ["handler0", "approver0", "leader", "handler1"])
def test_nobody_else_withdraws(place, case, key):
    refusal(case, place.person(key), authorize_withdrawal)


def test_an_applicant_whose_post_ended_does_not_withdraw(place, case):
    end_post(place.person("applicant").posts.get(), by=None, on=timezone.localdate() - ONE_DAY)
    refusal(case, place.person("applicant"), authorize_withdrawal)


def test_an_applicant_whose_account_was_closed_does_not_withdraw(place, case):
    person = place.person("applicant")
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    refusal(case, person, authorize_withdrawal)


def test_after_the_first_reply_nothing_is_withdrawn(place, case):
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    d.act(case, place.person("approver0"), Outcome.APPROVED)
    assert d.node(case) == "hold_meeting"
    verdict = refusal(case, place.person("applicant"), authorize_withdrawal)
    assert "批复" in verdict.reason


def test_withdrawing_gives_no_other_power(place, case):
    with pytest.raises(NotPossible), transaction.atomic():
        decide(authority(case, place.person("applicant"), authorize_withdrawal), Outcome.APPROVED)


# -- what one decision writes ------------------------------------------------------------------------------------


def test_one_decision_writes_its_row_its_entry_the_next_task_and_one_promise(place, case):
    before = [Decision.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count()]
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    after = [Decision.objects.count(), AuditEntry.objects.count(), OutboxMessage.objects.count()]
    assert [now - then for then, now in zip(before, after, strict=True)] == [1, 1, 1]
    assert GuardedTask.objects.filter(process_id=case.pk, flow_task_type="HUMAN", finished=None).count() == 1
    assert WorkItem.objects.filter(case=case, open=True).count() == 1


def test_the_page_and_the_gate_give_the_same_verdict(place, case):
    for key in ("handler0", "approver0", "applicant", "handler1"):
        task = load_task(load_case(case.pk), d.open_task(case).pk)
        shown = verdict_on(task, task.process, place.person(key), on=timezone.localdate())
        if shown:
            assert authority(case, place.person(key))
        else:
            assert refusal(case, place.person(key)) == shown
