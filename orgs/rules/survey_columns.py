"""Columns of the baseline register (底本): headers, the spellings met in practice, and how a header row is
found."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

YES, NO = "是", "否"
HAS, HAS_NOT = "有", "无"
# What stands in a register is Chinese in every language of the pages, so these are no translated labels.
NUMBER_KINDS = ("统一社会信用代码", "工商注册号", "组织机构代码")
UNIT_KINDS = ("非公有制企业", "社会组织")


@dataclass(frozen=True)
class RegisterColumn:
    """A column of the register. ``key`` names the field of ``Unit`` (``subdistrict`` becomes its
    location)."""

    key: str
    header: str
    width: int
    kind: Literal["text", "integer", "date"] = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


COLUMNS: tuple[RegisterColumn, ...] = (
    RegisterColumn("sequence", "序号", 6, "integer", aliases=("编号", "序")),
    RegisterColumn(
        "subdistrict", "街镇", 14, required=True, aliases=("街道", "所属街镇", "街道（镇）", "街乡", "属地")
    ),
    RegisterColumn("name", "单位名称", 34, required=True, aliases=("企业名称", "名称", "单位", "组织名称")),
    RegisterColumn("number_kind", "证照类型", 20, choices=NUMBER_KINDS, aliases=("证件类型",)),
    RegisterColumn(
        "number",
        "证照号码",
        22,
        required=True,
        aliases=("统一社会信用代码", "证照代码", "信用代码", "注册号", "组织机构代码", "证件号码"),
    ),
    RegisterColumn(
        "address", "地址", 42, required=True, aliases=("单位地址", "注册地址", "经营地址", "办公地址")
    ),
    RegisterColumn("kind", "单位性质", 16, required=True, choices=UNIT_KINDS, aliases=("性质",)),
    RegisterColumn("section", "行业门类", 32, required=True, aliases=("行业", "行业类别", "所属行业")),
    RegisterColumn(
        "above_scale", "是否规模以上", 10, choices=(YES, NO), aliases=("规模以上", "规上", "是否规上")
    ),
    RegisterColumn("above_scale_basis", "规上依据", 24, aliases=("规模以上依据",)),
    RegisterColumn("above_scale_on", "规上认定日期", 13, "date", aliases=("规上日期", "认定日期")),
    RegisterColumn(
        "employees", "从业人员", 10, "integer", aliases=("从业人数", "职工人数", "员工人数", "从业人员数")
    ),
    RegisterColumn(
        "youth", "35岁以下青年", 10, "integer", aliases=("青年", "青年数", "青年人数", "35岁以下青年数")
    ),
    RegisterColumn("members", "团员", 8, "integer", aliases=("团员数", "团员人数", "共青团员")),
    RegisterColumn("party_members", "党员", 8, "integer", aliases=("党员数", "党员人数", "中共党员")),
    RegisterColumn("party_organization", "党组织", 28, aliases=("党组织名称", "有无党组织")),
    RegisterColumn("has_trade_union", "工会", 8, choices=(HAS, HAS_NOT), aliases=("有无工会", "工会组织")),
    RegisterColumn("contact_name", "联系人", 10, aliases=("联系人姓名", "负责人")),
    RegisterColumn("contact_phone", "联系电话", 15, aliases=("电话", "手机", "联系方式")),
    RegisterColumn(
        "direct_contact", "是否直接联系", 10, choices=(YES, NO), aliases=("直接联系", "直接联系管理")
    ),
    RegisterColumn("remark", "备注", 24, aliases=("说明",)),
)

HEADERS: dict[str, str] = {column.key: column.header for column in COLUMNS}
REASON_HEADER = "错误说明"
HEADER_ROWS_SEARCHED = 10


@dataclass(frozen=True)
class HeaderRow:
    """Where each column stands. ``missing`` are required headers not found, ``ignored`` unknown ones."""

    row: int
    positions: dict[str, int]
    missing: tuple[str, ...]
    ignored: tuple[str, ...]

    def raw(self, cells: Sequence[object]) -> dict[str, object]:
        """The cells of a row by column key; columns that the sheet lacks are None."""
        return {
            column.key: cells[self.positions[column.key]]
            if self.positions.get(column.key, len(cells)) < len(cells)
            else None
            for column in COLUMNS
        }


def _folded(header: object) -> str:
    text = unicodedata.normalize("NFKC", str(header))
    return re.sub(r"\(.*?\)|[\s*:≤<]+", "", text)


_KEYS = {_folded(text): column.key for column in COLUMNS for text in (column.header, *column.aliases)}


def find_header(rows: Sequence[tuple[int, Sequence[object]]]) -> HeaderRow | None:
    """The first of the leading rows (number, cells) that looks like the header; None when there is none.

    A row is the header when it names the unit's name and at least two further columns.
    """
    for number, cells in rows[:HEADER_ROWS_SEARCHED]:
        positions: dict[str, int] = {}
        ignored = []
        for position, cell in enumerate(cells):
            key = _KEYS.get(_folded(cell)) if cell is not None else None
            if key is not None and key not in positions:
                positions[key] = position
            elif cell is not None and str(cell) != REASON_HEADER:
                ignored.append(str(cell))
        if "name" in positions and len(positions) >= 3:
            missing = tuple(one.header for one in COLUMNS if one.required and one.key not in positions)
            return HeaderRow(number, positions, missing, tuple(ignored))
    return None
