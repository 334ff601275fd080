"""Signatures (ETSI EN 319 142, level B-B) and what the public verification says about a file."""

import io
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.files.storage import default_storage
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from records.documents import check_pdf, issue, public_certificates, render, revoke
from records.documents.checking import issued_to
from records.documents.keys import signing_key
from records.documents.kinds import KINDS
from records.documents.rendering import compose
from records.models import Document

from .document_samples import CERTIFICATE, ON, REPLY, SAMPLES, STREET
from .document_signatures import AUTHORITY, KEY, make_key, sign_sample, signed_sample
from .test_documents_issue import AT

SCRIPT = Path(__file__).parents[3] / "bin" / "verify_document"
RSA = make_key(private=rsa.generate_private_key(65537, 2048))


def issue_reply(**changes):
    values = {
        "issuer": STREET,
        "about": ("founding", 12),
        "unit_id": 231,
        "content": REPLY,
        "on": ON,
        "by_id": 7,
    }
    return issue("establishment_reply", **(values | changes))


def validated(pdf, root=AUTHORITY):
    """The verdict of an independent implementation."""
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    anchor = asn1.Certificate.load(root.public_bytes(serialization.Encoding.DER))
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[anchor]))


@pytest.mark.once
@pytest.mark.parametrize("kind", SAMPLES)
def test_pyhanko_judges_every_kind_valid_trusted_and_whole(kind):
    status = validated(signed_sample(kind))
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt.isoformat() == "2014-09-05T09:00:00+08:00"


@pytest.mark.once
def test_it_is_a_pades_signature_that_allows_no_change_in_an_invisible_field():
    signature = PdfFileReader(io.BytesIO(signed_sample("establishment_reply"))).embedded_signatures[0]
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    assert list(signature.sig_field["/Rect"]) == [0, 0, 0, 0]


@pytest.mark.once
def test_poppler_judges_it_valid(tmp_path):
    (tmp_path / "x.pdf").write_bytes(signed_sample("founding_certificate"))
    said = subprocess.run(
        ["pdfsig", "x.pdf"], capture_output=True, text=True, cwd=tmp_path, check=False
    ).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


@pytest.mark.once
@pytest.mark.parametrize("key", [KEY, RSA], ids=["P-256", "RSA"])
def test_signing_again_gives_the_same_bytes(key):
    pdf = sign_sample("founding_certificate", key)
    assert pdf == sign_sample("founding_certificate", key)
    assert validated(pdf).bottom_line


@pytest.mark.django_db
def test_an_issued_document_is_valid_until_it_is_revoked_or_superseded():
    first = issue_reply()
    pdf = render(first)
    found = check_pdf(pdf)
    assert found["verdict"] == "valid"
    assert found["as_issued"]
    assert found["signature"] == {
        "intact": True,
        "trusted": True,
        "covers_file": True,
        "signer": STREET.name,
        "at": ON,
    }
    assert found["document"]["number"] == first.number
    issue_reply(supersedes=first, at=AT)
    assert check_pdf(pdf)["verdict"] == "superseded"
    second = issue_reply()
    other = render(second)
    revoke(second, "材料不实", by_id=9, at=AT)
    assert check_pdf(other)["verdict"] == "revoked"


@pytest.mark.django_db
def test_a_lost_file_is_made_again_with_the_same_signature():
    document = issue_reply()
    first = render(document)
    default_storage.delete(document.storage_name)
    assert render(Document.objects.get()) == first


@pytest.mark.django_db
def test_any_changed_byte_is_found():
    pdf = render(issue_reply())
    for at in range(20, len(pdf), len(pdf) // 40):
        damaged = bytearray(pdf)
        damaged[at] ^= 1
        assert check_pdf(bytes(damaged))["verdict"] in {"changed", "foreign", "unsigned"}, at
    middle = bytearray(pdf)
    middle[20_000] ^= 1
    assert check_pdf(bytes(middle))["verdict"] == "changed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "added", [b"\n", b"\n1 0 obj\n<<>>\nendobj\n", b"\n/ByteRange [0 1 2 3]\n/Contents <00>"]
)
def test_whatever_is_added_behind_the_signature_is_found(added):
    document = issue_reply()
    found = check_pdf(render(document) + added)
    assert found["verdict"] == "changed"
    assert found["signature"]["trusted"]
    assert not found["signature"]["covers_file"]
    assert found["document"]["number"] == document.number


@pytest.mark.django_db
def test_other_content_under_the_same_code_is_not_what_was_issued():
    document = issue_reply()
    render(document)
    key = signing_key("organization", STREET.id, STREET.name, ON)
    forged = document.content | {"body": REPLY | {"seats": 5}}
    pdf = compose(KINDS["establishment_reply"], document.template_version, forged, final=True, key=key)
    found = check_pdf(pdf)
    assert found["verdict"] == "changed"
    assert found["signature"]["trusted"]
    assert not found["as_issued"]


@pytest.mark.django_db
def test_a_trusted_signature_without_an_entry_in_the_register_is_unknown():
    key = signing_key("organization", STREET.id, STREET.name, ON)
    assert check_pdf(sign_sample("establishment_reply", key))["verdict"] == "unknown"


@pytest.mark.django_db
def test_a_foreign_key_scans_and_other_files_are_told_apart():
    signing_key("organization", STREET.id, STREET.name, ON)
    found = check_pdf(signed_sample("establishment_reply"))
    assert found["verdict"] == "foreign"
    assert found["document"] is None
    assert check_pdf(b"%PDF-1.7\n%%EOF")["verdict"] == "unsigned"
    assert check_pdf(b"GIF89a")["verdict"] == "not_pdf"
    assert check_pdf(b"%PDF-" + b"0" * 10 * 1024 * 1024)["verdict"] == "too_large"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [b"<00>", b"<30800000>", b"<3082ffff00>", b"<" + b"30" * 5000 + b">", b"<1f1f>", b"<0>", b"<zz>", b"<>"],
)
def test_no_hostile_signature_value_breaks_the_check(value):
    head = b"%PDF-1.7\n1 0 obj\n<</ContactInfo (http://x/verify/ABCDEFGHJKMN/)/ByteRange [0 "
    start = len(head) + 36
    body = b"%d %d 3]" % (start, start + len(value))
    pdf = head + body.ljust(36) + value + b"\n>>"
    assert check_pdf(pdf)["verdict"] in {"foreign", "unsigned"}


@pytest.mark.django_db
def test_the_answer_names_no_person():
    said = str(
        check_pdf(
            render(
                issue(
                    "leadership_reply",
                    issuer=STREET,
                    about=("founding", 12),
                    unit_id=231,
                    content=SAMPLES["leadership_reply"][1],
                    on=ON,
                    by_id=7,
                )
            )
        )
    )
    assert not [name for name in ("陶喆文", "张堃", "李镕") if name in said]


@pytest.fixture
def run(tmp_path):
    """Runs the stand-alone script far from the application, on ``pdf`` with the certificates ``trusted``."""

    def call(pdf, trusted):
        (tmp_path / "x.pdf").write_bytes(pdf)
        (tmp_path / "issuer.pem").write_bytes(trusted)
        script = shutil.copy(SCRIPT, tmp_path / "verify")
        command = [sys.executable, "-I", script, "x.pdf", "--issuer", "issuer.pem"]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={}, check=False)

    return call


def certificate_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.mark.once
@pytest.mark.parametrize("key", [KEY, RSA], ids=["P-256", "RSA"])
def test_the_script_finds_a_genuine_certificate_with_either_certificate(run, key):
    pdf = sign_sample("founding_certificate", key)
    for trusted in (AUTHORITY, key.certificate):
        result = run(pdf, certificate_pem(trusted))
        assert result.returncode == 0, result.stdout + result.stderr
        assert result.stdout.startswith("GENUINE")
        assert "HDTQ-2014-JT-0009" in result.stdout
        assert f"成立证书, {CERTIFICATE['organization']}" in result.stdout


@pytest.mark.once
def test_the_script_refuses_changed_added_foreign_and_unsigned_files(run):
    pdf, trusted = signed_sample("establishment_reply"), certificate_pem(AUTHORITY)
    damaged = bytearray(pdf)
    damaged[20_000] ^= 1
    for file, certificates, reason in (
        (bytes(damaged), trusted, "changed after"),
        (pdf + b"\n", trusted, "added after"),
        (pdf, certificate_pem(make_key().certificate), "not the issuer"),
        (b"%PDF-1.7\n", trusted, "no signature"),
    ):
        result = run(file, certificates)
        assert result.returncode == 1
        assert reason in result.stdout
        assert not result.stderr
    assert run(pdf, b"no certificate").returncode == 2


@pytest.mark.django_db
def test_the_published_certificates_are_enough_for_the_script(run):
    assert run(render(issue_reply()), public_certificates()).returncode == 0


def test_of_many_that_start_at_once_all_get_the_same_key(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with ThreadPoolExecutor(8) as pool:
        keys = set(
            pool.map(lambda _: signing_key("organization", 5, "某街道团工委", ON).certificate, range(16))
        )
    assert len(keys) == 1
    files = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert files == {"authority.pem": 0o600, "organization-5.pem": 0o600, "roots.pem": 0o600}


def test_a_document_keeps_the_key_of_its_day(settings, tmp_path):
    from .test_documents_keys import write_pem

    settings.DOCUMENT_KEYS_DIR = str(tmp_path)
    old, new = (
        write_pem(tmp_path / "organization-5.pem"),
        write_pem(tmp_path / "organization-5.2014-09-05.pem"),
    )
    assert signing_key("organization", 5, "某", date(2014, 9, 4)).certificate == old
    assert signing_key("organization", 5, "某", date(2014, 9, 5)).certificate == new


def test_an_issuer_with_a_long_name_can_sign(settings, tmp_path):
    """X.509 allows 64 bytes for a common name, 21 Chinese characters; the whole name stands beside it."""
    settings.VAR_DIR = tmp_path
    name = "北京市海淀区栩屿歌社会工作事务所有限责任公司团组织筹备组"
    certificate = signing_key("unit", 7, name, ON).certificate
    assert issued_to(certificate) == name
