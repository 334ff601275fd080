"""The demo district: real streets, an invented register, people in every role, cases at every stage.

Everything goes through the same actions and the same gate as a person's clicks, so the demo data obeys every rule.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from orgs.actions import founding as actions
from orgs.actions.district import add_campaign, set_up_district
from orgs.actions.survey import propose_classification, record_visit
from orgs.enums import Classification, OfficerDuty, OrganizationKind, PoliticalStatus, Role
from orgs.models import Campaign, Organization, Person, Unit
from orgs.permissions import appoint
from orgs.rules.election import Candidate, Meeting
from orgs.rules.names import names_in_stroke_order

from .approvals import authorize
from .deciding import decide
from .demo_acceptance import AcceptanceDemo
from .demo_awards import AwardsDemo
from .demo_handling import DEPUTY, show_tools
from .demo_stories import HIDDEN
from .founding.starting import open_founding_case
from .models import Case, GuardedTask, Outcome, StockPhrase, WorkItem
from .survey.importing import import_demo_register
from .views.task import load_case, load_task

PRINTED_SUFFIXES = ("applicant2", "leader2", "inspector2")
STREETS = (("zgc", "110108011"), ("xyl", "110108010"), ("sd", "110108022"))
PHRASES = (
    "同意。",
    "情况属实，同意上报。",
    "同意，请按程序召开团员大会。",
    "材料不齐，请补充后重报。",
    "请核实团员人数。",
    "不符合建团条件。",
)
STREET_STAFF = (
    ("handler", Role.SUBDISTRICT_HANDLER, "干事"),
    ("approver", Role.SUBDISTRICT_APPROVER, "书记"),
    ("instructor", Role.INSTRUCTOR, "建团指导员"),
)
DISTRICT_STAFF = (
    ("handler", Role.DISTRICT_HANDLER, "基层部干事"),
    ("approver", Role.DISTRICT_APPROVER, "副书记"),
    ("leader", Role.DISTRICT_LEADER, "书记"),
)
SURNAMES = "沈何林韩夏方石邵毛万钱汤尹黎易常武乔贺赖龚文"
GIVEN = (
    "静怡",
    "子涵",
    "雨桐",
    "思远",
    "嘉禾",
    "明哲",
    "晓彤",
    "一鸣",
    "若溪",
    "浩然",
    "欣怡",
    "景行",
    "书瑶",
    "云帆",
)


@dataclass(frozen=True)
class Account:
    username: str
    name: str
    role: str
    place: str


def demo_password() -> str:
    """The one password of all demo accounts: random, made once, readable by the owner of the demo alone."""
    path = settings.VAR_DIR / "demo_password"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(9), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


def demo_name(number: int) -> str:
    """An invented name; the same number gives the same name."""
    return SURNAMES[number * 7 % len(SURNAMES)] + GIVEN[number * 5 % len(GIVEN)]


class Demo:
    """Builds the demo once; ``today`` is the day on which it is built."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.count = 0
        self.password = make_password(demo_password())
        self.people: dict[str, Person] = {}

    @transaction.atomic
    def load(self) -> None:
        """All or nothing: a demo that was interrupted is loaded anew."""
        district = set_up_district()
        self.plan()
        self.staff(district)
        StockPhrase.objects.bulk_create(
            StockPhrase(text=text, position=position) for position, text in enumerate(PHRASES)
        )
        import_demo_register(by=self.people["district.handler"], at=self.now)
        for prefix, code in STREETS:
            self.street_cases(prefix, Organization.objects.get(code=code))
        prefix, code = STREETS[0]
        key, role, title = DEPUTY
        self.person(f"{prefix}.{key}", role, Organization.objects.get(code=code), title)
        show_tools(self.people, prefix=prefix, at=timezone.now(), on=self.today)
        AcceptanceDemo(self).load()
        AwardsDemo(self).load()

    def plan(self) -> None:
        """This year's plan: the goals and shares of the notice of 2014, on the same days of the year."""
        model = Campaign.objects.get(year=2014)
        if self.today.year == model.year:
            return
        add_campaign(
            year=self.today.year,
            name=f"{self.today.year}年非公有制企业团建工作（演示）",
            source=f"演示数据，沿用{model.source}",
            goals=[dict(goal) for goal in model.goals.values("sort", "target", "cumulative")],
            checkpoints=[
                {"due_on": point.due_on.replace(year=self.today.year), "percent": point.percent}
                for point in model.checkpoints.all()
            ],
        )

    # -- people --------------------------------------------------------------------------------------------------

    def person(self, username: str, role: Role, place: Organization | Unit, title: str) -> Person:
        self.count += 1
        person = Person(username=username, name=demo_name(self.count), phone=f"010-5555 {1000 + self.count}")
        person.password = self.password
        person.save()
        appoint(person, role, place, by=None, on=self.today - dt.timedelta(days=400), title=title)
        self.people[username] = person
        return person

    def staff(self, district: Organization) -> None:
        for key, role, title in DISTRICT_STAFF:
            self.person(f"district.{key}", role, district, title)
        for prefix, code in STREETS:
            street = Organization.objects.get(code=code)
            for key, role, title in STREET_STAFF:
                self.person(f"{prefix}.{key}", role, street, title)
        self.person("district.security", Role.SECURITY_ADMIN, district, "安全管理员")
        prefix, code = STREETS[0]
        street = Organization.objects.get(code=code)
        self.person(f"{prefix}.security", Role.SECURITY_ADMIN, street, "安全管理员")

    def unit_people(self, prefix: str, unit: Unit, suffix: str) -> None:
        self.person(f"{prefix}.applicant{suffix}", Role.UNIT_APPLICANT, unit, "团支部筹备组组长")
        self.person(f"{prefix}.leader{suffix}", Role.UNIT_LEADER, unit, "党支部书记")

    # -- steps ---------------------------------------------------------------------------------------------------

    def act(self, case_id: int, username: str, outcome: Outcome, opinion: str = "") -> None:
        with transaction.atomic():
            case = load_case(case_id, lock=True)
            open_task = GuardedTask.objects.get(process_id=case_id, flow_task_type="HUMAN", finished=None)
            authority = authorize(
                load_task(case, open_task.pk), case, self.people[username], at=timezone.now()
            )
            decide(authority, outcome, opinion)

    def street_cases(self, prefix: str, street: Organization) -> None:
        """Surveys at every step, then foundings at every step."""
        surveys = Case.objects.filter(organization=street, stage="visit_unit", finished=None).select_related(
            "unit"
        )
        for position, case in enumerate(surveys.order_by("-unit__members", "pk")[:18]):
            self.survey(prefix, case, position)
        ready = Unit.objects.filter(affiliation=street, classification=Classification.READY_STANDALONE)
        for position, unit in enumerate(ready.order_by("-members", "pk")[: len(FOUNDING_STEPS)]):
            self.unit_people(prefix, unit, "" if position == 0 else str(position + 1))
            self.found(prefix, unit, position)

    def survey(self, prefix: str, case: Case, position: int) -> None:
        survey, unit = load_case(case.pk).artifact, case.unit
        record_visit(
            survey,
            by=self.people[f"{prefix}.instructor"],
            visited_on=self.today,
            employees=unit.employees,
            youth=unit.youth,
            members=unit.members,
            party_members=unit.party_members,
            party_organization=unit.party_organization,
            willingness="willing",
            interviewee=demo_name(position + 60),
            notes="单位在址经营，青年集中，负责人支持建团。",
        )
        self.act(case.pk, f"{prefix}.instructor", Outcome.SUBMITTED)
        if position >= 16:
            return
        if unit.members >= 3:
            proposed = Classification.READY_STANDALONE
        else:
            proposed = Classification.CULTIVATE if unit.youth >= 15 else Classification.READY_JOINT
        propose_classification(survey, proposed, reason=f"团员{unit.members}名，青年{unit.youth}名。")
        self.act(case.pk, f"{prefix}.handler", Outcome.SUBMITTED, "拟按此归类。")
        if position < 14:
            self.act(case.pk, f"{prefix}.approver", Outcome.APPROVED, "同意。")

    def found(self, prefix: str, unit: Unit, position: int) -> None:
        suffix = "" if position == 0 else str(position + 1)
        applicant = self.people[f"{prefix}.applicant{suffix}"]
        item = open_founding_case(unit=unit, by=applicant, on=self.today)
        steps = FOUNDING_STEPS[position]
        self.fill_request(item.case_id, unit, direct_contact="review" in steps)
        for step in steps:
            STEPS[step](self, item.case_id, prefix, applicant.username, f"{prefix}.leader{suffix}")
        self.age(item.case_id, position)

    def fill_request(self, case_id: int, unit: Unit, *, direct_contact: bool) -> None:
        founding = load_case(case_id).artifact
        founding.kind = OrganizationKind.BRANCH
        founding.direct_contact = direct_contact
        founding.organization_name = f"共青团{unit.name}支部委员会"
        founding.reason = (
            f"我单位现有职工{unit.employees}人，其中35岁以下青年{unit.youth}人、团员{unit.members}人，"
            "青年集中，活动经常，单位支持建立团组织，具备独立建团条件。"
        )
        founding.party_explanation = (
            "" if unit.party_organization else "单位尚未建立党组织，由属地社区党组织联系指导。"
        )
        founding.save()
        for number in range(founding.members):
            founding.roster.create(
                name=demo_name(number * 3 + unit.pk),
                gender="female" if number % 2 else "male",
                born_on=dt.date(self.today.year - 20 - number % 8, 1 + number % 12, 15),
                joined_on=dt.date(self.today.year - 5, 5, 4),
                unit_name=unit.name,
            )
        names = list(dict.fromkeys(founding.roster.values_list("name", flat=True)))[:3]
        for name, duty in zip(names, (OfficerDuty.SECRETARY, *[OfficerDuty.MEMBER] * 2), strict=False):
            founding.proposed_officers.create(
                name=name,
                duty=duty,
                born_on=dt.date(self.today.year - 26, 3, 8),
                political_status=PoliticalStatus.LEAGUE_MEMBER,
                resume="工作认真，热心团的工作。",
            )

    def hold_meeting(self, case_id: int) -> None:
        """The election of the demo: as many candidates as the rules want, all but one elected."""
        founding = load_case(case_id).artifact
        names = names_in_stroke_order(list(dict.fromkeys(founding.roster.values_list("name", flat=True))))
        entitled = founding.members
        seats = founding.proposed_officers.count()
        candidates = tuple(
            Candidate(name, entitled - number if number < seats else 1)
            for number, name in enumerate(names[: seats + 1])
        )
        meeting = Meeting(
            entitled=entitled,
            present=entitled,
            seats=seats,
            held_on=self.today,
            ballots_issued=entitled,
            ballots_returned=entitled,
            ballots_valid=entitled,
            candidates=candidates,
            tellers=(names[-1],),
            kind=founding.kind,
            approved_on=founding.established_on,
        )
        details = {"place": "单位会议室", "chair": founding.applicant.name, "record": "大会按规定程序进行。"}
        actions.record_meeting(founding, meeting, details=details, election_round=1)

    def name_duties(self, case_id: int) -> None:
        founding = load_case(case_id).artifact
        for position, officer in enumerate(actions.leadership(founding)):
            officer.duty = OfficerDuty.SECRETARY if position == 0 else OfficerDuty.MEMBER
            officer.save(update_fields=["duty"])

    def age(self, case_id: int, position: int) -> None:
        """Spread the deadlines on the desk, so that it shows overdue and due cases as on a working day."""
        due = self.today + dt.timedelta(days=(-6, 0, 1, 2, 5, 8, 12)[position % 7])
        WorkItem.objects.filter(case_id=case_id, open=True).exclude(node="hold_meeting").update(due_on=due)


def _submit(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, applicant, Outcome.SUBMITTED, "我单位符合建团条件，申请成立团支部。")


def _unit(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, leader, Outcome.APPROVED, "同意成立团支部，党支部指定专人联系指导。")


def _return(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, f"{prefix}.handler", Outcome.RETURNED, "团员花名册缺2人的入团时间，请补充后重报。")


def _check(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, f"{prefix}.handler", Outcome.APPROVED, "材料齐全，情况属实，同意上报。")


def _review(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, "district.handler", Outcome.APPROVED, "符合直接联系条件，报请审批。")


def _approve(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, f"{prefix}.approver", Outcome.APPROVED, "同意，请按程序召开团员大会。")


def _meet(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.hold_meeting(case_id)
    demo.act(case_id, applicant, Outcome.SUBMITTED)


def _report(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.name_duties(case_id)
    demo.act(case_id, applicant, Outcome.SUBMITTED, "现将选举结果报上，请审批。")


def _reply(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, f"{prefix}.approver", Outcome.APPROVED, "同意选举结果。")


def _register(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    founding = load_case(case_id).artifact
    founding.starter_kit = founding.rules["starter_kit"]
    founding.starter_kit_on = demo.today
    founding.starter_kit_receiver = founding.applicant.name
    founding.relations_transferred = True
    founding.save()
    demo.act(case_id, f"{prefix}.handler", Outcome.APPROVED, "团务用品已签收，组织关系已转入。")


def _correct(demo: Demo, case_id: int, prefix: str, applicant: str, leader: str) -> None:
    demo.act(case_id, applicant, Outcome.SUBMITTED, "已补齐花名册。")


STEPS = {
    "submit": _submit,
    "unit": _unit,
    "return": _return,
    "correct": _correct,
    "check": _check,
    "review": _review,
    "approve": _approve,
    "meet": _meet,
    "report": _report,
    "reply": _reply,
    "register": _register,
}
# One founding per line; the first two units of a street are those of the accounts that are printed.
FOUNDING_STEPS = (
    ("submit", "unit", "return"),
    ("submit",),
    ("submit", "unit", "check", "approve", "meet", "report", "reply", "register"),
    ("submit", "unit", "return", "correct"),
    ("submit", "unit", "check"),
    ("submit", "unit", "check", "approve"),
    ("submit", "unit"),
    ("submit", "unit", "review"),
    ("submit", "unit", "check", "approve", "meet", "report"),
    ("submit", "unit", "check", "approve", "meet", "report", "reply"),
    (),
)


def demo_accounts() -> list[Account]:
    """The demo accounts by role: district, then three streets with the first unit of each."""
    posts = []
    for person in (
        Person.objects.filter(username__contains=".")
        .order_by("pk")
        .prefetch_related("posts__organization", "posts__unit")
    ):
        post = person.posts.all()[0]
        if person.username[-1].isdigit() and not person.username.endswith(PRINTED_SUFFIXES):
            continue
        if person.username.partition(".")[2] in HIDDEN:
            continue
        place = post.organization.display_name if post.organization_id else post.unit.name
        posts.append(Account(person.username, person.name, str(post.get_role_display()), place))
    return posts
