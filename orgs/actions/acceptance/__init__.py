"""What an acceptance changes, step by step (RULES section 10, P3)."""

from .starting import acceptance_obstacle, case_of, running_case, start_acceptance, valid_acceptance

__all__ = [
    "acceptance_obstacle",
    "case_of",
    "running_case",
    "start_acceptance",
    "valid_acceptance",
]
