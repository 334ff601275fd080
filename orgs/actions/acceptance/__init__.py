"""What an acceptance changes, step by step (RULES section 10, P3).

Every function runs in the transition's transaction; none renders, mails or asks the clock.
"""

from .answering import answer_findings, file_appeal
from .assessing import (
    Claim,
    acting_secretary,
    changed_items,
    file_assessment,
    last_saved,
    save_assessment,
    self_judgement,
    self_total,
)
from .common import CannotConclude, possible_conclusions, round_visits, sample_visits
from .deciding import (
    certify,
    fail_acceptance,
    order_rectification,
    recommend_conclusion,
    reopen_acceptance,
)
from .evidence import (
    Purpose,
    drop_file,
    files_about,
    files_of_items,
    keep_file,
    keep_signature,
    open_files,
    signature,
)
from .rectifying import Rectified, failed_items, report_rectification, save_rectification
from .starting import (
    AcceptanceOffer,
    acceptance_obstacle,
    acceptance_offers,
    case_of,
    running_case,
    start_acceptance,
    valid_acceptance,
)
from .summary import awaited_sample_visits, awaited_visits, merge_round, needs_third, open_findings

__all__ = [
    "AcceptanceOffer",
    "CannotConclude",
    "Claim",
    "Purpose",
    "Rectified",
    "acceptance_obstacle",
    "acceptance_offers",
    "acting_secretary",
    "answer_findings",
    "awaited_sample_visits",
    "awaited_visits",
    "case_of",
    "certify",
    "changed_items",
    "drop_file",
    "fail_acceptance",
    "failed_items",
    "file_appeal",
    "file_assessment",
    "files_about",
    "files_of_items",
    "keep_file",
    "keep_signature",
    "last_saved",
    "merge_round",
    "needs_third",
    "open_files",
    "open_findings",
    "order_rectification",
    "possible_conclusions",
    "recommend_conclusion",
    "reopen_acceptance",
    "report_rectification",
    "round_visits",
    "running_case",
    "sample_visits",
    "save_assessment",
    "save_rectification",
    "self_judgement",
    "self_total",
    "signature",
    "start_acceptance",
    "valid_acceptance",
]
