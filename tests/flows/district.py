"""A district for flow tests: two streets, people in every role, and the steps of a founding as a person takes them."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from orgs.actions.district import load_rule_sets
from orgs.enums import Role
from orgs.models import Organization, Person, Unit
from tests import factories
from workflows.approvals import authorize, authorize_withdrawal
from workflows.deciding import decide
from workflows.founding.starting import open_founding_case
from workflows.models import Case, Decision, GuardedTask, Outcome
from workflows.views.task import load_case, load_task

STAFF = {
    "handler": Role.SUBDISTRICT_HANDLER,
    "approver": Role.SUBDISTRICT_APPROVER,
    "instructor": Role.INSTRUCTOR,
}


@dataclass
class District:
    district: Organization
    streets: list[Organization]
    people: dict[str, Person]

    def person(self, key: str) -> Person:
        return self.people[key]


@transaction.atomic
def make_district() -> District:
    """People are named ``handler0`` (first street), ``approver1`` (second street), ``district_handler`` and so on."""
    load_rule_sets()
    district, streets = factories.make_tree()
    people = {
        "district_handler": factories.make_person(Role.DISTRICT_HANDLER, district, "区经办"),
        "district_approver": factories.make_person(Role.DISTRICT_APPROVER, district, "区审批"),
        "district_leader": factories.make_person(Role.DISTRICT_LEADER, district, "区领导"),
    }
    for number, street in enumerate(streets):
        for key, role in STAFF.items():
            people[f"{key}{number}"] = factories.make_person(role, street, f"{role.label}{number}")
    return District(district, streets, people)


@transaction.atomic
def make_applying_unit(place: District, street: int = 0, **fields) -> Unit:
    """A unit with an applicant and a leader, entered in the people as ``applicant`` and ``leader``."""
    unit = factories.make_unit(place.streets[street], **fields)
    place.people["applicant"] = factories.make_person(Role.UNIT_APPLICANT, unit, "申请人")
    place.people["leader"] = factories.make_person(Role.UNIT_LEADER, unit, "单位负责人")
    return unit


@transaction.atomic
def open_founding(place: District, unit: Unit, **fields) -> Case:
    """A founding case with a complete request, waiting at its draft."""
    item = open_founding_case(unit=unit, by=place.person("applicant"), on=timezone.localdate())
    case = load_case(item.case_id)
    founding = case.artifact
    values = {
        "organization_name": f"共青团{unit.name}支部委员会",
        "reason": "青年集中，党组织支持。",
    } | fields
    for key, value in values.items():
        setattr(founding, key, value)
    founding.save()
    for number in range(12):
        founding.roster.create(name=f"团员{number}", born_on=dt.date(2002, 1, 1))
    for number, duty in enumerate(("secretary", "member", "member")):
        founding.proposed_officers.create(name=f"团员{number}", duty=duty)
    return load_case(case.pk)


def case_after(place: District, *people: str) -> Case:
    """A founding case of a new unit that these people in turn submitted (the first) and agreed to."""
    case = open_founding(place, make_applying_unit(place))
    for key in people:
        act(case, place.person(key), Outcome.SUBMITTED if key == "applicant" else Outcome.APPROVED)
    return case


def open_task(case: Case) -> GuardedTask:
    tasks = GuardedTask.objects.filter(process_id=case.pk, flow_task_type="HUMAN", finished=None)
    return tasks.exclude(cosigner__isnull=False).get()


def act(
    case: Case, person: Person, outcome: Outcome, opinion: str = "情况属实。", *, to: str = ""
) -> Decision:
    """Decide the open task of a case as a person, through the gate."""
    task = open_task(case)
    if outcome == Outcome.WITHDRAWN and task.flow_task.side != "applicant":
        return withdraw_task(case, task.pk, person, opinion)
    return decide_task(case, task.pk, person, outcome, opinion, to=to)


def decide_task(
    case: Case, task_id: int, person: Person, outcome: Outcome, opinion: str = "情况属实。", *, to: str = ""
) -> Decision:
    """Decide one task of a case."""
    with transaction.atomic():
        case = load_case(case.pk, lock=True)
        authority = authorize(load_task(case, task_id), case, person, at=timezone.now())
        return decide(authority, outcome, opinion, to=to)


def withdraw_task(case: Case, task_id: int, person: Person, opinion: str = "") -> Decision:
    """Withdraw a case at one of its open tasks."""
    with transaction.atomic():
        case = load_case(case.pk, lock=True)
        authority = authorize_withdrawal(load_task(case, task_id), case, person, at=timezone.now())
        return decide(authority, Outcome.WITHDRAWN, opinion)


def node(case: Case) -> str:
    """The open step of a case, or how it ended."""
    case = Case.objects.get(pk=case.pk)
    return case.stage
