"""Cases as everybody in their jurisdiction may read them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.permissions import Refused

from ..approvals import may_see
from ..diagram import svg
from ..handling import mark_copies_read
from ..models import Case
from ..pages import case_page, step_titles
from .task import load_case


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
