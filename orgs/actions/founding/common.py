"""Who issues what in a founding, how many it counts, and who leads it: read by every step."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from records.documents import Issuer
from records.models import Document

from ...enums import MilestoneKind, OfficerDuty
from ...models import Candidate, Founding, Milestone, Organization, ProposedOfficer
from ...queries import district_of, latest_document
from ...rules.names import brand_of

DUTY_ORDER = {duty: place for place, duty in enumerate(OfficerDuty.values)}


def issuing_level(founding: Founding) -> str:
    """``subdistrict`` or ``district``: the last deciding level of the frozen route."""
    return [level for level in founding.route if not level.startswith("file:")][-1]


def issuing_organization(founding: Founding) -> Organization:
    """Who issues both replies and the certificate."""
    if issuing_level(founding) == "subdistrict":
        return founding.affiliation
    return district_of(founding.affiliation)


def request_issuer(founding: Founding) -> Issuer:
    """The preparatory group (筹备组) of the unit; its letter code is made of the unit's brand: 云岫团筹."""
    name = _("%(unit)s团组织筹备组") % {"unit": founding.unit.name}
    return Issuer(
        id=founding.unit_id, name=name, letter_code=f"{brand_of(founding.unit.name)}团筹", type="unit"
    )


def about(founding: Founding) -> tuple[str, int]:
    """How documents name the matter."""
    return ("founding", founding.pk)


def request_document(founding: Founding) -> Document | None:
    """The newest request (请示) of the founding."""
    return latest_document("approval_request", about=about(founding))


def report_document(founding: Founding) -> Document | None:
    """The newest result report (报告) of the founding."""
    return latest_document("result_report", about=about(founding))


def reply_document(founding: Founding) -> Document:
    """The first reply. Raises Document.DoesNotExist before it is issued."""
    kind, (about_type, about_id) = "establishment_reply", about(founding)
    return Document.objects.filter(kind=kind, about_type=about_type, about_id=about_id).latest("pk")


def established(founding: Founding) -> Organization:
    """The organization that the first reply brought into the tree. Raises ValueError before that."""
    if founding.organization is None:
        raise ValueError("the organization is not established yet")
    return founding.organization


def people(persons: Iterable[Candidate | ProposedOfficer]) -> list[dict[str, str]]:
    """Officers as documents print them."""
    return [{"post": str(person.get_duty_display()), "name": person.name} for person in persons]


def total_members(founding: Founding) -> int:
    """Members of the applying and of all covered units: what the roster lists and seats are counted by."""
    return founding.members + sum(founding.covered_units.values_list("members", flat=True))


def leadership(founding: Founding) -> list[Candidate | ProposedOfficer]:
    """The elected of both rounds with their duties, or those proposed for appointment; the secretary first."""
    found: list[Candidate | ProposedOfficer]
    if founding.current_meeting is None:
        found = [*founding.proposed_officers.all()]
    else:
        found = [*Candidate.objects.filter(meeting__founding=founding, meeting__annulled=False, elected=True)]
    return sorted(found, key=lambda one: DUTY_ORDER.get(one.duty, len(DUTY_ORDER)))


def add_milestone(
    founding: Founding, kind: MilestoneKind, *, on: dt.date, case_number: str, note: str = ""
) -> None:
    """Leave a dated fact about the founding."""
    Milestone.objects.create(
        kind=kind,
        unit_id=founding.unit_id,
        organization_id=founding.organization_id,
        scope=founding.affiliation.scope,
        on=on,
        case_number=case_number,
        note=note,
    )
