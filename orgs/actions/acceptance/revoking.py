"""Taking an acceptance back after it was passed: for a veto item or for falsification (RULES section 10, P3)."""

import datetime as dt
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from records import documents, notices
from records.models import Document
from records.uploads import store_upload

from ...enums import Conclusion, MilestoneKind, Role
from ...models import Acceptance, Inspection, Person
from ...permissions import ALLOWED, Perm, Refused, Unblock, Verdict, can
from ...queries import holders
from ..inspection_notices import case_address
from .common import about, add_milestone, record

FALSIFICATION = "falsification"
FILE_PURPOSE = "acceptance_revocation"
CERTIFICATE = "acceptance_certificate"


def grounds(acceptance: Acceptance) -> dict[str, str]:
    """On what an acceptance may be revoked: falsification, or a veto item of its own standard."""
    vetoes = {one["code"]: one["text"] for one in acceptance.standard.data["vetoes"]}
    return {FALSIFICATION: _("申报材料或现场情况弄虚作假")} | vetoes


def revocation_verdict(acceptance: Acceptance, by: Person, *, on: dt.date) -> Verdict:
    """Whether a person may revoke an acceptance now; refused with the reason and what would help."""
    verdict = can(by, Perm.REVOKE_ACCEPTANCE, acceptance, on=on)
    if not verdict:
        return verdict
    if acceptance.revoked_on is not None:
        return Verdict(False, _("该验收认定已经撤销。"), _("请在组织页查看撤销日期和理由。"))
    if acceptance.conclusion != Conclusion.PASS:
        return Verdict(False, _("只有认定为合格的验收才能撤销。"), _("未作结论的，请在事项中办理。"))
    visits = acceptance.inspections.exclude(state=Inspection.State.CANCELLED)
    if visits.filter(inspector=by).exists():
        return Verdict(
            False,
            _("您是这次验收的验收员，不能由您撤销认定。"),
            _("请由另一位区级审批人办理。"),
            unblock=Unblock.ANOTHER,
        )
    return ALLOWED


def revoke_acceptance(
    acceptance: Acceptance,
    *,
    basis: str,
    reason: str,
    file: IO[bytes],
    by: Person,
    on: dt.date,
    at: dt.datetime,
) -> Acceptance:
    """Revoke the acceptance and its certificate, whose public page says so at once; the unit and the sub-district are
    told. ``basis`` is a key of :func:`grounds`, ``file`` the evidence.

    Whoever certified may also revoke; the log then says that it was the same person. Raises Refused, UploadRefused.
    """
    with transaction.atomic():
        locked = (
            Acceptance.objects.select_for_update(of=("self",))
            .select_related("organization", "unit", "affiliation", "standard")
            .get(pk=acceptance.pk)
        )
        if not (verdict := revocation_verdict(locked, by, on=on)):
            raise Refused(verdict)
        stored = store_upload(file, purpose=FILE_PURPOSE, by_id=by.pk, about=locked, at=at)
        ground = grounds(locked)[basis]
        locked.revoked_on = on
        locked.revoked_reason = _("%(ground)s：%(reason)s") % {"ground": ground, "reason": reason}
        locked.save(update_fields=["revoked_on", "revoked_reason"])
        add_milestone(locked, MilestoneKind.ACCEPTANCE_REVOKED, on=on, note=ground[:200])
        certificates = _revoke_certificates(locked, by=by, at=at)
        record(
            locked,
            "acceptance_revoked",
            by=by,
            at=at,
            personal={"reason": reason},
            basis=basis,
            evidence=stored.sha256,
            certificates=[one.number for one in certificates],
            certified_by_same=any(one.issued_by_id == by.pk for one in certificates),
        )
        _tell(locked, on=on, at=at)
    return locked


def _revoke_certificates(acceptance: Acceptance, *, by: Person, at: dt.datetime) -> list[Document]:
    """Revoke what is still valid: the certificate, or the one that was issued in its place."""
    about_type, about_id = about(acceptance)
    valid = Document.objects.select_for_update().filter(
        kind=CERTIFICATE, about_type=about_type, about_id=about_id, status=Document.Status.VALID
    )
    found = list(valid.order_by("pk"))
    for document in found:
        documents.revoke(document, acceptance.revoked_reason, by_id=by.pk, at=at)
    return found


def _tell(acceptance: Acceptance, *, on: dt.date, at: dt.datetime) -> None:
    """Tell who applied, who applies for the unit today, and handlers and approvers of the sub-district."""
    places = {"organization_id": acceptance.affiliation_id}
    posts = [
        *holders(Role.UNIT_APPLICANT, on=on, unit_id=acceptance.unit_id),
        *holders(Role.SUBDISTRICT_HANDLER, on=on, **places),
        *holders(Role.SUBDISTRICT_APPROVER, on=on, **places),
    ]
    told = {post.person_id for post in posts} | {acceptance.applicant_id}
    for person_id in sorted(told):
        notices.send(
            "acceptance_revoked",
            to_id=person_id,
            key=f"acceptance_revoked:{acceptance.pk}:{person_id}",
            at=at,
            url=case_address(acceptance),
            organization=acceptance.organization.name,
            reason=acceptance.revoked_reason,
        )
