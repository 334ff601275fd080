"""The pages of the acceptance flow."""

from .deciding import DecideAcceptance, DecideAppeal, ProposeResult, ReviewAppeal
from .papers import ReviewPapers
from .visits import AssignInspectors, AwaitSample, CheckSample, SummarizeInspection

__all__ = [
    "AssignInspectors",
    "AwaitSample",
    "CheckSample",
    "DecideAcceptance",
    "DecideAppeal",
    "ProposeResult",
    "ReviewAppeal",
    "ReviewPapers",
    "SummarizeInspection",
]
