"""Why not: what is explained is what is enforced, and the remedy that is named helps (issue 3, point 6)."""

import datetime as dt
import os

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from orgs.enums import Role
from orgs.models import Person
from orgs.permissions import Refused, Unblock, Verdict
from records.calendars import is_working_day
from tests import factories
from tests.flows.handling_choices import Action
from tests.flows.handling_turns import REFUSALS, Turn
from tests.flows.handling_world import DAY, World, in_savepoint, prepare
from workflows.approvals import authorize, authorize_withdrawal
from workflows.claims import AlreadyClaimed, claim_task, release_task
from workflows.cosigning import ask_cosign, call_off_cosign, call_off_verdict, cosign_candidates
from workflows.deciding import decide
from workflows.handling import copy_case, reassign_candidates, reassign_task, urge_task
from workflows.models import Case, CoSign, GuardedTask, Outcome, WorkItem
from workflows.returns import NotPossible
from workflows.takeback import take_back
from workflows.tools import Tool, verdicts
from workflows.views.task import load_case, load_task

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(0)]
MOVES = [
    "forward",
    "return",
    "take_back",
    "reassign",
    "claim",
    "release",
    "ask_before",
    "ask_after",
    "sign",
    "urge",
    "delegate",
    "end_post",
]
NUMBERS = st.integers(0, 11)
EXAMPLES = 100 if os.environ.get("BOTH_HALVES") else 200  # 200 over both databases
ACTIONS = st.lists(
    st.builds(
        Action,
        kind=st.sampled_from(MOVES),
        likely=st.just(True),
        who=NUMBERS,
        pick=NUMBERS,
        more=NUMBERS,
    ),
    max_size=4,
)


class Undo(Exception):
    """Ends a savepoint without keeping anything."""


class Scene:
    """One person before one open task of a case (none when it has ended), on a day."""

    def __init__(self, case_id: int, task_id: int | None, person: Person, at: dt.datetime):
        self.case_id, self.task_id, self.person, self.at = case_id, task_id, person, at

    @property
    def on(self) -> dt.date:
        return timezone.localdate(self.at)

    def fresh(self) -> tuple[Case, GuardedTask | None]:
        case = load_case(self.case_id, lock=True)
        return case, load_task(case, self.task_id) if self.task_id else None

    def verdict(self, tool: Tool) -> Verdict | None:
        """What the page would say; None where the tool has no meaning."""
        asked = verdicts(*self.fresh(), self.person, on=self.on).get(tool)
        return asked() if asked else None

    def allowed(self, tool: Tool) -> bool:
        """Whether the action itself, done and undone, is refused."""
        try:
            with in_savepoint():
                self.use(tool)
                raise Undo
        except (Refused, AlreadyClaimed):
            return False
        except NotPossible:
            # Putting back names no other reason; elsewhere something in the form was not offered.
            return tool != Tool.RELEASE
        except Undo:
            return True

    def use(self, tool: Tool) -> None:
        (case, task), by, at, on = self.fresh(), self.person, self.at, self.on
        if tool == Tool.DECIDE:
            authority = authorize(task, case, by, at=at)
            prepare(case, by, 1)
            forward = [one for one in (Outcome.APPROVED, Outcome.SUBMITTED) if one in authority.outcomes]
            decide(authority, forward[0], "情况属实。")
        elif tool == Tool.WITHDRAW:
            decide(authorize_withdrawal(task, case, by, at=at), Outcome.WITHDRAWN)
        elif tool == Tool.REASSIGN:
            to = (reassign_candidates(task, case, on=on) or [by])[0]
            reassign_task(task, case, to=to, by=by, at=at)
        elif tool == Tool.COSIGN:
            to = cosign_candidates(task, case, by, on=on)[:1]
            ask_cosign(task, case, to=to, mode=CoSign.Mode.ALL, after=False, question="？", by=by, at=at)
        elif tool == Tool.COPY:
            copy_case(task, case, to=[case.opened_by], by=by, at=at)
        elif tool in (Tool.CLAIM, Tool.RELEASE, Tool.URGE):
            {Tool.CLAIM: claim_task, Tool.RELEASE: release_task, Tool.URGE: urge_task}[tool](
                task, case, by=by, at=at
            )
        else:
            {Tool.CALL_OFF: call_off_cosign, Tool.TAKE_BACK: take_back}[tool](case, by=by, at=at)

    def remedy(self, tool: Tool, unblock: Unblock) -> None:
        """Do what the refusal says would help."""
        if unblock == Unblock.ANOTHER:
            self.person = self.appointed(tool)
        elif unblock == Unblock.HAND_OVER:
            self.hand_over(tool)
        elif unblock == Unblock.CALL_OFF:
            case, _task = self.fresh()
            asked = CoSign.objects.get(case=case.pk, state__in=["open", "planned"])
            # Whoever holds the step by now may; else whoever asked.
            mine = call_off_verdict(case, self.person, on=self.on)
            call_off_cosign(case, by=self.person if mine else asked.by, at=self.at)
        else:
            self.at += DAY
            while not is_working_day(self.on):
                self.at += DAY

    def appointed(self, tool: Tool) -> Person:
        """Somebody new with the post that the tool takes."""
        case, task = self.fresh()
        if tool == Tool.WITHDRAW:
            return factories.make_person(Role.UNIT_APPLICANT, case.unit)
        if task is None or tool in (Tool.COPY, Tool.URGE):
            return factories.make_person(Role.SUBDISTRICT_HANDLER, case.organization)
        item = WorkItem.objects.get(pk=self.concerned(tool, case, task).pk)
        return factories.make_person(Role(item.role), item.unit or item.organization)

    def concerned(self, tool: Tool, case: Case, task: GuardedTask) -> GuardedTask:
        """The task that a tool rests on: calling off is up to the step that asked."""
        if tool != Tool.CALL_OFF:
            return task
        return load_task(case, CoSign.objects.get(case=case.pk, state__in=["open", "planned"]).task_id)

    def hand_over(self, tool: Tool) -> None:
        case, task = self.fresh()
        task = self.concerned(tool, case, task)
        try:
            with in_savepoint():
                reassign_task(task, case, to=self.person, by=task.owner, at=self.at)
        except NotPossible:
            case, task = self.fresh()
            task = self.concerned(tool, case, task)
            release_task(task, case, by=task.owner, at=self.at)


def judge(scene: Scene, tool: Tool) -> None:
    """Explanation and enforcement agree, and following the remedies ends with the action done or at its end."""
    for _step in range(4):
        verdict = scene.verdict(tool)
        if verdict is None:
            return
        assert scene.allowed(tool) == bool(verdict), f"{tool}: {verdict.reason or 'allowed'}"
        event(f"{tool}: {'allowed' if verdict else verdict.unblock.name}")
        if verdict:
            return
        assert verdict.reason
        assert verdict.remedy
        if verdict.unblock == Unblock.NOTHING:
            return
        scene.remedy(tool, verdict.unblock)
    raise AssertionError(f"{tool}: the remedies lead nowhere: {verdict.reason} {verdict.remedy}")


def test_what_is_explained_is_enforced_and_the_remedy_helps():
    world = World()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(number=NUMBERS, actions=ACTIONS, who=st.integers(0, 19), tool=st.sampled_from(Tool), pick=NUMBERS)
    def ask(number: int, actions: list[Action], who: int, tool: Tool, pick: int) -> None:
        case_id = world.cases[number % len(world.cases)]
        try:
            with in_savepoint():
                for action in actions:
                    attempt(world, case_id, action)
                items = list(WorkItem.objects.filter(case=case_id, open=True).order_by("pk"))
                task_id = items[pick % len(items)].pk if items else None
                judge(Scene(case_id, task_id, person_for(world, items, who), timezone.now()), tool)
                raise Undo
        except Undo:
            pass

    ask()


def attempt(world: World, case_id: int, action: Action) -> None:
    try:
        with in_savepoint():
            Turn(world, case_id, action).run()
    except REFUSALS:
        pass


def person_for(world: World, items: list[WorkItem], who: int) -> Person:
    """Anybody of the district; more often the holder of a task."""
    holders = [item.owner for item in items if item.owner_id]
    return holders[0] if holders and who > 15 else world.people[who % len(world.people)]
