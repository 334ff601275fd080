"""All process definitions, in the order of an organization's life."""

from .acceptance.flow import AcceptanceFlow
from .founding.flow import FoundingFlow
from .survey.flow import SurveyFlow

FLOWS = (SurveyFlow, FoundingFlow, AcceptanceFlow)
