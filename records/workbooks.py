"""Excel in and out: a gate, a reader in a limited process, and a writer with the house style.

DESIGN.md section 6 (readers): the zip directory is checked first, then calamine reads in a subprocess with
memory and CPU limits. The writer never writes a formula, whatever the text begins with.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from records.ooxml import OfficeFileRefused, check_office_file, office_kind
from records.workbook_writer import Column, Mark, write_workbook

__all__ = ["Column", "Mark", "SheetRow", "WorkbookRefused", "check_workbook", "read_sheet", "write_workbook"]

WORKER = Path(__file__).with_name("workbook_worker.py")
MEMORY_MB = 768
CPU_SECONDS = 20
WALL_SECONDS = 60
MAX_OUTPUT_BYTES = 60 * 1024 * 1024

CellValue = str | int | float | bool | date | None


class WorkbookRefused(ValueError):
    """The workbook is not read; the message (for the user) says why and what to do."""


@dataclass(frozen=True)
class SheetRow:
    """A row that is not empty: its number as Excel shows it (from 1), and its cells from column A on."""

    number: int
    cells: list[CellValue]


def check_workbook(file: IO[bytes]) -> None:
    """The gate before any reader. Raises WorkbookRefused for anything but a sound, plain xlsx file."""
    if office_kind(file) != "xlsx":
        raise WorkbookRefused(
            _("这不是 .xlsx 工作簿。请在 Excel 或 WPS 中另存为“Excel 工作簿（.xlsx）”后上传。")
        )
    try:
        check_office_file(file)
    except OfficeFileRefused as refused:
        raise WorkbookRefused(str(refused)) from refused


def read_sheet(file: IO[bytes], *, max_rows: int, columns: int) -> list[SheetRow]:
    """The rows of the first visible sheet that are not empty, each with at most ``columns`` cells.

    ``max_rows`` counts every row up to the last one that holds something, the header included; more are
    refused rather than cut. Runs the gate itself. Raises WorkbookRefused.
    """
    check_workbook(file)
    file.seek(0)
    answer = _run_worker(file.read(), max_rows, columns)
    if "error" in answer:
        raise WorkbookRefused(_refusal(answer, max_rows))
    return [SheetRow(number, [_cell(cell) for cell in cells]) for number, cells in answer["rows"]]


def _run_worker(content: bytes, max_rows: int, columns: int) -> dict:
    arguments = [MEMORY_MB, CPU_SECONDS, max_rows, columns, MAX_OUTPUT_BYTES]
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(WORKER), *map(str, arguments)],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": "too_large"}
    if done.returncode != 0:
        return {"error": "too_large" if b"panicked" not in done.stderr else "unreadable"}
    return json.loads(done.stdout)


def _refusal(answer: dict, max_rows: int) -> str:
    if answer["error"] == "too_many_rows":
        return _("工作表有 %(count)d 行，最多读取 %(limit)d 行。请删除末尾的空行，或分成几个文件上传。") % {
            "count": answer["count"],
            "limit": max_rows,
        }
    if answer["error"] == "no_sheet":
        return _("工作簿中没有可见的工作表。请取消隐藏后重新上传。")
    if answer["error"] == "unreadable":
        return _("工作表无法读取。请把数据复制到新的工作簿，另存为 .xlsx 后上传。")
    return _("工作表内容过大，读取超出内存或时间限制。请只保留需要的行和列，复制到新的工作簿后上传。")


def _cell(cell: object) -> CellValue:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["date"])
    return cell  # type: ignore[return-value]
