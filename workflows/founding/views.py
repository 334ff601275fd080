"""The pages of the founding flow: one form and one domain call each."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ..models import Outcome
from ..views.task import TaskView
from .forms import MeetingForm, RegistrationForm, RequestForm, ResultForm


class DecideFounding(TaskView):
    """Opinion of the unit, completeness check, and approval at each level."""


class DecideExtension(TaskView):
    """Approve or refuse the one extension of the meeting term."""


class DecideResult(TaskView):
    """Approve the elected leadership, send the report back, or annul an irregular election."""


class DraftRequest(TaskView):
    """Draft or correct the request; it can be put aside half-filled."""

    form_class = RequestForm
    template_name = "workflows/founding/request.html"

    def form_kwargs(self) -> dict:
        return {"founding": self.case.artifact, "on": self.on, "by": self.request.user}

    def perform(self) -> HttpResponse:
        if self.request.POST.get("action") == "save":
            form = self.make_form(self.request.POST, self.request.FILES)
            if form.save_draft():
                return HttpResponseRedirect(reverse("task", args=[self.case.pk, self.task.pk]))
            return self.show(form, 422)
        return super().perform()

    def apply(self, form) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]


class RecordMeeting(TaskView):
    """Record a members' meeting, or ask for the extension."""

    form_class = MeetingForm
    template_name = "workflows/founding/meeting.html"

    def form_kwargs(self) -> dict:
        second = self.task.flow_task.name == "hold_second_round"
        return {
            "founding": self.case.artifact,
            "on": self.on,
            "by": self.request.user,
            "election_round": 2 if second else 1,
        }

    def apply(self, form) -> tuple[Outcome, str]:
        if form.asks_extension:
            form.save_extension()
            return Outcome.EXTENSION, form.cleaned_data["extension_reason"]
        form.save()
        return Outcome.SUBMITTED, ""


class ReportResult(TaskView):
    """Report who was elected, with their duties."""

    form_class = ResultForm
    template_name = "workflows/founding/result.html"

    def form_kwargs(self) -> dict:
        return {"founding": self.case.artifact, "on": self.on, "by": self.request.user}

    def apply(self, form) -> tuple[Outcome, str]:
        form.save()
        return Outcome.SUBMITTED, form.cleaned_data["opinion"]


class CompleteRegistration(TaskView):
    """Starter kit, transfer of relations, database entry."""

    form_class = RegistrationForm
    template_name = "workflows/founding/registration.html"

    def form_kwargs(self) -> dict:
        return {"founding": self.case.artifact, "on": self.on}

    def apply(self, form) -> tuple[Outcome, str]:
        form.save()
        return Outcome.APPROVED, form.cleaned_data["opinion"]
