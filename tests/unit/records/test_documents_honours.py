"""Report, lists of names and the certificates of acceptance and awards, measured in the rendered PDF."""

import io

import pdfplumber
import pytest

from records.documents import preview

from . import honour_samples as honours
from .document_samples import BRANCH, DISTRICT, ON, sample
from .test_documents_geometry import CELL, LEFT, LINE, LISTS, MM, TOP, body, ink, lines, pages, picture

pytestmark = pytest.mark.once  # no database


def test_a_report_asks_for_nothing_and_names_the_reply_that_it_follows():
    text = "".join(char["text"] for page in pages("result_report") for char in page[0]).replace(" ", "")
    assert "请批" not in text
    assert "特此报告。" in text
    assert "（海清团字〔2014〕9号）" in text


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_names_are_attachments_before_the_imprint(kind):
    """附件 in the first line at the left edge in 黑体, the title in the third line, centred."""
    first = next(page for page in range(2, len(pages(kind))) if "附件" in text_of(kind, page))
    label = lines(pages(kind)[first][0])[0]
    assert "Hei" in label[1][0]["fontname"]
    assert label[1][0]["x0"] == pytest.approx(LEFT, abs=1)
    assert label[0] == pytest.approx(TOP + (LINE - 16) / 2, abs=2)
    title = [char for char in pages(kind)[first][0] if abs(char["size"] - 22) < 0.1]
    assert title[0]["top"] - label[1][0]["top"] == pytest.approx(2 * LINE, abs=5)
    assert (title[0]["x0"] + title[-1]["x1"]) / 2 == pytest.approx(106 * MM, abs=1.5)


def text_of(kind, page):
    return "".join(char["text"] for char in pages(kind)[page][0])


def test_names_stand_in_columns_and_short_ones_are_as_wide_as_long_ones():
    rows = [row for _, row in lines(body(pages("commendation_decision")[-2][0]))][2:]
    starts = {round(char["x0"]) for row in rows for char in row}
    for row in rows[:10]:
        assert len(row) <= 15
        assert row[0]["x0"] == pytest.approx(LEFT + 2 * CELL, abs=1)
    assert len(starts) <= 5 * 3 + 5  # five columns of three places


def test_the_imprint_follows_the_last_name_whatever_their_number():
    """A page that holds the imprint alone would be no page of the list."""
    for count in range(1, 14):
        groups = [{"heading": "优秀团干部", "entries": honours.persons(count + 6)}]
        annexes = [{"title": "拟表彰对象名单", "groups": groups}]
        content = honours.PUBLIC_NOTICE | {"annexes": annexes}
        pdf = preview("public_notice", content, issuer=DISTRICT, on=ON)
        with pdfplumber.open(io.BytesIO(pdf)) as opened:
            last = [char for char in opened.pages[-1].chars if abs(char["size"] - 16) < 0.1]
            assert last, count
            assert "印发" in "".join(char["text"] for char in opened.pages[-1].chars)


LANDSCAPE = ["award_certificate", "award_certificate-person", "award_certificate-long"]


@pytest.mark.parametrize("name", ["acceptance_certificate", "acceptance_certificate-long", *LANDSCAPE])
def test_further_certificates_are_one_page_clear_of_seal_and_code(name):
    """Nothing of the text comes near the seal or the code, and issuer and date stand in the open part of the ring."""
    ((chars, _, width, height),) = pages(name)
    landscape = name in LANDSCAPE
    assert (round(width / MM), round(height / MM)) == ((297, 210) if landscape else (210, 297))
    area = (150, 120, 290, 190) if landscape else (80, 205, 180, 268)
    seal = ink(picture(name, 1), lambda rgb: (rgb[0] > 200) & (rgb[1] < 60), area)
    assert seal[3] - seal[1] == pytest.approx(42, abs=0.8)
    *_, issuer = (row for _, row in lines(chars) if sample(name)[1].name in "".join(c["text"] for c in row))
    assert issuer[0]["top"] / MM > (seal[1] + seal[3]) / 2 + 6
    own = [char for char in chars if char["bottom"] / MM < seal[3] - 20 and char["size"] > 9]
    overlapping = [
        char["text"]
        for char in own
        if char["bottom"] / MM > seal[1] - 1 and seal[0] < (char["x0"] + char["x1"]) / 2 / MM < seal[2]
    ]
    assert overlapping == []
    assert min(char["x0"] for char in chars) > 30 * MM
    assert max(char["x1"] for char in chars) < width - 26 * MM


def test_the_acceptance_certificate_shows_six_results_inside_their_boxes():
    chars = pages("acceptance_certificate-long")[0][0]
    text = "".join(char["text"] for char in chars)
    for result in sample("acceptance_certificate-long")[2]["results"]:
        assert f"{result['name']}{result['score']}/{result['points']}分" in text.replace(" ", "")
    boxes = [rect for rect in pages("acceptance_certificate-long")[0][1] if 40 * MM < rect["width"] < 50 * MM]
    findings = [char for char in chars if abs(char["size"] - 7.5) < 0.1]
    assert findings
    for char in findings:
        assert any(box["top"] <= char["top"] and char["bottom"] <= box["bottom"] for box in boxes)


def test_award_certificates_say_what_the_rules_say():
    organization = "".join(char["text"] for char in pages("award_certificate")[0][0]).replace(" ", "")
    person = "".join(char["text"] for char in pages("award_certificate-person")[0][0]).replace(" ", "")
    assert f"{BRANCH}：在2014年度" in organization
    assert "成绩突出，被授予五四红旗团支部称号。特发此证，以资鼓励。" in organization
    assert "HDTQ-2014-WSHQ-0009" in organization
    assert "陶喆文同志：" in person
