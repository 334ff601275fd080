"""The decision sheet (审批表): one page where it fits, in type that can be read, with nothing cut."""

import io

import pdfplumber
import pytest

from records.documents import render_sheet, render_sheets

from .document_samples import SHEET, STREET, opinion

MM = 72 / 25.4
RARE = "䶮𬍛"
pytestmark = pytest.mark.once  # no database


def pages(pdf: bytes) -> list:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return [page.chars for page in opened.pages]


def text_of(pdf: bytes) -> str:
    return "".join(char["text"] for page in pages(pdf) for char in page)


def with_opinions(*opinions: dict) -> dict:
    unit, street, district = SHEET["boxes"]
    return SHEET | {"boxes": [unit, street | {"opinions": list(opinions)}, district]}


def test_a_typical_case_takes_one_page_inside_the_margins():
    (page,) = pages(render_sheet(SHEET, issuer=STREET))
    assert min(char["size"] for char in page) >= 8.9
    assert min(char["x0"] for char in page) >= 25 * MM - 0.5
    assert max(char["x1"] for char in page) <= 192 * MM + 0.5
    assert max(char["bottom"] for char in page) <= 297 * MM - 5 * MM
    text = "".join(char["text"] for char in page)
    for said in ("何秋菊（代李建业）", "第2轮", "已收回", "（签字、盖章）", "JT-2014-00017", "第1页共1页"):
        assert said.replace(" ", "") in text.replace(" ", "").replace("　", ""), said


def test_the_type_gets_smaller_down_to_9_pt_before_there_is_a_second_page():
    sizes = []
    for more in (0, 4, 6, 8, 30):
        said = [opinion("街镇审批", "同意", "同意。", "何秋菊", "审批人", "2014-09-03")] * more
        found = pages(render_sheet(with_opinions(*said), issuer=STREET))
        body = next(char["size"] for char in found[0] if char["text"] == "拟")
        sizes.append((len(found), round(body, 1)))
    on_one_page = [size for count, size in sizes if count == 1]
    assert on_one_page == sorted(on_one_page, reverse=True)
    assert len(set(on_one_page)) > 1
    assert min(on_one_page) >= 9
    assert sizes[-1][0] > 1
    assert sizes[-1][1] == 10.5


def test_long_opinions_run_over_pages_and_nothing_is_cut():
    long = "".join(chr(0x4E00 + at) for at in range(1000))
    said = [opinion("街镇审批", "同意", long, "何秋菊", "审批人", "2014-09-03")] * 6
    pdf = render_sheet(with_opinions(*said), issuer=STREET)
    found = pages(pdf)
    assert len(found) >= 3
    for page in found:
        assert max(char["bottom"] for char in page) <= 297 * MM - 5 * MM
        assert "编号：JT-2014-00017" in "".join(char["text"] for char in page)
    text = text_of(pdf)
    assert text.count("何秋菊") == 6
    assert text.count(long[0]) >= 6
    assert text.count(long[-1]) >= 6


def test_rare_names_are_printed_and_what_no_font_has_is_marked():
    odd = opinion("街镇审批", "同意", "同意😀\u200b。\t好", RARE, "审批人", "2014-09-03")
    text = text_of(render_sheet(with_opinions(odd), issuer=STREET))
    assert RARE in text
    assert "同意〓。" in text
    assert "字库没有的字" in text


def test_several_sheets_are_one_file_and_each_counts_its_own_pages():
    found = pages(render_sheets([(SHEET, STREET), (SHEET, STREET)]))
    assert len(found) == 2
    for page in found:
        text = "".join(char["text"] for char in page)
        assert "共1页" in text.replace(" ", "").replace("　", "")
