"""The quota of an honour as a workbook: every figure of the calculation, so that anybody can repeat it."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from orgs.exports import export_title
from orgs.models import Person
from records.workbooks import Column, write_workbook

from .models import Honour
from .quota_pages import QuotaTable

QUOTA_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("代码", 14),
    Column("街镇", 26),
    Column("已验收组织", 12, "integer"),
    Column("其中两新组织", 12, "integer"),
    Column("下限", 8, "integer"),
    Column("上限", 8, "integer"),
    Column("应得名额", 12, "number"),
    Column("整数部分", 10, "integer"),
    Column("小数部分", 12, "number"),
    Column("余数序位", 10, "integer"),
    Column("补1个", 8),
    Column("计算名额", 10, "integer"),
    Column("决定增减", 10, "integer"),
    Column("推荐名额", 10, "integer"),
    Column("其中两新组织名额", 16, "integer"),
)


def quota_workbook(honour: Honour, table: QuotaTable, *, by: Person, at: dt.datetime) -> bytes:
    """One row per sub-district, and the sums."""
    name = _("%(honour)s名额分配") % {"honour": honour.title}
    title = export_title(name, [honour.campaign.name], by=by, at=at)
    return write_workbook(QUOTA_COLUMNS, _lines(table), sheet="名额分配", title=title, created_at=at)


def _lines(table: QuotaTable) -> Iterator[list]:
    for number, one in enumerate(table.lines, 1):
        line, division = one.line, one.line.division
        yield [
            number,
            line.area.code,
            line.area.name,
            line.area.accepted,
            line.area.non_public,
            line.least,
            line.most,
            float(division.share),
            division.whole,
            float(division.remainder),
            division.rank or None,
            _("是") if division.extra else "",
            one.quota.calculated,
            one.change,
            one.quota.places,
            one.quota.reserved,
        ]
    sums = table.totals
    yield [
        None,
        "",
        _("合计"),
        sums["accepted"],
        sums["non_public"],
        *[None] * 7,
        sums["calculated"],
        sums["change"],
        sums["places"],
        sums["reserved"],
    ]
