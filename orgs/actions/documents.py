"""Revoking and reissuing documents, singly and in bulk; ordering print batches (RULES section 10, P-X)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from records import audit, documents, notices
from records.documents import KINDS, ContentError, MissingGlyph, StatusError
from records.documents.batches import MAX_DOCUMENTS
from records.models import Document, PrintBatch

from ..document_register import printable, subjects_of
from ..enums import OrganizationStatus, Role
from ..issuers import issuer_of
from ..models import Founding, Organization, Person
from ..permissions import ALLOWED, Perm, Refused, Verdict, granting_posts, require
from ..queries import holders

REVOKE, REISSUE = "revoke", "reissue"
REPLIES = frozenset({"establishment_reply", "leadership_reply"})
ENDED = frozenset({OrganizationStatus.LAPSED, OrganizationStatus.DISSOLVED})
MAX_CHANGED = 200  # documents that one bulk change takes


class NothingToPrint(ValueError):
    """No document fits the order, or too many; the message (for the user) says what to do."""


@dataclass(frozen=True)
class Change:
    """What became of one document of a bulk change: refused with a verdict, or done; ``successor`` replaces it."""

    document: Document
    verdict: Verdict
    successor: Document | None = None


def authority(organization: Organization, *, by: Person, on: dt.date) -> Verdict:
    """Whether a person revokes and reissues the documents of this very organization.

    The post must be at the issuer: a superior does not number documents in its subordinate's register.
    """
    post = granting_posts(by, Perm.REVOKE_DOCUMENTS, on).filter(organization=organization).first()
    if post is not None:
        return Verdict(True, post=post)
    return Verdict(
        False,
        _("您不能撤销或补发“%(issuer)s”的文书。") % {"issuer": organization.display_name},
        _("只有发文机关自己的审批人可以办理，请联系该处审批人。"),
    )


def obstacle(document: Document, change: str, concerned: Organization | None) -> Verdict:
    """Whether a document may be revoked or reissued by itself now; refused with the reason and what would help."""
    if document.status != Document.Status.VALID:
        return Verdict(
            False,
            _("该文书%(status)s，不能再办理。") % {"status": Document.Status(document.status).label},
            _("请在文书页查看撤销或替代的经过；被替代的，请对新文书办理。"),
        )
    kind = KINDS[document.kind]
    if change == REVOKE and document.kind == "acceptance_certificate":
        return Verdict(
            False,
            _("验收合格证书不能单独撤销。"),
            _("证书随验收认定一并撤销：请由区级审批人在该次验收的页面办理“撤销认定”。"),
        )
    if change == REVOKE and document.kind == "award_certificate":
        return Verdict(
            False,
            _("荣誉证书不能单独撤销。"),
            _("证书随荣誉一并撤销：请由区级审批人在荣誉页办理“撤销荣誉”，另行制发撤销决定。"),
        )
    if kind.style == "certificate":
        return ALLOWED
    if change == REISSUE:
        return Verdict(
            False,
            _("%(kind)s不能补发，只有证书可以。") % {"kind": kind.label},
            _("文书原件可随时从文书页重新下载打印，编号不变。"),
        )
    if document.kind in REPLIES and (concerned is None or concerned.status in ENDED):
        return ALLOWED
    if document.kind in REPLIES:
        return Verdict(
            False,
            _("“%(name)s”尚在，%(kind)s不能单独撤销。")
            % {"name": concerned.display_name, "kind": kind.label},
            _("批复是该团组织成立和班子任职的依据。需要撤销的，应先由上级团组织行文撤销该团组织。"),
        )
    return Verdict(
        False,
        _("%(kind)s不能在登记簿中撤销。") % {"kind": kind.label},
        _("公文的撤销应另行发文；请示由申请单位在事项中撤回。"),
    )


def revoke_document(document: Document, *, reason: str, by: Person, on: dt.date, at: dt.datetime) -> Document:
    """Revoke a document; its public page says so at once and the applicants are told. Raises Refused."""
    with transaction.atomic():
        document, issuer = _may_change(document, REVOKE, by=by, on=on)
        documents.revoke(document, reason, by_id=by.pk, at=at)
        _record("document_revoked", document, issuer, reason, by=by, at=at)
        _tell("document_revoked", document, document, reason=reason, on=on, at=at)
    return document


def reissue_document(
    document: Document, *, reason: str, by: Person, on: dt.date, at: dt.datetime
) -> Document:
    """Issue the same content anew under a new number and mark the old document superseded; returns the new one.

    For certificates that were lost or damaged. Raises Refused, ContentError, MissingGlyph.
    """
    with transaction.atomic():
        document, issuer = _may_change(document, REISSUE, by=by, on=on)
        successor = documents.issue(
            document.kind,
            issuer=issuer_of(issuer),
            about=(document.about_type, document.about_id),
            unit_id=document.unit_id,
            content=document.content["body"],
            on=on,
            by_id=by.pk,
            at=at,
            supersedes=document,
            reason=reason,
        )
        _record("document_reissued", document, issuer, reason, by=by, at=at, successor=successor.number)
        _tell("document_reissued", document, successor, reason=reason, on=on, at=at)
    return successor


def change_documents(
    chosen: Sequence[Document], change: str, *, reason: str, by: Person, on: dt.date, at: dt.datetime
) -> list[Change]:
    """Revoke or reissue each document in a transaction of its own: one that is refused does not hold up the others."""
    results = []
    for document in chosen:
        try:
            if change == REISSUE:
                successor = reissue_document(document, reason=reason, by=by, on=on, at=at)
                results.append(Change(document, ALLOWED, successor))
            else:
                revoke_document(document, reason=reason, by=by, on=on, at=at)
                results.append(Change(document, ALLOWED))
        except Refused as refused:
            results.append(Change(document, refused.verdict))
        except StatusError:
            verdict = Verdict(False, _("该文书刚刚被他人办理。"), _("请刷新登记簿查看最新状态。"))
            results.append(Change(document, verdict))
        except (ContentError, MissingGlyph) as problem:
            remedy = _("请联系系统管理员，并附上编号和这条说明。")
            results.append(Change(document, Verdict(False, str(problem), remedy)))
    return results


def order_print(
    organization: Organization,
    *,
    kind: str,
    year: int,
    first: int | None,
    last: int | None,
    by: Person,
    on: dt.date,
    at: dt.datetime,
) -> PrintBatch:
    """Order the valid documents of a kind and year for printing. Raises Refused, NothingToPrint."""
    require(by, Perm.EXPORT_REGISTRY, organization, on=on)
    with transaction.atomic():
        found = printable(organization, kind, year, first, last)
        if not found:
            raise NothingToPrint(_("没有符合条件的有效文书。请检查文种、年份和起止序号。"))
        if len(found) > MAX_DOCUMENTS:
            raise NothingToPrint(
                _("符合条件的有 %(count)d 份，一次最多打印 %(limit)d 份。请用起止序号分批。")
                % {"count": len(found), "limit": MAX_DOCUMENTS}
            )
        batch = documents.start_batch(
            found,
            issuer_id=organization.pk,
            kind=kind,
            year=year,
            first=first,
            last=last,
            by_id=by.pk,
            at=at,
        )
        story = f"organization:{organization.pk}"
        audit.record(
            "documents_printed",
            by_id=by.pk,
            about=story,
            chain=story,
            at=at,
            kind=kind,
            year=year,
            count=len(found),
            batch=batch.pk,
        )
    return batch


def record_register_export(
    organization: Organization, filters: Sequence[str], *, by: Person, at: dt.datetime
) -> None:
    """Leave in the log who took which rows of a register out of the system."""
    story = f"organization:{organization.pk}"
    with transaction.atomic():
        audit.record(
            "exported",
            by_id=by.pk,
            about=story,
            chain=story,
            at=at,
            personal={"filters": list(filters)},
            what="documents",
        )


def _may_change(document: Document, change: str, *, by: Person, on: dt.date) -> tuple[Document, Organization]:
    """The document as it is now, locked, and its issuer. Raises Refused."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    issuer = Organization.objects.filter(pk=document.issuer_id).first()
    if document.issuer_type != "organization" or issuer is None:
        raise Refused(
            Verdict(
                False,
                _("单位的文书不能在这里撤销或补发。"),
                _("请示和报告由申请单位在事项中撤回或重报。"),
            )
        )
    concerned = subjects_of([document])[document.pk][1]
    for verdict in (authority(issuer, by=by, on=on), obstacle(document, change, concerned)):
        if not verdict:
            raise Refused(verdict)
    return document, issuer


def _record(
    event: str,
    document: Document,
    issuer: Organization,
    reason: str,
    *,
    by: Person,
    at: dt.datetime,
    **data: str,
) -> None:
    """The audit entry, in the story of the issuer; what a person wrote may be personal and can be erased."""
    audit.record(
        event,
        by_id=by.pk,
        about=f"document:{document.pk}",
        chain=f"organization:{issuer.pk}",
        at=at,
        personal={"reason": reason},
        number=document.number,
        kind=document.kind,
        **data,
    )


def _tell(
    kind: str, document: Document, current: Document, *, reason: str, on: dt.date, at: dt.datetime
) -> None:
    """Tell who applied and who applies for the unit today."""
    told = set()
    if document.about_type == "founding":
        told |= set(Founding.objects.filter(pk=document.about_id).values_list("applicant_id", flat=True))
    if document.unit_id:
        posts = holders(Role.UNIT_APPLICANT, on=on, unit_id=document.unit_id)
        told |= set(posts.values_list("person_id", flat=True))
    for person_id in sorted(told):
        notices.send(
            kind,
            to_id=person_id,
            key=f"{kind}:{document.pk}:{person_id}",
            at=at,
            url=reverse("document_page", args=[current.pk]),
            case=f"{document.number} {document.title}",
            number=current.number,
            reason=reason,
        )
