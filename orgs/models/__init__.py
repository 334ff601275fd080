"""The registry's models; one module per noun."""

from .acceptance import Acceptance, AcceptanceItem, AcceptanceSnapshot
from .delegation import Delegation
from .founding import (
    Candidate,
    CoveredUnit,
    Founding,
    FoundingSnapshot,
    MembersMeeting,
    ProposedOfficer,
    RosterMember,
)
from .inspection import DeviceKey, Inspection, InspectionFact, InspectionUpload
from .milestone import LedgerEntry, Milestone
from .organization import Coverage, Officer, Organization, TreeTooWide, scope_range
from .person import OrganizationPermission, Person, Post, UnitPermission
from .ruleset import NoRuleSet, RuleSet
from .sampling import Sample, SampleEntry
from .standard import StandardDraft
from .survey import ImportRow, RegisterImport, Survey, Visit
from .target import Campaign, Checkpoint, Goal
from .unit import Unit, UnitVersion
from .webhook import Webhook, WebhookDelivery

__all__ = [
    "Acceptance",
    "AcceptanceItem",
    "AcceptanceSnapshot",
    "Campaign",
    "Candidate",
    "Checkpoint",
    "Coverage",
    "CoveredUnit",
    "Delegation",
    "DeviceKey",
    "Founding",
    "FoundingSnapshot",
    "Goal",
    "ImportRow",
    "Inspection",
    "InspectionFact",
    "InspectionUpload",
    "LedgerEntry",
    "MembersMeeting",
    "Milestone",
    "NoRuleSet",
    "Officer",
    "Organization",
    "OrganizationPermission",
    "Person",
    "Post",
    "ProposedOfficer",
    "RegisterImport",
    "RosterMember",
    "RuleSet",
    "Sample",
    "SampleEntry",
    "StandardDraft",
    "Survey",
    "TreeTooWide",
    "Unit",
    "UnitPermission",
    "UnitVersion",
    "Visit",
    "Webhook",
    "WebhookDelivery",
    "scope_range",
]
