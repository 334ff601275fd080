"""Certificates carry an Open Badges 3.0 credential that the issuer's key signed; other kinds carry none."""

import base64
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from records.documents import KINDS
from records.documents.credentials import credential, public_jwk
from records.documents.signing import check

from .document_samples import SAMPLES, VERIFY_URL
from .document_signatures import KEY, frozen_sample, make_key, signed_sample
from .test_documents_standards import attached_files

CERTIFICATE = KINDS["founding_certificate"]


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verify_token(token, key):
    """The claims, as a JOSE library would give them out. Raises InvalidSignature."""
    header, payload, signature = token.split(".")
    raw = decoded(signature)
    if json.loads(decoded(header))["alg"] == "ES256":
        assert len(raw) == 64
        raw = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    check(key.certificate.public_key(), raw, f"{header}.{payload}".encode())
    return json.loads(decoded(header)), json.loads(decoded(payload))


@pytest.mark.once
@pytest.mark.parametrize("kind", SAMPLES)
def test_certificates_and_only_they_carry_a_credential(kind):
    files = attached_files(signed_sample(kind))
    assert ("credential.jwt" in files) == (KINDS[kind].style == "certificate")


@pytest.mark.once
def test_the_credential_in_the_file_is_signed_by_the_issuer_and_says_what_the_certificate_says():
    dictionary, content = attached_files(signed_sample("founding_certificate"))["credential.jwt"]
    assert dictionary["/EF"]["/F"]["/Subtype"] == "/application/vc+jwt"
    _, claims = verify_token(content.decode(), KEY)
    frozen = frozen_sample("founding_certificate")
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert claims["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert claims["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0")
    assert claims["id"] == claims["jti"] == VERIFY_URL
    assert claims["issuer"]["name"] == frozen["issuer"]
    assert claims["name"] == frozen["title"]
    assert claims["validFrom"] == "2014-09-05T09:00:00+08:00"
    subject = claims["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == frozen["body"]["organization"]
    achievement = subject["achievement"]
    assert achievement["type"] == ["Achievement"]
    assert all(achievement[name] for name in ("id", "name", "description"))
    assert frozen["number"] in achievement["criteria"]["narrative"]
    assert (claims["iss"], claims["sub"]) == (claims["issuer"]["id"], subject["id"])


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_the_header_names_the_key_and_the_issuer_is_that_key(algorithm):
    key = KEY if algorithm == "ES256" else make_key(private=rsa.generate_private_key(65537, 2048))
    token = credential(CERTIFICATE, frozen_sample("founding_certificate"), key)
    header, claims = verify_token(token, key)
    assert header["alg"] == algorithm
    assert header["jwk"] == public_jwk(key)
    assert json.loads(decoded(claims["iss"].removeprefix("did:jwk:"))) == header["jwk"]
    assert token == credential(CERTIFICATE, frozen_sample("founding_certificate"), key)


def test_a_changed_credential_or_another_key_does_not_verify():
    token = credential(CERTIFICATE, frozen_sample("founding_certificate"), KEY)
    header, payload, signature = token.split(".")
    changed = base64.urlsafe_b64encode(decoded(payload).replace(b"HDTQ", b"HDTX"))
    with pytest.raises(InvalidSignature):
        verify_token(f"{header}.{changed.decode().rstrip('=')}.{signature}", KEY)
    with pytest.raises(InvalidSignature):
        verify_token(token, make_key())


def test_the_credential_names_no_person():
    token = credential(CERTIFICATE, frozen_sample("founding_certificate"), KEY)
    _, claims = verify_token(token, KEY)
    assert set(claims["credentialSubject"]) == {"id", "type", "identifier", "achievement"}
