"""All process definitions, in the order of an organization's life."""

from .acceptance.flow import AcceptanceFlow
from .founding.flow import FoundingFlow
from .nomination.flow import NominationFlow
from .survey.flow import SurveyFlow

FLOWS = (SurveyFlow, FoundingFlow, AcceptanceFlow, NominationFlow)
