"""The first reply (批复): the organization enters the tree, its term for the meeting runs, is extended or lapses."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from records import documents
from records.documents import Issuer

from ...enums import FoundingMode, MilestoneKind, OrganizationKind, OrganizationLevel, OrganizationStatus
from ...issuers import issuer_of
from ...models import Founding
from ...queries import district_of
from ...rules.founding import committee_seats, needs_election
from ..organizations import add_organization
from .common import (
    about,
    add_milestone,
    issuing_organization,
    reply_document,
    request_document,
    total_members,
)


def establish_organization(founding: Founding, *, by_id: int, on: dt.date, case_number: str) -> None:
    """First reply (批复): the organization enters the tree as preparatory, and the term for the meeting starts."""
    organization = add_organization(
        parent=founding.affiliation,
        name=founding.organization_name,
        kind=founding.kind,
        mode=founding.mode,
        unit=founding.unit,
        location=founding.unit.location,
        direct_contact=founding.direct_contact,
        status=OrganizationStatus.PREPARATORY,
    )
    founding.organization = organization
    founding.established_on = on
    founding.meeting_due_on = on + dt.timedelta(days=founding.rules["meeting_days"])
    founding.save(update_fields=["organization", "established_on", "meeting_due_on"])
    documents.issue(
        "establishment_reply",
        issuer=issuer_of(issuing_organization(founding)),
        about=about(founding),
        unit_id=founding.unit_id,
        content=establishment_content(founding),
        on=on,
        by_id=by_id,
    )
    add_milestone(founding, MilestoneKind.ESTABLISHED, on=on, case_number=case_number)


def establishment_content(founding: Founding) -> dict[str, Any]:
    """What the first reply says; also before it is decided, for the preview of approvers."""
    request = request_document(founding)
    issuer = issuing_organization(founding)
    least, most = committee_seats(founding.kind, total_members(founding), founding.rules)
    seats = proposed_seats(founding) or least
    appointed = not needs_election(founding.kind, founding.mode, founding.rules)
    content = {
        "addressee": request.issuer_name,
        "request": {"title": request.title, "number": request.number},
        "organization": founding.organization_name,
        "organization_kind": str(OrganizationKind(founding.kind).label),
        "mode": str(FoundingMode(founding.mode).label),
        "parent": founding.affiliation.name,
        "unit": founding.unit.name,
        "covered": list(founding.covered_units.values_list("unit__name", flat=True)),
        "appointed": appointed,
        "seats": seats,
        "secretaries": 1,
        "deputies": 1 if most > 3 and seats > 3 else 0,
        "elect_within_days": founding.rules["meeting_days"],
        "copies": [] if issuer.level == OrganizationLevel.DISTRICT else [district_of(issuer).name],
    }
    if not appointed:
        content["lapse_days"] = founding.rules["meeting_days"]
    if founding.instructor:
        content["instructor"] = founding.instructor
    return content


def draft_establishment_reply(founding: Founding) -> tuple[Issuer, dict[str, Any]]:
    """Issuer and content of the reply as it would be issued now. The request must have been filed."""
    return issuer_of(issuing_organization(founding)), establishment_content(founding)


def proposed_seats(founding: Founding) -> int:
    """Members of the committee that the request proposes."""
    return founding.proposed_officers.count()


def file_with_district(founding: Founding, *, on: dt.date, case_number: str) -> None:
    """A general branch approved by the sub-district is filed (备案) with the district (RULES section 2)."""
    add_milestone(founding, MilestoneKind.FILED, on=on, case_number=case_number)


def request_extension(founding: Founding, *, reason: str) -> None:
    """Keep why the meeting cannot be held in time; the extension itself is decided by the issuing level."""
    founding.extension_reason = reason
    founding.save(update_fields=["extension_reason"])


def extend_meeting_term(founding: Founding) -> None:
    """The one extension of the meeting term that the rules allow."""
    if founding.meeting_due_on is None:
        raise ValueError("no term runs before the first reply")
    founding.meeting_due_on += dt.timedelta(days=founding.rules["extension_days"])
    founding.extensions += 1
    founding.save(update_fields=["meeting_due_on", "extensions"])


def lapse_founding(founding: Founding, *, at: dt.datetime, case_number: str) -> None:
    """No meeting within the term: the first reply lapses and the preparatory organization with it."""
    founding.organization.status = OrganizationStatus.LAPSED
    founding.organization.save(update_fields=["status"])
    reply = reply_document(founding)
    documents.revoke(reply, reason=_("逾期未召开团员大会，批复失效"), by_id=None, at=at)
    add_milestone(founding, MilestoneKind.LAPSED, on=timezone.localdate(at), case_number=case_number)
