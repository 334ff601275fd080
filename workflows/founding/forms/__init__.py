"""Forms of the founding flow."""

from .meeting import MeetingForm
from .registration import RegistrationForm
from .request import RequestForm
from .result import ResultForm

__all__ = ["MeetingForm", "RegistrationForm", "RequestForm", "ResultForm"]
