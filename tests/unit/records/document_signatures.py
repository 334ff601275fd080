"""Signed samples, and an issuer's key that belongs to no installation."""

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from records.documents import KINDS
from records.documents.keys import SigningKey, make_certificate, signer
from records.documents.rendering import compose, freeze
from records.documents.seals import clean_seal
from records.models.seal import seal_path

from .document_samples import ON, VERIFY_URL, sample
from .seal_images import seal_file

_authority = ec.generate_private_key(ec.SECP256R1())
AUTHORITY = make_certificate("测试根证书", _authority, None)


def make_key(name="共青团北京市海淀区清河街道工作委员会", private=None) -> SigningKey:
    """A key below AUTHORITY."""
    private = private or ec.generate_private_key(ec.SECP256R1())
    certificate = make_certificate(name, private, (AUTHORITY, _authority))
    return SigningKey(certificate, (AUTHORITY,), signer(private, name))


KEY = make_key()


def frozen_sample(name, **changes):
    """The frozen content of the sample or variant with number 9."""
    kind, issuer, content = sample(name)
    entry = KINDS[kind]
    number = entry.number(issuer, ON.year, 9, content)
    return freeze(entry, issuer, content | changes, ON, number, "ABCD-EFGH-JKMN", VERIFY_URL)


def sign_sample(name, key=KEY, **changes):
    entry = KINDS[sample(name)[0]]
    return compose(entry, entry.version, frozen_sample(name, **changes), final=True, key=key)


@lru_cache
def signed_sample(name) -> bytes:
    """The sample or variant as issued and signed with KEY, once per test run."""
    return sign_sample(name)


def with_uploaded_seal(name) -> bytes:
    """The sample with a seal from the storage, signed."""
    png = clean_seal(seal_file())
    fingerprint = hashlib.sha256(png).hexdigest()
    if not default_storage.exists(seal_path(fingerprint)):
        default_storage.save(seal_path(fingerprint), ContentFile(png))
    entry = KINDS[sample(name)[0]]
    frozen = frozen_sample(name) | {"seal": {"id": 1, "sha256": fingerprint}}
    return compose(entry, entry.version, frozen, final=True, key=KEY)
