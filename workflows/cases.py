"""The list of cases in a person's jurisdiction, with what they started themselves."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Perm
from orgs.queries import scope_filter
from records.calendars import WorkingCalendar
from records.workbooks import Column, write_workbook

from .desk import NEWEST_FIRST, due_dates
from .keyset import Page, page_of
from .models import Case
from .rows import case_row, case_rows
from .titles import BY_NAME

PAGE_SIZE = 25
EXPORT_LIMIT = 20_000
STATES = ("open", "closed")


@dataclass(frozen=True)
class CasesAsked:
    """What the address of the list asks for; anything unknown reads as the default."""

    q: str = ""
    flow: str = ""
    state: str = ""
    unit: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "CasesAsked":
        flow, state, unit = (query.get(key, "") for key in ("flow", "state", "unit"))
        return cls(
            q=query.get("q", "").strip().replace("\x00", "")[:60],
            flow=flow if flow in BY_NAME else "",
            state=state if state in STATES else "",
            unit=unit if unit.isascii() and unit.isdigit() and len(unit) < 15 else "",
            after=query.get("after", ""),
            before=query.get("before", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.flow or self.state or self.unit)

    def url(self, **changes: str) -> str:
        new = replace(self, **({"after": "", "before": ""} | changes))
        fields = {key: getattr(new, key) for key in ("q", "flow", "state", "unit", "after", "before")}
        return f"?{urlencode({key: value for key, value in fields.items() if value})}"


def visible_cases(person: Person, on: dt.date, perm: Perm = Perm.VIEW_REGISTRY) -> QuerySet[Case]:
    """Cases in the jurisdictions in which ``perm`` is held, of the person's own units, and started by them."""
    return Case.objects.filter(
        scope_filter(person, perm, on, field="scope", unit="unit") | Q(opened_by=person)
    )


def found_cases(rows: QuerySet[Case], asked: CasesAsked) -> QuerySet[Case]:
    """The cases that the filters leave."""
    if asked.q:
        rows = rows.filter(
            Q(title__icontains=asked.q) | Q(number__icontains=asked.q) | Q(unit__name__icontains=asked.q)
        )
    if asked.flow:
        rows = rows.filter(flow_class=BY_NAME[asked.flow])
    if asked.state:
        rows = rows.filter(finished__isnull=asked.state == "open")
    if asked.unit:
        rows = rows.filter(unit_id=int(asked.unit))
    return rows.select_related("unit", "organization")


def cases_page(person: Person, asked: CasesAsked, *, on: dt.date) -> tuple[Page[Case], list[dict]]:
    """One page of the list, newest first, and its rows for the page."""
    rows = found_cases(visible_cases(person, on), asked)
    page = page_of(Case, [rows], NEWEST_FIRST, after=asked.after, before=asked.before, size=PAGE_SIZE)
    return page, case_rows(page.rows, on=on, calendar=WorkingCalendar.around(on))


def cases_workbook(person: Person, asked: CasesAsked, *, at: dt.datetime) -> bytes:
    """The list as Excel: only where the person may export, at most :data:`EXPORT_LIMIT` newest rows."""
    on = timezone.localdate(at)
    rows = found_cases(visible_cases(person, on, Perm.EXPORT_REGISTRY), asked).order_by("-process_ptr_id")
    calendar = WorkingCalendar.around(on)
    columns = [
        Column(_("事项编号"), 16),
        Column(_("事项类型"), 10),
        Column(_("事项"), 44),
        Column(_("申请单位"), 32),
        Column(_("办理团组织"), 20),
        Column(_("当前环节"), 14),
        Column(_("状态"), 8),
        Column(_("发起日期"), 12, "date"),
        Column(_("办理时限"), 12, "date"),
        Column(_("办结日期"), 12, "date"),
    ]
    return write_workbook(
        columns,
        export_rows(list(rows[:EXPORT_LIMIT]), on, calendar),
        sheet=_("事项"),
        title=_("事项清单（%(day)s）") % {"day": on.isoformat()},
        created_at=at,
    )


def export_rows(cases: list[Case], on: dt.date, calendar: WorkingCalendar) -> Iterator[tuple]:
    """The cells of the workbook, five hundred cases at a time."""
    for start in range(0, len(cases), 500):
        part = cases[start : start + 500]
        items = due_dates([case.pk for case in part if case.is_open])
        for case in part:
            row = case_row(case, items.get(case.pk), on=on, calendar=calendar)
            yield (
                row["number"],
                row["flow"],
                row["title"],
                row["unit"],
                row["place"],
                row["step"],
                _("办理中") if row["is_open"] else _("已办结"),
                timezone.localdate(row["created"]),
                row["due_on"],
                timezone.localdate(row["finished"]) if row["finished"] else None,
            )
