"""Documents of a street for tests of registers, revocation and print batches."""

from typing import Any

from django.utils import timezone

from orgs.issuers import issuer_of
from orgs.models import Founding, Organization
from records import documents
from records.models import Document
from tests.unit.records.document_samples import CERTIFICATE, SAMPLES


def issue_certificate(
    issuer: Organization, name: str = "共青团云岫科技支部委员会", **fields: Any
) -> Document:
    """A founding certificate issued today."""
    return issue("founding_certificate", issuer, CERTIFICATE | {"organization": name}, **fields)


def issue_reply(issuer: Organization, founding: Founding | None = None, **fields: Any) -> Document:
    """A first reply, about a founding if there is one."""
    if founding is not None:
        fields = {"about": ("founding", founding.pk), "unit_id": founding.unit_id} | fields
    return issue("establishment_reply", issuer, SAMPLES["establishment_reply"][1], **fields)


def issue(kind: str, issuer: Organization, content: dict, **fields: Any) -> Document:
    values = {"about": ("award", 1), "unit_id": None, "on": timezone.localdate(), "by_id": 1} | fields
    return documents.issue(kind, issuer=issuer_of(issuer), content=content, **values)
