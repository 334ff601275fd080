"""Where a unit begins nominations: what it may nominate in a campaign, and whom."""

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.enums import CampaignState, NomineeKind
from awards.models import AwardCampaign, Honour
from awards.offers import Offer, latest_notice_start, offer_of, offers_in, organizations_of
from awards.rules.plan import closes_on
from orgs.access import PersonRequest, holding
from orgs.models import Organization
from orgs.permissions import Perm, Refused, Verdict, require

from ..forms.start import WhomForm
from ..starting import MayNotStart, open_nomination_case

# Campaigns that units know of.
PUBLIC = (CampaignState.PUBLISHED, CampaignState.FINISHED)


class NominateFor(View):
    """The organizations of the reader's units by the honours of a campaign, each with a button or the reason."""

    access = holding(Perm.APPLY_FOUNDING)

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        on = timezone.localdate()
        campaign = get_object_or_404(
            AwardCampaign.objects.select_related("organization"), pk=campaign_id, state__in=PUBLIC
        )
        own = [
            one
            for one in organizations_of(request.user, on=on)
            if one.path.startswith(campaign.organization.path)
        ]
        if not own:
            raise Refused(not_taking_part())
        context = {
            "campaign": campaign,
            "rows": by_organization(offers_in(campaign, own, on=on)),
            "closes_on": closes_on(campaign),
            "latest_start": latest_notice_start(campaign),
            "own_notice_days": campaign.rules["own_notice_days"],
            "nav_key": "awards",
        }
        return render(request, "workflows/nomination/nominate_for.html", context)


def not_taking_part() -> Verdict:
    return Verdict(
        False,
        _("您的单位不在这次评选的范围内。"),
        _("单位建立团组织并列入本区后，由申请人在这里推荐。"),
    )


def by_organization(offers: list[Offer]) -> list[tuple[Organization, list[Offer]]]:
    """The offers of each organization, in their order."""
    found: dict[int, tuple[Organization, list[Offer]]] = {}
    for offer in offers:
        found.setdefault(offer.organization.pk, (offer.organization, []))[1].append(offer)
    return list(found.values())


@method_decorator(never_cache, name="dispatch")
class StartNomination(View):
    """Begin a nomination and go straight to its page; for a person, the name and the date of birth come first."""

    access = holding(Perm.APPLY_FOUNDING)

    def get(self, request: PersonRequest, organization_id: int, honour_id: int) -> HttpResponse:
        organization, honour = self.subjects(request, organization_id, honour_id)
        return self.show(request, organization, honour)

    def post(self, request: PersonRequest, organization_id: int, honour_id: int) -> HttpResponse:
        organization, honour = self.subjects(request, organization_id, honour_id)
        on = timezone.localdate()
        form = WhomForm(request.POST, on=on) if honour.nominee_kind == NomineeKind.PERSON else None
        if form is not None and not form.is_valid():
            return self.show(request, organization, honour, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        named = form.cleaned_data if form is not None else {}
        try:
            item = open_nomination_case(
                honour=honour, organization=organization, by=request.user, on=on, **named
            )
        except MayNotStart as problem:
            return self.show(request, organization, honour, form, HTTPStatus.CONFLICT, problem.verdict)
        return HttpResponseRedirect(reverse("task", args=[item.case_id, item.pk]))

    def subjects(
        self, request: PersonRequest, organization_id: int, honour_id: int
    ) -> tuple[Organization, Honour]:
        """The organization, of a unit for which the reader applies, and an honour that units know of. Raises Refused
        and Http404."""
        organizations = Organization.objects.select_related("unit__affiliation")
        organization = get_object_or_404(organizations, pk=organization_id)
        if organization.unit is None:
            raise Refused(Verdict(False, _("推荐由单位的基层团组织提出。")))
        require(request.user, Perm.APPLY_FOUNDING, organization.unit, on=timezone.localdate())
        honours = Honour.objects.select_related("campaign__organization")
        return organization, get_object_or_404(honours, pk=honour_id, campaign__state__in=PUBLIC)

    def show(
        self,
        request: PersonRequest,
        organization: Organization,
        honour: Honour,
        form: WhomForm | None = None,
        status: int = HTTPStatus.OK,
        refused: Verdict | None = None,
    ) -> HttpResponse:
        on = timezone.localdate()
        context = {
            "organization": organization,
            "honour": honour,
            "campaign": honour.campaign,
            "offer": offer_of(honour, organization, on=on),
            "form": form or WhomForm(on=on),
            "refused": refused,
            "closes_on": closes_on(honour.campaign),
            "latest_start": latest_notice_start(honour.campaign),
            "nav_key": "awards",
        }
        return render(request, "workflows/nomination/start.html", context, status=status)
