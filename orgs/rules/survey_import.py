"""Rules for one row of the baseline register (底本): what it says, what is wrong with it, and the remedy.

Pure functions: the caller passes the sub-districts it may import into and the day (RULES.md sections 3 and
10 P1).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from orgs.enums import NumberKind, UnitKind
from orgs.rules.reference import industry_sections
from orgs.rules.registration import MalformedRegistrationNumber, parse_registration_number
from orgs.rules.survey_cells import (
    FALSE_WORDS,
    TRUE_WORDS,
    CellProblem,
    Context,
    ParsedRow,
    add_error,
    add_missing,
    add_warning,
    read_count,
    read_date,
    read_flag,
    read_phone,
    read_sequence,
    read_text,
    text_of,
)
from orgs.rules.survey_columns import COLUMNS, HAS, HEADERS

__all__ = ["CellProblem", "ParsedRow", "parse_row"]


def parse_row(raw: Mapping[str, Any], *, subdistricts: Mapping[str, int], on: date) -> ParsedRow:
    """Reads one row, given by column key (``HeaderRow.raw``).

    ``subdistricts`` maps every accepted name (also town names) to the id of its organization; ``on`` is the
    day of the import, later dates are refused.
    """
    row = ParsedRow()
    for column in COLUMNS:
        reader = _READERS.get(column.key, read_text)
        reader(row, column.key, raw.get(column.key), Context(subdistricts, on, raw))
    _check_scale(row)
    _check_people(row)
    return row


def _read_subdistrict(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    text = re.sub(r"\s|^北京市|^海淀区|^北京市海淀区|办事处$|人民政府$", "", text_of(cell))
    text = re.sub(r"^海淀区(?=.)", "", text)
    row.values["location_id"] = None
    if not text:
        return add_missing(row, key)
    known = context.subdistricts
    stems: dict[str, set[int]] = {}
    for name, location in known.items():
        stems.setdefault(_stem(name), set()).add(location)
    same_stem = stems.get(text, set())
    if text in known:
        row.values["location_id"] = known[text]
    elif len(same_stem) == 1:
        row.values["location_id"] = next(iter(same_stem))
    else:
        near = get_close_matches(text, known, n=1, cutoff=0.4)
        values = {"column": HEADERS[key], "text": text, "near": near[0] if near else ""}
        message = _("“%(column)s”：没有“%(text)s”。请按“街道”“地区”或“镇”的全称填写。")
        if near:
            message = _("“%(column)s”：没有“%(text)s”，是否应为“%(near)s”？请更正。")
        add_error(row, key, message % values)
    return None


def _stem(name: str) -> str:
    return re.sub(r"(街道|地区|镇|乡)$", "", name)


def _read_number(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    text = text_of(cell)
    row.values["number"] = text[:18]
    if not text:
        return add_missing(row, key)
    try:
        number = parse_registration_number(text)
    except MalformedRegistrationNumber as error:
        return add_error(
            row, key, _("“%(column)s”：%(problem)s") % {"column": HEADERS[key], "problem": error}
        )
    row.values |= {"number": number.value, "number_kind": str(number.kind)}
    row.number_ok = number.ok
    if number.problem:
        add_warning(
            row, key, _("“%(column)s”：%(problem)s") % {"column": HEADERS[key], "problem": number.problem}
        )
    written, found = text_of(context.raw.get("number_kind")), NumberKind(number.kind).label
    if written and not _same_number_kind(written, number.kind):
        message = _("“%(column)s”填的是“%(written)s”，号码的形式是%(found)s，已按号码导入。请核对证照。")
        values = {"column": HEADERS["number_kind"], "written": written, "found": found}
        add_warning(row, "number_kind", message % values)
    return None


def _same_number_kind(written: str, kind: str) -> bool:
    words = {
        NumberKind.CREDIT_CODE: "信用代码",
        NumberKind.REGISTRATION: "注册号",
        NumberKind.ORGANIZATION_CODE: "机构代码",
    }
    return words[NumberKind(kind)] in written


def _read_number_kind(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """The kind follows from the number; see _read_number."""
    row.values.setdefault(key, "")


def _read_kind(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    text = text_of(cell)
    row.values[key] = ""
    if not text:
        return add_missing(row, key)
    social = re.search(r"社会组织|社会团体|民办非企业|社会服务机构|基金会|协会|社团", text)
    enterprise = re.search(r"非公|民营|私营|外资|外商|合资|港澳台|个体|有限|股份|企业", text)
    if social:
        row.values[key] = UnitKind.SOCIAL_ORGANIZATION.value
    elif enterprise and not re.search(r"国有|国企|央企|集体", text):
        row.values[key] = UnitKind.NON_PUBLIC_ENTERPRISE.value
    else:
        message = _(
            "“%(column)s”：“%(text)s”不在登记范围。请填“非公有制企业”或“社会组织”，其他单位请删除该行。"
        )
        add_error(row, key, message % {"column": HEADERS[key], "text": text})
    return None


def _read_section(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    text = unicodedata.normalize("NFKC", text_of(cell)).upper()
    row.values[key] = ""
    if not text:
        return add_missing(row, key)
    sections = industry_sections()
    by_name = {re.sub(r"\W", "", name): code for code, name in sections.items()}
    name = re.sub(r"\W", "", text)
    stripped = re.sub(r"^[A-T](?=[^A-Z])", "", name)
    if re.fullmatch(r"[A-T]\d{0,4}", name):
        row.values[key] = name[0]
    elif stripped in by_name:
        row.values[key] = by_name[stripped]
    else:
        near = get_close_matches(stripped, by_name, n=1, cutoff=0.4)
        near += [
            one for one in by_name if len(stripped) >= 2 and stripped.removesuffix("业") in one and not near
        ]
        values = {"column": HEADERS[key], "text": text}
        message = _("“%(column)s”：没有“%(text)s”。请填国民经济行业门类的字母 A—T 或全称。")
        if near:
            code = by_name[near[0]]
            values |= {"code": code, "near": sections[code]}
            message = _("“%(column)s”：没有“%(text)s”，是否应为“%(code)s %(near)s”？请更正。")
        add_error(row, key, message % values)
    return None


def _read_party_organization(row: ParsedRow, key: str, cell: Any, context: Context) -> None:
    """Blank when there is none; ``有`` when there is one whose name is not given."""
    read_text(row, key, cell, context)
    text = unicodedata.normalize("NFKC", row.values[key]).upper()
    if text in FALSE_WORDS:
        row.values[key] = ""
    elif text in TRUE_WORDS:
        row.values[key] = HAS


def _check_scale(row: ParsedRow) -> None:
    """Flag, basis and date belong together (RULES.md section 7)."""
    values = row.values
    given = [key for key in ("above_scale_basis", "above_scale_on") if values[key]]
    columns = {
        "flag": HEADERS["above_scale"],
        "basis": HEADERS["above_scale_basis"],
        "on": HEADERS["above_scale_on"],
    }
    if (
        values["above_scale"]
        and len(given) < 2
        and "above_scale_on" not in {one.column for one in row.errors}
    ):
        message = _("“%(flag)s”为“是”时应有“%(basis)s”和“%(on)s”。请补填，可在走访后补充。")
        add_warning(row, "above_scale", message % columns)
    elif given and not values["above_scale"]:
        message = _("填了“%(basis)s”或“%(on)s”，但“%(flag)s”不是“是”。请核对，已按“否”导入。")
        add_warning(row, "above_scale", message % columns)


def _check_people(row: ParsedRow) -> None:
    """Members are youth, youth are employees, Party members are employees: each within the next."""
    faulty = {problem.column for problem in row.errors}
    for part, whole in (("youth", "employees"), ("members", "youth"), ("party_members", "employees")):
        if {part, whole} & faulty or row.values[part] <= row.values[whole]:
            continue
        message = _("“%(part)s”%(few)d 人多于“%(whole)s”%(many)d 人。请核对两项人数。")
        values = {"part": HEADERS[part], "whole": HEADERS[whole]}
        add_error(row, part, message % (values | {"few": row.values[part], "many": row.values[whole]}))


_Reader = Callable[[ParsedRow, str, Any, Context], None]
_READERS: dict[str, _Reader] = {
    "sequence": read_sequence,
    "subdistrict": _read_subdistrict,
    "number_kind": _read_number_kind,
    "number": _read_number,
    "kind": _read_kind,
    "section": _read_section,
    "above_scale": read_flag,
    "above_scale_on": read_date,
    "employees": read_count,
    "youth": read_count,
    "members": read_count,
    "party_members": read_count,
    "party_organization": _read_party_organization,
    "has_trade_union": read_flag,
    "contact_phone": read_phone,
    "direct_contact": read_flag,
}
