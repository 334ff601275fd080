"""What each flow tells about its cases, by the short names of the flows."""

from .acceptance.sheet import acceptance_sheet
from .acceptance.submissions import acceptance_submissions
from .founding.sheet import founding_sheet
from .founding.submissions import founding_submissions
from .nomination.sheet import nomination_sheet
from .nomination.submissions import nomination_submissions
from .survey.sheet import survey_sheet
from .survey.submissions import survey_submissions
from .telling import Telling

TELLINGS: dict[str, Telling] = {
    "acceptance": Telling(acceptance_sheet, acceptance_submissions),
    "founding": Telling(founding_sheet, founding_submissions),
    "nomination": Telling(nomination_sheet, nomination_submissions),
    "survey": Telling(survey_sheet, survey_submissions),
}
