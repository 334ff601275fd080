"""Cases and what the engine and the desk keep about them."""

from .case import Case, FoundingProcess, SurveyProcess
from .decision import Decision, Outcome, Side
from .phrase import StockPhrase
from .task import GuardedTask, StaleTask
from .workitem import WorkItem

__all__ = [
    "Case",
    "Decision",
    "FoundingProcess",
    "GuardedTask",
    "Outcome",
    "Side",
    "StaleTask",
    "StockPhrase",
    "SurveyProcess",
    "WorkItem",
]
