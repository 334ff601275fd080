"""The pages of the survey flow."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from orgs.models import Visit
from orgs.rules.survey import Suggestion, suggest_classification
from records.uploads import UploadRefused, store_upload

from ..models import Decision, Outcome
from ..returns import NotPossible
from ..views.task import TaskView
from .forms import ClassificationForm, VisitForm


class SurveyStep(TaskView):
    """Base of the steps that are forms: shows why the case came back."""

    def extra_context(self) -> dict:
        return {"returned": self.returned()}

    def returned(self) -> Decision | None:
        """The decision that sent the case back to this step, None when it came forward."""
        last = self.case.decisions.last()
        return last if last is not None and last.outcome == Outcome.RETURNED else None


class RecordVisit(SurveyStep):
    """Record a visit to the unit."""

    form_class = VisitForm
    template_name = "workflows/survey/visit.html"

    def form_kwargs(self) -> dict:
        return {"survey": self.case.artifact, "on": self.on, "by": self.request.user}

    def apply(self, form: Any) -> tuple[Outcome, str]:
        visit = form.save()
        for photo in form.cleaned_data["photos"]:
            self.keep_photo(visit, photo)
        return Outcome.SUBMITTED, form.cleaned_data["notes"]

    def keep_photo(self, visit: Visit, photo: Any) -> None:
        try:
            store_upload(
                photo, purpose="visit", by_id=self.request.user.pk, about=visit, at=self.authority.at
            )
        except UploadRefused as refused:
            raise NotPossible(
                _("%(problem)s其他内容都还在，改好后请重新选择全部照片再提交。") % {"problem": refused}
            ) from refused

    def done_message(self, outcome: Outcome) -> str:
        return _("走访记录已提交，下一步由街镇经办人分类。")


class ClassifyUnit(SurveyStep):
    """Propose a classification, or ask for another visit."""

    form_class = ClassificationForm
    template_name = "workflows/survey/classification.html"

    def suggestion(self) -> Suggestion:
        """What the last visit's figures suggest under the rules of the case."""
        survey = self.case.artifact
        visit = survey.visits.last()
        return suggest_classification(
            found=visit.found, youth=visit.youth, members=visit.members, rules=survey.rules
        )

    def form_kwargs(self) -> dict:
        return {"survey": self.case.artifact, "suggestion": self.suggestion(), "outcomes": self.outcomes}

    def extra_context(self) -> dict:
        return super().extra_context() | {"suggestion": self.suggestion()}

    def apply(self, form: Any) -> tuple[Outcome, str]:
        if form.asks_revisit:
            return Outcome.RETURNED, form.cleaned_data["reason"]
        form.save()
        # The survey keeps the last outcome only; what was proposed in each round is on record with the decision.
        with translation.override(settings.LANGUAGE_CODE):
            values = {
                "outcome": self.case.artifact.get_classification_display(),
                "reason": form.cleaned_data["reason"],
            }
            return Outcome.SUBMITTED, _("拟定为“%(outcome)s”。%(reason)s") % values

    def done_message(self, outcome: Outcome) -> str:
        if outcome == Outcome.RETURNED:
            return _("已送回重新走访。")
        return _("摸底结论已提出，下一步由审批人确认。")


class ConfirmClassification(TaskView):
    """Confirm the classification, or send it back."""
