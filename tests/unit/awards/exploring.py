"""A small world of nominees, members, objections and days, in which every order of events can be tried.

The world is what happens, the machines under test say what may be done. What counts as wrong is written here once more,
from the world alone and without the facts that the machines are asked with.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from awards.rules.ballots import Ballot, BallotRules, Result, count
from awards.rules.states import (
    HOLDING,
    NOMINATION,
    NOTICE,
    Machine,
    NominationFacts,
    NominationState,
    NoticeFacts,
    NoticeState,
    fits,
    least_places,
    places_held,
)

RULES = BallotRules(least_voters=1)
NOTICE_DAYS = 2
IN_NOTICE = {NominationState.ANNOUNCED, NominationState.HELD}
Roll = frozenset[str]
NOBODY: Roll = frozenset()


class Nominee(NamedTuple):
    """One nominee: its ballot (roll, yes, whether closed, who had left by then), days to go, objections."""

    state: NominationState = NominationState.REVIEW
    roll: Roll = NOBODY
    yes: int = 0
    closed: bool = False
    gone: Roll = NOBODY
    days: int = NOTICE_DAYS
    open: bool = False
    founded: bool = False


@dataclass(frozen=True)
class World:
    """``conflicts`` as known now; ``hidden`` come to light later. ``leavers`` may still leave the committee."""

    nominees: tuple[Nominee, ...]
    members: Roll
    conflicts: frozenset[tuple[str, int]]
    hidden: frozenset[tuple[str, int]] = frozenset()
    leavers: Roll = NOBODY
    gone: Roll = NOBODY
    places: int = 1
    cuts: int = 0
    objections: int = 2
    notice: NoticeState = NoticeState.DRAFT

    def put(self, number: int, **changes) -> "World":
        rows = list(self.nominees)
        rows[number] = rows[number]._replace(**changes)
        return replace(self, nominees=tuple(rows))

    def conflicted(self, number: int) -> Roll:
        return frozenset(member for member, other in self.conflicts if other == number)


@dataclass(frozen=True)
class Rules:
    """The machines under test."""

    nomination: Machine[NominationState] = NOMINATION
    notice: Machine[NoticeState] = NOTICE


def result_of(world: World, number: int) -> Result | None:
    one = world.nominees[number]
    if not one.closed:
        return None
    no = len(one.roll) - one.yes
    return count(
        Ballot(str(number), world.members, world.conflicted(number), one.roll, one.yes, no, left=one.gone),
        RULES,
    )


def facts_of(world: World, number: int) -> NominationFacts:
    one, result = world.nominees[number], result_of(world, number)
    others = [other.state for place, other in enumerate(world.nominees) if place != number]
    clean = not one.roll & world.conflicted(number)
    reached = result is not None and len(one.roll) >= result.quorum
    return NominationFacts(
        quorate=reached,
        unconflicted=clean,
        passed=result is not None and one.yes >= result.needed,
        within_places=fits(others, world.places),
        reserve_named=True,
        notice_running=world.notice in (NoticeState.RUNNING, NoticeState.CLOSED),
        notice_over=one.days == 0,
        no_objection=not one.open and not one.founded,
        founded=one.founded,
        over_quota=places_held([*others, one.state]) > world.places,
        ballot_void=one.closed and (not clean or not reached),
    )


def notice_facts(world: World) -> NoticeFacts:
    states = [one.state for one in world.nominees]
    return NoticeFacts(
        names_listed=NominationState.LISTED in states or any(state in HOLDING for state in states),
        reserve_named=True,
        periods_over=all(one.days == 0 for one in world.nominees if one.state in IN_NOTICE),
        none_decided=least_places(states) == 0,
    )


def moves(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    """Every event that is possible now, with the world after it."""
    yield from _of_the_committee(world)
    yield from _of_the_outside(world)
    yield from _of_the_notice(world, rules)
    for number in range(len(world.nominees)):
        yield from _of_a_nominee(world, number, rules)


def _of_the_committee(world: World) -> Iterator[tuple[str, World]]:
    for number, one in enumerate(world.nominees):
        if one.state != NominationState.REVIEW:
            continue
        result = result_of(world, number)
        if result is not None and not result.counts:
            yield f"ballot {number} again", world.put(number, roll=NOBODY, yes=0, closed=False, gone=NOBODY)
        if one.closed:
            continue
        yield f"close {number}", world.put(number, closed=True, gone=world.gone - one.roll)
        for member in sorted(world.members - world.gone - one.roll - world.conflicted(number)):
            yield f"{member} yes {number}", world.put(number, roll=one.roll | {member}, yes=one.yes + 1)
            yield f"{member} no {number}", world.put(number, roll=one.roll | {member})
    for member in sorted(world.leavers):
        yield f"{member} leaves", replace(world, leavers=world.leavers - {member}, gone=world.gone | {member})


def _of_the_outside(world: World) -> Iterator[tuple[str, World]]:
    if world.hidden:
        yield "conflict found", replace(world, conflicts=world.conflicts | world.hidden, hidden=frozenset())
    if world.cuts and world.places - 1 >= least_places([one.state for one in world.nominees]):
        yield "cut", replace(world, places=world.places - 1, cuts=world.cuts - 1)
    if world.notice == NoticeState.RUNNING and any(
        one.days and one.state in IN_NOTICE for one in world.nominees
    ):
        passed = [
            one._replace(days=max(one.days - 1, 0)) if one.state in IN_NOTICE else one
            for one in world.nominees
        ]
        yield "day", replace(world, nominees=tuple(passed))
    for number, one in enumerate(world.nominees):
        if one.open:
            yield f"founded {number}", world.put(number, open=False, founded=True)
            yield f"unfounded {number}", world.put(number, open=False)


def _of_the_notice(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    for event in rules.notice.events(world.notice):
        if event == "add_names":
            continue  # happens with the nominee who follows
        notice = rules.notice.following(world.notice, event, notice_facts(world))
        if notice is None:
            continue
        changed = replace(world, notice=notice)
        if event == "cancel":
            for number, one in enumerate(world.nominees):
                state = NominationState.ANNOUNCED if one.state == NominationState.CLEARED else one.state
                changed = changed.put(number, state=state, days=NOTICE_DAYS)
        yield f"notice {event}", changed


def _of_a_nominee(world: World, number: int, rules: Rules) -> Iterator[tuple[str, World]]:
    one = world.nominees[number]
    if one.state == NominationState.DECIDED and world.objections and not one.open:
        yield (
            f"late objection {number}",
            replace(world.put(number, open=True), objections=world.objections - 1),
        )
    facts = facts_of(world, number)
    for event in rules.nomination.events(one.state):
        if event in ("withdraw", "lapse", "revoke", "find_ineligible", "announce_again") and number:
            continue  # of the first nominee only, to keep the world small
        state = rules.nomination.following(one.state, event, facts)
        if state is None:
            continue
        changed = world.put(number, state=state)
        if event == "object":
            if one.open or not world.objections:
                continue
            changed = replace(changed.put(number, open=True), objections=world.objections - 1)
        elif event == "review_again":
            changed = changed.put(number, roll=NOBODY, yes=0, closed=False, gone=NOBODY, days=NOTICE_DAYS)
        elif event == "follow" and world.notice == NoticeState.CLOSED:
            changed = replace(
                changed, notice=rules.notice.after(world.notice, "add_names", notice_facts(world))
            )
        elif event == "announce" and world.notice == NoticeState.CLOSED:
            changed = replace(changed, notice=NoticeState.RUNNING)
        yield f"{event} {number}", changed


def wrongs(before: World, event: str, world: World) -> list[str]:
    """What is wrong with a step, told from the world alone."""
    found = []
    for number, (one, was) in enumerate(zip(world.nominees, before.nominees, strict=True)):
        if one.state == NominationState.AWARDED != was.state:
            found += [f"{wrong}: {event}" for wrong in _wrong_award(world, number)]
        if world.notice == NoticeState.CLOSED and one.state in IN_NOTICE and one.days:
            found.append(f"notice closed early: {event}")
    if (
        sum(one.state in (NominationState.DECIDED, NominationState.AWARDED) for one in world.nominees)
        > world.places
    ):
        found.append(f"over quota: {event}")
    return found


def _wrong_award(world: World, number: int) -> Iterator[str]:
    one = world.nominees[number]
    may_vote = [
        member
        for member in world.members
        if (member, number) not in world.conflicts and (member in one.roll or member not in one.gone)
    ]
    if one.open or one.founded:
        yield "under an objection"
    if not one.closed or 3 * len(one.roll) < 2 * len(may_vote):
        yield "without quorum"
    if 2 * one.yes <= len(one.roll):
        yield "without majority"
    if any((member, number) in world.conflicts for member in one.roll):
        yield "conflicted vote counted"
    if one.days or world.notice not in (NoticeState.RUNNING, NoticeState.CLOSED):
        yield "within the notice"
    if sum(other.state == NominationState.AWARDED for other in world.nominees) > world.places:
        yield "over quota"


@dataclass(frozen=True)
class Explored:
    """``wrong`` stops at the first; ``events`` are the kinds of event that happened somewhere."""

    worlds: int
    steps: int
    wrong: list[str]
    path: list[str]
    states: frozenset[NominationState]
    most_awarded: int


def explore(start: World, rules: Rules, kind: str = "", most: int = 2_000_000) -> Explored:
    """Every world that can be reached, each once; with the way to the first wrong step, or the first of a kind."""
    came: dict[World, tuple[World, str] | None] = {start: None}
    queue, steps, states, awarded = [start], 0, set(), 0
    for world in queue:
        rows = [one.state for one in world.nominees]
        states.update(rows)
        awarded = max(awarded, rows.count(NominationState.AWARDED))
        for event, following in moves(world, rules):
            steps += 1
            wrong = [one for one in wrongs(world, event, following) if one.startswith(kind)]
            if wrong:
                return Explored(
                    len(came), steps, wrong, [*_way(came, world), event], frozenset(states), awarded
                )
            if following not in came:
                assert len(came) < most, "The world is too large to be explored."
                came[following] = (world, event)
                queue.append(following)
    return Explored(len(came), steps, [], [], frozenset(states), awarded)


def _way(came: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    way = []
    while (step := came[world]) is not None:
        world, event = step
        way.append(event)
    return way[::-1]
