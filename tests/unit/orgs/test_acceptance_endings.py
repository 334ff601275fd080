"""How an acceptance ends: reminders before it expires, each step once; revocation with everything that follows."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.acceptance.common import about
from orgs.actions.acceptance.revoking import FALSIFICATION, revoke_acceptance
from orgs.actions.documents import revoke_document
from orgs.actions.expiry_reminders import remind_of_expiry
from orgs.enums import Conclusion, MilestoneKind
from orgs.issuers import issuer_of
from orgs.models import Acceptance, Milestone
from orgs.permissions import Refused, appoint
from records import documents, outbox
from records.documents import verification
from records.models import AuditEntry, Document, Notice, OutboxMessage
from tests.inspections import jpeg, make_inspection
from tests.sharing import shared
from tests.unit.records.document_samples import SAMPLES

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time(12)))
ON = NOON.date()


def build():
    visiting = make_inspection(inspectors=1, case_number="YS-1")
    acceptance = visiting.acceptance
    acceptance.conclusion, acceptance.concluded_on = Conclusion.PASS, ON - dt.timedelta(days=100)
    acceptance.total, acceptance.grade = 96, "五星级"
    acceptance.valid_until = ON + dt.timedelta(days=120)
    acceptance.save()
    documents.issue(
        "acceptance_certificate",
        issuer=issuer_of(visiting.place.district),
        about=about(acceptance),
        unit_id=visiting.unit.pk,
        content=SAMPLES["acceptance_certificate"][1],
        on=acceptance.concluded_on,
        by_id=visiting.place.person("district_approver").pk,
    )
    return visiting


built = shared(build, "built")


@pytest.fixture
def visiting(built):
    return built()


def at(days: int) -> dt.datetime:
    """Noon, so many days before the certificate ends."""
    return NOON + dt.timedelta(days=120 - days)


# --- reminders --------------------------------------------------------------------------------------------------


def test_each_step_is_told_once_to_the_applicant_and_the_handler(visiting):
    told = [remind_of_expiry(at(days)) for days in (91, 90, 90, 89, 31, 30, 8, 7, 0, -1)]
    assert told == [0, 2, 0, 0, 0, 2, 0, 2, 0, 0]
    people = {visiting.place.person("applicant").pk, visiting.place.person("handler0").pk}
    assert set(Notice.objects.values_list("to", flat=True)) == people
    assert Notice.objects.first().url == reverse("organization", args=[visiting.organization.pk])


def test_after_a_pause_only_the_step_that_holds_now_is_told(visiting):
    assert remind_of_expiry(at(20)) == 2
    assert remind_of_expiry(at(19)) == 0
    assert remind_of_expiry(at(3)) == 2


@pytest.mark.parametrize("change", ["revoked", "renewed", "at night"])
def test_nobody_is_reminded_of_what_is_no_longer_to_be_renewed(visiting, change):
    when = at(30)
    if change == "revoked":
        Acceptance.objects.update(revoked_on=ON)
    elif change == "renewed":
        newer = Acceptance.objects.get()
        newer.pk, newer.case_number, newer.valid_until = None, "YS-2", ON + dt.timedelta(days=1200)
        newer.save()
    else:
        when = when.replace(hour=5)
    assert remind_of_expiry(when) == 0


# --- revocation -------------------------------------------------------------------------------------------------


def evidence() -> SimpleUploadedFile:
    return SimpleUploadedFile("核查记录.jpg", jpeg(1))


def revoke(visiting, **changed) -> Acceptance:
    values = {
        "basis": FALSIFICATION,
        "reason": "花名册中三名团员查无此人",
        "file": evidence(),
        "by": visiting.place.person("district_approver"),
        "on": ON,
        "at": NOON,
    }
    return revoke_acceptance(visiting.acceptance, **values | changed)


def test_a_revoked_acceptance_is_void_everywhere_at_once(visiting):
    revoked = revoke(visiting)
    certificate = Document.objects.get(kind="acceptance_certificate")
    assert verification(certificate.public_code)["status"] == "revoked"
    assert revoked.revoked_on == ON
    assert "查无此人" in revoked.revoked_reason
    milestone = Milestone.objects.get(kind=MilestoneKind.ACCEPTANCE_REVOKED)
    assert (milestone.organization, milestone.on) == (visiting.organization, ON)
    entry = AuditEntry.objects.get(event="acceptance_revoked")
    assert entry.data["certificates"] == [certificate.number]
    assert entry.data["certified_by_same"] is True
    assert "查无此人" not in str(entry.data), "what a person wrote can be erased"
    for message in OutboxMessage.objects.filter(kind="notice"):
        outbox.HANDLERS["notice"](message.payload)
    keys = ("applicant", "handler0", "approver0")
    people = {visiting.place.person(key).pk for key in keys}
    assert set(Notice.objects.filter(kind="acceptance_revoked").values_list("to", flat=True)) == people
    with pytest.raises(Refused, match="已经撤销"):
        revoke(visiting)


@pytest.mark.parametrize("who", ["district_handler", "approver0", "district_leader", "applicant"])
def test_only_a_district_approver_revokes(visiting, who):
    with pytest.raises(Refused):
        revoke(visiting, by=visiting.place.person(who))
    assert Document.objects.get().status == "valid"


def test_who_inspected_does_not_revoke(visiting):
    inspector = visiting.inspectors[0]
    appoint(inspector, "district_approver", visiting.place.district, by=None, on=ON)
    with pytest.raises(Refused, match="验收员"):
        revoke(visiting, by=inspector)


def test_what_was_not_passed_cannot_be_revoked(visiting):
    Acceptance.objects.update(conclusion=Conclusion.RECTIFY)
    with pytest.raises(Refused, match="认定为合格"):
        revoke(visiting)


def test_the_certificate_alone_cannot_be_revoked_in_the_register(visiting):
    with pytest.raises(Refused) as refused:
        revoke_document(
            Document.objects.get(), reason="x", by=visiting.place.person("district_approver"), on=ON, at=NOON
        )
    assert "撤销认定" in refused.value.verdict.remedy


def test_the_page_asks_for_ground_reason_and_evidence(visiting):
    address = reverse("revoke_acceptance", args=[visiting.acceptance.pk])
    client = Client()
    client.force_login(
        visiting.place.person("district_approver"), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(address).content.decode()
    assert all(text in page for text in ("弄虚作假", "伪造材料或数据库记录", "YS-1"))
    empty = client.post(address, {"basis": "V3"})
    assert empty.status_code == 422
    assert "请填写“查实的情况”" in empty.content.decode()
    typed = {"basis": "V3", "reason": "伪造会议记录", "confirmed": "on", "file": evidence()}
    client.post(address, typed)
    assert Acceptance.objects.get().revoked_reason == "伪造材料或数据库记录：伪造会议记录"
    assert client.get(address).status_code == 403
