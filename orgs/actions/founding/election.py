"""The members' meeting, the report of its result, and the second reply (批复)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from records import documents

from ...enums import MilestoneKind, OrganizationLevel
from ...issuers import issuer_of
from ...models import Candidate, Founding, MembersMeeting, Officer
from ...queries import district_of
from ...rules.election import Meeting, election_result, is_quorate
from ...rules.founding import term_end
from .common import (
    about,
    add_milestone,
    established,
    issuing_organization,
    leadership,
    people,
    reply_document,
    report_document,
    request_issuer,
)
from .files import attached_files

# Uploaded files that the report lists as attached, by purpose.
REPORT_FILES = {"sign_in": "团员大会签到表", "record": "团员大会会议记录", "result": "选举结果或人选材料"}


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
    if meeting.held_on is None:
        raise ValueError("a meeting is recorded with its day")
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


def previous_round(founding: Founding) -> MembersMeeting | None:
    """The first round whose second is due: elected members keep their seats, the rest is voted on again."""
    meeting = founding.current_meeting
    return meeting if meeting and meeting.election_round == 1 and meeting.second_round_needed else None


def annul_election(founding: Founding, *, reason: str, on: dt.date) -> None:
    """An irregular election is void; the meeting is to be held again within a new term."""
    founding.meetings.filter(annulled=False).update(annulled=True, annulled_reason=reason[:300])
    founding.meeting_due_on = on + dt.timedelta(days=founding.rules["meeting_days"])
    founding.save(update_fields=["meeting_due_on"])


def report_result(founding: Founding, *, duties: Mapping[int, str], instructor: str) -> None:
    """Keep who holds which duty, by the row's id: of the elected, or of those proposed for appointment."""
    for one in leadership(founding):
        one.duty = duties[one.pk]
        one.save(update_fields=["duty"])
    founding.instructor = instructor
    founding.save(update_fields=["instructor"])


def file_report(
    founding: Founding, *, by_id: int, at: dt.datetime, case_number: str, corrected: bool = False
) -> None:
    """Number the result report (报告): who was elected, or is proposed for appointment.

    A report that was corrected, or that follows a new election, gets a new number and supersedes the earlier one.
    """
    on = timezone.localdate(at)
    founding.reported_on = on
    founding.save(update_fields=["reported_on"])
    previous = report_document(founding)
    documents.issue(
        "result_report",
        issuer=request_issuer(founding),
        about=about(founding),
        unit_id=founding.unit_id,
        content=report_content(founding),
        on=on,
        by_id=by_id,
        supersedes=previous,
        at=at,
    )
    if founding.current_meeting and not corrected:
        add_milestone(
            founding, MilestoneKind.ELECTED, on=founding.current_meeting.held_on, case_number=case_number
        )


def report_content(founding: Founding) -> dict[str, Any]:
    """What the result report says: both rounds of the election with their votes, and who holds which duty."""
    reply, meetings = reply_document(founding), founding.meetings.filter(annulled=False)
    purposes = set(attached_files(founding).values_list("purpose", flat=True))
    return {
        "variant": "elected" if meetings else "appointed",
        "addressee": issuing_organization(founding).name,
        "reply": {"title": reply.title, "number": reply.number},
        "organization": established(founding).name,
        "ballots": [ballot(meeting) for meeting in meetings],
        "officers": people(leadership(founding)),
        "attachments": [name for purpose, name in REPORT_FILES.items() if purpose in purposes],
        "signer": founding.signing_officer,
        "contact": founding.applicant.name,
        "telephone": founding.contact_phone,
    }


def ballot(meeting: MembersMeeting) -> dict[str, Any]:
    """One round of the election as documents print it; candidates in the order of their votes."""
    return {
        "held_on": meeting.held_on.isoformat(),
        "place": meeting.place,
        "entitled": meeting.entitled,
        "present": meeting.present,
        "seats": meeting.seats,
        "issued": meeting.ballots_issued,
        "returned": meeting.ballots_returned,
        "valid": meeting.ballots_valid,
        "votes": [
            {"name": one.name, "votes": one.votes, "elected": one.elected} for one in meeting.candidates.all()
        ],
    }


def reply_leadership(founding: Founding, *, by_id: int, on: dt.date, case_number: str) -> None:
    """Second reply (批复): the leadership is approved, or appointed, for a term."""
    meeting = founding.current_meeting
    organization = founding.organization
    until = term_end(on, founding.kind, founding.rules)
    if founding.ends_on:
        until = min(until, founding.ends_on)
    officers = leadership(founding)
    Officer.objects.bulk_create(
        Officer(organization=organization, name=one.name, duty=one.duty, since=on, until=until)
        for one in officers
    )
    documents.issue(
        "leadership_reply",
        issuer=issuer_of(issuing_organization(founding)),
        about=about(founding),
        unit_id=founding.unit_id,
        content=leadership_content(founding, term=(on, until)),
        on=on,
        by_id=by_id,
    )
    founding.replied_on = on
    founding.save(update_fields=["replied_on"])
    organization.term_ends_on = until
    organization.save(update_fields=["term_ends_on"])
    if meeting is None:
        note = _("上级任命")
        add_milestone(founding, MilestoneKind.ELECTED, on=on, case_number=case_number, note=note)
    add_milestone(founding, MilestoneKind.REPLIED, on=on, case_number=case_number)


def leadership_content(founding: Founding, *, term: tuple[dt.date, dt.date]) -> dict[str, Any]:
    """What the second reply says; ``term`` is the first and the last day."""
    meeting, organization = founding.current_meeting, founding.organization
    issuer, report = issuing_organization(founding), report_document(founding)
    if report is None:
        raise ValueError("the leadership is approved after its report")
    content = {
        "variant": "elected" if meeting else "appointed",
        "addressee": organization.name,
        "report": {"title": report.title, "number": report.number},
        "organization": organization.name,
        "officers": people(leadership(founding)),
        "term_from": term[0].isoformat(),
        "term_to": term[1].isoformat(),
        "copies": [] if issuer.level == OrganizationLevel.DISTRICT else [district_of(issuer).name],
    }
    if meeting:
        content["meeting"] = {
            "held_on": meeting.held_on.isoformat(),
            "entitled": meeting.entitled,
            "present": meeting.present,
        }
    return content
