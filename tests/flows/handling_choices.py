"""What a random action comes to at the case at hand, and who takes it.

An action names its kind, whether it is to be one that probably succeeds, and numbers that pick the person, the
outcome and the other people.
"""

from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from orgs.models import Person, Post
from tests.flows.handling_world import World
from workflows.bulk import takes_opinion
from workflows.models import CoSign, Decision, GuardedTask, Outcome, Side, WorkItem
from workflows.views.task import load_case, load_task

FORWARD = (Outcome.APPROVED, Outcome.SUBMITTED)
# What leads neither on nor back to an earlier step.
SPECIAL = (Outcome.REJECTED, Outcome.EXTENSION, Outcome.ANNULLED, Outcome.WITHDRAWN)
ASKS = ("ask_before", "ask_after")


NEEDS = {"return": Outcome.RETURNED, "withdraw": Outcome.WITHDRAWN}


class Action(NamedTuple):
    """One attempt. ``likely`` chooses what the case offers and an actor among those who probably may."""

    kind: str
    likely: bool = True
    who: int = 0
    pick: int = 0
    more: int = 0


class Choice:
    """The case at hand, the kind of action and its actor."""

    def __init__(self, world: World, case_id: int, action: Action):
        self.world, self.action, self.at = world, action, timezone.now()
        self.on = timezone.localdate(self.at)
        self.case = load_case(case_id, lock=True)
        self.items = list(WorkItem.objects.filter(case=case_id, open=True).order_by("pk"))
        self.main = next((item for item in self.items if item.node != "cosign"), None)
        self.kind = self.fitting() if action.likely else action.kind
        self.by = self.actor()

    # -- which action --------------------------------------------------------------------------------------------

    def fitting(self) -> str:
        """The kind that was drawn, or what must come before it where it would make no sense yet."""
        kind = self.action.kind
        if any(item.node == "cosign" for item in self.items):
            return "sign" if kind in (*ASKS, "forward", "return", "decide") else kind
        if kind in ("sign", "call_off") and not self.requests().exists():
            kind = ASKS[self.action.pick % 2]
        return self.offered(kind) if self.main else kind

    def offered(self, kind: str) -> str:
        """The kind, or the way forward to a step that offers it."""
        assert self.main
        node = self.case.flow_class.instance.node(self.main.node)
        is_applicants = node.side == Side.APPLICANT
        if kind == "decide" and not self.special_outcomes():
            return "forward"
        if kind in NEEDS and NEEDS[kind] not in node.outcomes:
            return "forward"
        if kind == "bulk" and not takes_opinion(node):
            return "forward"
        if kind in ("claim", "release"):
            return "forward" if is_applicants else "release" if self.main.owner_id else "claim"
        return "forward" if is_applicants and kind in ASKS else kind

    def special_outcomes(self) -> list[Outcome]:
        """What the open step offers besides going on and going back."""
        if self.main is None:
            return []
        flow = self.case.flow_class.instance
        return [one for one in flow.possible_outcomes(flow.node(self.main.node), self.case) if one in SPECIAL]

    # -- which people --------------------------------------------------------------------------------------------

    def choose(self, people: list[int]) -> Person:
        by_key = {person.pk: person for person in self.world.people}
        likely = [by_key[pk] for pk in people if pk in by_key] if self.action.likely else []
        found = likely or self.world.people
        return found[self.action.who % len(found)]

    def actor(self) -> Person:
        kind = self.kind
        if kind in ("withdraw", "copy"):
            return self.choose([self.case.opened_by_id])
        if kind == "urge":
            return self.choose([self.case.opened_by_id, *self.deciders()])
        if kind == "take_back":
            return self.choose(self.deciders()[-1:])
        if kind == "sign":
            return self.choose(
                [item.owner_id for item in self.items if item.node == "cosign" and item.owner_id]
            )
        if kind == "call_off":
            return self.choose(list(self.requests().values_list("by", flat=True)))
        return self.choose(self.holders())

    def deciders(self) -> list[int]:
        """Who took the steps of the case, in their order."""
        decisions = Decision.objects.filter(case=self.case.pk).exclude(side__in=("system", "cosigner"))
        return list(decisions.order_by("pk").values_list("by", flat=True))

    def holders(self) -> list[int]:
        """Who has the open step, or may take it out of its queue."""
        item = self.main
        if item is None:
            return []
        if item.owner_id:
            return [item.owner_id]
        return list(self.colleagues(item).values_list("person", flat=True))

    def colleagues(self, item: WorkItem) -> QuerySet[Post]:
        """The running posts in whose queue a step is."""
        posts = Post.objects.filter(role=item.role, organization=item.organization_id, unit=item.unit_id)
        return posts.filter(until=None).order_by("pk")

    def others(self) -> list[Person]:
        """One to three people, from the whole district or from around the case."""
        people, start = self.world.people, self.action.more
        if self.action.likely:
            keys = ("instructor0", "district_leader", "instructor0b", "district_approver_b", "approver0b")
            around, earlier = [self.world.place.person(key) for key in keys], self.deciders()
            people = [one for one in around if one.pk not in earlier and one != self.by]
        return [people[(start + step) % len(people)] for step in range(1 + self.action.pick % 3)]

    # -- which task ----------------------------------------------------------------------------------------------

    def requests(self) -> QuerySet[CoSign]:
        """The co-signatures that were asked for and are out or planned."""
        return CoSign.objects.filter(case=self.case.pk, state__in=["open", "planned"])

    def task(self) -> GuardedTask:
        """The open step; where none is, the last one, so that coming late is tried as well."""
        tasks = GuardedTask.objects.filter(process_id=self.case.pk, flow_task_type="HUMAN")
        last = tasks.order_by("-pk").first()
        return load_task(self.case, self.main.pk if self.main else last.pk)

    def any_task(self) -> GuardedTask:
        """An open task of the case, co-signatures included."""
        if self.items and not (self.action.likely and self.main):
            return load_task(self.case, self.items[self.action.pick % len(self.items)].pk)
        return self.task()
