"""Revoking and reissuing from the register: preview, reason, a result for every row."""

import pytest
from django.urls import reverse

from orgs.enums import Role
from records.models import Document
from tests import factories
from tests.unit.orgs.issuing import issue_certificate, issue_reply

from .registry import make_registry, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    return make_registry()


def url(organization) -> str:
    return reverse("change_documents", args=[organization.pk])


def asked(change, *documents, **more) -> dict:
    return {"change": change, "document": [document.pk for document in documents]} | more


def test_the_preview_changes_nothing_and_says_what_would_happen(registry):
    certificate, reply = issue_certificate(registry.near), issue_reply(registry.near)
    page = signed_in(registry.approver).get(url(registry.near), asked("reissue", certificate, reply))
    assert page.context["possible"] == 1
    text = page.content.decode()
    assert "确认补发 1 件" in text
    assert "成立批复不能补发" in text
    assert f'value="{certificate.pk}"' in text
    assert f'value="{reply.pk}"' not in text
    assert set(Document.objects.values_list("status", flat=True)) == {"valid"}


def test_one_document_is_revoked_and_everybody_sees_it(registry):
    document = issue_certificate(registry.near)
    client = signed_in(registry.approver)
    answer = client.post(url(registry.near), asked("revoke", document, reason="材料不实"))
    assert answer.url == reverse("document_page", args=[document.pk])
    assert "已撤销" in signed_in(None).get(reverse("verify", args=[document.public_code])).content.decode()


def test_a_reissued_certificate_is_shown(registry):
    document = issue_certificate(registry.near)
    answer = signed_in(registry.approver).post(url(registry.near), asked("reissue", document, reason="遗失"))
    new = Document.objects.get(supersedes=document)
    assert answer.url == reverse("document_page", args=[new.pk])


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301])
def test_without_a_sound_reason_nothing_happens_and_nothing_is_lost(registry, reason):
    document = issue_certificate(registry.near)
    answer = signed_in(registry.approver).post(url(registry.near), asked("revoke", document, reason=reason))
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]
    assert f'value="{document.pk}"' in answer.content.decode()
    assert reason.strip() in answer.content.decode()
    document.refresh_from_db()
    assert document.status == "valid"


def test_many_at_once_with_a_result_for_each(registry):
    first, second, reply = (
        issue_certificate(registry.near),
        issue_certificate(registry.near),
        issue_reply(registry.near, about=("founding", 0)),
    )
    foreign = issue_certificate(registry.far)
    letter = signed_in(registry.approver)
    letter.post(url(registry.near), asked("revoke", first, reason="先行撤销"))
    answer = letter.post(url(registry.near), asked("revoke", first, second, reply, foreign, reason="换发"))
    results = {row.document.pk: bool(row.verdict) for row in answer.context["results"]}
    assert results == {first.pk: False, second.pk: True, reply.pk: True}
    assert (answer.context["done"], answer.context["failed"]) == (2, 1)
    foreign.refresh_from_db()
    assert foreign.status == "valid"
    assert first.history.get().reason == "先行撤销"


@pytest.mark.parametrize("who", ["handler", "instructor", "far_handler", "district_handler"])
def test_others_are_refused(registry, who):
    document = issue_certificate(registry.near)
    client = signed_in(getattr(registry, who))
    assert client.get(url(registry.near), asked("revoke", document)).status_code == 403
    assert client.post(url(registry.near), asked("revoke", document, reason="x")).status_code == 403
    document.refresh_from_db()
    assert document.status == "valid"
    page = client.get(reverse("document_register", args=[registry.near.pk]))
    assert url(registry.near) not in page.content.decode()


def test_approvers_of_another_place_are_refused(registry):
    document = issue_certificate(registry.near)
    for role, place in (
        (Role.SUBDISTRICT_APPROVER, registry.far),
        (Role.DISTRICT_APPROVER, registry.district),
    ):
        client = signed_in(factories.make_person(role, place))
        assert client.post(url(registry.near), asked("revoke", document, reason="x")).status_code == 403
    document.refresh_from_db()
    assert document.status == "valid"


def test_strangers_sign_in_first(registry):
    answer = signed_in(None).post(url(registry.near), asked("revoke", issue_certificate(registry.near)))
    assert answer.url.startswith("/accounts/login/")


def test_nothing_ticked_and_unknown_changes(registry):
    client = signed_in(registry.approver)
    assert client.get(url(registry.near), {"change": "revoke"}).status_code == 302
    assert client.get(url(registry.near), {"change": "burn", "document": "1"}).status_code == 404
    assert client.get(url(registry.near), {"change": "revoke", "document": "9" * 30}).status_code == 302


def test_what_cannot_be_revoked_is_explained_on_its_page(registry):
    certificate = issue_certificate(registry.near)
    client = signed_in(registry.approver)
    page = client.get(reverse("document_page", args=[certificate.pk])).content.decode()
    assert url(registry.near) in page
    client.post(url(registry.near), asked("revoke", certificate, reason="x"))
    page = client.get(reverse("document_page", args=[certificate.pk])).content.decode()
    assert "该文书已撤销" in page
    assert url(registry.near) not in page
