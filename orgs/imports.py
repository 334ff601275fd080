"""The baseline register (底本) as a workbook: reading one, the template to fill in, the faulty rows to correct."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from django.utils.translation import gettext as _

from records.workbooks import Column, Mark, SheetRow, WorkbookRefused, read_sheet, write_workbook

from .models import ImportRow
from .rules.reference import industry_sections
from .rules.survey_columns import (
    COLUMNS,
    HAS,
    HAS_NOT,
    NO,
    NUMBER_KINDS,
    REASON_HEADER,
    UNIT_KINDS,
    YES,
    find_header,
)

MAX_ROWS = 5_000
MAX_COLUMNS = 60
SHEET = "底本"
_CHUNK = 256 * 1024

# What an example unit of the template holds; its code is given to nobody (as in the demo register).
EXAMPLE_MARK = "（示例"
EXAMPLE: dict[str, Any] = {
    "sequence": 1,
    "name": f"{EXAMPLE_MARK}行，不会导入）北京示例科技有限公司",
    "number_kind": NUMBER_KINDS[0],
    "number": "91110108XNLY000080",
    "address": "北京市海淀区示例路1号楼2层201室",
    "kind": UNIT_KINDS[0],
    "section": "I 信息传输、软件和信息技术服务业",
    "above_scale": YES,
    "above_scale_basis": "年营业收入2000万元以上",
    "employees": 120,
    "youth": 80,
    "members": 15,
    "party_members": 6,
    "party_organization": HAS_NOT,
    "has_trade_union": HAS,
    "contact_name": "张示例",
    "contact_phone": "010-55550000",
    "direct_contact": NO,
}


class RegisterRefused(ValueError):
    """The file cannot be read as a register; the message (for the user) says why and what to do."""


@dataclass(frozen=True)
class RegisterSheet:
    """The rows of a register by column key, with their numbers as Excel shows them.

    ``ignored`` are headers that nobody knows; ``has_formulas`` says that what was read are stored results.
    """

    rows: list[tuple[int, dict[str, Any]]]
    ignored: tuple[str, ...]
    has_formulas: bool


def read_register(file: IO[bytes]) -> RegisterSheet:
    """Read a register. Raises RegisterRefused for a workbook that is unsafe, unreadable, or no register."""
    try:
        rows = read_sheet(file, max_rows=MAX_ROWS + 20, columns=MAX_COLUMNS)
    except WorkbookRefused as refused:
        raise RegisterRefused(str(refused)) from refused
    header = find_header([(row.number, row.cells) for row in rows])
    if header is None:
        raise RegisterRefused(
            _(
                "前 10 行里没有找到表头。表头应含“单位名称”“街镇”“证照号码”等列名，"
                "请下载模板，把数据粘贴到模板中再上传。"
            )
        )
    if header.missing:
        raise RegisterRefused(
            _("第 %(row)d 行的表头缺少必填的列：%(columns)s。请补上这些列，列名与模板一致。")
            % {"row": header.row, "columns": _("、").join(header.missing)}
        )
    body = [_raw(header.raw, row) for row in rows if row.number > header.row]
    body = [(number, raw) for number, raw in body if not str(raw["name"] or "").startswith(EXAMPLE_MARK)]
    if not body:
        raise RegisterRefused(_("表头下面没有数据。请确认数据在第一个工作表，再重新上传。"))
    if len(body) > MAX_ROWS:
        raise RegisterRefused(
            _("共有 %(count)d 行数据，一次最多导入 %(limit)d 行。请分成几个文件上传。")
            % {"count": len(body), "limit": MAX_ROWS}
        )
    return RegisterSheet(body, header.ignored, has_formulas(file))


def _raw(by_key, row: SheetRow) -> tuple[int, dict[str, Any]]:
    cells = by_key(row.cells)
    return row.number, {key: _stored(cell) for key, cell in cells.items()}


def _stored(cell: Any) -> Any:
    """A cell as JSON holds it."""
    return cell.isoformat() if isinstance(cell, date) else cell


def has_formulas(file: IO[bytes]) -> bool:
    """Whether a sheet of a workbook that passed the gate holds formulas."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(_holds_formula(archive, name) for name in sheets)


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    rest = b""
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            text = rest + chunk
            if b"<f>" in text or b"<f " in text:
                return True
            rest = text[-3:]
    return False


def register_columns(subdistricts: Sequence[str]) -> list[Column]:
    """The columns of a register for people to fill in, with what each offers."""
    offered = {
        "subdistrict": tuple(subdistricts),
        "section": tuple(f"{code} {name}" for code, name in industry_sections().items()),
    }
    return [
        Column(one.header, one.width, one.kind, offered.get(one.key, one.choices), one.required)
        for one in COLUMNS
    ]


def template_workbook(subdistricts: Sequence[str], *, at: datetime) -> bytes:
    """An empty register with one example row and drop-down lists."""
    example = EXAMPLE | {"subdistrict": subdistricts[0] if subdistricts else "", "above_scale_on": at.date()}
    return write_workbook(
        register_columns(subdistricts),
        [[example.get(column.key) for column in COLUMNS]],
        sheet=SHEET,
        title="“两新”组织团建工作底本（红色列名为必填）",
        created_at=at,
    )


def faulty_workbook(rows: Iterable[ImportRow], subdistricts: Sequence[str], *, at: datetime) -> bytes:
    """The faulty rows as they were uploaded, each faulty cell marked and explained; to correct and upload again."""
    positions = {column.key: index for index, column in enumerate(COLUMNS)}
    lines, marks = [], []
    for index, row in enumerate(rows):
        lines.append([_written(column.kind, row.raw.get(column.key)) for column in COLUMNS])
        marks += [Mark(index, positions.get(key), message) for key, message in row.errors]
    return write_workbook(
        register_columns(subdistricts),
        lines,
        sheet=SHEET,
        title="有误的行（改正后直接上传本文件；“错误说明”一列不会导入）",
        created_at=at,
        marks=marks,
        reason_header=REASON_HEADER,
    )


def _written(kind: str, cell: Any) -> Any:
    """A stored cell as the workbook had it: dates of a date column are dates again."""
    if kind == "date" and isinstance(cell, str):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return cell
    return cell
