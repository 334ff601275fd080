"""The commendation decision: cleared nominees are decided together, and one document says so."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.actions.advancing import obstacles
from awards.actions.awarding import ABOUT, decision_content, issue_certificate, sign_decision, taken
from awards.conflict_register import hidden_from
from awards.enums import NominationState
from awards.forms.awarding import ChosenForm, DecisionForm
from awards.models import Award, AwardCampaign, Nomination
from awards.nomination_register import case_ids
from orgs.access import PersonRequest, holding
from orgs.issuers import issuer_of
from orgs.permissions import Perm, can, require
from records import documents
from records.documents import ContentError, MissingGlyph
from records.models import Document

from ...models import Outcome
from ...returns import NotPossible
from ...views.files import pdf_response
from ..together import decide_together, refused_for
from .announcing import standing_at
from .told import told

READERS = (Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS)


@method_decorator(never_cache, name="dispatch")
class Together(View):
    """A page on which many nominees of a campaign take one step together: who can, who waits and why, and the form.

    ``state`` is where the nominees stand, ``node`` their cases, ``event`` what then happens, ``perm`` who does it.
    """

    access = holding(*READERS)
    request: PersonRequest
    state: NominationState
    node: str
    event: str
    perm: Perm
    template_name: str
    address: str
    form_class: type[ChosenForm] = ChosenForm

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        return self.show(request, self.load(request, campaign_id))

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign = self.load(request, campaign_id)
        require(request.user, self.perm, campaign, on=timezone.localdate())
        form = self.form(campaign, request.POST)
        done = ""
        with told(partial(form.add_error, None), ContentError, MissingGlyph):
            if form.is_valid():
                done = self.perform(request, campaign, form)
        if not form.is_valid():
            return self.show(request, campaign, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, done)
        return HttpResponseRedirect(reverse(self.address, args=[campaign.pk]))

    def load(self, request: PersonRequest, campaign_id: int) -> AwardCampaign:
        """The campaign, if the person works on it at its district. Raises Http404, Refused."""
        campaign = get_object_or_404(AwardCampaign.objects.select_related("organization"), pk=campaign_id)
        on = timezone.localdate()
        if not can(request.user, Perm.MANAGE_AWARDS, campaign, on=on):
            require(request.user, Perm.DECIDE_AWARDS, campaign, on=on)
        return campaign

    def nominations(self, campaign: AwardCampaign, *states_here: NominationState) -> QuerySet[Nomination]:
        """Those in some states, without whom the person must not see."""
        rows = Nomination.objects.filter(honour__campaign=campaign, state__in=states_here)
        rows = rows.exclude(pk__in=hidden_from(self.request.user))
        rows = rows.select_related("honour__campaign", "organization", "unit", "affiliation")
        return rows.order_by("honour__position", "rank", "pk")

    def ready(self, campaign: AwardCampaign) -> list[Nomination]:
        return standing_at(self.nominations(campaign, self.state), self.node)

    def form(self, campaign: AwardCampaign, data: Any = None) -> ChosenForm:
        on = timezone.localdate()
        able = [one for one in self.ready(campaign) if not obstacles(one, self.event, on)]
        return self.form_class(data, nominations=able, **self.form_kwargs(campaign))

    def form_kwargs(self, campaign: AwardCampaign) -> dict[str, Any]:
        return {}

    def perform(self, request: PersonRequest, campaign: AwardCampaign, form: ChosenForm) -> str:
        raise NotImplementedError

    def show(
        self,
        request: PersonRequest,
        campaign: AwardCampaign,
        form: ChosenForm | None = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        form = form or self.form(campaign)
        refused = refused_for(form.nominations, self.node, request.user, on=on)
        acts = bool(can(request.user, self.perm, campaign, on=on))
        context = {
            "campaign": campaign,
            "form": form,
            "rows": self.rows(campaign, form),
            "refused": refused if acts else [],
            "acts": acts and not refused and bool(form.nominations),
            "documents": self.documents(campaign),
            "nav_key": "awards",
        }
        return render(request, self.template_name, context, status=status)

    def rows(self, campaign: AwardCampaign, form: ChosenForm) -> list[dict[str, Any]]:
        """Everybody whom the step concerns, the able ones to be chosen, the others with what they wait for."""
        on, able = timezone.localdate(), {one.pk for one in form.nominations}
        chosen = set(form["nominees"].value() or [])
        found = self.concerned(campaign)
        cases = case_ids(found)
        return [
            {
                "nomination": one,
                "case_id": cases.get(one.case_number),
                "name": one.announcements.filter(ended_on=None).first(),
                "able": one.pk in able,
                "chosen": str(one.pk) in chosen,
                "waits": [] if one.pk in able else obstacles(one, self.event, on),
            }
            for one in found
        ]

    def concerned(self, campaign: AwardCampaign) -> list[Nomination]:
        return self.ready(campaign)

    def documents(self, campaign: AwardCampaign) -> list[Any]:
        return []


class DecideAwards(Together):
    """The approver signs the decision on cleared nominees; others are decided when they are cleared."""

    state, node, event = NominationState.CLEARED, "decide_award", "decide"
    perm, address = Perm.DECIDE_AWARDS, "decide_awards"
    template_name = "workflows/nomination/decision.html"
    form_class = DecisionForm

    def form_kwargs(self, campaign: AwardCampaign) -> dict[str, Any]:
        return {"campaign": campaign}

    def concerned(self, campaign: AwardCampaign) -> list[Nomination]:
        """The cleared ones, and whom the public notice still holds."""
        held = (NominationState.ANNOUNCED, NominationState.HELD)
        return list(self.nominations(campaign, NominationState.CLEARED, *held))

    def perform(self, request: PersonRequest, campaign: AwardCampaign, form: ChosenForm) -> str:
        at = timezone.now()
        if holders := taken(form.chosen):
            names = _("、").join(one.name for one in holders)
            raise NotPossible(
                _("%(names)s本年度已经获得一项荣誉，不能再获第二项。请取消选择。") % {"names": names}
            )
        decide_together(
            dict.fromkeys(form.chosen, Outcome.APPROVED),
            self.node,
            by=request.user,
            at=at,
            opinion="同意表彰。",
        )
        with translation.override(settings.LANGUAGE_CODE):
            document = sign_decision(
                campaign,
                form.chosen,
                introduction=form.cleaned_data["introduction"],
                call=form.cleaned_data["call"],
                by=request.user,
                on=timezone.localdate(at),
                at=at,
            )
        return _("表彰决定%(number)s已签发，共%(count)d个对象。") % {
            "number": document.number,
            "count": len(form.chosen),
        }

    def documents(self, campaign: AwardCampaign) -> list[Document]:
        about = {"about_type": ABOUT, "about_id": campaign.pk, "kind": "commendation_decision"}
        return list(Document.objects.filter(**about).defer("content").order_by("-pk"))


class PreviewDecision(DecideAwards):
    """The decision as it would be signed with what stands in the form, marked as a draft."""

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        campaign = self.load(request, campaign_id)
        form = self.form(campaign, request.POST)
        if not form.is_valid():
            return self.show(request, campaign, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        with translation.override(settings.LANGUAGE_CODE):
            content = decision_content(
                campaign,
                form.chosen,
                introduction=form.cleaned_data["introduction"],
                call=form.cleaned_data["call"],
            )
        issuer, on = issuer_of(campaign.organization), timezone.localdate()
        try:
            drawn = documents.preview("commendation_decision", content, issuer=issuer, on=on)
        except (ContentError, MissingGlyph) as problem:
            form.add_error(None, str(problem))
            return self.show(request, campaign, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return pdf_response(drawn, "preview.pdf")


class IssueCertificates(Together):
    """The handler issues the certificates of decided nominees; under a late objection none is issued."""

    state, node, event = NominationState.DECIDED, "issue_certificate", "issue"
    perm, address = Perm.MANAGE_AWARDS, "issue_certificates"
    template_name = "workflows/nomination/certificates.html"

    def perform(self, request: PersonRequest, campaign: AwardCampaign, form: ChosenForm) -> str:
        at = timezone.now()
        on = timezone.localdate(at)
        decide_together(
            dict.fromkeys(form.chosen, Outcome.APPROVED),
            self.node,
            by=request.user,
            at=at,
            opinion="制发荣誉证书。",
        )
        with translation.override(settings.LANGUAGE_CODE):
            for award in Award.objects.filter(nomination__in=form.chosen).order_by("pk"):
                issue_certificate(award, by=request.user, on=on, at=at)
        return _("已制发%(count)d份荣誉证书。") % {"count": len(form.chosen)}

    def documents(self, campaign: AwardCampaign) -> list[Award]:
        awards = Award.objects.filter(nomination__honour__campaign=campaign).exclude(certificate=None)
        return list(awards.select_related("certificate", "organization").order_by("pk"))
