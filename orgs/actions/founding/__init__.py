"""What a founding changes in the registry, step by step (RULES section 10, P2).

Every function runs in the transition's transaction; none renders, mails or asks the clock.
"""

from .common import (
    add_milestone,
    issuing_level,
    issuing_organization,
    leadership,
    request_document,
    request_issuer,
    total_members,
)
from .election import (
    annul_election,
    file_report,
    previous_round,
    record_meeting,
    reply_leadership,
    report_result,
)
from .establishing import (
    draft_establishment_reply,
    establish_organization,
    extend_meeting_term,
    file_with_district,
    lapse_founding,
    request_extension,
)
from .files import attach_file, attached_files, removable_files, remove_file
from .registration import ledger_columns, record_registration, register_organization
from .request import (
    REQUEST_FIELDS,
    changes_between_rounds,
    changes_since_submission,
    file_request,
    last_saved,
    save_request,
    snapshot,
    start_founding,
)

__all__ = [
    "REQUEST_FIELDS",
    "add_milestone",
    "annul_election",
    "attach_file",
    "attached_files",
    "changes_between_rounds",
    "changes_since_submission",
    "draft_establishment_reply",
    "establish_organization",
    "extend_meeting_term",
    "file_report",
    "file_request",
    "file_with_district",
    "issuing_level",
    "issuing_organization",
    "lapse_founding",
    "last_saved",
    "leadership",
    "ledger_columns",
    "previous_round",
    "record_meeting",
    "record_registration",
    "register_organization",
    "removable_files",
    "remove_file",
    "reply_leadership",
    "report_result",
    "request_document",
    "request_extension",
    "request_issuer",
    "save_request",
    "snapshot",
    "start_founding",
    "total_members",
]
