"""Revoking and reissuing documents: who, when, and what it leaves behind (RULES section 10, P-X)."""

import datetime as dt

import pytest
from django.db.models import F
from django.utils import timezone

from orgs.actions.district import load_rule_sets
from orgs.actions.documents import (
    NothingToPrint,
    change_documents,
    order_print,
    reissue_document,
    revoke_document,
)
from orgs.document_register import documents_matching, printable, register_of, series_checks
from orgs.enums import OrganizationStatus, Role
from orgs.models import Founding, RuleSet
from orgs.permissions import Refused
from records import outbox
from records.documents import verification
from records.models import AuditEntry, Document, Notice, NumberRegister, OutboxMessage, PrintBatch
from tests import factories
from tests.web.registry import make_branch, make_registry

from .issuing import issue_certificate, issue_reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry():
    return make_registry()


def moment() -> dict:
    return {"on": timezone.localdate(), "at": timezone.now()}


def founding_of(registry, status=OrganizationStatus.ACTIVE) -> Founding:
    """A founding of the near street, with an applicant."""
    load_rule_sets()
    unit = factories.make_unit(registry.near)
    applicant = factories.make_person(Role.UNIT_APPLICANT, unit)
    return Founding.objects.create(
        unit=unit,
        affiliation=registry.near,
        applicant=applicant,
        rule_set=RuleSet.objects.filter(subject="founding").first(),
        rules={},
        organization=make_branch(registry.near, "共青团云岫科技支部委员会", unit, status=status),
    )


def deliver(kind: str) -> None:
    for message in OutboxMessage.objects.filter(kind=kind):
        outbox.HANDLERS[kind](message.payload)


def test_a_revoked_certificate_is_void_at_once_for_everybody(registry):
    document = issue_certificate(registry.near)
    revoke_document(document, reason="材料不实", by=registry.approver, **moment())
    assert verification(document.public_code)["status"] == "revoked"
    change = document.history.get()
    assert (change.reason, change.by_id) == ("材料不实", registry.approver.pk)


def test_a_revocation_is_in_the_log_without_what_is_personal(registry):
    document = issue_certificate(registry.near)
    revoke_document(document, reason="张三伪造材料", by=registry.approver, **moment())
    entry = AuditEntry.objects.get(event="document_revoked")
    assert (entry.by_id, entry.about) == (registry.approver.pk, f"document:{document.pk}")
    assert entry.data["number"] == document.number
    assert "张三" not in str(entry.data)


def test_the_applicant_is_told_once(registry):
    founding = founding_of(registry)
    document = issue_certificate(registry.near, about=("founding", founding.pk), unit_id=founding.unit_id)
    revoke_document(document, reason="材料不实", by=registry.approver, **moment())
    deliver("notice")
    notice = Notice.objects.get()
    assert (notice.to, notice.kind) == (founding.applicant, "document_revoked")
    assert notice.url.endswith(f"/documents/{document.pk}/register/")


@pytest.mark.parametrize("who", ["handler", "instructor", "far_handler", "district_handler"])
def test_nobody_but_an_approver_of_the_issuer_revokes(registry, who):
    document = issue_certificate(registry.near)
    with pytest.raises(Refused):
        revoke_document(document, reason="x", by=getattr(registry, who), **moment())
    assert Document.objects.get().status == "valid"


def test_a_superior_does_not_act_in_the_register_of_its_subordinate(registry):
    approver = factories.make_person(Role.DISTRICT_APPROVER, registry.district)
    with pytest.raises(Refused):
        revoke_document(issue_certificate(registry.near), reason="x", by=approver, **moment())
    revoke_document(issue_certificate(registry.district), reason="x", by=approver, **moment())


def test_an_ended_post_revokes_nothing(registry):
    registry.approver.posts.update(until=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(Refused):
        revoke_document(issue_certificate(registry.near), reason="x", by=registry.approver, **moment())


@pytest.mark.parametrize(
    "status",
    [OrganizationStatus.ACTIVE, OrganizationStatus.PREPARATORY, OrganizationStatus.NEEDS_RECTIFICATION],
)
def test_the_reply_that_an_organization_stands_on_is_not_revoked_alone(registry, status):
    reply = issue_reply(registry.near, founding_of(registry, status))
    with pytest.raises(Refused) as refused:
        revoke_document(reply, reason="x", by=registry.approver, **moment())
    assert "行文撤销该团组织" in refused.value.verdict.remedy


@pytest.mark.parametrize("status", [OrganizationStatus.LAPSED, OrganizationStatus.DISSOLVED])
def test_the_reply_of_an_organization_that_ended_may_be_revoked(registry, status):
    reply = issue_reply(registry.near, founding_of(registry, status))
    revoke_document(reply, reason="x", by=registry.approver, **moment())
    assert Document.objects.get().status == "revoked"


def test_a_document_is_revoked_once(registry):
    document = issue_certificate(registry.near)
    revoke_document(document, reason="x", by=registry.approver, **moment())
    for change in (revoke_document, reissue_document):
        with pytest.raises(Refused):
            change(document, reason="y", by=registry.approver, **moment())
    assert document.history.count() == 1


def test_a_reissued_certificate_says_the_same_under_a_new_number(registry):
    old = issue_certificate(registry.near)
    new = reissue_document(old, reason="遗失", by=registry.approver, **moment())
    old.refresh_from_db()
    assert (old.status, new.status, new.supersedes_id) == ("superseded", "valid", old.pk)
    assert new.content["body"] == old.content["body"]
    assert (old.serial, new.serial) == (1, 2)
    assert old.history.get().reason == f"由{new.number}替代：遗失"
    assert verification(old.public_code)["status"] == "superseded"
    assert AuditEntry.objects.get(event="document_reissued").data["successor"] == new.number


def test_letters_are_not_reissued(registry):
    reply = issue_reply(registry.near)
    with pytest.raises(Refused):
        reissue_document(reply, reason="遗失", by=registry.approver, **moment())


def test_one_refused_document_does_not_hold_up_the_others(registry):
    first, last = issue_certificate(registry.near), issue_certificate(registry.near)
    reply = issue_reply(registry.near, founding_of(registry))
    foreign = issue_certificate(registry.far)
    chosen = [first, reply, foreign, first, last]
    results = change_documents(chosen, "revoke", reason="换发", by=registry.approver, **moment())
    assert [bool(result.verdict) for result in results] == [True, False, False, False, True]
    assert set(Document.objects.filter(status="revoked")) == {first, last}
    assert AuditEntry.objects.filter(event="document_revoked").count() == 2


def test_content_that_no_longer_fits_is_named_and_changes_nothing(registry):
    sound, odd = issue_certificate(registry.near), issue_certificate(registry.far)
    # As if the kind had been given another field since.
    odd.pk, odd.public_code, odd.serial, odd.issuer_id = None, "ZZZZZZZZZZZZ", 99, registry.near.pk
    odd.content = {**odd.content, "body": {"organization": "x"}}
    odd._state.adding = True
    odd.save()
    results = change_documents([odd, sound], "reissue", reason="遗失", by=registry.approver, **moment())
    assert [bool(result.verdict) for result in results] == [False, True]
    odd.refresh_from_db()
    assert odd.status == "valid"
    assert results[1].successor.serial == 2


def test_numbers_without_gaps_and_void_ones_counted(registry):
    documents = [issue_certificate(registry.near) for _ in range(3)]
    issue_certificate(registry.far)
    revoke_document(documents[1], reason="x", by=registry.approver, **moment())
    (check,) = series_checks(registry.near, timezone.localdate().year)
    assert (check.first, check.last) == (documents[0].number, documents[2].number)
    assert (check.count, check.void, check.missing) == (3, 1, ())


def test_a_row_taken_out_by_hand_is_missed(registry):
    for _ in range(2):
        issue_certificate(registry.near)
        # A number that was given out, and its row was taken out of the database.
        NumberRegister.objects.filter(issuer_id=registry.near.pk).update(last=F("last") + 1)
    (check,) = series_checks(registry.near, timezone.localdate().year)
    assert check.missing == (2, 4)


def test_search_and_filters_of_a_register(registry):
    certificate, reply = issue_certificate(registry.near), issue_reply(registry.near)
    rows, year = register_of(registry.near), timezone.localdate().year
    assert list(documents_matching(rows, kind="establishment_reply")) == [reply]
    assert list(documents_matching(rows, text=certificate.number)) == [certificate]
    assert list(documents_matching(rows, year=year, status="valid")) == [certificate, reply]
    assert list(documents_matching(rows, year=year - 1)) == []


def test_an_order_holds_the_valid_documents_between_two_numbers(registry):
    documents = [issue_certificate(registry.near) for _ in range(5)]
    revoke_document(documents[2], reason="x", by=registry.approver, **moment())
    year = timezone.localdate().year
    found = printable(registry.near, "founding_certificate", year, 2, 4)
    assert found == [documents[1].pk, documents[3].pk]


def test_ordering_a_batch_is_logged(registry):
    issue_certificate(registry.near)
    order = {"kind": "founding_certificate", "year": timezone.localdate().year, "first": None, "last": None}
    batch = order_print(registry.near, **order, by=registry.handler, **moment())
    assert (batch.total, batch.created_by_id) == (1, registry.handler.pk)
    assert AuditEntry.objects.get(event="documents_printed").data["batch"] == batch.pk
    with pytest.raises(NothingToPrint):
        order_print(registry.near, **order | {"first": 2}, by=registry.handler, **moment())
    with pytest.raises(Refused):
        order_print(registry.near, **order, by=registry.far_handler, **moment())
    assert PrintBatch.objects.count() == 1
