"""The pages of the unit: self-assessment, answer, rectification, appeal."""

from ...models import Outcome
from ...views.unit_page import UnitPage
from ..forms.answer import AnswerForm
from ..forms.appeal import AppealForm
from ..forms.assessment import AssessmentForm
from ..forms.rectification import RectifyForm


class AcceptancePage(UnitPage):
    """A page of the unit beside the standard, and what its assessment was returned with."""

    files_template = "workflows/acceptance/partials/files.html"

    def extra_context(self) -> dict:
        return {"standard": self.case.artifact.standard} | self.returned()


class AssessSelf(AcceptancePage):
    """Assess oneself by the standard, with two signatures; correct it after a return."""

    form_class = AssessmentForm
    template_name = "workflows/acceptance/assess.html"
    keeps = True

    def apply(self, form: AssessmentForm) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.submission_note()

    def extra_context(self) -> dict:
        return super().extra_context() | {"previewed": self.request.POST.get("action") == "preview"}


class AnswerFindings(AcceptancePage):
    """Answer what the inspectors found."""

    form_class = AnswerForm
    template_name = "workflows/acceptance/answer.html"

    def apply(self, form: AnswerForm) -> tuple[Outcome, str]:
        return Outcome.SUBMITTED, form.save()


class RectifyItems(AcceptancePage):
    """Say how each failed item was put right."""

    form_class = RectifyForm
    template_name = "workflows/acceptance/rectify.html"
    keeps = True

    def apply(self, form: RectifyForm) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]


class FileAppeal(AcceptancePage):
    """Appeal against failure, or accept it."""

    form_class = AppealForm
    template_name = "workflows/acceptance/appeal.html"

    def apply(self, form: AppealForm) -> tuple[Outcome, str]:
        return form.save()
