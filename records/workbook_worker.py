"""Reads one sheet of an xlsx file in a process of its own, under limits; run by path, never imported.

Standard input: the file. Arguments: memory in MB, CPU seconds, rows, columns, output bytes. Standard output:
one JSON document ``{"rows": [[number, [cell, …]], …]}`` or ``{"error": code}``. Dates are ``{"date": iso}``.
A breach of the limits ends the process; the caller then refuses the file.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta

MAX_CELL_LENGTH = 4_000


def main() -> None:
    memory, cpu, max_rows, max_columns, max_output = (int(argument) for argument in sys.argv[1:6])
    resource.setrlimit(resource.RLIMIT_AS, (memory * 1024 * 1024, memory * 1024 * 1024))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = json.dumps(read(sys.stdin.buffer.read(), max_rows, max_columns), ensure_ascii=False)
    if len(answer) > max_output:
        answer = json.dumps({"error": "too_large"})
    sys.stdout.buffer.write(answer.encode("utf-8"))


def read(content: bytes, max_rows: int, max_columns: int) -> dict[str, object]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        if not visible:
            return {"error": "no_sheet"}
        sheet = workbook.get_sheet_by_name(visible[0])
        height = sheet.end[0] + 1 if sheet.end else 0
        if height > max_rows:
            return {"error": "too_many_rows", "count": height}
        rows = sheet.to_python(skip_empty_area=False, nrows=max_rows)
    except (CalamineError, OSError, ValueError):
        return {"error": "unreadable"}
    cells = (
        (number, [plain(cell) for cell in row[:max_columns]]) for number, row in enumerate(rows, start=1)
    )
    return {"rows": [[number, row] for number, row in cells if any(cell is not None for cell in row)]}


def plain(cell: object) -> object:
    """A cell as JSON: empty text is null, whole floats are integers, a datetime at midnight is a date."""
    if isinstance(cell, str):
        return cell.strip()[:MAX_CELL_LENGTH] or None
    if isinstance(cell, datetime):
        return {"date": cell.date().isoformat()} if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell


if __name__ == "__main__":
    main()
