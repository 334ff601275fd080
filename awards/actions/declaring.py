"""A member declares conflicts with nominees, and states to have gone through all of them (RULES section 4: recusal)."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Refused
from records import audit

from ..enums import ReviewState
from ..models import CommitteeMember, ConflictDeclaration, Honour, Review
from ..recusals import DECLARED, standing_of, to_check
from ..review_access import enter, not_yours
from ..rules.conflicts import Ground
from .opening import write_ranking

AFTER_SCORING = (ReviewState.CLOSED, ReviewState.OPENED, ReviewState.CONCLUDED)


class Said(NamedTuple):
    """What a member says about one nominee; no ground: no conflict. A note only explains ``other``."""

    ground: Ground | None
    note: str = ""


@transaction.atomic
def declare_conflicts(
    honour: Honour, said: Mapping[int, Said], *, complete: bool, by: Person, at: dt.datetime
) -> int:
    """Put on record what changed against what the member declared before; returns how many rows were added.

    ``said`` is by nomination; whoever is not named stays as before. ``complete`` states that all were gone through,
    and then every nominee must be named. A declaration takes effect at once; nothing can be withdrawn once scoring is
    closed. Raises Refused and ValidationError.
    """
    review = Review.objects.select_for_update().filter(honour=honour).first()
    reader = enter(by, honour, timezone.localdate(at))
    seat = reader.seat
    if seat is None:
        raise Refused(not_yours())
    known = {one.nomination.pk for one in to_check(seat, honour)}
    if not set(said) <= known:
        raise Refused(not_yours())
    if complete and set(said) != known:
        raise ValidationError(_("推荐对象有变动。请刷新页面，核对全部推荐对象后再提交。"))
    rows = _changes(seat, honour, said, at, may_withdraw=reader.state not in AFTER_SCORING)
    if complete:
        rows.append(ConflictDeclaration(member=seat, honour=honour, at=at))
    for row in rows:
        row.save(force_insert=True)
        _record(row, by=by, at=at)
    if review is not None and review.state in (ReviewState.OPENED, ReviewState.CONCLUDED):
        write_ranking(review)
    return len(rows)


def _changes(
    seat: CommitteeMember, honour: Honour, said: Mapping[int, Said], at: dt.datetime, *, may_withdraw: bool
) -> list[ConflictDeclaration]:
    before = standing_of(seat, honour)
    rows = []
    for pk, one in sorted(said.items()):
        old = before.get(pk)
        note = one.note.strip() if one.ground == Ground.OTHER else ""
        if (one.ground, note) == ((old[0], old[1]) if old else (None, "")):
            continue
        common = {"member": seat, "honour": honour, "nomination_id": pk, "at": at}
        if one.ground is not None and one.ground not in DECLARED:
            raise ValidationError(_("请在“亲属关系”和“其他关系”中选择。"))
        if one.ground == Ground.OTHER and not note:
            raise ValidationError({f"note_{pk}": _("请简要说明是什么关系。")})
        if one.ground is None and not may_withdraw:
            text = _("评分已截止，已申报的回避不能撤回。如属误报，请向评审委员会秘书说明。")
            raise ValidationError({f"ground_{pk}": text})
        if old is not None:
            rows.append(ConflictDeclaration(ground=old[0], withdrawn=True, **common))
        if one.ground is not None:
            rows.append(ConflictDeclaration(ground=one.ground, note=note, **common))
    return rows


def _record(row: ConflictDeclaration, *, by: Person, at: dt.datetime) -> None:
    """The chain holds that a member declared; with whom and why is personal."""
    event = "conflict_withdrawn" if row.withdrawn else "conflict_declared"
    audit.record(
        event if row.nomination_id else "conflicts_gone_through",
        by_id=by.pk,
        about=f"honour:{row.honour_id}",
        chain=f"organization:{row.honour.campaign.organization_id}",
        at=at,
        personal={"nomination": row.nomination_id, "ground": row.ground, "note": row.note},
        member=row.member_id,
    )
