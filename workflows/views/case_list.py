"""The list of cases, its saved views beside it, and its export."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest, holding
from orgs.exports import TooManyRows
from orgs.models import Unit
from orgs.permissions import Perm
from orgs.queries import jurisdictions, places_within
from orgs.views.common import workbook_response
from orgs.views.organizations import record_export

from ..case_exports import cases_workbook
from ..case_filters import (
    BETWEEN,
    BY_DEADLINE,
    CasesAsked,
    deadline_choices,
    described,
    stage_choices,
    state_choices,
)
from ..cases import CaseSearch, cases_page, holder_names, search
from ..keyset import Page, shown
from ..saved_views import view_rows
from ..titles import BY_NAME


@method_decorator(never_cache, name="dispatch")
class CaseList(View):
    """Cases in the reader's jurisdiction and those they started: searched, filtered, newest first or by deadline."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        wanted = CasesAsked.from_query(request.GET)
        found = search(request.user, wanted, on=on)
        asked = found.asked
        page, rows = cases_page(found)
        unit = Unit.objects.filter(pk=int(asked.unit)).first() if asked.unit and rows else None
        context = {
            "asked": asked,
            "rows": rows,
            "unit": unit,
            "count": shown(counted(found, page)),
            "previous_url": page.previous and asked.url(before=page.previous),
            "next_url": page.next and asked.url(after=page.next),
            "export_url": reverse("export_cases") + asked.url(),
            "save_url": reverse("new_case_view") + asked.url(),
            "may_export": bool(rows and jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "place_left_out": wanted.place != asked.place,
            "views": view_rows(request.user, on, current=wanted),
            "counts_url": reverse("case_view_counts") + wanted.url(),
            "nav_key": "cases",
        }
        is_list = request.headers.get("HX-Target") == "case-list"
        return render(
            request,
            "workflows/partials/case_list.html" if is_list else "workflows/cases.html",
            context | choices(found),
        )


def counted(found: CaseSearch, page: Page) -> int:
    """How many cases there are; a list that ends on its first page is counted already."""
    return found.count if page.previous or page.next else len(page.rows)


def choices(found: CaseSearch) -> dict:
    """What the filters offer: only places and names in the reader's jurisdiction."""
    return {
        "flows": [(key, str(flow.process_title)) for key, flow in BY_NAME.items()],
        "stages": stage_choices(found.asked.flow),
        "states": state_choices(),
        "places": list(places_within(found.person, Perm.VIEW_REGISTRY, found.on)),
        "deadlines": [*deadline_choices(), (BETWEEN, _("自选起止日期"))],
        "holder_names": holder_names(found.person, found.on),
        "sorts": [(BY_DEADLINE, _("按办理时限（有时限的）"))],
    }


@method_decorator(never_cache, name="dispatch")
class CaseViewCounts(View):
    """The saved views with the number of cases in each; the list asks for them after it has come."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        asked = CasesAsked.from_query(request.GET)
        views = view_rows(request.user, timezone.localdate(), current=asked, counted=True)
        return render(request, "workflows/partials/case_views.html", {"views": views, "counted": True})


class ExportCases(View):
    """The rows of the list as a workbook, of where the reader may export. A POST: it leaves an audit entry."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: PersonRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        found = search(request.user, CasesAsked.from_query(request.GET), on=on, perm=Perm.EXPORT_REGISTRY)
        try:
            content = cases_workbook(found, at=at)
        except TooManyRows as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("cases") + found.asked.url())
        record_export(request, "cases", described(found.asked, found.place), at)
        return workbook_response(content, _("事项清单"), at)
