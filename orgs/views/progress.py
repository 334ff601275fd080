"""The progress page: goals of the district, figures of each sub-district."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from ..access import PersonRequest, holding
from ..models import Campaign
from ..permissions import Perm
from ..progress import COLUMNS, campaign_of, goal_progress, place_progress, sees_district


class ProgressPage(View):
    """Progress against the year's plan, for the reader's jurisdiction."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        asked = request.GET.get("year", "")
        campaign = campaign_of(int(asked) if asked.isdecimal() and len(asked) == 4 else None, on=on)
        year = campaign.year if campaign else on.year
        places = place_progress(request.user, year, on=on)
        context = {
            "campaign": campaign,
            "year": year,
            "goals": goal_progress(campaign, on=on) if campaign and sees_district(request.user, on) else [],
            "columns": [kind.label for kind in COLUMNS],
            "places": places,
            "totals": [sum(place.counts[at] for place in places) for at in range(len(COLUMNS))],
            "on": on,
            "years": list(Campaign.objects.values_list("year", flat=True)),
            "nav_key": "progress",
        }
        return render(request, "orgs/progress.html", context)
