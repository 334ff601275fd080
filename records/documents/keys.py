"""The issuers' signing keys: made on the first run of the demo, supplied by their keepers in production.

``settings.DOCUMENT_KEYS_DIR`` holds one file per issuer, named after its type and id, such as
``organization-17``: ``.pem`` (private key, certificate, certificates above it), ``.p12`` (password in
``DOCUMENT_KEYS_PASSWORD``) or ``.pkcs11.json`` (a key on a token, see ``tokens``). ``default`` serves every
issuer without a file of its own. A date in the name, ``organization-17.2026-03-01.pem``, makes a key valid for
documents issued from that day on, so that older documents keep theirs. ``roots.pem`` holds the certificates that
signatures are checked against. Keys are read once per process.
"""

import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
_DATED = re.compile(r"\.(\d{4}-\d{2}-\d{2})(?=\.)")
_SUFFIXES = (".pem", ".p12", ".pkcs11.json")
# The demo tells of past years: its certificates are dated back so that its signatures are valid.
_FROM, _UNTIL = datetime(2010, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)


class MissingKey(RuntimeError):
    """No usable key for an issuer; the message (for the person who runs the system) says which file is wanted."""


@dataclass(frozen=True)
class SigningKey:
    """``sign`` takes the message and returns an ECDSA (DER) or RSA (PKCS #1 v1.5) signature with SHA-256.

    ``chain`` holds the certificates above ``certificate``.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    sign: Callable[[bytes], bytes]

    @property
    def is_elliptic(self) -> bool:
        return isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey)


def signing_key(issuer_type: str, issuer_id: int, issuer_name: str, on: date) -> SigningKey:
    """The key of an issuer for a document issued on ``on``. Raises MissingKey.

    Without ``DOCUMENT_KEYS_DIR`` the demo makes a certificate authority and a key per issuer under
    ``VAR_DIR/keys``; outside the demo keys are never made here.
    """
    name = f"{issuer_type}-{issuer_id}"
    if settings.DOCUMENT_KEYS_DIR:
        folder = Path(settings.DOCUMENT_KEYS_DIR)
        for stem in (name, "default"):
            if path := _in_force(folder, stem, on):
                return _load(path, settings.DOCUMENT_KEYS_PASSWORD)
        raise MissingKey(
            f"没有{issuer_name}的签名密钥：请在 {folder} 放入 {name}.pem 或 {name}.p12（或公用的 default.pem）。"
        )
    if not settings.DEMO:
        raise MissingKey("未设置 DOCUMENT_KEYS_DIR：请指定存放发文机关签名密钥的目录。")
    return _load(_demo_key(Path(settings.VAR_DIR) / "keys", name, issuer_name), "")


def trusted_roots() -> list[x509.Certificate]:
    """The certificates that a signature must lead to."""
    if settings.DOCUMENT_KEYS_DIR:
        path = Path(settings.DOCUMENT_KEYS_DIR) / "roots.pem"
    else:
        path = Path(settings.VAR_DIR) / "keys" / "roots.pem"
    return x509.load_pem_x509_certificates(path.read_bytes()) if path.exists() else []


def public_certificates() -> bytes:
    """The trusted certificates as PEM, for people who check documents offline (bin/verify_document)."""
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in trusted_roots())


def _in_force(folder: Path, stem: str, on: date) -> Path | None:
    """The file with the latest date in its name that is not after ``on``; no date counts as the earliest."""
    found = []
    for path in folder.glob(f"{stem}.*"):
        if path.name.endswith(_SUFFIXES) and _DATED.sub("", path.name).removeprefix(stem) in _SUFFIXES:
            dated = _DATED.search(path.name)
            since = date.fromisoformat(dated[1]) if dated else date.min
            if since <= on:
                found.append((since, path))
    return max(found)[1] if found else None


@lru_cache(maxsize=256)
def _load(path: Path, password: str) -> SigningKey:
    if path.name.endswith(".pkcs11.json"):
        from .tokens import token_key  # only installations with a token have its library

        return token_key(json.loads(path.read_text(encoding="utf-8")), path.parent)
    try:
        key, certificates = _read(path, password)
    except ValueError as unreadable:
        raise MissingKey(f"{path.name} 无法读取，请检查文件内容和口令：{unreadable}") from unreadable
    leaf = next((each for each in certificates if each.public_key() == key.public_key()), None)
    if leaf is None:
        raise MissingKey(f"{path.name} 中没有与私钥对应的证书，请补充后重试。")
    return SigningKey(leaf, tuple(each for each in certificates if each != leaf), signer(key, path.name))


def _read(path: Path, password: str) -> tuple[PrivateKey, list[x509.Certificate]]:
    data, secret = path.read_bytes(), password.encode() or None
    if path.suffix == ".p12":
        store = pkcs12.load_pkcs12(data, secret)
        certificates = [each.certificate for each in (store.cert, *store.additional_certs) if each]
        return cast(PrivateKey, store.key), certificates
    key = cast(PrivateKey, serialization.load_pem_private_key(data, secret))
    return key, x509.load_pem_x509_certificates(data)


def signer(key: PrivateKey, name: str) -> Callable[[bytes], bytes]:
    """Signs with ``key``, the same message always with the same signature (ECDSA: RFC 6979)."""
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        elliptic = key
        return lambda message: elliptic.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
        number = key
        return lambda message: number.sign(message, padding.PKCS1v15(), hashes.SHA256())
    raise MissingKey(f"{name}：只支持 P-256 和不少于 2048 位的 RSA 密钥。")


def within_bytes(name: str, most: int) -> str:
    """As much of a name as fits: a common name has at most 64 bytes, which are 21 Chinese characters."""
    return name.encode()[:most].decode(errors="ignore")


def make_certificate(
    name: str,
    key: PrivateKey,
    above: tuple[x509.Certificate, PrivateKey] | None,
    validity: tuple[datetime, datetime] = (_FROM, _UNTIL),
) -> x509.Certificate:
    """A certificate for signing documents, or (without ``above``) of an authority that certifies itself."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, within_bytes(name, 64)),
        ]
    )
    issuer, issuing_key = (above[0].subject, above[1]) if above else (subject, key)
    usages = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage = x509.KeyUsage(
        digital_signature=bool(above),
        content_commitment=bool(above),
        key_cert_sign=not above,
        crl_sign=not above,
        **usages,
    )
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), *validity)
        .add_extension(x509.BasicConstraints(ca=not above, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing_key.public_key()), critical=False
        )
    )
    return builder.sign(issuing_key, hashes.SHA256())


def pem(key: PrivateKey, *certificates: x509.Certificate) -> bytes:
    """Private key and certificates as one PEM file."""
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def _demo_key(folder: Path, name: str, issuer_name: str) -> Path:
    path = folder / f"{name}.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        authority = _demo_authority(folder)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = make_certificate(issuer_name, key, authority)
        _write_once(path, pem(key, certificate, authority[0]))
    return path


def _demo_authority(folder: Path) -> tuple[x509.Certificate, PrivateKey]:
    path = folder / "authority.pem"
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        _write_once(path, pem(key, make_certificate("六有演示根证书", key, None)))
    private, (certificate,) = _read(path, "")
    _write_once(folder / "roots.pem", certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, private


def _write_once(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads; of several processes that try, the first one wins."""
    if path.exists():
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
        temporary.write(data)  # the temporary file is 0600
    try:
        os.link(temporary.name, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary.name)
