"""The page of one award: who holds it, by which decision and certificate, and whether it was revoked."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, can
from orgs.queries import district_of
from orgs.views.common import require_organization_view

from ..actions.revoking import certificates_of, revocation_verdict
from ..models import Award


@method_decorator(never_cache, name="dispatch")
class AwardPage(View):
    """For whoever sees the organization by jurisdiction, and for its unit."""

    access = holding(Perm.VIEW_REGISTRY, Perm.VIEW_UNIT)

    def get(self, request: PersonRequest, award_id: int) -> HttpResponse:
        rows = Award.objects.select_related("organization__unit", "decision", "certificate", "revocation")
        award, on = get_object_or_404(rows, pk=award_id), timezone.localdate()
        require_organization_view(request.user, award.organization, on)
        district = district_of(award.organization)
        context = {
            "award": award,
            "certificate": certificates_of(award).last() or award.certificate,
            # The decision names everybody: it is in the register of the district.
            "opens_decision": bool(can(request.user, Perm.VIEW_REGISTRY, district, on=on)),
            "can_revoke": bool(revocation_verdict(award, request.user, on=on)),
            "nav_key": "awards",
        }
        return render(request, "awards/award.html", context)
