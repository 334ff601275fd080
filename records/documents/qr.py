"""QR codes of addresses, as rows of bits.

With version, level and mask given, a QR code is an affine function of the bits of its text over GF(2): data,
Reed–Solomon code and mask are all sums without carry. So codes of texts of one length need one code drawn by segno, and
one more for each bit in which a text differs from it; all others are sums of these. The addresses of documents differ
in 12 characters, and a sum costs a twentieth of drawing the code.
"""

from dataclasses import dataclass, field
from typing import Any

import segno

# The mask is fixed: weighing all eight costs more than setting the whole certificate, and scanners read any.
_OPTIONS: dict[str, Any] = {"error": "m", "micro": False, "boost_error": False, "mask": 3}


@dataclass
class _Family:
    """Texts of one length: the code of one of them, and what each flipped bit changes in it."""

    text: bytes
    code: segno.QRCode
    value: int
    flips: dict[tuple[int, int], int] = field(default_factory=dict)

    def flip(self, place: int, bit: int) -> int:
        if (place, bit) not in self.flips:
            changed = bytearray(self.text)
            changed[place] ^= 1 << bit
            text = changed.decode("ascii")
            code = segno.make(text, mode="byte", version=self.code.version, **_OPTIONS)
            self.flips[place, bit] = _number(code) ^ self.value
        return self.flips[place, bit]


def rows(text: str) -> list[str]:
    """The code of ``text`` (level M) from the top, each row as ``0`` and ``1``, without the quiet zone."""
    family = _family(text) if text.isascii() else None
    if family is None:
        code = segno.make(text, **_OPTIONS)
        return _rows(_number(code), len(code.matrix))
    value = family.value
    for place, (one, other) in enumerate(zip(text.encode(), family.text, strict=True)):
        different = one ^ other
        for bit in range(different.bit_length()):
            if different >> bit & 1:
                value ^= family.flip(place, bit)
    return _rows(value, len(family.code.matrix))


_families: dict[int, _Family | None] = {}
_KEPT = 16


def _family(text: str) -> _Family | None:
    """The family of texts of a length; None when the first one is not written in bytes."""
    length = len(text)
    if length not in _families:
        while len(_families) >= _KEPT:
            del _families[next(iter(_families))]
        code = segno.make(text, **_OPTIONS)
        _families[length] = _Family(text.encode(), code, _number(code)) if code.mode == "byte" else None
    return _families[length]


def _number(code: segno.QRCode) -> int:
    """All modules as one number, the first one in its highest bit."""
    return int("".join("1" if dark else "0" for row in code.matrix for dark in row), 2)


def _rows(value: int, size: int) -> list[str]:
    bits = f"{value:0{size * size}b}"
    return [bits[start : start + size] for start in range(0, size * size, size)]
