"""Sealed values: what must not be readable before its moment is one encrypted column, never plain text that a page
hides (docs/adr/0010). The key is derived from the installation's secret and a salt of its own."""

import base64
import json
import secrets
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SALT_BYTES = 16


def new_salt() -> bytes:
    """A random salt for a new key."""
    return secrets.token_bytes(SALT_BYTES)


def seal(value: Any, *, salt: bytes, purpose: str) -> bytes:
    """``value`` (of JSON) encrypted. Two seals of one value differ."""
    return _cipher(salt, purpose).encrypt(json.dumps(value, ensure_ascii=False).encode())


def unseal(sealed: bytes, *, salt: bytes, purpose: str) -> Any:
    """The value again. Raises cryptography.fernet.InvalidToken where the bytes were changed or the key is another."""
    return json.loads(_cipher(salt, purpose).decrypt(bytes(sealed)))


def commitment(sealed: bytes) -> str:
    """What may stand in public for a sealed value: it fixes the value and tells nothing of it."""
    return sha256(bytes(sealed)).hexdigest()


def _cipher(salt: bytes, purpose: str) -> Fernet:
    kdf = HKDF(SHA256(), length=32, salt=bytes(salt), info=f"liuyou-awards-{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode())))
