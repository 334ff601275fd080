"""Public notices as the district prepares them: the list of a campaign, drafts, and taking one back. Publishing and
closing move cases and are views of the flow (workflows.nomination.views.announcing)."""

import datetime as dt
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
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

from ..actions.announcing import EDITABLE, cancel_notice, change_notice, draft_notice
from ..forms.notices import CancelNoticeForm, NoticeForm
from ..models import AwardCampaign, PublicNotice
from ..notice_letter import proposed
from ..notice_register import PUBLISHED, last_day, names_in
from ..objection_access import STAFF, require_campaign
from ..rules.states import NotPossible

OPENED = holding(*STAFF)


def campaign_for(person: Person, campaign_id: int, on: dt.date) -> AwardCampaign:
    """A campaign whose notices the person has to do with. Raises Http404, Refused."""
    campaign = get_object_or_404(AwardCampaign.objects.select_related("organization"), pk=campaign_id)
    require_campaign(person, campaign, on=on)
    return campaign


def notice_for(person: Person, announcement_id: int, on: dt.date) -> PublicNotice:
    """A notice that the person has to do with. Raises Http404, Refused."""
    rows = PublicNotice.objects.select_related("campaign__organization", "document", "supplements__document")
    notice = get_object_or_404(rows, pk=announcement_id)
    require_campaign(person, notice.campaign, on=on)
    return notice


@method_decorator(never_cache, name="dispatch")
class NoticeList(View):
    """The notices of a campaign, the newest first."""

    access = OPENED

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        on = timezone.localdate()
        campaign = campaign_for(request.user, campaign_id, on)
        rows = [
            {"notice": one, "until": last_day(one), "count": names_in(one).count()}
            for one in campaign.notices.select_related("document", "supplements").order_by("-pk")
        ]
        context = {
            "campaign": campaign,
            "rows": rows,
            "may_draft": bool(can(request.user, Perm.MANAGE_AWARDS, campaign, on=on)),
            "nav_key": "awards",
        }
        return render(request, "awards/notices.html", context)


@method_decorator(never_cache, name="dispatch")
class NewNotice(View):
    """Draft a notice; with ``supplements`` one for reserves who follow."""

    access = holding(Perm.MANAGE_AWARDS)

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign, former = self.found(request, campaign_id)
        return self.show(request, campaign, former, NoticeForm(initial=proposed(campaign, former)))

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign, former = self.found(request, campaign_id)
        form = NoticeForm(request.POST)
        if not form.is_valid():
            return self.show(request, campaign, former, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            notice = draft_notice(
                campaign, **form.cleaned_data, supplements=former, by=request.user, at=timezone.now()
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
            return self.show(request, campaign, former, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("公示已起草，已通知审批人核对发布。"))
        return HttpResponseRedirect(reverse("award_notice", args=[notice.pk]))

    def found(self, request: PersonRequest, campaign_id: int) -> tuple[AwardCampaign, PublicNotice | None]:
        campaign = campaign_for(request.user, campaign_id, timezone.localdate())
        require(request.user, Perm.MANAGE_AWARDS, campaign, on=timezone.localdate())
        wanted = request.GET.get("supplements", "")
        if not wanted.isdigit():
            return campaign, None
        rows = campaign.notices.filter(state__in=PUBLISHED, supplements=None).select_related("document")
        return campaign, get_object_or_404(rows, pk=int(wanted))

    def show(
        self,
        request: PersonRequest,
        campaign: AwardCampaign,
        former: PublicNotice | None,
        form: NoticeForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {"campaign": campaign, "former": former, "form": form, "nav_key": "awards"}
        return render(request, "awards/notice_form.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class EditNotice(View):
    """Correct a draft, or a cancelled notice before it is published again."""

    access = holding(Perm.MANAGE_AWARDS)

    def get(self, request: PersonRequest, announcement_id: int) -> HttpResponse:
        notice = self.found(request, announcement_id)
        initial = {"subject": notice.subject, "introduction": notice.introduction}
        return self.show(request, notice, NoticeForm(initial=initial))

    def post(self, request: PersonRequest, announcement_id: int) -> HttpResponse:
        notice = self.found(request, announcement_id)
        form = NoticeForm(request.POST)
        if not form.is_valid():
            return self.show(request, notice, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            change_notice(notice, **form.cleaned_data, by=request.user, at=timezone.now())
        except NotPossible as problem:
            form.add_error(None, str(problem))
            return self.show(request, notice, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("公示草稿已保存。"))
        return HttpResponseRedirect(reverse("award_notice", args=[notice.pk]))

    def found(self, request: PersonRequest, announcement_id: int) -> PublicNotice:
        notice = notice_for(request.user, announcement_id, timezone.localdate())
        require(request.user, Perm.MANAGE_AWARDS, notice, on=timezone.localdate())
        return notice

    def show(
        self,
        request: PersonRequest,
        notice: PublicNotice,
        form: NoticeForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {
            "campaign": notice.campaign,
            "notice": notice,
            "former": notice.supplements,
            "form": form,
            "editable": notice.state in EDITABLE,
            "nav_key": "awards",
        }
        return render(request, "awards/notice_form.html", context, status=status)


class CancelNotice(View):
    """Take back a notice that was published with a mistake."""

    access = holding(Perm.DECIDE_AWARDS)

    def post(self, request: PersonRequest, announcement_id: int) -> HttpResponse:
        notice = notice_for(request.user, announcement_id, timezone.localdate())
        require(request.user, Perm.DECIDE_AWARDS, notice, on=timezone.localdate())
        form, back = CancelNoticeForm(request.POST), reverse("award_notice", args=[notice.pk])
        if not form.is_valid():
            messages.error(request, _("没有撤回：请填写撤回理由。"))
            return HttpResponseRedirect(back + "#cancel")
        try:
            cancel_notice(notice, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except NotPossible as problem:
            messages.error(request, _("没有撤回：%(problem)s") % {"problem": problem})
            return HttpResponseRedirect(back)
        messages.success(request, _("公示已撤回。更正并重新发布后，所有对象的公示期重新计算。"))
        return HttpResponseRedirect(back)
