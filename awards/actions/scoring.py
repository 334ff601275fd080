"""Sealed scores: scoring begins, a member saves and hands in (docs/adr/0010).

Whatever a member gives is one encrypted column. The chain holds the digest of what was handed in, and nothing else.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from orgs.models import Person
from orgs.permissions import Refused
from records import audit

from ..enums import Duty, ReviewState
from ..models import Honour, Nomination, Review, Score
from ..review_access import Reader, enter, find_nominee, may_begin, may_judge, not_yours
from ..scoring_register import PURPOSE, criteria_of, own_sheets, scoring_rules, voting_members
from ..sealing import commitment, new_salt, seal
from ..voting import IN_CONTEST
from .review_steps import give_numbers, locked_review, move, record, require_scoring, tell_members

HANDED_IN = "score_handed_in"
POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9])?")


@transaction.atomic
def open_scoring(honour: Honour, *, by: Person, at: dt.datetime) -> Review:
    """Begin the scoring of an honour: the nominees get numbers by chance. Raises Refused and ValidationError."""
    reader = enter(by, honour, timezone.localdate(at))
    if not reader.assists:
        raise Refused(not_yours())
    Review.objects.get_or_create(honour=honour, defaults={"salt": new_salt()})
    review = locked_review(honour)
    if review.state != ReviewState.PREPARING:
        raise ValidationError(_("评分已经开始。请刷新页面查看进展。"))
    if problems := obstacles_to_scoring(honour):
        raise ValidationError(problems)
    give_numbers(honour)
    move(review, ReviewState.SCORING, "scoring_opened", by=by, at=at, scoring_opened_at=at)
    tell_members(review, "scoring_opened", at)
    return review


def obstacles_to_scoring(honour: Honour) -> list[str]:
    """What has to be done before scoring can begin."""
    problems = []
    members = voting_members(honour)
    if not any(one.duty == Duty.CHAIR for one in members):
        problems.append(_("评审委员会没有主任委员。请先补齐评审委员会。"))
    least = scoring_rules(honour).least_judges
    if len(members) < least:
        text = _("有表决权的委员只有%(count)d名，至少须有%(least)d名。请先补齐评审委员会。")
        problems.append(text % {"count": len(members), "least": least})
    if not honour.nominations.filter(state__in=IN_CONTEST).exists():
        problems.append(_("还没有进入评审的推荐对象。请等资格审查和考察完成后再开始评分。"))
    return problems


@transaction.atomic
def admit_nominees(honour: Honour, *, by: Person, at: dt.datetime) -> int:
    """Give numbers to nominees who came to the review during the scoring; returns how many."""
    reader = enter(by, honour, timezone.localdate(at))
    if not reader.assists:
        raise Refused(not_yours())
    review = locked_review(honour)
    require_scoring(review)
    count = give_numbers(honour)
    if count:
        record(review, "nominees_admitted", by=by, at=at, count=count)
    return count


@transaction.atomic
@sensitive_variables("points")
def save_score(honour: Honour, key: int, points: Mapping[str, str], *, by: Person, at: dt.datetime) -> Score:
    """Keep a member's points of one nominee under a seal: a draft, of which criteria may be missing. What was handed in
    before stays handed in and must be complete.

    ``key`` is the nominee's number, ``points`` the points by code of criterion. Raises Refused (also where the nominee
    is not to be found) and ValidationError by code of criterion, without the points.
    """
    review = locked_review(honour)
    reader, nomination = _judged(honour, key, by, at)
    require_scoring(review)
    assert reader.seat is not None
    score = Score.objects.filter(member=reader.seat, nomination=nomination).first()
    score = score or Score(review=review, member=reader.seat, nomination=nomination)
    kept = checked_points(honour, points, whole=score.handed_in_at is not None)
    score.sealed = seal(
        {"member": reader.seat.pk, "nomination": nomination.pk, "points": kept},
        salt=review.salt,
        purpose=PURPOSE,
    )
    score.commitment = ""
    score.save()
    if score.handed_in_at is not None:
        _hand_in(score, by=by, at=at)
    return score


@sensitive_variables("points", "kept", "value")
def checked_points(honour: Honour, points: Mapping[str, str], *, whole: bool) -> dict[str, str]:
    """The points in their kept form. Raises ValidationError by code of criterion."""
    problems: dict[str, str] = {}
    kept: dict[str, str] = {}
    known = {one.code: one for one in criteria_of(honour)}
    if set(points) - set(known):
        raise ValidationError(_("评分标准已变动。请刷新页面后重新填写。"))
    for code, one in known.items():
        text = points.get(code, "").strip()
        if not text and whole:
            problems[code] = _("请填写“%(name)s”的得分。") % {"name": one.name}
        elif text:
            value = _number_of(text)
            if value is None or not 0 <= value <= one.full:
                told = _("“%(name)s”须为0至%(full)d之间的数，最多一位小数。")
                problems[code] = told % {"name": one.name, "full": one.full}
            else:
                kept[code] = str(value)
    if problems:
        raise ValidationError(problems)
    return kept


def _number_of(text: str) -> Decimal | None:
    """A number with at most one decimal; Chinese input methods write full-width figures."""
    plain = unicodedata.normalize("NFKC", text)
    return Decimal(plain) if POINTS.fullmatch(plain) else None


@transaction.atomic
def hand_in_scores(honour: Honour, *, by: Person, at: dt.datetime) -> int:
    """Hand in every complete draft of a member; returns how many. They can be changed until scoring is closed.

    Raises Refused and ValidationError.
    """
    review = locked_review(honour)
    reader = enter(by, honour, timezone.localdate(at))
    if not (verdict := may_begin(reader)):
        raise Refused(verdict)
    require_scoring(review)
    ready = {
        one.nominee.nomination.pk for one in own_sheets(reader) if one.is_complete and not one.is_handed_in
    }
    rows = list(Score.objects.filter(member=reader.seat, nomination__in=ready).order_by("pk"))
    if not rows:
        raise ValidationError(_("没有可以提交的评分。请先逐项填写得分并保存。"))
    for row in rows:
        _hand_in(row, by=by, at=at)
    return len(rows)


def _hand_in(score: Score, *, by: Person, at: dt.datetime) -> None:
    score.handed_in_at, score.commitment = at, commitment(score.sealed)
    score.save(update_fields=["handed_in_at", "commitment"])
    audit.record(
        HANDED_IN,
        by_id=by.pk,
        about=f"score:{score.pk}",
        chain=f"organization:{score.review.honour.campaign.organization_id}",
        at=at,
        member=score.member_id,
        nomination=score.nomination_id,
        commitment=score.commitment,
    )


def _judged(honour: Honour, key: int, by: Person, at: dt.datetime) -> tuple[Reader, Nomination]:
    """The member and the nominee with a number, found by the same rule as everywhere."""
    reader = enter(by, honour, timezone.localdate(at))
    nominee = find_nominee(reader, key)
    if nominee is None:
        raise Refused(not_yours())
    if not (verdict := may_judge(reader, nominee.nomination)):
        raise Refused(verdict)
    return reader, nominee.nomination
