"""Revoking an award: before its certificate the case ends with it, after it the award is taken back."""

import datetime as dt
from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.actions.advancing import advance
from awards.actions.revoking import revocation_verdict, revoke_award
from awards.enums import NominationState
from awards.models import Award, Nomination
from awards.nomination_register import case_ids
from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, Refused, require
from orgs.queries import district_of
from records.documents import ContentError, MissingGlyph
from records.uploads import UploadRefused

from ...approvals import AlreadyDecided
from ...models import Outcome, StaleTask
from ...notify import tell_applicant
from ...views.task import load_case
from ..forms.revoking import RevokingForm
from ..together import leave
from .told import told


@method_decorator(never_cache, name="dispatch")
class RevokeAward(View):
    """With the reason, which is published, and the evidence; a document of its own says so."""

    access = holding(Perm.DECIDE_AWARDS)

    def get(self, request: PersonRequest, award_id: int) -> HttpResponse:
        return self.show(request, self.load(request, award_id))

    def post(self, request: PersonRequest, award_id: int) -> HttpResponse:
        award = self.load(request, award_id)
        form = RevokingForm(request.POST, request.FILES)
        try:
            with told(partial(form.add_error, None), ContentError, MissingGlyph):
                if form.is_valid():
                    self.revoke(request, award, form)
        except UploadRefused as problem:
            form.add_error("evidence", str(problem))
        except (AlreadyDecided, StaleTask):
            form.add_error(None, _("该荣誉的事项刚刚有变动，请重新打开后再办理。"))
        if not form.is_valid():
            return self.show(
                request, self.load(request, award_id), form, status=HTTPStatus.UNPROCESSABLE_ENTITY
            )
        messages.success(request, _("“%(name)s”的荣誉已撤销。") % {"name": award.name})
        return HttpResponseRedirect(reverse("award", args=[award.pk]))

    def revoke(self, request: PersonRequest, award: Award, form: RevokingForm) -> None:
        at, reason = timezone.now(), form.cleaned_data["reason"]
        on = timezone.localdate(at)
        award = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
        if not (verdict := revocation_verdict(award, request.user, on=on)):
            raise Refused(verdict)
        if award.nomination is not None:
            self.move(request, award.nomination, reason, at=at)
        revoke_award(award, reason=reason, file=form.cleaned_data["evidence"], by=request.user, on=on, at=at)

    def move(self, request: PersonRequest, nomination: Nomination, reason: str, *, at: dt.datetime) -> None:
        """Let the nomination follow: by its case while that waits for the certificate, by itself afterwards."""
        by = request.user
        if nomination.state == NominationState.DECIDED:
            leave(nomination, Outcome.REMOVED, by=by, perm=Perm.DECIDE_AWARDS, at=at, reason=reason)
        else:
            advance(nomination, "revoke", by=by, at=at, note=reason[:500])
            for case_id in case_ids([nomination]).values():
                honour = nomination.honour.title
                tell_applicant(load_case(case_id), "nomination_ended", opinion=reason, honour=honour)

    def load(self, request: PersonRequest, award_id: int) -> Award:
        """An award of the district where the person decides. Raises Http404, Refused."""
        award = get_object_or_404(Award.objects.select_related("organization"), pk=award_id)
        require(request.user, Perm.DECIDE_AWARDS, district_of(award.organization), on=timezone.localdate())
        return award

    def show(
        self,
        request: PersonRequest,
        award: Award,
        form: RevokingForm | None = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {
            "award": award,
            "form": (form or RevokingForm()) if award.revoked_on is None else None,
            "nav_key": "awards",
        }
        if award.revoked_on is not None and form is not None:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "workflows/nomination/revoke.html", context, status=status)
