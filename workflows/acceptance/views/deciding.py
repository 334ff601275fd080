"""Pages on which an acceptance is proposed, decided, and decided again after an appeal."""

from ...views.task import TaskView
from ..forms.opinions import AppealDecisionForm, AppealReviewForm, ConclusionForm, StepForm


class ProposeResult(TaskView):
    """The sub-district proposes pass, rectification or failure."""

    form_class = StepForm


class DecideAcceptance(TaskView):
    """The district decides."""

    form_class = ConclusionForm


class ReviewAppeal(TaskView):
    """The district's office looks into an appeal and reports to the leader."""

    form_class = AppealReviewForm


class DecideAppeal(TaskView):
    """The district's leader decides on an appeal."""

    form_class = AppealDecisionForm
