"""The pages of the survey flow."""

from django.utils.translation import gettext as _

from ..models import Outcome
from ..views.task import TaskView
from .forms import ClassificationForm, VisitForm


class RecordVisit(TaskView):
    """Record a visit to the unit."""

    form_class = VisitForm
    template_name = "workflows/survey/visit.html"

    def form_kwargs(self) -> dict:
        return {"survey": self.case.artifact, "on": self.on, "by": self.request.user}

    def apply(self, form) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["notes"]

    def done_message(self, outcome: Outcome) -> str:
        return _("走访记录已提交。")


class ClassifyUnit(TaskView):
    """Propose a classification, or ask for another visit."""

    form_class = ClassificationForm
    template_name = "workflows/survey/classification.html"

    def form_kwargs(self) -> dict:
        return {"survey": self.case.artifact, "on": self.on}

    def apply(self, form) -> tuple[Outcome, str]:
        if form.asks_revisit:
            return Outcome.RETURNED, form.cleaned_data["reason"]
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["reason"]


class ConfirmClassification(TaskView):
    """Confirm the classification, or send it back."""
