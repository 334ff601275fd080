"""Everything that people may try with a case, for random sequences.

Whatever is drawn is tried, allowed or not; :mod:`tests.flows.handling_choices` says who tries it.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable

from django.core.exceptions import ValidationError

from orgs.actions.delegations import delegate_post
from orgs.actions.founding import request_extension
from orgs.models import Person, Post
from orgs.permissions import Refused, end_post
from records.models import OutboxMessage
from tests.flows.handling_choices import FORWARD, SPECIAL, Choice
from tests.flows.handling_world import DAY, prepare
from workflows.approvals import AlreadyDecided, authorize, authorize_withdrawal
from workflows.bulk import start_bulk, work_off
from workflows.claims import AlreadyClaimed, claim_task, release_task
from workflows.cosigning import ask_cosign, call_off_cosign
from workflows.deadlines import escalate, remind
from workflows.deciding import decide
from workflows.handling import copy_case, reassign_task, urge_task
from workflows.models import BulkItem, CoSign, GuardedTask, Outcome, WorkItem
from workflows.orphans import clear_desks
from workflows.returns import NotPossible, return_targets
from workflows.takeback import take_back
from workflows.timers import fire_due_timers
from workflows.views.task import load_task

REFUSALS = (Refused, NotPossible, AlreadyDecided, AlreadyClaimed, ValidationError)
# Where a case is after a step that leads elsewhere than on or back; a refused extension leads to the meeting.
LEADS_TO = {
    "extension": ("decide_extension",),
    "annulled": ("hold_meeting",),
    "withdrawn": ("withdrawn",),
    "rejected": ("rejected", "hold_meeting"),
}


class Loud(logging.Handler):
    """What a worker would write into its log and try again later is a fault here."""

    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError(record.getMessage())


class Turn(Choice):
    """One action on one case: who does it, and the doing. ``kind`` tells afterwards what it came to."""

    def run(self) -> None:
        DOING[self.kind](self)
        assert self.case.stage in LEADS_TO.get(self.kind, (self.case.stage,)), f"{self.kind} led elsewhere"

    # -- what may be done ----------------------------------------------------------------------------------------

    def decide(
        self, task: GuardedTask, outcome: Outcome, opinion: str = "情况属实。", *, to: str = ""
    ) -> None:
        decide(authorize(task, self.case, self.by, at=self.at), outcome, opinion, to=to)

    def forward(self) -> None:
        task = self.task()
        outcomes = [one for one in FORWARD if one in task.flow_task.outcomes]
        prepare(self.case, self.by, self.action.pick)
        self.decide(task, outcomes[0] if outcomes else Outcome.APPROVED)

    def give_back(self) -> None:
        task = self.task()
        names = [one.name for one in return_targets(self.case, task.flow_task)] + ["approve_district"]
        to = names[
            self.action.pick % (len(names) - 1 if self.action.likely and len(names) > 1 else len(names))
        ]
        self.decide(task, Outcome.RETURNED, to=to)

    def other_outcome(self) -> None:
        """Reject, ask for the extension, annul or withdraw; where it is likely, what the step offers."""
        offered = self.special_outcomes() if self.action.likely else []
        outcomes = offered or [*SPECIAL, Outcome.OBJECTED]
        outcome = outcomes[self.action.pick % len(outcomes)]
        if outcome == Outcome.EXTENSION and self.case.stage == "hold_meeting":
            request_extension(self.case.artifact, reason="场地未定。")
        self.decide(self.task(), outcome, "理由" if self.action.likely or self.action.more % 4 else "")
        self.kind = outcome.value

    def withdraw(self) -> None:
        decide(authorize_withdrawal(self.any_task(), self.case, self.by, at=self.at), Outcome.WITHDRAWN)

    def take_back(self) -> None:
        take_back(self.case, by=self.by, at=self.at)

    def claim(self) -> None:
        task = self.any_task()
        if task.owner_id == self.by.pk:
            self.kind = "claim_again"
        claim_task(task, self.case, by=self.by, at=self.at)

    def release(self) -> None:
        release_task(self.any_task(), self.case, by=self.by, at=self.at)

    def reassign(self) -> None:
        people = self.world.people
        if self.action.likely and self.main:
            posts = self.colleagues(self.main).exclude(person=self.main.owner_id)
            people = list(Person.objects.filter(posts__in=posts).order_by("pk")) or people
        to = people[self.action.more % len(people)]
        reassign_task(self.any_task(), self.case, to=to, by=self.by, at=self.at)

    def ask(self, after: bool) -> None:
        mode = list(CoSign.Mode)[self.action.who % 3]
        ask_cosign(
            self.task(),
            self.case,
            to=self.others(),
            mode=mode,
            after=after,
            question="？",
            by=self.by,
            at=self.at,
        )

    def sign(self) -> None:
        signed = [item for item in self.items if item.node == "cosign"]
        mine = [item for item in signed if item.owner_id == self.by.pk] or signed or self.items
        task_id = mine[0].pk if mine else self.task().pk
        outcome = Outcome.OBJECTED if self.action.pick % 3 == 0 else Outcome.APPROVED
        self.decide(load_task(self.case, task_id), outcome)

    def call_off(self) -> None:
        call_off_cosign(self.case, by=self.by, at=self.at)

    def copy(self) -> None:
        copy_case(self.any_task(), self.case, to=self.others(), by=self.by, at=self.at)

    def urge(self) -> None:
        urge_task(self.any_task(), self.case, by=self.by, at=self.at + self.action.more % 3 * DAY)

    def delegate(self) -> None:
        """The actor's post, to a colleague of the same post or to anybody."""
        posts = list(Post.objects.filter(person=self.by).order_by("pk"))
        post = posts[self.action.pick % len(posts)]
        people = self.world.people
        if self.action.likely:
            where = {"organization": post.organization_id, "unit": post.unit_id}
            same = Post.objects.filter(role=post.role, **where).exclude(person=self.by)
            people = list(Person.objects.filter(posts__in=same).order_by("pk")) or people
        deputy = people[self.action.more % len(people)]
        days = {"since": self.on, "until": self.on + 5 * DAY}
        delegate_post(post=post, deputy=deputy, reason="出差", by=self.by, on=self.on, at=self.at, **days)

    def end_post(self) -> None:
        posts = list(Post.objects.filter(person=self.by, until=None).order_by("pk"))
        if posts:
            end_post(posts[self.action.pick % len(posts)], by=None, on=self.on - DAY)
        if self.action.more % 2:
            clear_desks(self.at)

    def pass_days(self) -> None:
        """The open terms come nearer, as if days had passed since the task arrived."""
        days = 1 + self.action.more % 12
        for item in self.items:
            WorkItem.objects.filter(pk=item.pk).update(due_on=item.due_on - days * DAY)

    def work_in_background(self) -> None:
        """The duties of a worker, at noon of a weekday on which something is due."""
        kind, duty = (("remind", remind), ("escalate", escalate), ("fire", fire_timers))[self.action.pick % 3]
        days = (200, 400) if kind == "fire" else (3, 8, 15, 20, 400)
        later = self.at.replace(hour=4) + days[self.action.more % len(days)] * DAY
        later += max(later.weekday() - 4, 0) * DAY
        self.kind = kind if duty(later) else "nothing_due"

    def bulk(self) -> None:
        items = list(WorkItem.objects.filter(open=True).order_by("pk"))
        start = self.action.more % len(items)
        chosen = {item.pk: item for item in [*self.items, *items[start : start + 2]]}
        asked = start_bulk(
            list(chosen.values()),
            token=uuid.uuid4(),
            outcome=Outcome.RETURNED if self.action.pick % 4 == 0 else Outcome.APPROVED,
            opinion="情况属实。",
            by=self.by,
            language="zh-hans",
            at=self.at,
        )
        for message in OutboxMessage.objects.filter(kind="bulk", state=OutboxMessage.State.WAITING):
            work_off(message.payload)
            work_off(message.payload)
        if not asked.items.filter(state=BulkItem.State.DONE).exists():
            self.kind = "bulk_refused"


def fire_timers(at: dt.datetime) -> int:
    return fire_due_timers(at=at)


DOING: dict[str, Callable[[Turn], None]] = {
    "forward": Turn.forward,
    "return": Turn.give_back,
    "decide": Turn.other_outcome,  # kinds of success: the outcomes
    "withdraw": Turn.withdraw,
    "take_back": Turn.take_back,
    "claim": Turn.claim,
    "release": Turn.release,
    "reassign": Turn.reassign,
    "ask_before": lambda turn: turn.ask(after=False),
    "ask_after": lambda turn: turn.ask(after=True),
    "sign": Turn.sign,
    "call_off": Turn.call_off,
    "copy": Turn.copy,
    "urge": Turn.urge,
    "delegate": Turn.delegate,
    "end_post": Turn.end_post,
    "days": Turn.pass_days,
    "background": Turn.work_in_background,
    "bulk": Turn.bulk,
}
