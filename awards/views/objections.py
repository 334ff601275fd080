"""Objections as the secretary, the investigators and the district's staff handle them; by whom they are is asked for
separately, with a reason. Appointing and resolving know the case and are views of the flow."""

import datetime as dt
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest, holding
from orgs.models import Person
from orgs.permissions import Perm, Refused
from records.calendars import WorkingCalendar
from records.uploads import download_response_headers, open_upload

from ..actions.investigating import report_on
from ..actions.objecting import (
    Objector,
    accept_objection,
    dismiss_objection,
    read_objector,
)
from ..enums import ObjectionState
from ..forms.investigations import AcceptanceForm, ReadObjectorForm, ReportForm
from ..models import Objection
from ..objection_access import (
    Standing,
    not_yours,
    require_row,
    standing,
)
from ..objection_register import EVIDENCE, REPORT, due_on, files_of, left_of, present_investigators
from ..rules.notice_period import Timing, timing_words
from ..rules.states import NotPossible

TONES = {
    ObjectionState.RECEIVED: "wait",
    ObjectionState.ACCEPTED: "wait",
    ObjectionState.REPORTED: "wait",
    ObjectionState.DISMISSED: "mute",
    ObjectionState.FOUNDED: "bad",
    ObjectionState.UNFOUNDED: "ok",
}


def objection_for(person: Person, objection_id: int, on: dt.date) -> tuple[Objection, Standing]:
    """An objection whose page the person may open, and what the person is to it. Raises Http404, Refused."""
    rows = Objection.objects.select_related(
        "nomination__honour__campaign__organization",
        "nomination__organization",
        "nomination__unit",
        "accepted_by",
        "reported_by",
        "resolved_by",
    )
    objection = get_object_or_404(rows, pk=objection_id)
    return objection, require_row(person, objection, on=on)


@method_decorator(never_cache, name="dispatch")
class ObjectionPage(View):
    """One objection: its terms for the staff, its facts and files for those who handle it."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection, own = objection_for(request.user, objection_id, timezone.localdate())
        return show_objection(request, objection, own)


def show_objection(
    request: PersonRequest,
    objection: Objection,
    own: Standing,
    *,
    accept_form: AcceptanceForm | None = None,
    report_form: ReportForm | None = None,
    read_form: ReadObjectorForm | None = None,
    objector: Objector | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The page of an objection with the forms for what the person may do now."""
    on, state = timezone.localdate(), ObjectionState(objection.state)
    accepting = own.secretary and state == ObjectionState.RECEIVED
    reporting = own.investigator and state == ObjectionState.ACCEPTED
    context = {
        "objection": objection,
        "nomination": objection.nomination,
        "campaign": objection.nomination.honour.campaign,
        "own": own,
        "tone": TONES[state],
        "left": left_of(objection, on, WorkingCalendar.around(on)),
        "due": due_on(objection),
        "timing": timing_words(Timing(objection.timing)),
        "investigators": present_investigators(objection),
        "evidence": files_of(objection, EVIDENCE) if own.reads_facts else [],
        "report_files": files_of(objection, REPORT) if own.reads_facts else [],
        "accept_form": accept_form or (AcceptanceForm(anonymous=objection.anonymous) if accepting else None),
        "report_form": report_form or (ReportForm() if reporting else None),
        "read_form": read_form or ReadObjectorForm(auto_id="read_%s"),
        "objector": objector,
        "may_appoint": (own.secretary or own.decider) and state == ObjectionState.ACCEPTED,
        "may_resolve": own.decider and state == ObjectionState.REPORTED,
        "nav_key": "awards",
    }
    return render(request, "awards/objection.html", context, status=status)


class AcceptObjection(View):
    """Accept an objection for investigation, or refuse it with the reason."""

    access = holding(Perm.ASSIST_REVIEW)

    def post(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection, own = objection_for(request.user, objection_id, timezone.localdate())
        if not own.secretary:
            raise Refused(not_yours())
        form = AcceptanceForm(request.POST, anonymous=objection.anonymous)
        if not form.is_valid():
            return show_objection(
                request, objection, own, accept_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        data, at = form.cleaned_data, timezone.now()
        try:
            if data["decision"] == AcceptanceForm.ACCEPT:
                accept_objection(objection, checkable=data.get("checkable", True), by=request.user, at=at)
                messages.success(request, _("已受理，请指定调查人。"))
            else:
                dismiss_objection(objection, reason=data["reason"].strip(), by=request.user, at=at)
                messages.success(request, _("已决定不予受理，异议人凭回执可以看到理由。"))
        except NotPossible as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(reverse("objection", args=[objection.pk]))


class ReportObjection(View):
    """An investigator hands in the report."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection, own = objection_for(request.user, objection_id, timezone.localdate())
        if not own.investigator:
            raise Refused(not_yours())
        form = ReportForm(request.POST, request.FILES)
        if not form.is_valid():
            return show_objection(
                request, objection, own, report_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        data = form.cleaned_data
        try:
            report_on(
                objection,
                report=data["report"],
                founded=data["proposal"] == "founded",
                files=data["files"],
                by=request.user,
                at=timezone.now(),
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
            return show_objection(request, objection, own, report_form=form, status=HTTPStatus.CONFLICT)
        messages.success(request, _("调查报告已提交，等待认定。"))
        return HttpResponseRedirect(reverse("objection", args=[objection.pk]))


@method_decorator(never_cache, name="dispatch")
class ReadObjector(View):
    """Who objects, for a reason that stays on record; with ``part=scan`` the sealed letter of a unit."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection, own = objection_for(request.user, objection_id, timezone.localdate())
        form = ReadObjectorForm(request.POST, auto_id="read_%s")
        if own.reads_identity and not form.is_valid():
            return show_objection(
                request, objection, own, read_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            objector = read_objector(objection, reason=reason, by=request.user, at=timezone.now())
        except NotPossible as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("objection", args=[objection.pk]))
        if request.POST.get("part") == "scan" and objector.scan is not None:
            response = HttpResponse(objector.scan.content, content_type=objector.scan.content_type)
            disposition = content_disposition_header(True, objector.scan.name)
            response["Content-Disposition"] = disposition or "attachment"
            response["Content-Security-Policy"] = "sandbox; default-src 'none'"
            return response
        return show_objection(request, objection, own, read_form=form, objector=objector)


class ObjectionFile(View):
    """Evidence or material of the report, as a download, for those who read the facts."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, objection_id: int, public_id: uuid.UUID) -> FileResponse:
        objection = get_object_or_404(Objection.objects.select_related("nomination"), pk=objection_id)
        if not standing(request.user, objection, on=timezone.localdate()).reads_facts:
            raise Refused(not_yours())
        files = files_of(objection, EVIDENCE) | files_of(objection, REPORT)
        stored = get_object_or_404(files, public_id=public_id)
        headers = download_response_headers(stored)
        return FileResponse(open_upload(stored), as_attachment=True, filename=stored.name, headers=headers)
