"""Print runs: the pages of many documents in one plain PDF, for paper (DESIGN section 9).

What is drawn is the same as in the issued files. What those are besides (tagged, signed, with data attached) has no
meaning on paper and is left out. Certificates, a page each, are set together as the bodies of one source; letters,
which count their pages, are set one by one and written together.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from cssselect2 import ElementWrapper
from tinyhtml5 import parse
from weasyprint import CSS, HTML
from weasyprint import Document as Rendering

from . import speed
from .assets import check_glyphs
from .engine import BASE, Engine, engine
from .rendering import Source
from .vectors import QRCode

_NEXT_PAGE = "body + body { break-before: page }"


class _Bodies(HTML):
    """Several sources as the bodies of one; the QR code of each has the address ``qr-<number>.svg``."""

    def __init__(self, sources: Sequence[Source], fetcher: Any):
        super().__init__(string="<html>", base_url=BASE, url_fetcher=fetcher)
        trees = [parse(source.html, namespace_html_elements=False) for source in sources]
        for number, tree in enumerate(trees):
            for image in tree.iter("img"):
                if image.get("src") == "qr.svg":
                    image.set("src", f"qr-{number}.svg")
        root = trees[0]
        root.extend(tree.find("body") for tree in trees[1:])
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def print_run(sources: Sequence[Source]) -> list[tuple[bytes, list[int]]]:
    """PDFs of the pages of ``sources`` in order, each with the number of pages of every source in it.

    There is more than one PDF where seals or style sheets change: a PDF has one seal. Raises MissingGlyph, RenderError.
    """
    for source in sources:
        check_glyphs(source.html)
    tool, result = engine(), []
    for _, group in groupby(sources, key=lambda source: (source.sheets, source.drawings, source.seal)):
        alike = list(group)
        with tool.alone():
            rendering, pages = _together(tool, alike) or _one_by_one(tool, alike)
            pdf = rendering.write_pdf(finisher=lambda document, pdf: speed.finish(pdf))
        result.append((pdf, pages))
    return result


def _together(tool: Engine, sources: list[Source]) -> tuple[Rendering, list[int]] | None:
    """All sources set as one, None when one of them takes more than a page."""
    images = tool.images(sources[0].drawings, sources[0].seal, "")
    images |= {f"{BASE}qr-{number}.svg": QRCode(one.qr) for number, one in enumerate(sources) if one.qr}
    sheets = [*map(tool.sheet, sources[0].sheets), CSS(string=_NEXT_PAGE, font_config=tool.fonts)]
    rendering = _Bodies(sources, tool.fetcher).render(tool.fonts, stylesheets=sheets, cache=images)
    return (rendering, [1] * len(sources)) if len(rendering.pages) == len(sources) else None


def _one_by_one(tool: Engine, sources: list[Source]) -> tuple[Rendering, list[int]]:
    """Each source set on its own; written together, fonts and ornaments are in the PDF once."""
    renderings = [
        HTML(string=one.html, base_url=BASE, url_fetcher=tool.fetcher).render(
            tool.fonts,
            stylesheets=[tool.sheet(name) for name in one.sheets],
            cache=tool.images(one.drawings, one.seal, one.qr),
        )
        for one in sources
    ]
    pages = [page for rendering in renderings for page in rendering.pages]
    return renderings[0].copy(pages), [len(rendering.pages) for rendering in renderings]
