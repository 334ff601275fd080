"""The states of a nomination and of a public notice, as data: events, from where to where, and what must hold.

A guard is the name of a field of the facts, so that the whole machine can be printed, drawn and explored; what a fact
means and how it is had from the records stands at the field. The guards that protect an award stand at every step from
the selection to the certificate on which the fact may have changed since: a late objection, a conflict that is declared
after the vote or a quota that is cut takes effect wherever the nomination is (RULES section 10, P4; issue 6).

After the decision document nothing is taken back in silence: what is founded then ends in a revocation with its own
document, and a quota cannot be cut below what is decided (``least_places``).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Generic, NamedTuple, Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awards.enums import NominationState, NoticeState

S, N = NominationState, NoticeState
BEFORE_LIST = frozenset({S.DRAFT, S.OWN_NOTICE, S.RANKING, S.CHECKING, S.VETTING, S.REVIEW})
ON_LIST = frozenset({S.LISTED, S.ANNOUNCED, S.HELD, S.CLEARED})
DECIDED = frozenset({S.DECIDED, S.AWARDED})
# Who takes one of the places of an honour.
HOLDING = ON_LIST | DECIDED


@dataclass(frozen=True)
class NominationFacts:
    """What is known of a nomination at the moment of an event; nothing is assumed."""

    own_notice_over: bool = False  # the own unit's notice ended, and nobody objected there or it is settled
    within_quota: bool = False  # its rank is within the quota of the sub-district as adjusted
    eligible: bool = False  # no failed rule (eligibility), the second nomination of one person included
    letters_answered: bool = False  # every consultation letter has a reply without an objection
    quorate: bool = False  # its last ballot had a quorum of the members who are not conflicted
    unconflicted: bool = False  # nobody on the roll is conflicted by what is known now
    passed: bool = False  # its last ballot reached the majority
    within_places: bool = False  # with this one, no more hold a place than there are places
    reserve_named: bool = False  # the notice said that reserves follow, and it is the next one
    notice_running: bool = False  # the public notice is published and not cancelled
    notice_over: bool = False  # its own period in the notice has passed
    no_objection: bool = False  # no objection is open, and none was founded
    founded: bool = False  # an objection was found to be true
    over_quota: bool = False  # more hold a place than there are places since a cut
    ballot_void: bool = False  # its ballot had no quorum, or a conflict came to light


@dataclass(frozen=True)
class NoticeFacts:
    """What is known of a notice at the moment of an event."""

    names_listed: bool = False  # there is at least one name
    reserve_named: bool = False
    periods_over: bool = False  # of every name that is announced or held
    none_decided: bool = False


REFUSALS: dict[str, Promise] = {
    "own_notice_over": _("本单位公示尚未期满，或者有意见没有处理完。"),
    "within_quota": _("排序超出街镇名额。"),
    "eligible": _("有资格条件不符合。"),
    "letters_answered": _("征求意见尚未全部答复，或者有反对意见。"),
    "quorate": _("参加投票的委员不足法定人数。"),
    "unconflicted": _("应回避的委员参加了投票。"),
    "passed": _("投票没有过半数赞成。"),
    "within_places": _("名额已满。"),
    "reserve_named": _("公示没有写明递补，或者不是下一个候补。"),
    "notice_running": _("公示没有发布，或者已经撤回。"),
    "notice_over": _("公示尚未期满。"),
    "no_objection": _("异议尚未查清，或者已经查实。"),
    "founded": _("没有查实的异议。"),
    "over_quota": _("名额没有超出。"),
    "ballot_void": _("投票有效，不需要重新评审。"),
    "names_listed": _("名单是空的。"),
    "periods_over": _("还有对象公示未满。"),
    "none_decided": _("已经有对象作出决定。"),
}

State = TypeVar("State", bound=TextChoices)


class NotPossible(Exception):
    """An event cannot happen now; the message says why."""


class Facts(Protocol):
    """A frozen dataclass of booleans."""


class Transition(NamedTuple, Generic[State]):
    event: str
    sources: frozenset[State]
    target: State
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine(Generic[State]):
    """Transitions as data. One event leads from one state to one state only."""

    transitions: tuple[Transition[State], ...]

    def events(self, state: State) -> list[str]:
        """What can happen in a state, if the guards allow it."""
        return [one.event for one in self.transitions if state in one.sources]

    def following(self, state: State, event: str, facts: Facts) -> State | None:
        """The state after an event; None where it cannot happen."""
        found = self._find(state, event)
        return found.target if found and all(getattr(facts, guard) for guard in found.guards) else None

    def refusals(self, state: State, event: str, facts: Facts) -> list[str]:
        """Every reason against an event, in words; none: it may happen."""
        found = self._find(state, event)
        if found is None:
            return [str(_("目前的状态不能这样办理。请刷新页面查看最新进展。"))]
        return [str(REFUSALS[guard]) for guard in found.guards if not getattr(facts, guard)]

    def after(self, state: State, event: str, facts: Facts) -> State:
        """The state after an event. Raises NotPossible with the reasons."""
        target = self.following(state, event, facts)
        if target is None:
            raise NotPossible(" ".join(self.refusals(state, event, facts)))
        return target

    def without(self, *guards: str) -> "Machine[State]":
        """The same machine with guards left out: what each of them prevents can be shown."""
        return Machine(
            tuple(
                one._replace(guards=tuple(guard for guard in one.guards if guard not in guards))
                for one in self.transitions
            )
        )

    def _find(self, state: State, event: str) -> Transition[State] | None:
        return next((one for one in self.transitions if one.event == event and state in one.sources), None)


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


BALLOT = ("quorate", "unconflicted", "passed")
SAFE = (*BALLOT, "within_places", "notice_running", "notice_over", "no_objection")

NOMINATION: Machine[NominationState] = Machine(
    (
        Transition("announce_in_unit", _from(S.DRAFT), S.OWN_NOTICE),
        Transition("hand_in", _from(S.OWN_NOTICE), S.RANKING, ("own_notice_over",)),
        Transition("rank", _from(S.RANKING), S.CHECKING, ("within_quota",)),
        Transition("leave_out", _from(S.RANKING), S.NOT_RANKED),
        Transition("find_eligible", _from(S.CHECKING), S.VETTING, ("eligible", "within_quota")),
        Transition("find_ineligible", _from(S.CHECKING, S.VETTING, S.REVIEW), S.NOT_ELIGIBLE),
        Transition("finish_vetting", _from(S.VETTING), S.REVIEW, ("eligible", "letters_answered")),
        Transition("select", _from(S.REVIEW), S.LISTED, (*BALLOT, "within_places")),
        Transition("keep_in_reserve", _from(S.REVIEW), S.RESERVE, BALLOT),
        Transition("pass_over", _from(S.REVIEW, S.RESERVE), S.NOT_SELECTED),
        Transition("announce", _from(S.LISTED), S.ANNOUNCED, (*BALLOT, "within_places", "notice_running")),
        Transition(
            "follow",
            _from(S.RESERVE),
            S.ANNOUNCED,
            (*BALLOT, "within_places", "reserve_named", "notice_running", "no_objection"),
        ),
        Transition("object", _from(S.ANNOUNCED, S.HELD, S.CLEARED), S.HELD),
        Transition("resume", _from(S.HELD), S.ANNOUNCED, ("no_objection",)),
        Transition("remove", _from(S.HELD), S.REMOVED, ("founded",)),
        Transition("clear", _from(S.ANNOUNCED), S.CLEARED, ("notice_running", "notice_over", "no_objection")),
        Transition("announce_again", _from(S.CLEARED), S.ANNOUNCED),
        Transition("decide", _from(S.CLEARED), S.DECIDED, SAFE),
        Transition("issue", _from(S.DECIDED), S.AWARDED, SAFE),
        Transition("drop", ON_LIST, S.NOT_SELECTED, ("over_quota",)),
        Transition("review_again", ON_LIST | {S.RESERVE}, S.REVIEW, ("ballot_void",)),
        Transition("withdraw", BEFORE_LIST | ON_LIST | {S.RESERVE}, S.WITHDRAWN),
        Transition("lapse", BEFORE_LIST | ON_LIST | {S.RESERVE, S.DECIDED}, S.LAPSED),
        Transition("revoke", DECIDED, S.REVOKED),
    )
)

NOTICE: Machine[NoticeState] = Machine(
    (
        Transition("publish", _from(N.DRAFT), N.RUNNING, ("names_listed",)),
        Transition("add_names", _from(N.RUNNING, N.CLOSED), N.RUNNING, ("reserve_named",)),
        Transition("cancel", _from(N.RUNNING, N.CLOSED), N.CANCELLED, ("none_decided",)),
        Transition("publish_again", _from(N.CANCELLED), N.RUNNING, ("names_listed",)),
        Transition("close", _from(N.RUNNING), N.CLOSED, ("periods_over",)),
    )
)


def guards_of(facts: type[NominationFacts] | type[NoticeFacts]) -> list[str]:
    """The names of all guards that facts can answer."""
    return [one.name for one in fields(facts)]


def places_held(states: Iterable[NominationState]) -> int:
    """How many of an honour's nominations hold a place."""
    return sum(state in HOLDING for state in states)


def fits(others: Iterable[NominationState], places: int) -> bool:
    """The fact ``within_places`` of one nomination, by the states of the others."""
    return places_held(others) + 1 <= places


def least_places(states: Collection[NominationState]) -> int:
    """Below what a quota cannot be cut any more: what is decided stays decided."""
    return sum(state in DECIDED for state in states)
