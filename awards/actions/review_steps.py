"""What every step of a review shares: the lock, who runs it, numbers by chance, and the record."""

import datetime as dt
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Refused
from records import audit
from records.notices import send

from ..enums import ReviewState
from ..models import Honour, Review
from ..review_access import Reader, enter, not_yours
from ..scoring_register import voting_members
from ..voting import IN_CONTEST


def locked_review(honour: Honour) -> Review:
    """The review, locked: nothing is saved while it is closed or opened. Raises ValidationError before it begins."""
    review = Review.objects.select_for_update(of=("self",)).filter(honour=honour).first()
    if review is None:
        raise ValidationError(_("评分还没有开始。请等秘书开始评分后再办理。"))
    review.honour = honour
    return review


def require_scoring(review: Review) -> None:
    if review.state == ReviewState.PREPARING:
        raise ValidationError(_("评分还没有开始。请等秘书开始评分后再办理。"))
    if review.state != ReviewState.SCORING:
        raise ValidationError(_("评分已截止，不能再提交或修改。如有遗漏，请与评审委员会秘书联系。"))


def leading(honour: Honour, by: Person, at: dt.datetime) -> Reader:
    reader = enter(by, honour, timezone.localdate(at))
    if not reader.leads:
        raise Refused(not_yours())
    return reader


def give_numbers(honour: Honour) -> int:
    """Give each nominee of the contest without a number the next one, by chance."""
    waiting = list(honour.nominations.filter(state__in=IN_CONTEST, blind_number=None).order_by("pk"))
    last = honour.nominations.aggregate(last=Max("blind_number"))["last"] or 0
    secrets.SystemRandom().shuffle(waiting)
    for number, one in enumerate(waiting, last + 1):
        one.blind_number = number
        one.save(update_fields=["blind_number"])
    return len(waiting)


def move(
    review: Review,
    state: ReviewState,
    event: str,
    *,
    by: Person,
    at: dt.datetime,
    data: dict[str, Any] | None = None,
    personal: Any = None,
    **fields: Any,
) -> None:
    review.state = state
    for name, value in fields.items():
        setattr(review, name, value)
    review.save(update_fields=["state", *fields])
    record(review, event, by=by, at=at, personal=personal, **data or {})


def record(
    review: Review, event: str, *, by: Person, at: dt.datetime, personal: Any = None, **data: Any
) -> None:
    audit.record(
        event,
        by_id=by.pk,
        about=f"review:{review.pk}",
        chain=f"organization:{review.honour.campaign.organization_id}",
        at=at,
        personal=personal,
        **data,
    )


def tell_members(review: Review, kind: str, at: dt.datetime) -> None:
    """Tell who votes that something began; never what anybody gave."""
    for member in voting_members(review.honour):
        send(
            kind,
            to_id=member.person_id,
            key=f"{kind}:{review.pk}:{member.pk}:{at:%Y%m%d%H%M%S}",
            at=at,
            url=reverse("review", args=[review.honour_id]),
            honour=review.honour.title,
            campaign=review.honour.campaign.name,
        )
