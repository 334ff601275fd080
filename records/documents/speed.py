"""What WeasyPrint and pydyf do again for every document, done once per process (docs/documents.md has the numbers).

This leans on their internals, which is why WeasyPrint is pinned to one version.
"""

import gc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pydyf
import uharfbuzz
from weasyprint.css.properties import Dimension
from weasyprint.layout import percent
from weasyprint.pdf import fonts, stream

_LEVEL = 6  # deflate; 9 costs a third more time for one per cent
_whole_font = fonts.get_hb_object_data
_resolve_any = percent.resolve_one_percentage
_subsets: dict[tuple[str, frozenset[int]], bytes] = {}
_KEPT_SUBSETS = 256
_faces: dict[str, Any] = {}  # whole fonts by hash, sorted so that taking glyphs out costs a tenth
_FLAGS = (
    uharfbuzz.SubsetFlags.RETAIN_GIDS
    | uharfbuzz.SubsetFlags.PASSTHROUGH_UNRECOGNIZED
    | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    | uharfbuzz.SubsetFlags.NO_HINTING
)
_USELESS = [int.from_bytes(tag) for tag in (b"BASE", b"DSIG", b"GPOS", b"GSUB", b"JSTF", b"LTSH", b"PCLT")]


class _Deflate:
    """Stands in for zlib inside pydyf, which asks for the slowest level."""

    @staticmethod
    def compressobj(level: int = _LEVEL) -> Any:
        return zlib.compressobj(level=_LEVEL)


@lru_cache(maxsize=_KEPT_SUBSETS)
def _deflated(content: bytes) -> bytes:
    return zlib.compress(content, _LEVEL)


class _KeptFont(fonts.Font):
    """Copies no font file into every document, and subsets a font for the same glyphs once.

    Documents are rendered one at a time, so that the switch in ``_nothing`` needs no lock of its own.
    """

    constructing = False

    def __init__(self, *arguments: Any) -> None:
        _KeptFont.constructing = True
        try:
            super().__init__(*arguments)
        finally:
            _KeptFont.constructing = False

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:
        if not to_unicode or self.missing:
            self.file_content = _whole_font(self.hb_face)
            super().clean(to_unicode, hinting)
            return
        key = (self.hash, frozenset(to_unicode))
        if key not in _subsets:
            subset = _subset(self, key[1])
            while len(_subsets) >= _KEPT_SUBSETS:
                del _subsets[next(iter(_subsets))]
            _subsets[key] = subset
        self.file_content = _subsets[key]


def _subset(font: Any, glyphs: frozenset[int]) -> bytes:
    """The font with these glyphs alone, under their numbers; without tables that a PDF has no use for."""
    if font.hash not in _faces:
        _faces[font.hash] = uharfbuzz.subset_preprocess(
            uharfbuzz.Face(uharfbuzz.Blob(_whole_font(font.hb_face)))
        )
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.flags = _FLAGS
    wanted.drop_table_tag_set.update(_USELESS)
    return wanted.subset(_faces[font.hash]).blob.data


def _nothing(hb_object: Any, *arguments: Any) -> bytes:
    """The bytes of a font, unless a font is just being looked at."""
    return b"" if _KeptFont.constructing else _whole_font(hb_object, *arguments)


class _Written:
    """An object of a finished document, put into bytes once; pydyf does it again for the document's identifier."""

    def __init__(self, item: Any):
        self.number, self.generation, self.free = item.number, item.generation, item.free
        self.offset, self.compressible = item.offset, item.compressible
        self.data = _font(item) if isinstance(item, pydyf.Stream) and "Length1" in item.extra else item.data
        self.indirect = b"%d %d obj\n%b\nendobj" % (item.number, item.generation, self.data)


def _font(item: Any) -> bytes:
    """The bytes of a font's stream; a font is often the same as in the document before."""
    (content,) = item.stream
    deflated = _deflated(content)
    extra = pydyf.Dictionary(item.extra | {"Filter": "/FlateDecode", "Length": len(deflated)})
    return b"\n".join((extra.data, b"stream", deflated, b"endstream"))


def finish(pdf: Any) -> None:
    """Put every object of a document into bytes, once; nothing may be changed in it afterwards."""
    pdf.objects[:] = [item if item.free == "f" else _Written(item) for item in pdf.objects]


@contextmanager
def no_collection() -> Iterator[None]:
    """Let the garbage collector wait until a document is done; it would walk a growing tree again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settle() -> None:
    """Take what a warm process keeps for good out of the collector's sight: it took a third of the time.

    Called once per process, after its first document, when fonts, style sheets and drawings are in memory.
    """
    gc.collect()
    gc.freeze()


def _resolve_one(box: Any, name: str, refer_to: Any) -> None:
    """Set a used length; most are in pixels already, and a page asks for 1,600 of them."""
    value = box.style[name]
    if value.__class__ is Dimension and value.unit == "px":
        setattr(box, name, value.value)
    else:
        _resolve_any(box, name, refer_to)


def install() -> None:
    """Work this way for every document of the process."""
    percent.resolve_one_percentage = _resolve_one
    pydyf.zlib = _Deflate
    fonts.get_hb_object_data = _nothing
    stream.Font = _KeptFont
