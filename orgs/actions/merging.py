"""Two entries of the register that turn out to be one unit: a person makes one of them (RULES section 6)."""

import datetime as dt
from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import audit

from ..models import Coverage, Person, Unit
from ..rules.duplicates import DuplicateIndex
from ..rules.register_merge import GROUPS, merged, people_problems
from .posts import leave_post
from .register_matching import Handle, identity_of_unit, similar_units, values_of
from .units import keep_version


def likely_duplicates(unit: Unit) -> list[tuple[Unit, tuple[str, ...]]]:
    """Other units of the register that look like this one, with the reasons, strongest first."""
    identity = identity_of_unit(unit)
    units = {other.pk: other for other in similar_units([identity])}
    index = DuplicateIndex(identity_of_unit(other) for other in units.values())
    return [(units[cast(Handle, match.key).id], reasons) for match, reasons in index.matches(identity)]


def merge_problem(unit: Unit) -> str:
    """Why a unit cannot be merged into another one now, with the remedy; empty when it can."""
    if unit.merged_into_id:
        return _("“%(unit)s”已经并入其他单位。") % {"unit": unit.name}
    organizations = unit.organizations.all()
    if organizations or Coverage.objects.filter(unit=unit, until=None).exists():
        return _("“%(unit)s”已建有团组织或被团组织覆盖。请保留它，把另一个单位并进来。") % {"unit": unit.name}
    case = unit.cases.filter(finished=None).order_by("pk").first()
    if case is not None:
        message = _("“%(unit)s”还有未办结的事项“%(case)s”（%(number)s）。请先办结或撤回，再合并。")
        return message % {"unit": unit.name, "case": case.title, "number": case.number}
    return ""


def merge_units(
    *, keep: Unit, merge: Unit, taken: Sequence[str], reason: str, by: Person, on: dt.date, at: dt.datetime
) -> Unit:
    """Make one unit of two: ``keep`` stays, with the ``taken`` groups of columns from ``merge``.

    Both states are kept as versions, the story of ``merge`` stays readable, its accounts end. Raises ValidationError.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("请写明认定为同一单位的依据，例如“证照更名，号码相同”。")})
    with transaction.atomic():
        pks = sorted((keep.pk, merge.pk))
        if pks[0] == pks[1]:
            raise ValidationError(_("不能把单位并入它自己。请选择另一个单位。"))
        rows = Unit.objects.select_for_update(of=("self",)).select_related("affiliation").in_bulk(pks)
        keep, merge = rows[keep.pk], rows[merge.pk]
        if keep.merged_into_id:
            raise ValidationError(merge_problem(keep))
        if problem := merge_problem(merge):
            raise ValidationError(problem)
        values = merged(values_of(keep), values_of(merge), [key for key in GROUPS if key in taken])
        if problems := people_problems(values):
            raise ValidationError(dict(problems))
        # First out of the way: the number of a merged unit is free for the one that stays.
        merge.merged_into = keep
        _keep(merge, gettext_lazy("并入“%(unit)s”：%(reason)s"), keep.name, reason, by=by, at=at)
        for field, value in values.items():
            setattr(keep, field, value)
        if "number" in taken:
            keep.number_override_reason = merge.number_override_reason
        _keep(keep, gettext_lazy("由“%(unit)s”并入：%(reason)s"), merge.name, reason, by=by, at=at)
        for post in merge.posts.filter(until=None):
            leave_post(post, by=by, on=on, at=at)
        for unit, other in ((merge, keep), (keep, merge)):
            audit.record(
                "unit_merged_into" if unit is merge else "unit_merged_from",
                by_id=by.pk,
                about=f"unit:{unit.pk}",
                chain=f"unit:{unit.pk}",
                at=at,
                other=other.pk,
                version=unit.version,
                taken=list(taken),
                reason_sha256=audit.digest(reason),
            )
    return keep


def _keep(unit: Unit, text: Promise, other: str, reason: str, *, by: Person, at: dt.datetime) -> None:
    """Keep a version whose reason is in Chinese, as everything that is kept."""
    with translation.override(settings.LANGUAGE_CODE):
        keep_version(unit, reason=str(text) % {"unit": other, "reason": reason}, by=by, at=at)
