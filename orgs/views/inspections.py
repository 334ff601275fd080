"""The inspectors' calendar, their day on paper, and moving a visit."""

import datetime as dt
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records.documents import MissingGlyph

from ..access import PersonRequest, holding
from ..actions.acceptance.candidates import AssignmentRefused
from ..actions.rescheduling import (
    company,
    may_arrange,
    reschedule_inspection,
    reschedule_verdict,
    reschedule_warnings,
)
from ..forms.inspections import RescheduleForm
from ..inspection_access import own_inspections
from ..inspection_calendar import (
    PLANNERS,
    WEEK,
    Asked,
    by_place,
    inspectors_of,
    meetings_of,
    on_day,
    overdue,
    plans_visits,
    stops_of,
    upcoming,
    visits_for,
    week_of,
)
from ..models import Inspection, Organization, Person
from ..permissions import Perm, Refused
from ..queries import jurisdictions
from ..visit_calendar import visits_ics
from ..visit_lists import visits_pdf

MONTH = dt.timedelta(days=31)
VISITING = holding(Perm.INSPECT_SITE, *PLANNERS)


def asked_for(request: PersonRequest, on: dt.date) -> Asked:
    """Day and person of the address; today, and an inspector's own visits, when it says nothing or nonsense."""
    try:
        day = parse_date(request.GET.get("day", "")) or on
    except ValueError:
        day = on
    if not dt.date(2014, 1, 1) <= day <= dt.date(2100, 1, 1):
        day = on
    inspects, plans = bool(jurisdictions(request.user, Perm.INSPECT_SITE, on)), plans_visits(request.user, on)
    who = request.GET.get("who", "")
    if not plans:
        who = "mine"
    elif who not in ("mine", "all") and not who.isdecimal():
        who = "mine" if inspects else "all"
    return Asked(day, who)


@method_decorator(never_cache, name="dispatch")
class InspectionCalendar(View):
    """Visits of a day by place, the week, what is late and what comes next."""

    access = VISITING

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        asked, person = asked_for(request, on), request.user
        visits, plans = visits_for(person, asked.who, on), plans_visits(person, on)
        stops = meetings_of(stops_of(on_day(visits, asked.day), person, on))
        context = {
            "asked": asked,
            "on": on,
            "places": by_place(stops),
            "week": week_of(visits, asked),
            "previous": asked.link(asked.day - WEEK),
            "next": asked.link(asked.day + WEEK),
            "today": asked.link(on),
            "late": meetings_of(stops_of(overdue(visits, on), person, on)) if asked.day == on else [],
            "upcoming": meetings_of(stops_of(upcoming(visits, asked.day), person, on)),
            "plans": plans,
            "inspects": bool(jurisdictions(person, Perm.INSPECT_SITE, on)),
            "people": inspectors_of(visits_for(person, "all", on)) if plans else [],
            "printed": self.printed(asked, person, stops),
            "nav_key": "inspections",
        }
        return render(request, "inspections/list.html", context)

    def printed(self, asked: Asked, person: Person, stops: list) -> str:
        """Whose visits of the day can be printed: one inspector's."""
        if not stops or asked.who == "all":
            return ""
        return str(person.pk) if asked.who == "mine" else asked.who


@method_decorator(never_cache, name="dispatch")
class PrintVisits(View):
    """出访安排: an inspector's visits of a day, each with a sheet to fill in by hand."""

    access = VISITING

    def get(self, request: PersonRequest, day: str, inspector_id: int) -> HttpResponse:
        on, chosen = timezone.localdate(), self.day_of(day)
        own = inspector_id == request.user.pk
        visits = visits_for(request.user, "mine" if own else str(inspector_id), on)
        rows = list(on_day(visits, chosen))
        if not rows:
            raise Http404
        inspector = rows[0].inspector
        pdf = visits_pdf(
            rows, inspector=inspector, issuer=self.sender(inspector, rows, on), day=chosen, on=on
        )
        name = _("出访安排 %(name)s %(day)s.pdf") % {"name": inspector.name, "day": chosen.isoformat()}
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
        return response

    def day_of(self, text: str) -> dt.date:
        try:
            found = parse_date(text)
        except ValueError:
            found = None
        if found is None:
            raise Http404
        return found

    def sender(self, inspector: Person, visits: list[Inspection], on: dt.date) -> Organization:
        """Who sends the inspector: where they hold the post, or who handles the first visit."""
        posts = jurisdictions(inspector, Perm.INSPECT_SITE, on)
        return posts[0] if posts else visits[0].acceptance.affiliation


@method_decorator(never_cache, name="dispatch")
class VisitsFile(View):
    """Own visits of the last month and all to come, for the phone's own calendar."""

    access = holding(Perm.INSPECT_SITE)

    def get(self, request: PersonRequest) -> HttpResponse:
        at = timezone.now()
        visits = own_inspections(request.user, timezone.localdate(at))
        recent = visits.filter(planned_at__gte=at - MONTH).select_related("acceptance__organization")
        response = HttpResponse(visits_ics(recent, at=at), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = content_disposition_header(True, "inspections.ics") or "attachment"
        return response


@method_decorator(never_cache, name="dispatch")
class Reschedule(View):
    """The form, then what it will do and what to think of, then the move."""

    access = VISITING

    def get(self, request: PersonRequest, visit_id: UUID) -> HttpResponse:
        visit = self.load(request, visit_id)
        return self.show(request, visit, self.make_form(request, visit))

    def post(self, request: PersonRequest, visit_id: UUID) -> HttpResponse:
        visit = self.load(request, visit_id)
        form = self.make_form(request, visit, request.POST)
        if "change" in request.POST:
            return self.show(request, visit, form)
        if not form.is_valid():
            return self.show(request, visit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if "confirmed" not in request.POST:
            return self.confirm(request, visit, form)
        try:
            self.move(request, visit, form)
        except AssignmentRefused as refused:
            form.add_error(None, str(refused))
        except MissingGlyph as missing:
            form.add_error("place", _("地点中有无法印制的字：%(problem)s") % {"problem": missing})
        else:
            messages.success(request, _("已改期，单位、验收员和经办人会收到通知，新的验收通知已签发。"))
            return HttpResponseRedirect(Asked(form.cleaned_data["day"], "").link())
        return self.show(request, visit, form, status=HTTPStatus.CONFLICT)

    def load(self, request: PersonRequest, visit_id: UUID) -> Inspection:
        """A visit that the person arranges. Raises Http404 and Refused."""
        related = ("inspector", "acceptance__organization", "acceptance__unit", "acceptance__affiliation")
        visit = get_object_or_404(Inspection.objects.select_related(*related), public_id=visit_id)
        if not (verdict := may_arrange(request.user, visit, timezone.localdate())):
            raise Refused(verdict)
        return visit

    def movable_company(self, request: PersonRequest, visit: Inspection) -> list[Inspection]:
        """The others of the meeting whom the person may move as well: an inspector moves nobody else."""
        on = timezone.localdate()
        return [other for other in company(visit) if reschedule_verdict(request.user, other, on)]

    def make_form(self, request: PersonRequest, visit: Inspection, data=None) -> RescheduleForm:
        others = self.movable_company(request, visit)
        return RescheduleForm(data, visit=visit, others=others, at=timezone.now())

    def moved(self, request: PersonRequest, visit: Inspection, form: RescheduleForm) -> list[Inspection]:
        together = form.cleaned_data.get("together")
        return [visit, *(self.movable_company(request, visit) if together else [])]

    @transaction.atomic
    def move(self, request: PersonRequest, visit: Inspection, form: RescheduleForm) -> None:
        data = form.cleaned_data
        for one in self.moved(request, visit, form):
            reschedule_inspection(
                one,
                planned_at=form.planned_at,
                place=data["place"],
                reason=data["reason"],
                by=request.user,
                at=timezone.now(),
            )

    def confirm(self, request: PersonRequest, visit: Inspection, form: RescheduleForm) -> HttpResponse:
        moved = self.moved(request, visit, form)
        planned_at, place = form.planned_at, form.cleaned_data["place"]
        warnings = [
            text for one in moved for text in reschedule_warnings(one, planned_at=planned_at, place=place)
        ]
        staying = [one for one in company(visit) if one not in moved]
        more = {
            "moved": moved,
            "staying": staying,
            "planned_at": planned_at,
            "warnings": list(dict.fromkeys(warnings)),
        }
        return self.page(request, "inspections/reschedule_confirm.html", visit, form, more, HTTPStatus.OK)

    def show(
        self,
        request: PersonRequest,
        visit: Inspection,
        form: RescheduleForm,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        more = {"verdict": reschedule_verdict(request.user, visit, timezone.localdate())}
        return self.page(request, "inspections/reschedule.html", visit, form, more, status)

    def page(self, request, template: str, visit: Inspection, form, more: dict, status: int) -> HttpResponse:
        context = {"visit": visit, "form": form, "others": company(visit), "nav_key": "inspections"} | more
        back = Asked(timezone.localdate(visit.planned_at), "").link()
        return render(request, template, context | {"back": back}, status=status)
