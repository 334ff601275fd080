"""Several ballots until the places are taken: what follows after each vote (RULES section 4; the order of tie rules is
configuration).

A standing says who is selected, on whom is voted next and why. Of nominees who pass, those with more support (yes ÷
base: the bases differ where members are conflicted) come first. A tie at the last place goes to the tie rules in the
order of the campaign: a revote on the tied ones (as long as votes are left), the score, the chair. Nominees whose
ballot had no quorum or was void are voted on again; until then nobody of that vote is selected, since all compete for
the same places. If nothing settles it, the place stays empty, and that is said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from awards.rules.ballots import BallotRules, Outcome, Result, TieRule
from orgs.rules.founding import Problem


class Next(StrEnum):
    """What has to happen now."""

    VOTE = "vote"  # on all in the contest
    REPEAT = "repeat"  # on those whose ballot decided nothing
    REVOTE = "revote"  # on the tied ones
    CHAIR = "chair"  # the chair decides between the tied ones
    DONE = "done"


@dataclass(frozen=True)
class Standing:
    """How far the votes have come. ``contest`` are those on whom it is still to be decided, ``results`` their results
    of the present vote; ``votes`` counts finished votes, in which repeats for want of a quorum are not counted."""

    places: int
    contest: frozenset[str]
    next: Next = Next.VOTE
    selected: tuple[str, ...] = ()
    votes: int = 0
    revote: bool = False
    results: Mapping[str, Result] = field(default_factory=dict)

    @property
    def free(self) -> int:
        return self.places - len(self.selected)

    @property
    def voted_on(self) -> frozenset[str]:
        """On whom ballots are to be opened now."""
        if self.next in (Next.DONE, Next.CHAIR):
            return frozenset()
        return self.contest - set(self.results)


def start(nominees: Iterable[str], places: int) -> Standing:
    """Before the first vote."""
    contest = frozenset(nominees)
    return Standing(places, contest, Next.VOTE if contest and places > 0 else Next.DONE)


def after(
    standing: Standing, results: Iterable[Result], rules: BallotRules, scores: Mapping[str, Decimal]
) -> Standing:
    """The standing after ballots on all of ``voted_on``; raises ValueError for others."""
    counted = {one.nominee: one for one in results}
    if set(counted) != standing.voted_on:
        raise ValueError(f"Ballots on {sorted(counted)}, expected on {sorted(standing.voted_on)}.")
    known = {**standing.results, **{name: one for name, one in counted.items() if one.counts}}
    return _settle(replace(standing, results=known), rules, scores)


def without(standing: Standing, nominee: str, rules: BallotRules, scores: Mapping[str, Decimal]) -> Standing:
    """The standing when a nominee withdraws or is dissolved: out of the contest or, if selected, its place is free.

    A place that becomes free after the votes are done stays empty here: whether a reserve follows is the campaign's.
    """
    return _resume(
        replace(
            standing,
            selected=tuple(one for one in standing.selected if one != nominee),
            contest=standing.contest - {nominee},
            results={name: one for name, one in standing.results.items() if name != nominee},
        ),
        rules,
        scores,
    )


def with_places(
    standing: Standing, places: int, rules: BallotRules, scores: Mapping[str, Decimal]
) -> Standing:
    """The standing when the quota is changed. A cut never takes a place from who is selected by itself: raises
    ValueError when fewer places are left than selected, then the last ones are taken out by decision first."""
    if places < len(standing.selected):
        raise ValueError(f"{len(standing.selected)} are selected, more than {places} places.")
    return _resume(replace(standing, places=places), rules, scores)


def tie_breaker(
    tied: Collection[str], officers: Sequence[str], conflicts: Collection[tuple[str, str]]
) -> str | None:
    """Who decides a tie: the chair, or the first deputy who is not conflicted with any of the tied; None: nobody."""
    return next(
        (one for one in officers if not any((one, nominee) in conflicts for nominee in tied)),
        None,
    )


def chair_problems(
    standing: Standing, chosen: Collection[str], by: str, decider: str | None
) -> list[Problem]:
    """Why a decision between tied nominees is not possible."""
    if standing.next != Next.CHAIR:
        return [Problem("no_tie", _("目前没有需要主任委员决定的并列。请刷新页面查看投票进展。"))]
    problems = []
    if by != decider:
        text = _("您与并列对象有回避关系，或者不是本次的主持人，不能决定。请由没有回避关系的主持人决定。")
        problems.append(Problem("not_the_decider", text))
    if not set(chosen) <= standing.contest or len(set(chosen)) != standing.free:
        text = _("须在并列对象中选定%(free)d个。请更正。")
        problems.append(Problem("wrong_number", text % {"free": standing.free}))
    return problems


def chair_decides(standing: Standing, chosen: Collection[str]) -> Standing:
    """The standing after a decision without ``chair_problems``."""
    return _done(replace(standing, selected=(*standing.selected, *sorted(chosen))))


def leave_empty(standing: Standing) -> Standing:
    """The standing when nothing can settle it: every officer is conflicted, or no quorum can be had any more."""
    return _done(standing)


def in_words(standing: Standing) -> str:
    """What happens now, for the page and the minutes."""
    return {
        Next.VOTE: _("对列入名单的对象投票。"),
        Next.REPEAT: _("部分对象的投票没有形成决定，须重新投票；在此之前本轮不产生结果。"),
        Next.REVOTE: _("末位并列，对并列对象再次投票。"),
        Next.CHAIR: _("投票和评分均并列，由没有回避关系的主持人决定。"),
        Next.DONE: _("投票结束，空缺%(free)d个名额。") % {"free": standing.free}
        if standing.free
        else _("投票结束，名额已满。"),
    }[standing.next]


def _done(standing: Standing) -> Standing:
    return replace(standing, next=Next.DONE, contest=frozenset(), results={}, revote=False)


def _resume(standing: Standing, rules: BallotRules, scores: Mapping[str, Decimal]) -> Standing:
    """The standing after a change from outside: settled if nothing is missing any more, else as it was."""
    if standing.next == Next.DONE:
        return standing
    if not standing.free:
        return _done(standing)
    if standing.next == Next.CHAIR or (standing.revote and len(standing.contest) <= standing.free):
        return _break_tie(standing, standing.contest, rules, scores)
    return standing if standing.voted_on else _settle(standing, rules, scores)


def _settle(standing: Standing, rules: BallotRules, scores: Mapping[str, Decimal]) -> Standing:
    """What follows once results are in; nothing but a repeat while one is missing."""
    if standing.voted_on:
        return replace(standing, next=Next.REPEAT)
    held = replace(standing, votes=standing.votes + 1)
    support = {name: one.support for name, one in held.results.items()}
    passed = {name for name, one in held.results.items() if one.outcome == Outcome.PASSED}
    group = held.contest if held.revote else passed
    above, tied = _split(group, support, held.free)
    failed = held.contest - group
    chosen = _with_selected(held, sorted(above, key=lambda name: (-support[name], name)))
    if tied:
        return _break_tie(replace(chosen, results={}), frozenset(tied), rules, scores)
    if rules.second_round and failed and chosen.free and chosen.votes < rules.votes:
        return replace(chosen, contest=frozenset(failed), results={}, next=Next.VOTE)
    return _done(chosen)


def _break_tie(
    standing: Standing, tied: frozenset[str], rules: BallotRules, scores: Mapping[str, Decimal]
) -> Standing:
    """The first tie rule that can still be applied."""
    if len(tied) <= standing.free:
        return _done(_with_selected(standing, sorted(tied)))
    for rule in rules.tie_rules:
        if rule == TieRule.REVOTE and standing.votes < rules.votes and standing.next != Next.CHAIR:
            return replace(standing, contest=tied, results={}, revote=True, next=Next.REVOTE)
        if rule == TieRule.SCORE and all(name in scores for name in tied):
            above, tied_still = _split(tied, {name: Fraction(scores[name]) for name in tied}, standing.free)
            standing = _with_selected(standing, sorted(above))
            tied = frozenset(tied_still)
            if not tied:
                return _done(standing)
        if rule == TieRule.CHAIR:
            return replace(standing, contest=tied, results={}, next=Next.CHAIR)
    return _done(standing)


def _split(names: Collection[str], figure: Mapping[str, Fraction], places: int) -> tuple[set[str], set[str]]:
    """Who is in by a figure, and between whom the last places are tied."""
    order = sorted(names, key=lambda name: -figure[name])
    if len(order) <= places:
        return set(order), set()
    border = figure[order[places - 1]] if places else None
    if border is None or figure[order[places]] != border:
        return set(order[:places]), set()
    return {name for name in order if figure[name] > border}, {
        name for name in order if figure[name] == border
    }


def _with_selected(standing: Standing, names: Iterable[str]) -> Standing:
    return replace(standing, selected=(*standing.selected, *names))
