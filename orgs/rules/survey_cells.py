"""Readers for single cells of the baseline register: text, numbers, dates, yes and no, telephone."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from orgs.rules.masking import PHONE_SHAPE
from orgs.rules.survey_columns import HAS, HAS_NOT, HEADERS, NO, YES

MAX_LENGTHS = {
    "name": 120,
    "address": 200,
    "above_scale_basis": 100,
    "party_organization": 100,
    "remark": 200,
}
MAX_LENGTHS |= {"contact_name": 40, "contact_phone": 30}
MAX_PEOPLE = 2_000_000
TRUE_WORDS = {"是", "有", "Y", "YES", "√", "✓", "1", "TRUE", "已建"}
FALSE_WORDS = {"否", "无", "没有", "N", "NO", "×", "0", "FALSE", "未建", "-", "/"}
_DATE = re.compile(r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


class CellProblem(NamedTuple):
    """What is wrong with a cell: the column's key and a message that names the header and the remedy."""

    column: str
    message: str


@dataclass
class ParsedRow:
    """A row read. ``values`` has a key per ``Unit`` field, plus ``location_id`` and ``sequence``.

    Rows with ``errors`` must not be stored; ``warnings`` want a look. ``number_ok`` False: the check digit is
    wrong and the unit can be stored only with a reason (``number_override_reason``).
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[CellProblem] = field(default_factory=list)
    warnings: list[CellProblem] = field(default_factory=list)
    number_ok: bool = True

    def json_values(self) -> dict[str, Any]:
        """The values with dates as ISO text, for a JSON field."""
        return {
            key: value.isoformat() if isinstance(value, date) else value for key, value in self.values.items()
        }


@dataclass(frozen=True)
class Context:
    """What a reader needs beside its cell: the accepted sub-districts, the day, the whole raw row."""

    subdistricts: Mapping[str, int]
    on: date
    raw: Mapping[str, Any]


def text_of(cell: Any) -> str:
    """A cell as trimmed text; whole floats lose their ".0", None is empty."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", str(cell)).replace("　", " ").strip()


def add_error(row: ParsedRow, key: str, message: str) -> None:
    """Notes what keeps the row from being stored."""
    row.errors.append(CellProblem(key, message))


def add_warning(row: ParsedRow, key: str, message: str) -> None:
    """Notes what wants a look and does not keep the row from being stored."""
    row.warnings.append(CellProblem(key, message))


def add_missing(row: ParsedRow, key: str) -> None:
    """Notes a required cell that is empty."""
    add_error(row, key, _("“%(column)s”没有填写。请补填。") % {"column": HEADERS[key]})


def read_text(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """Text with single spaces, of the length that the field holds; name and address are required."""
    text = " ".join(text_of(cell).split())
    limit = MAX_LENGTHS[key]
    if len(text) > limit:
        message = _("“%(column)s”有 %(count)d 个字，最多 %(limit)d 个。请缩短。")
        add_error(row, key, message % {"column": HEADERS[key], "count": len(text), "limit": limit})
    if not text and key in ("name", "address"):
        add_missing(row, key)
    row.values[key] = text[:limit]


def read_sequence(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """The register's own running number, kept as written."""
    row.values[key] = text_of(cell)


def read_flag(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """Yes or no in the spellings met in practice; empty is no."""
    text = unicodedata.normalize("NFKC", text_of(cell)).upper()
    row.values[key] = text in TRUE_WORDS
    if text and text not in TRUE_WORDS | FALSE_WORDS:
        yes, no = (HAS, HAS_NOT) if key == "has_trade_union" else (YES, NO)
        values = {"column": HEADERS[key], "text": text, "yes": yes, "no": no}
        add_error(row, key, _("“%(column)s”：不明白“%(text)s”。请填“%(yes)s”或“%(no)s”。") % values)


def read_count(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """A number of people; empty counts as 0 with a warning."""
    text = (
        unicodedata.normalize("NFKC", text_of(cell))
        .replace(",", "")
        .removesuffix("人")
        .removesuffix("名")
        .strip()
    )
    row.values[key] = 0
    values = {"column": HEADERS[key], "text": text}
    if not text:
        add_warning(row, key, _("“%(column)s”没有填写，按 0 导入。请在走访时核实。") % values)
    elif not re.fullmatch(r"[-−]?\d{1,12}", text):
        add_error(row, key, _("“%(column)s”：“%(text)s”不是整数。请填 0 或正整数，例如 12。") % values)
    elif int(text.replace("−", "-")) < 0:
        add_error(row, key, _("“%(column)s”：人数不能是负数（%(text)s）。请填 0 或正整数。") % values)
    elif int(text) > MAX_PEOPLE:
        add_error(row, key, _("“%(column)s”：%(text)s 过大。请核对是否多写了数字。") % values)
    else:
        row.values[key] = int(text)


def read_date(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """A date not after the day of the import, or None."""
    row.values[key] = None
    if cell is None or text_of(cell) == "":
        return
    day = _as_date(cell)
    values = {"column": HEADERS[key], "text": text_of(cell), "today": context.on.isoformat()}
    if day is None or day.year < 1949:
        add_error(row, key, _("“%(column)s”：“%(text)s”不是日期。请按“2014-05-31”的形式填写。") % values)
    elif day > context.on:
        add_error(row, key, _("“%(column)s”：%(text)s 晚于今天（%(today)s）。请填已经发生的日期。") % values)
    else:
        row.values[key] = day


def _as_date(cell: Any) -> date | None:
    """A date from a date cell, an Excel day number, or text in the usual spellings; None for anything
    else."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 18_264 <= cell <= 73_050:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text_of(cell)).replace(" ", ""))
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_phone(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """A telephone number; an odd one is a warning only."""
    text = unicodedata.normalize("NFKC", text_of(cell)).replace(" ", "").replace("—", "-")
    row.values[key] = text[: MAX_LENGTHS[key]]
    if text and not PHONE_SHAPE.fullmatch(text):
        message = _("“%(column)s”：“%(text)s”不像电话号码。请核对，例如 010-55550101 或 11 位手机号。")
        add_warning(row, key, message % {"column": HEADERS[key], "text": text})
