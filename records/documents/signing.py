"""PAdES signatures (ETSI EN 319 142, level B-B) inside the file as it is first written, and reading them back.

The signature covers every byte but its own value, forbids any later change (DocMDP 1), and its field is invisible:
a visible one would break PDF/UA-1 and print the seal twice. Nothing random goes in, so that signing the same
document with the same software key gives the same bytes.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import pydyf
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from .der import INTEGER, NULL, OCTETS, SEQUENCE, SET, Element, elements, oid, tlv
from .keys import PublicKey, SigningKey

_RANGE = "[0 ********** ********** **********]"
_SIGNED = re.compile(rb"/ByteRange \[0 (\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]")
_ADDRESS = re.compile(rb"/ContactInfo \(([^()\\<>\s]{0,300})\)")
_TIME = re.compile(rb"/M \(D:(\d{14})\+08'00'\)")
_MOST_SIGNATURES, _LONGEST_CHAIN = 8, 5
_FIRST = 0xA0  # [0], implicit or explicit
_DATA, _SIGNED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE, _MESSAGE_DIGEST = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = tlv(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"))
_ECDSA = tlv(SEQUENCE, oid("1.2.840.10045.4.3.2"))
_RSA = tlv(SEQUENCE, oid("1.2.840.113549.1.1.11"), NULL)


@dataclass(frozen=True)
class Signature:
    """What a signature says: by whom, where the document can be verified, when it was issued."""

    key: SigningKey
    name: str
    address: str
    at: datetime


@dataclass(frozen=True)
class FoundSignature:
    """A signature read from a file. ``covers`` is how many bytes from the start it speaks for.

    ``intact``: those bytes are the signed ones; ``certificates`` are the signer's, its own first (empty when the
    signature could not be read). ``address`` and ``at`` are the signer's word, worth something when it is intact.
    """

    covers: int
    intact: bool
    certificates: tuple[x509.Certificate, ...]
    address: str
    at: datetime | None


class _Uncompressed(pydyf.Dictionary):
    """Stays out of the compressed object streams: the signature's value is put in after writing."""

    compressible = False


def add_field(pdf: Any, signature: Signature) -> None:
    """Add the invisible field and room for the signature to a pydyf document that is about to be written."""
    change_nothing = pydyf.Dictionary({"Type": "/TransformParams", "P": 1, "V": "/1.2"})
    rule = pydyf.Dictionary(
        {"Type": "/SigRef", "TransformMethod": "/DocMDP", "TransformParams": change_nothing}
    )
    value = _Uncompressed(
        {
            "Type": "/Sig",
            "Filter": "/Adobe.PPKLite",
            "SubFilter": "/ETSI.CAdES.detached",
            "ContactInfo": pydyf.String(signature.address),
            "M": pydyf.String(f"D:{signature.at:%Y%m%d%H%M%S}+08'00'"),
            "Name": pydyf.String(signature.name),
            "Reference": pydyf.Array([rule]),
            # Last, so that the last occurrence in the file is this one whatever a name contains.
            "ByteRange": _RANGE,
            "Contents": f"<{'0' * (2 * _room(signature.key))}>",
        }
    )
    pdf.add_object(value)
    page: Any = next(item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Page")
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String("Signature"),
            "TU": pydyf.String(f"{signature.name}电子签名"),
            "F": 132,  # printed and locked
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "P": page.reference,
            "V": value.reference,
        }
    )
    pdf.add_object(field)
    page["Annots"] = pydyf.Array([*page.get("Annots", []), field.reference])
    fields = pydyf.Array([field.reference])
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": fields, "SigFlags": 3})
    pdf.catalog["Perms"] = pydyf.Dictionary({"DocMDP": value.reference})


def _room(key: SigningKey) -> int:
    """Bytes kept for the CMS structure: the certificates, and what surrounds them."""
    return 1024 + sum(len(_der(each)) for each in (key.certificate, *key.chain))


def fill(pdf: bytes, key: SigningKey) -> bytes:
    """Sign a written document with a field from ``add_field``."""
    at = pdf.rindex(_RANGE.encode())
    start = pdf.index(b"/Contents <", at) + len("/Contents ")
    end = start + 2 * _room(key) + 2
    numbers = f"[0 {start} {end} {len(pdf) - end}"
    before = b"".join(
        (pdf[:at], numbers.ljust(len(_RANGE) - 1).encode(), b"]", pdf[at + len(_RANGE) : start])
    )
    digest = hashlib.sha256(before)
    digest.update(pdf[end:])
    signed = _cms(digest.digest(), key).hex().encode()
    return b"".join((before, b"<", signed.ljust(end - start - 2, b"0"), b">", pdf[end:]))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _cms(digest: bytes, key: SigningKey) -> bytes:
    """Detached CMS signature (RFC 5652) over a SHA-256 digest, with the attributes that PAdES asks for."""
    leaf = _der(key.certificate)
    body = [part for part in next(elements(leaf)).children()[0].children() if part.tag != _FIRST]
    serial, issuer = body[0].whole, body[2].whole
    by_hash = tlv(SEQUENCE, tlv(SEQUENCE, tlv(SEQUENCE, tlv(OCTETS, hashlib.sha256(leaf).digest()))))
    attributes = b"".join(
        sorted(
            (
                tlv(SEQUENCE, _CONTENT_TYPE, tlv(SET, _DATA)),
                tlv(SEQUENCE, _MESSAGE_DIGEST, tlv(SET, tlv(OCTETS, digest))),
                tlv(SEQUENCE, _SIGNING_CERTIFICATE, tlv(SET, by_hash)),
            )
        )
    )
    signer = tlv(
        SEQUENCE,
        tlv(INTEGER, b"\x01"),
        tlv(SEQUENCE, issuer, serial),
        _SHA256,
        tlv(_FIRST, attributes),
        _ECDSA if key.is_elliptic else _RSA,
        tlv(OCTETS, key.sign(tlv(SET, attributes))),
    )
    signed = tlv(
        SEQUENCE,
        tlv(INTEGER, b"\x01"),
        tlv(SET, _SHA256),
        tlv(SEQUENCE, _DATA),
        tlv(_FIRST, leaf, *(_der(each) for each in key.chain)),
        tlv(SET, signer),
    )
    return tlv(SEQUENCE, _SIGNED_DATA, tlv(_FIRST, signed))


def read_signatures(pdf: bytes) -> Iterator[FoundSignature]:
    """The signatures of a file, the latest first. Nothing but the bytes is interpreted, so any file may come.

    Whoever trusts an intact signature trusts that its signer wrote all that it covers.
    """
    for found in list(_SIGNED.finditer(pdf))[: -_MOST_SIGNATURES - 1 : -1]:
        start, end, rest = (int(number) for number in found.groups())
        if not found.end() <= start < end <= end + rest <= len(pdf):
            continue
        value = pdf[start:end]
        if not re.fullmatch(rb"<[0-9A-Fa-f]+>", value) or len(value) % 2:
            continue
        digest = hashlib.sha256(pdf[:start])
        digest.update(pdf[end : end + rest])
        certificates = _verified(bytes.fromhex(value[1:-1].decode()), digest.digest())
        object_start = pdf.rfind(b" obj", 0, found.start())
        address = _ADDRESS.search(pdf, object_start, start)
        at = _TIME.search(pdf, object_start, start)
        yield FoundSignature(
            covers=end + rest,
            intact=bool(certificates),
            certificates=certificates,
            address=address[1].decode("ascii", "replace") if address else "",
            at=_time(at[1]) if at else None,
        )


def _time(digits: bytes) -> datetime | None:
    try:
        return datetime.strptime(f"{digits.decode()}+0800", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None


def _verified(data: bytes, digest: bytes) -> tuple[x509.Certificate, ...]:
    """The signer's certificate and the others in the structure; empty unless it signs exactly ``digest``."""
    try:
        signed = next(elements(data)).children()[1].children()[0].children()
        (signer,) = signed[-1].children()
        attributes, _, signature = signer.children()[3:6]
        values = {
            item.children()[0].whole: item.children()[1].children()[0] for item in attributes.children()
        }
        if attributes.tag != _FIRST or values[_MESSAGE_DIGEST].content != digest:
            return ()
        found = [x509.load_der_x509_certificate(each.whole) for each in _certificates(signed)]
        wanted = values[_SIGNING_CERTIFICATE].children()[0].children()[0].children()[-1].content
        leaf = next(each for each in found if each.fingerprint(hashes.SHA256()) == wanted)
        check(cast(PublicKey, leaf.public_key()), signature.content, tlv(SET, attributes.content))
    except (ValueError, KeyError, IndexError, StopIteration, InvalidSignature, UnsupportedAlgorithm):
        return ()  # whatever is wrong with it, it is no signature of these bytes
    return (leaf, *(each for each in found if each != leaf))


def _certificates(signed: list[Element]) -> list[Element]:
    return [each for part in signed if part.tag == _FIRST for each in part.children()][:_LONGEST_CHAIN]


def check(key: PublicKey, signature: bytes, message: bytes) -> None:
    """Raise InvalidSignature unless ``signature`` is that of ``message`` (SHA-256)."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    elif not isinstance(key, rsa.RSAPublicKey):
        raise UnsupportedAlgorithm("only P-256 and RSA keys sign documents")
    else:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


def leads_to(
    certificates: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> bool:
    """Whether the first certificate is one of ``roots`` or was issued below one, all being valid at ``at``."""
    current, steps = certificates[0], 0
    while steps <= _LONGEST_CHAIN:
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            return False
        if current in roots:
            return True
        above = next((each for each in (*roots, *certificates) if _issued(each, current)), None)
        if above is None:
            return False
        current, steps = above, steps + 1
    return False


def _issued(above: x509.Certificate, below: x509.Certificate) -> bool:
    if above == below or above.subject != below.issuer:
        return False
    try:
        if not above.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        below.verify_directly_issued_by(above)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return True
