"""What leads a campaign from one state to the next: handed in, returned, published, cancelled, finished."""

import datetime as dt
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, require

from ..actions.campaigns import CampaignNotReady, StaleCampaign, return_campaign, submit_campaign
from ..actions.publishing import cancel_campaign, finish_campaign, publish_campaign
from ..forms.campaigns import ReasonForm
from ..models import AwardCampaign
from .campaigns import base_of, campaign_page, get_campaign


class CampaignStep(View):
    """A step of a campaign by POST. Whatever keeps it from being taken is said on the page, with what was typed."""

    done = gettext_lazy("已办理。")
    # Of the form with the reason, where one is asked for.
    prefix = ""

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        campaign = get_campaign(campaign_id)
        require(request.user, Perm.VIEW_REGISTRY, campaign, on=on)
        form = ReasonForm(request.POST, prefix=self.prefix) if self.prefix else None
        if form is not None and not form.is_valid():
            return self.again(request, campaign, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            reason = form.cleaned_data["reason"] if form else ""
            self.take(request, campaign, base_of(request), reason, on, at)
        except StaleCampaign as stale:
            messages.error(request, _("没有办理：评选活动刚被修改，请核对下面的最新内容后再办。"))
            return self.again(request, stale.campaign, form, HTTPStatus.CONFLICT)
        except CampaignNotReady as problem:
            messages.error(request, str(problem))
            return self.again(request, campaign, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, self.done)
        return HttpResponseRedirect(reverse("award_campaign", args=[campaign.pk]))

    def again(
        self, request: PersonRequest, campaign: AwardCampaign, form: ReasonForm | None, status: int
    ) -> HttpResponse:
        reasons = {self.prefix: form} if form else None
        return campaign_page(request, get_campaign(campaign.pk), reasons=reasons, status=status)

    def take(
        self,
        request: PersonRequest,
        campaign: AwardCampaign,
        base: int,
        reason: str,
        on: dt.date,
        at: dt.datetime,
    ) -> None:
        raise NotImplementedError


class SubmitCampaign(CampaignStep):
    access = holding(Perm.MANAGE_AWARDS)
    done = gettext_lazy("已送区级审批人批准发布。批准前仍可修改，修改后须重新送批。")

    def take(self, request, campaign, base, reason, on, at):
        submit_campaign(campaign, base=base, by=request.user, on=on, at=at)


class ReturnCampaign(CampaignStep):
    access = holding(Perm.DECIDE_AWARDS)
    done = gettext_lazy("已退回，拟稿人会收到消息。")
    prefix = "return"

    def take(self, request, campaign, base, reason, on, at):
        return_campaign(campaign, base=base, reason=reason, by=request.user, on=on, at=at)


class PublishCampaign(CampaignStep):
    access = holding(Perm.DECIDE_AWARDS)
    done = gettext_lazy("已发布。名额底数已经固定，评选通知已经编号印发。")

    def take(self, request, campaign, base, reason, on, at):
        publish_campaign(campaign, base=base, by=request.user, on=on, at=at)


class CancelCampaign(CampaignStep):
    access = holding(Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS)
    done = gettext_lazy("评选活动已取消。")
    prefix = "cancel"

    def take(self, request, campaign, base, reason, on, at):
        cancel_campaign(campaign, base=base, reason=reason, by=request.user, on=on, at=at)


class FinishCampaign(CampaignStep):
    access = holding(Perm.MANAGE_AWARDS)
    done = gettext_lazy("评选活动已结束。")

    def take(self, request, campaign, base, reason, on, at):
        finish_campaign(campaign, base=base, by=request.user, on=on, at=at)
