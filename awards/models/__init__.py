from .award import Award
from .campaign import AwardCampaign, Honour, QuotaAdjustment
from .nomination import (
    ConsultationAnswer,
    ConsultationLetter,
    Nomination,
    NominationEvent,
    NominationSnapshot,
)
from .notice import AnnouncedName, Investigator, Objection, PublicNotice
from .review import (
    Ballot,
    BallotRoll,
    CommitteeMember,
    ConflictDeclaration,
    Review,
    Score,
    Slip,
    TieDecision,
    Vote,
)

__all__ = [
    "AnnouncedName",
    "Award",
    "AwardCampaign",
    "Ballot",
    "BallotRoll",
    "CommitteeMember",
    "ConflictDeclaration",
    "ConsultationAnswer",
    "ConsultationLetter",
    "Honour",
    "Investigator",
    "Nomination",
    "NominationEvent",
    "NominationSnapshot",
    "Objection",
    "PublicNotice",
    "QuotaAdjustment",
    "Review",
    "Score",
    "Slip",
    "TieDecision",
    "Vote",
]
