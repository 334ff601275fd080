"""What an acceptance changes, step by step (RULES section 10, P3)."""

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
from .starting import acceptance_obstacle, case_of, running_case, start_acceptance, valid_acceptance

__all__ = [
    "Claim",
    "Purpose",
    "Rectified",
    "acceptance_obstacle",
    "acting_secretary",
    "answer_findings",
    "case_of",
    "changed_items",
    "drop_file",
    "failed_items",
    "file_appeal",
    "file_assessment",
    "files_about",
    "files_of_items",
    "keep_file",
    "keep_signature",
    "last_saved",
    "open_files",
    "report_rectification",
    "running_case",
    "save_assessment",
    "save_rectification",
    "self_judgement",
    "self_total",
    "signature",
    "start_acceptance",
    "valid_acceptance",
]
