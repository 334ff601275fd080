"""The pages of the founding flow: one form and one domain call each."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views import View

from orgs.access import SIGNED_IN, PersonRequest
from orgs.actions.founding import changes_between_rounds, draft_establishment_reply
from orgs.models import Founding
from orgs.permissions import Refused
from records import documents

from ..approvals import verdict_on
from ..models import Outcome
from ..views.task import TaskView, load_case, load_task
from ..views.unit_page import UnitPage
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


class FoundingPage(UnitPage):
    """A page with a form of the founding."""

    default_action = "submit"

    def is_returned(self) -> bool:
        """Also at other steps than the one returned to: a report after an annulled election shows the open return."""
        return bool(self.case.return_node)


class DraftRequest(FoundingPage):
    """Draft or correct the request; it can be put aside half-filled, and a chosen roster is read by any button."""

    form_class = RequestForm
    template_name = "workflows/founding/request.html"
    keeps = True

    def form_kwargs(self) -> dict:
        returned_level = "district" if "district" in self.case.return_node else ""
        return super().form_kwargs() | {"returned_level": returned_level}

    def answer(self, form: Any) -> HttpResponse:
        if self.action == "submit" and form.has_read:
            return self.look_again(form)
        return super().answer(form)

    def apply(self, form: Any) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]

    def extra_context(self) -> dict:
        return {"roster_template_url": reverse("roster_template")} | self.returned()


class RecordMeeting(FoundingPage):
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


class ReportResult(FoundingPage):
    """Report who was elected, with their duties."""

    form_class = ResultForm
    template_name = "workflows/founding/result.html"

    def apply(self, form: Any) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]

    def extra_context(self) -> dict:
        return {"meetings": election_records(self.case.artifact)} | self.returned()


class CompleteRegistration(FoundingPage):
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
