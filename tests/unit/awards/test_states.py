"""RULES section 10, P4 and issue 6: in no order of events is an award issued under an open objection, without quorum or
majority, within the notice, over quota or with a conflicted vote counted.

Worlds are explored to the end: by default small ones, with ``AWARD_WORLDS=large`` in the environment larger ones.
"""

import os
from dataclasses import replace

import pytest

from awards.rules.states import (
    DECIDED,
    HOLDING,
    NOMINATION,
    NOTICE,
    REFUSALS,
    Machine,
    NominationFacts,
    NominationState,
    NoticeFacts,
    NoticeState,
    NotPossible,
    fits,
    guards_of,
    least_places,
)
from tests.unit.awards.exploring import Nominee, Rules, World, explore

MEMBERS = frozenset({"m0", "m1", "m2"})
NEW = Nominee()
VOTED = Nominee(roll=frozenset({"m1", "m2"}), yes=2, closed=True)
# m0 is known to be conflicted with the first nominee.
KNOWN = frozenset({("m0", 0)})
EVERYTHING = World(
    (NEW,),
    MEMBERS,
    KNOWN,
    hidden=frozenset({("m1", 0)}),
    leavers=frozenset({"m2"}),
    cuts=1,
    objections=1,
)
TWO_HOLD = World((VOTED, VOTED), MEMBERS, KNOWN, places=2, cuts=1, objections=1)
WORLDS = {
    "one nominee, everything happens": EVERYTHING,
    "two compete for a place by ballot": World(
        (NEW, NEW), frozenset({"m1", "m2"}), frozenset(), objections=0
    ),
    "two hold a place, one is cut": TWO_HOLD,
}
LARGE = {
    "two hold a place, two objections": replace(TWO_HOLD, objections=2),
    "two by ballot, one conflicted": World((NEW, NEW), MEMBERS, KNOWN, objections=0),
    "three for two places, two objections": World((VOTED,) * 3, MEMBERS, frozenset(), places=2),
    "a conflict comes late": World(
        (VOTED, NEW), frozenset({"m1", "m2"}), frozenset(), hidden=frozenset({("m1", 1)}), objections=1
    ),
}
if os.environ.get("AWARD_WORLDS") == "large":
    WORLDS |= LARGE
pytestmark = pytest.mark.once("sqlite")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", WORLDS)
def test_no_order_of_events_issues_a_wrong_award(name):
    explored = explore(WORLDS[name], Rules())
    assert explored.wrong == [], explored.path
    assert explored.most_awarded >= 1
    assert {
        NominationState.AWARDED,
        NominationState.WITHDRAWN,
        NominationState.NOT_SELECTED,
    } <= explored.states


# What goes wrong when a guard is left out: each of them is needed, and the exploration would notice.
NEEDED = [
    (("no_objection",), "under an objection"),
    (("quorate",), "without quorum"),
    (("passed",), "without majority"),
    (("unconflicted",), "conflicted vote counted"),
    (("notice_over",), "within the notice"),
    (("within_places",), "over quota"),
]


@pytest.mark.parametrize(("guards", "wrong"), NEEDED)
def test_without_a_guard_the_exploration_finds_the_wrong_award(guards, wrong):
    start = replace(TWO_HOLD, places=1, cuts=0, objections=0) if wrong == "over quota" else EVERYTHING
    assert explore(start, Rules(nomination=NOMINATION.without(*guards)), kind=wrong).wrong


def only_at_selection(guard: str) -> Machine[NominationState]:
    return Machine(
        tuple(
            one if one.event == "select" else one._replace(guards=tuple(g for g in one.guards if g != guard))
            for one in NOMINATION.transitions
        )
    )


@pytest.mark.parametrize(
    ("guard", "start", "event"),
    [
        ("unconflicted", EVERYTHING, "conflict found"),
        ("within_places", replace(TWO_HOLD, objections=0), "cut"),
    ],
)
def test_asking_at_the_selection_only_is_not_enough(guard, start, event):
    explored = explore(start, Rules(nomination=only_at_selection(guard)))
    assert explored.wrong
    assert event in explored.path


def test_a_notice_closed_early_is_found():
    explored = explore(EVERYTHING, Rules(notice=NOTICE.without("periods_over")))
    assert explored.wrong == ["notice closed early: notice close"]


def test_every_guard_is_a_fact_that_is_used_and_refused_in_words():
    used = {guard for machine in (NOMINATION, NOTICE) for one in machine.transitions for guard in one.guards}
    assert used == set(guards_of(NominationFacts)) | set(guards_of(NoticeFacts)) == set(REFUSALS)
    for machine, facts in ((NOMINATION, NominationFacts), (NOTICE, NoticeFacts)):
        assert {guard for one in machine.transitions for guard in one.guards} <= set(guards_of(facts))


@pytest.mark.parametrize(("machine", "states"), [(NOMINATION, NominationState), (NOTICE, NoticeState)])
def test_every_state_can_be_reached_and_every_event_is_unambiguous(machine, states):
    reached, before = {next(iter(states))}, set()
    while reached != before:
        before = set(reached)
        reached |= {one.target for one in machine.transitions if one.sources & before}
    assert reached == set(states)
    pairs = [(one.event, source) for one in machine.transitions for source in one.sources]
    assert len(pairs) == len(set(pairs))


def test_the_ends_are_ends_and_an_award_ends_only_in_a_revocation():
    ends = {state for state in NominationState if not NOMINATION.events(state)}
    assert ends == {
        NominationState.NOT_RANKED,
        NominationState.NOT_ELIGIBLE,
        NominationState.NOT_SELECTED,
        NominationState.REMOVED,
        NominationState.WITHDRAWN,
        NominationState.LAPSED,
        NominationState.REVOKED,
    }
    assert NOMINATION.events(NominationState.AWARDED) == ["revoke"]
    assert not ends & HOLDING


ROAD = [
    ("announce_in_unit", ""),
    ("hand_in", "own_notice_over"),
    ("rank", "within_quota"),
    ("find_eligible", "eligible"),
    ("finish_vetting", "letters_answered"),
    ("select", "quorate"),
    ("announce", "notice_running"),
    ("clear", "notice_over"),
    ("decide", "no_objection"),
    ("issue", "unconflicted"),
]


def test_the_road_from_draft_to_certificate_and_each_refusal_in_words():
    everything = NominationFacts(**dict.fromkeys(guards_of(NominationFacts), True))
    state = NominationState.DRAFT
    for event, guard in ROAD:
        if guard:
            with pytest.raises(NotPossible, match=str(REFUSALS[guard])):
                NOMINATION.after(state, event, replace(everything, **{guard: False}))
        with pytest.raises(NotPossible, match="刷新"):
            NOMINATION.after(state, "revoke" if state not in DECIDED else "select", everything)
        state = NOMINATION.after(state, event, everything)
    assert state == NominationState.AWARDED


def test_all_refusals_are_told_at_once():
    assert len(NOMINATION.refusals(NominationState.CLEARED, "decide", NominationFacts())) == 7
    assert NOTICE.refusals(NoticeState.RUNNING, "close", NoticeFacts()) == [str(REFUSALS["periods_over"])]


def test_places_count_whoever_may_still_be_awarded():
    held = [NominationState.HELD, NominationState.DECIDED, NominationState.REMOVED, NominationState.RESERVE]
    assert fits(held, 3)
    assert not fits(held, 2)
    assert least_places(held) == 1
