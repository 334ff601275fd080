"""Every node and every branch of the founding flow (RULES section 10, P2)."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from orgs.actions import founding as actions
from orgs.enums import Classification, FoundingMode, MilestoneKind, OrganizationKind, OrganizationStatus, Role
from orgs.models import LedgerEntry, Milestone, Officer, Organization
from orgs.permissions import Refused
from orgs.queries import latest_document
from orgs.rules.election import Candidate, Meeting
from records.models import Document
from tests import factories
from workflows.founding.flow import FoundingFlow
from workflows.models import Case, Decision, Outcome, WorkItem
from workflows.returns import NotPossible
from workflows.timers import fire_due_timers

from .district import act, make_applying_unit, make_district, node, open_founding, open_task
from .walking import edges_of, walked

pytestmark = pytest.mark.django_db

SUBMITTED, APPROVED, RETURNED = Outcome.SUBMITTED, Outcome.APPROVED, Outcome.RETURNED
REJECTED, WITHDRAWN = Outcome.REJECTED, Outcome.WITHDRAWN


class Road:
    """One case and the people who walk it."""

    def __init__(self, **fields):
        self.place = make_district()
        self.unit = make_applying_unit(self.place)
        self.case = open_founding(self.place, self.unit, **fields)

    @property
    def founding(self):
        return Case.objects.get(pk=self.case.pk).artifact

    @property
    def at(self) -> str:
        return node(self.case)

    def go(self, *steps: tuple[str, Outcome]) -> "Road":
        for person, outcome in steps:
            act(self.case, self.place.person(person), outcome)
        return self

    def vote(self, *votes: int, present: int = 11, seats: int = 3, election_round: int = 1) -> "Road":
        candidates = tuple(Candidate(f"团员{number}", count) for number, count in enumerate(votes))
        meeting = Meeting(
            entitled=12,
            present=present,
            seats=seats,
            held_on=timezone.localdate(),
            ballots_issued=present,
            ballots_returned=present,
            ballots_valid=present,
            candidates=candidates,
            tellers=("团员9",),
            round=election_round,
        )
        row = actions.record_meeting(self.founding, meeting, details={}, election_round=election_round)
        duties = iter(["secretary", "member", "member"])
        for elected in row.candidates.filter(elected=True):
            elected.duty = next(duties)
            elected.save()
        return self.go(("applicant", SUBMITTED))

    def expire(self) -> "Road":
        fire_due_timers(at=timezone.now() + dt.timedelta(days=400))
        return self


TO_CHECK = (("applicant", SUBMITTED), ("leader", APPROVED))
TO_SUBDISTRICT = (*TO_CHECK, ("handler0", APPROVED))
TO_MEETING = (*TO_SUBDISTRICT, ("approver0", APPROVED))
TO_REVIEW = TO_MEETING
TO_DISTRICT = (*TO_REVIEW, ("district_handler", APPROVED))
COMMITTEE = {"kind": OrganizationKind.COMMITTEE, "members": 120}
DIRECT = {"direct_contact": True}
TEMPORARY = {
    "kind": OrganizationKind.TEMPORARY_BRANCH,
    "mode": FoundingMode.TEMPORARY,
    "ends_on": timezone.localdate() + dt.timedelta(days=150),
}
WINNING = (10, 9, 8, 2)


def branch_approved_by_subdistrict():
    road = Road().go(*TO_MEETING).vote(*WINNING)
    road.go(("applicant", SUBMITTED), ("approver0", APPROVED), ("handler0", APPROVED))
    assert road.at == "registered"
    organization = road.founding.organization
    assert organization.status == OrganizationStatus.ACTIVE
    assert Organization.objects.get_parent(organization) == road.place.streets[0]
    assert list(Officer.objects.values_list("duty", flat=True)) == ["secretary", "member", "member"]
    number = f"中关村团字〔{timezone.localdate().year}〕1号"
    assert LedgerEntry.objects.get(organization=organization).data["批复文号"] == number
    kinds = set(Document.objects.filter(status="valid").values_list("kind", flat=True))
    assert kinds == {
        "approval_request",
        "establishment_reply",
        "result_report",
        "leadership_reply",
        "founding_certificate",
    }
    report, reply = (Document.objects.get(kind=kind) for kind in ("result_report", "leadership_reply"))
    assert reply.content["body"]["report"] == {"title": report.title, "number": report.number}
    milestones = list(Milestone.objects.order_by("pk").values_list("kind", flat=True))
    assert milestones == ["requested", "established", "elected", "replied", "registered"]
    return road


def committee_approved_by_district():
    road = Road(**COMMITTEE).go(*TO_DISTRICT)
    assert road.at == "approve_district"
    road.go(("district_approver", APPROVED)).vote(*WINNING)
    road.go(("applicant", SUBMITTED), ("approver0", APPROVED), ("district_handler", APPROVED))
    road.go(("district_approver", APPROVED), ("handler0", APPROVED))
    assert road.at == "registered"
    reply = latest_document("leadership_reply", about=("founding", road.founding.pk))
    assert reply.issuer_name == road.place.district.name
    return road


def general_branch_is_filed_with_district():
    road = Road(kind=OrganizationKind.GENERAL_BRANCH, members=40).go(*TO_MEETING)
    assert road.at == "hold_meeting"
    assert Milestone.objects.filter(kind=MilestoneKind.FILED).exists()
    return road


def direct_contact_skips_subdistrict():
    road = Road(**DIRECT).go(*TO_CHECK)
    assert road.at == "review_district"
    road.go(("district_handler", APPROVED), ("district_approver", APPROVED)).vote(*WINNING)
    road.go(("applicant", SUBMITTED), ("district_handler", APPROVED), ("district_approver", APPROVED))
    road.go(("district_handler", APPROVED))
    assert road.at == "registered"
    assert Organization.objects.get_parent(road.founding.organization) == road.place.district
    return road


def temporary_branch_is_appointed_without_election():
    road = Road(**TEMPORARY).go(*TO_MEETING)
    assert road.at == "report_result"
    road.go(("applicant", SUBMITTED), ("approver0", APPROVED), ("handler0", APPROVED))
    assert road.at == "registered"
    assert road.founding.organization.term_ends_on == TEMPORARY["ends_on"]
    return road


def appointed_general_branch_is_filed_first():
    """No mode of the rule sets appoints a general branch; a district's own rules may."""
    road = Road(kind=OrganizationKind.GENERAL_BRANCH, members=40)
    founding = road.founding
    founding.rules["appointed_kinds"] = [OrganizationKind.GENERAL_BRANCH]
    founding.save()
    road.go(*TO_MEETING)
    assert road.at == "report_result"
    return road


def withdrawn_at(step: str, *before, **fields):
    def walk():
        road = Road(**fields).go(*before)
        assert road.at == step
        road.go(("applicant", WITHDRAWN))
        assert road.at == "withdrawn"
        assert not WorkItem.objects.filter(case_id=road.case.pk, open=True).exists()
        return road

    return walk


def rejected_at(step: str, person: str, *before, **fields):
    def walk():
        road = Road(**fields).go(*before)
        assert road.at == step
        road.go((person, REJECTED))
        assert road.at == "rejected"
        return road

    return walk


def returned_from(step: str, person: str, *before, **fields):
    def walk():
        road = Road(**fields).go(*before)
        assert road.at == step
        road.go((person, RETURNED))
        assert road.at == "correct_request"
        road.go(("applicant", SUBMITTED))
        assert road.at == step
        case = Case.objects.get(pk=road.case.pk)
        assert case.round == 2
        assert open_task(road.case).owner == road.place.person(person)
        assert Document.objects.filter(kind="approval_request", status="superseded").count() == 1
        return road

    return walk


def correction_withdrawn():
    road = Road().go(*TO_CHECK, ("handler0", RETURNED), ("applicant", WITHDRAWN))
    assert road.at == "withdrawn"
    return road


def meeting_without_quorum_is_held_again():
    road = Road().go(*TO_MEETING).vote(present=5)
    assert road.at == "hold_meeting"
    assert road.founding.meetings.count() == 1
    return road


def nobody_elected_leads_to_second_round():
    road = Road().go(*TO_MEETING).vote(5, 4, 1, 1)
    assert road.at == "hold_second_round"
    road.vote(10, 9, 8, election_round=2)
    assert road.at == "report_result"
    return road


def second_round_without_result_leads_to_new_meeting():
    road = Road().go(*TO_MEETING).vote(5, 4, 1, 1).vote(5, 4, 1, election_round=2)
    assert road.at == "hold_meeting"
    return road


def term_is_extended_once():
    road = Road().go(*TO_MEETING)
    before = road.founding.meeting_due_on
    road.go(("applicant", Outcome.EXTENSION), ("approver0", APPROVED))
    assert road.at == "hold_meeting"
    assert road.founding.meeting_due_on == before + dt.timedelta(days=30)
    with pytest.raises(NotPossible):
        road.go(("applicant", Outcome.EXTENSION))
    return road


def extension_refused():
    road = Road().go(*TO_MEETING)
    before = road.founding.meeting_due_on
    road.go(("applicant", Outcome.EXTENSION), ("approver0", REJECTED))
    assert (road.at, road.founding.meeting_due_on) == ("hold_meeting", before)
    return road


def reply_lapses_without_meeting():
    road = Road().go(*TO_MEETING).expire()
    assert road.at == "lapsed"
    assert road.founding.organization.status == OrganizationStatus.LAPSED
    assert latest_document("establishment_reply", about=("founding", road.founding.pk)).status == "revoked"
    assert Decision.objects.filter(case_id=road.case.pk, outcome=Outcome.LAPSED, by=None).count() == 1
    assert fire_due_timers(at=timezone.now() + dt.timedelta(days=500)) == 0
    return road


def second_round_lapses_too():
    road = Road().go(*TO_MEETING).vote(5, 4, 1, 1).expire()
    assert road.at == "lapsed"
    return road


def result_returned_by_subdistrict():
    road = Road().go(*TO_MEETING).vote(*WINNING).go(("applicant", SUBMITTED), ("approver0", RETURNED))
    assert road.at == "correct_result"
    road.go(("applicant", SUBMITTED))
    assert road.at == "approve_result_subdistrict"
    return road


def result_annulled_by_subdistrict():
    road = Road().go(*TO_MEETING).vote(*WINNING).go(("applicant", SUBMITTED), ("approver0", Outcome.ANNULLED))
    assert road.at == "hold_meeting"
    assert road.founding.current_meeting is None
    return road


def to_result_district() -> Road:
    road = Road(**COMMITTEE).go(*TO_DISTRICT, ("district_approver", APPROVED)).vote(*WINNING)
    return road.go(("applicant", SUBMITTED), ("approver0", APPROVED))


def result_returned_by_district_review():
    road = to_result_district().go(("district_handler", RETURNED), ("applicant", SUBMITTED))
    assert road.at == "review_result_district"
    return road


def result_returned_by_district():
    road = to_result_district().go(("district_handler", APPROVED), ("district_approver", RETURNED))
    road.go(("applicant", SUBMITTED))
    assert road.at == "approve_result_district"
    return road


def result_annulled_by_district():
    road = to_result_district().go(("district_handler", APPROVED), ("district_approver", Outcome.ANNULLED))
    assert road.at == "hold_meeting"
    return road


PATHS = {
    walk.__name__: walk
    for walk in (
        branch_approved_by_subdistrict,
        committee_approved_by_district,
        general_branch_is_filed_with_district,
        direct_contact_skips_subdistrict,
        temporary_branch_is_appointed_without_election,
        appointed_general_branch_is_filed_first,
        correction_withdrawn,
        meeting_without_quorum_is_held_again,
        nobody_elected_leads_to_second_round,
        second_round_without_result_leads_to_new_meeting,
        term_is_extended_once,
        extension_refused,
        reply_lapses_without_meeting,
        second_round_lapses_too,
        result_returned_by_subdistrict,
        result_annulled_by_subdistrict,
        result_returned_by_district_review,
        result_returned_by_district,
        result_annulled_by_district,
    )
} | {
    "withdrawn_as_draft": withdrawn_at("draft_request"),
    "withdrawn_at_unit": withdrawn_at("approve_unit", TO_CHECK[0]),
    "withdrawn_at_check": withdrawn_at("check_completeness", *TO_CHECK),
    "withdrawn_at_subdistrict": withdrawn_at("approve_subdistrict", *TO_SUBDISTRICT),
    "withdrawn_at_review": withdrawn_at("review_district", *TO_REVIEW, **COMMITTEE),
    "withdrawn_at_district": withdrawn_at("approve_district", *TO_DISTRICT, **COMMITTEE),
    "rejected_by_unit": rejected_at("approve_unit", "leader", TO_CHECK[0]),
    "rejected_by_subdistrict": rejected_at("approve_subdistrict", "approver0", *TO_SUBDISTRICT),
    "rejected_by_district": rejected_at("approve_district", "district_approver", *TO_DISTRICT, **COMMITTEE),
    "returned_by_unit": returned_from("approve_unit", "leader", TO_CHECK[0]),
    "returned_by_check": returned_from("check_completeness", "handler0", *TO_CHECK),
    "returned_by_subdistrict": returned_from("approve_subdistrict", "approver0", *TO_SUBDISTRICT),
    "returned_by_review": returned_from("review_district", "district_handler", *TO_REVIEW, **COMMITTEE),
    "returned_by_district": returned_from("approve_district", "district_approver", *TO_DISTRICT, **COMMITTEE),
}


@pytest.mark.parametrize("name", PATHS)
def test_path(name):
    walked[FoundingFlow, name] = edges_of(PATHS[name]().case)


def test_every_branch_is_walked():
    """Walks whatever the paths above have not walked in this run, then compares with the definition."""
    for name, walk in PATHS.items():
        if (FoundingFlow, name) not in walked:
            with transaction.atomic():
                walked[FoundingFlow, name] = edges_of(walk().case)
                transaction.set_rollback(True)
    seen = set().union(*(edges for (flow, _), edges in walked.items() if flow is FoundingFlow))
    defined = {
        (edge.src.name, edge.dst.name) for one in FoundingFlow.instance.nodes() for edge in one._outgoing()
    }
    assert defined - seen == set()


def test_third_return_leaves_only_yes_or_no():
    road = Road().go(*TO_CHECK)
    for _ in range(3):
        road.go(("handler0", RETURNED), ("applicant", SUBMITTED))
    with pytest.raises(NotPossible):
        road.go(("handler0", RETURNED))
    road.go(("handler0", APPROVED))
    assert road.at == "approve_subdistrict"


def test_clock_stands_still_while_returned():
    road = Road().go(*TO_CHECK)
    item = WorkItem.objects.get(case_id=road.case.pk, open=True)
    road.go(("handler0", RETURNED), ("applicant", SUBMITTED))
    assert WorkItem.objects.get(case_id=road.case.pk, open=True).due_on == item.due_on


def test_rules_are_frozen_into_the_case():
    road = Road()
    rules = road.founding.rules
    rule_set = road.founding.rule_set
    newer = type(rule_set)(
        subject="founding",
        name="founding-next",
        valid_from=timezone.localdate(),
        data=rules | {"meeting_days": 7},
    )
    newer.save()
    road.go(*TO_MEETING)
    assert road.founding.meeting_due_on == timezone.localdate() + dt.timedelta(days=60)


def test_other_street_and_wrong_role_are_refused():
    road = Road().go(*TO_CHECK)
    for person in ("handler1", "approver1", "approver0", "leader", "district_handler", "district_leader"):
        with pytest.raises(Refused):
            road.go((person, APPROVED))
    assert road.at == "check_completeness"


def test_nobody_approves_what_they_handled():
    """A person who moved from handler to approver between two steps still cannot take both."""
    from orgs.permissions import appoint, end_post

    road = Road().go(*TO_SUBDISTRICT)
    person = road.place.person("handler0")
    end_post(person.posts.get(), by=None, on=timezone.localdate() - dt.timedelta(days=1))
    appoint(person, Role.SUBDISTRICT_APPROVER, road.place.streets[0], by=None, on=timezone.localdate())
    person = type(person).objects.get(pk=person.pk)
    road.place.people["both"] = person
    WorkItem.objects.filter(case_id=road.case.pk, open=True).update(owner=None)
    task = open_task(road.case)
    type(task).objects.filter(pk=task.pk).update(owner=None, status="NEW")
    with pytest.raises(Refused) as refused:
        road.go(("both", APPROVED))
    assert "经办与审批不能由同一人完成" in refused.value.verdict.reason


def test_unit_without_confirmed_survey_cannot_start():
    from workflows.founding.starting import MayNotStart, open_founding_case

    place = make_district()
    unit = make_applying_unit(place, classification=Classification.CULTIVATE)
    with pytest.raises(MayNotStart, match="摸底"):
        open_founding_case(unit=unit, by=place.person("applicant"), on=timezone.localdate())


def test_new_case_links_the_rejected_one():
    from workflows.founding.starting import open_founding_case

    road = Road().go(TO_CHECK[0], ("leader", REJECTED))
    item = open_founding_case(unit=road.unit, by=road.place.person("applicant"), on=timezone.localdate())
    assert item.case.previous_case_id == road.case.pk


def test_two_streets_number_their_replies_apart():
    first = Road().go(*TO_MEETING)
    reply = latest_document("establishment_reply", about=("founding", first.founding.pk))
    assert reply.serial == 1
    second_unit = factories.make_unit(first.place.streets[1])
    assert second_unit.affiliation != first.place.streets[0]
