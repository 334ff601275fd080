"""Scoring is closed, and the seals are opened by whoever presides (docs/adr/0010)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Refused
from records.audit import canonical, digest
from records.models import AuditEntry

from ..enums import ReviewState
from ..models import Honour, Review, Score
from ..review_access import enter, may_open
from ..rules import scoring
from ..score_results import totals_of
from ..scoring_register import BrokenSeal, criteria_of, progress_of, read_points, scoring_rules
from ..sealing import commitment
from .review_steps import give_numbers, leading, locked_review, move, record, require_scoring, tell_members
from .scoring import HANDED_IN

TOTAL_DIGITS = 3


class SealBroken(ValidationError):
    """Scores that are not what was handed in; nothing was opened. ``members`` are ids of seats."""

    def __init__(self, members: list[int], names: str):
        text = _(
            "%(names)s提交的评分与提交时的校验码不符，评分没有开启。请重新开放评分，由该委员重新提交，并请管理员核查系统日志。"
        )
        super().__init__(text % {"names": names})
        self.members = members


@transaction.atomic
def close_scoring(honour: Honour, *, confirmed: bool = False, by: Person, at: dt.datetime) -> None:
    """Close the scoring. While something is missing only whoever presides can, who saw what is missing (``confirmed``).

    Raises Refused and ValidationError.
    """
    review = locked_review(honour)
    reader = leading(honour, by, at)
    require_scoring(review)
    missing = [one for one in progress_of(review, reader.conflicts) if one.missing]
    if missing and not (confirmed and reader.presides):
        names = _("、").join(one.member.person.name for one in missing)
        text = _("%(names)s尚未交齐评分。请催交，或由主任委员确认后截止。")
        raise ValidationError(text % {"names": names})
    count = Score.objects.filter(review=review).exclude(handed_in_at=None).count()
    values = {"count": count, "missing": {str(one.member.pk): one.missing for one in missing}}
    move(review, ReviewState.CLOSED, "scoring_closed", by=by, at=at, scoring_closed_at=at, data=values)


@transaction.atomic
def reopen_scoring(honour: Honour, *, reason: str, by: Person, at: dt.datetime) -> None:
    """Let scoring go on after it was closed and before it is opened: for a successor, or where a seal is broken.

    Raises Refused and ValidationError.
    """
    review = locked_review(honour)
    leading(honour, by, at)
    if review.state != ReviewState.CLOSED:
        raise ValidationError(_("只有已截止、尚未开启的评分可以重新开放。请刷新页面查看进展。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请填写重新开放评分的理由。")})
    give_numbers(honour)
    values = {"reason": digest(reason.strip())}
    personal = {"reason": reason.strip()}
    move(review, ReviewState.SCORING, "scoring_reopened", by=by, at=at, data=values, personal=personal)
    tell_members(review, "scoring_reopened", at)


def open_scores(honour: Honour, *, by: Person, at: dt.datetime) -> Review:
    """Open the scores at once, after closing, by whoever presides; checks each seal against the chain first.

    Scores of pairs in conflict stay sealed. Raises Refused and, with nothing opened but that on record, SealBroken.
    """
    with transaction.atomic():
        review = locked_review(honour)
        reader = enter(by, honour, timezone.localdate(at))
        if not (verdict := may_open(reader)):
            raise Refused(verdict)
        rows = [
            one
            for one in Score.objects.filter(review=review)
            .exclude(handed_in_at=None)
            .select_related("member__person")
            if (str(one.member_id), str(one.nomination_id)) not in reader.conflicts
        ]
        broken = broken_seals(review, rows)
        if broken:
            members = sorted({one.member_id for one in broken})
            record(review, "score_seals_broken", by=by, at=at, members=members)
        else:
            _write_points(review, rows)
            ranking = write_ranking(review)
            values = {"count": len(rows), "ranking": digest(canonical(ranking))}
            more = {"opened_at": at, "opened_by": by}
            move(review, ReviewState.OPENED, "scores_opened", by=by, at=at, data=values, **more)
            tell_members(review, "scores_opened", at)
    if broken:
        names = {one.member.person.name: None for one in broken}
        raise SealBroken(members, _("、").join(names))
    return review


def broken_seals(review: Review, rows: list[Score]) -> list[Score]:
    """The scores that are not what was handed in, as the chain has it, or that do not open."""
    about = {f"score:{one.pk}": one for one in rows}
    entries = AuditEntry.objects.filter(event=HANDED_IN, about__in=about).order_by("chain", "sequence")
    recorded = {one.about: one.data["commitment"] for one in entries}
    found = []
    for key, one in about.items():
        try:
            sound = commitment(one.sealed) == one.commitment == recorded.get(key) and bool(read_points(one))
        except BrokenSeal:
            sound = False
        if not sound:
            found.append(one)
    return found


def _write_points(review: Review, rows: list[Score]) -> None:
    criteria = criteria_of(review.honour)
    for one in rows:
        one.points = read_points(one)
        exact = scoring.total_of({code: Decimal(text) for code, text in one.points.items()}, criteria)
        one.total = scoring.rounded(exact, TOTAL_DIGITS)
        one.save(update_fields=["points", "total"])


def write_ranking(review: Review) -> list[dict[str, Any]]:
    """Keep the ranking of the opened scores with the review; again when a conflict comes to light later."""
    ranked = scoring.rank(totals_of(review), scoring_rules(review.honour))
    rows = [
        {
            "nominee": one.nominee,
            "score": None if one.score is None else str(one.score),
            "rank": one.rank,
            "judges": one.judges,
        }
        for one in ranked
    ]
    review.result = {**review.result, "ranking": rows}
    review.save(update_fields=["result"])
    return rows
