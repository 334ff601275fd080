"""Print runs: the pages of many documents in one plain PDF, for paper (DESIGN section 9).

What is drawn is the same as in the issued files. What those are besides (tagged, signed, with data attached) has no
meaning on paper and is left out. Certificates, a page each, are set together as the bodies of one source; letters,
which count their pages, are set one by one and written together.
"""

import copy
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from cssselect2 import ElementWrapper
from tinyhtml5 import parse
from weasyprint import CSS, HTML
from weasyprint import Document as Rendering

from . import speed
from .assets import check_glyphs
from .engine import BASE, QR, Engine, engine
from .lean import LeanHTML
from .rendering import Source
from .vectors import QRCode

_NEXT_PAGE = "body + body { break-before: page }"
_OPEN_TAGS = re.compile(r"<((?:area|br|col|hr|img|link|meta|wbr)\b[^<>]*?)/?>")
_DOCTYPE = "<!DOCTYPE html>"


class _Bodies(LeanHTML):
    """Several sources as the bodies of one; the QR code of each has the address ``qr-<number>.svg``."""

    def __init__(self, sources: Sequence[Source], sheets: Sequence[CSS], fetcher: Any):
        super().__init__("<html>", sheets, base_url=BASE, url_fetcher=fetcher)
        if any("<li" in source.html for source in sources):
            self.without -= {"marker"}
        trees = [_tree(source.html) for source in sources]
        self.alike: dict[Any, tuple[Any, int]] = {}
        for number, tree in enumerate(trees):
            for image in tree.iter("img"):
                if image.get("src") == "qr.svg":
                    image.set("src", f"qr-{number}.svg")
            self._compare(tree.find("body"), is_first=number == 0)
        root = trees[0]
        root.extend(tree.find("body") for tree in trees[1:])
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _compare(self, body: Any, *, is_first: bool) -> None:
        """Note which elements have the same place in bodies of the same shape: the same selectors match them."""
        elements = list(body.iter())
        shape = hash((is_first, tuple(_shape(element) for element in elements)))
        self.alike.update((element, (shape, place)) for place, element in enumerate(elements))

    def remembering(self, sheet: CSS) -> CSS:
        """The style sheet, asked once for elements that are alike."""
        twin = copy.copy(sheet)
        twin.matcher = _Remembering(sheet.matcher, self.alike)
        return twin

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [self.remembering(sheet) for sheet in super()._ua_stylesheets(forms)]


class _Remembering:
    """Stands in for a matcher of cssselect2."""

    def __init__(self, matcher: Any, alike: dict[Any, tuple[Any, int]]):
        self._matcher = matcher
        self._alike = alike
        self._found: dict[tuple[Any, int], list[Any]] = {}

    def match(self, element: Any) -> list[Any]:
        key = self._alike.get(element.etree_element)
        if key is None:
            return self._matcher.match(element)
        if key not in self._found:
            self._found[key] = self._matcher.match(element)
        return self._found[key]


class _Once:
    """An ornament or seal that is put into a PDF once, however many pages show it, as WeasyPrint does with photos."""

    def __init__(self, drawing: Any):
        self.get_intrinsic_size = drawing.get_intrinsic_size
        self._draw = drawing.draw
        self._forms: dict[str, Any] = {}

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        forms = stream._resources["XObject"]
        before = set(forms)
        self._draw(stream, width, height, style)
        for key in forms.keys() - before:
            self._forms.setdefault(key, forms[key])
            forms[key] = (
                None  # WeasyPrint then asks for it as for a photo, and refers to the first from the others
            )
            once = {
                "image": _Form(self._forms[key]),
                "interpolate": False,
                "dpi_ratios": {1},
                "x_object": None,
            }
            stream._images.setdefault(key, once)


class _Form:
    """An image that is an object of a PDF already."""

    def __init__(self, form: Any):
        self._form = form

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:
        return self._form


def _shape(element: Any) -> tuple[Any, ...]:
    """All that a selector can see of an element, but for what images show."""
    seen = tuple(item for item in element.items() if item[0] not in ("src", "alt"))
    return (element.tag, seen, len(element), bool(element.text))


def _tree(html: str) -> Any:
    """The elements of a template's output; by the XML parser, which is many times as fast, when it takes it."""
    try:
        return ElementTree.fromstring(_OPEN_TAGS.sub(r"<\1/>", html.removeprefix(_DOCTYPE)))
    except ElementTree.ParseError:
        return parse(html, namespace_html_elements=False)


@lru_cache(maxsize=1)
def _next_page() -> CSS:
    return CSS(string=_NEXT_PAGE)


def print_run(sources: Sequence[Source], *, single_pages: bool) -> list[tuple[bytes, list[int]]]:
    """PDFs of the pages of ``sources`` in order, each with the number of pages of every source in it.

    ``single_pages`` says that these are certificates: a page each, without footnotes or page numbers. There is more
    than one PDF where seals or style sheets change: a PDF has one seal. Raises MissingGlyph, RenderError.
    """
    for source in sources:
        check_glyphs(source.html)
    tool, result = engine(), []
    for _, group in groupby(sources, key=lambda source: (source.sheets, source.drawings, source.seal)):
        alike = list(group)
        with tool.alone():
            together = _together(tool, alike) if single_pages else None
            rendering, pages = together or _one_by_one(tool, alike)
            pdf = rendering.write_pdf(finisher=lambda document, pdf: speed.finish(pdf))
        result.append((pdf, pages))
    return result


def _together(tool: Engine, sources: list[Source]) -> tuple[Rendering, list[int]] | None:
    """All sources set as one, None when one of them takes more than a page."""
    images = _drawings(tool, sources[0])
    images |= {f"{BASE}qr-{number}.svg": QRCode(one.qr) for number, one in enumerate(sources) if one.qr}
    sheets = [tool.sheet(name) for name in sources[0].sheets]
    bodies = _Bodies(sources, sheets, tool.fetcher)
    sheets = [*map(bodies.remembering, sheets), _next_page()]
    rendering = bodies.render(tool.fonts, stylesheets=sheets, cache=images)
    return (rendering, [1] * len(sources)) if len(rendering.pages) == len(sources) else None


def _drawings(tool: Engine, source: Source) -> dict[str, Any]:
    """Ornaments and seal by their addresses, each to be put into the PDF once."""
    found = tool.images(source.drawings, source.seal, "")
    return {address: _Once(drawing) for address, drawing in found.items()}


def _one_by_one(tool: Engine, sources: list[Source]) -> tuple[Rendering, list[int]]:
    """Each source set on its own; written together, fonts and ornaments are in the PDF once."""
    images = _drawings(tool, sources[0])
    renderings = [
        HTML(string=one.html, base_url=BASE, url_fetcher=tool.fetcher).render(
            tool.fonts,
            stylesheets=[tool.sheet(name) for name in one.sheets],
            cache=images | ({QR: QRCode(one.qr)} if one.qr else {}),
        )
        for one in sources
    ]
    pages = [page for rendering in renderings for page in rendering.pages]
    return renderings[0].copy(pages), [len(rendering.pages) for rendering in renderings]
