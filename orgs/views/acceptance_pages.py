"""One acceptance: its report on paper, and the revocation of its certificate."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records.uploads import UploadRefused

from ..acceptance_report import report_pdf, report_verdict
from ..access import PersonRequest, holding
from ..actions.acceptance.common import about
from ..actions.acceptance.revoking import grounds, revocation_verdict, revoke_acceptance
from ..forms.revocation import RevocationForm
from ..models import Acceptance
from ..permissions import Perm, Refused
from ..queries import latest_document
from ..rules.inspection_words import stars_of


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


@method_decorator(never_cache, name="dispatch")
class RevokeAcceptance(View):
    """撤销认定: the certificate ends at once, the unit and the sub-district are told."""

    access = holding(Perm.REVOKE_ACCEPTANCE)

    def get(self, request: PersonRequest, acceptance_id: int) -> HttpResponse:
        acceptance = self.load(request, acceptance_id)
        return self.page(request, acceptance, RevocationForm(grounds=grounds(acceptance)))

    def post(self, request: PersonRequest, acceptance_id: int) -> HttpResponse:
        acceptance, at = self.load(request, acceptance_id), timezone.now()
        form = RevocationForm(request.POST, request.FILES, grounds=grounds(acceptance))
        if form.is_valid():
            values = {key: form.cleaned_data[key] for key in ("basis", "reason", "file")}
            try:
                revoke_acceptance(acceptance, **values, by=request.user, on=timezone.localdate(at), at=at)
            except UploadRefused as refused:
                form.add_error("file", str(refused))
            else:
                messages.success(request, _("验收认定已撤销，证书同时作废，单位和街镇会收到消息。"))
                return HttpResponseRedirect(reverse("organization", args=[acceptance.organization_id]))
        return self.page(request, acceptance, form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def load(self, request: PersonRequest, acceptance_id: int) -> Acceptance:
        """The acceptance, when the person may revoke it now. Raises Http404, Refused."""
        acceptance = get_acceptance(acceptance_id)
        if not (verdict := revocation_verdict(acceptance, request.user, on=timezone.localdate())):
            raise Refused(verdict)
        return acceptance

    def page(
        self,
        request: PersonRequest,
        acceptance: Acceptance,
        form: RevocationForm,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {
            "acceptance": acceptance,
            "certificate": latest_document("acceptance_certificate", about=about(acceptance)),
            "stars": stars_of(acceptance.grade),
            "form": form,
            "nav_key": "acceptances",
        }
        return render(request, "orgs/acceptance_revoke.html", context, status=status)
