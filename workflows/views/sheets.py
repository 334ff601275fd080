"""Decision sheets (审批表) of cases, one or several, for whoever may see the cases."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.access import SIGNED_IN, PersonRequest
from orgs.permissions import Refused

from ..models import Case
from ..reading import may_read_sheet
from ..sheets import MOST_SHEETS, sheet_pdf, sheets_pdf
from .case import visible_case
from .files import pdf_response


def case_with_sheet(request: PersonRequest, case_id: int) -> Case:
    """A case whose sheet the person may have. Raises Refused."""
    case = visible_case(request, case_id)
    if not (verdict := may_read_sheet(request.user, case, on=timezone.localdate())):
        raise Refused(verdict)
    return case


class CaseSheet(View):
    """The case on paper with all opinions so far."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, case_id: int) -> HttpResponse:
        case = case_with_sheet(request, case_id)
        return pdf_response(sheet_pdf(case, on=timezone.localdate()), f"{case.number} 审批表.pdf")


class CaseSheets(View):
    """The sheets of the cases named in the address (``case``, repeated), in that order, in one PDF."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        named = list(dict.fromkeys(request.GET.getlist("case")))
        if not 0 < len(named) <= MOST_SHEETS or not all(one.isdecimal() and len(one) < 19 for one in named):
            text = _("请选择 1 至 %(most)d 件事项再打印审批表，现选择了 %(count)d 件。")
            problem = text % {"most": MOST_SHEETS, "count": len(named)}
            return render(
                request, "workflows/sheets_refused.html", {"problem": problem}, status=HTTPStatus.BAD_REQUEST
            )
        on = timezone.localdate()
        cases = [case_with_sheet(request, int(one)) for one in named]
        return pdf_response(sheets_pdf(cases, on=on), _("审批表（%(count)d件）.pdf") % {"count": len(cases)})
