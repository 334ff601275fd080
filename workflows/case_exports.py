"""The list of cases as Excel: exactly the rows that the filters leave, names masked, who and when in the head."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs import exports
from orgs.exports import TooManyRows, export_title
from orgs.rules.masking import masked_name
from records.workbooks import Column, write_workbook

from .case_filters import described
from .cases import CaseSearch
from .models import Case
from .rows import case_row, present_items

CHUNK = 500


def cases_workbook(found: CaseSearch, *, at: dt.datetime) -> bytes:
    """The workbook of a search, newest first. Raises TooManyRows."""
    keys = list(found.cases.values_list("pk", flat=True)[: exports.MAX_ROWS + 1])
    if len(keys) > exports.MAX_ROWS:
        raise TooManyRows
    return write_workbook(
        columns(),
        export_rows(found, keys),
        sheet=_("事项"),
        title=export_title(_("事项清单"), described(found.asked, found.place), by=found.person, at=at),
        created_at=at,
    )


def columns() -> list[Column]:
    return [
        Column(_("事项编号"), 16),
        Column(_("事项类型"), 10),
        Column(_("事项"), 44),
        Column(_("申请单位"), 32),
        Column(_("办理团组织"), 20),
        Column(_("当前环节"), 14),
        Column(_("状态"), 10),
        Column(_("办理人·已脱敏"), 12),
        Column(_("发起人·已脱敏"), 10),
        Column(_("发起日期"), 12, "date"),
        Column(_("办理时限"), 12, "date"),
        Column(_("办结日期"), 12, "date"),
    ]


def export_rows(found: CaseSearch, keys: list[int]) -> Iterator[tuple]:
    """The cells of the workbook, five hundred cases at a time."""
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        cases = Case.objects.select_related("unit", "organization", "opened_by").in_bulk(part)
        items = present_items(part)
        for key in part:
            row = case_row(cases[key], items.get(key, []), on=found.on, calendar=found.calendar)
            yield export_row(cases[key], row)


def export_row(case: Case, row: dict) -> tuple:
    holders = [masked_name(name) for name in row["holders"]]
    return (
        row["number"],
        row["flow"],
        row["title"],
        row["unit"],
        row["place"],
        row["step"],
        state_of(case),
        _("、").join(holders + ([_("待领取")] if row["unclaimed"] else [])),
        masked_name(case.opened_by.name),
        timezone.localdate(row["created"]),
        row["due_on"],
        timezone.localdate(row["finished"]) if row["finished"] else None,
    )


def state_of(case: Case) -> str:
    if not case.is_open:
        return _("已办结")
    return _("退回补正中") if case.return_stack else _("办理中")
