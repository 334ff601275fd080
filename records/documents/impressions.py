"""The uploaded seal as WeasyPrint draws it; like ``vectors``, worked out once per process."""

import zlib
from typing import Any

import pydyf

from .seals import INK, ink_of
from .vectors import _PreparedForm


class SealImage:
    """An uploaded seal: one red, laid on as thick as the ink of the kept PNG."""

    def __init__(self, png: bytes):
        ink = ink_of(png)
        self._size = ink.size
        self._mask = zlib.compress(ink.tobytes(), 9)
        row = b"\0" * -(-ink.width // 8)
        self._red = zlib.compress(row * ink.height, 9)

    def get_intrinsic_size(self, image_resolution: Any, font_size: Any) -> tuple[float, float, float]:
        return 100, 100, 1

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        forms = stream._resources["XObject"]
        if "seal-image" not in forms:
            colours = pydyf.Array(("/Indexed", "/DeviceRGB", 0, f"<{bytes(INK).hex()}>"))
            mask = self._image(self._mask, "/DeviceGray", 8)
            forms["seal-image"] = self._image(self._red, colours, 1, {"SMask": mask})
        with stream.stacked():
            stream.transform(a=width, d=-height, f=height)
            stream.draw_x_object("seal-image")

    def _image(self, deflated: bytes, colours: Any, bits: int, extra: dict[str, Any] | None = None) -> Any:
        width, height = self._size
        values = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": width,
            "Height": height,
            "ColorSpace": colours,
            "BitsPerComponent": bits,
        }
        return _PreparedForm(deflated, pydyf.Dictionary(values | (extra or {})))
