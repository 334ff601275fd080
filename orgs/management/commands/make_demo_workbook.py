"""Writes the demo workbook of the baseline register; the same seed gives the same bytes."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from orgs.rules.demo_register import RegisterMaker, number_of_kind
from orgs.rules.reference import FIXTURES, streets
from orgs.rules.survey_columns import COLUMNS
from records.workbooks import Column, write_workbook

SEED = 110108
UNITS = 300
CREATED_AT = datetime(2025, 4, 1, tzinfo=UTC)
POSITION = {column.key: index for index, column in enumerate(COLUMNS)}
_CHECK_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Command(BaseCommand):
    """``manage.py make_demo_workbook [--to FILE]``: 300 invented units over all 29 sub-districts.

    Ten rows are faulty on purpose, so that an import shows what it finds: three wrong check digits, two
    doubled codes, two doubled names, one negative number, one unknown street, one date in the future.
    """

    help = "Writes fixtures/demo_baseline_register.xlsx (invented units, ten deliberate faults)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=FIXTURES / "demo_baseline_register.xlsx")
        parser.add_argument("--units", type=int, default=UNITS)

    def handle(self, *args: Any, to: Path, units: int, **options: Any) -> None:
        to.write_bytes(demo_workbook(units))
        self.stdout.write(f"{to.name}: {units} units, {len(FAULTS)} deliberate faults")


def demo_workbook(units: int = UNITS) -> bytes:
    """The workbook as bytes."""
    choices = {"subdistrict": tuple(street["name"] for street in streets())}
    columns = [
        Column(one.header, one.width, one.kind, choices.get(one.key, one.choices), one.required)
        for one in COLUMNS
    ]
    return write_workbook(
        columns,
        demo_rows(units),
        sheet="底本",
        title="海淀区“两新”组织团建工作底本（演示数据，单位和人员均为虚构）",
        created_at=CREATED_AT,
    )


def demo_rows(units: int = UNITS) -> list[list[Any]]:
    """The rows with the deliberate faults in place."""
    rows = RegisterMaker(SEED).rows(units)
    for index, (key, change) in FAULTS.items():
        rows[index][POSITION[key]] = change(rows, index)
    return rows


def _wrong_check_digit(rows: list[list[Any]], index: int) -> str:
    number = number_of_kind(0, 9_000 + index)
    rows[index][POSITION["number_kind"]] = "统一社会信用代码"
    return number[:-1] + _CHECK_DIGITS[(_CHECK_DIGITS.index(number[-1]) + 5) % 31]


def _code_of_earlier(rows: list[list[Any]], index: int) -> str:
    rows[index][POSITION["number_kind"]] = rows[index - 60][POSITION["number_kind"]]
    return rows[index - 60][POSITION["number"]]


def _name_of_earlier(rows: list[list[Any]], index: int) -> str:
    """The same name written differently: without the place, with the long form of the company."""
    name = (
        rows[index - 45][POSITION["name"]].replace("（北京）", "").removeprefix("北京市").removeprefix("北京")
    )
    for form in ("股份有限公司", "有限责任公司", "有限公司"):
        if name.endswith(form):
            return f"{name.removesuffix(form)}（北京）有限责任公司"
    return f"北京市{name}"


FAULTS: dict[int, tuple[str, Any]] = {
    24: ("number", _wrong_check_digit),
    71: ("employees", lambda rows, index: -rows[index][POSITION["employees"]]),
    101: ("number", _code_of_earlier),
    118: ("number", _wrong_check_digit),
    150: ("subdistrict", lambda rows, index: "中关存街道"),
    177: ("name", _name_of_earlier),
    203: ("number", _code_of_earlier),
    226: ("above_scale_on", lambda rows, index: date(2035, 3, 1)),
    251: ("name", _name_of_earlier),
    280: ("number", _wrong_check_digit),
}
