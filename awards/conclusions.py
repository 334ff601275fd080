"""To whom the votes of a review lead: who is selected, who follows, who is not; whose ballot is to be held again."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from orgs.permissions import Perm, can

from .ballot_register import open_vote_of
from .conflict_register import pairs_in
from .enums import NominationState, ReviewState
from .facts import nomination_ballots
from .models import Nomination, Review
from .quota_register import places_of
from .review_access import Reader
from .rules.rounds import Next, Standing
from .rules.states import NOMINATION, NotPossible
from .voting import Conflicts, results_on, scores_of, standing_of


@dataclass(frozen=True)
class Conclusion:
    """Whose cases move, in their order; who stays where an earlier conclusion put them is not among them."""

    standing: Standing
    selected: list[Nomination] = field(default_factory=list)
    reserve: list[Nomination] = field(default_factory=list)
    not_selected: list[Nomination] = field(default_factory=list)

    @property
    def moving(self) -> list[Nomination]:
        return [*self.selected, *self.reserve, *self.not_selected]


def obstacles_to_conclusion(review: Review) -> list[str]:
    """Why a review cannot be concluded yet; none: it can."""
    if review.state != ReviewState.OPENED:
        return [_("评审不在投票阶段，不能结束。请刷新页面查看进展。")]
    if open_vote_of(review) is not None:
        return [_("有一次投票还没有开票。请先截止并由主任委员开票。")]
    standing = standing_of(review, places_of(review.honour))
    if standing.next == Next.CHAIR:
        return [_("末位并列尚未决定。请由没有回避关系的主持人决定。")]
    if standing.next != Next.DONE:
        return [_("还有对象须投票。请先完成投票。")]
    return []


def conclusion_of(review: Review) -> Conclusion:
    """The conclusion that the votes lead to. Raises NotPossible while they are not done."""
    if problems := obstacles_to_conclusion(review):
        raise NotPossible(" ".join(problems))
    standing = standing_of(review, places_of(review.honour))
    waiting = {
        str(one.pk): one
        for one in review.honour.nominations.filter(state=NominationState.REVIEW)
        .select_related("organization", "unit", "affiliation", "honour__campaign__organization")
        .order_by("pk")
    }
    selected = [waiting[name] for name in standing.selected if name in waiting]
    rest = [one for one in waiting.values() if one not in selected]
    conflicts = pairs_in(review.honour)
    passed = [one for one in rest if may_follow(one, conflicts)] if names_reserve(review) else []
    return Conclusion(
        standing=standing,
        selected=selected,
        reserve=by_support(review, passed, conflicts),
        not_selected=[one for one in rest if one not in passed],
    )


def names_reserve(review: Review) -> bool:
    return review.honour.campaign.names_reserve


def may_follow(nomination: Nomination, conflicts: Conflicts) -> bool:
    """Whether a nominee without a place has ballots that would carry it: it can be a reserve."""
    quorate, unconflicted, passed, _void = nomination_ballots(nomination, conflicts)
    return quorate and unconflicted and passed


def by_support(review: Review, nominations: Iterable[Nomination], conflicts: Conflicts) -> list[Nomination]:
    """In the order in which reserves follow: support, then score; equal ones in the order of their nomination."""
    scores = scores_of(review)

    def order(one: Nomination) -> tuple[Fraction, Decimal, int]:
        results, _biased = results_on(one, conflicts)
        support = results[0].support if results else Fraction(0)
        return -support, -scores.get(str(one.pk), Decimal(0)), one.pk

    return sorted(nominations, key=order)


def reserve_order(review: Review, added: Iterable[Nomination]) -> list[Nomination]:
    """All reserves of an honour, those of an earlier conclusion included."""
    waiting = review.honour.nominations.filter(state=NominationState.RESERVE).select_related("organization")
    rows = {one.pk: one for one in [*waiting, *added]}
    return by_support(review, rows.values(), pairs_in(review.honour))


def to_be_reviewed_again(review: Review) -> list[Nomination]:
    """The nominees on the list or in reserve whose ballot became void."""
    again = next(one for one in NOMINATION.transitions if one.event == "review_again")
    conflicts = pairs_in(review.honour)
    rows = review.honour.nominations.filter(state__in=list(again.sources))
    rows = rows.select_related("organization", "unit", "affiliation", "honour__campaign__organization")
    return [one for one in rows.order_by("pk") if nomination_ballots(one, conflicts)[3]]


def may_reopen(reader: Reader, on: dt.date) -> bool:
    """Whether the reader may send nominees back to the committee: whoever assists it or decides, and is no judge."""
    place = reader.honour.campaign.organization
    perms = (Perm.ASSIST_REVIEW, Perm.DECIDE_AWARDS)
    return not reader.judges and any(can(reader.person, perm, place, on=on) for perm in perms)


def waiting_again(review: Review) -> list[Nomination]:
    """Nominees who reached the review after its conclusion."""
    if review.state != ReviewState.CONCLUDED:
        return []
    rows = review.honour.nominations.filter(state=NominationState.REVIEW).select_related("organization")
    return list(rows.order_by("pk"))
