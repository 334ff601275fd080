"""The pages of the nomination flow."""

from .office import ApproveList, CheckEligibility, ReviewNomination, Vet
from .unit import Nominate, OwnNotice
from .waiting import AwaitCertificate, AwaitDecision, AwaitNotice, AwaitPlace, AwaitRanking, AwaitReview

__all__ = [
    "ApproveList",
    "AwaitCertificate",
    "AwaitDecision",
    "AwaitNotice",
    "AwaitPlace",
    "AwaitRanking",
    "AwaitReview",
    "CheckEligibility",
    "Nominate",
    "OwnNotice",
    "ReviewNomination",
    "Vet",
]
