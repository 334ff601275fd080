"""Reading a register, the template, and the faulty rows as a workbook (issue: import with faulty rows returned)."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orgs.imports import (
    RegisterRefused,
    faulty_workbook,
    has_formulas,
    read_register,
    template_workbook,
)
from orgs.models import ImportRow
from orgs.rules.survey_columns import COLUMNS, REASON_HEADER

from .registers import AT, COLUMN_OF, raw, workbook


def test_rows_are_read_by_column_with_the_numbers_that_excel_shows():
    sheet = read_register(
        workbook([raw(name="甲公司"), raw(name="乙公司", above_scale_on=date(2014, 5, 31))])
    )
    assert [(number, row["name"]) for number, row in sheet.rows] == [(2, "甲公司"), (3, "乙公司")]
    assert sheet.rows[1][1]["above_scale_on"] == "2014-05-31"
    assert sheet.ignored == ()
    assert not sheet.has_formulas


def test_unknown_columns_are_named():
    file = workbook([raw()])
    book = openpyxl.load_workbook(file)
    book.active.cell(1, 30, "负责科室")
    output = io.BytesIO()
    book.save(output)
    assert read_register(SimpleUploadedFile("a.xlsx", output.getvalue())).ignored == ("负责科室",)


def test_formulas_are_noticed():
    book = openpyxl.load_workbook(workbook([raw()]))
    book.active.cell(2, COLUMN_OF["employees"] + 1, "=10+20")
    output = io.BytesIO()
    book.save(output)
    assert has_formulas(output)
    sheet = read_register(SimpleUploadedFile("a.xlsx", output.getvalue()))
    assert sheet.has_formulas


@pytest.mark.parametrize(
    "text", [b"<row><f>1+1</f></row>", b"x" * (256 * 1024 - 1) + b'<f t="shared">A1</f>']
)
def test_formulas_are_noticed_wherever_a_part_is_cut(text):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", text)
    assert has_formulas(output)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: SimpleUploadedFile("a.xlsx", b"not a workbook"), "另存为"),
        (lambda: SimpleUploadedFile("a.xlsx", workbook([raw()]).read()[:-400]), "上传"),
        (lambda: workbook([raw()], columns=COLUMNS[5:8]), "没有找到表头"),
        (lambda: workbook([raw()], columns=COLUMNS[:4]), "缺少必填的列：证照号码、地址、单位性质、行业门类"),
        (lambda: workbook([]), "表头下面没有数据"),
    ],
)
def test_what_is_no_register_is_refused_with_a_remedy(file, words):
    with pytest.raises(RegisterRefused, match=words):
        read_register(file())


def test_more_rows_than_the_limit_are_refused_not_cut(monkeypatch):
    monkeypatch.setattr("orgs.imports.MAX_ROWS", 2)
    with pytest.raises(RegisterRefused, match="一次最多导入 2 行"):
        read_register(workbook([raw(), raw(), raw()]))


def test_the_template_offers_places_and_its_example_is_never_imported():
    content = template_workbook(["中关村街道", "学院路街道"], at=AT)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book.active[2]] == [column.header for column in COLUMNS]
    offered = {validation.formula1 for validation in book.active.data_validations.dataValidation}
    assert any("中关村街道" in text for text in offered)
    with pytest.raises(RegisterRefused, match="表头下面没有数据"):
        read_register(SimpleUploadedFile("a.xlsx", content))


def test_faulty_rows_come_back_marked_explained_and_readable_again():
    wrong = raw(name="=HYPERLINK(1)", employees=-3, above_scale_on="2035-03-01")
    rows = [
        ImportRow(
            number=7, raw=wrong, errors=[["employees", "“从业人员”：负数。"], ["name", "“单位名称”：可疑。"]]
        )
    ]
    content = faulty_workbook(rows, ["中关村街道"], at=AT)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cell = sheet.cell(3, COLUMN_OF["employees"] + 1)
    assert cell.value == -3
    assert "负数" in cell.comment.text
    assert sheet.cell(3, COLUMN_OF["name"] + 1).data_type == "s"
    assert sheet.cell(2, len(COLUMNS) + 1).value == REASON_HEADER
    assert "可疑" in sheet.cell(3, len(COLUMNS) + 1).value
    again = read_register(SimpleUploadedFile("a.xlsx", content))
    assert again.ignored == ()
    assert again.rows[0][1] == wrong
