"""The report of an acceptance (验收报告): scores side by side inside the margins, at most six photos to a page."""

import io
from functools import lru_cache

import pdfplumber
import pytest
from PIL import Image

from records.documents import ContentError, for_print, render_report

from .document_samples import STREET
from .report_samples import PICTURES, REPORT

MM = 72 / 25.4
pytestmark = pytest.mark.once  # no database


@lru_cache(maxsize=1)
def report() -> bytes:
    return render_report(REPORT, PICTURES, issuer=STREET)


def test_photos_stand_six_to_a_page_and_nothing_leaves_the_margins():
    with pdfplumber.open(io.BytesIO(report())) as pdf:
        pictures = [len(page.images) for page in pdf.pages]
        for page in pdf.pages:
            assert min(char["x0"] for char in page.chars) >= 25 * MM - 0.5
            assert max(char["x1"] for char in page.chars) <= 192 * MM + 0.5
            for image in page.images:
                assert image["x0"] >= 25 * MM - 0.5
                assert image["x1"] <= 192 * MM + 0.5
                assert image["bottom"] <= 297 * MM - 15 * MM
    assert pictures[-2:] == [6, 1]
    assert sum(pictures[:-2]) == 1, "the signature stands with its round"


def test_the_pages_say_who_found_what_and_what_became_of_it():
    with pdfplumber.open(io.BytesIO(report())) as pdf:
        text = "".join(char["text"] for page in pdf.pages for char in page.chars)
    for said in (
        "3×",
        "第三人复核",
        "第1次复验",
        "单位负责人外出",
        "有效期至2017年9月4日",
        "另有2张照片未印",
        "北纬39.98112",
    ):
        assert said in text, said
    assert text.count("签到表平均到会率54%。") == 6


def test_content_that_does_not_fit_is_refused():
    with pytest.raises(ContentError, match="conclusion"):
        render_report({key: value for key, value in REPORT.items() if key != "conclusion"}, {}, issuer=STREET)


def test_a_picture_is_made_small_and_laid_on_white():
    content = io.BytesIO()
    Image.new("RGBA", (3000, 200), (0, 0, 0, 0)).save(content, "PNG")
    with Image.open(io.BytesIO(for_print(content.getvalue()))) as made:
        assert (made.format, made.mode, made.width) == ("JPEG", "RGB", 1000)
        assert made.getpixel((5, 5)) == (255, 255, 255)
