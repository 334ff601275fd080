"""Cases and what the engine and the desk keep about them."""

from .bulk import BulkDecision, BulkItem
from .case import AcceptanceProcess, Case, FoundingProcess, NominationProcess, SurveyProcess
from .decision import ASSENT, Decision, Outcome, Side
from .desk import Draft, SavedView
from .handling import CaseCopy, CaseEvent, CoSign, CoSigner
from .nodemove import NodeMove
from .phrase import StockPhrase
from .task import GuardedTask, StaleTask
from .workitem import WorkItem

__all__ = [
    "ASSENT",
    "AcceptanceProcess",
    "BulkDecision",
    "BulkItem",
    "Case",
    "CaseCopy",
    "CaseEvent",
    "CoSign",
    "CoSigner",
    "Decision",
    "Draft",
    "FoundingProcess",
    "GuardedTask",
    "NodeMove",
    "NominationProcess",
    "Outcome",
    "SavedView",
    "Side",
    "StaleTask",
    "StockPhrase",
    "SurveyProcess",
    "WorkItem",
]
