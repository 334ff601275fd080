"""DESIGN.md section 6 (readers): the gate, the limited reader, and a writer that never writes a formula."""

import io
import time
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.workbooks import Column, Mark, WorkbookRefused, check_workbook, read_sheet, write_workbook

AT = datetime(2014, 6, 1, tzinfo=UTC)
COLUMNS = [
    Column("单位名称", 30, required=True),
    Column("从业人员", 10, "integer"),
    Column("认定日期", 12, "date"),
    Column("规模以上", 8, choices=("是", "否")),
]
ROWS = [["甲公司", 12, date(2014, 5, 31), "是"], ["乙公司", 3, None, "否"]]


def workbook(rows=ROWS, columns=COLUMNS, **options):
    return write_workbook(columns, rows, sheet="底本", created_at=AT, **options)


def repacked(content, change=None, add=()):
    """The workbook with parts changed or added."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(entry.filename, change(entry.filename, data) if change else data)
        for name, data in add:
            target.writestr(name, data)
    return output.getvalue()


def read(content, max_rows=100, columns=10):
    return read_sheet(io.BytesIO(content), max_rows=max_rows, columns=columns)


def test_what_is_written_is_read_back_with_types_and_row_numbers():
    rows = read(workbook(title="底本"))
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert rows[1].cells == ["单位名称", "从业人员", "认定日期", "规模以上"]
    assert rows[2].cells == ["甲公司", 12, date(2014, 5, 31), "是"]
    assert rows[3].cells == ["乙公司", 3, None, "否"]


def test_equal_input_gives_equal_bytes():
    marks = [Mark(0, 1, "人数不能是负数")]
    assert workbook(marks=marks) == workbook(marks=marks)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x.cn", "{=1}"]
)
def test_text_is_never_a_formula_or_a_link(text):
    content = workbook(rows=[[text, 1, None, "否"]])
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), st.integers(-(2**40), 2**40), st.text(max_size=40)), min_size=4, max_size=4
        )
    )
)
def test_any_text_survives_or_is_trimmed(rows):
    content = workbook(rows=rows)
    check_workbook(io.BytesIO(content))
    assert openpyxl.load_workbook(io.BytesIO(content)).active.max_row >= len(rows)


def test_marked_cells_are_filled_commented_and_repeated_in_a_column():
    marks = [Mark(0, 1, "“从业人员”：人数不能是负数。"), Mark(0, 3, "二"), Mark(1, None, "整行重复")]
    content = workbook(marks=marks, reason_header="错误说明")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["B2"].fill.fgColor.rgb == "FFFBE3E4"
    assert sheet["A2"].fill.fgColor.rgb != "FFFBE3E4"
    assert sheet["A3"].fill.fgColor.rgb == sheet["D3"].fill.fgColor.rgb == "FFFBE3E4"
    assert "负数" in sheet["B2"].comment.text
    assert "整行重复" in sheet["A3"].comment.text
    assert sheet["E1"].value == "错误说明"
    assert sheet["E2"].value == "“从业人员”：人数不能是负数。；二"
    assert read(content)[1].cells[:2] == ["甲公司", 12]


def test_the_sheet_is_ready_to_fill_in_and_to_print():
    places = tuple(f"第{number}街道办事处辖区" for number in range(40))
    content = workbook(columns=[*COLUMNS[:3], Column("街镇", 14, choices=places)], title="底本")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["底本"]
    assert sheet.freeze_panes == "D3"
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_area.endswith("$A$1:$D$4")
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ["choices!$A$1:$A$40"]
    assert book["choices"].sheet_state == "hidden"
    assert read(content)[0].cells[0] == "底本"


def test_rows_are_refused_rather_than_cut():
    with pytest.raises(WorkbookRefused, match="有 3 行，最多读取 2 行"):
        read(workbook(), max_rows=2)


def test_only_the_columns_asked_for_are_read():
    assert [len(row.cells) for row in read(workbook(), columns=2)] == [2, 2, 2]


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"", "另存为"),
        (b"a,b\n1,2\n", "另存为"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为"),
        (workbook()[:-40], "另存为"),
        (repacked(workbook(), add=[("xl/vbaProject.bin", b"x")]), "宏"),
        (repacked(workbook(), add=[("xl/externalLinks/externalLink1.xml", b"<x/>")]), "断开链接"),
        (
            repacked(
                workbook(),
                add=[
                    (
                        "xl/worksheets/_rels/sheet9.xml.rels",
                        b'<Relationship Type="x/oleObject" TargetMode="External"/>',
                    )
                ],
            ),
            "断开链接",
        ),
        (
            repacked(workbook(), lambda name, data: data.replace(b"<worksheet", b"<!DOCTYPE x><worksheet")),
            "DTD",
        ),
        (repacked(workbook(), add=[(f"xl/media/{number}.txt", b"x") for number in range(2_001)]), "部件"),
        (repacked(workbook(), add=[("xl/media/a.bin", bytes(3 * 1024 * 1024))]), "压缩比"),
        (repacked(workbook(), add=[(f"xl/{n}.bin", bytes(1024 * 1024)) for n in range(130)]), "展开后"),
        (
            repacked(workbook(), lambda name, data: b"<x/>" if name == "xl/workbook.xml" else data),
            "无法读取|没有可见",
        ),
        (repacked(workbook(), lambda name, data: data[:-200] if "sheet1" in name else data), "无法读取"),
    ],
)
def test_what_is_refused_names_the_remedy(content, remedy):
    with pytest.raises(WorkbookRefused, match=remedy):
        read(content)


def test_ordinary_links_to_pages_and_addresses_are_no_reason():
    link = b'<Relationship Type="http://x/relationships/hyperlink" TargetMode="External"/>'
    content = repacked(workbook(), add=[("xl/worksheets/_rels/sheet9.xml.rels", link)])
    check_workbook(io.BytesIO(content))


def test_a_directory_that_lies_about_sizes_is_found():
    content = bytearray(repacked(workbook(), add=[("xl/media/big.xml", b"<x>" + b"y" * 50_000 + b"</x>")]))
    place = content.rfind(b"xl/media/big.xml") - 46 + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(WorkbookRefused, match="损坏"):
        read(bytes(content))


def test_overlapping_parts_are_refused():
    content = bytearray(workbook())
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    with pytest.raises(WorkbookRefused, match="损坏"):
        read(bytes(content))


def test_the_gate_refuses_a_bomb_at_once():
    content = repacked(workbook(), add=[("xl/bomb.xml", bytes(100 * 1024 * 1024))])
    before = time.perf_counter()
    with pytest.raises(WorkbookRefused):
        check_workbook(io.BytesIO(content))
    assert time.perf_counter() - before < 0.5


def sheet_with(cells):
    data = f"<sheetData>{cells}</sheetData>".encode()

    def change(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        start, end = content.index(b"<sheetData>"), content.index(b"</sheetData>") + len(b"</sheetData>")
        return content[:start] + data + content[end:]

    return repacked(workbook(), change)


def test_a_sheet_that_claims_every_cell_meets_the_limits_of_the_reader():
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(WorkbookRefused, match="内容过大"):
        read(sheet_with(far))


def test_many_cells_with_one_long_text_do_not_multiply(monkeypatch):
    monkeypatch.setattr("records.workbooks.MAX_OUTPUT_BYTES", 100_000)
    with pytest.raises(WorkbookRefused, match="内容过大"):
        read(workbook(rows=[["字" * 4_000, 1, None, "是"]] * 80))


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("records.workbooks.WALL_SECONDS", 0.001)
    with pytest.raises(WorkbookRefused, match="内容过大"):
        read(workbook())


def test_a_workbook_with_only_hidden_sheets_says_so():
    def hide(name, data):
        return (
            data.replace(b'<sheet name="', b'<sheet state="hidden" name="')
            if name == "xl/workbook.xml"
            else data
        )

    with pytest.raises(WorkbookRefused, match="取消隐藏"):
        read(repacked(workbook(), hide))


def test_parts_with_a_password_are_refused():
    content = bytearray(workbook())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(WorkbookRefused, match="密码"):
        read(bytes(content))


def test_an_empty_sheet_has_no_rows():
    book = openpyxl.Workbook()
    output = io.BytesIO()
    book.save(output)
    assert read(output.getvalue()) == []


def test_files_of_other_programs_are_read():
    book = openpyxl.Workbook()
    book.active.append(["单位名称", "人数", 2.5, True])
    book.active.append([None])
    book.active.append(["甲公司", 3, datetime.fromisoformat("2014-05-31 09:30"), "  "])
    output = io.BytesIO()
    book.save(output)
    rows = read(output.getvalue())
    assert rows[0].cells == ["单位名称", "人数", 2.5, True]
    assert (rows[1].number, rows[1].cells) == (3, ["甲公司", 3, "2014-05-31 09:30:00", None])
