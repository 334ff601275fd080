"""QR codes made as sums are the codes that segno draws."""

import random

import pytest
import segno

from records.documents import qr
from records.documents.register import CODE_ALPHABET


def drawn(text: str) -> list[str]:
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=3)
    return ["".join("1" if dark else "0" for dark in row) for row in code.matrix]


def test_sums_are_what_segno_draws():
    chance = random.Random(9)
    for _ in range(60):
        code = "".join(chance.choices(CODE_ALPHABET, k=12))
        text = f"https://liuyou.hdgqt.example.cn/verify/{code}/"
        assert qr.rows(text) == drawn(text)


@pytest.mark.parametrize(
    "text", ["HTTPS://A.CN/X", "0123456", "http://例.cn/", "https://a/verify/x", "https://b/verify/y"]
)
def test_other_texts_of_any_mode(text):
    assert qr.rows(text) == drawn(text)


def test_no_more_families_are_kept_than_needed():
    for length in range(2, 60):
        assert qr.rows("a" * length) == drawn("a" * length)
    assert len(qr._families) <= qr._KEPT
