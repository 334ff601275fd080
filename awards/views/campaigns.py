"""Campaigns: the list, one campaign, and its form while it is prepared."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.models import Organization
from orgs.permissions import Perm, require
from orgs.queries import jurisdictions, rules_in_force
from records.documents import render as render_document

from ..actions.campaigns import CampaignNotReady, StaleCampaign, change_campaign, draft_campaign
from ..actions.publishing import publication_verdict
from ..campaign_checks import campaign_problems
from ..campaign_pages import (
    committee_of,
    counts_of,
    group_names,
    honour_card,
    links_of,
    may_edit,
    offers_to,
    plan_lines,
    rights_of,
)
from ..campaign_register import PARTAKING, require_campaign_view, visible_campaigns
from ..enums import PREPARED, CampaignState
from ..forms.campaigns import CampaignEditor, ReasonForm, stored_honours, stored_values
from ..models import AwardCampaign
from ..nomination_register import visible_nominations

SHOWN = 100


def get_campaign(campaign_id: int) -> AwardCampaign:
    rows = AwardCampaign.objects.select_related("organization", "created_by", "submitted_by", "call")
    return get_object_or_404(rows.prefetch_related("honours"), pk=campaign_id)


@method_decorator(never_cache, name="dispatch")
class CampaignList(View):
    """All campaigns that the person sees, the newest first."""

    access = holding(*PARTAKING)

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        campaigns = list(visible_campaigns(request.user, on).prefetch_related("honours")[:SHOWN])
        plans = {one.pk: plan_lines(one, on) for one in campaigns if one.state == CampaignState.PUBLISHED}
        rows = [
            {
                "campaign": one,
                "step": next((line.step for line in plans.get(one.pk, []) if line.state == "now"), None),
            }
            for one in campaigns
        ]
        context = {
            "rows": rows,
            "may_draft": bool(jurisdictions(request.user, Perm.MANAGE_AWARDS, on)),
            "nav_key": "awards",
        }
        return render(request, "awards/campaigns.html", context)


@method_decorator(never_cache, name="dispatch")
class CampaignPage(View):
    """One campaign: what is awarded, on which conditions, when, by whom, and what is to do for whoever reads it."""

    access = holding(*PARTAKING)

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign = get_campaign(campaign_id)
        require_campaign_view(request.user, campaign, timezone.localdate())
        return campaign_page(request, campaign)


def campaign_page(
    request: PersonRequest,
    campaign: AwardCampaign,
    *,
    reasons: dict[str, ReasonForm] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page; ``reasons`` has the form that came back, by the step that it was for."""
    on, user = timezone.localdate(), request.user
    rights = rights_of(user, campaign, on)
    plan = plan_lines(campaign, on)
    has_jurisdiction = bool(jurisdictions(user, Perm.VIEW_REGISTRY, on))
    seen = visible_nominations(user, on).filter(honour__campaign=campaign)
    counts = counts_of(seen) if campaign.published_at else {}
    cards = [honour_card(one) | {"counts": counts.get(one.pk, {})} for one in campaign.honours.all()]
    prepared = campaign.state in PREPARED
    context = {
        "campaign": campaign,
        "cards": cards,
        "plan": plan,
        "now": next((one.step for one in plan if one.state == "now"), None),
        "rights": rights,
        "may_edit": may_edit(campaign, rights),
        "has_jurisdiction": has_jurisdiction,
        "groups": group_names(),
        "members": committee_of(campaign) if has_jurisdiction or rights.seated else [],
        "offers": offers_to(user, campaign, on),
        "links": links_of(campaign, rights, has_jurisdiction),
        "problems": campaign_problems(campaign, on) if prepared else [],
        "verdict": publication_verdict(campaign, user, on=on) if rights.decides and prepared else None,
        "reasons": {"return": ReasonForm(prefix="return"), "cancel": ReasonForm(prefix="cancel")}
        | (reasons or {}),
        "nav_key": "awards",
    }
    return render(request, "awards/campaign.html", context, status=status)


class CampaignCall(View):
    """The letter of a campaign as PDF, for whoever sees the campaign."""

    access = holding(*PARTAKING)

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign = get_campaign(campaign_id)
        require_campaign_view(request.user, campaign, timezone.localdate())
        if campaign.call is None:
            raise Http404
        response = HttpResponse(render_document(campaign.call), content_type="application/pdf")
        name = f"{campaign.call.number} {campaign.call.title}.pdf"
        response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
        response["Cache-Control"] = "private, no-store"
        return response


class CampaignEditing(View):
    """What drafting and changing have in common."""

    access = holding(Perm.MANAGE_AWARDS)

    def form_page(
        self,
        request: HttpRequest,
        editor: CampaignEditor,
        campaign: AwardCampaign | None,
        status: int = HTTPStatus.OK,
        **extra: Any,
    ) -> HttpResponse:
        context = {
            "editor": editor,
            "campaign": campaign,
            "draft_key": f"award:{campaign.pk if campaign else 'new'}",
            "nav_key": "awards",
        }
        return render(request, "awards/campaign_form.html", context | extra, status=status)


@method_decorator(never_cache, name="dispatch")
class NewCampaign(CampaignEditing):
    """Draft a campaign; everything that the last one and the rule set say is filled in."""

    def get(self, request: PersonRequest) -> HttpResponse:
        return self.form_page(request, self.editor(request), None)

    def post(self, request: PersonRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        editor = self.editor(request, request.POST)
        if not editor.is_valid():
            return self.form_page(request, editor, None, HTTPStatus.UNPROCESSABLE_ENTITY)
        campaign = draft_campaign(self.district(request), editor.terms, by=request.user, on=on, at=at)
        messages.success(request, _("“%(name)s”已保存为草稿。核对名额后送批。") % {"name": campaign.name})
        return HttpResponseRedirect(reverse("award_campaign", args=[campaign.pk]))

    def district(self, request: PersonRequest) -> Organization:
        return jurisdictions(request.user, Perm.MANAGE_AWARDS, timezone.localdate())[0]

    def editor(self, request: PersonRequest, data: Any = None) -> CampaignEditor:
        on, district = timezone.localdate(), self.district(request)
        entries = rules_in_force("awards", on).data["honours"]
        last = AwardCampaign.objects.filter(organization=district).order_by("-pk").first()
        chosen = {one["code"]: one for one in entries}
        return CampaignEditor(entries, first_values(on, last), chosen, data)


def first_values(on: dt.date, last: AwardCampaign | None) -> dict[str, Any]:
    """What a new campaign begins with."""
    values: dict[str, Any] = {
        "year": on.year,
        "name": _("%(year)d年度两新组织团建工作评选表彰") % {"year": on.year},
        "work": _("两新组织团建工作"),
        "starts_on": on,
        "counted_on": on,
    }
    return values | (dict(last.channel) if last else {})


@method_decorator(never_cache, name="dispatch")
class EditCampaign(CampaignEditing):
    """Change a campaign in preparation. What somebody else saved meanwhile is shown beside what was typed."""

    def load(self, request: PersonRequest, campaign_id: int) -> AwardCampaign:
        campaign = get_campaign(campaign_id)
        require(request.user, Perm.MANAGE_AWARDS, campaign, on=timezone.localdate())
        return campaign

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign = self.load(request, campaign_id)
        if campaign.state not in PREPARED:
            messages.error(request, _("评选活动已经发布或取消，不能再修改。名额可以按决定调整。"))
            return HttpResponseRedirect(reverse("award_campaign", args=[campaign.pk]))
        return self.form_page(request, self.editor(campaign), campaign)

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        campaign, base = self.load(request, campaign_id), base_of(request)
        if campaign.version != base and campaign.state in PREPARED:
            return self.stale(request, campaign)
        editor = self.editor(campaign, request.POST)
        if not editor.is_valid():
            return self.form_page(request, editor, campaign, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            change_campaign(campaign, editor.terms, base=base, by=request.user, on=on, at=at)
        except StaleCampaign:
            return self.stale(request, self.load(request, campaign_id))
        except CampaignNotReady as problem:
            editor.head.add_error(None, str(problem))
            return self.form_page(request, editor, campaign, HTTPStatus.CONFLICT)
        messages.success(request, _("已保存。核对名额后送批。"))
        return HttpResponseRedirect(reverse("award_campaign", args=[campaign.pk]))

    def editor(self, campaign: AwardCampaign, data: Any = None) -> CampaignEditor:
        entries = campaign.rules["honours"]
        return CampaignEditor(entries, stored_values(campaign), stored_honours(campaign), data)

    def stale(self, request: PersonRequest, campaign: AwardCampaign) -> HttpResponse:
        """The form with what was typed, over what is stored now, and where the two differ."""
        editor = self.editor(campaign, request.POST)
        editor.is_valid()
        return self.form_page(
            request, editor, campaign, HTTPStatus.CONFLICT, conflict={"rows": editor.differences}
        )


def base_of(request: HttpRequest) -> int:
    """The version that the page knew; -1, which none has, without a number."""
    typed = request.POST.get("base", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1
