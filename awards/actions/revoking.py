"""Taking an honour back, with a document of its own (RULES section 4; section 10, P4)."""

import datetime as dt
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orgs.issuers import issuer_of
from orgs.models import Organization, Person
from orgs.permissions import ALLOWED, Perm, Refused, Verdict, can
from orgs.queries import district_of
from records import audit, documents
from records.models import Document
from records.uploads import store_upload

from ..models import Award
from .awarding import ABOUT_AWARD

FILE_PURPOSE = "award_revocation"


def revocation_verdict(award: Award, by: Person, *, on: dt.date) -> Verdict:
    """Whether a person may revoke an award now; refused with the reason and what would help."""
    verdict = can(by, Perm.DECIDE_AWARDS, district_of(award.organization), on=on)
    if not verdict:
        return verdict
    if award.revoked_on is not None:
        return Verdict(False, _("该荣誉已经撤销。"), _("请在荣誉页查看撤销决定。"))
    return ALLOWED


def revoke_award(
    award: Award, *, reason: str, file: IO[bytes], by: Person, on: dt.date, at: dt.datetime
) -> Document:
    """Issue the revocation and revoke the certificate, whose number verifies as revoked from now on; in the caller's
    transaction, which advances the nomination. ``reason`` is published, ``file`` is the evidence.

    Raises Refused, UploadRefused.
    """
    award = Award.objects.select_for_update(of=("self",)).select_related("organization").get(pk=award.pk)
    if not (verdict := revocation_verdict(award, by, on=on)):
        raise Refused(verdict)
    district = district_of(award.organization)
    stored = store_upload(file, purpose=FILE_PURPOSE, by_id=by.pk, about=award, at=at)
    valid = list(certificates_of(award).filter(status=Document.Status.VALID).select_for_update())
    number = valid[-1].number if valid else award.certificate.number if award.certificate else ""
    document = documents.issue(
        "honour_revocation",
        issuer=issuer_of(district),
        about=(ABOUT_AWARD, award.pk),
        unit_id=award.organization.unit_id,
        content=_content(award, reason, number),
        on=on,
        by_id=by.pk,
        at=at,
    )
    for certificate in valid:
        documents.revoke(certificate, reason, by_id=by.pk, at=at)
    award.revoked_on, award.revoked_reason, award.revocation = on, reason, document
    award.save(update_fields=["revoked_on", "revoked_reason", "revocation"])
    _record(award, district, document, stored.sha256, by=by, at=at)
    return document


def certificates_of(award: Award) -> QuerySet[Document]:
    """The certificate and those that were issued in its place, the newest last."""
    found = Document.objects.filter(kind="award_certificate", about_type=ABOUT_AWARD, about_id=award.pk)
    return found.order_by("pk")


def _content(award: Award, reason: str, certificate: str) -> dict[str, Any]:
    """What the revocation says; official documents are Chinese only. ``certificate`` is empty where none was issued."""
    organization = award.organization
    content: dict[str, Any] = {
        "variant": "person" if award.person_name else "organization",
        "recipient": award.name,
        "addressee": organization.name,
        "period": f"{award.year}年度",
        "honour": award.title,
        "decision": {"title": award.decision_title, "number": award.decision_number},
        "certificate": certificate,
        "reason": reason,
        "further": [],
        "copies": [],
    }
    if award.person_name:
        content["unit"] = organization.unit.name if organization.unit else organization.name
    return content


def _record(
    award: Award, district: Organization, document: Document, evidence: str, *, by: Person, at: dt.datetime
) -> None:
    audit.record(
        "award_revoked",
        by_id=by.pk,
        about=f"award:{award.pk}",
        chain=f"organization:{district.pk}",
        at=at,
        personal={"reason": award.revoked_reason},
        number=document.number,
        evidence=evidence,
    )
