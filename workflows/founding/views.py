"""The pages of the founding flow: one form and one domain call each."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View

from orgs.access import SIGNED_IN, PersonRequest
from orgs.actions.founding import changes_between_rounds, draft_establishment_reply
from orgs.models import Founding
from orgs.permissions import Refused
from records import documents

from ..approvals import verdict_on
from ..models import Outcome
from ..views.task import TaskView, load_case, load_task
from .checklist import request_checklist, result_checklist
from .forms import MeetingForm, RegistrationForm, RequestForm, ResultForm
from .labels import labels_of
from .roster import roster_template

# Steps at which the first reply is still to be decided.
BEFORE_REPLY = ("check_completeness", "approve_subdistrict", "review_district", "approve_district")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DecideFounding(TaskView):
    """Opinion of the unit, completeness check, and approval at each level."""

    template_name = "workflows/founding/decision.html"

    def extra_context(self) -> dict:
        founding = self.case.artifact
        context = {
            "checklist": request_checklist(founding, on=self.on),
            "corrected": labels_of(changes_between_rounds(founding)),
        }
        if self.verdict and self.task.flow_task.name in BEFORE_REPLY:
            context["draft_reply_url"] = reverse("draft_reply", args=[self.case.pk, self.task.pk])
        return context


class DecideExtension(TaskView):
    """Approve or refuse the one extension of the meeting term."""

    template_name = "workflows/founding/extension.html"


class DecideResult(TaskView):
    """Approve the elected leadership, send the report back, or annul an irregular election."""

    template_name = "workflows/founding/decision.html"

    def extra_context(self) -> dict:
        return {"checklist": result_checklist(self.case.artifact)}


def election_records(founding: Founding) -> list:
    """The meetings that count, with their candidates."""
    return list(founding.meetings.filter(annulled=False).prefetch_related("candidates"))


class FormView(TaskView):
    """A page with a form that keeps files at once and can be looked at again without being judged.

    The button pressed is ``action``: ``submit``, ``save``, ``preview``, ``add_row:<list>``, ``read_roster`` or
    ``remove_file:<id>``.
    """

    submits: tuple[str, ...] = ("submit",)
    sent: Any = None

    def form_kwargs(self) -> dict:
        return {
            "founding": self.case.artifact,
            "on": self.on,
            "by": self.request.user,
            "at": timezone.now(),
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
        return self.request.POST.get("action", "submit")

    def perform(self) -> HttpResponse:
        form = super().make_form(self.request.POST, self.request.FILES)
        form.take_files()
        verb, _colon, subject = self.action.partition(":")
        if verb == "remove_file":
            form.remove(subject)
        elif verb == "add_row":
            form.add_rows(subject)
        return self.answer(form)

    def answer(self, form: Any) -> HttpResponse:
        form.build_rows()
        self.sent = form
        if self.action in self.submits:
            return super().perform()
        return self.look_again(form)

    def look_again(self, form: Any) -> HttpResponse:
        """The page with everything that was typed, not judged."""
        form.hush()
        return self.show(form, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


class DraftRequest(FormView):
    """Draft or correct the request; it can be put aside half-filled."""

    form_class = RequestForm
    template_name = "workflows/founding/request.html"

    def form_kwargs(self) -> dict:
        returned_level = "district" if "district" in self.case.return_node else ""
        return super().form_kwargs() | {
            "draft": self.request.method == "POST" and self.action != "submit",
            "returned_level": returned_level,
        }

    def answer(self, form: Any) -> HttpResponse:
        has_read = form.take_roster()
        form.build_rows()
        self.sent = form
        if self.action == "save":
            return self.put_aside(form)
        if self.action == "submit" and not has_read:
            return TaskView.perform(self)
        return self.look_again(form)

    def put_aside(self, form: Any) -> HttpResponse:
        if not form.save_draft() or form.roster_problems:
            form.mark_wanted()
            return self.show(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        for text in form.said:
            messages.success(self.request, text)
        messages.success(self.request, _("已暂存，可以稍后继续填写。"))
        return HttpResponseRedirect(reverse("task", args=[self.case.pk, self.task.pk]))

    def apply(self, form: Any) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]

    def extra_context(self) -> dict:
        context = {"roster_template_url": reverse("roster_template")}
        if self.case.return_node:
            context["returned"] = self.case.decisions.filter(outcome=Outcome.RETURNED).last()
        return context


class RecordMeeting(FormView):
    """Record a members' meeting, or ask for the extension."""

    form_class = MeetingForm
    template_name = "workflows/founding/meeting.html"
    submits = ("submit", "extension")

    def form_kwargs(self) -> dict:
        second = self.task.flow_task.name == "hold_second_round"
        return super().form_kwargs() | {"election_round": 2 if second else 1}

    def answer(self, form: Any) -> HttpResponse:
        if self.action != "preview":
            return super().answer(form)
        form.build_rows()
        status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
        return self.show(form, status)

    def apply(self, form: Any) -> tuple[Outcome, str]:
        if form.asks_extension:
            form.save_extension()
            return Outcome.EXTENSION, form.cleaned_data["extension_reason"]
        form.save()
        return Outcome.SUBMITTED, ""

    def extra_context(self) -> dict:
        founding = self.case.artifact
        return {
            "earlier_meetings": list(founding.meetings.prefetch_related("candidates")),
            "previous_meetings": election_records(founding)
            if self.task.flow_task.name == "hold_second_round"
            else [],
        }


class ReportResult(FormView):
    """Report who was elected, with their duties."""

    form_class = ResultForm
    template_name = "workflows/founding/result.html"

    def apply(self, form: Any) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]

    def extra_context(self) -> dict:
        context: dict = {"meetings": election_records(self.case.artifact)}
        if self.case.return_node:
            context["returned"] = self.case.decisions.filter(outcome=Outcome.RETURNED).last()
        return context


class CompleteRegistration(FormView):
    """Starter kit, transfer of relations, database entry."""

    form_class = RegistrationForm
    template_name = "workflows/founding/registration.html"

    def apply(self, form: Any) -> tuple[Outcome, str]:
        form.save()
        return Outcome.APPROVED, form.cleaned_data["opinion"]


class DraftReply(View):
    """The first reply as it would be issued, with the watermark 草稿, for whoever may decide on it now."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        case = load_case(case_id)
        task = load_task(case, task_id)
        if task.flow_task.name not in BEFORE_REPLY or task.finished:
            raise Http404
        on = timezone.localdate()
        verdict = verdict_on(task, case, request.user, on=on)
        if not verdict:
            raise Refused(verdict)
        issuer, content = draft_establishment_reply(case.artifact)
        pdf = documents.preview("establishment_reply", content, issuer=issuer, on=on)
        name = content_disposition_header(as_attachment=False, filename=f"{case.number}-草稿.pdf")
        headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
        return HttpResponse(pdf, content_type="application/pdf", headers=headers)


class RosterTemplate(View):
    """The empty roster workbook."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        name = content_disposition_header(as_attachment=True, filename="团员花名册模板.xlsx")
        content = roster_template(created_at=timezone.localtime())
        return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})
