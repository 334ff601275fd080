"""Everything that people may try with a case, for random sequences.

Whatever is drawn is tried, allowed or not: an action names its kind, whether the actor is chosen among those who
probably may, and numbers that pick the person, the outcome and the other people.
"""

import uuid
from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions.delegations import delegate_post
from orgs.models import Person, Post
from orgs.permissions import Refused, end_post
from records.models import OutboxMessage
from tests.flows.handling_world import DAY, World, prepare
from workflows.approvals import AlreadyDecided, authorize, authorize_withdrawal
from workflows.bulk import start_bulk, work_off
from workflows.claims import AlreadyClaimed, claim_task, release_task
from workflows.cosigning import ask_cosign, call_off_cosign
from workflows.deadlines import escalate, remind
from workflows.deciding import decide
from workflows.handling import copy_case, reassign_task, urge_task
from workflows.models import CoSign, Decision, GuardedTask, Outcome, WorkItem
from workflows.orphans import clear_desks
from workflows.returns import NotPossible, return_targets
from workflows.takeback import take_back
from workflows.timers import fire_due_timers
from workflows.views.task import load_case, load_task

REFUSALS = (Refused, NotPossible, AlreadyDecided, AlreadyClaimed, ValidationError)
FORWARD = (Outcome.APPROVED, Outcome.SUBMITTED)


class Action(NamedTuple):
    """One attempt. ``likely`` chooses the actor among those who probably may; the numbers pick from lists."""

    kind: str
    likely: bool = True
    who: int = 0
    pick: int = 0
    more: int = 0


class Turn:
    """One action on one case: who does it, and the doing."""

    def __init__(self, world: World, case_id: int, action: Action):
        self.world, self.action, self.at = world, action, timezone.now()
        self.on = timezone.localdate(self.at)
        self.case = load_case(case_id, lock=True)
        self.items = list(WorkItem.objects.filter(case=case_id, open=True).order_by("pk"))
        self.main = next((item for item in self.items if item.node != "cosign"), None)
        self.kind = self.fitting() if action.likely else action.kind
        self.by = self.actor()

    def fitting(self) -> str:
        """The kind that was drawn, or what must come before it where it would make no sense yet."""
        kind, signing = self.action.kind, any(item.node == "cosign" for item in self.items)
        if kind in ("ask_before", "ask_after", "forward", "return") and signing:
            return "sign"
        if kind in ("sign", "call_off") and not signing:
            return "ask_before" if self.action.pick % 2 else "forward"
        if kind == "release" and self.main and not self.main.owner_id:
            return "claim"
        return kind

    def choose(self, people: list[int]) -> Person:
        by_key = {person.pk: person for person in self.world.people}
        likely = [by_key[pk] for pk in people if pk in by_key] if self.action.likely else []
        found = likely or self.world.people
        return found[self.action.who % len(found)]

    def actor(self) -> Person:
        kind = self.kind
        if kind in ("withdraw", "copy", "urge"):
            return self.choose([self.case.opened_by_id])
        if kind == "take_back":
            decisions = Decision.objects.filter(case=self.case.pk).exclude(side="system").order_by("-pk")
            return self.choose(list(decisions.values_list("by", flat=True)[:1]))
        if kind == "sign":
            return self.choose([item.owner_id for item in self.items if item.node == "cosign"])
        if kind == "call_off":
            asked = CoSign.objects.filter(case=self.case.pk, state__in=["open", "planned"])
            return self.choose(list(asked.values_list("by", flat=True)))
        return self.choose(self.holders())

    def holders(self) -> list[int]:
        """Who has the open step, or may take it out of its queue."""
        item = self.main
        if item is None:
            return []
        if item.owner_id:
            return [item.owner_id]
        posts = Post.objects.filter(role=item.role, organization=item.organization_id, unit=item.unit_id)
        return list(posts.filter(until=None).order_by("pk").values_list("person", flat=True))

    def task(self) -> GuardedTask:
        """The open step; where none is, the last one, so that coming late is tried as well."""
        tasks = GuardedTask.objects.filter(process_id=self.case.pk, flow_task_type="HUMAN")
        last = tasks.order_by("-pk").first()
        return load_task(self.case, self.main.pk if self.main else last.pk)

    def others(self) -> list[Person]:
        """One to three people, from the whole district or from around the case."""
        people, start = self.world.people, self.action.more
        if self.action.likely:
            keys = ("instructor0", "district_leader", "instructor0b", "district_approver_b", "approver0b")
            people = [self.world.place.person(key) for key in keys]
        return [people[(start + step) % len(people)] for step in range(1 + self.action.pick % 3)]

    def run(self) -> None:
        DOING[self.kind](self)

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
        outcomes = (
            Outcome.REJECTED,
            Outcome.EXTENSION,
            Outcome.ANNULLED,
            Outcome.WITHDRAWN,
            Outcome.OBJECTED,
        )
        opinion = "理由" if self.action.more % 4 else ""
        outcome = outcomes[self.action.pick % len(outcomes)]
        self.decide(self.task(), outcome, opinion)

    def withdraw(self) -> None:
        decide(authorize_withdrawal(self.any_task(), self.case, self.by, at=self.at), Outcome.WITHDRAWN)

    def any_task(self) -> GuardedTask:
        """An open task of the case, co-signatures included."""
        if self.items:
            return load_task(self.case, self.items[self.action.pick % len(self.items)].pk)
        return self.task()

    def take_back(self) -> None:
        take_back(self.case, by=self.by, at=self.at)

    def claim(self) -> None:
        claim_task(self.any_task(), self.case, by=self.by, at=self.at)

    def release(self) -> None:
        release_task(self.any_task(), self.case, by=self.by, at=self.at)

    def reassign(self) -> None:
        people = self.world.people
        if self.action.likely and self.main:
            posts = Post.objects.filter(role=self.main.role, person__in=people).exclude(
                person=self.main.owner_id
            )
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
        later = self.at + (0, 3, 20, 100, 400)[self.action.more % 5] * DAY
        (remind, escalate, lambda at: fire_due_timers(at=at))[self.action.pick % 3](later)

    def bulk(self) -> None:
        items = list(WorkItem.objects.filter(open=True).order_by("pk"))
        start = self.action.more % len(items)
        chosen = {item.pk: item for item in [*self.items, *items[start : start + 2]]}
        outcome = Outcome.RETURNED if self.action.pick % 4 == 0 else Outcome.APPROVED
        start_bulk(
            list(chosen.values()),
            token=uuid.uuid4(),
            outcome=outcome,
            opinion="情况属实。",
            by=self.by,
            language="zh-hans",
            at=self.at,
        )
        for message in OutboxMessage.objects.filter(kind="bulk", state=OutboxMessage.State.WAITING):
            work_off(message.payload)
            work_off(message.payload)


DOING: dict[str, Callable[[Turn], None]] = {
    "forward": Turn.forward,
    "return": Turn.give_back,
    "decide": Turn.other_outcome,
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
