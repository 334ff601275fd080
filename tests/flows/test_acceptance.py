"""Every node and every branch of the acceptance flow (RULES section 10, P3)."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.acceptance.candidates import AssignmentRefused
from orgs.enums import Conclusion, MilestoneKind
from orgs.models import Inspection, Milestone, SampleEntry
from orgs.permissions import Refused, appoint
from records.models import Document
from tests.flows import district as d
from tests.flows.acceptance_world import Purpose, Walk, start_walk
from tests.flows.walking import edges_of, walked
from tests.sharing import shared, undone
from workflows.acceptance.flow import AcceptanceFlow
from workflows.acceptance.starting import MayNotStart, open_acceptance_case
from workflows.approvals import verdict_on
from workflows.models import Decision, Outcome, Side
from workflows.returns import NotPossible
from workflows.timers import fire_due_timers
from workflows.views.task import load_case

pytestmark = pytest.mark.django_db
new_walk = shared(start_walk, "new_walk")
APPROVED, SUBMITTED, RETURNED = Outcome.APPROVED, Outcome.SUBMITTED, Outcome.RETURNED
# 9 of 100 points lost, one of the two items mandatory: 91 points, and the standard is not met.
LOST = {"C1.1": "0", "C3.2": "0"}


@pytest.fixture
def walk(new_walk):
    return new_walk()


def verdict(walk: Walk, who: str):
    case = load_case(walk.case.pk)
    return verdict_on(d.open_task(case), case, walk.place.person(who), on=timezone.localdate())


def to_decision(walk: Walk, lost=None) -> None:
    """Up to the district's decision, not drawn for the sample: nobody else is on the list, so the case is checked."""
    walk.to_proposal(lost)
    walk.propose()
    walk.draw()
    if walk.node == "check_sample":
        walk.send("district_inspector", purpose=Purpose.SAMPLE)
        walk.visit("district_inspector", lost=lost)
        walk.act("district_handler", APPROVED)


def let_term_end(walk: Walk) -> None:
    fire_due_timers(at=timezone.now() + dt.timedelta(days=60))


def test_all_met_leads_to_the_certificate(walk):
    walk.to_proposal()
    assert walk.node == "propose_result"  # nothing to answer
    to_decision_from_proposal(walk)
    walk.act("district_approver", APPROVED)
    acceptance = walk.acceptance
    assert (walk.node, acceptance.conclusion, acceptance.total, acceptance.grade) == (
        "accepted",
        Conclusion.PASS,
        100,
        "五星级",
    )
    today = timezone.localdate()
    assert acceptance.valid_until == today.replace(year=today.year + 3) - dt.timedelta(days=1)
    certificate = Document.objects.get(kind="acceptance_certificate")
    assert (certificate.about_type, certificate.about_id) == ("acceptance", acceptance.pk)
    assert Milestone.objects.filter(kind=MilestoneKind.ACCEPTED, organization=walk.organization).exists()


def to_decision_from_proposal(walk: Walk) -> None:
    walk.propose()
    walk.draw()
    walk.send("district_inspector", purpose=Purpose.SAMPLE)
    walk.visit("district_inspector")
    walk.act("district_handler", APPROVED)


def test_validity_ends_with_the_term(walk):
    end = timezone.localdate() + dt.timedelta(days=400)
    type(walk.organization).objects.filter(pk=walk.organization.pk).update(term_ends_on=end)
    to_decision(walk)
    walk.act("district_approver", APPROVED)
    assert walk.acceptance.valid_until == end


def test_returned_papers_come_back_to_the_handler(walk):
    walk.assess()
    walk.act("handler0", RETURNED, "缺花名册")
    assert walk.node == "correct_assessment"
    walk.act("applicant", SUBMITTED)
    assert walk.node == "review_papers"


def test_no_inspection_without_two_inspectors(walk):
    walk.assess()
    walk.review()
    with pytest.raises(AssignmentRefused):
        walk.assign("inspector0")
    with pytest.raises(NotPossible):
        walk.act("handler0", SUBMITTED)
    assert walk.node == "assign_inspectors"


def test_summary_waits_for_every_inspector_and_says_for_whom(walk):
    walk.to_inspection()
    walk.visit("inspector0")
    waiting = verdict(walk, "handler0")
    assert not waiting
    assert walk.place.person("inspector1").name in waiting.reason
    with pytest.raises(Refused):
        walk.summarize()
    walk.visit("inspector1")
    assert verdict(walk, "handler0")


def test_points_are_averaged_and_met_only_where_both_say_so(walk):
    walk.to_inspection()
    walk.visit("inspector0")
    walk.visit("inspector1", lost={"C1.1": "2"})
    walk.summarize()
    item = walk.acceptance.items.get(code="C1.1")
    assert (item.met, item.points, walk.acceptance.total) == (False, 3.5, 98.5)
    assert walk.node == "answer_findings"


@pytest.mark.parametrize(("lost", "called"), [("10", False), ("10.5", True)])
def test_a_difference_above_the_limit_calls_a_third(walk, lost, called):
    """Exactly ten points apart is not above the limit."""
    walk.to_inspection()
    walk.visit("inspector0")
    walk.visit("inspector1", lost=points_lost(lost))
    assert bool(verdict(walk, "handler0")) is not called
    if called:
        walk.send("inspector2", purpose=Purpose.THIRD)
        assert not verdict(walk, "handler0")
        walk.visit("inspector2", lost={"C2.1": "4"})
        walk.summarize()
        # The two closest count: 100 and 99.
        assert walk.acceptance.total == 99.5


def points_lost(lost: str) -> dict[str, str]:
    """Two items with nothing and, for the half point, a third."""
    return {"C1.1": "0", "C1.4": "0"} | ({"C2.1": "4.5"} if lost == "10.5" else {})


def test_a_returned_proposal_is_summed_up_again(walk):
    walk.to_proposal()
    walk.act("approver0", RETURNED, "请核对得分")
    assert walk.node == "inspect_site"
    walk.summarize()
    assert walk.node == "propose_result"


def test_silence_about_findings_is_noted_and_is_no_assent(walk):
    walk.to_inspection()
    for who in ("inspector0", "inspector1"):
        walk.visit(who, lost=LOST)
    walk.summarize()
    let_term_end(walk)
    assert walk.node == "propose_result"
    noted = Decision.objects.filter(case=walk.case.pk).latest("pk")
    assert (noted.outcome, noted.side, noted.by) == (Outcome.OVERDUE, Side.SYSTEM, None)


def test_a_case_that_is_not_drawn_goes_straight_to_the_decision(walk):
    walk.to_proposal()
    walk.propose()
    assert walk.node == "await_sample"
    assert not verdict(walk, "district_handler")
    entry = SampleEntry.objects.get(acceptance=walk.acceptance)
    entry.drawn = False
    entry.save()
    with pytest.raises(NotPossible):
        walk.act("district_handler", Outcome.DRAWN)
    walk.act("district_handler", APPROVED)
    assert walk.node == "approve_district"


def test_the_districts_check_waits_for_its_own_inspector(walk):
    walk.to_proposal()
    walk.propose()
    walk.draw()
    assert walk.node == "check_sample"
    with pytest.raises(AssignmentRefused):
        walk.send("inspector0", purpose=Purpose.SAMPLE)  # inspected it before
    walk.send("district_inspector", purpose=Purpose.SAMPLE)
    assert not verdict(walk, "district_handler")
    walk.visit("district_inspector")
    walk.act("district_handler", RETURNED, "与抽查结果不符")
    assert walk.node == "propose_result"
    walk.propose()
    assert walk.node == "check_sample"  # back to whoever returned it
    walk.act("district_handler", APPROVED)
    assert walk.node == "approve_district"


def test_a_returned_decision_goes_to_the_proposal(walk):
    to_decision(walk)
    walk.act("district_approver", RETURNED, "建议不明确")
    assert walk.node == "propose_result"


def test_what_does_not_meet_the_standard_cannot_pass(walk):
    to_decision(walk, LOST)
    with pytest.raises(NotPossible):
        walk.act("district_approver", APPROVED)
    walk.act("district_approver", Outcome.RECTIFY, "两项未达标")
    assert walk.node == "rectify"
    assert walk.acceptance.rectify_due_on == timezone.localdate() + dt.timedelta(days=30)


def test_what_meets_the_standard_cannot_fail(walk):
    to_decision(walk)
    with pytest.raises(NotPossible):
        walk.act("district_approver", Outcome.FAILED, "不合格")


def test_rectification_inspects_only_the_failed_items_and_then_passes(walk):
    to_decision(walk, LOST)
    walk.act("district_approver", Outcome.RECTIFY, "两项未达标")
    walk.act("applicant", SUBMITTED)
    assert walk.node == "assign_inspectors"
    walk.assign("inspector0", "inspector1", purpose=Purpose.AGAIN)
    visits = Inspection.objects.filter(acceptance=walk.acceptance, round=2)
    assert {tuple(visit.items) for visit in visits} == {("C1.1", "C3.2")}
    for who in ("inspector0", "inspector1"):
        walk.visit(who)
    walk.summarize()
    assert (walk.node, walk.acceptance.total) == ("propose_result", 100)
    walk.propose()
    assert walk.node == "approve_district"  # a re-inspection is on no sample list
    walk.act("district_approver", APPROVED)
    assert walk.node == "accepted"


def test_after_two_rectifications_only_failure_remains(walk):
    to_decision(walk, LOST)
    for number in range(2):
        walk.act("district_approver", Outcome.RECTIFY, "未达标")
        if number:
            walk.act("applicant", SUBMITTED)
        else:
            let_term_end(walk)  # who reports nothing is inspected all the same
        walk.assign("inspector0", "inspector1", purpose=Purpose.AGAIN)
        for who in ("inspector0", "inspector1"):
            walk.visit(who, lost={"C1.1": "0"} | ({"C3.2": "0"} if not number else {}))
        walk.summarize()
        walk.answer()
        walk.propose()
    with pytest.raises(NotPossible):
        walk.act("district_approver", Outcome.RECTIFY, "未达标")
    walk.act("district_approver", Outcome.FAILED, "两次整改仍未达标")
    assert walk.node == "appeal"
    assert Milestone.objects.filter(kind=MilestoneKind.NOT_ACCEPTED).count() == 1


def test_a_veto_leaves_only_failure(walk):
    walk.to_inspection()
    for who in ("inspector0", "inspector1"):
        walk.visit(who, vetoes=["V3"])
    walk.summarize()
    assert (walk.acceptance.vetoes, walk.acceptance.meets_standard) == (["V3"], False)


@pytest.fixture
def failed(walk):
    to_decision(walk, LOST)
    walk.act("district_approver", Outcome.FAILED, "未达标")
    return walk


def test_a_rejected_appeal_ends_the_case(failed):
    failed.act("applicant", SUBMITTED)
    failed.act("district_handler", SUBMITTED)
    with pytest.raises(Refused):
        failed.act("district_approver", APPROVED)
    failed.act("district_leader", Outcome.REJECTED, "维持")
    assert failed.node == "failed"


def test_an_upheld_appeal_inspects_everything_again_by_others(failed):
    failed.act("applicant", SUBMITTED)
    failed.act("district_handler", SUBMITTED)
    failed.act("district_leader", APPROVED)
    assert (failed.node, failed.acceptance.total) == ("assign_inspectors", None)
    with pytest.raises(AssignmentRefused):
        failed.send("inspector0", "inspector2")
    failed.assign("inspector2", "inspector3")
    for who in ("inspector2", "inspector3"):
        failed.visit(who, lost=LOST)
    failed.summarize()
    failed.answer()
    failed.propose()
    failed.act("district_approver", Outcome.FAILED, "仍未达标")
    assert failed.node == "failed"  # one appeal is all there is


def test_an_inspector_takes_no_step_of_the_case(walk):
    walk.to_proposal()
    inspector = walk.place.person("inspector0")
    appoint(inspector, "subdistrict_approver", walk.place.streets[0], by=None, on=timezone.localdate())
    refused = verdict(walk, "inspector0")
    assert not refused
    assert "验收员" in refused.reason


def test_other_streets_and_wrong_roles_are_refused(walk):
    walk.assess()
    for who in ("handler1", "approver0", "leader", "district_handler", "inspector0"):
        with pytest.raises(Refused):
            walk.act(who, APPROVED)
    assert walk.node == "review_papers"


def test_the_standard_is_frozen_when_the_case_starts(walk):
    standard = walk.acceptance.standard
    type(standard)(
        subject="six_haves",
        name="SIX-HAVES next",
        valid_from=timezone.localdate(),
        data=standard.data | {"pass": standard.data["pass"] | {"min_total": 100}},
    ).save()
    walk.to_proposal({"C3.3": "2"})
    assert (walk.acceptance.standard, walk.acceptance.meets_standard) == (standard, True)


def test_no_second_acceptance_beside_a_running_one(walk):
    with pytest.raises(MayNotStart):
        open_acceptance_case(
            organization=walk.organization, by=walk.place.person("applicant"), on=timezone.localdate()
        )


# --- every branch -----------------------------------------------------------------------------------------


def withdraw_at_once(walk: Walk) -> None:
    walk.act("applicant", Outcome.WITHDRAWN)


def withdraw_while_reviewed(walk: Walk) -> None:
    walk.assess()
    walk.act("applicant", Outcome.WITHDRAWN)


def withdraw_when_returned(walk: Walk) -> None:
    walk.assess()
    walk.act("handler0", RETURNED, "缺花名册")
    walk.act("applicant", Outcome.WITHDRAWN)


def pass_undrawn_after_correction(walk: Walk) -> None:
    walk.assess()
    walk.act("handler0", RETURNED, "缺花名册")
    walk.assess()
    walk.review()
    walk.assign()
    for who in ("inspector0", "inspector1"):
        walk.visit(who)
    walk.summarize()
    walk.act("approver0", RETURNED, "请核对")
    walk.summarize()
    walk.propose()
    SampleEntry.objects.update(drawn=False)
    walk.act("district_handler", APPROVED)
    walk.act("district_approver", RETURNED, "建议不明确")
    walk.propose()
    walk.act("district_approver", APPROVED)


def fail_after_rectification(walk: Walk) -> None:
    """Once reported, once overdue; the sample's check returns the proposal first, and nobody answers or appeals."""
    walk.to_inspection()
    for who in ("inspector0", "inspector1"):
        walk.visit(who, lost=LOST)
    walk.summarize()
    let_term_end(walk)
    walk.propose()
    walk.draw()
    walk.send("district_inspector", purpose=Purpose.SAMPLE)
    walk.visit("district_inspector", lost=LOST)
    walk.act("district_handler", RETURNED, "请说明")
    walk.propose()
    walk.act("district_handler", APPROVED)
    for reported in (True, False):
        walk.act("district_approver", Outcome.RECTIFY, "未达标")
        if reported:
            walk.act("applicant", SUBMITTED)
        else:
            let_term_end(walk)
        walk.assign(purpose=Purpose.AGAIN)
        for who in ("inspector0", "inspector1"):
            walk.visit(who, lost={"C1.1": "0"})
        walk.summarize()
        walk.answer()
        walk.propose()
    walk.act("district_approver", Outcome.FAILED, "两次整改仍未达标")
    let_term_end(walk)


def accept_failure(walk: Walk) -> None:
    to_decision(walk, LOST)
    walk.act("district_approver", Outcome.FAILED, "未达标")
    walk.act("applicant", APPROVED)


def lose_the_appeal(walk: Walk) -> None:
    to_decision(walk, LOST)
    walk.act("district_approver", Outcome.FAILED, "未达标")
    walk.act("applicant", SUBMITTED)
    walk.act("district_handler", SUBMITTED)
    walk.act("district_leader", Outcome.REJECTED, "维持")


def win_the_appeal_and_fail_again(walk: Walk) -> None:
    to_decision(walk, LOST)
    walk.act("district_approver", Outcome.FAILED, "未达标")
    walk.act("applicant", SUBMITTED)
    walk.act("district_handler", SUBMITTED)
    walk.act("district_leader", APPROVED)
    walk.assign("inspector2", "inspector3")
    for who in ("inspector2", "inspector3"):
        walk.visit(who, lost=LOST)
    walk.summarize()
    walk.answer()
    walk.propose()
    walk.act("district_approver", Outcome.FAILED, "仍未达标")


def direct_contact(walk: Walk, lost: dict[str, str] | None = None) -> None:
    """Handled and decided by the district alone."""
    walk.assess()
    walk.review()
    walk.assign("district_inspector", "district_inspector1")
    for who in ("district_inspector", "district_inspector1"):
        walk.visit(who, lost=lost)
    walk.summarize()
    if lost:
        walk.answer()
    else:
        walk.act("district_approver", RETURNED, "请核对")
        walk.summarize()
    walk.act("district_approver", APPROVED)


def direct_contact_with_a_finding(walk: Walk) -> None:
    direct_contact(walk, {"C3.3": "2"})


PATHS = {
    withdraw_at_once: "withdrawn",
    withdraw_while_reviewed: "withdrawn",
    withdraw_when_returned: "withdrawn",
    pass_undrawn_after_correction: "accepted",
    fail_after_rectification: "failed",
    accept_failure: "failed",
    lose_the_appeal: "failed",
    win_the_appeal_and_fail_again: "failed",
    direct_contact: "accepted",
    direct_contact_with_a_finding: "accepted",
}


def go(path, walk: Walk) -> str:
    """Where a path ends; of another organization in the same district where it is about direct contact."""
    if path.__name__.startswith("direct"):
        walk = start_walk(walk.place, direct=True)
    path(walk)
    walked[AcceptanceFlow, path.__name__] = edges_of(walk.case)
    return walk.node


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_path_ends_as_it_should(path, new_walk):
    assert go(path, new_walk()) == PATHS[path]


def test_every_branch_is_walked(new_walk):
    """Walks whatever the paths above have not walked in this run, then compares with the definition."""
    for path in PATHS:
        if (AcceptanceFlow, path.__name__) not in walked:
            with undone():
                go(path, new_walk())
    found = set().union(*(walked[AcceptanceFlow, path.__name__] for path in PATHS))
    flow = AcceptanceFlow.instance
    edges = {(edge.src.name, edge.dst.name) for node in flow.nodes() for edge in node._outgoing()}
    assert edges - found == set()
