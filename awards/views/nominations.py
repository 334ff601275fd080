"""The nominations of a campaign in the reader's jurisdiction: list, numbers by state, and both as a workbook."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.exports import TooManyRows
from orgs.models import Organization
from orgs.permissions import Perm
from orgs.queries import jurisdictions, keyset_page, places_within
from orgs.views.common import pager_links, query_string, workbook_response
from orgs.views.organizations import record_export

from ..award_list import committee_places
from ..campaign_register import require_campaign_view
from ..forms.nominations import NominationFilterForm
from ..models import AwardCampaign, Nomination
from ..nomination_exports import nominations_workbook
from ..nomination_register import (
    WITH_NAMES,
    case_ids,
    nominations_matching,
    numbers_by_state,
    visible_nominations,
)


def campaign_of(request: PersonRequest, campaign_id: int) -> AwardCampaign:
    """A campaign that the person finds in the list. Raises Http404, Refused."""
    campaign = get_object_or_404(AwardCampaign.objects.select_related("organization"), pk=campaign_id)
    require_campaign_view(request.user, campaign, timezone.localdate())
    return campaign


def asked(
    request: PersonRequest, campaign: AwardCampaign, perm: Perm
) -> tuple[NominationFilterForm, QuerySet[Nomination]]:
    """The filters, and the nominations of the jurisdiction in this campaign, not filtered yet."""
    on = timezone.localdate()
    places = places_within(request.user, perm, on).filter(pk__in=nominating(campaign))
    form = NominationFilterForm(request.GET, campaign=campaign, places=places)
    return form, visible_nominations(request.user, on, perm).filter(honour__campaign=campaign)


def nominating(campaign: AwardCampaign) -> QuerySet[Organization]:
    """The organizations that have nominations in a campaign."""
    rows = Nomination.objects.filter(honour__campaign=campaign)
    return Organization.objects.filter(pk__in=rows.values("affiliation"))


@method_decorator(never_cache, name="dispatch")
class NominationList(View):
    """Searched and filtered, with how many stand at each state."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        on, campaign = timezone.localdate(), campaign_of(request, campaign_id)
        form, visible = asked(request, campaign, Perm.VIEW_REGISTRY)
        criteria = form.criteria
        found = nominations_matching(visible, **criteria)
        rest = {key: value for key, value in criteria.items() if key != "state"}
        numbers = numbers_by_state(nominations_matching(visible, **rest))
        page = keyset_page(found.select_related(*WITH_NAMES), ("scope", "pk"), request.GET.get("page", ""))
        rows = rows_of(page.rows, page.first, request, on)
        context = {
            "campaign": campaign,
            "form": form,
            "page": page,
            "rows": rows,
            "ranked": any(row["place"] for row in rows),
            "numbers": [
                {
                    "state": state.value,
                    "label": state.label,
                    "number": number,
                    "url": query_string(request, state=state.value, page=""),
                    "current": criteria.get("state") == state,
                }
                for state, number in numbers
            ],
            "total": sum(number for _state, number in numbers),
            "all_url": request.path + query_string(request, state="", page=""),
            "filtered": bool(form.active),
            "may_export": bool(jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "export_url": reverse("export_nominations", args=[campaign.pk]) + query_string(request, page=""),
            "clear_url": request.path,
            "nav_key": "awards",
        }
        context |= pager_links(request, page.previous, page.next)
        return render(request, "awards/nominations.html", context)


def rows_of(
    nominations: list[Nomination], first: int, request: PersonRequest, on: dt.date
) -> list[dict[str, Any]]:
    """What a line of the list says; the place in the committee's result only once it is concluded."""
    cases = case_ids(nominations)
    honours = {one.honour_id: one.honour for one in nominations}
    places = {
        pk: place
        for honour in honours.values()
        for pk, place in committee_places(honour, request.user, on).items()
    }
    return [
        {
            "number": number,
            "nomination": one,
            "case_id": cases.get(one.case_number),
            "place": places.get(one.pk),
        }
        for number, one in enumerate(nominations, first)
    ]


class ExportNominations(View):
    """Exactly the rows that the list shows. A POST, because it leaves an audit entry."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        at, on, campaign = timezone.now(), timezone.localdate(), campaign_of(request, campaign_id)
        form, visible = asked(request, campaign, Perm.EXPORT_REGISTRY)
        found = nominations_matching(visible, **form.criteria)
        try:
            content = nominations_workbook(campaign, found, form.active, by=request.user, at=at, on=on)
        except TooManyRows as problem:
            messages.error(request, str(problem))
            back = reverse("nominations", args=[campaign.pk]) + query_string(request)
            return HttpResponseRedirect(back)
        record_export(request, "nominations", form.active, at)
        return workbook_response(content, _("推荐名册"), at)
