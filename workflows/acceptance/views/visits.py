"""Pages on which inspectors are sent out and what they found is put together."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from orgs.actions import acceptance as actions
from orgs.actions.acceptance.candidates import AssignmentRefused, items_for, next_purpose
from orgs.actions.acceptance.inspectors import assign_inspectors
from orgs.models import Inspection, SampleEntry

from ...approvals import may_take
from ...forms import StepForm
from ...models import Outcome
from ...returns import NotPossible
from ...views.task import TaskView
from ..comparing import Comparison, compare, visit_rows
from ..forms.opinions import SampleCheckForm, SummaryForm
from ..forms.visits import AssignForm
from ..people import deciders_of
from ..tables import sections


class AssignInspectors(TaskView):
    """Choose who inspects, when and where."""

    form_class = AssignForm
    template_name = "workflows/acceptance/assign.html"

    def form_kwargs(self) -> dict:
        return {
            "acceptance": self.case.artifact,
            "purpose": next_purpose(self.case.artifact),
            "deciders": deciders_of(self.case) | {self.request.user.pk},
            "at": timezone.now(),
        }

    def apply(self, form: AssignForm) -> tuple[Outcome, str]:
        acceptance = self.case.artifact
        try:
            assign_inspectors(
                acceptance,
                visits=form.planned(),
                items=items_for(acceptance, form.purpose),
                purpose=form.purpose,
                deciders=form.deciders,
                by=self.request.user,
                at=self.authority.at,
            )
        except AssignmentRefused as refused:
            raise NotPossible(str(refused)) from refused
        return Outcome.SUBMITTED, ""

    def extra_context(self) -> dict:
        acceptance = self.case.artifact
        purpose = next_purpose(acceptance)
        items = items_for(acceptance, purpose) if purpose == Inspection.Purpose.AGAIN else []
        return {
            "least": acceptance.rules["min_inspectors"],
            "again": items,
            "sections": sections(acceptance, only=items),
        }


class VisitsPage(TaskView):
    """A page that waits for visits and then lays them side by side.

    ``sample`` tells whose visits these are: the district's sample, or those of the round.
    """

    sample = False

    def visits(self) -> Sequence[Any]:
        acceptance = self.case.artifact
        return actions.sample_visits(acceptance) if self.sample else actions.round_visits(acceptance)

    def apply(self, form: Any) -> tuple[Outcome, str]:
        """Kept apart from the plain opinion: what was found is looked at case by case, never decided in bulk."""
        return super().apply(form)

    def comparison(self) -> Comparison | None:
        """What was found, once this person may see all of it."""
        return compare(
            self.case.artifact, self.visits(), person=self.request.user, on=self.on, proposal=self.sample
        )

    def extra_context(self) -> dict:
        return {
            "visits": visit_rows(self.task, self.case, self.visits(), person=self.request.user, on=self.on),
            "comparison": self.comparison(),
            "may_arrange": bool(may_take(self.task, self.case, self.request.user, on=self.on)),
            "sample": self.sample,
            "rules": self.case.artifact.rules,
        }


class SummarizeInspection(VisitsPage):
    """Wait for all inspectors of the round, then put together what they found."""

    form_class = SummaryForm
    template_name = "workflows/acceptance/summarize.html"

    def extra_context(self) -> dict:
        return super().extra_context() | {
            "needs_third": actions.needs_third(self.case.artifact),
            "sent_back": bool(self.case.return_node),
        }


class CheckSample(VisitsPage):
    """The district's own visit, compared with the proposal."""

    form_class = SampleCheckForm
    template_name = "workflows/acceptance/sample_check.html"
    sample = True


class AwaitSample(TaskView):
    """The proposal is on a list of the district's sample; the draw decides, nobody else."""

    form_class = StepForm
    template_name = "workflows/acceptance/await_sample.html"

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        return None

    def perform(self) -> HttpResponse:
        """Nobody decides here by hand: the page says what does."""
        return self.show(status=HTTPStatus.CONFLICT)

    def extra_context(self) -> dict:
        entries = SampleEntry.objects.filter(acceptance=self.case.artifact).select_related("sample")
        return {"entry": entries.defer("sample__seed").order_by("-pk").first()}
