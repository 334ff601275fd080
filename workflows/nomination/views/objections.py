"""Appointing who investigates an objection, which asks who decided in the case, and resolving one, which may end the
case: the fact and the case in one transaction."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.actions.advancing import advance
from awards.actions.announcing import take_off
from awards.actions.investigating import appoint_investigators, resolve_objection, send_back_report
from awards.actions.objecting import HOLDABLE
from awards.enums import NominationState, ObjectionState
from awards.forms.investigations import InvestigatorsForm, ResolutionForm
from awards.models import Nomination, Objection
from awards.objection_access import Standing, not_yours
from awards.objection_register import (
    EVIDENCE,
    REPORT,
    candidates,
    files_of,
    involved_in,
    present_investigators,
)
from awards.rules import states
from awards.rules.states import DECIDED
from awards.views.objections import objection_for
from orgs.access import PersonRequest, holding
from orgs.models import Person
from orgs.permissions import Perm, Refused

from ...models import Decision, Outcome
from ...returns import NotPossible
from ...views.task import CaseBusy, one_transaction
from ..together import leave


def involved(nomination: Nomination) -> frozenset[int]:
    """Everybody who took part in a nomination, with those who decided in its case on any step."""
    deciders = Decision.objects.filter(case__number=nomination.case_number, by__isnull=False)
    return involved_in(nomination, deciders.values_list("by", flat=True))


@method_decorator(never_cache, name="dispatch")
class AppointInvestigators(View):
    """Choose who investigates from those who took no part, at first and whenever somebody leaves."""

    access = holding(Perm.ASSIST_REVIEW, Perm.DECIDE_AWARDS)

    def get(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection = self.found(request, objection_id)
        present = [str(one.pk) for one in present_investigators(objection)]
        initial = dict(zip(("first", "second"), present, strict=False))
        return self.show(request, objection, self.make_form(objection, initial=initial))

    def post(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection = self.found(request, objection_id)
        form = self.make_form(objection, request.POST)
        if not form.is_valid():
            return self.show(request, objection, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        people = list(Person.objects.filter(pk__in=form.chosen))
        try:
            appoint_investigators(
                objection,
                people,
                involved=involved(objection.nomination),
                by=request.user,
                at=timezone.now(),
            )
        except states.NotPossible as problem:
            form.add_error(None, str(problem))
            return self.show(request, objection, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("已指定调查人并通知本人。"))
        return HttpResponseRedirect(reverse("objection", args=[objection.pk]))

    def found(self, request: PersonRequest, objection_id: int) -> Objection:
        objection, own = objection_for(request.user, objection_id, timezone.localdate())
        if not (own.secretary or own.decider):
            raise Refused(not_yours())
        return objection

    def make_form(self, objection: Objection, *bound: Any, **kwargs: Any) -> InvestigatorsForm:
        nomination = objection.nomination
        posts = candidates(nomination, involved(nomination), on=timezone.localdate())
        return InvestigatorsForm(*bound, posts=posts, **kwargs)

    def show(
        self,
        request: PersonRequest,
        objection: Objection,
        form: InvestigatorsForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {
            "objection": objection,
            "campaign": objection.nomination.honour.campaign,
            "form": form,
            "nav_key": "awards",
        }
        return render(request, "awards/objection_appoint.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class ResolveObjection(View):
    """Whether an objection is founded. Founded, the nominee's case ends where it is; once decided, it is a lead for a
    revocation with its own document."""

    access = holding(Perm.DECIDE_AWARDS)

    def get(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection, own = self.found(request, objection_id)
        if objection.state != ObjectionState.REPORTED:
            return HttpResponseRedirect(reverse("objection", args=[objection.pk]))
        return self.show(request, objection, own, ResolutionForm())

    def post(self, request: PersonRequest, objection_id: int) -> HttpResponse:
        objection, own = self.found(request, objection_id)
        form = ResolutionForm(request.POST)
        if not form.is_valid():
            return self.show(request, objection, own, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            done = self.perform(request, objection, form)
        except (states.NotPossible, NotPossible) as problem:
            form.add_error(None, str(problem))
            return self.show(request, objection, own, form, HTTPStatus.CONFLICT)
        except CaseBusy:
            form.add_error(None, str(CaseBusy.message))
            return self.show(request, objection, own, form, HTTPStatus.CONFLICT)
        messages.success(request, done)
        return HttpResponseRedirect(reverse("objection", args=[objection.pk]))

    def perform(self, request: PersonRequest, objection: Objection, form: ResolutionForm) -> str:
        data, at = form.cleaned_data, timezone.now()
        if data["finding"] == ResolutionForm.BACK:
            send_back_report(objection, reason=data["resolution"], by=request.user, at=at)
            return _("已退回补充调查，并通知调查人。")
        founded = data["finding"] == ResolutionForm.FOUNDED
        with one_transaction():
            resolved = resolve_objection(
                objection,
                founded=founded,
                resolution=data["resolution"],
                reply=data["reply"],
                by=request.user,
                at=at,
            )
            if founded:
                return remove(resolved, by=request.user, reason=data["resolution"])
        return _("异议不成立，没有其他异议时该对象恢复公示。")

    def found(self, request: PersonRequest, objection_id: int) -> tuple[Objection, Standing]:
        objection, own = objection_for(request.user, objection_id, timezone.localdate())
        if not own.decider:
            raise Refused(not_yours())
        return objection, own

    def show(
        self,
        request: PersonRequest,
        objection: Objection,
        own: Standing,
        form: ResolutionForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        nomination = objection.nomination
        context = {
            "objection": objection,
            "nomination": nomination,
            "campaign": nomination.honour.campaign,
            "own": own,
            "form": form,
            "evidence": files_of(objection, EVIDENCE),
            "report_files": files_of(objection, REPORT),
            "is_decided": nomination.state in DECIDED,
            "names_reserve": nomination.honour.campaign.names_reserve,
            "nav_key": "awards",
        }
        return render(request, "awards/objection_resolve.html", context, status=status)


def remove(objection: Objection, *, by: Person, reason: str) -> str:
    """End the case of a nominee to whom an objection was founded, in the caller's transaction; what to say about it."""
    at = timezone.now()
    nomination = Nomination.objects.select_related("honour__campaign", "organization", "unit").get(
        pk=objection.nomination_id
    )
    if nomination.state in DECIDED:
        return _("异议成立。表彰决定已经作出，请按撤销荣誉办理。")
    if not nomination.is_open:
        return _("异议成立，该对象此前已经退出。")
    if nomination.state in HOLDABLE and nomination.state != NominationState.HELD:
        advance(nomination, "object", by=by, at=at)  # it was found before the name was announced
    # Before the notice there is nothing to be removed from; the nomination is ended.
    outcome = Outcome.REMOVED if nomination.state == NominationState.HELD else Outcome.ENDED
    leave(nomination, outcome, by=by, perm=Perm.DECIDE_AWARDS, at=at, reason=reason)
    take_off(nomination, on=timezone.localdate(at))
    if nomination.honour.campaign.names_reserve:
        return _("异议成立，已取消资格。公示写明递补的，请起草补充公示。")
    return _("异议成立，已取消资格，名额空缺。")
