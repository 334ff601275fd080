"""Is this PDF ours, as issued, and still valid? Judged from its bytes; nothing is opened, stored or fetched."""

import hashlib
import re
from datetime import datetime
from typing import Any, Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from records.models.document import Document

from .issuing import verification
from .keys import trusted_roots
from .register import normalize_code
from .signing import FoundSignature, leads_to, read_signatures

MAX_BYTES = 10 * 1024 * 1024
Verdict = Literal[
    "valid",  # as issued, and in force
    "revoked",  # as issued, but revoked since
    "superseded",  # as issued, but replaced since
    "changed",  # what we issued was changed afterwards, or the file is damaged
    "unknown",  # signed by one of our keys, but not a document in the register
    "foreign",  # signed, but not by a key that we trust
    "unsigned",  # no signature that could be read, such as a scan or a print to PDF
    "not_pdf",
    "too_large",
]
_CODE = re.compile(r"/verify/([0-9A-Za-z]{12})/?$")


def check_pdf(pdf: bytes) -> dict[str, Any]:
    """What anybody may know about a PDF that claims to be ours.

    ``verdict`` is one of Verdict. ``signature`` (None without one) tells ``intact`` (the bytes that it covers are
    the signed ones), ``trusted`` (its certificate leads to one of our roots), ``covers_file``, ``signer`` and
    ``at`` (the day of issue, as the signer says). ``document`` is what ``issuing.verification`` says about the code
    that the signature carries, or None; ``as_issued`` tells whether the whole file is byte for byte what was issued.
    No personal data. Files of more than MAX_BYTES are not looked at.
    """
    if len(pdf) > MAX_BYTES:
        return _result("too_large")
    if not pdf.startswith(b"%PDF-"):
        return _result("not_pdf")
    roots = trusted_roots()
    signatures = list(read_signatures(pdf))
    ours = next((each for each in signatures if _is_trusted(each, roots)), None)
    if ours is None:
        return _judge_foreign(pdf, signatures)
    facts = _facts(ours, pdf, trusted=True)
    document = _registered(ours.address)
    if document is None:
        return _result("unknown", facts)
    public = verification(document.public_code)
    if not facts["covers_file"]:
        return _result("changed", facts, public)
    as_issued = document.sha256 == hashlib.sha256(pdf).hexdigest()
    verdict: Verdict = document.status if as_issued else "changed"  # type: ignore[assignment]
    return _result(verdict, facts, public, as_issued=as_issued)


def _judge_foreign(pdf: bytes, signatures: list[FoundSignature]) -> dict[str, Any]:
    """A file without a good signature of ours: changed when it claims a code that we gave out."""
    if not signatures:
        return _result("unsigned")
    latest = next((each for each in signatures if each.intact), signatures[0])
    facts = _facts(latest, pdf, trusted=False)
    if not latest.intact:
        document = _registered(latest.address)
        # The code comes from a file that anybody may have written, so nothing is told about the document.
        return _result("changed" if document else "foreign", facts)
    return _result("foreign", facts)


def _result(
    verdict: Verdict,
    signature: dict[str, Any] | None = None,
    document: dict[str, Any] | None = None,
    *,
    as_issued: bool = False,
) -> dict[str, Any]:
    return {"verdict": verdict, "signature": signature, "document": document, "as_issued": as_issued}


def _is_trusted(signature: FoundSignature, roots: list[x509.Certificate]) -> bool:
    at = signature.at
    return signature.intact and at is not None and leads_to(signature.certificates, roots, at)


def _facts(signature: FoundSignature, pdf: bytes, *, trusted: bool) -> dict[str, Any]:
    at: datetime | None = signature.at
    return {
        "intact": signature.intact,
        "trusted": trusted,
        "covers_file": signature.intact and signature.covers == len(pdf),
        "signer": issued_to(signature.certificates[0]) if signature.certificates else "",
        "at": at.date() if at else None,
    }


def issued_to(certificate: x509.Certificate) -> str:
    """Whom a certificate was issued to."""
    subject = certificate.subject
    names = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    names = names or subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)[:120] if names else ""


def _registered(address: str) -> Document | None:
    found = _CODE.search(address)
    code = normalize_code(found[1]) if found else ""
    return Document.objects.filter(public_code=code).first() if code else None
