"""Signing keys that never leave a token or hardware module (PKCS #11).

``organization-17.pkcs11.json`` in the keys folder::

    {"module": "/usr/lib/softhsm/libsofthsm2.so", "token": "liuyou", "label": "organization-17",
     "pin_file": "pin", "certificates": "organization-17.crt"}

Paths may be relative to that folder; ``certificates`` is PEM with the key's own certificate first. An elliptic key on
a token signs with a random nonce, so that the same document signed twice differs; RSA keys do not.
"""

import hashlib
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from .keys import SigningKey

_one_at_a_time = threading.Lock()


def token_key(configuration: dict[str, str], folder: Path) -> SigningKey:
    """The key that ``configuration`` names. Raises KeyError for a missing entry, pkcs11.PKCS11Error when refused."""
    pin = (folder / configuration["pin_file"]).read_text(encoding="utf-8").strip()
    leaf, *chain = x509.load_pem_x509_certificates((folder / configuration["certificates"]).read_bytes())
    session = _session(configuration["module"], configuration["token"], pin)
    private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=configuration["label"])
    return SigningKey(leaf, tuple(chain), _signer(private, leaf))


@lru_cache(maxsize=8)
def _session(module: str, token: str, pin: str) -> Any:
    """One session for all keys of a token, open as long as the process runs; a token takes one log-in only."""
    return pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)


def _signer(private: Any, leaf: x509.Certificate) -> Any:
    def elliptic(message: bytes) -> bytes:
        with _one_at_a_time:
            raw = private.sign(hashlib.sha256(message).digest(), mechanism=pkcs11.Mechanism.ECDSA)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))

    def rsa(message: bytes) -> bytes:
        with _one_at_a_time:
            return private.sign(message, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)

    return elliptic if isinstance(leaf.public_key(), ec.EllipticCurvePublicKey) else rsa
