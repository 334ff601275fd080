"""Secret ballots of the committee: one on each nominee, counted from slips without names (RULES section 4: quorum 2/3,
pass 1/2, nobody votes on the own unit).

Who voted and what was voted are kept apart: a roll says who handed in a slip, the slips say yes, no or abstain. So a
slip can never be taken back, and a conflicted member must be kept from the roll; a ballot with one on its roll is void
as a whole, since nobody can tell which slip it was.

The base of the quorum is the members who are not conflicted with the nominee. A member who left the committee before
handing in a slip is no longer in the base; one who left after it stays in, with the slip. ``least_voters`` keeps the
base from shrinking to so few that a slip would be no secret.

``rounds`` has what follows from the results of several nominees for a number of places.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from django.utils.translation import gettext as _

from orgs.rules.founding import Problem


class Base(StrEnum):
    """Of what the majority is taken."""

    ENTITLED = "entitled"  # all members who may vote on this nominee
    VOTERS = "voters"  # those who handed in a slip
    VALID = "valid"  # valid slips, abstentions included
    DECIDED = "decided"  # yes and no


class TieRule(StrEnum):
    """What settles a tie at the last place; a campaign lists them in its order."""

    REVOTE = "revote"
    SCORE = "score"
    CHAIR = "chair"


@dataclass(frozen=True)
class BallotRules:
    """The configuration of a campaign. ``strict``: more than the fraction, else at least it. ``votes`` is the most
    votes in all; ``second_round``: those who did not pass are voted on again while places are free."""

    quorum: str = "2/3"
    least_voters: int = 3
    majority: str = "1/2"
    base: Base = Base.VOTERS
    strict: bool = True
    votes: int = 3
    second_round: bool = False
    tie_rules: tuple[TieRule, ...] = (TieRule.REVOTE, TieRule.SCORE, TieRule.CHAIR)


@dataclass(frozen=True)
class Ballot:
    """A closed ballot on one nominee: the roll by member, the slips by what they say.

    ``members`` are those of the committee when the ballot was opened; ``left`` those who left it since.
    """

    nominee: str
    members: frozenset[str]
    conflicted: frozenset[str]
    voted: frozenset[str]
    yes: int
    no: int = 0
    abstain: int = 0
    invalid: int = 0
    left: frozenset[str] = field(default_factory=frozenset)

    @property
    def slips(self) -> int:
        return self.yes + self.no + self.abstain + self.invalid

    @property
    def entitled(self) -> frozenset[str]:
        """Who counts for the quorum: not conflicted, and still a member or with a slip in the box."""
        return (self.members - self.conflicted) - (self.left - self.voted)


class Outcome(StrEnum):
    PASSED = "passed"
    NOT_PASSED = "not_passed"
    NO_QUORUM = "no_quorum"
    VOID = "void"


@dataclass(frozen=True)
class Result:
    """A ballot counted. ``support`` is yes ÷ base, by which nominees with different bases are compared."""

    nominee: str
    outcome: Outcome
    support: Fraction
    entitled: int
    voters: int
    quorum: int
    base: int
    needed: int
    yes: int
    no: int
    abstain: int
    invalid: int

    @property
    def counts(self) -> bool:
        """Whether the ballot decides anything; else it is held again."""
        return self.outcome in (Outcome.PASSED, Outcome.NOT_PASSED)


def rule_problems(rules: BallotRules) -> list[Problem]:
    """What a campaign must not set."""
    problems = []
    if not 0 < Fraction(rules.quorum) <= 1 or not 0 < Fraction(rules.majority) <= 1:
        text = _("法定人数和通过比例须大于0，不大于1。请更正。")
        problems.append(Problem("fraction_out_of_range", text, "quorum"))
    if rules.strict and Fraction(rules.majority) == 1:
        problems.append(Problem("never_passed", _("赞成不可能超过全部。请改为“达到”。"), "majority"))
    if rules.least_voters < 1 or rules.votes < 1:
        text = _("最少投票人数和投票轮数至少是1。请更正。")
        problems.append(Problem("number_too_small", text, "least_voters"))
    return problems


def quorum_of(entitled: int, rules: BallotRules) -> int:
    """How many have to vote: the fraction of those entitled rounded up, and never fewer than the least."""
    return max(ceil(Fraction(rules.quorum) * entitled), rules.least_voters)


def quorum_possible(members: Collection[str], conflicted: Collection[str], rules: BallotRules) -> bool:
    """Whether a ballot on a nominee makes sense at all; else members are appointed before it is opened."""
    entitled = len(set(members) - set(conflicted))
    return entitled >= quorum_of(entitled, rules)


def ballot_problems(ballot: Ballot) -> list[Problem]:
    """What makes a ballot void, each with the remedy. Says how many, never who voted what."""
    problems = []
    conflicted, strangers = ballot.voted & ballot.conflicted, ballot.voted - ballot.members
    if conflicted:
        text = _("%(count)d名应回避的委员投了票，本次投票无效。请重新投票。")
        problems.append(Problem("conflicted_vote", text % {"count": len(conflicted)}))
    if strangers:
        text = _("投票人中有%(count)d人不是委员，本次投票无效。请重新投票。")
        problems.append(Problem("stranger_voted", text % {"count": len(strangers)}))
    if ballot.slips != len(ballot.voted):
        text = _("收回%(slips)d票，投票人%(voted)d名，本次投票无效。请重新投票。")
        values = {"slips": ballot.slips, "voted": len(ballot.voted)}
        problems.append(Problem("slips_differ", text % values))
    if min(ballot.yes, ballot.no, ballot.abstain, ballot.invalid) < 0:
        problems.append(Problem("negative", _("票数不能是负数。请更正。")))
    return problems


def count(ballot: Ballot, rules: BallotRules) -> Result:
    """The result of a closed ballot. Void and without quorum come first: then nothing else is decided."""
    entitled, voters = len(ballot.entitled), len(ballot.voted)
    quorum = quorum_of(entitled, rules)
    base = {
        Base.ENTITLED: entitled,
        Base.VOTERS: voters,
        Base.VALID: voters - ballot.invalid,
        Base.DECIDED: ballot.yes + ballot.no,
    }[rules.base]
    share = Fraction(rules.majority) * base
    needed = floor(share) + 1 if rules.strict else max(ceil(share), 1)
    if ballot_problems(ballot):
        outcome = Outcome.VOID
    elif voters < quorum:
        outcome = Outcome.NO_QUORUM
    else:
        outcome = Outcome.PASSED if ballot.yes >= needed else Outcome.NOT_PASSED
    counted = outcome in (Outcome.PASSED, Outcome.NOT_PASSED)
    return Result(
        nominee=ballot.nominee,
        outcome=outcome,
        support=Fraction(ballot.yes, base) if counted and base else Fraction(0),
        entitled=entitled,
        voters=voters,
        quorum=quorum,
        base=base,
        needed=needed,
        yes=ballot.yes,
        no=ballot.no,
        abstain=ballot.abstain,
        invalid=ballot.invalid,
    )


def in_words(result: Result) -> str:
    """The result for the minutes. Where nothing was decided no figures of the slips are told."""
    values = {
        "entitled": result.entitled,
        "voters": result.voters,
        "quorum": result.quorum,
        "yes": result.yes,
        "no": result.no,
        "abstain": result.abstain,
        "invalid": result.invalid,
        "needed": result.needed,
    }
    if result.outcome == Outcome.VOID:
        return _("投票无效，须重新投票。")
    if result.outcome == Outcome.NO_QUORUM:
        text = _("应参加投票%(entitled)d人，实际%(voters)d人，不足%(quorum)d人，不作决定，另行投票。")
        return text % values
    text = _(
        "应参加投票%(entitled)d人，实际%(voters)d人；赞成%(yes)d票，反对%(no)d票，弃权%(abstain)d票，"
        "无效%(invalid)d票；须赞成%(needed)d票，未通过。"
    )
    if result.outcome == Outcome.PASSED:
        text = _(
            "应参加投票%(entitled)d人，实际%(voters)d人；赞成%(yes)d票，反对%(no)d票，弃权%(abstain)d票，"
            "无效%(invalid)d票；须赞成%(needed)d票，通过。"
        )
    return text % values
