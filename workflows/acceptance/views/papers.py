"""The page of the paper review."""

from typing import Any

from orgs.actions.acceptance import Purpose, files_of_items
from orgs.actions.acceptance.papers import record_papers
from orgs.actions.acceptance.system_data import facts_beside
from orgs.models import AcceptanceItem

from ...models import Outcome
from ...views.task import TaskView
from ..forms.papers import PapersForm
from ..tables import ZERO, sections


class ReviewPapers(TaskView):
    """Check what the unit claims against its evidence and what the system knows."""

    form_class = PapersForm
    template_name = "workflows/acceptance/papers.html"

    def form_kwargs(self) -> dict:
        return super().form_kwargs() | {"acceptance": self.case.artifact}

    def apply(self, form: PapersForm) -> tuple[Outcome, str]:
        record_papers(
            self.case.artifact,
            checked=form.checked,
            remarks=form.remarks,
            by=self.request.user,
            at=self.authority.at,
        )
        return super().apply(form)

    def show(self, form: Any = None, status: int = 200) -> Any:
        self.shown = form or (self.make_form() if self.verdict else None)
        return super().show(self.shown, status)

    def extra_context(self) -> dict:
        acceptance = self.case.artifact
        files = files_of_items(acceptance, Purpose.EVIDENCE)
        facts = facts_beside(acceptance, on=self.on)

        def beside(row: AcceptanceItem) -> dict:
            return {
                "files": files.get(row.pk, []),
                "facts": facts.get(row.code, []),
                "remark": self.shown[f"note_{row.code}"] if self.shown else None,
            }

        found = sections(acceptance, beside)
        lines = [line for section in found for line in section.lines]
        return {
            "sections": found,
            "claimed": sum((section.claimed for section in found), ZERO),
            "full": sum((section.full for section in found), ZERO),
            "unclaimed": [line.row.code for line in lines if not line.row.claimed],
            "unproven": [line.row.code for line in lines if line.row.claimed and not line.more["files"]],
            "claims_above": True,
        }
