"""A review ends with its result, and begins again where a ballot became void. Both in the caller's transaction, which
moves the cases: none is moved without the others (docs/adr/0010)."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from orgs.models import Person
from records import audit

from ..conclusions import Conclusion, reserve_order
from ..enums import CampaignState, NominationState, ReviewState
from ..models import Nomination, Review
from ..rules.states import HOLDING, NotPossible


def conclude(review: Review, conclusion: Conclusion, *, by: Person, at: dt.datetime) -> None:
    """Put the result on record, after the cases of ``conclusion`` were moved. ``review`` is held by the caller.

    Who holds a place since an earlier conclusion stays among the selected, before those who are added.
    """
    nominations = review.honour.nominations
    holding = set(nominations.filter(state__in=list(HOLDING)).values_list("pk", flat=True))
    before = [pk for pk in review.result.get("selected", []) if pk in holding]
    added = [one.pk for one in conclusion.selected if one.pk not in before]
    others = sorted(holding - {*before, *added})
    ended = nominations.filter(state=NominationState.NOT_SELECTED).order_by("pk")
    result = {
        "selected": [*before, *others, *added],
        "reserve": [one.pk for one in reserve_order(review, conclusion.reserve)],
        "not_selected": list(ended.values_list("pk", flat=True)),
    }
    review.result = {**review.result, **result}
    review.state, review.concluded_at = ReviewState.CONCLUDED, at
    review.save(update_fields=["result", "state", "concluded_at"])
    # The chain is read by more people than the result is for before the notice: it holds what fixes it.
    _note(review, "review_concluded", by, at, result=audit.digest(audit.canonical(result)))


def reopen(review: Review, again: Sequence[Nomination], reason: str, *, by: Person, at: dt.datetime) -> None:
    """Let the votes of a review go on, on nominees whose ballot became void or who reached the review later; after
    their cases were sent back. ``review`` is held by the caller. Raises NotPossible."""
    if review.honour.campaign.state != CampaignState.PUBLISHED:
        raise NotPossible(_("评选活动已经结束，不能重新评审。已决定的表彰须按程序撤销。"))
    if review.state not in (ReviewState.OPENED, ReviewState.CONCLUDED):
        raise NotPossible(_("评分尚未开启，不需要重新评审。"))
    if not reason.strip():
        raise NotPossible(_("请写明重新评审的理由。"))
    review.state = ReviewState.OPENED
    review.save(update_fields=["state"])
    # The reason may tell who is in conflict with whom: it is personal.
    _note(
        review, "review_reopened", by, at, nominations=[one.pk for one in again], personal={"reason": reason}
    )


def _note(review: Review, event: str, by: Person, at: dt.datetime, **data: object) -> None:
    audit.record(
        event,
        by_id=by.pk,
        about=f"review:{review.pk}",
        chain=f"organization:{review.honour.campaign.organization_id}",
        at=at,
        **data,
    )
