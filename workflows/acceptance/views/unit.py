"""The pages of the unit: self-assessment, answer, rectification, appeal."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ...models import Outcome
from ...views.task import TaskView
from ..forms.answer import AnswerForm
from ..forms.appeal import AppealForm
from ..forms.assessment import AssessmentForm
from ..forms.rectification import RectifyForm


class UnitPage(TaskView):
    """A form that keeps files at once and can be looked at again without being judged.

    The button pressed is ``action``: ``submit``, ``save``, ``preview``, ``look``, ``attach:<field>`` or
    ``remove_file:<id>``. The last two answer a script with the list of files alone, anybody else with the page.
    """

    sent: Any = None
    # Whether a half-filled form can be put aside besides the draft that its page keeps by itself.
    keeps = False

    def form_kwargs(self) -> dict:
        return {
            "acceptance": self.case.artifact,
            "on": self.on,
            "by": self.request.user,
            "at": timezone.now(),
        }

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        if data is not None and self.sent is not None:
            return self.sent
        return super().make_form(data, files)

    @property
    def action(self) -> str:
        return self.request.POST.get("action", "look")

    def perform(self) -> HttpResponse:
        form = super().make_form(self.request.POST, self.request.FILES)
        form.take_files()
        verb, _colon, subject = self.action.partition(":")
        if verb == "remove_file":
            form.remove(subject)
        if verb in ("attach", "remove_file") and self.request.headers.get("HX-Request"):
            return self.show_files(form)
        self.sent = form
        if verb == "submit":
            return super().perform()
        if verb == "save" and self.keeps:
            return self.put_aside(form)
        return self.look_again(form)

    def look_again(self, form: Any) -> HttpResponse:
        """The page with everything that was typed, not judged."""
        form.hush()
        return self.show(form, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)

    def show_files(self, form: Any) -> HttpResponse:
        """One place for files, after a file came or went."""
        form.hush()
        name = self.request.POST.get("place", "")
        if name not in form.slots:
            return self.show(form)
        context = {"group": form.file_group(name), "form": form, "task": self.task, "case": self.case}
        return render(self.request, "workflows/acceptance/partials/files.html", context)

    def put_aside(self, form: Any) -> HttpResponse:
        """Keep what is there. What only a submission keeps stays on the page, and so in its draft."""
        if not form.save_draft():
            return self.show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        if form.unkept():
            form.said.append(_("已暂存。"))
            return self.show(form)
        for text in form.said:
            messages.success(self.request, text)
        messages.success(self.request, _("已暂存，可以稍后继续填写。"))
        return HttpResponseRedirect(reverse("task", args=[self.case.pk, self.task.pk]))

    def extra_context(self) -> dict:
        context: dict = {"standard": self.case.artifact.standard}
        back = self.case.last_return
        if back and back["to"] == self.task.flow_task.name:
            context["returned"] = self.case.decisions.filter(outcome=Outcome.RETURNED).last()
        return context


class AssessSelf(UnitPage):
    """Assess oneself by the standard, with two signatures; correct it after a return."""

    form_class = AssessmentForm
    template_name = "workflows/acceptance/assess.html"
    keeps = True

    def form_kwargs(self) -> dict:
        return super().form_kwargs() | {"draft": self.request.method == "POST" and self.action != "submit"}

    def apply(self, form: AssessmentForm) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.submission_note()

    def extra_context(self) -> dict:
        return super().extra_context() | {"previewed": self.request.POST.get("action") == "preview"}


class AnswerFindings(UnitPage):
    """Answer what the inspectors found."""

    form_class = AnswerForm
    template_name = "workflows/acceptance/answer.html"

    def apply(self, form: AnswerForm) -> tuple[Outcome, str]:
        return Outcome.SUBMITTED, form.save()


class RectifyItems(UnitPage):
    """Say how each failed item was put right."""

    form_class = RectifyForm
    template_name = "workflows/acceptance/rectify.html"
    keeps = True

    def form_kwargs(self) -> dict:
        return super().form_kwargs() | {"draft": self.request.method == "POST" and self.action != "submit"}

    def apply(self, form: RectifyForm) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]


class FileAppeal(UnitPage):
    """Appeal against failure, or accept it."""

    form_class = AppealForm
    template_name = "workflows/acceptance/appeal.html"

    def apply(self, form: AppealForm) -> tuple[Outcome, str]:
        return form.save()
