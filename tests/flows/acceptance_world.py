"""Acceptances for flow tests: an organization that is old enough, and the steps of P3 as people take them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from orgs.actions.acceptance import open_findings
from orgs.actions.acceptance.candidates import PlannedVisit
from orgs.actions.acceptance.inspectors import assign_inspectors
from orgs.actions.inspecting import receive_facts
from orgs.actions.organizations import add_organization
from orgs.actions.sampling import draw_sample, open_sample_of
from orgs.enums import OrganizationKind, OrganizationLevel, Role
from orgs.models import Acceptance, Inspection, Organization
from orgs.rules.acceptance import items_of
from records import outbox
from tests import factories
from tests.flows import district as d
from tests.inspections import fact, finish
from workflows.acceptance.starting import open_acceptance_case
from workflows.models import Case, Outcome
from workflows.views.task import load_case

Purpose = Inspection.Purpose


@dataclass
class Walk:
    """One acceptance on its way; people are those of the district, with ``inspector0`` … and ``district_inspector``."""

    place: d.District
    organization: Organization
    case: Case

    @property
    def acceptance(self) -> Acceptance:
        return Acceptance.objects.select_related("organization", "unit", "affiliation", "standard").get(
            pk=self.case.artifact_object_id
        )

    @property
    def node(self) -> str:
        return d.node(self.case)

    def act(self, who: str, outcome: Outcome, opinion: str = "情况属实。", *, to: str = "") -> None:
        d.act(self.case, self.place.person(who), outcome, opinion, to=to)

    def assess(self) -> None:
        self.act("applicant", Outcome.SUBMITTED)

    def review(self) -> None:
        self.act(self.handler, Outcome.APPROVED)

    @property
    def handler(self) -> str:
        return "district_handler" if self.acceptance.direct_contact else "handler0"

    def send(self, *people: str, purpose: str = Purpose.REGULAR, items: list[str] | None = None) -> None:
        """Name inspectors for the round; the step itself is decided apart."""
        acceptance = self.acceptance
        codes = items or [item["code"] for item in items_of(acceptance.standard.data)]
        by = "district_handler" if purpose == Purpose.SAMPLE else self.handler
        at = timezone.now()
        day = at + dt.timedelta(days=1)
        visits = [
            PlannedVisit(self.place.person(who), day, "一层会议室", "李想", "010-62550000") for who in people
        ]
        assign_inspectors(
            acceptance,
            visits=visits,
            items=codes,
            purpose=purpose,
            deciders=frozenset(self.case.decisions.values_list("by", flat=True)),
            by=self.place.person(by),
            at=at,
        )

    def assign(self, *people: str, purpose: str = Purpose.REGULAR) -> None:
        acceptance = self.acceptance
        items = open_findings(acceptance) if purpose == Purpose.AGAIN else None
        self.send(*(people or ("inspector0", "inspector1")), purpose=purpose, items=items)
        self.act(self.handler, Outcome.SUBMITTED)

    def visit(self, who: str, *, lost: dict[str, str] | None = None, vetoes: Iterable[str] = ()) -> None:
        """One inspector's visit, complete: everything met, but for ``lost`` (points by item, then not met)."""
        inspection = Inspection.objects.exclude(state="cancelled").get(
            acceptance=self.acceptance,
            inspector=self.place.person(who),
            round=self.acceptance.inspection_round,
        )
        complete_visit(inspection, lost or {}, vetoes)

    def summarize(self) -> None:
        self.act(self.handler, Outcome.SUBMITTED)

    def answer(self) -> None:
        self.act("applicant", Outcome.SUBMITTED)

    def propose(self) -> None:
        self.act("approver0", Outcome.APPROVED)

    def draw(self) -> None:
        """The district draws; what follows for each case is carried out by the worker."""
        sample = open_sample_of(self.place.district)
        assert sample is not None
        draw_sample(sample, by=self.place.person("district_handler"), at=timezone.now())
        outbox.deliver_due(now=timezone.now, limit=100)

    def to_inspection(self) -> None:
        self.assess()
        self.review()
        self.assign()

    def to_proposal(self, lost: dict[str, str] | None = None) -> None:
        """Up to the sub-district's proposal, with the same findings of both inspectors."""
        self.to_inspection()
        for who in ("inspector0", "inspector1"):
            self.visit(who, lost=lost)
        self.summarize()
        if lost:
            self.answer()


def complete_visit(inspection: Inspection, lost: dict[str, str], vetoes: Iterable[str] = ()) -> None:
    full = {item["code"]: item["points"] for item in items_of(inspection.acceptance.standard.data)}
    facts = [
        fact(
            code,
            {"result": "unmet", "points": lost[code], "note": "材料不全"}
            if code in lost
            else {"result": "met", "points": str(Decimal(full[code])), "note": ""},
        )
        for code in inspection.items
    ]
    facts += [fact(f"veto:{code}", {"flagged": True, "note": "属实"}) for code in vetoes]
    facts.append(fact("signature", {"refused": True, "reason": "单位负责人外出"}))
    facts.append(finish(facts))
    receive_facts(inspection, facts, device="test", by=inspection.inspector, at=timezone.now())


@transaction.atomic
def start_walk(place: d.District | None = None, *, street: int = 0, direct: bool = False) -> Walk:
    """A new organization of a new unit, and its acceptance at the self-assessment."""
    place = place or d.make_district()
    if "inspector0" not in place.people:
        for number in range(4):
            where = place.streets[street]
            place.people[f"inspector{number}"] = factories.make_person(Role.INSPECTOR, where)
        for number in range(2):
            key = "district_inspector" + (str(number) if number else "")
            place.people[key] = factories.make_person(Role.INSPECTOR, place.district)
    unit = d.make_applying_unit(place, street)
    organization = add_organization(
        parent=place.streets[street],
        name=f"共青团{unit.name}支部委员会",
        kind=OrganizationKind.BRANCH,
        level=OrganizationLevel.GRASSROOTS,
        unit=unit,
        direct_contact=direct,
        founded_on=timezone.localdate() - dt.timedelta(days=300),
    )
    item = open_acceptance_case(
        organization=organization, by=place.person("applicant"), on=timezone.localdate()
    )
    return Walk(place, organization, load_case(item.case_id))
