"""Pages on which an acceptance is proposed, decided, and decided again after an appeal."""

from typing import Any

from orgs.actions.acceptance import (
    CannotConclude,
    Purpose,
    files_about,
    possible_conclusions,
    recommend_conclusion,
    sample_visits,
)
from orgs.enums import Conclusion
from orgs.inspection_access import visible_findings
from orgs.models import AcceptanceItem

from ...models import Outcome
from ...returns import NotPossible
from ...views.task import TaskView
from ..comparing import compare
from ..forms.opinions import AppealDecisionForm, AppealReviewForm, ConclusionForm, ProposalForm
from ..tables import sections


class FindingsPage(TaskView):
    """A page beside whose form stands what was found, with the unit's answer to each finding."""

    def extra_context(self) -> dict:
        acceptance = self.case.artifact
        if not visible_findings(self.request.user, acceptance, self.on):
            return {"found": False}
        visits = sample_visits(acceptance)
        lost = [row.code for row in acceptance.items.all() if is_finding(row)]
        return {
            "found": acceptance.total is not None,
            "result_above": acceptance.total is not None,
            "sections": sections(acceptance, only=lost),
            "findings": len(lost),
            "vetoes": self.vetoes(),
            "comparison": compare(acceptance, visits, person=self.request.user, on=self.on, proposal=True),
            "sample_decision": self.case.decisions.filter(node="check_sample").last() if visits else None,
        }

    def vetoes(self) -> list[str]:
        """What was found of the veto items, in words."""
        acceptance = self.case.artifact
        texts = {one["code"]: one["text"] for one in acceptance.standard.data["vetoes"]}
        return [texts.get(code, code) for code in acceptance.vetoes]


def is_finding(row: AcceptanceItem) -> bool:
    """Whether an item lost points or is not met."""
    return row.met is False or (row.points is not None and row.points < row.full)


class ProposeResult(FindingsPage):
    """The sub-district proposes pass, rectification or failure."""

    form_class = ProposalForm
    template_name = "workflows/acceptance/propose.html"

    def form_kwargs(self) -> dict:
        return super().form_kwargs() | {"possible": possible_conclusions(self.case.artifact)}

    def apply(self, form: ProposalForm) -> tuple[Outcome, str]:
        outcome, opinion = super().apply(form)
        if outcome == Outcome.APPROVED:
            try:
                recommend_conclusion(self.case.artifact, Conclusion(form.cleaned_data["recommendation"]))
            except CannotConclude as problem:
                raise NotPossible(str(problem)) from problem
        return outcome, opinion


class DecideAcceptance(FindingsPage):
    """The district decides."""

    form_class = ConclusionForm
    template_name = "workflows/acceptance/conclude.html"

    def extra_context(self) -> dict:
        acceptance = self.case.artifact
        proposal = self.case.decisions.filter(node="propose_result", outcome=Outcome.APPROVED).last()
        return super().extra_context() | {
            "proposed": None if acceptance.direct_contact else proposal,
        }


class AppealPage(FindingsPage):
    """A page about an appeal: what the unit says against what was decided; ``reviewed`` once the office reported."""

    reviewed = False

    def apply(self, form: Any) -> tuple[Outcome, str]:
        """Kept apart from the plain opinion: an appeal is never decided in bulk."""
        return super().apply(form)

    def extra_context(self) -> dict:
        decisions = self.case.decisions
        return super().extra_context() | {
            "appealed": decisions.filter(node="approve_district", outcome=Outcome.FAILED).last(),
            "appeal": decisions.filter(node="appeal", outcome=Outcome.SUBMITTED).last(),
            "review": decisions.filter(node="review_appeal").last() if self.reviewed else None,
            "appeal_files": list(files_about(self.case.artifact).filter(purpose=Purpose.APPEAL)),
        }


class ReviewAppeal(AppealPage):
    """The district's office looks into an appeal and reports to the leader."""

    form_class = AppealReviewForm
    template_name = "workflows/acceptance/appeal_review.html"


class DecideAppeal(AppealPage):
    """The district's leader decides on an appeal."""

    form_class = AppealDecisionForm
    template_name = "workflows/acceptance/appeal_decision.html"
    reviewed = True
