"""What a founding changes in the registry, step by step (RULES section 10, P2).

Every function runs in the transition's transaction; none renders, mails or asks the clock.
"""

import datetime as dt
import re

from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _

from records import documents
from records.documents import Issuer

from ..enums import FoundingMode, MilestoneKind, OrganizationLevel, OrganizationStatus
from ..models import (
    Candidate,
    Coverage,
    Founding,
    FoundingSnapshot,
    LedgerEntry,
    MembersMeeting,
    Milestone,
    Officer,
    Organization,
    Person,
    RuleSet,
    Unit,
)
from ..queries import district_of, latest_document
from ..rules.election import Meeting, election_result, is_quorate
from ..rules.founding import committee_seats, founding_route, needs_election, term_end
from .organizations import add_organization

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
    )


def issuing_level(founding: Founding) -> str:
    """``subdistrict`` or ``district``: the last deciding level of the frozen route."""
    return [level for level in founding.route if not level.startswith("file:")][-1]


def issuing_organization(founding: Founding) -> Organization:
    """Who issues both replies and the certificate."""
    if issuing_level(founding) == "subdistrict":
        return founding.affiliation
    return district_of(founding.affiliation)


def issuer_of(organization: Organization) -> Issuer:
    return Issuer(
        id=organization.pk,
        name=organization.name,
        letter_code=organization.issuer_code,
        certificate_code=organization.issuer_code and certificate_code(organization),
    )


def certificate_code(organization: Organization) -> str:
    """First part of certificate numbers: HDTQ for the district, HDT and two digits of the street for others."""
    if organization.level == OrganizationLevel.DISTRICT:
        return "HDTQ"
    return f"HDT{organization.code[-3:]}" if organization.code else f"HDX{organization.pk}"


def request_issuer(founding: Founding) -> Issuer:
    """The preparatory group (筹备组) of the unit; its letter code is made of the unit's own name."""
    brand = re.sub(r"^北京市?|[（(].*?[）)]", "", founding.unit.name)[:4]
    name = _("%(unit)s团组织筹备组") % {"unit": founding.unit.name}
    return Issuer(id=founding.unit_id, name=name, letter_code=f"{brand}团筹", type="unit")


def people(persons) -> list[dict]:
    return [{"post": str(person.get_duty_display()), "name": person.name} for person in persons]


def snapshot(founding: Founding) -> dict:
    """The request as it stands, for comparing rounds."""
    data = {
        key: str(value) if isinstance(value, dt.date) else value
        for key, value in model_to_dict(founding, fields=REQUEST_FIELDS).items()
    }
    data["roster"] = list(founding.roster.values_list("name", flat=True))
    data["proposed_officers"] = [
        f"{officer.get_duty_display()} {officer.name}" for officer in founding.proposed_officers.all()
    ]
    data["covered_units"] = list(founding.covered_units.values_list("unit__name", flat=True))
    return data


def file_request(founding: Founding, *, by_id: int, at: dt.datetime, case_number: str, round: int) -> None:
    """Number the request (请示), freeze what it says, and note the milestone on its first submission.

    A corrected request gets a new number and supersedes the earlier one.
    """
    founding.route = list(founding_route(founding.kind, founding.direct_contact, founding.rules))
    if founding.direct_contact:
        founding.affiliation = district_of(founding.affiliation)
    first = founding.requested_on is None
    on = timezone.localdate(at)
    founding.requested_on = on
    founding.save(update_fields=["route", "affiliation", "requested_on"])
    FoundingSnapshot.objects.create(founding=founding, round=round, data=snapshot(founding), at=at)
    covered = [
        {
            "name": row.unit.name,
            "employees": row.unit.employees,
            "youth": row.unit.youth,
            "members": row.members,
        }
        for row in founding.covered_units.select_related("unit")
    ]
    content = {
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
        "attachments": ["团员花名册", "拟任负责人简历"],
        "signer": founding.signing_officer,
        "contact": founding.applicant.name,
        "telephone": founding.contact_phone,
    }
    previous = request_document(founding)
    documents.issue(
        "approval_request",
        issuer=request_issuer(founding),
        about=("founding", founding.pk),
        unit_id=founding.unit_id,
        content=content,
        on=on,
        by_id=by_id,
        supersedes=previous,
        at=at,
    )
    if first:
        add_milestone(founding, MilestoneKind.REQUESTED, on=on, case_number=case_number)


def request_document(founding: Founding):
    return latest_document("approval_request", about=("founding", founding.pk))


def add_milestone(
    founding: Founding, kind: MilestoneKind, *, on: dt.date, case_number: str, note: str = ""
) -> None:
    Milestone.objects.create(
        kind=kind,
        unit_id=founding.unit_id,
        organization_id=founding.organization_id,
        scope=founding.affiliation.scope,
        on=on,
        case_number=case_number,
        note=note,
    )


def establish_organization(founding: Founding, *, by_id: int, on: dt.date, case_number: str) -> None:
    """First reply (批复): the organization enters the tree as preparatory, and the term for the meeting starts."""
    elected = needs_election(founding.kind, founding.mode, founding.rules)
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
    request = request_document(founding)
    issuer = issuing_organization(founding)
    minimum, maximum = committee_seats(founding.kind, founding.members, founding.rules)
    documents.issue(
        "establishment_reply",
        issuer=issuer_of(issuer),
        about=("founding", founding.pk),
        unit_id=founding.unit_id,
        content={
            "addressee": request.issuer_name,
            "request": {"title": request.title, "number": request.number},
            "organization": organization.name,
            "organization_kind": str(organization.get_kind_display()),
            "mode": str(organization.get_mode_display()),
            "parent": founding.affiliation.name,
            "unit": founding.unit.name,
            "covered": list(founding.covered_units.values_list("unit__name", flat=True)),
            "appointed": not elected,
            "seats": proposed_seats(founding) or minimum,
            "secretaries": 1,
            "deputies": 1 if maximum > 3 and proposed_seats(founding) > 3 else 0,
            "elect_within_days": founding.rules["meeting_days"],
            "copies": [] if issuer.level == OrganizationLevel.DISTRICT else [district_of(issuer).name],
        },
        on=on,
        by_id=by_id,
    )
    add_milestone(founding, MilestoneKind.ESTABLISHED, on=on, case_number=case_number)


def proposed_seats(founding: Founding) -> int:
    return founding.proposed_officers.count()


def file_with_district(founding: Founding, *, on: dt.date, case_number: str) -> None:
    """A general branch approved by the sub-district is filed (备案) with the district (RULES section 2)."""
    add_milestone(founding, MilestoneKind.FILED, on=on, case_number=case_number)


def extend_meeting_term(founding: Founding) -> None:
    """The one extension of the meeting term that the rules allow."""
    founding.meeting_due_on += dt.timedelta(days=founding.rules["extension_days"])
    founding.extensions += 1
    founding.save(update_fields=["meeting_due_on", "extensions"])


def lapse_founding(founding: Founding, *, at: dt.datetime, case_number: str) -> None:
    """No meeting within the term: the first reply lapses and the preparatory organization with it."""
    founding.organization.status = OrganizationStatus.LAPSED
    founding.organization.save(update_fields=["status"])
    reply = latest_document("establishment_reply", about=("founding", founding.pk))
    documents.revoke(reply, reason=_("逾期未召开团员大会，批复失效"), by_id=None, at=at)
    add_milestone(founding, MilestoneKind.LAPSED, on=timezone.localdate(at), case_number=case_number)


def record_meeting(
    founding: Founding, meeting: Meeting, *, details: dict, election_round: int
) -> MembersMeeting:
    """Keep a members' meeting that satisfies the rules (the form has checked them) with what followed from it.

    ``details`` holds place, chair and record; duties of the elected are named in the result report.
    """
    if election_round == 1:
        founding.meetings.filter(annulled=False).update(
            annulled=True, annulled_reason=_("未选出班子，重新召开")
        )
    result = election_result(meeting, founding.rules)
    quorate = is_quorate(meeting, founding.rules)
    row = MembersMeeting.objects.create(
        founding=founding,
        number=founding.meetings.count() + 1,
        held_on=meeting.held_on,
        entitled=meeting.entitled,
        present=meeting.present,
        quorate=quorate,
        seats=meeting.seats,
        ballots_issued=meeting.ballots_issued,
        ballots_returned=meeting.ballots_returned,
        ballots_valid=meeting.ballots_valid,
        tellers="、".join(meeting.tellers),
        election_round=election_round,
        second_round_needed=quorate and result.needs_second_round,
        **details,
    )
    elected = set(result.elected) if quorate else set()
    Candidate.objects.bulk_create(
        Candidate(meeting=row, name=one.name, votes=one.votes, elected=one.name in elected)
        for one in meeting.candidates
    )
    return row


def annul_election(founding: Founding, *, reason: str, on: dt.date) -> None:
    """An irregular election is void; the meeting is to be held again within a new term."""
    founding.meetings.filter(annulled=False).update(annulled=True, annulled_reason=reason[:300])
    founding.meeting_due_on = on + dt.timedelta(days=founding.rules["meeting_days"])
    founding.save(update_fields=["meeting_due_on"])


def file_report(founding: Founding, *, on: dt.date, case_number: str) -> None:
    """The result report (报告) arrived: who was elected, or proposed for appointment."""
    founding.reported_on = on
    founding.save(update_fields=["reported_on"])
    if founding.current_meeting:
        add_milestone(
            founding, MilestoneKind.ELECTED, on=founding.current_meeting.held_on, case_number=case_number
        )


def leadership(founding: Founding) -> list:
    """The elected with their duties, or those proposed for appointment."""
    if founding.current_meeting is None:
        return list(founding.proposed_officers.all())
    return list(Candidate.objects.filter(meeting__founding=founding, meeting__annulled=False, elected=True))


def reply_leadership(founding: Founding, *, by_id: int, on: dt.date, case_number: str) -> None:
    """Second reply (批复): the leadership is approved, or appointed, for a term."""
    meeting = founding.current_meeting
    organization = founding.organization
    until = term_end(on, founding.kind, founding.rules)
    if founding.ends_on:
        until = min(until, founding.ends_on)
    order = {"secretary": 0, "deputy_secretary": 1, "member": 2}
    officers = sorted(leadership(founding), key=lambda officer: order[officer.duty])
    Officer.objects.bulk_create(
        Officer(
            organization=organization, name=one.name, duty=str(one.get_duty_display()), since=on, until=until
        )
        for one in officers
    )
    issuer = issuing_organization(founding)
    content = {
        "variant": "elected" if meeting else "appointed",
        "addressee": organization.name,
        "report": {
            "title": _("关于%(name)s选举结果的报告") % {"name": organization.name}
            if meeting
            else _("关于%(name)s班子人选的报告") % {"name": organization.name},
            "number": "",
        },
        "organization": organization.name,
        "officers": people(officers),
        "term_from": on.isoformat(),
        "term_to": until.isoformat(),
        "copies": [] if issuer.level == OrganizationLevel.DISTRICT else [district_of(issuer).name],
    }
    if meeting:
        content["meeting"] = {
            "held_on": meeting.held_on.isoformat(),
            "entitled": meeting.entitled,
            "present": meeting.present,
        }
    documents.issue(
        "leadership_reply",
        issuer=issuer_of(issuer),
        about=("founding", founding.pk),
        unit_id=founding.unit_id,
        content=content,
        on=on,
        by_id=by_id,
    )
    founding.replied_on = on
    founding.save(update_fields=["replied_on"])
    organization.term_ends_on = until
    organization.save(update_fields=["term_ends_on"])
    add_milestone(founding, MilestoneKind.REPLIED, on=on, case_number=case_number)


def register_organization(founding: Founding, *, by_id: int, on: dt.date, case_number: str) -> None:
    """Database entry (入库): the organization is active, covered units and the ledger row are written, and the
    founding certificate is issued."""
    organization = founding.organization
    organization.status = OrganizationStatus.ACTIVE
    organization.founded_on = founding.replied_on
    organization.save(update_fields=["status", "founded_on"])
    founding.registered_on = on
    founding.save(update_fields=["registered_on"])
    covered = [row.unit for row in founding.covered_units.select_related("unit")]
    Coverage.objects.bulk_create(
        [Coverage(organization=organization, unit=founding.unit, is_host=True, since=on)]
        + [Coverage(organization=organization, unit=unit, since=on) for unit in covered]
    )
    reply = latest_document("establishment_reply", about=("founding", founding.pk))
    LedgerEntry.objects.create(
        organization=organization,
        scope=founding.affiliation.scope,
        month=on.replace(day=1),
        registered_on=on,
        data=ledger_columns(founding, reply.number, [unit.name for unit in covered]),
    )
    documents.issue(
        "founding_certificate",
        issuer=issuer_of(issuing_organization(founding)),
        about=("founding", founding.pk),
        unit_id=founding.unit_id,
        content={
            "organization": organization.name,
            "organization_kind": str(organization.get_kind_display()),
            "mode": str(organization.get_mode_display()),
            "parent": founding.affiliation.name,
            "approval_number": reply.number,
            "approved_on": founding.established_on.isoformat(),
            "founded_on": organization.founded_on.isoformat(),
            "units": [founding.unit.name] + [unit.name for unit in covered],
        },
        on=on,
        by_id=by_id,
    )
    add_milestone(founding, MilestoneKind.REGISTERED, on=on, case_number=case_number)


def ledger_columns(founding: Founding, reply_number: str, covered: list[str]) -> dict:
    """The ledger's columns (RULES section 3) that the case already knows; nobody fills them in a second time."""
    unit, organization, meeting = founding.unit, founding.organization, founding.current_meeting
    secretary = next((one for one in leadership(founding) if one.duty == "secretary"), None)
    return {
        "街镇": founding.affiliation.display_name,
        "单位名称": unit.name,
        "证照类型": str(unit.get_number_kind_display()),
        "证照号码": unit.number,
        "地址": unit.address,
        "单位性质": str(unit.get_kind_display()),
        "行业": unit.section,
        "是否规模以上": unit.above_scale,
        "从业人员": founding.employees,
        "35岁以下青年": founding.youth,
        "团员": founding.members,
        "党员": founding.party_members,
        "党组织": founding.party_organization,
        "工会": unit.has_trade_union,
        "建团形式": str(organization.get_mode_display()),
        "团组织名称": organization.name,
        "团组织类别": str(organization.get_kind_display()),
        "批复文号": reply_number,
        "批复日期": founding.established_on.isoformat(),
        "选举日期": meeting.held_on.isoformat() if meeting else "",
        "书记": secretary.name if secretary else "",
        "委员数": len(leadership(founding)),
        "覆盖单位": covered,
        "是否直接联系": founding.direct_contact,
        "指导员": founding.instructor,
        "入库日期": founding.registered_on.isoformat(),
    }
