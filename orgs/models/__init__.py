"""The registry's models; one module per noun."""

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
from .milestone import LedgerEntry, Milestone
from .organization import Coverage, Officer, Organization, TreeTooWide, scope_range
from .person import OrganizationPermission, Person, Post, UnitPermission
from .ruleset import NoRuleSet, RuleSet
from .survey import ImportRow, RegisterImport, Survey, Visit
from .target import Campaign, Checkpoint, Goal
from .unit import Unit, UnitVersion
from .webhook import Webhook, WebhookDelivery

__all__ = [
    "Campaign",
    "Candidate",
    "Checkpoint",
    "Coverage",
    "CoveredUnit",
    "Delegation",
    "Founding",
    "FoundingSnapshot",
    "Goal",
    "ImportRow",
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
