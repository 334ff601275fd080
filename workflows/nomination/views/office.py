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
from orgs.permissions import Perm, can

from ...models import Outcome
from ...views.task import TaskView
from ..forms.office import EligibilityForm, ListForm, ReviewForm, VettingForm

# Who follows a campaign at the district, and so reads what offices replied and opens the lists.
OFFICE = (Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS, Perm.ASSIST_REVIEW)


class OfficePage(TaskView):
    """A page of staff about one nominee: the rules with their answers, and what else is proposed for the nominee."""

    @property
    def nomination(self) -> Nomination:
        return self.case.artifact

    @cached_property
    def findings(self) -> list[Finding]:
        return findings_of(self.nomination, self.on)

    @cached_property
    def for_staff(self) -> bool:
        """Whether the reader is staff of the jurisdiction; the unit sees what it stated, and how it was decided."""
        return bool(can(self.request.user, Perm.VIEW_REGISTRY, self.case, on=self.on))

    @cached_property
    def for_office(self) -> bool:
        """Whether the reader follows the campaign at the district."""
        place = self.nomination.honour.campaign.organization
        return any(can(self.request.user, perm, place, on=self.on) for perm in OFFICE)

    def extra_context(self) -> dict:
        if not self.for_staff:
            return {"nomination": self.nomination}
        others = others_about(self.nomination, self.request.user)
        cases = case_ids(others)
        return {
            "nomination": self.nomination,
            "for_staff": True,
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
        if not self.for_office:
            return super().extra_context()
        answers = answers_about(self.nomination)
        return super().extra_context() | {
            "for_office": True,
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
        url = reverse("award_list", args=[self.nomination.honour_id]) if self.for_office else ""
        return super().extra_context() | {"list_url": url}
