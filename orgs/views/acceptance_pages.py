"""One acceptance: its report on paper, and the revocation of its certificate."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from ..acceptance_report import report_pdf, report_verdict
from ..access import PersonRequest, holding
from ..models import Acceptance
from ..permissions import Perm, Refused


def get_acceptance(acceptance_id: int) -> Acceptance:
    """An acceptance with what it is about. Raises Http404."""
    rows = Acceptance.objects.select_related("organization", "unit", "affiliation", "standard")
    return get_object_or_404(rows, pk=acceptance_id)


@method_decorator(never_cache, name="dispatch")
class AcceptanceReport(View):
    """验收报告 as a PDF, for whoever may see what was found."""

    access = holding(Perm.VIEW_REGISTRY, Perm.VIEW_UNIT)

    def get(self, request: PersonRequest, acceptance_id: int) -> HttpResponse:
        on = timezone.localdate()
        acceptance = get_acceptance(acceptance_id)
        if not (verdict := report_verdict(request.user, acceptance, on)):
            raise Refused(verdict)
        name = _("验收报告 %(number)s.pdf") % {"number": acceptance.case_number}
        response = HttpResponse(
            report_pdf(acceptance, person=request.user, on=on), content_type="application/pdf"
        )
        response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
        return response
