"""Campaigns: the list, one campaign, its draft, and what leads from one state to the next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm
from orgs.queries import jurisdictions

from ..campaign_register import PARTAKING, visible_campaigns

SHOWN = 100


@method_decorator(never_cache, name="dispatch")
class CampaignList(View):
    """All campaigns that the person sees, the newest first."""

    access = holding(*PARTAKING)

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        campaigns = visible_campaigns(request.user, on).prefetch_related("honours")[:SHOWN]
        context = {
            "campaigns": campaigns,
            "may_draft": bool(jurisdictions(request.user, Perm.MANAGE_AWARDS, on)),
            "nav_key": "awards",
        }
        return render(request, "awards/campaigns.html", context)
