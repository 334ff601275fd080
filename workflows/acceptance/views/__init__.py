"""The pages of the acceptance flow."""

from .deciding import DecideAcceptance, DecideAppeal, ProposeResult, ReviewAppeal
from .papers import ReviewPapers
from .unit import AnswerFindings, AssessSelf, FileAppeal, RectifyItems
from .visits import AssignInspectors, AwaitSample, CheckSample, SummarizeInspection

__all__ = [
    "AnswerFindings",
    "AssessSelf",
    "AssignInspectors",
    "AwaitSample",
    "CheckSample",
    "DecideAcceptance",
    "DecideAppeal",
    "FileAppeal",
    "ProposeResult",
    "RectifyItems",
    "ReviewAppeal",
    "ReviewPapers",
    "SummarizeInspection",
]
