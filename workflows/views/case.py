"""Cases as everybody in their jurisdiction may read them."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest, holding
from orgs.exports import TooManyRows
from orgs.models import Unit
from orgs.permissions import Perm, Refused
from orgs.queries import jurisdictions, places_within

from ..approvals import may_see
from ..case_exports import cases_workbook
from ..case_filters import CasesAsked, deadline_choices, stage_choices, state_choices
from ..cases import cases_page, holder_names, search
from ..diagram import svg
from ..handling import mark_copies_read
from ..models import Case
from ..pages import case_page, step_titles
from ..titles import BY_NAME
from .task import load_case

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def visible_case(request: PersonRequest, case_id: int) -> Case:
    """A case that the reader may see. Raises Http404 or Refused."""
    case = load_case(case_id)
    if not (verdict := may_see(request.user, case, on=timezone.localdate())):
        raise Refused(verdict)
    return case


@method_decorator(never_cache, name="dispatch")
class CaseDetail(View):
    """Stages, data, files, documents, timeline and the road of a case."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, case_id: int) -> HttpResponse:
        case = visible_case(request, case_id)
        mark_copies_read(case, request.user, at=timezone.now())
        context = case_page(case, request.user, on=timezone.localdate())
        return render(request, "workflows/case.html", context)


class CaseDiagram(View):
    """The whole process with the state of one case."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, case_id: int) -> HttpResponse:
        case = visible_case(request, case_id)
        context = {
            "case": case,
            "step_title": step_titles(case)(case.stage),
            "drawing": mark_safe(svg(case.flow_class, case)),  # rendered by our own template, which escapes
            "nav_key": "desk",
        }
        return render(request, "workflows/case_diagram.html", context)


@method_decorator(never_cache, name="dispatch")
class CaseList(View):
    """Cases in the reader's jurisdiction and those they started: filtered, by deadline or newest first."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        found = search(request.user, CasesAsked.from_query(request.GET), on=on)
        asked = found.asked
        page, rows = cases_page(found)
        unit = Unit.objects.filter(pk=int(asked.unit)).first() if asked.unit and rows else None
        context = {
            "asked": asked,
            "rows": rows,
            "unit": unit,
            "previous_url": page.previous and asked.url(before=page.previous),
            "next_url": page.next and asked.url(after=page.next),
            "flows": [(key, str(flow.process_title)) for key, flow in BY_NAME.items()],
            "states": state_choices(),
            "stages": stage_choices(asked.flow),
            "deadlines": deadline_choices(),
            "places": places_within(request.user, Perm.VIEW_REGISTRY, on),
            "holders": holder_names(request.user, on),
            "export_query": asked.url(),
            "may_export": bool(jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "nav_key": "cases",
        }
        is_list = request.headers.get("HX-Target") == "case-list"
        return render(
            request, "workflows/partials/case_list.html" if is_list else "workflows/cases.html", context
        )


class ExportCases(View):
    """The list as Excel, for whoever may export in some jurisdiction, of that jurisdiction."""

    access = holding(Perm.EXPORT_REGISTRY)

    def get(self, request: PersonRequest) -> HttpResponse:
        at = timezone.now()
        on = timezone.localdate(at)
        asked = CasesAsked.from_query(request.GET)
        found = search(request.user, asked, on=on, perm=Perm.EXPORT_REGISTRY)
        try:
            content = cases_workbook(found, at=at)
        except TooManyRows:
            messages.error(request, _("结果太多，无法一次导出。请缩小筛选范围后再导出。"))
            return HttpResponseRedirect(reverse("cases") + asked.url())
        response = HttpResponse(content, content_type=XLSX)
        name = _("事项清单-%(day)s.xlsx") % {"day": on.isoformat()}
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        response["Cache-Control"] = "private, no-store"
        return response
