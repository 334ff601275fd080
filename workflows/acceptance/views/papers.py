"""The page of the paper review."""

from ...views.task import TaskView
from ..forms.opinions import StepForm


class ReviewPapers(TaskView):
    """Check what the unit claims against its evidence and what the system knows."""

    form_class = StepForm
