"""Seals drawn from the issuer's name, as SVG outlines: no live text, no raster, the same on every machine.

A seal drawn here always says 样章 (specimen). The real one is uploaded by its keeper (``seals``).
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from .assets import FONTS


class Stamp(NamedTuple):
    """The seal on a document: the specimen of an issuer, or the uploaded image with this fingerprint."""

    issuer: str
    sha256: str = ""


SEAL_MM = 42.0  # diameter of the seals of committees
SEAL_COLOUR = "#dc1f2b"
_SEAL_FACE = "ZWSongB.ttf"
_RARE_FACE = "ZWRare.ttf"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


@lru_cache(maxsize=4)
def _face(name: str) -> tuple[Any, dict[int, str], int]:
    font = TTFont(FONTS / name, lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm


def _outline(char: str, transform: tuple[float, float, float, float, float, float]) -> str:
    """SVG path of one character; ``transform`` maps the em square to millimetres."""
    glyphs, cmap, em = _face(_SEAL_FACE)
    if ord(char) not in cmap:
        glyphs, cmap, em = _face(_RARE_FACE)
    xx, xy, yx, yy, dx, dy = transform
    pen = SVGPathPen(glyphs, ntos=_number)
    glyphs[cmap[ord(char)]].draw(TransformPen(pen, (xx / em, xy / em, yx / em, yy / em, dx, dy)))
    return pen.getCommands()


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.381966
        angle = math.pi * corner / 5
        points.append(f"{_number(x + reach * math.sin(angle))} {_number(y - reach * math.cos(angle))}")
    return "M" + "L".join(points) + "Z"


def _ring_text(text: str) -> list[str]:
    """The name along the ring from lower left over the top to lower right, feet inwards.

    The ring stays open below: there issuer and date are printed, and stay readable.
    """
    centre = SEAL_MM / 2
    tall, wide = (5.2, 4.3) if len(text) <= 12 else (4.5, 3.1)
    radius = centre - 2.1 - tall * 0.86
    span = min(206.0, 30.0 * (len(text) - 1))
    if len(text) > 1:
        wide = min(wide, math.radians(span) / (len(text) - 1) * (radius + tall / 2))
    paths = []
    for at, char in enumerate(text):
        angle = math.radians(-span / 2 + span * at / max(1, len(text) - 1)) if len(text) > 1 else 0.0
        out_x, out_y = math.sin(angle), -math.cos(angle)
        along_x, along_y = math.cos(angle), math.sin(angle)
        x = centre + out_x * radius - along_x * wide / 2
        y = centre + out_y * radius - along_y * wide / 2
        paths.append(_outline(char, (along_x * wide, along_y * wide, out_x * tall, out_y * tall, x, y)))
    return paths


def specimen_seal(issuer: str) -> str:
    """SVG of a round seal with star and the issuer's name on the ring, marked 样章 on both sides of the star."""
    centre, size = SEAL_MM / 2, _number(SEAL_MM)
    paths = [*_ring_text(issuer), _star(centre, centre - 1.6, 5.3)]
    for char, x in (("样", centre - 11.6), ("章", centre + 6.9)):
        paths.append(_outline(char, (4.7, 0, 0, -4.7, x, centre - 1.2)))
    ring = f'<circle cx="{_number(centre)}" cy="{_number(centre)}" r="{_number(centre - 0.7)}" fill="none"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}mm" height="{size}mm" viewBox="0 0 {size} {size}">'
        f'{ring} stroke="{SEAL_COLOUR}" stroke-width="1.1"/>'
        f'<path fill="{SEAL_COLOUR}" d="{"".join(paths)}"/></svg>'
    )
