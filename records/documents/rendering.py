"""Frozen content to PDF, kept in the default storage; drafts on demand."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template import Context, Engine
from django.utils import translation

from records.models.document import Document

from . import typography
from .assets import ROOT
from .attachments import Attached, attachments
from .content_checks import check_content
from .keys import SigningKey, signing_key
from .kinds import KINDS, Issuer, Kind
from .ornaments import Stamp

if TYPE_CHECKING:
    from .signing import Signature

_SHEETS = {
    "letter": ["letter.css"],
    "certificate": ["certificate.css"],
    "form": ["form.css"],
}
_DRAWINGS = {"letter": [], "certificate": ["frame.svg", "rule.svg"], "form": []}
_PLACEHOLDER = "〔　　〕　号"


class ChangedDocument(RuntimeError):
    """Rendering an issued document again gave another file than the one whose fingerprint was stored."""


def render(document: Document) -> bytes:
    """The PDF of an issued document: the same bytes for the same content and template version.

    The first rendering stores the file and its SHA-256; later calls read the file, check it, and make it
    anew when it is lost or damaged. Raises MissingGlyph naming characters that cannot be printed, MissingKey
    when the issuer has no signing key, ChangedDocument when the new bytes differ from the stored fingerprint.
    """
    if document.sha256 and default_storage.exists(document.storage_name):
        with default_storage.open(document.storage_name) as file:
            kept = file.read()
        if _fingerprint(kept) == document.sha256:
            return kept
    key = signing_key(document.issuer_type, document.issuer_id, document.issuer_name, document.issued_on)
    result = compose(KINDS[document.kind], document.template_version, document.content, final=True, key=key)
    found = _fingerprint(result)
    if not document.sha256:
        # Two workers may render at once; the first fingerprint stands and the other must agree with it.
        Document.objects.filter(pk=document.pk, sha256="").update(sha256=found)
        document.sha256 = Document.objects.values_list("sha256", flat=True).get(pk=document.pk)
    if found != document.sha256:
        raise ChangedDocument(f"{document.number}: SHA-256 {found}, stored {document.sha256}")
    _store(document.storage_name, result)
    return result


def preview(kind: str, content: dict[str, Any], *, issuer: Issuer, on: date) -> bytes:
    """A draft with the watermark 草稿: no number, no seal, no verification code; nothing is stored."""
    entry = KINDS[kind]
    check_content(entry.content, content)
    return compose(entry, entry.version, freeze(entry, issuer, content, on), final=False)


def freeze(
    kind: Kind,
    issuer: Issuer,
    body: dict[str, Any],
    on: date,
    number: str = "",
    code: str = "",
    verify_url: str = "",
    seal: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that the rendering of a document depends on besides its template, as plain JSON.

    ``seal`` is the version that the document is issued with (``seals.frozen_seal``).
    """
    return {
        "title": kind.title(issuer.name, body),
        "number": number,
        "code": code,
        "verify_url": verify_url,
        "issuer": issuer.name,
        "office": issuer.office or issuer.name,
        "letter_code": issuer.letter_code,
        "issued_on": on.isoformat(),
        "body": body,
    } | ({"seal": seal} if seal else {})


def compose(
    kind: Kind, version: str, frozen: dict[str, Any], *, final: bool, key: SigningKey | None = None
) -> bytes:
    """The PDF of frozen content. A final one of an issued document carries its data, and with ``key`` a signature."""
    from .signing import Signature

    at = moment(frozen["issued_on"])
    signature = Signature(key, frozen["issuer"], frozen["verify_url"], at) if key else None
    issued = final and bool(frozen["code"])
    with translation.override("zh-hans"):
        attached = attachments(kind, version, frozen, key) if issued else ()
    source = drawn_from(kind, version, frozen, final=final)
    return write(source, at=at, attached=attached, signature=signature)


def moment(iso: str) -> datetime:
    """The time that a document of a day carries: 09:00 in Beijing."""
    return datetime.fromisoformat(f"{iso}T09:00:00+08:00")


class Source(NamedTuple):
    """What the pages of a document are drawn from. ``seal`` and ``qr`` are as in ``Engine.pdf``."""

    html: str
    sheets: list[str]
    drawings: list[str]
    seal: Stamp | None
    qr: str


def write(
    source: Source,
    *,
    at: datetime,
    attached: Sequence[Attached] = (),
    signature: "Signature | None" = None,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF of a source; ``pictures`` are as in ``Engine.pdf``."""
    from .engine import engine  # WeasyPrint is loaded by the first rendering, not by every process

    return engine().pdf(
        source.html,
        source.sheets,
        source.drawings,
        seal=source.seal,
        qr=source.qr,
        attached=attached,
        at=at,
        signature=signature,
        pictures=pictures,
    )


def drawn_from(kind: Kind, version: str, frozen: dict[str, Any], *, final: bool) -> Source:
    """The page of frozen content before it is set, with its style sheets and drawings."""
    folder, own = f"{kind.style}/{version}", f"{kind.name}/{version}"
    with translation.override("zh-hans"):  # documents are Chinese whoever asks for them
        context = _context(kind, frozen, final=final)
        template = _templates().get_template(f"{own}/document.html")
        html = template.render(Context(context, use_l10n=False))
    sheets = [f"{folder}/{name}" for name in _SHEETS[kind.style]] + [f"{own}/{name}" for name in kind.sheets]
    drawings = [f"{folder}/{name}" for name in _DRAWINGS[kind.style]]
    return Source(
        html,
        sheets if final else [*sheets, "draft/v1/draft.css"],
        [*drawings, *(f"{own}/{name}" for name in kind.drawings)],
        seal=_stamp(frozen) if context["seal"] else None,
        qr=frozen["verify_url"] if context["qr"] else "",
    )


def _context(kind: Kind, frozen: dict[str, Any], *, final: bool) -> dict[str, Any]:
    lines = partial(typography.break_title, frozen["title"])  # called by the templates that want them
    return {
        **frozen,
        "kind": str(kind.label),
        "number": frozen["number"] or f"{frozen['letter_code']}{_PLACEHOLDER}",
        "stamp": f"{frozen['issued_on']}T09:00:00+08:00",
        "mark": typography.issuer_mark(frozen["issuer"]),
        "title_lines": lines,
        "title_height": lambda: round(typography.grid(len(lines()) * typography.TITLE_LINE_MM), 3),
        "signature": _signature(frozen["issuer"], frozen["issued_on"]),
        "draft": not final,
        "seal": final and kind.sealed,
        "specimen": not frozen.get("seal"),
        "qr": final and bool(frozen["verify_url"]),
    }


def _stamp(frozen: dict[str, Any]) -> Stamp:
    """The seal that the document was issued with; the specimen when its issuer had uploaded none."""
    return Stamp(frozen["issuer"], (frozen.get("seal") or {}).get("sha256", ""))


def _signature(issuer: str, iso: str) -> dict[str, Any]:
    """The issuer's lines, and the distance in mm from the right edge that puts the date 4 cells from it.

    The issuer is centred on the date; one so long that it would leave the type area moves both to the
    left, one longer than a line is broken.
    """
    lines = [issuer] if len(issuer) <= 24 else typography.break_title(issuer, limit=24)
    date_width = typography.cells(typography.chinese_date(iso))
    width = max(date_width, *(typography.cells(line) for line in lines))
    right = max(0.0, 4 - (width - date_width) / 2)
    return {
        "lines": lines,
        "right": round(right * typography.CELL_MM, 3),
        "width": round(width * typography.CELL_MM, 3),
    }


@lru_cache(maxsize=1)
def _templates() -> Engine:
    """Own template engine: documents see the filters above and nothing of the web pages."""
    return Engine(dirs=[str(ROOT)], builtins=["records.documents.filters"], autoescape=True)


def _fingerprint(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _store(name: str, data: bytes) -> None:
    if default_storage.exists(name):
        default_storage.delete(name)  # damaged, or another worker's identical bytes
    saved = default_storage.save(name, ContentFile(data))
    if saved != name:  # another worker was faster; its bytes are the same
        default_storage.delete(saved)
