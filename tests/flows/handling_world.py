"""A small district in full swing for random sequences: people with one and with several posts, cases at many steps."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from orgs.actions import founding as founding_actions
from orgs.actions.survey import propose_classification, record_visit
from orgs.enums import Classification, OrganizationKind, Role
from orgs.models import Person, Unit
from orgs.permissions import appoint
from orgs.rules.election import Candidate, Meeting
from tests import factories
from tests.flows import district as d
from workflows.models import Case, Outcome
from workflows.survey.starting import open_survey_case
from workflows.views.task import load_case

DAY = dt.timedelta(days=1)
CLASSES = (Classification.READY_STANDALONE, Classification.CULTIVATE, Classification.NOT_SUITABLE)


class World:
    """People with one and with several posts, and cases at many steps."""

    def __init__(self) -> None:
        self.place = place = d.make_district()
        street = place.streets[0]
        unit = d.make_applying_unit(place)
        people = place.people
        for key, role, where in (
            ("handler0b", Role.SUBDISTRICT_HANDLER, street),
            ("approver0b", Role.SUBDISTRICT_APPROVER, street),
            ("instructor0b", Role.INSTRUCTOR, street),
            ("applicant_b", Role.UNIT_APPLICANT, unit),
            ("district_approver_b", Role.DISTRICT_APPROVER, place.district),
        ):
            people[key] = factories.make_person(role, where, key)
        # Several posts of one person, for four-eyes to keep apart.
        since = timezone.localdate() - 365 * DAY
        appoint(people["approver0b"], Role.DISTRICT_APPROVER, place.district, by=None, on=since)
        appoint(people["handler0b"], Role.DISTRICT_HANDLER, place.district, by=None, on=since)
        appoint(people["applicant_b"], Role.INSTRUCTOR, street, by=None, on=since)
        appoint(people["leader"], Role.SUBDISTRICT_APPROVER, street, by=None, on=since)
        self.people: list[Person] = list(people.values())
        self.cases = [*self.foundings(), *self.surveys()]
        # Few steps offer the extension (4, 14) or annulment (6, 12): these cases are drawn more often.
        self.cases += [self.cases[number] for number in (4, 4, 14, 6, 6, 12)]

    def foundings(self) -> list[int]:
        """A branch at each step, a committee that the district approves, one in direct contact, one that asks for
        the extension and one that elected nobody at first."""
        committee = {"kind": OrganizationKind.COMMITTEE, "members": 120}
        request, result = (
            ["applicant", "leader", "handler0", "approver0"],
            ["applicant", "applicant", "approver0"],
        )
        district = ["district_handler", "district_approver_b"]
        found = [self.founding([*request, *result][:steps]) for steps in range(8)]
        road = [*request, *district, *result, *district]
        found += [self.founding(road[:steps], **committee) for steps in (3, 4, 5, 9, 10)]
        found.append(self.founding(["applicant", "leader", "district_handler"], direct_contact=True))
        for outcome, votes in ((Outcome.EXTENSION, 0), (Outcome.SUBMITTED, 4)):
            found.append(self.founding(request))
            self.step(found[-1], "applicant", outcome, votes)
        return found

    def founding(self, road: list[str], **fields: object) -> int:
        case = d.open_founding(self.place, self.applying_unit(), **fields)
        for key in road:
            self.step(case.pk, key, Outcome.SUBMITTED if key == "applicant" else Outcome.APPROVED)
        return case.pk

    def step(self, case_id: int, key: str, outcome: Outcome, pick: int = 1) -> None:
        """One step as its page would take it."""
        case, person = load_case(case_id), self.place.person(key)
        if outcome != Outcome.EXTENSION:
            prepare(case, person, pick)
        d.act(case, person, outcome)

    def applying_unit(self) -> Unit:
        """Another unit of the same people, since each may have one request at a time."""
        unit, since = factories.make_unit(self.place.streets[0]), timezone.localdate() - 365 * DAY
        for key, role in (
            ("applicant", Role.UNIT_APPLICANT),
            ("applicant_b", Role.UNIT_APPLICANT),
            ("leader", Role.UNIT_LEADER),
        ):
            appoint(self.place.person(key), role, unit, by=None, on=since)
        return unit

    def surveys(self) -> list[int]:
        found = []
        for steps in range(4):
            unit = factories.make_unit(self.place.streets[0], classification="")
            opener = self.place.person("district_handler" if steps else "handler0")
            case = open_survey_case(unit=unit, by=opener, on=timezone.localdate(), at=timezone.now())
            for key in ("instructor0", "handler0b")[:steps]:
                self.step(case.pk, key, Outcome.SUBMITTED)
            if steps == 3:
                self.step(case.pk, "approver0", Outcome.APPROVED)
            found.append(case.pk)
        return found


def prepare(case: Case, by: Person, pick: int) -> None:
    """What the form of a step would have written before its decision."""
    if case.stage == "visit_unit":
        record_visit(case.artifact, by=by, visited_on=timezone.localdate(), employees=50, youth=30, members=6)
    elif case.stage == "classify_unit":
        propose_classification(case.artifact, CLASSES[pick % len(CLASSES)], reason="依据走访。")
    elif case.stage in ("hold_meeting", "hold_second_round"):
        hold_meeting(case, (10, 9, 8, 2) if pick % 4 else (5, 4, 1, 1), case.stage == "hold_second_round")


def hold_meeting(case: Case, votes: tuple[int, ...], second: bool) -> None:
    candidates = tuple(Candidate(f"团员{number}", count) for number, count in enumerate(votes))
    meeting = Meeting(
        entitled=12,
        present=11,
        seats=3,
        held_on=timezone.localdate(),
        ballots_issued=11,
        ballots_returned=11,
        ballots_valid=11,
        candidates=candidates[:3] if second else candidates,
        tellers=("团员9",),
        round=1 + second,
    )
    row = founding_actions.record_meeting(case.artifact, meeting, details={}, election_round=1 + second)
    duties = iter(["secretary", "member", "member"])
    for elected in row.candidates.filter(elected=True):
        elected.duty = next(duties)
        elected.save()


def in_savepoint() -> transaction.Atomic:
    """A savepoint that counts as the test's own, so that durable transactions may be opened inside."""
    savepoint = transaction.atomic()
    savepoint._from_testcase = True
    return savepoint
