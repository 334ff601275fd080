"""HTML to PDF: one warm WeasyPrint per process that sees bundled files only.

Importing this module loads WeasyPrint (0.3 s): only ``rendering`` imports it, when it renders.
"""

import logging
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import ImageFile

from .assets import ROOT, check_glyphs, use_bundled_fonts
from .attachments import Attached

use_bundled_fonts()

from weasyprint import CSS  # noqa: E402 (fontconfig is configured first)
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: E402

from . import justification, speed  # noqa: E402
from .impressions import SealImage  # noqa: E402
from .lean import LeanHTML  # noqa: E402
from .ornaments import Stamp, specimen_seal  # noqa: E402
from .seals import seal_image  # noqa: E402
from .signing import Signature, add_field, fill  # noqa: E402
from .standards import (  # noqa: E402
    VARIANT,
    claim_accessibility,
    name_media_types,
    weasyprint_attachments,
)
from .vectors import PreparedDrawing, QRCode  # noqa: E402

BASE = f"{ROOT.as_uri()}/"
SEAL, QR = f"{BASE}seal.svg", f"{BASE}qr.svg"  # drawn per document; no such files exist
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
_KEPT_SEALS = 64

justification.install()
speed.install()
# WeasyPrint's import lets Pillow read images that are cut off, everywhere; an upload of one must be refused.
ImageFile.LOAD_TRUNCATED_IMAGES = False


class RenderError(RuntimeError):
    """WeasyPrint reported something that must not happen in a document, such as a file it may not load."""


class BundledFiles(URLFetcher):
    """Gives out style sheets and drawings below ``templates/documents`` and refuses everything else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve()
        known = parts.scheme == "file" and not parts.netloc and path.suffix in _TYPES
        if not known or not path.is_relative_to(ROOT.resolve()) or not path.is_file():
            raise FatalURLFetchingError(f"Documents may not load {url[:200]}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": _TYPES[path.suffix]})


class WithPictures(BundledFiles):
    """Gives out the JPEG pictures of one document too, each under its name below ``BASE``."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__()
        self._pictures = {f"{BASE}{name}": content for name, content in pictures.items()}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if (content := self._pictures.get(url)) is not None:
            return URLFetcherResponse(url, content, {"Content-Type": "image/jpeg"})
        return super().fetch(url, headers)


class _Complaints(logging.Handler):
    """Collects what WeasyPrint complains about in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if threading.get_ident() == self._thread:
            self.messages.append(record.getMessage())


class Engine:
    """Fonts registered, style sheets parsed and ornaments drawn once; one document at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_warm = False
        self.fonts = FontConfiguration()
        self.fetcher = BundledFiles()
        self._sheets: dict[str, CSS] = {}
        self._drawings: dict[str, PreparedDrawing] = {}
        self._seals: OrderedDict[Stamp, PreparedDrawing | SealImage] = OrderedDict()

    def sheet(self, name: str) -> CSS:
        """A style sheet of ``templates/documents``, parsed once."""
        if name not in self._sheets:
            self._sheets[name] = CSS(
                url=f"{BASE}{name}", base_url=BASE, font_config=self.fonts, url_fetcher=self.fetcher
            )
        return self._sheets[name]

    def _drawing(self, name: str) -> PreparedDrawing:
        if name not in self._drawings:
            svg = (ROOT / name).read_text(encoding="utf-8")
            self._drawings[name] = PreparedDrawing(
                svg, name.replace("/", "-").removesuffix(".svg"), self.fetcher
            )
        return self._drawings[name]

    def _seal(self, stamp: Stamp) -> PreparedDrawing | SealImage:
        if stamp not in self._seals:
            self._seals[stamp] = (
                SealImage(seal_image(stamp.sha256))
                if stamp.sha256
                else PreparedDrawing(specimen_seal(stamp.issuer), "seal", self.fetcher)
            )
            if len(self._seals) > _KEPT_SEALS:
                self._seals.popitem(last=False)
        self._seals.move_to_end(stamp)
        return self._seals[stamp]

    def images(self, drawings: list[str], seal: Stamp | None, qr: str) -> dict[str, object]:
        """The images of a document by their addresses."""
        images: dict[str, object] = {f"{BASE}{name}": self._drawing(name) for name in drawings}
        if seal:
            images[SEAL] = self._seal(seal)
        if qr:
            images[QR] = QRCode(qr)
        return images

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One document at a time. Raises RenderError for whatever WeasyPrint complains about meanwhile."""
        complaints, logger = _Complaints(), logging.getLogger("weasyprint")
        with self._lock, warnings.catch_warnings():
            # WeasyPrint leaves its colour profile for the garbage collector to close.
            warnings.simplefilter("ignore", ResourceWarning)
            logger.addHandler(complaints)
            try:
                with speed.no_collection():
                    yield
            except FatalURLFetchingError as refused:
                raise RenderError(str(refused)) from refused
            finally:
                logger.removeHandler(complaints)
            if not self._is_warm:
                speed.settle()
                self._is_warm = True
        if complaints.messages:
            raise RenderError("; ".join(complaints.messages))

    def pdf(
        self,
        html: str,
        sheets: list[str],
        drawings: list[str],
        seal: Stamp | None = None,
        qr: str = "",
        *,
        attached: Sequence[Attached] = (),
        at: datetime | None = None,
        signature: Signature | None = None,
        pictures: Mapping[str, bytes] | None = None,
    ) -> bytes:
        """The PDF/A-3a, PDF/UA-1 of ``html``. ``seal`` may be None, ``qr`` is the address, "" for none.

        ``attached`` files (in the order of their names) are dated ``at``; ``pictures`` are JPEG by name. Raises
        MissingGlyph for characters that no font has, RenderError for anything else that WeasyPrint complains about.
        """
        check_glyphs(html)
        with self.alone():
            result = self._write(
                html, sheets, self.images(drawings, seal, qr), attached, at, signature, pictures
            )
        return fill(result, signature.key) if signature else result

    def count_pages(self, html: str, sheets: list[str]) -> int:
        """How many pages ``html`` takes; without drawings, so for sources that have none. Raises as ``pdf``."""
        check_glyphs(html)
        styles = [self.sheet(name) for name in sheets]
        with self.alone():
            document = LeanHTML(html, styles, base_url=BASE, url_fetcher=self.fetcher)
            return len(document.render(self.fonts, stylesheets=styles).pages)

    def _write(
        self,
        html: str,
        sheets: list[str],
        images: dict[str, object],
        attached: Sequence[Attached],
        at: datetime | None,
        signature: Signature | None,
        pictures: Mapping[str, bytes] | None,
    ) -> bytes:
        def finish(document: Any, pdf: Any) -> None:
            claim_accessibility(pdf)
            name_media_types(pdf, attached)
            if signature:
                add_field(pdf, signature)
            speed.finish(pdf)

        styles = [self.sheet(name) for name in sheets]
        fetcher = WithPictures(pictures) if pictures else self.fetcher
        document = LeanHTML(html, styles, base_url=BASE, url_fetcher=fetcher)
        return document.write_pdf(
            font_config=self.fonts,
            stylesheets=styles,
            cache=images,
            pdf_variant=VARIANT,
            attachments=weasyprint_attachments(attached, at, self.fetcher),
            finisher=finish,
        )


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine of this process."""
    return Engine()
