"""What the demo shows of the acceptance: one organization at every stage, in three streets, as people would do it."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from orgs.actions.acceptance import (
    Claim,
    answer_findings,
    file_appeal,
    file_assessment,
    open_findings,
    possible_conclusions,
    recommend_conclusion,
)
from orgs.actions.acceptance.candidates import PlannedVisit, items_for
from orgs.actions.acceptance.evidence import SIGNATURES, keep_signature
from orgs.actions.acceptance.inspectors import assign_inspectors
from orgs.actions.acceptance.papers import paper_checks, record_papers
from orgs.actions.acceptance.revoking import FALSIFICATION, revoke_acceptance
from orgs.actions.inspecting import receive_facts
from orgs.actions.sampling import draw_sample, open_sample_of
from orgs.enums import (
    OfficerDuty,
    Role,
)
from orgs.models import Acceptance, Inspection, Officer, Organization, Person
from orgs.queries import district_of
from orgs.rules.acceptance import items_of

from .acceptance.people import deciders_of
from .acceptance.sampling import decide_waiting
from .acceptance.starting import open_acceptance_case
from .demo_site import found_on_site, make_organization, make_unit, signature_image
from .demo_stories import STORIES, Story
from .models import Case, Outcome, WorkItem
from .views.task import load_case

if TYPE_CHECKING:
    from .demo import Demo

Purpose = Inspection.Purpose
INSPECTORS = ("inspector", "inspector2")


class AcceptanceDemo:
    """Walks the stories in their order; the list of the sample is drawn between the first and the second part."""

    def __init__(self, demo: "Demo") -> None:
        self.demo, self.now, self.today = demo, demo.now, demo.today
        self.cases: dict[str, int] = {}
        self.places: dict[str, Organization] = {}

    def load(self) -> None:
        self.staff()
        later = [story for story in STORIES if "drawn" not in story.steps]
        first = [story for story in STORIES if "drawn" in story.steps]
        for story in first:
            self.walk(story, self.open(story), story.steps[: story.steps.index("drawn")])
        self.draw()
        for story in first:
            self.walk(story, self.cases[self.username(story)], story.steps[story.steps.index("drawn") :])
        for story in later:
            self.walk(story, self.open(story), story.steps)

    def staff(self) -> None:
        codes = dict.fromkeys(story.prefix for story in STORIES)
        for prefix in (*codes, "district"):
            place = self.demo.people[f"{prefix}.handler"].posts.get().organization
            assert place is not None
            self.places[prefix] = place
            for key in INSPECTORS:
                self.demo.person(f"{prefix}.{key}", Role.INSPECTOR, place, "验收员")

    def walk(self, story: Story, case_id: int, steps: tuple[str, ...]) -> None:
        for step in steps:
            STEPS[step](self, story, case_id)
        Case.objects.filter(pk=case_id).update(created=self.now - dt.timedelta(days=25))

    # -- who it is about -----------------------------------------------------------------------------------------

    def open(self, story: Story) -> int:
        """The unit, its organization of more than a year, its secretary, and the acceptance case."""
        handler, place = self.person(story, "handler"), self.places[story.prefix]
        contact, number = self.contact(story), STORIES.index(story)
        unit = make_unit(story, number, place, contact=contact, by=handler, at=self.now)
        organization = make_organization(story, unit, place, on=self.today)
        applicant = self.demo.person(self.username(story), Role.UNIT_APPLICANT, unit, "团支部书记")
        since = self.today - dt.timedelta(days=420)
        Officer.objects.create(
            organization=organization, name=applicant.name, duty=OfficerDuty.SECRETARY, since=since
        )
        item = open_acceptance_case(organization=organization, by=applicant, on=self.today)
        self.cases[self.username(story)] = item.case_id
        return item.case_id

    def username(self, story: Story) -> str:
        return f"{story.prefix}.{story.account}"

    def contact(self, story: Story) -> str:
        from .demo import demo_name

        return demo_name(STORIES.index(story) + 120)

    # -- what is done --------------------------------------------------------------------------------------------

    def acceptance(self, case_id: int) -> Acceptance:
        related = ("organization", "unit", "affiliation", "standard")
        return Acceptance.objects.select_related(*related).get(pk=load_case(case_id).artifact_object_id)

    def person(self, story: Story, key: str) -> Person:
        return self.demo.people[f"{story.prefix}.{key}"]

    def send(self, story: Story, case_id: int, people: list[Person], purpose: str) -> None:
        acceptance, case = self.acceptance(case_id), load_case(case_id)
        by = self.demo.people["district.handler" if purpose == Purpose.SAMPLE else f"{story.prefix}.handler"]
        phone = acceptance.unit.contact_phone
        assign_inspectors(
            acceptance,
            visits=[
                PlannedVisit(one, self.planned(story), acceptance.unit.address, self.contact(story), phone)
                for one in people
            ],
            items=items_for(acceptance, purpose),
            purpose=purpose,
            deciders=deciders_of(case),
            by=by,
            at=self.now - dt.timedelta(days=10),
        )

    def planned(self, story: Story) -> dt.datetime:
        day = self.today + dt.timedelta(days=story.day)
        return timezone.make_aware(
            dt.datetime.combine(day, dt.time(story.hour, 30 if story.hour < 12 else 0))
        )

    def visit(self, story: Story, case_id: int, inspector: Person, lost: Mapping[str, str]) -> None:
        visit = Inspection.objects.select_related("acceptance__standard", "acceptance__organization").get(
            acceptance__case_number=load_case(case_id).number,
            inspector=inspector,
            state=Inspection.State.ASSIGNED,
        )
        at = min(visit.planned_at + dt.timedelta(hours=1), self.now)
        facts = found_on_site(visit, lost, story.vetoes, at)
        receive_facts(visit, facts, device="demo", by=inspector, at=at)

    def draw(self) -> None:
        """Draw the first list; the worker's part is done at once, inside the demo's own transaction."""
        district = district_of(self.places["zgc"])
        sample = open_sample_of(district)
        assert sample is not None
        draw_sample(sample, by=self.demo.people["district.handler"], at=timezone.now())
        cases = dict(Case.objects.values_list("number", "pk"))
        for entry in sample.entries.select_related("sample__drawn_by"):
            with transaction.atomic():
                decide_waiting(load_case(cases[entry.case_number], lock=True), entry)


# --- the steps ----------------------------------------------------------------------------------------------


def _assess(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    from .demo import demo_name

    acceptance, by = demo.acceptance(case_id), demo.person(story, story.account)
    claims = {
        item["code"]: Claim(True, Decimal(item["points"]), f"{item['evidence']}齐全。")
        for item in items_of(acceptance.standard.data)
    }
    representative = demo_name(STORIES.index(story) + 160)
    for purpose, name in zip(SIGNATURES, (by.name, representative), strict=True):
        keep_signature(acceptance, signature_image(name), purpose=purpose, by=by, at=demo.now)
    file_assessment(
        acceptance,
        claims=claims,
        statement="支部成立以来按期开展活动，对照标准逐项自查，达到“六有”要求。",
        secretary=by.name,
        representative=representative,
        by=by,
        at=demo.now,
    )
    demo.demo.act(case_id, by.username, Outcome.SUBMITTED, "自评完成，申请验收。")


def _review(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    acceptance, by = demo.acceptance(case_id), demo.person(story, "handler")
    codes = [one.code for one in paper_checks(acceptance)]
    record_papers(acceptance, checked=codes, remarks={}, by=by, at=demo.now)
    demo.demo.act(case_id, by.username, Outcome.APPROVED, "资料齐全，与系统数据相符。")


def _assign(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    demo.send(story, case_id, [demo.person(story, key) for key in INSPECTORS], Purpose.REGULAR)
    demo.demo.act(case_id, f"{story.prefix}.handler", Outcome.SUBMITTED)


def _visit(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    demo.visit(story, case_id, demo.person(story, "inspector"), story.lost)


def _visit2(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    """The second inspector is a little milder about the last of what is missing."""
    lost = dict(story.lost)
    if lost:
        last = list(lost)[-1]
        lost[last] = str(Decimal(lost[last]) + Decimal("0.5"))
    demo.visit(story, case_id, demo.person(story, "inspector2"), lost)


def _summarize(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    demo.demo.act(case_id, f"{story.prefix}.handler", Outcome.SUBMITTED, "两位验收员意见一致。")


def _answer(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    acceptance, by = demo.acceptance(case_id), demo.person(story, story.account)
    found = open_findings(acceptance)
    if found:
        answers = dict.fromkeys(found, "属实，已安排补齐。")
        answer_findings(acceptance, answer="对验收意见无异议。", answers=answers, by=by, at=demo.now)
        demo.demo.act(case_id, by.username, Outcome.SUBMITTED, "对验收意见无异议。")


def _propose(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    acceptance = demo.acceptance(case_id)
    recommend_conclusion(acceptance, possible_conclusions(acceptance)[0])
    demo.demo.act(case_id, f"{story.prefix}.approver", Outcome.APPROVED, "同意验收组意见，上报区委。")


def _drawn(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    """Whoever was drawn is visited by the district and found the same, so that all come to the decision."""
    if not WorkItem.objects.filter(case=case_id, node="check_sample", open=True).exists():
        return
    inspector = demo.demo.people["district.inspector"]
    demo.send(story, case_id, [inspector], Purpose.SAMPLE)
    demo.visit(story, case_id, inspector, story.lost)
    demo.demo.act(case_id, "district.handler", Outcome.APPROVED, "区级抽查结果与街镇验收一致。")


def _decide(outcome: Outcome, opinion: str) -> "Step":
    def step(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
        demo.demo.act(case_id, "district.approver", outcome, opinion)

    return step


def _appeal(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    reason = "验收当日全体团员参加市级安保任务，现场无法联系，现附任务通知，请求复核。"
    by = demo.person(story, story.account)
    file_appeal(demo.acceptance(case_id), reason=reason, by=by, at=demo.now)
    demo.demo.act(case_id, by.username, Outcome.SUBMITTED, reason)


def _revoke(demo: AcceptanceDemo, story: Story, case_id: int) -> None:
    revoke_acceptance(
        demo.acceptance(case_id),
        basis=FALSIFICATION,
        reason="经群众反映并核查，申报的会议记录系事后补造。",
        file=signature_image("核查记录"),
        by=demo.demo.people["district.approver"],
        on=demo.today,
        at=demo.now,
    )


Step = Callable[[AcceptanceDemo, Story, int], None]
STEPS: dict[str, Step] = {
    "assess": _assess,
    "review": _review,
    "assign": _assign,
    "visit": _visit,
    "visit2": _visit2,
    "summarize": _summarize,
    "answer": _answer,
    "propose": _propose,
    "drawn": _drawn,
    "pass": _decide(Outcome.APPROVED, "同意认定为“六有”达标团支部。"),
    "rectify": _decide(Outcome.RECTIFY, "必备项未达标，请在期限内整改。"),
    "fail": _decide(Outcome.FAILED, "存在一票否决情形，认定不合格。"),
    "appeal": _appeal,
    "revoke": _revoke,
}
