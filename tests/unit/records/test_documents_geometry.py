"""The numbers of GB/T 9704-2012 (RULES section 5), measured in the rendered PDF."""

import io
import subprocess
from functools import lru_cache
from itertools import pairwise

import numpy
import pdfplumber
import pytest
from PIL import Image

from records.documents import preview

from .document_samples import BRANCH, CERTIFICATE, ON, STREET, UNIT, sample, sample_pdf

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28 * MM, 184 * MM, 37 * MM, 262 * MM
CELL, LINE = 156 / 28 * MM, 225 / 22 * MM
UPWARD = ["approval_request", "result_report"]
REPLIES = ["establishment_reply", "leadership_reply"]
LISTS = ["public_notice", "commendation_decision"]  # their names are attachments
SEALED = [*REPLIES, "acceptance_notice", *LISTS, "award_call", "honour_revocation"]
LETTERS = [*UPWARD, *SEALED]
SIGNED = {
    "public_notice": 1,
    "commendation_decision": 1,
    "award_call": 2,
}  # page of the signature where it is not the last
DPI = 200
pytestmark = pytest.mark.once  # no database


@lru_cache
def pages(kind):
    with pdfplumber.open(io.BytesIO(sample_pdf(kind))) as pdf:
        return [(page.chars, page.rects, float(page.width), float(page.height)) for page in pdf.pages]


@lru_cache(maxsize=8)
def picture(kind, page, dpi=DPI):
    """The page as RGB pixels, rendered by Poppler."""
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-"]
    result = subprocess.run(command, input=sample_pdf(kind), capture_output=True, check=True)
    return numpy.asarray(Image.open(io.BytesIO(result.stdout)).convert("RGB"), dtype=numpy.int16)


def ink(image, wanted, area=None, dpi=DPI):
    """Bounding box in mm of the pixels of which ``wanted`` is true, inside ``area`` (mm)."""
    to_pixels = dpi / 25.4
    x0, y0, x1, y1 = [round(edge * to_pixels) for edge in area or (0, 0, 210, 297)]
    rows, columns = numpy.nonzero(wanted(image[y0:y1, x0:x1].transpose(2, 0, 1)))
    assert rows.size, "nothing of that colour there"
    box = (columns.min() + x0, rows.min() + y0, columns.max() + 1 + x0, rows.max() + 1 + y0)
    return [edge / to_pixels for edge in box]


def red(rgb):
    return (rgb[0] > 150) & (rgb[1] < 110) & (rgb[2] < 110)


def dark(rgb):
    return rgb.max(axis=0) < 120


def lines(chars):
    """Text lines from top to bottom: (top, characters from left to right)."""
    rows = {}
    for char in chars:
        key = next((top for top in rows if abs(top - char["top"]) < 3), char["top"])
        rows.setdefault(key, []).append(char)
    return [(top, sorted(row, key=lambda char: char["x0"])) for top, row in sorted(rows.items())]


def line_with(kind, text, page=-1):
    """The first line of a page that has ``text``."""
    for _, row in lines(pages(kind)[page][0]):
        if text in "".join(char["text"] for char in row):
            return row
    raise AssertionError(f"{text} is not on page {page} of {kind}")


def body(chars):
    return [char for char in chars if abs(char["size"] - 16) < 0.1 and char["text"].strip()]


@pytest.mark.parametrize("kind", LETTERS)
def test_page_is_a4_and_text_stays_inside_the_type_area(kind):
    for chars, _, width, height in pages(kind):
        assert (round(width / MM), round(height / MM)) == (210, 297)
        for char in body(chars):
            assert char["x0"] >= LEFT - 1
            assert char["x1"] <= RIGHT + 1.2
            assert char["top"] >= TOP - 1
            assert char["bottom"] <= BOTTOM + 1


@pytest.mark.parametrize("kind", LETTERS)
def test_body_lies_on_the_grid_of_22_lines(kind):
    for number, (chars, *_) in enumerate(pages(kind)):
        tops = [top for top, _ in lines(char for char in body(chars) if "Fang" in char["fontname"])]
        if number == SIGNED.get(kind, len(pages(kind)) - 1):
            tops = tops[:-3]  # signature and note stand at their own distance
        for above, below in pairwise(tops):
            steps = (below - above) / LINE
            assert steps == pytest.approx(round(steps), abs=0.04)


@pytest.mark.parametrize("kind", LETTERS)
def test_full_lines_have_28_characters_and_reach_the_right_edge(kind):
    full = [row for _, row in lines(body(pages(kind)[0][0])) if len(row) >= 26 and row[0]["x0"] < LEFT + 1]
    assert full
    for row in full:
        if row[-1]["text"] == "。":
            continue  # a paragraph ends there
        if all(char["text"] > "\u2e80" for char in row):
            assert len(row) <= 28
        assert row[-1]["x1"] == pytest.approx(RIGHT, abs=1.2)


@pytest.mark.parametrize("kind", LETTERS)
def test_red_mark_begins_35_mm_below_the_type_area_and_is_centred(kind):
    left, top, right, bottom = ink(picture(kind, 1), red, (0, 0, 210, 100))
    assert top == pytest.approx(72, abs=1)
    assert (left + right) / 2 == pytest.approx(28 + 78, abs=1)
    assert right - left <= 156.5
    assert bottom < 92


@pytest.mark.parametrize("kind", LETTERS)
def test_number_stands_two_lines_below_the_mark_and_the_rule_4_mm_below_it(kind):
    mark_bottom = ink(picture(kind, 1), red, (0, 0, 210, 100))[3]
    number = ink(picture(kind, 1), dark, (28, mark_bottom, 184, 122))
    two_lines = 2 * LINE / MM
    assert two_lines <= number[1] - mark_bottom <= two_lines + 9
    rule = ink(picture(kind, 1), red, (0, mark_bottom + 1, 210, 140))
    assert rule[1] - number[3] == pytest.approx(4, abs=0.8)
    assert rule[0] == pytest.approx(28, abs=0.3)
    assert rule[2] == pytest.approx(184, abs=0.3)
    assert 0.3 <= rule[3] - rule[1] <= 0.65


@pytest.mark.parametrize("kind", SEALED)
def test_number_of_a_downward_letter_is_centred(kind):
    row = line_with(kind, "〔2014〕9号", 0)
    assert (row[0]["x0"] + row[-1]["x1"]) / 2 == pytest.approx(28 * MM + 78 * MM, abs=1.5)


@pytest.mark.parametrize(
    ("kind", "number"), [("approval_request", "星智字〔2014〕9号"), ("result_report", "星智团筹〔2014〕9号")]
)
def test_upward_letter_has_the_number_left_and_the_signing_officer_right(kind, number):
    row = line_with(kind, "签发人：", 0)
    text = "".join(char["text"] for char in row)
    assert text.startswith(number)
    assert text.endswith("签发人：赵䶮")
    assert row[0]["x0"] == pytest.approx(LEFT + CELL, abs=1)
    assert row[-1]["x1"] == pytest.approx(RIGHT - CELL, abs=1)
    assert "Kai" in next(char for char in row if char["text"] == "赵")["fontname"]


@pytest.mark.parametrize("kind", SEALED)
def test_a_sealed_letter_has_no_signing_officer(kind):
    assert "签发人" not in "".join(char["text"] for char in pages(kind)[0][0])


@pytest.mark.parametrize("kind", LETTERS)
def test_title_stands_two_lines_below_the_rule_in_22_point(kind):
    title = [char for char in pages(kind)[0][0] if abs(char["size"] - 22) < 0.1]
    rule_bottom = ink(picture(kind, 1), red, (0, 100, 210, 140))[3]
    first = ink(picture(kind, 1), dark, (28, rule_bottom + 0.5, 184, 160))[1]
    assert 2 * LINE / MM - 1 <= first - rule_bottom <= 2 * LINE / MM + 4
    rows = [row for _, row in lines(title)]
    lengths = [len(row) for row in rows]
    assert len(set(lengths)) > 1, "a rectangle is not a trapezoid"
    for row in rows:
        assert (row[0]["x0"] + row[-1]["x1"]) / 2 == pytest.approx(106 * MM, abs=1.5)


@pytest.mark.parametrize("kind", LETTERS)
def test_first_page_shows_body_text_after_the_addressee(kind):
    assert len(lines(body(pages(kind)[0][0]))) >= 5
    addressee = sample(kind)[2].get("addressee", "")
    if not addressee:
        assert kind == "public_notice"  # speaks to everybody
        return
    row = line_with(kind, addressee[:20] if len(addressee) > 20 else f"{addressee}：", 0)
    assert row[0]["x0"] == pytest.approx(LEFT, abs=1)
    assert len(addressee) > 28 or row[-1]["text"] == "："


@pytest.mark.parametrize("kind", LETTERS)
def test_page_numbers_stand_outside_below_the_type_area(kind):
    for number, (chars, *_) in enumerate(pages(kind), 1):
        row = [
            char
            for char in chars
            if char["top"] > BOTTOM and abs(char["size"] - 14) < 0.1 and char["text"] != " "
        ]
        assert "".join(char["text"] for char in row) == f"—{number}—"
        dash = row[0]
        area = (dash["x0"] / MM, 263, dash["x1"] / MM, 280)
        assert ink(picture(kind, number, 100), dark, area, 100)[1] == pytest.approx(262 + 7, abs=0.4)
        if number % 2:
            assert row[-1]["x1"] == pytest.approx(RIGHT - 14, abs=1.5)
        else:
            assert row[0]["x0"] == pytest.approx(LEFT + 14, abs=1.5)


def imprint_rules(kind):
    """(top, thickness) of the rules of the imprint in points; a border is drawn between two rectangles."""
    wide = [rect for rect in pages(kind)[-1][1] if rect["width"] > 150 * MM]
    assert all(rect["x0"] == pytest.approx(LEFT, abs=0.5) for rect in wide)
    edges = sorted({round(float(rect[edge]), 2) for rect in wide for edge in ("top", "bottom")})
    return [(above, below - above) for above, below in pairwise(edges) if below - above < 2]


@pytest.mark.parametrize("kind", LETTERS)
def test_imprint_closes_the_type_area_of_the_last_page(kind):
    rules = imprint_rules(kind)
    assert sum(rules[-1]) == pytest.approx(BOTTOM, abs=0.3)
    outer, inner = [rules[0][1], rules[-1][1]], [thickness for _, thickness in rules[1:-1]]
    assert outer == pytest.approx([0.35 * MM, 0.35 * MM], abs=0.05)
    assert inner == pytest.approx([0.25 * MM] * (1 if sample(kind)[2].get("copies") else 0), abs=0.05)
    printed = "".join(char["text"] for char in line_with(kind, "日印发"))
    assert printed.endswith("2014年9月5日印发")
    for chars, *_ in pages(kind)[:-1]:
        assert "印发" not in "".join(char["text"] for char in chars if abs(char["size"] - 14) < 0.1)


def signed_page(kind):
    """Index of the page with signature and seal."""
    return SIGNED.get(kind, len(pages(kind)) - 1)


@pytest.mark.parametrize("kind", SEALED)
def test_seal_covers_issuer_and_date_a_little_below_its_centre(kind):
    page = signed_page(kind)
    seal = ink(picture(kind, page + 1), red, (28, 37, 184, 262))
    assert seal[2] - seal[0] == pytest.approx(42, abs=0.8)
    assert seal[3] - seal[1] == pytest.approx(42, abs=0.8)
    date = [
        char for char in line_with(kind, "2014年9月5日", page) if char["size"] == pytest.approx(16, abs=0.1)
    ]
    issuer = line_with(kind, sample(kind)[1].name, page)
    centre = (seal[0] + seal[2]) / 2 * MM
    middle = (seal[1] + seal[3]) / 2 * MM
    for row in (date, issuer):
        assert (row[0]["x0"] + row[-1]["x1"]) / 2 == pytest.approx(centre, abs=2)
        assert seal[1] * MM < row[0]["top"]
        assert row[0]["bottom"] < seal[3] * MM
    assert 0 < (issuer[0]["top"] + date[0]["bottom"]) / 2 - middle < 10 * MM
    assert issuer[-1]["x1"] <= RIGHT + 1


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *[(kind, "此复。") for kind in REPLIES],
        ("acceptance_notice", "附件：“六有”标准验收评分表"),
        ("public_notice", "附件：拟表彰对象名单"),
        ("commendation_decision", "3. 优秀团员名单"),
    ],
)
def test_seal_stands_within_one_line_of_the_text_on_a_page_with_text(kind, text):
    page = signed_page(kind)
    closing = line_with(kind, text, page)
    if text.startswith(("此", "附")):
        assert closing[0]["x0"] == pytest.approx(LEFT + 2 * CELL, abs=1)
    gap = ink(picture(kind, page + 1), red, (28, 37, 184, 262))[1] - closing[0]["bottom"] / MM
    assert 0 <= gap <= LINE / MM


def test_seal_stays_clear_of_the_imprint():
    for kind in [*REPLIES, "acceptance_notice"]:
        seal = ink(picture(kind, len(pages(kind))), red, (28, 37, 184, 262))
        assert seal[3] * MM < imprint_rules(kind)[0][0]


def test_unsealed_signature_and_attachment_note():
    issuer = next(
        row
        for _, row in lines(body(pages("approval_request")[-1][0]))
        if "".join(c["text"] for c in row) == UNIT.name
    )
    date = [char for char in line_with("approval_request", "2014年9月5日") if abs(char["size"] - 16) < 0.1]
    assert issuer[-1]["x1"] == pytest.approx(RIGHT - 2 * CELL, abs=1.5)
    assert date[0]["x0"] == pytest.approx(issuer[0]["x0"] + 2 * CELL, abs=1.5)
    note = line_with("approval_request", "附件：")
    text = "".join(char["text"] for char in note).replace(" ", "")
    assert text == "附件：1.团员花名册"
    assert note[0]["x0"] == pytest.approx(LEFT + 2 * CELL, abs=1)
    assert "妥否，请批示。" in "".join(char["text"] for char in pages("approval_request")[-1][0])


def test_reply_cites_title_and_number_of_the_request():
    text = "".join(char["text"] for char in pages("establishment_reply")[0][0])
    assert f"《{UNIT.name}关于成立{BRANCH}的请示》（星智字〔2014〕3号）收悉" in text.replace(" ", "")


def test_certificate_is_one_page_with_readable_issuer_and_date():
    assert len(pages("founding_certificate")) == 1
    for text in (STREET.name, "2014年9月5日"):
        row = line_with("founding_certificate", text)
        assert row[0]["x0"] > 33 * MM - 1
        assert row[-1]["x1"] < 177 * MM + 1
    seal = ink(
        picture("founding_certificate", 1), lambda rgb: (rgb[0] > 200) & (rgb[1] < 60), (80, 205, 180, 268)
    )
    issuer = lines(pages("founding_certificate")[0][0])[-2][1]
    # Issuer and date stand in the open lower part of the ring, below star and name.
    assert issuer[0]["top"] / MM > (seal[1] + seal[3]) / 2 + 6
    assert seal[3] - seal[1] == pytest.approx(42, abs=0.8)


@pytest.mark.parametrize(("name", "parent"), [(75, 50), (120, 100)])
def test_certificate_with_the_longest_names_stays_clear_of_seal_and_code(name, parent):
    longest = {
        "organization": "共青团" + "甲" * (name - 10) + "联合支部委员会",
        "parent": "共青团" + "乙" * (parent - 8) + "工作委员会",
        "approval_number": "某某某某团字〔2014〕1234号",
        "units": ["丙" * 40, "丁" * 40, "戊" * 40, "己" * 40],
    }
    pdf = preview("founding_certificate", CERTIFICATE | longest, issuer=STREET, on=ON)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        (page,) = opened.pages
        assert "等4家单位" in "".join(char["text"] for char in page.chars)
        table = [char for char in page.chars if char["text"] in "丙丁" or char["text"] == "家"]
        assert max(char["bottom"] for char in table) < 219 * MM
