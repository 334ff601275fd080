"""The case as everybody in its jurisdiction may read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from orgs.access import SIGNED_IN
from orgs.permissions import Refused

from ..approvals import may_see
from ..pages import case_page
from .task import load_case


class CaseDetail(View):
    """Stages, data, files, documents, timeline and flow diagram of a case."""

    access = SIGNED_IN

    def get(self, request: HttpRequest, case_id: int) -> HttpResponse:
        case = load_case(case_id)
        on = timezone.localdate()
        if not (verdict := may_see(request.user, case, on=on)):
            raise Refused(verdict)
        return render(request, "workflows/case.html", case_page(case, request.user, on=on))
