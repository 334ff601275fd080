"""The list of acceptances and the overview as workbooks: exactly the rows on the page, no personal data in them."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from records.workbooks import Column, write_workbook

from .acceptance_register import STATES, Overview, Tally, state_of
from .exports import CHUNK, export_title, limited
from .models import Acceptance, Person
from .rules.inspection_words import stars_of
from .rules.reference import industry_sections

LIST_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("事项编号", 18),
    Column("团组织", 40),
    Column("单位", 34),
    Column("行业门类", 22),
    Column("办理团组织", 22),
    Column("直接联系", 8),
    Column("验收标准", 18),
    Column("自评日期", 12, "date"),
    Column("状态", 14),
    Column("总分", 8, "number"),
    Column("星级", 8, "integer"),
    Column("认定日期", 12, "date"),
    Column("有效期至", 12, "date"),
    Column("未达标项目", 44),
    Column("撤销日期", 12, "date"),
)


def acceptance_workbook(
    acceptances: QuerySet[Acceptance], filters: Sequence[str], *, by: Person, at: dt.datetime
) -> bytes:
    """The acceptances in list order. Raises TooManyRows."""
    rows = limited(
        acceptances.select_related("organization", "unit", "affiliation", "standard"), ["scope", "pk"]
    )
    title = export_title(_("达标验收"), filters, by=by, at=at)
    lines = _lines(rows.prefetch_related("items"), timezone.localdate(at))
    return write_workbook(LIST_COLUMNS, lines, sheet="达标验收", title=title, created_at=at)


def _lines(rows: QuerySet[Acceptance], on: dt.date) -> Iterator[list]:
    for number, one in enumerate(rows.iterator(CHUNK), 1):
        unmet = [f"{item.code}" for item in one.items.all() if item.met is False and item.points is not None]
        yield [
            number,
            one.case_number,
            one.organization.name,
            one.unit.name,
            f"{one.unit.section} {industry_sections().get(one.unit.section, '')}".strip(),
            one.affiliation.display_name,
            _("是") if one.direct_contact else _("否"),
            one.standard.name,
            one.assessed_on,
            str(STATES[state_of(one, on)]),
            float(one.total) if one.total is not None and not one.alone else None,
            (stars_of(one.grade) or None) if not one.alone else None,
            one.concluded_on,
            one.valid_until,
            "、".join(unmet) if not one.alone else "",
            one.revoked_on,
        ]


OVERVIEW_COLUMNS = (
    Column("分类", 10),
    Column("名称", 34),
    Column("验收", 8, "integer"),
    Column("合格", 8, "integer"),
    Column("整改中", 8, "integer"),
    Column("不合格", 8, "integer"),
    Column("办理中", 8, "integer"),
    Column("已撤销认定", 10, "integer"),
    Column("五星", 7, "integer"),
    Column("四星", 7, "integer"),
    Column("三星", 7, "integer"),
    Column("二星", 7, "integer"),
    Column("查看次数", 9, "integer"),
    Column("未达标次数", 10, "integer"),
    Column("未达标率（%）", 10, "integer"),
    Column("得分率（%）", 10, "integer"),
    Column("最常未达标", 40),
)


def overview_workbook(overview: Overview, filters: Sequence[str], *, by: Person, at: dt.datetime) -> bytes:
    """Everything that the overview says on one sheet: the whole, sub-districts, industries, items."""
    rows = [_tally(_("全部"), overview.all)]
    rows += [_tally(_("街镇"), one) for one in overview.places]
    rows += [_tally(_("行业"), one) for one in overview.sections]
    for one in overview.items:
        figures = [one.looked, one.unmet, one.percent, one.reached]
        rows.append([_("项目"), f"{one.code} {one.text}", *([None] * 10), *figures, ""])
    title = export_title(_("达标验收总览"), filters, by=by, at=at)
    return write_workbook(OVERVIEW_COLUMNS, rows, sheet="达标验收总览", title=title, created_at=at)


def _tally(kind: str, one: Tally) -> list:
    counts = [one.counts[state] for state in ("rectify", "failed", "running", "revoked")]
    stars = [one.stars[number] for number in (5, 4, 3, 2)]
    worst = "、".join(
        _("%(code)s（%(times)d 次）") % {"code": code, "times": times} for code, times in one.worst
    )
    return [kind, one.label or _("合计"), one.total, one.accepted, *counts, *stars, *([None] * 4), worst]
