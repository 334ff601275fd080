"""The base of every page on which a unit fills in a form about its case.

The form is a :class:`workflows.unit_form.UnitForm`; the page names it with its template, and makes the domain call.
The page keeps what is typed as a draft by itself, as every page of an open step does (see :mod:`workflows.drafts`)::

    class FilePlea(UnitPage):
        form_class = PleaForm
        template_name = "workflows/plea/plea.html"

        def apply(self, form: PleaForm) -> tuple[Outcome, str]:
            form.save()
            return Outcome.SUBMITTED, form.cleaned_data["reason"]

        def extra_context(self) -> dict:
            return self.returned()
"""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Outcome
from ..returns import NotPossible
from .task import TaskView


class UnitPage(TaskView):
    """A page with a form that keeps files at once and can be looked at again without being judged.

    The button pressed is ``action``: one of ``submits``, ``save``, ``add_row:<list>``, ``attach:<field>``,
    ``remove_file:<id>``, or any other word, such as ``preview``, for a second look. Where there is a
    ``files_template``, ``attach`` and ``remove_file`` answer a script with the list of files alone.
    """

    #: The buttons that send the form off.
    submits: tuple[str, ...] = ("submit",)
    #: What is done when no button was named.
    default_action = "look"
    #: Whether a half-filled form can be put aside (``save_draft``), besides the draft that its page keeps by itself.
    keeps = False
    #: Shows one ``group`` of files (see ``UnitForm.file_group``); a script names it as ``place``.
    files_template = ""
    sent: Any = None

    def form_kwargs(self) -> dict:
        return {
            "artifact": self.case.artifact,
            "on": self.on,
            "by": self.request.user,
            "at": timezone.now(),
            "draft": self.keeps and self.request.method == "POST" and self.action != "submit",
        }

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        if data is not None and self.sent is not None:
            return self.sent
        form = super().make_form(data, files)
        if data is None:
            form.build_rows()
        return form

    @property
    def action(self) -> str:
        return self.request.POST.get("action", self.default_action)

    def perform(self) -> HttpResponse:
        form = super().make_form(self.request.POST, self.request.FILES)
        form.take_files()
        verb, _colon, subject = self.action.partition(":")
        if verb == "remove_file":
            form.remove(subject)
        elif verb == "add_row":
            form.add_rows(subject)
        form.build_rows()
        self.sent = form
        if (
            self.files_template
            and verb in ("attach", "remove_file")
            and self.request.headers.get("HX-Request")
        ):
            return self.show_files(form)
        return self.answer(form)

    def answer(self, form: Any) -> HttpResponse:
        """Do what the button says, with the files stored and the rows made."""
        if self.action in self.submits:
            return super().perform()
        if self.action == "save" and self.keeps:
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
        return render(self.request, self.files_template, context)

    def put_aside(self, form: Any) -> HttpResponse:
        """Keep what is there. What only a submission keeps stays on the page, and so in its draft."""
        if not form.save_draft():
            form.mark_wanted()
            return self.show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        if form.unkept():
            form.said.append(_("已暂存。"))
            return self.show(form)
        for text in form.said:
            messages.success(self.request, text)
        messages.success(self.request, _("已暂存，可以稍后继续填写。"))
        return HttpResponseRedirect(reverse("task", args=[self.case.pk, self.task.pk]))

    def show_problem(self, problem: NotPossible) -> HttpResponse:
        self.form.forget_stored()
        return super().show_problem(problem)

    def is_returned(self) -> bool:
        """Whether the case was returned to this step."""
        back = self.case.last_return
        return bool(back and back["to"] == self.task.flow_task.name)

    def returned(self) -> dict:
        """Context: ``returned``, the decision that sent the case back, when it waits here to be corrected."""
        if not self.is_returned():
            return {}
        return {"returned": self.case.decisions.filter(outcome=Outcome.RETURNED).last()}
