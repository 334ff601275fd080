"""Issuing, numbering, revoking and verifying documents (RULES section 10, P-X; DESIGN section 9)."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from records.documents import (
    KINDS,
    ContentError,
    MissingGlyph,
    StatusError,
    allocate_number,
    issue,
    normalize_code,
    revoke,
    supersede,
    verification,
)
from records.documents.register import CODE_ALPHABET, new_public_code
from records.models import Document, DocumentStatus, NumberRegister
from records.models.document import FrozenDocument

from .document_samples import CERTIFICATE, DISTRICT, ON, REPLY, REQUEST, SAMPLES, STREET, UNIT

AT = datetime(2014, 10, 8, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


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


def undone(act):
    """What ``act`` returned inside a transaction that was then rolled back."""
    with transaction.atomic():
        result = act()
        transaction.set_rollback(True)
    return result


def test_letters_of_one_issuer_are_numbered_without_gaps_per_year():
    numbers = [issue_reply().number for _ in range(3)]
    assert numbers == ["海清团字〔2014〕1号", "海清团字〔2014〕2号", "海清团字〔2014〕3号"]
    assert issue_reply(issuer=DISTRICT).number == "海团字〔2014〕1号"
    assert issue_reply(on=date(2015, 1, 4)).number == "海清团字〔2015〕1号"


def test_both_replies_share_the_register_and_certificates_have_their_own():
    first = issue_reply()
    second = issue(
        "leadership_reply",
        issuer=STREET,
        about=("founding", 12),
        unit_id=231,
        content=SAMPLES["leadership_reply"][1],
        on=ON,
        by_id=7,
    )
    third = issue(
        "founding_certificate",
        issuer=STREET,
        about=("founding", 12),
        unit_id=231,
        content=CERTIFICATE,
        on=ON,
        by_id=7,
    )
    assert (first.serial, second.serial, third.serial) == (1, 2, 1)
    assert third.number == "HDTQ-2014-JT-0001"


def test_a_unit_and_an_organization_with_the_same_id_have_separate_registers():
    issue_reply(issuer=replace(STREET, id=UNIT.id))
    request = issue(
        "approval_request", issuer=UNIT, about=("founding", 12), unit_id=231, content=REQUEST, on=ON, by_id=7
    )
    assert request.number == "星智字〔2014〕1号"
    assert NumberRegister.objects.count() == 2


def test_a_rolled_back_transaction_gives_its_number_back():
    issue_reply()
    assert undone(issue_reply).serial == 2
    assert issue_reply().serial == 2
    assert list(Document.objects.values_list("serial", flat=True).order_by("serial")) == [1, 2]


def test_the_first_number_of_a_year_is_given_back_as_well():
    assert undone(lambda: allocate_number(STREET, "document", 2014)) == 1
    assert not NumberRegister.objects.exists()
    assert issue_reply().serial == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_allocated_inside_a_transaction_only():
    with pytest.raises(transaction.TransactionManagementError):
        allocate_number(STREET, "document", 2014)


def test_the_database_refuses_the_same_number_twice():
    document = issue_reply()
    document.pk, document.public_code, document._state.adding = None, "0" * 12, True
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save(force_insert=True)


def test_content_is_frozen_with_number_code_and_address(settings):
    settings.BASE_URL = "https://liuyou.example.org.cn"
    document = issue_reply()
    document.refresh_from_db()
    assert document.content["number"] == document.number
    assert document.content["code"] == document.grouped_code
    assert document.content["verify_url"] == f"https://liuyou.example.org.cn/verify/{document.public_code}/"
    assert document.content["body"] == REPLY
    assert document.template_version == KINDS["establishment_reply"].version
    assert document.title.startswith(STREET.name)


def test_an_issued_document_cannot_be_changed_or_deleted():
    document = issue_reply()
    document.title = "改过的标题"
    with pytest.raises(FrozenDocument):
        document.save()
    with pytest.raises(FrozenDocument):
        document.save(update_fields=["content"])
    with pytest.raises(FrozenDocument):
        Document.objects.filter(pk=document.pk).update(content={})
    with pytest.raises(FrozenDocument):
        document.delete()
    with pytest.raises(FrozenDocument):
        Document.objects.all().delete()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"addressee": None}, "content.addressee"),
        ({"seats": -1}, "content.seats"),
        ({"seats": True}, "content.seats"),
        ({"covered": "一家"}, "content.covered"),
        ({"extra": 1}, "extra"),
        ({"organization": "团" * 10_000}, "content.organization"),
        ({"organization": "团支部\u202e部支团"}, "U+202E"),
        ({"request": {"title": "请示"}}, "number"),
    ],
)
def test_content_that_does_not_fit_is_refused_with_the_key_named(change, named):
    with pytest.raises(ContentError, match=named.replace("+", r"\+")):
        issue_reply(content=REPLY | change)
    assert not Document.objects.exists()
    assert not NumberRegister.objects.exists()


def test_a_missing_key_and_a_wrong_date_are_named():
    content = {key: value for key, value in CERTIFICATE.items() if key != "units"}
    values = {"issuer": STREET, "about": ("founding", 1), "unit_id": None, "on": ON, "by_id": 7}
    with pytest.raises(ContentError, match="units"):
        issue("founding_certificate", content=content, **values)
    with pytest.raises(ContentError, match="founded_on"):
        issue("founding_certificate", content=CERTIFICATE | {"founded_on": "2014-02-30"}, **values)


def test_an_issuer_without_a_code_and_a_form_are_refused():
    with pytest.raises(ContentError, match="letter_code"):
        issue_reply(issuer=replace(STREET, letter_code=""))
    with pytest.raises(ContentError, match="form"):
        issue(
            "decision_sheet", issuer=STREET, about=("founding", 1), unit_id=None, content={}, on=ON, by_id=7
        )


def test_characters_that_no_font_has_are_named_before_a_number_is_used():
    with pytest.raises(MissingGlyph) as refused:
        issue_reply(content=REPLY | {"conditions": ["请使用😀和\U0003134a。"]})
    assert set(refused.value.characters) == {"😀", "\U0003134a"}
    assert "U+1F600" in str(refused.value)
    assert not NumberRegister.objects.exists()


def test_codes_are_unguessable_and_forgiving_to_type():
    codes = {new_public_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 12 and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert normalize_code(" abcd-ef0l-1jko ") == "ABCDEF011JK0"
    assert normalize_code("short") == ""
    assert normalize_code("ABCD-EFGH-JKMU") == ""


def test_verification_shows_the_organization_and_no_person():
    document = issue(
        "leadership_reply",
        issuer=STREET,
        about=("founding", 12),
        unit_id=231,
        content=SAMPLES["leadership_reply"][1],
        on=ON,
        by_id=7,
    )
    found = verification(document.grouped_code.lower())
    assert found["number"] == document.number
    assert found["issuer"] == STREET.name
    assert (found["status"], found["since"]) == ("valid", ON)
    shown = json.dumps(found, ensure_ascii=False, default=str)
    for person in ("陶喆文", "张堃", "李镕"):
        assert person not in shown
    assert verification("0000-0000-0000") is None
    assert verification("' OR 1=1 --") is None


def test_a_revoked_document_verifies_as_revoked_and_keeps_its_number():
    document = issue_reply()
    revoke(document, "材料不实", by_id=9, at=AT)
    found = verification(document.public_code)
    assert (found["status"], found["since"], found["number"]) == ("revoked", AT, document.number)
    assert "材料不实" not in json.dumps(found, ensure_ascii=False, default=str)
    row = DocumentStatus.objects.get()
    assert (row.document, row.status, row.reason, row.by_id, row.at) == (
        document,
        "revoked",
        "材料不实",
        9,
        AT,
    )
    assert issue_reply().serial == 2


def test_only_a_valid_document_is_revoked_or_superseded():
    document = issue_reply()
    revoke(document, "材料不实", by_id=9, at=AT)
    with pytest.raises(StatusError):
        revoke(document, "再次", by_id=9, at=AT)
    with pytest.raises(StatusError):
        supersede(Document.objects.get(), "替代", by_id=9, at=AT)
    assert DocumentStatus.objects.count() == 1


def test_a_reissue_supersedes_the_older_document():
    old = issue_reply()
    new = issue_reply(supersedes=old, at=AT)
    assert verification(old.public_code)["status"] == "superseded"
    assert verification(new.public_code)["status"] == "valid"
    assert new.supersedes == old
    assert new.number in DocumentStatus.objects.get(document=old).reason


def test_issuing_renders_nothing_and_takes_few_statements(django_assert_max_num_queries):
    issue_reply()
    with django_assert_max_num_queries(7):  # savepoint of issue() and of the insert included
        document = issue_reply()
    assert document.sha256 == ""


@pytest.mark.django_db(transaction=True)
def test_offices_that_issue_at_once_get_every_number_once_from_the_first_of_the_year_on():
    threads, each = 6, 4

    def issue_some(_):
        try:
            return [issue_reply().serial for _ in range(each)]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        serials = sorted(serial for found in pool.map(issue_some, range(threads)) for serial in found)
    assert serials == list(range(1, threads * each + 1))
    assert NumberRegister.objects.get().last == threads * each
