"""Open Badges 3.0 credential of a certificate, as a JWT signed with the issuer's key (ES256 or RS256).

The JWT form of the specification is used instead of an embedded proof: eddsa-rdfc-2022 canonicalises RDF, which needs
the JSON-LD contexts at hand on every verifier and a second key (Ed25519) beside the one of the PDF signature. A JWT is
checked with the issuer's certificate and any JOSE library, offline.
"""

import base64
import json
from datetime import datetime
from typing import Any, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .keys import SigningKey
from .kinds import Kind

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def credential(kind: Kind, frozen: dict[str, Any], key: SigningKey) -> str:
    """The signed credential of a certificate with the content ``frozen``: who holds what, from whom, since when."""
    jwk = public_jwk(key)
    header = {
        "alg": "ES256" if key.is_elliptic else "RS256",
        "jwk": jwk,
        "typ": "JWT",
        "x5t#S256": _base64(key.certificate.fingerprint(hashes.SHA256())),
    }
    signed = f"{_json(header)}.{_json(claims(kind, frozen, jwk))}"
    signature = key.sign(signed.encode())
    if key.is_elliptic:
        r, s = decode_dss_signature(signature)
        signature = r.to_bytes(32) + s.to_bytes(32)
    return f"{signed}.{_base64(signature)}"


def claims(kind: Kind, frozen: dict[str, Any], jwk: dict[str, str]) -> dict[str, Any]:
    """The credential itself, with the claims that JWT libraries look for."""
    address, since = frozen["verify_url"], f"{frozen['issued_on']}T09:00:00+08:00"
    issuer, holder = f"did:jwk:{_json(jwk)}", f"{address}#holder"
    name = str(kind.label)
    return {
        "@context": CONTEXTS,
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": frozen["title"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": frozen["issuer"]},
        "validFrom": since,
        "credentialSubject": {
            "id": holder,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": (kind.holder or kind.subject)(frozen["body"]),
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "achievement": {
                "id": f"{address}#achievement",
                "type": ["Achievement"],
                "name": name,
                "description": frozen["title"],
                "criteria": {"narrative": f"{frozen['issuer']}颁发，编号{frozen['number']}。"},
            },
        },
        "iss": issuer,
        "jti": address,
        "sub": holder,
        "nbf": _seconds(since),
    }


def public_jwk(key: SigningKey) -> dict[str, str]:
    """The public key in JOSE's form (RFC 7517)."""
    public = key.certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        numbers = public.public_numbers()
        return {
            "crv": "P-256",
            "kty": "EC",
            "x": _base64(numbers.x.to_bytes(32)),
            "y": _base64(numbers.y.to_bytes(32)),
        }
    modulus = cast(rsa.RSAPublicKey, public).public_numbers()
    return {
        "e": _base64(modulus.e.to_bytes(3)),
        "kty": "RSA",
        "n": _base64(modulus.n.to_bytes(-(-modulus.n.bit_length() // 8))),
    }


def _seconds(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp())


def _json(value: Any) -> str:
    return _base64(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
