"""Pages on which the sub-district and the district decide on one nomination."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse

from awards.actions.checking import record_findings
from awards.eligible import findings_of
from awards.models import ConsultationAnswer, Nomination
from awards.nomination_register import case_ids, others_about
from awards.rules.eligibility import Finding, failed

from ...models import Outcome
from ...views.task import TaskView
from ..forms.office import EligibilityForm, ListForm, ReviewForm, VettingForm


class OfficePage(TaskView):
    """A page of staff about one nominee: the rules with their answers, and what else is proposed for the nominee."""

    @property
    def nomination(self) -> Nomination:
        return self.case.artifact

    @cached_property
    def findings(self) -> list[Finding]:
        return findings_of(self.nomination, self.on)

    def extra_context(self) -> dict:
        others = others_about(self.nomination, self.request.user)
        cases = case_ids(others)
        return {
            "nomination": self.nomination,
            "findings": self.findings,
            "failed": failed(self.findings),
            "others": [
                {"nomination": one, "case_id": cases.get(one.case_number), "same": self.is_same(one)}
                for one in others
            ],
        }

    def is_same(self, other: Nomination) -> bool:
        """Whether another nomination is of the very same nominee."""
        own = self.nomination
        if own.person_key or other.person_key:
            return own.person_key == other.person_key
        return own.organization_id == other.organization_id


class ReviewNomination(OfficePage):
    """The handler looks through the papers; whether rules fail is shown, and decided by the district."""

    form_class = ReviewForm
    template_name = "workflows/nomination/review.html"


class CheckEligibility(OfficePage):
    """The district checks every rule. What was found is kept, whatever the conclusion."""

    form_class = EligibilityForm
    template_name = "workflows/nomination/eligibility.html"

    def form_kwargs(self) -> dict:
        return super().form_kwargs() | {"findings": self.findings}

    def apply(self, form: EligibilityForm) -> tuple[Outcome, str]:
        record_findings(self.nomination, self.findings, on=self.on)
        return super().apply(form)


class Vet(OfficePage):
    """What the offices replied about the nominee; the letters themselves are on the campaign's page."""

    form_class = VettingForm
    template_name = "workflows/nomination/vet.html"

    def extra_context(self) -> dict:
        answers = answers_about(self.nomination)
        return super().extra_context() | {
            "answers": answers,
            "waiting": [one for one in answers if not one.answer],
            "objected": [one for one in answers if one.answer == "objected"],
            "vetting_url": reverse("vetting", args=[self.nomination.honour.campaign_id]),
        }


def answers_about(nomination: Nomination) -> Sequence[ConsultationAnswer]:
    return list(nomination.consultations.select_related("letter__document", "recorded_by"))


class ApproveList(OfficePage):
    """The district's approver on one name of the list; the whole list has a page of its own."""

    form_class = ListForm
    template_name = "workflows/nomination/approve.html"

    def extra_context(self) -> dict[str, Any]:
        return super().extra_context() | {
            "list_url": reverse("award_list", args=[self.nomination.honour_id]),
        }
