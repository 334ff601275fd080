"""The roster (团员花名册) as a workbook: the template to fill in, and what a filled one says."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from orgs.enums import Gender, PoliticalStatus
from records.workbooks import Column, SheetRow, WorkbookRefused, read_sheet, write_workbook

# What stands in a workbook is Chinese in every language of the pages.
GENDERS = {"男": Gender.MALE, "女": Gender.FEMALE}
STATUSES = {
    "共青团员": PoliticalStatus.LEAGUE_MEMBER,
    "中共党员": PoliticalStatus.PARTY_MEMBER,
    "中共预备党员": PoliticalStatus.PROBATIONARY,
    "群众": PoliticalStatus.MASSES,
}
ALIASES = {"团员": "共青团员", "党员": "中共党员", "预备党员": "中共预备党员"}
COLUMNS = {
    "name": Column("姓名", 12, required=True),
    "gender": Column("性别", 8, choices=tuple(GENDERS), required=True),
    "born_on": Column("出生日期", 14, "date", required=True),
    "joined_on": Column("入团日期", 14, "date"),
    "political_status": Column("政治面貌", 16, choices=tuple(STATUSES)),
    "unit_name": Column("所在单位", 34),
}
HEADER_ROWS = 10
MOST_MEMBERS = 700
_DATE = re.compile(r"(\d{4})[年./\-](\d{1,2})(?:[月./\-](\d{1,2})日?|月)?$|(\d{4})(\d{2})(\d{2})$")


@dataclass
class Roster:
    """Rows as text for the form's fields, and what is wrong, each with row, column and remedy."""

    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def roster_template(*, created_at: dt.datetime) -> bytes:
    """An empty roster to fill in."""
    return write_workbook(
        list(COLUMNS.values()), [], sheet="团员花名册", title="团员花名册", created_at=created_at
    )


def read_roster(file: IO[bytes]) -> Roster:
    """Read a filled roster. Faulty cells keep what was written, so that they can be put right on the page.

    Raises WorkbookRefused when the file is no readable roster at all.
    """
    lines = read_sheet(file, max_rows=MOST_MEMBERS + HEADER_ROWS, columns=20)
    places, start = _find_header(lines)
    roster = Roster()
    for line in lines[start:]:
        cells = {key: line.cells[at] if at < len(line.cells) else None for key, at in places.items()}
        if any(value is not None for value in cells.values()):
            roster.rows.append(_read_row(line.number, cells, roster.problems))
    if not roster.rows:
        raise WorkbookRefused(_("工作簿里没有团员。请从表头下一行开始，每行填写一名团员。"))
    return roster


def _find_header(lines: list[SheetRow]) -> tuple[dict[str, int], int]:
    headers = {column.header: key for key, column in COLUMNS.items()}
    for position, line in enumerate(lines[:HEADER_ROWS]):
        texts = [re.sub(r"[\s*＊]", "", str(cell or "")) for cell in line.cells]
        places = {headers[text]: at for at, text in enumerate(texts) if text in headers}
        if "name" in places:
            missing = [
                column.header for key, column in COLUMNS.items() if column.required and key not in places
            ]
            if missing:
                raise WorkbookRefused(
                    _("花名册缺少“%(columns)s”列。请使用页面提供的模板，不要改动表头。")
                    % {"columns": "、".join(missing)}
                )
            return places, position + 1
    raise WorkbookRefused(_("没有找到“姓名”一列。请使用页面提供的花名册模板填写。"))


def _read_row(number: int, cells: dict, problems: list[str]) -> dict[str, str]:
    row = {key: _text(value) for key, value in cells.items()}
    if not row["name"]:
        problems.append(_say(number, "name", _("没有填写。请填写姓名，或删除这一行")))
    row["gender"] = _choice(number, "gender", row["gender"], GENDERS, problems, required=True)
    for key in ("born_on", "joined_on"):
        if key in row:
            row[key] = _day(number, key, row[key], problems)
    if not row["born_on"]:
        problems.append(_say(number, "born_on", _("没有填写。请按 2002-01-31 的格式填写")))
    status = row.get("political_status", "")
    row["political_status"] = _choice(
        number, "political_status", ALIASES.get(status, status), STATUSES, problems
    ) or str(PoliticalStatus.LEAGUE_MEMBER)
    return row


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()


def _choice(
    number: int, key: str, text: str, choices: dict, problems: list[str], *, required: bool = False
) -> str:
    if text in choices:
        return str(choices[text])
    if text or required:
        wanted = "、".join(choices)
        problem = (
            _("“%(text)s”不在可选范围，请填写：%(wanted)s") if text else _("没有填写，请填写：%(wanted)s")
        )
        problems.append(_say(number, key, problem % {"text": text, "wanted": wanted}))
    return ""


def _day(number: int, key: str, text: str, problems: list[str]) -> str:
    """ISO text; a month alone (as on old membership books) is its first day."""
    if not text:
        return ""
    found = _DATE.match(text)
    parts = [part for part in found.groups() if part] if found else []
    try:
        year, month, day = (*map(int, parts), 1)[:3]
        return dt.date(year, month, day).isoformat()
    except ValueError:
        problem = _("“%(text)s”不是有效日期，请按 2002-01-31 的格式填写") % {"text": text}
        problems.append(_say(number, key, problem))
        return text


def _say(number: int, key: str, problem: str) -> str:
    return _("第 %(row)d 行“%(column)s”：%(problem)s。") % {
        "row": number,
        "column": COLUMNS[key].header,
        "problem": problem,
    }
