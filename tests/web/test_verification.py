"""The public verification: anybody with a code learns whether a document counts, and nothing about persons."""

import pytest
from django.urls import reverse
from django.utils import timezone

from records import documents
from records.models import Document
from tests.flows import district as d
from workflows.models import Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.once("sqlite")]  # pages and files; flows run on both


@pytest.fixture
def document() -> Document:
    place = d.make_district()
    case = d.open_founding(
        place, d.make_applying_unit(place), signing_officer="签发人甲", contact_phone="010-55550188"
    )
    d.act(case, place.person("applicant"), Outcome.SUBMITTED)
    return Document.objects.get()


def test_a_valid_document_without_signing_in(client, document):
    response = client.get(reverse("verify", args=[document.public_code]))
    text = response.content.decode()
    assert response.status_code == 200
    assert "文件有效" in text
    assert document.number in text
    assert document.issuer_name in text


def test_no_personal_data(client, document):
    text = client.get(reverse("verify", args=[document.public_code])).content.decode()
    assert "签发人甲" not in text
    assert "010-55550188" not in text
    assert "团员0" not in text


@pytest.mark.parametrize(("change", "says"), [("revoke", "文件已撤销"), ("supersede", "文件已被替代")])
def test_a_document_that_no_longer_counts_says_so(client, document, change, says):
    getattr(documents, change)(document, "理由甲", by_id=None, at=timezone.now())
    text = client.get(reverse("verify", args=[document.public_code])).content.decode()
    assert says in text
    assert "文件有效" not in text
    assert "理由甲" not in text


def test_a_code_may_be_typed_as_it_is_printed(client, document):
    typed = f" {document.grouped_code.lower()} "
    response = client.get(reverse("verify_form"), {"code": typed}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("verify", args=[document.public_code])
    assert "文件有效" in response.content.decode()


@pytest.mark.parametrize("code", ["ABCDEFGH0000", "x", "<script>", "'; --"])
def test_an_unknown_code_is_answered_politely_and_escaped(client, document, code):
    response = client.get(reverse("verify", args=[code]))
    assert response.status_code == 404
    assert "没有查到这个核验码" in response.content.decode()
    assert "<script>" not in response.content.decode()


def test_a_code_that_is_none_is_explained_and_kept(client):
    response = client.get(reverse("verify_form"), {"code": "7K3M-9"})
    assert response.status_code == 404
    assert 'value="7K3M-9"' in response.content.decode()
    assert "不是 12 位核验码" in response.content.decode()


def test_the_form_stands_alone(client):
    assert client.get(reverse("verify_form")).status_code == 200
