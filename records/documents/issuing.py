"""Issue, revoke and verify documents: database work only, inside the deciding transaction."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from records import outbox
from records.models.document import Document, DocumentStatus

from .assets import check_glyphs
from .content_checks import ContentError, check_content
from .kinds import KINDS, Issuer
from .register import allocate_number, new_public_code, normalize_code
from .rendering import freeze, render
from .seals import frozen_seal


class StatusError(ValueError):
    """A document that is no longer valid was to be revoked or superseded."""


@transaction.atomic
def issue(
    kind: str,
    *,
    issuer: Issuer,
    about: tuple[str, int],
    unit_id: int | None,
    content: dict[str, Any],
    on: date,
    by_id: int,
    at: datetime | None = None,
    supersedes: Document | None = None,
    reason: str = "",
) -> Document:
    """Number a document and freeze what it says.

    ``about`` names the matter, such as ``("founding", 12)``; ``content`` follows the kind's TypedDict in
    ``contents.py``. Nothing is rendered here; the outbox promises it. With ``supersedes`` the older document is
    marked superseded (``at`` is then needed), for ``reason``.

    Raises ContentError for content that does not fit, MissingGlyph for characters that cannot be printed,
    StatusError when ``supersedes`` is not valid any more. The number is given back when the transaction
    is rolled back.
    """
    entry = KINDS[kind]
    if entry.number is None:
        raise ContentError(f"{kind}: a form is printed, not issued.")
    if not getattr(issuer, entry.code_field):
        raise ContentError(
            f"issuer.{entry.code_field}: {issuer.name} needs a code before it can number documents."
        )
    check_content(entry.content, content)
    title = entry.title(issuer.name, content)
    check_glyphs("".join([title, issuer.name, issuer.office, *_texts(content)]))
    series = entry.series(content)
    serial = allocate_number(issuer, series, on.year)
    number, code = entry.number(issuer, on.year, serial, content), new_public_code()
    seal = frozen_seal(issuer.type, issuer.id, on) if entry.sealed else None
    address = f"{settings.BASE_URL}/verify/{code}/"
    frozen = freeze(entry, issuer, content, on, number, _grouped(code), address, seal)
    document = Document.objects.create(
        public_code=code,
        kind=kind,
        number=number,
        issuer_type=issuer.type,
        issuer_id=issuer.id,
        issuer_name=issuer.name,
        series=series,
        year=on.year,
        serial=serial,
        title=title,
        content=frozen,
        template_version=entry.version,
        issued_on=on,
        issued_by_id=by_id,
        about_type=about[0],
        about_id=about[1],
        unit_id=unit_id,
        supersedes=supersedes,
    )
    if supersedes is not None:
        if at is None:
            raise StatusError("superseding needs the time (at=).")
        why = f"由{number}替代：{reason}" if reason else f"由{number}替代"
        supersede(supersedes, why, by_id=by_id, at=at)
    outbox.promise("document", key=f"document:{code}", at=document.created_at, document=document.pk)
    return document


@outbox.handles("document")
def render_issued(payload: dict[str, Any]) -> None:
    """Render a document after its commit, so that its download is instant; rendering again changes nothing."""
    render(Document.objects.get(pk=payload["document"]))


def revoke(document: Document, reason: str, *, by_id: int | None, at: datetime) -> None:
    """Mark a valid document revoked; its number stays listed and verifies as 已撤销.

    ``by_id`` is None when a deadline did it. Raises StatusError for a document that is not valid any more.
    """
    _change(document, Document.Status.REVOKED, reason, by_id, at)


def supersede(document: Document, reason: str, *, by_id: int | None, at: datetime) -> None:
    """Mark a valid document superseded by a newer one. Raises StatusError."""
    _change(document, Document.Status.SUPERSEDED, reason, by_id, at)


def verification(code: str) -> dict[str, Any] | None:
    """What anybody may know about the document with this public code, or None.

    Holds no personal data: the kind and its number, the organization concerned, issuer, date, status and
    since when it has that status. ``code`` may be typed with or without grouping.
    """
    document = Document.objects.filter(public_code=normalize_code(code)).first()
    if document is None:
        return None
    kind = KINDS[document.kind]
    return {
        "kind": document.kind,
        "kind_label": kind.label,
        "number": document.number,
        "subject": kind.subject(document.content["body"]),
        "issuer": document.issuer_name,
        "issued_on": document.issued_on,
        "code": document.grouped_code,
        "status": document.status,
        "status_label": Document.Status(document.status).label,
        "since": document.status_at or document.issued_on,
    }


@transaction.atomic
def _change(document: Document, status: str, reason: str, by_id: int | None, at: datetime) -> None:
    # Compare-and-set on the stored status: of two people who revoke at once only one does it.
    changed = Document.objects.filter(pk=document.pk, status=Document.Status.VALID).update(
        status=status, status_at=at
    )
    if not changed:
        document.refresh_from_db(fields=["status"])
        raise StatusError(f"{document.number} is {document.status} already.")
    DocumentStatus.objects.create(document=document, status=status, reason=reason, by_id=by_id, at=at)
    document.status, document.status_at = status, at


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _texts(value: Any) -> list[str]:
    """All text in a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []
