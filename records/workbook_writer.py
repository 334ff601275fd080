"""Writes workbooks in the house style with XlsxWriter: same input, same bytes."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, Literal
from unicodedata import east_asian_width

import xlsxwriter
from django.utils.translation import gettext as _

RED, PALE_RED, PALE_GREY, LINE = "#B8141F", "#FBE3E4", "#F3F4F6", "#C9CDD3"
VALIDATED_ROWS = 2_000
MAX_INLINE_CHOICES = 250
ROWS_WITH_COMMENTS = 1_000
LINE_HEIGHT = 15  # points, for 10 pt text
A3, A4 = 8, 9
A4_CHARACTERS = 200
CELL_STYLES: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "text_wrap": True},
    "integer": {"num_format": "0"},
    "number": {"num_format": "General"},
    "date": {"num_format": "yyyy-mm-dd", "align": "left"},
}


@dataclass(frozen=True)
class Column:
    """A column: header, width in characters, what its cells are, and the choices offered (if any)."""

    header: str
    width: float = 12
    kind: Literal["text", "integer", "number", "date"] = "text"
    choices: Sequence[str] = ()
    required: bool = False


@dataclass(frozen=True)
class Mark:
    """A cell (``column`` None: the whole row) that is filled and commented with ``reason``; counted from
    0."""

    row: int
    column: int | None
    reason: str


def write_workbook(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str,
    title: str = "",
    created_at: datetime,
    marks: Sequence[Mark] = (),
    reason_header: str = "",
) -> bytes:
    """An xlsx file of one sheet, ready to print in landscape (A3 when it is wide) with repeated headers.

    Text is always written as text: what starts with ``=``, ``+``, ``-``, ``@`` or a tab never becomes a
    formula or a link. ``title`` adds a title row above the header. ``marks`` fill and comment cells;
    ``reason_header`` adds a last column that repeats the reasons of each row, for those who print.
    ``created_at`` is written as the creation date, so that equal input gives equal bytes.
    """
    output = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(output, options)
    workbook.set_properties({"title": title or sheet, "created": created_at.replace(tzinfo=None)})
    writer = _SheetWriter(workbook, sheet, columns, title, marks, reason_header)
    writer.write_head()
    count = 0
    for row in rows:
        writer.write_row(count, row)
        count += 1
    writer.finish(count)
    workbook.close()
    return output.getvalue()


def display_width(text: str) -> int:
    """Width in columns of ordinary characters: Chinese characters count two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


class _SheetWriter:
    """One sheet in the making; ``top`` is the index of the header row."""

    def __init__(
        self,
        workbook: xlsxwriter.Workbook,
        sheet: str,
        columns: Sequence[Column],
        title: str,
        marks: Sequence[Mark],
        reason_header: str,
    ) -> None:
        self.workbook = workbook
        self.sheet = workbook.add_worksheet(sheet)
        self.data_columns = len(columns)
        self.columns = [*columns, Column(reason_header, 48)] if reason_header else list(columns)
        self.title = title
        self.top = 1 if title else 0
        self.has_reasons = bool(reason_header)
        self.marks: dict[int, list[Mark]] = {}
        for mark in marks:
            self.marks.setdefault(mark.row, []).append(mark)
        base: dict[str, Any] = {
            "font_name": "宋体",
            "font_size": 10,
            "valign": "vcenter",
            "border": 1,
            "border_color": LINE,
        }
        self.formats = {
            (kind, marked): workbook.add_format(base | extra | ({"bg_color": PALE_RED} if marked else {}))
            for kind, extra in CELL_STYLES.items()
            for marked in (False, True)
        }
        head = base | {"bold": True, "align": "center", "text_wrap": True}
        self.header_format = workbook.add_format(head | {"bg_color": PALE_GREY})
        self.required_format = workbook.add_format(head | {"bg_color": PALE_GREY, "font_color": RED})
        self.title_format = workbook.add_format(
            {"font_name": "宋体", "font_size": 16, "bold": True, "align": "center", "valign": "vcenter"}
        )

    def write_head(self) -> None:
        last = len(self.columns) - 1
        if self.title:
            self.sheet.set_row(0, 30)
            if last > 0:
                self.sheet.merge_range(0, 0, 0, last, "", self.title_format)
            self.sheet.write_string(0, 0, self.title, self.title_format)
        self.sheet.set_row(self.top, 30)
        for index, column in enumerate(self.columns):
            self.sheet.set_column(index, index, column.width)
            style = self.required_format if column.required else self.header_format
            self.sheet.write_string(self.top, index, column.header, style)
        self.sheet.freeze_panes(self.top + 1, min(3, last))
        self.sheet.repeat_rows(self.top)
        self.sheet.set_landscape()
        self.sheet.set_paper(A3 if sum(column.width for column in self.columns) > A4_CHARACTERS else A4)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C&P / &N")

    def write_row(self, index: int, row: Sequence[Any]) -> None:
        marks = self.marks.get(index, [])
        marked_columns = {mark.column for mark in marks}
        reasons = "；".join(mark.reason for mark in marks)
        line = self.top + 1 + index
        self.sheet.set_row(line, LINE_HEIGHT * self._lines([*row[: self.data_columns], reasons]))
        for position, value in enumerate(row[: self.data_columns]):
            marked = None in marked_columns or position in marked_columns
            self._write_cell(line, position, value, marked)
        if self.has_reasons:
            self._write_cell(line, self.data_columns, reasons, bool(marks))
        if index < ROWS_WITH_COMMENTS:
            self._write_comments(line, marks)

    def _lines(self, row: Sequence[Any]) -> int:
        """Lines that the fullest cell needs, so that wrapped text is never cut (at most 20)."""
        needs = (
            sum(max(1, ceil(display_width(part) / (column.width - 1))) for part in str(value).split("\n"))
            for column, value in zip(self.columns, row, strict=False)
            if isinstance(value, str)
        )
        return min(20, max(needs, default=1))

    def _write_comments(self, line: int, marks: list[Mark]) -> None:
        reasons: dict[int, list[str]] = {}
        for mark in marks:
            reasons.setdefault(mark.column or 0, []).append(mark.reason)
        for position, texts in reasons.items():
            options = {"author": _("六有"), "width": 260, "height": 90}
            self.sheet.write_comment(line, position, "\n".join(texts)[:2000], options)

    def _write_cell(self, line: int, position: int, value: Any, marked: bool) -> None:
        """Numbers and dates keep their type where the column expects it; everything else is text."""
        kind = self.columns[position].kind
        style = self.formats[kind, marked]
        if value is None or value == "":
            self.sheet.write_blank(line, position, None, style)
        elif kind == "date" and isinstance(value, date):
            self.sheet.write_datetime(line, position, value, style)
        elif (
            kind in ("integer", "number") and isinstance(value, (int, float)) and not isinstance(value, bool)
        ):
            self.sheet.write_number(line, position, value, style)
        else:
            self.sheet.write_string(line, position, str(value), self.formats["text", marked])

    def finish(self, count: int) -> None:
        last_column, last_line = len(self.columns) - 1, self.top + max(count, 1)
        self.sheet.autofilter(self.top, 0, last_line, last_column)
        self.sheet.print_area(0, 0, last_line, last_column)
        offered = [(index, column) for index, column in enumerate(self.columns) if column.choices]
        for number, (index, column) in enumerate(offered):
            self._offer(number, index, column, max(count, VALIDATED_ROWS))

    def _offer(self, number: int, index: int, column: Column, count: int) -> None:
        """A drop-down list; lists that are too long for the cell rule lie on a hidden sheet."""
        choices = list(column.choices)
        source: Any = choices
        if len(",".join(choices)) > MAX_INLINE_CHOICES or any("," in choice for choice in choices):
            lists = self.workbook.get_worksheet_by_name("choices") or self.workbook.add_worksheet("choices")
            lists.hide()
            for line, choice in enumerate(choices):
                lists.write_string(line, number, choice)
            letter = xlsxwriter.utility.xl_col_to_name(number)
            source = f"=choices!${letter}$1:${letter}${len(choices)}"
        self.sheet.data_validation(
            self.top + 1,
            index,
            self.top + count,
            index,
            {
                "validate": "list",
                "source": source,
                "error_title": column.header,
                "error_message": _("请从列表中选择。"),
            },
        )
