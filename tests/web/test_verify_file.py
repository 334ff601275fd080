"""Anybody may upload a PDF to be checked: the answer is plain, and nothing stays behind."""

import pytest
from cryptography import x509
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from records.documents import issue, render, revoke
from records.models import StoredFile
from tests.unit.records.document_samples import ON, SAMPLES, STREET
from tests.unit.records.test_documents_issue import AT

pytestmark = [pytest.mark.django_db, pytest.mark.once("sqlite")]  # pages and files; flows run on both


def upload(client, content):
    return client.post(reverse("verify_file"), {"file": SimpleUploadedFile("x.pdf", content)})


@pytest.fixture
def document():
    return issue(
        "leadership_reply",
        issuer=STREET,
        about=("founding", 12),
        unit_id=231,
        content=SAMPLES["leadership_reply"][1],
        on=ON,
        by_id=7,
    )


def test_a_genuine_file_is_confirmed_without_naming_people(client, document):
    page = upload(client, render(document)).content.decode()
    assert "文件真实有效" in page
    assert document.number in page
    assert STREET.name in page
    assert not [name for name in ("陶喆文", "张堃", "李镕") if name in page]


def test_revocation_is_visible_at_once(client, document):
    pdf = render(document)
    revoke(document, "材料不实", by_id=9, at=AT)
    page = upload(client, pdf).content.decode()
    assert "文件已撤销" in page
    assert "文件真实有效" not in page


def test_a_changed_file_and_an_unsigned_one_say_what_to_do(client, document):
    assert "文件与签发时不一致" in upload(client, render(document) + b"\n").content.decode()
    assert "请输入文件上的核验码" in upload(client, b"%PDF-1.7\n").content.decode()
    assert "这不是 PDF 文件" in upload(client, b"PK").content.decode()


def test_nothing_is_stored(client, document):
    render(document)
    before = sorted(default_storage.listdir("documents/2014")[1])
    upload(client, render(document))
    assert sorted(default_storage.listdir("documents/2014")[1]) == before
    assert not StoredFile.objects.exists()


def test_without_a_file_the_form_comes_back_and_its_address_leads_to_it(client):
    answer = client.post(reverse("verify_file"))
    assert answer.status_code == 400
    assert "没有选择文件" in answer.content.decode()
    assert client.get(reverse("verify_file"))["Location"] == reverse("verify_form")


def test_the_certificates_are_published(client, document):
    render(document)
    answer = client.get(reverse("verify_certificates"))
    assert x509.load_pem_x509_certificates(answer.content)
    assert b"PRIVATE" not in answer.content
