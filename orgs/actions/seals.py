"""The seal of an organization: uploaded and withdrawn by its security administrator (RULES section 8)."""

import datetime as dt
from typing import IO

from django.db import transaction
from django.db.models import QuerySet

from records import audit, documents
from records.models import Seal

from ..models import Organization, Person


def seals_of(organization: Organization) -> QuerySet[Seal]:
    """All versions of an organization's seal, the newest first."""
    return Seal.objects.filter(issuer_type="organization", issuer_id=organization.pk)


@transaction.atomic
def upload_seal(
    organization: Organization, file: IO[bytes], *, valid_from: dt.date, by: Person, at: dt.datetime
) -> Seal:
    """Add a version of the seal, for documents issued from ``valid_from`` on. Raises SealRefused."""
    seal = documents.keep_seal(
        file,
        issuer_type="organization",
        issuer_id=organization.pk,
        valid_from=valid_from,
        by_id=by.pk,
        at=at,
    )
    _record("seal_uploaded", organization, seal, by=by, at=at, valid_from=valid_from.isoformat())
    return seal


@transaction.atomic
def withdraw_seal(
    organization: Organization, seal: Seal, *, reason: str, by: Person, at: dt.datetime
) -> bool:
    """Documents issued from now on carry the specimen, until a new version is uploaded; False when done already."""
    done = documents.withdraw_seal(seal, reason=reason, by_id=by.pk, at=at)
    if done:
        _record("seal_withdrawn", organization, seal, by=by, at=at, reason=reason)
    return done


def _record(
    event: str, organization: Organization, seal: Seal, *, by: Person, at: dt.datetime, **data: str
) -> None:
    story = f"organization:{organization.pk}"
    audit.record(
        event, by_id=by.pk, about=story, chain=story, at=at, seal=seal.pk, sha256=seal.sha256, **data
    )
