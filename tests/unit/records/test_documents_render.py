"""Rendering: the same bytes for the same content, bundled files only, no box in place of a character."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace

import cv2
import numpy
import pdfplumber
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from pdfminer.pdftypes import resolve1

from records.documents import ChangedDocument, MissingGlyph, issue, preview, render, revoke
from records.documents.assets import ROOT, check_glyphs
from records.documents.frame import frame
from records.models import Document

from .document_samples import (
    CERTIFICATE,
    ON,
    REPLY,
    REQUEST,
    SAMPLES,
    STREET,
    UNIT,
    VERIFY_URL,
    sample_pdf,
)
from .test_documents_issue import AT

RARE = "喆堃镕䶮𬍛"
KINDS = list(SAMPLES)


def text_of(pdf):
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "".join(char["text"] for page in opened.pages for char in page.chars)


def issue_certificate(**changes):
    return issue(
        "founding_certificate",
        issuer=STREET,
        about=("founding", 12),
        unit_id=231,
        content=CERTIFICATE | changes,
        on=ON,
        by_id=7,
    )


@pytest.mark.once
def test_another_process_renders_the_same_bytes():
    script = (
        "import django, hashlib, sys; django.setup()\n"
        "from tests.unit.records.document_samples import sample_pdf\n"
        "for kind in sys.argv[1:]: print(kind, hashlib.sha256(sample_pdf(kind)).hexdigest())"
    )
    # In the other order, so that nothing may depend on what was rendered before.
    command = [sys.executable, "-c", script, *reversed(KINDS)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = dict(line.split() for line in result.stdout.splitlines())
    assert theirs == {kind: hashlib.sha256(sample_pdf(kind)).hexdigest() for kind in KINDS}


@pytest.mark.django_db
def test_rendering_again_gives_the_same_file_also_when_it_was_lost_or_damaged():
    document = issue_certificate()
    first = render(document)
    assert document.sha256 == hashlib.sha256(first).hexdigest()
    assert default_storage.exists(document.storage_name)
    default_storage.delete(document.storage_name)
    assert render(Document.objects.get()) == first
    default_storage.delete(document.storage_name)
    default_storage.save(document.storage_name, ContentFile(b"damaged"))
    assert render(Document.objects.get()) == first
    with default_storage.open(document.storage_name) as file:
        assert file.read() == first


@pytest.mark.django_db
def test_language_of_the_reader_and_revocation_do_not_change_the_file():
    document = issue_certificate()
    first = render(document)
    revoke(document, "材料不实", by_id=9, at=AT)
    default_storage.delete(document.storage_name)
    with translation.override("en"):
        assert render(Document.objects.get()) == first


@pytest.mark.django_db
def test_a_file_that_does_not_match_its_fingerprint_is_not_given_out():
    document = issue_certificate()
    Document.objects.update(sha256="0" * 64)
    document.refresh_from_db()
    with pytest.raises(ChangedDocument, match=document.number):
        render(document)


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_documents_are_pdf_a_3u_with_every_font_embedded(kind):
    pdf = sample_pdf(kind)
    assert b'pdfaid:part="3"' in pdf or b"<pdfaid:part>3<" in pdf, (
        "the metadata must be readable as it stands"
    )
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        assert str(opened.metadata["CreationDate"]).startswith("D:20140905")
        names = {char["fontname"] for page in opened.pages for char in page.chars}
        assert all("+ZW" in name for name in names), names
        for page in opened.pages:
            for font in resolve1(page.page_obj.resources["Font"]).values():
                descendant = font.resolve()["DescendantFonts"][0].resolve()
                assert "FontFile2" in descendant["FontDescriptor"].resolve()


@pytest.mark.once
def test_rare_names_are_printed_in_request_and_reply():
    request = preview("approval_request", REQUEST | {"signer": RARE, "contact": RARE}, issuer=UNIT, on=ON)
    assert text_of(request).count(RARE) == 2
    officers = [{"post": "书记", "name": RARE}]
    leadership = SAMPLES["leadership_reply"][1] | {"officers": officers}
    assert RARE in text_of(preview("leadership_reply", leadership, issuer=STREET, on=ON))


@pytest.mark.once
def test_rare_characters_in_the_issuers_name_are_printed_in_mark_title_and_seal():
    issuer = replace(UNIT, name=f"北京{RARE}科技有限公司")
    assert RARE in text_of(preview("approval_request", REQUEST, issuer=issuer, on=ON))


@pytest.mark.once
def test_a_missing_glyph_is_named_and_nothing_is_rendered():
    with pytest.raises(MissingGlyph) as refused:
        preview("approval_request", REQUEST | {"signer": "赵\U0003134a"}, issuer=UNIT, on=ON)
    assert refused.value.characters == "\U0003134a"
    assert "U+3134A" in str(refused.value)


@pytest.mark.once
def test_the_common_characters_of_names_are_covered():
    check_glyphs("".join(chr(code) for code in range(0x4E00, 0x9FA6)))


@pytest.mark.once
def test_qr_code_leads_to_the_verification_page():
    for kind in KINDS:
        pages = len(pdfplumber.open(io.BytesIO(sample_pdf(kind))).pages)
        command = ["pdftoppm", "-r", "150", "-gray", "-f", str(pages), "-l", str(pages), "-png", "-"]
        image = subprocess.run(command, input=sample_pdf(kind), capture_output=True, check=True).stdout
        decoded, *_ = cv2.QRCodeDetector().detectAndDecode(
            cv2.imdecode(numpy.frombuffer(image, numpy.uint8), cv2.IMREAD_GRAYSCALE)
        )
        assert decoded == VERIFY_URL, kind


@pytest.mark.once
@pytest.mark.parametrize(("kind", "issuer"), [("approval_request", UNIT), ("founding_certificate", STREET)])
def test_a_draft_has_a_watermark_and_no_number_seal_or_code(kind, issuer):
    pdf = preview(kind, SAMPLES[kind][1], issuer=issuer, on=ON)
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            marks = [char for char in page.chars if char["text"] in "草稿" and char["matrix"][1]]
            assert len(marks) == 2
    text = text_of(pdf)
    assert "核验码" not in text
    assert "〔2014〕1号" not in text
    assert "HDTQ" not in text


@pytest.mark.once
def test_markup_and_addresses_in_names_are_printed_as_text():
    evil = '<img src="http://127.0.0.1:9/x"><link href="file:///etc/passwd">'
    text = text_of(preview("establishment_reply", REPLY | {"addressee": evil}, issuer=STREET, on=ON))
    assert evil.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.css",
        "file:///etc/passwd",
        "data:text/css,a",
        "../../config/settings.py",
        "fonts/ZWHei.ttf",
    ],
)
def test_only_bundled_style_sheets_and_drawings_are_loaded(address):
    from weasyprint.urls import FatalURLFetchingError

    from records.documents.engine import BASE, BundledFiles

    url = address if ":" in address else BASE + address
    with pytest.raises(FatalURLFetchingError):
        BundledFiles().fetch(url)


@pytest.mark.once
def test_the_last_page_of_a_letter_carries_text_whatever_its_length():
    for extra in range(0, 14):
        conditions = [*REPLY["conditions"], *["认真落实。"] * extra]
        pdf = preview("establishment_reply", REPLY | {"conditions": conditions}, issuer=STREET, on=ON)
        with pdfplumber.open(io.BytesIO(pdf)) as opened:
            last = "".join(char["text"] for char in opened.pages[-1].chars)
            assert last.index("此复。") > 6, extra
            assert "印发" in last
            assert "抄送：" not in "".join(c["text"] for page in opened.pages[:-1] for c in page.chars)


@pytest.mark.once
def test_the_committed_frame_is_the_one_that_the_code_draws():
    assert (ROOT / "certificate" / "v1" / "frame.svg").read_text(encoding="utf-8") == frame()
