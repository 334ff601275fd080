"""The objections of a campaign, and logging one that came otherwise than through the public page."""

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

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, can, require
from records.calendars import WorkingCalendar

from ..actions.objecting import log_objection
from ..conflict_register import hidden_from
from ..enums import Medium, NominationState
from ..forms.objections import LoggedObjectionForm
from ..models import Nomination
from ..notice_register import ANNOUNCED
from ..objection_access import STAFF, objections_of
from ..objection_register import due_on, left_of
from .notices import campaign_for
from .objections import TONES

LOGGABLE = (NominationState.LISTED, NominationState.RESERVE, *ANNOUNCED)


@method_decorator(never_cache, name="dispatch")
class ObjectionList(View):
    """The objections of a campaign, open ones first; never by whom they are."""

    access = holding(*STAFF)

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        on = timezone.localdate()
        campaign = campaign_for(request.user, campaign_id, on)
        calendar = WorkingCalendar.around(on)
        rows = [
            {
                "objection": one,
                "left": left_of(one, on, calendar),
                "due": due_on(one),
                "tone": TONES[one.state],
            }
            for one in objections_of(campaign, request.user)
        ]
        rows.sort(key=lambda row: (row["due"] is None, row["due"] or on, -row["objection"].pk))
        context = {
            "campaign": campaign,
            "rows": rows,
            "may_log": bool(can(request.user, Perm.ASSIST_REVIEW, campaign, on=on)),
            "nav_key": "awards",
        }
        return render(request, "awards/objections.html", context)


@method_decorator(never_cache, name="dispatch")
class LogObjection(View):
    """Log an objection that came by letter, telephone or visit."""

    access = holding(Perm.ASSIST_REVIEW)

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        return self.show(request, campaign_id)

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        form = self.make_form(request, campaign_id, request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, campaign_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        data = form.cleaned_data
        objection = log_objection(
            data["nomination"],
            medium=Medium(data["medium"]),
            facts=data["facts"],
            objector=form.objector,
            files=data["files"],
            received_on=data["received_on"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("异议%(number)s已登记，该对象已暂缓。") % {"number": objection.number})
        return HttpResponseRedirect(reverse("objection", args=[objection.pk]))

    def make_form(self, request: PersonRequest, campaign_id: int, *bound: Any) -> LoggedObjectionForm:
        on = timezone.localdate()
        campaign = campaign_for(request.user, campaign_id, on)
        require(request.user, Perm.ASSIST_REVIEW, campaign, on=on)
        nominations = (
            Nomination.objects.filter(honour__campaign=campaign, state__in=LOGGABLE)
            .exclude(pk__in=hidden_from(request.user))
            .select_related("honour", "organization", "unit")
            .order_by("honour__position", "pk")
        )
        return LoggedObjectionForm(*bound, nominations=nominations, on=on)

    def show(
        self,
        request: PersonRequest,
        campaign_id: int,
        form: LoggedObjectionForm | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        form = form or self.make_form(request, campaign_id)
        campaign = campaign_for(request.user, campaign_id, timezone.localdate())
        context = {"form": form, "campaign": campaign, "nav_key": "awards"}
        return render(request, "awards/objection_log.html", context, status=status)
