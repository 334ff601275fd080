"""A year of the working calendar: twelve months at a glance, its exceptions, and the year as a file.

A file holds a whole year: a day that it does not name is an ordinary day again. Workbook and JSON say the same; the
JSON is that of ``fixtures/calendar.json``.
"""

import calendar
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from records.calendars import ONE_DAY, PROVISIONAL, DayChange
from records.models import CalendarDay
from records.workbooks import Column, SheetRow, WorkbookRefused, read_sheet, write_workbook

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_ROWS, MOST_BYTES, MOST_PROBLEMS = 400, 512 * 1024, 10
Kind = CalendarDay.Kind


@dataclass(frozen=True)
class Cell:
    """A day in its month, as the page shows it; ``row`` is the exception stored for it."""

    day: dt.date
    row: CalendarDay | None
    is_today: bool

    @property
    def look(self) -> str:
        """``off``, ``work``, ``weekend`` or, for an ordinary working day, nothing."""
        if self.row:
            return self.row.kind
        return "weekend" if self.day.weekday() >= calendar.SATURDAY else ""

    @property
    def provisional(self) -> bool:
        return self.row is not None and is_provisional(self.row)


@dataclass(frozen=True)
class Run:
    """Exceptions of one kind, name and source that follow one another, weekends between days off included."""

    rows: list[CalendarDay]

    @property
    def first(self) -> CalendarDay:
        return self.rows[0]

    @property
    def last(self) -> CalendarDay:
        return self.rows[-1]

    @property
    def provisional(self) -> bool:
        return is_provisional(self.first)


def is_provisional(row: CalendarDay) -> bool:
    """Whether a row only stands in for the yearly notice."""
    return row.source.startswith(PROVISIONAL)


def stored_days(year: int) -> list[CalendarDay]:
    """The exceptions of a year by day; one query."""
    return list(CalendarDay.objects.filter(day__range=(dt.date(year, 1, 1), dt.date(year, 12, 31))))


def months_of(year: int, rows: Iterable[CalendarDay], today: dt.date) -> list[dict[str, Any]]:
    """The months of a year, each with its weeks from Monday on; None where a day is of another month."""
    known = {row.day: row for row in rows}
    months = []
    for month in range(1, 13):
        weeks = [
            [Cell(day, known.get(day), day == today) if day.month == month else None for day in week]
            for week in calendar.Calendar().monthdatescalendar(year, month)
        ]
        days = [cell for week in weeks for cell in week if cell]
        working = sum(cell.look in ("", Kind.WORK) for cell in days)
        months.append({"first": dt.date(year, month, 1), "weeks": weeks, "working": working})
    return months


def runs_of(rows: Iterable[CalendarDay]) -> list[Run]:
    """The exceptions joined to runs, as a notice names them (放假 1 月 1 日至 3 日)."""
    found: list[Run] = []
    for row in rows:
        if found and continues(found[-1].last, row):
            found[-1].rows.append(row)
        else:
            found.append(Run([row]))
    return found


def continues(earlier: CalendarDay, later: CalendarDay) -> bool:
    """Whether two exceptions are alike and only free weekend days lie between them."""
    if (earlier.kind, earlier.name, earlier.source) != (later.kind, later.name, later.source):
        return False
    day = earlier.day + ONE_DAY
    while day < later.day:
        if earlier.kind != Kind.OFF or day.weekday() < calendar.SATURDAY:
            return False
        day += ONE_DAY
    return True


# --- a year as a file -----------------------------------------------------------------------------------------------


def columns() -> list[Column]:
    return [
        Column(_("日期"), 14, "date", required=True),
        Column(_("类型"), 10, choices=[str(kind.label) for kind in Kind], required=True),
        Column(_("名称"), 20),
        Column(_("来源"), 60, required=True),
    ]


def year_workbook(year: int, *, at: dt.datetime) -> bytes:
    """The exceptions of a year as a workbook that can be changed and uploaded again."""
    rows = [(row.day, row.get_kind_display(), row.name, row.source) for row in stored_days(year)]
    sheet = _("%(year)d年工作日历") % {"year": year}
    return write_workbook(columns(), rows, sheet=sheet, created_at=at)


def year_json(year: int) -> str:
    """The exceptions of a year as JSON, in the form of ``fixtures/calendar.json``."""
    rows = [
        {"day": row.day.isoformat(), "kind": row.kind, "name": row.name, "source": row.source}
        for row in stored_days(year)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def read_year(file: IO[bytes]) -> tuple[int, list[DayChange]]:
    """The year of an uploaded file, and what each of its days is to be; days stored but not in the file end.

    Raises ValidationError with what is wrong, by row.
    """
    content = file.read(MOST_BYTES + 1)
    file.seek(0)
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("文件超过 512 KB。一年的日历只有几十行，请只保留日期、类型、名称、来源四列。")
        )
    rows = sheet_rows(file) if content.startswith(b"PK") else json_rows(content)
    changes: dict[dt.date, DayChange] = {}
    problems = []
    for number, cells in rows:
        try:
            change = change_of(cells)
            if change.day in changes:
                raise ValueError(_("日期 %(day)s 重复，请只留一行。") % {"day": change.day.isoformat()})
            changes[change.day] = change
        except ValueError as problem:
            problems.append(_("第 %(row)d 行：%(problem)s") % {"row": number, "problem": problem})
    if problems:
        raise ValidationError(problems[:MOST_PROBLEMS])
    years = sorted({day.year for day in changes})
    if len(years) != 1:
        raise ValidationError(years_problem(years))
    gone = [DayChange(row.day, "") for row in stored_days(years[0]) if row.day not in changes]
    return years[0], [*changes.values(), *gone]


def years_problem(years: list[int]) -> str:
    if not years:
        return _("文件中没有日期。请先下载一年的日历，在其中修改后上传。")
    names = _("、").join(str(year) for year in years)
    return _("文件中有 %(years)s 多个年份。一个文件只放一年，请分开上传。") % {"years": names}


def sheet_rows(file: IO[bytes]) -> Iterator[tuple[int, list]]:
    """The rows of a workbook below its header. Raises ValidationError."""
    try:
        rows = read_sheet(file, max_rows=MOST_ROWS, columns=4)
    except WorkbookRefused as refused:
        raise ValidationError(str(refused)) from refused
    headers = [str(column.header) for column in columns()]
    if not rows or text_cells(rows[0]) != headers:
        names = _("、").join(headers)
        raise ValidationError(
            _("第一行应依次为：%(headers)s。请下载本年日历，在其中修改。") % {"headers": names}
        )
    return ((row.number, row.cells) for row in rows[1:])


def text_cells(row: SheetRow) -> list[str]:
    return [str(cell or "").strip() for cell in row.cells]


def json_rows(content: bytes) -> Iterator[tuple[int, list]]:
    """The entries of a JSON list, counted from 1. Raises ValidationError."""
    try:
        entries = json.loads(content)
        return iter(
            [
                (number, [entry.get(key, "") for key in ("day", "kind", "name", "source")])
                for number, entry in enumerate(entries, start=1)
            ]
        )
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise ValidationError(
            _("文件既不是 Excel 工作簿（.xlsx），也不是日历的 JSON。请下载本年日历，在其中修改后上传。")
        ) from error


def change_of(cells: list) -> DayChange:
    """What one row asks for. Raises ValueError with what is wrong and how to put it right."""
    day, kind, name, source = [*cells, "", "", "", ""][:4]
    kinds = {str(one.label): one.value for one in Kind} | {one.value: one.value for one in Kind}
    name, source = (str(value or "").strip() for value in (name, source))
    if not isinstance(day, dt.date):
        try:
            day = dt.date.fromisoformat(str(day).strip())
        except ValueError:
            raise ValueError(_("日期“%(day)s”无法识别，请按“2026-10-01”填写。") % {"day": day}) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(_("年份须在 2000 至 2100 之间。"))
    if str(kind).strip() not in kinds:
        raise ValueError(_("类型“%(kind)s”无法识别，请填“休息”或“上班”。") % {"kind": kind})
    if not source:
        raise ValueError(_("没有写来源，请填写依据的文件；尚未公布的以“暂按”开头。"))
    if len(name) > 40 or len(source) > 120:
        raise ValueError(_("名称最多 40 字，来源最多 120 字，请精简。"))
    return DayChange(day, kinds[str(kind).strip()], name, source)
