"""The pages of the unit: the nomination and its correction, and what the notice in the own unit brought."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from awards.rules import states

from ...models import Outcome
from ...returns import NotPossible
from ...views.unit_page import UnitPage
from ..forms.nominee import NominationForm
from ..forms.own_notice import OwnNoticeForm
from ..tables import case_title


class NominationPage(UnitPage):
    """A page of the unit; what the rules of awards refuse is shown above the form, and nothing is lost."""

    files_template = "workflows/acceptance/partials/files.html"

    def save(self, form: Any) -> None:
        try:
            form.save()
        except states.NotPossible as problem:
            values = {"name": self.case.artifact.name, "problem": problem}
            raise NotPossible(_("%(name)s：%(problem)s") % values) from problem

    def extra_context(self) -> dict:
        return self.returned()


class Nominate(NominationPage):
    """State who is nominated and why; correct it after a return."""

    form_class = NominationForm
    template_name = "workflows/nomination/nominate.html"
    keeps = True

    def apply(self, form: NominationForm) -> tuple[Outcome, str]:
        self.save(form)
        self.case.title = case_title(form.artifact)
        return Outcome.SUBMITTED, form.submission_note()

    def answer(self, form: NominationForm) -> HttpResponse:
        """``check`` asks the rules of eligibility with what is typed, and answers a script with them alone."""
        if self.action == "check" and self.request.headers.get("HX-Request"):
            self.ask_rules(form)
            return render(self.request, "workflows/nomination/form_rules.html", {"form": form})
        return super().answer(form)

    def look_again(self, form: NominationForm) -> HttpResponse:
        self.ask_rules(form)
        return super().look_again(form)

    def ask_rules(self, form: NominationForm) -> None:
        """Answer the rules while what was typed is still read; a second look forgets it."""
        form.is_valid()
        form.findings  # noqa: B018


class OwnNotice(NominationPage):
    """Report on the notice in the own unit once it is over, and hand the nomination in."""

    form_class = OwnNoticeForm
    template_name = "workflows/nomination/own_notice.html"

    def apply(self, form: OwnNoticeForm) -> tuple[Outcome, str]:
        self.save(form)
        return Outcome.SUBMITTED, form.submission_note()
