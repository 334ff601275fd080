"""Reading a register of documents: numbers, filters, pages, export, print, and nobody beyond the jurisdiction."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from orgs.actions.documents import reissue_document, revoke_document
from orgs.enums import Role
from records.models import AuditEntry
from tests import factories
from tests.unit.orgs.issuing import issue_certificate, issue_reply

from .registry import make_registry, signed_in, statements, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    return make_registry()


def url(organization, name="document_register") -> str:
    return reverse(name, args=[organization.pk])


def numbers(response) -> list[str]:
    return [row["document"].number for row in response.context["rows"]]


def revoke(registry, document, reason="材料不实"):
    revoke_document(document, reason=reason, by=registry.approver, on=today(), at=timezone.now())


def test_the_register_lists_what_the_issuer_gave_out_in_order(registry):
    certificate, reply = issue_certificate(registry.near), issue_reply(registry.near)
    foreign = issue_certificate(registry.far)
    page = signed_in(registry.handler).get(url(registry.near))
    assert numbers(page) == [certificate.number, reply.number]
    assert foreign.number not in page.content.decode()
    assert "连续，无缺号" in page.content.decode()


def test_void_numbers_stay_listed_with_reason_person_and_time(registry):
    revoked, lost = issue_certificate(registry.near), issue_certificate(registry.near)
    revoke(registry, revoked)
    new = reissue_document(lost, reason="遗失", by=registry.approver, on=today(), at=timezone.now())
    page = signed_in(registry.handler).get(url(registry.near))
    assert numbers(page) == [revoked.number, lost.number, new.number]
    assert [row["document"].number for row in page.context["void"]] == [revoked.number, lost.number]
    text = page.content.decode()
    assert "材料不实" in text
    assert f"由{new.number}替代：遗失" in text
    assert registry.approver.name in text
    assert page.context["checks"][0].void == 2


def test_filters_and_search(registry):
    certificate, reply = issue_certificate(registry.near), issue_reply(registry.near)
    client = signed_in(registry.instructor)
    year = today().year
    for query, found in (
        ({"kind": "establishment_reply"}, [reply.number]),
        ({"text": certificate.number}, [certificate.number]),
        ({"text": "批复"}, [reply.number]),
        ({"status": "revoked"}, []),
        ({"year": year, "status": "valid"}, [certificate.number, reply.number]),
    ):
        assert numbers(client.get(url(registry.near), query)) == found


def test_an_empty_register_and_nonsense_in_the_address(registry):
    client = signed_in(registry.handler)
    assert "还没有发文" in client.get(url(registry.near)).content.decode()
    issue_certificate(registry.near)
    page = client.get(url(registry.near), {"year": "1900", "kind": "x", "page": "n1-99999999999999999999"})
    assert page.status_code == 200
    assert "有的筛选条件不能用" in page.content.decode()


def test_pages_follow_each_other_and_the_print_view_has_all(registry):
    found = [issue_certificate(registry.near).number for _ in range(53)]
    client, seen, address = signed_in(registry.handler), [], url(registry.near)
    while address:
        page = client.get(address)
        seen += numbers(page)
        address = page.context["next_url"]
    assert seen == found
    printed = client.get(url(registry.near), {"print": "1"})
    assert numbers(printed) == found
    assert 'type="checkbox"' not in printed.content.decode()


def test_statements_do_not_grow_with_rows(registry):
    client = signed_in(registry.handler)
    revoke(registry, issue_certificate(registry.near, unit_id=factories.make_unit(registry.near).pk))
    few = statements(client, url(registry.near))
    for _ in range(3):
        revoke(registry, issue_certificate(registry.near, unit_id=factories.make_unit(registry.near).pk))
    assert statements(client, url(registry.near)) == few <= 22


def test_the_export_holds_the_filtered_rows_and_is_logged(registry):
    document, _reply = issue_certificate(registry.near, "=云岫团支部"), issue_reply(registry.near)
    revoke(registry, document, "=1+1")
    address = url(registry.near, "export_documents") + "?kind=founding_certificate"
    answer = signed_in(registry.handler).post(address)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    line = dict(zip(rows[1], rows[2], strict=True))
    assert len(rows) == 3
    assert (line["编号"], line["状态"], line["原因"]) == (document.number, "已撤销", "=1+1")
    assert line["办理人"] == registry.approver.name
    assert {cell.data_type for cell in book.active["C"][2:]} == {"s"}
    entry = AuditEntry.objects.get(event="exported")
    assert (entry.data["what"], entry.about) == ("documents", f"organization:{registry.near.pk}")


def test_staff_of_another_street_are_refused_and_the_district_sees_all(registry):
    document = issue_certificate(registry.near)
    far = signed_in(registry.far_handler)
    assert far.get(url(registry.near)).status_code == 403
    assert far.post(url(registry.near, "export_documents")).status_code == 403
    assert far.get(reverse("document_page", args=[document.pk])).status_code == 403
    district = signed_in(registry.district_handler)
    assert numbers(district.get(url(registry.near))) == [document.number]
    assert district.get(reverse("document_page", args=[document.pk])).status_code == 200


def test_looking_is_not_exporting(registry):
    issue_certificate(registry.near)
    client = signed_in(registry.instructor)
    assert url(registry.near, "export_documents") not in client.get(url(registry.near)).content.decode()
    assert client.post(url(registry.near, "export_documents")).status_code == 403


def test_the_navigation_leads_to_ones_own_register(registry):
    client = signed_in(registry.handler)
    assert client.get("/documents/").url == url(registry.near)
    assert client.get("/documents/", {"issuer": registry.far.pk}).url == url(registry.near)
    district = signed_in(registry.district_handler)
    assert district.get("/documents/").url == url(registry.district)
    assert district.get("/documents/", {"issuer": registry.far.pk}).url == url(registry.far)
    assert 'href="/documents/"' in client.get(url(registry.near)).content.decode()


def test_the_page_of_a_document_tells_its_story(registry):
    unit = factories.make_unit(registry.near)
    document = issue_certificate(registry.near, unit_id=unit.pk)
    revoke(registry, document)
    text = signed_in(registry.handler).get(reverse("document_page", args=[document.pk])).content.decode()
    for part in (document.number, document.grouped_code, unit.name, "材料不实", registry.approver.name):
        assert part in text
    assert reverse("verify", args=[document.public_code]) in text
    assert reverse("document", args=[document.pk]) in text


def test_an_applicant_reads_the_documents_of_the_own_unit_only(registry):
    unit = factories.make_unit(registry.near)
    own = issue_certificate(registry.near, unit_id=unit.pk)
    other = issue_certificate(registry.near, unit_id=factories.make_unit(registry.near).pk)
    client = signed_in(factories.make_person(Role.UNIT_APPLICANT, unit))
    page = client.get(reverse("document_page", args=[own.pk]))
    assert page.status_code == 200
    assert url(registry.near) not in page.content.decode()
    assert client.get(reverse("document_page", args=[other.pk])).status_code == 403
    assert client.get(url(registry.near)).status_code == 403


def test_whoever_sees_the_register_opens_the_pdf(registry):
    document = issue_certificate(registry.near)
    address = reverse("document", args=[document.pk])
    assert signed_in(registry.handler).get(address)["Content-Type"] == "application/pdf"
    assert signed_in(registry.far_handler).get(address).status_code == 403


def test_strangers_sign_in_first(registry):
    document = issue_certificate(registry.near)
    client = signed_in(None)
    for address in (url(registry.near), "/documents/", reverse("document_page", args=[document.pk])):
        assert client.get(address).url.startswith("/accounts/login/")
    assert client.post(url(registry.near, "export_documents")).status_code == 302
