"""The sub-district's and the district's side of a nomination: every branch of the flow, and who is refused (P4)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from awards.actions.advancing import advance
from awards.eligible import held_by
from awards.enums import Medium, NominationState, ObjectionState
from awards.models import AnnouncedName, Award, ConflictDeclaration, Objection, QuotaAdjustment, Review
from awards.rules.conflicts import Ground
from orgs.permissions import Perm, Refused
from tests.awards import make_award_world
from tests.flows import nomination_world as w
from tests.flows.district import withdraw_task
from tests.flows.nomination_world import STEPS, NominationWalk
from tests.flows.walking import edges_of
from tests.sharing import shared, undone
from workflows.approvals import may_act
from workflows.bulk import takes_opinion
from workflows.models import Case, Outcome, WorkItem
from workflows.nodes import HumanTask
from workflows.nomination.flow import NominationFlow
from workflows.nomination.together import leave
from workflows.returns import NotPossible
from workflows.views.task import load_case, load_task

pytestmark = pytest.mark.django_db


def build_walk() -> NominationWalk:
    return w.start_nomination_walk(make_award_world(names_reserve=True))


walk_once = shared(build_walk, "walk_once")


@pytest.fixture
def walk(walk_once) -> NominationWalk:
    return walk_once()


# --- what may happen at a step ------------------------------------------------------------------------------


def withdraw(walk: NominationWalk) -> None:
    task = WorkItem.objects.get(case=walk.case, open=True).pk
    withdraw_task(walk.case, task, walk.world.person(walk.applicant), "本单位决定退出")


def leaves(walk: NominationWalk, outcome: Outcome, who: str, perm: Perm) -> None:
    with transaction.atomic():
        by = walk.world.person(who)
        leave(walk.nomination, outcome, by=by, perm=perm, at=timezone.now(), reason="情况有变。")


def end(walk: NominationWalk) -> None:
    leaves(walk, Outcome.ENDED, "district_handler", Perm.MANAGE_AWARDS)


def remove(walk: NominationWalk) -> None:
    leaves(walk, Outcome.REMOVED, "district_approver", Perm.DECIDE_AWARDS)


def cut(walk: NominationWalk) -> None:
    """The places of the honour are cut to none, and the name comes off the list."""
    cut_places(walk)
    remove(walk)


def cut_places(walk: NominationWalk) -> None:
    honour = walk.nomination.honour
    QuotaAdjustment.objects.create(
        honour=honour,
        places=-honour.places,
        reason="经费减少",
        decision="海团发〔2026〕9号",
        by=walk.world.person("district_approver"),
        at=timezone.now(),
    )


def found_guilty(walk: NominationWalk) -> None:
    """An objection came in and was found to be true."""
    nomination, today = walk.nomination, timezone.localdate()
    objection = Objection.objects.create(
        number=f"YY-{nomination.pk}",
        nomination=nomination,
        medium=Medium.LETTER,
        facts="活动记录不实。",
        received_on=today,
        timing="in_time",
        accept_by=today,
        investigate_by=today,
    )
    with transaction.atomic():
        advance(nomination, "object", by=None, at=timezone.now())
    Objection.objects.filter(pk=objection.pk).update(state=ObjectionState.FOUNDED)
    remove(walk)


def review_again(walk: NominationWalk) -> None:
    """A conflict of somebody who voted comes to light."""
    member = next(one for one in walk.world.committee if one.duty == "member")
    ConflictDeclaration.objects.create(
        member=member,
        honour=walk.nomination.honour,
        nomination=walk.nomination,
        ground=next(iter(Ground)),
        at=timezone.now(),
    )
    leaves(walk, Outcome.AGAIN, "district_approver", Perm.DECIDE_AWARDS)


def send_back(walk: NominationWalk) -> None:
    walk.act(
        "district_handler" if walk.node == "check_eligibility" else walk.handler, Outcome.RETURNED, "缺照片"
    )


def correct(walk: NominationWalk) -> None:
    send_back(walk)
    walk.submit()


def withdraw_when_returned(walk: NominationWalk) -> None:
    send_back(walk)
    withdraw(walk)


def end_when_returned(walk: NominationWalk) -> None:
    send_back(walk)
    end(walk)


def reject(walk: NominationWalk) -> None:
    who = walk.handler if walk.node == "review_nomination" else "district_handler"
    walk.act(who, Outcome.REJECTED, "事迹不突出")


def leave_out(walk: NominationWalk) -> None:
    walk.together("rank_nomination", walk.approver, Outcome.REJECTED, "名额有限")


def pass_over(walk: NominationWalk) -> None:
    walk.together("committee_review", "secretary", Outcome.REJECTED, "未入选")


def reserve(walk: NominationWalk) -> None:
    w.hold_vote(walk.world, [walk])
    walk.together("committee_review", "secretary", Outcome.RESERVED)
    Review.objects.update(result={"selected": [], "reserve": [walk.nomination.pk]})


def follow(walk: NominationWalk) -> None:
    reserve(walk)
    w.running_notice(walk.world)
    walk.together("in_reserve", "district_handler")


def reserve_unused(walk: NominationWalk) -> None:
    reserve(walk)
    walk.together("in_reserve", "district_handler", Outcome.REJECTED, "没有空缺")


def reserve_voted_again(walk: NominationWalk) -> None:
    reserve(walk)
    review_again(walk)


def withdraw_from_reserve(walk: NominationWalk) -> None:
    reserve(walk)
    withdraw(walk)


def end_in_reserve(walk: NominationWalk) -> None:
    reserve(walk)
    end(walk)


LEAVING = {withdraw: "withdrawn", end: "lapsed"}
ON_LIST = {**LEAVING, review_again: "committee_review", cut: "not_selected"}
# What may happen before each step, and where the case is then.
EXITS: dict[str, dict[Callable[[NominationWalk], None], str]] = {
    "nominated": LEAVING,
    "announced_in_unit": LEAVING,
    "reviewed": {
        **LEAVING,
        reject: "not_ranked",
        correct: "review_nomination",
        withdraw_when_returned: "withdrawn",
        end_when_returned: "lapsed",
    },
    "ranked": {**LEAVING, leave_out: "not_ranked"},
    "checked": {**LEAVING, reject: "not_eligible", correct: "check_eligibility"},
    "vetted": {**LEAVING, reject: "not_eligible"},
    "selected": {
        **LEAVING,
        pass_over: "not_selected",
        follow: "public_notice",
        reserve_unused: "not_selected",
        reserve_voted_again: "committee_review",
        withdraw_from_reserve: "withdrawn",
        end_in_reserve: "lapsed",
    },
    "listed": ON_LIST,
    "announced": ON_LIST,
    "cleared": {**ON_LIST, found_guilty: "removed"},
    "decided": {**ON_LIST, found_guilty: "removed"},
    "awarded": {end: "lapsed", remove: "revoked"},
}


def test_every_branch_is_walked_and_ends_as_it_should(walk):
    """The whole road once; before each step every other exit, undone again."""
    found: set[tuple[str, str]] = set()
    for step in STEPS:
        for way, expected in EXITS[step].items():
            with undone():
                way(walk)
                assert walk.node == expected, (step, way.__name__)
                found |= edges_of(walk.case)
        walk.to(step)
    assert walk.node == "awarded"
    found |= edges_of(walk.case)
    flow = NominationFlow.instance
    edges = {(edge.src.name, edge.dst.name) for node in flow.nodes() for edge in node._outgoing()}
    assert edges - found == set()


# --- leaving ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [withdraw, end, cut, review_again], ids=lambda way: way.__name__)
def test_whoever_leaves_is_taken_off_the_notice_and_frees_the_place(walk, way):
    walk.to("announced")
    way(walk)
    assert AnnouncedName.objects.get(nomination=walk.nomination).ended_on == timezone.localdate()
    honour = walk.nomination.honour
    assert not honour.nominations.filter(state=NominationState.ANNOUNCED).exists()


def test_an_award_that_lapses_before_its_certificate_is_not_held_and_not_counted_as_revoked(walk):
    walk.to("decided")
    end(walk)
    assert Award.objects.get(nomination=walk.nomination).revoked_on == timezone.localdate()
    other = w.start_nomination_walk(walk.world, number=0, honour=walk.world.organization_honour)
    assert held_by(other.nomination) == []


def test_nothing_is_taken_back_in_silence_after_the_decision(walk):
    walk.to("decided")
    with pytest.raises(Refused):
        withdraw(walk)


def test_a_list_within_its_places_is_not_shortened(walk):
    walk.to("selected")
    with pytest.raises(NotPossible, match="名额没有超出"):
        remove(walk)
    assert walk.node == "approve_list"


def test_the_page_of_the_list_offers_only_what_the_facts_call_for(walk):
    walk.to("selected")
    flow, case = NominationFlow.instance, load_case(walk.case.pk)
    node = flow.node("approve_list")
    assert flow.possible_outcomes(node, case) == [Outcome.APPROVED, Outcome.WITHDRAWN]
    cut_places(walk)
    assert Outcome.REMOVED in flow.possible_outcomes(node, load_case(walk.case.pk))


# --- who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "refused"),
    [
        ("announced_in_unit", ("approver0", "handler1", "district_handler", "applicant0_0")),
        ("reviewed", ("handler0", "approver1", "district_approver")),
        ("ranked", ("handler0", "approver0", "district_approver")),
        ("checked", ("handler0", "approver0", "district_approver")),
        ("vetted", ("district_handler", "district_approver", "chair", "approver0")),
        ("selected", ("district_handler", "secretary", "approver0")),
        ("listed", ("district_approver", "secretary", "handler0")),
        ("cleared", ("district_handler", "secretary")),
    ],
)
def test_wrong_roles_and_other_places_are_refused(walk, step, refused):
    walk.to(step)
    case = load_case(walk.case.pk)
    node = load_task(case, WorkItem.objects.get(case=case, open=True).pk).flow_task
    for who in refused:
        assert not may_act(node, case, walk.world.person(who), on=timezone.localdate()), who


def test_two_nominations_of_one_person_block_each_other_until_one_is_withdrawn(walk):
    world = walk.world
    first = w.reviewed(world, person="王珊")
    second = w.reviewed(world, street=0, number=1, person="王珊")
    for one in (first, second):
        one.rank()
        with pytest.raises(NotPossible, match="有资格条件不符合"):
            one.check()
    withdraw(first)
    second.check()
    assert second.nomination.state == NominationState.VETTING


def test_the_term_of_the_decision_is_in_working_days(walk):
    walk.to("cleared")
    item = WorkItem.objects.get(case=walk.case, open=True)
    assert item.due_on > timezone.localdate() + dt.timedelta(days=5)
    assert Case.objects.get(pk=walk.case.pk).stage == "decide_award"


def test_only_plain_opinions_are_decided_in_bulk():
    """Rules are looked at one by one, and what happens to many at once has pages of its own."""
    nodes = {node.name: node for node in NominationFlow.instance.nodes() if isinstance(node, HumanTask)}
    assert {name for name, node in nodes.items() if takes_opinion(node)} == {
        "review_nomination",
        "vet",
        "approve_list",
    }
