"""Drawings for WeasyPrint that are interpreted once per process (DESIGN section 9: 34 ms a certificate).

Both classes stand in for WeasyPrint's images: they have ``get_intrinsic_size`` and ``draw``.
"""

import re
import zlib
from typing import Any
from xml.etree import ElementTree

import pydyf
from weasyprint.pdf.stream import Stream
from weasyprint.svg import SVG

from . import qr

_DARK = re.compile("1+")


class _PreparedForm(pydyf.Stream):
    """Form XObject whose deflated bytes are shared by every document of the process."""

    def __init__(self, deflated: bytes, extra: pydyf.Dictionary):
        super().__init__()
        self._deflated = deflated
        self.extra = extra

    @property
    def data(self) -> bytes:
        extra = pydyf.Dictionary(self.extra)
        extra["Filter"] = "/FlateDecode"
        extra["Length"] = len(self._deflated)
        return b"\n".join((extra.data, b"stream", self._deflated, b"endstream"))


class PreparedDrawing:
    """An SVG of plain shapes; raises ValueError for one that needs PDF resources (text, gradient, image)."""

    def __init__(self, svg: str, name: str, fetcher: Any):
        self.name = name
        drawing = SVG(ElementTree.fromstring(svg), None, None, fetcher)
        self.width, self.height = drawing.get_intrinsic_size(16)
        resources = pydyf.Dictionary(
            {key: pydyf.Dictionary() for key in ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")}
        )
        box = (0, 0, self.width, self.height)
        stream = Stream({}, box, resources, {}, None, {}, "srgb", compress=False)
        drawing.draw(stream, self.width, self.height, None, None)
        if any(resources[key] for key in ("XObject", "Pattern", "Shading")):
            raise ValueError(f"{name}: only plain shapes can be prepared.")
        self._states = resources["ExtGState"]
        commands = (item if isinstance(item, bytes) else str(item).encode() for item in stream.stream)
        self._deflated = zlib.compress(b"\n".join(commands), 9)

    def get_intrinsic_size(self, image_resolution: Any, font_size: Any) -> tuple[float, float, float]:
        return self.width, self.height, self.width / self.height

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        forms, key = stream._resources["XObject"], f"prepared-{self.name}"
        if key not in forms:
            resources = {
                "ExtGState": pydyf.Dictionary(self._states),
                "ColorSpace": stream._resources["ColorSpace"],
            }
            extra = {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array((0, 0, self.width, self.height)),
                "Resources": pydyf.Dictionary(resources),
            }
            forms[key] = _PreparedForm(self._deflated, pydyf.Dictionary(extra))
        with stream.stacked():
            stream.transform(a=width / self.width, d=height / self.height)
            stream.draw_x_object(key)


class QRCode:
    """A QR code (level M) painted as one fill of horizontal runs."""

    def __init__(self, text: str, dark: tuple[float, float, float] = (0.16, 0.12, 0.1)):
        self._rows = qr.rows(text)
        self._dark = dark

    def get_intrinsic_size(self, image_resolution: Any, font_size: Any) -> tuple[float, float, float]:
        return 100, 100, 1

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        size = len(self._rows)
        commands = [
            b"q",
            b"%.6f 0 0 %.6f 0 0 cm" % (width / size, height / size),
            b"%.4f %.4f %.4f rg" % self._dark,
        ]
        commands += (
            b"%d %d %d 1 re" % (run.start(), y, run.end() - run.start())
            for y, row in enumerate(self._rows)
            for run in _DARK.finditer(row)
        )
        stream.stream.extend([*commands, b"f", b"Q"])
