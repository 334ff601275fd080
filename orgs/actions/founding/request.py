"""The request (请示): started from the register, kept while it is drafted, numbered when it is sent."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.forms.models import model_to_dict
from django.utils import timezone

from records import audit, documents
from records.models import AuditEntry

from ...enums import FoundingMode, MilestoneKind, OrganizationKind
from ...models import (
    CoveredUnit,
    Founding,
    FoundingSnapshot,
    Person,
    ProposedOfficer,
    RosterMember,
    RuleSet,
    Unit,
)
from ...queries import district_of
from ...rules.founding import founding_route
from ...rules.names import proposed_organization_name
from .common import about, add_milestone, issuing_organization, people, request_document, request_issuer
from .files import attached_files

REQUEST_FIELDS = [
    "organization_name",
    "kind",
    "mode",
    "direct_contact",
    "reason",
    "employees",
    "youth",
    "members",
    "party_members",
    "party_organization",
    "party_explanation",
    "host_name",
    "host_consented_on",
    "ends_on",
    "signing_officer",
    "contact_phone",
]


def start_founding(*, unit: Unit, applicant: Person, rule_set: RuleSet) -> Founding:
    """A new request of a unit, filled from the register, under the rules in force."""
    return Founding.objects.create(
        unit=unit,
        affiliation=unit.affiliation,
        applicant=applicant,
        rule_set=rule_set,
        rules=rule_set.data,
        employees=unit.employees,
        youth=unit.youth,
        members=unit.members,
        party_members=unit.party_members,
        party_organization=unit.party_organization,
        direct_contact=unit.direct_contact,
        contact_phone=unit.contact_phone,
        signing_officer=applicant.name,
        organization_name=proposed_organization_name(unit.name, OrganizationKind.BRANCH)[:120],
    )


def save_request(
    founding: Founding,
    *,
    fields: Mapping[str, Any],
    roster: Sequence[Mapping[str, Any]] | None = None,
    officers: Sequence[Mapping[str, Any]] | None = None,
    covered: Sequence[Mapping[str, Any]] | None = None,
    by: Person,
    at: dt.datetime,
) -> None:
    """Keep what was filled in, complete or not. Lists replace the stored ones; None leaves them as they are.

    Grows ``version`` and leaves an audit entry, from which a stale form learns who saved in between.
    """
    for name in fields:
        if name not in REQUEST_FIELDS:
            raise ValueError(f"{name} is no field of the request")
        setattr(founding, name, fields[name])
    founding.save(update_fields=list(fields))
    if roster is not None:
        founding.roster.all().delete()
        RosterMember.objects.bulk_create(RosterMember(founding=founding, **row) for row in roster)
    if officers is not None:
        founding.proposed_officers.all().delete()
        ProposedOfficer.objects.bulk_create(ProposedOfficer(founding=founding, **row) for row in officers)
    if covered is not None:
        founding.covered_units.all().delete()
        CoveredUnit.objects.bulk_create(CoveredUnit(founding=founding, **row) for row in covered)
    Founding.objects.filter(pk=founding.pk).update(version=F("version") + 1)
    founding.refresh_from_db(fields=["version"])
    audit.record(
        "request_saved",
        by_id=by.pk,
        about=f"founding:{founding.pk}",
        chain=f"unit:{founding.unit_id}",
        at=at,
        version=founding.version,
    )


def last_saved(founding: Founding) -> tuple[str, dt.datetime] | None:
    """Who saved the request last, and when; None while nobody has."""
    entry = (
        AuditEntry.objects.filter(about=f"founding:{founding.pk}", event="request_saved")
        .order_by("-sequence")
        .first()
    )
    if entry is None or entry.by_id is None:
        return None
    name = Person.objects.filter(pk=entry.by_id).values_list("name", flat=True).first()
    return name or "", entry.at


def snapshot(founding: Founding) -> dict:
    """The request as it stands, for comparing rounds."""
    data = {
        key: str(value) if isinstance(value, dt.date) else value
        for key, value in model_to_dict(founding, fields=REQUEST_FIELDS).items()
    }
    data["roster"] = [
        f"{name} {born_on or ''}" for name, born_on in founding.roster.values_list("name", "born_on")
    ]
    data["proposed_officers"] = [
        f"{officer.get_duty_display()} {officer.name}" for officer in founding.proposed_officers.all()
    ]
    data["covered_units"] = [
        f"{name} {members}" for name, members in founding.covered_units.values_list("unit__name", "members")
    ]
    data["files"] = list(attached_files(founding).values_list("name", flat=True))
    return data


def changes_since_submission(founding: Founding) -> list[str]:
    """Names of the fields and lists that differ from what was last submitted, for marking a correction."""
    last = founding.snapshots.last()
    if last is None:
        return []
    now = snapshot(founding)
    return [key for key in now if key in last.data and now[key] != last.data[key]]


def changes_between_rounds(founding: Founding) -> list[str]:
    """Names of the fields and lists that the last correction changed; empty before the second round."""
    *_earlier, before, after = [None, None, *founding.snapshots.all()]
    if before is None or after is None:
        return []
    return [key for key in after.data if key in before.data and after.data[key] != before.data[key]]


def request_attachments(founding: Founding) -> list[str]:
    """What the request lists as attached: roster and résumés always, the rest as it was uploaded."""
    names = ["团员花名册", "拟任负责人简历"]
    purposes = set(attached_files(founding).values_list("purpose", flat=True))
    if "party_consent" in purposes:
        names.append("单位党组织意见")
    elif founding.party_explanation:
        names.append("关于单位党组织情况的说明")
    if "host_consent" in purposes:
        names.append("依托单位书面同意材料")
    if "other" in purposes:
        names.append("其他有关材料")
    return names


def request_content(founding: Founding) -> dict[str, Any]:
    """What the request says, for its frozen document."""
    covered = [
        {
            "name": row.unit.name,
            "employees": row.unit.employees,
            "youth": row.unit.youth,
            "members": row.members,
        }
        for row in founding.covered_units.select_related("unit")
    ]
    return {
        "addressee": issuing_organization(founding).name,
        "organization": founding.organization_name,
        "organization_kind": str(founding.get_kind_display()),
        "mode": str(FoundingMode(founding.mode).label),
        "unit": founding.unit.name,
        "unit_nature": str(founding.unit.get_kind_display()),
        "employees": founding.employees,
        "youth": founding.youth,
        "members": founding.members,
        "party_members": founding.party_members,
        "reason": founding.reason,
        "officers": people(founding.proposed_officers.all()),
        "covered": covered,
        "attachments": request_attachments(founding),
        "signer": founding.signing_officer,
        "contact": founding.applicant.name,
        "telephone": founding.contact_phone,
    }


def file_request(founding: Founding, *, by_id: int, at: dt.datetime, case_number: str, round: int) -> None:
    """Number the request (请示), freeze what it says, and note the milestone on its first submission.

    A corrected request gets a new number and supersedes the earlier one.
    """
    founding.route = list(founding_route(founding.kind, founding.direct_contact, founding.rules))
    founding.affiliation = founding.unit.affiliation
    if founding.direct_contact:
        founding.affiliation = district_of(founding.affiliation)
    first = founding.requested_on is None
    on = timezone.localdate(at)
    founding.requested_on = on
    founding.save(update_fields=["route", "affiliation", "requested_on"])
    FoundingSnapshot.objects.create(founding=founding, round=round, data=snapshot(founding), at=at)
    previous = request_document(founding)
    documents.issue(
        "approval_request",
        issuer=request_issuer(founding),
        about=about(founding),
        unit_id=founding.unit_id,
        content=request_content(founding),
        on=on,
        by_id=by_id,
        supersedes=previous,
        at=at,
    )
    if first:
        add_milestone(founding, MilestoneKind.REQUESTED, on=on, case_number=case_number)
