"""Where signing keys come from: files and tokens of the issuer in production, never made there."""

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from records.documents import MissingKey
from records.documents.keys import make_certificate, pem, signing_key, trusted_roots
from records.documents.signing import read_signatures

from .document_samples import ON
from .document_signatures import sign_sample

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


def write_pem(path, private=None):
    private = private or ec.generate_private_key(ec.SECP256R1())
    certificate = make_certificate(path.name, private, None)
    path.write_bytes(pem(private, certificate))
    return certificate


@pytest.fixture
def folder(settings, tmp_path):
    settings.DOCUMENT_KEYS_DIR = str(tmp_path)
    settings.DEMO = False
    return tmp_path


def key_of(number):
    return signing_key("organization", number, "某街道团工委", ON)


def test_production_uses_the_issuers_file_and_else_the_common_one(folder):
    common, own = write_pem(folder / "default.pem"), write_pem(folder / "organization-5.pem")
    write_pem(folder / "organization-51.pem")
    assert key_of(5).certificate == own
    assert key_of(6).certificate == common


def test_a_pkcs12_file_opens_with_the_configured_password(folder, settings):
    settings.DOCUMENT_KEYS_PASSWORD = "口令"
    private = ec.generate_private_key(ec.SECP256R1())
    certificate = make_certificate("某街道团工委", private, None)
    lock = serialization.BestAvailableEncryption("口令".encode())
    (folder / "organization-7.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", private, certificate, None, lock)
    )
    assert key_of(7).certificate == certificate
    settings.DOCUMENT_KEYS_PASSWORD = "错"
    with pytest.raises(MissingKey, match="口令"):
        key_of(7)


def test_a_missing_key_is_named_and_none_is_made(folder, settings):
    with pytest.raises(MissingKey, match=r"organization-5\.pem"):
        key_of(5)
    assert not list(folder.iterdir())
    settings.DOCUMENT_KEYS_DIR = ""
    with pytest.raises(MissingKey, match="DOCUMENT_KEYS_DIR"):
        key_of(5)


def test_weak_keys_and_keys_without_their_certificate_are_refused(folder):
    write_pem(folder / "organization-1.pem", ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(MissingKey, match="P-256"):
        key_of(1)
    stranger = make_certificate("别人", ec.generate_private_key(ec.SECP256R1()), None)
    (folder / "organization-2.pem").write_bytes(pem(ec.generate_private_key(ec.SECP256R1()), stranger))
    with pytest.raises(MissingKey, match="证书"):
        key_of(2)


def test_roots_are_read_from_the_folder(folder):
    assert trusted_roots() == []
    certificate = make_certificate("根", ec.generate_private_key(ec.SECP256R1()), None)
    (folder / "roots.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    assert trusted_roots() == [certificate]


def put_on_token(folder, number, private):
    """The key with its certificate, on the token and in the folder, as a keeper would set it up."""
    name = f"organization-{number}"
    certificate = make_certificate(name, private, None)
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(pem(private))
    place = ("--token", "liuyou", "--label", name, "--id", f"{number:02d}", "--pin", "1234")
    subprocess.run(
        ["softhsm2-util", "--import", "key.pem", *place], cwd=folder, check=True, capture_output=True
    )
    configuration = {
        "module": str(SOFTHSM),
        "token": "liuyou",
        "label": name,
        "pin_file": "pin",
        "certificates": f"{name}.crt",
    }
    (folder / f"{name}.pkcs11.json").write_text(json.dumps(configuration), encoding="utf-8")


@pytest.mark.once
@pytest.mark.skipif(not SOFTHSM.exists(), reason="needs Debian's softhsm2")
def test_keys_on_a_token_sign(folder, monkeypatch):
    (folder / "tokens").mkdir()
    (folder / "pin").write_text("1234\n", encoding="utf-8")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    new = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "liuyou",
        "--so-pin",
        "1234",
        "--pin",
        "1234",
    ]
    subprocess.run(new, check=True, capture_output=True)
    put_on_token(folder, 8, ec.generate_private_key(ec.SECP256R1()))
    put_on_token(folder, 9, rsa.generate_private_key(65537, 2048))
    for number in (8, 9):
        pdf = sign_sample("founding_certificate", key_of(number))
        (signature,) = read_signatures(pdf)
        assert signature.intact
        assert signature.certificates[0] == key_of(number).certificate
    assert pdf == sign_sample("founding_certificate", key_of(9)), "RSA signatures do not differ"
