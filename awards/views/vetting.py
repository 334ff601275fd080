"""Consultation letters of a campaign: sending them, recording what was replied, and the text to ask again.

Whether a nominee passes is decided on the page of its case (workflows.nomination.views.office).
"""

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.models import Person
from orgs.permissions import Perm, can, require
from records.uploads import UploadRefused, download_response_headers, open_upload

from ..actions.vetting import VettingRefused, chase_text, record_answers, reply_due, send_letters
from ..enums import CampaignState
from ..forms.vetting import AnswersForm, LetterForm
from ..letter_register import is_vetted, letter_for, letters_of, scans_of, vetted_in
from ..models import AwardCampaign, ConsultationLetter
from ..nomination_register import case_ids

# Who handles the letters, and who reads them before approving the list.
OPENED = holding(Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS)


def require_letters(person: Person, campaign: AwardCampaign, *, on: dt.date) -> None:
    """Let pass the district's office and its approver. Raises Refused."""
    if not can(person, Perm.DECIDE_AWARDS, campaign.organization, on=on):
        require(person, Perm.MANAGE_AWARDS, campaign.organization, on=on)


@method_decorator(never_cache, name="dispatch")
class Vetting(View):
    """Who is being vetted with the answers so far, the letters, and a new one."""

    access = OPENED

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        return self.show(request, self.load(request, campaign_id))

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign = self.load(request, campaign_id)
        require(request.user, Perm.MANAGE_AWARDS, campaign.organization, on=timezone.localdate())
        form = self.form(request, campaign)
        if form.is_valid():
            try:
                letters = send_letters(
                    campaign,
                    offices=form.chosen_offices,
                    nominations=form.chosen,
                    due_on=form.cleaned_data["due_on"],
                    by=request.user,
                    at=timezone.now(),
                )
            except VettingRefused as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("已发函%(number)d件，可以打开下载。") % {"number": len(letters)})
                return HttpResponseRedirect(reverse("vetting", args=[campaign.pk]))
        return self.show(request, campaign, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def load(self, request: PersonRequest, campaign_id: int) -> AwardCampaign:
        campaign = get_object_or_404(AwardCampaign.objects.select_related("organization"), pk=campaign_id)
        require_letters(request.user, campaign, on=timezone.localdate())
        return campaign

    def form(self, request: PersonRequest, campaign: AwardCampaign) -> LetterForm:
        data = request.POST if request.method == "POST" else None
        initial = {"due_on": reply_due(campaign, timezone.localdate())}
        nominations = vetted_in(campaign, request.user)
        return LetterForm(data, initial=initial, campaign=campaign, nominations=nominations)

    def show(
        self,
        request: PersonRequest,
        campaign: AwardCampaign,
        form: LetterForm | None = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        form = form or self.form(request, campaign)
        manages = bool(can(request.user, Perm.MANAGE_AWARDS, campaign.organization, on=on))
        vetted = list(form.nominations.values())
        chosen = {str(one) for one in form["nominees"].value() or []}
        cases = case_ids(vetted)
        letters = letters_of(campaign, request.user, on)
        context = {
            "campaign": campaign,
            "form": form,
            "may_send": manages and campaign.state == CampaignState.PUBLISHED and bool(vetted),
            "vetted": [
                {
                    "nomination": one,
                    "case_id": cases.get(one.case_number),
                    "answers": list(one.consultations.all()),
                    "chosen": str(one.pk) in chosen,
                }
                for one in vetted
            ],
            "letters": letters,
            "late": sum(one.late for one in letters),
            "nav_key": "awards",
        }
        return render(request, "awards/vetting.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class Consultation(View):
    """One letter: what was replied about each nominee, and the text to ask again."""

    access = OPENED

    def get(self, request: PersonRequest, letter_id: int) -> HttpResponse:
        return self.show(request, letter_to(request, letter_id))

    def post(self, request: PersonRequest, letter_id: int) -> HttpResponse:
        letter = letter_to(request, letter_id)
        require(request.user, Perm.MANAGE_AWARDS, letter.campaign.organization, on=timezone.localdate())
        form = self.form(request, letter)
        if form.is_valid():
            try:
                record_answers(
                    letter,
                    replies=form.replies,
                    answered_on=form.cleaned_data["answered_on"],
                    scan=form.cleaned_data["scan"],
                    by=request.user,
                    at=timezone.now(),
                )
            except UploadRefused as problem:
                form.add_error("scan", str(problem))
            except VettingRefused as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("已登记%(number)d个对象的答复。") % {"number": len(form.replies)})
                return HttpResponseRedirect(reverse("consultation", args=[letter.pk]))
        return self.show(request, letter, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def form(self, request: PersonRequest, letter: ConsultationLetter) -> AnswersForm:
        on = timezone.localdate()
        posted = request.method == "POST"
        answers = [one for one in letter_for(letter, request.user, on).answers if is_vetted(one.nomination)]
        return AnswersForm(
            request.POST if posted else None,
            request.FILES if posted else None,
            initial={"answered_on": on},
            answers=answers,
        )

    def show(
        self,
        request: PersonRequest,
        letter: ConsultationLetter,
        form: Any = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        told = letter_for(letter, request.user, on)
        form = form or self.form(request, letter)
        manages = can(request.user, Perm.MANAGE_AWARDS, letter.campaign.organization, on=on)
        context = {
            "letter": letter,
            "campaign": letter.campaign,
            "told": told,
            "form": form if manages and form.answers else None,
            "settled": [one for one in told.answers if not (manages and is_vetted(one.nomination))],
            "scans": scans_of(letter),
            "chase": chase_text(letter, on) if told.waiting else "",
            "nav_key": "awards",
        }
        return render(request, "awards/consultation.html", context, status=status)


class ConsultationScan(View):
    """The scan of what an office replied; for the district's office and its approver only."""

    access = OPENED

    def get(self, request: PersonRequest, letter_id: int, public_id: uuid.UUID) -> FileResponse:
        letter = letter_to(request, letter_id)
        stored = next((one for one in scans_of(letter) if one.public_id == public_id), None)
        if stored is None:
            raise Http404
        try:
            content = open_upload(stored)
        except FileNotFoundError:
            raise Http404 from None
        headers = download_response_headers(stored)
        return FileResponse(content, as_attachment=True, filename=stored.name, headers=headers)


def letter_to(request: PersonRequest, letter_id: int) -> ConsultationLetter:
    """A letter, if the person handles or reads letters there. Raises Http404, Refused."""
    rows = ConsultationLetter.objects.select_related("campaign__organization", "document", "sent_by")
    letter = get_object_or_404(rows, pk=letter_id)
    require_letters(request.user, letter.campaign, on=timezone.localdate())
    return letter
