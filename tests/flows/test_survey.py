"""P1 survey (RULES section 10): every node and every branch of the flow, and who may take which step."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.survey import propose_classification, record_visit
from orgs.enums import Classification, MilestoneKind, Role
from orgs.models import Milestone, Unit
from orgs.permissions import Refused, appoint, end_post
from records.models import AuditEntry
from tests import factories
from tests.sharing import shared
from workflows.approvals import verdict_on
from workflows.models import Case, GuardedTask, Outcome, WorkItem
from workflows.returns import NotPossible
from workflows.survey.flow import SurveyFlow
from workflows.survey.starting import open_survey_case, running_survey
from workflows.timers import fire_due_timers
from workflows.views.task import load_case, load_task

from . import district as d

pytestmark = pytest.mark.django_db


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


@pytest.fixture
def case(place):
    return open_survey(place)


def open_survey(place, by: str = "district_handler", **fields) -> Case:
    unit = factories.make_unit(place.streets[0], **({"classification": ""} | fields))
    return open_survey_case(unit=unit, by=place.person(by), on=timezone.localdate(), at=timezone.now())


def visit(place, case, by="instructor0", **found):
    values = {"visited_on": timezone.localdate(), "employees": 50, "youth": 30, "members": 6} | found
    record_visit(case.artifact, by=place.person(by), **values)
    return d.act(case, place.person(by), Outcome.SUBMITTED)


def classify(place, case, classification, by="handler0"):
    propose_classification(load_case(case.pk).artifact, classification, reason="依据走访。")
    return d.act(case, place.person(by), Outcome.SUBMITTED)


def confirm(place, case, outcome=Outcome.APPROVED):
    return d.act(case, place.person("approver0"), outcome)


def item(case) -> WorkItem:
    return WorkItem.objects.get(case=case, open=True)


def refreshed(case) -> Case:
    return load_case(case.pk)


def test_opening_brings_the_visit_to_the_instructor_with_20_working_days(place, case):
    assert d.node(case) == "visit_unit"
    assert item(case).role == Role.INSTRUCTOR
    assert item(case).owner == place.person("instructor0")
    assert item(case).due_on == SurveyFlow.instance.working_days(timezone.localdate(), 20).due_on
    assert case.number.startswith("MD-")
    assert AuditEntry.objects.filter(chain=case.chain, event="opened").count() == 1


@pytest.mark.parametrize("ready", [Classification.READY_STANDALONE, Classification.READY_JOINT])
def test_a_unit_ready_for_founding_ends_confirmed_with_the_visited_figures(place, case, ready):
    visit(place, case, employees=80, youth=44, members=9)
    assert d.node(case) == "classify_unit"
    classify(place, case, ready)
    assert d.node(case) == "confirm_classification"
    confirm(place, case)
    case = refreshed(case)
    assert case.stage == "confirmed"
    assert not case.is_open
    unit = Unit.objects.get(pk=case.unit_id)
    assert (unit.classification, unit.employees, unit.youth, unit.members) == (ready, 80, 44, 9)
    assert unit.version == 2
    assert case.number in unit.versions.first().reason
    milestone = Milestone.objects.get(unit=unit)
    assert (milestone.kind, milestone.case_number) == (MilestoneKind.SURVEYED, case.number)
    assert case.artifact.confirmed_on == timezone.localdate()


def test_not_suitable_ends_the_case(place, case):
    visit(place, case, youth=0, members=0)
    classify(place, case, Classification.NOT_SUITABLE)
    confirm(place, case)
    assert refreshed(case).stage == "not_suitable"
    assert not refreshed(case).is_open


def test_gone_ends_the_case_and_keeps_the_figures_of_the_register(place, case):
    before = Unit.objects.get(pk=case.unit_id)
    visit(place, case, found=False, employees=0, youth=0, members=0)
    classify(place, case, Classification.GONE)
    confirm(place, case)
    unit = Unit.objects.get(pk=case.unit_id)
    assert refreshed(case).stage == "gone"
    assert (unit.classification, unit.employees) == (Classification.GONE, before.employees)


def test_unclear_figures_lead_to_another_visit_and_back_to_whoever_asked(place, case):
    factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0])
    visit(place, case)
    assert item(case).owner is None
    d.act(case, place.person("handler0"), Outcome.RETURNED, "团员人数请核实。")
    assert d.node(case) == "visit_unit"
    assert refreshed(case).returns == 1
    visit(place, case, members=4)
    case = refreshed(case)
    assert case.stage == "classify_unit"
    assert case.round == 2
    assert item(case).owner == place.person("handler0")
    assert case.artifact.visits.count() == 2


def test_the_approver_sends_the_classification_back(place, case):
    visit(place, case)
    classify(place, case, Classification.READY_JOINT)
    confirm(place, case, Outcome.RETURNED)
    assert d.node(case) == "classify_unit"
    classify(place, case, Classification.READY_STANDALONE)
    assert refreshed(case).round == 2
    assert item(case).owner == place.person("approver0")
    confirm(place, case)
    assert d.node(case) == "confirmed"
    assert refreshed(case).unit.classification == Classification.READY_STANDALONE


def test_after_three_returns_only_yes_remains(place, case):
    visit(place, case)
    for _number in range(3):
        classify(place, case, Classification.READY_STANDALONE)
        confirm(place, case, Outcome.RETURNED)
    with pytest.raises(NotPossible):
        d.act(case, place.person("handler0"), Outcome.RETURNED)
    classify(place, case, Classification.READY_STANDALONE)
    with pytest.raises(NotPossible):
        confirm(place, case, Outcome.RETURNED)
    confirm(place, case)
    assert d.node(case) == "confirmed"


def test_a_cultivated_unit_is_visited_again_after_90_days(place, case):
    visit(place, case, youth=30, members=1)
    classify(place, case, Classification.CULTIVATE)
    confirm(place, case)
    case = refreshed(case)
    today = timezone.localdate()
    assert case.stage == "wait_revisit"
    assert case.is_open
    assert not case.work_items.filter(open=True).exists()
    assert case.artifact.revisit_on == today + dt.timedelta(days=90)
    assert running_survey(case.unit) == case

    due = timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=90), dt.time.min))
    assert fire_due_timers(at=due - dt.timedelta(seconds=1)) == 0
    assert d.node(case) == "wait_revisit"
    assert fire_due_timers(at=due) == 1
    assert d.node(case) == "visit_unit"
    assert fire_due_timers(at=due) == 0

    visit(place, case, youth=30, members=5)
    classify(place, case, Classification.READY_STANDALONE)
    confirm(place, case)
    assert d.node(case) == "confirmed"
    unit = Unit.objects.get(pk=case.unit_id)
    assert (unit.classification, unit.members, unit.version) == (Classification.READY_STANDALONE, 5, 3)
    assert running_survey(unit) is None


@pytest.mark.parametrize(
    "who",
    ["approver0", "instructor1", "handler1", "district_handler", "district_approver", "district_leader"],
)
def test_only_instructor_and_handler_of_the_place_visit(place, case, who):
    with pytest.raises(Refused):
        d.act(case, place.person(who), Outcome.SUBMITTED)
    assert d.node(case) == "visit_unit"


@pytest.mark.parametrize("who", ["instructor0", "approver0", "handler1", "district_approver"])
def test_only_the_handler_of_the_place_classifies(place, case, who):
    visit(place, case)
    with pytest.raises(Refused):
        d.act(case, place.person(who), Outcome.SUBMITTED)


@pytest.mark.parametrize("who", ["instructor0", "handler0", "approver1", "district_approver"])
def test_only_the_approver_of_the_place_confirms(place, case, who):
    visit(place, case)
    classify(place, case, Classification.READY_STANDALONE)
    with pytest.raises(Refused):
        d.act(case, place.person(who), Outcome.APPROVED)


def test_whoever_imported_the_unit_may_handle_it(place):
    factories.make_person(Role.INSTRUCTOR, place.streets[0])
    case = open_survey(place, by="handler0")
    visit(place, case, by="handler0")
    classify(place, case, Classification.READY_STANDALONE, by="handler0")
    assert d.node(case) == "confirm_classification"


def test_four_eyes_whoever_opened_or_handled_the_case_does_not_confirm_it(place):
    """The approver's post is given after the handler's ended; the case remembers on whose side he was."""
    place.people["other"] = factories.make_person(Role.SUBDISTRICT_HANDLER, place.streets[0])
    opened = open_survey(place, by="handler0")
    handled = open_survey(place)
    for case, handler in ((opened, "other"), (handled, "handler0")):
        visit(place, case)
        classify(place, case, Classification.READY_STANDALONE, by=handler)
    become_approver(place.person("handler0"), place)
    assert "登记人" in verdict_for(opened, place.person("handler0")).reason
    assert "摸底分类" in verdict_for(handled, place.person("handler0")).reason


def test_four_eyes_whoever_visited_does_not_confirm(place, case):
    visit(place, case)
    classify(place, case, Classification.READY_STANDALONE)
    become_approver(place.person("instructor0"), place)
    assert "走访单位" in verdict_for(case, place.person("instructor0")).reason


def verdict_for(case, person):
    """What the gate says to a person about the open step, had nobody claimed it."""
    waiting = load_case(case.pk)
    task = load_task(waiting, d.open_task(waiting).pk)
    task.owner = None
    return verdict_on(task, waiting, person, on=timezone.localdate())


def become_approver(person, place):
    for post in person.posts.all():
        end_post(post, by=None, on=timezone.localdate() - dt.timedelta(days=1))
    appoint(person, Role.SUBDISTRICT_APPROVER, place.streets[0], by=None, on=timezone.localdate())
    person._running_posts = None


def test_every_node_of_the_flow_is_walked_here():
    """The list is what the tests above reach; a new node must be added with a test of its own."""
    walked = {"start", "visit_unit", "classify_unit", "classified", "confirm_classification"}
    walked |= {"confirmation_decided", "confirm", "outcome_known", "wait_revisit"}
    walked |= {"confirmed", "not_suitable", "gone"}
    assert {node.name for node in SurveyFlow.instance.nodes()} == walked
    assert GuardedTask.objects.count() == 0
