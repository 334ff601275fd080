"""The working calendar: a year at a glance for everybody, and changes of it with a preview by the district."""

import datetime as dt
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest, holding
from orgs.models import Person
from orgs.permissions import Perm, Refused, Verdict, can
from orgs.views.common import workbook_response
from records.calendars import DayChange
from records.models import CalendarDay

from ..calendar_changes import Preview, change_calendar, preview_changes
from ..calendar_forms import DaysForm, YearForm, packed, unpacked
from ..calendar_years import (
    FIRST_YEAR,
    LAST_YEAR,
    months_of,
    runs_of,
    stored_days,
    year_json,
    year_workbook,
)
from ..cases import visible_cases
from ..escalations import districts
from ..titles import node_title


def change_verdict(person: Person, on: dt.date) -> Verdict:
    """Whether a person may change the calendar: whoever maintains it at a district. There is one for all."""
    verdicts = [can(person, Perm.MANAGE_CALENDAR, one, on=on) for one in districts().values()]
    refusal = Verdict(False, _("日历由区级经办人员维护。"), _("如有出入，请告知区团委。"))
    return next((one for one in verdicts if one), refusal)


def require_change(person: Person, on: dt.date) -> None:
    """Raises Refused."""
    if not (verdict := change_verdict(person, on)):
        raise Refused(verdict)


def asked_year(request: PersonRequest, on: dt.date) -> int:
    """The year of the query, this one without a sensible number."""
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else on.year
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def calendar_url(year: int) -> str:
    return f"{reverse('calendar')}?{urlencode({'year': year})}"


@method_decorator(never_cache, name="dispatch")
class CalendarYear(View):
    """A year at a glance and its exceptions."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        year = asked_year(request, on)
        rows = stored_days(year)
        runs = runs_of(rows)
        months = months_of(year, rows, on)
        context = {
            "year": year,
            "months": months,
            "working": sum(month["working"] for month in months),
            "off": sum(row.kind == CalendarDay.Kind.OFF for row in rows),
            "worked": sum(row.kind == CalendarDay.Kind.WORK for row in rows),
            "runs": runs,
            "provisional": any(run.provisional for run in runs),
            "previous": year - 1 if year > FIRST_YEAR else None,
            "next": year + 1 if year < LAST_YEAR else None,
            "this_year": on.year,
            "may_change": change_verdict(request.user, on),
            "nav_key": "calendar",
        }
        return render(request, "workflows/calendar.html", context)


class ExportCalendar(View):
    """A year as a workbook or JSON, to be kept, changed and uploaded again."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        at = timezone.now()
        year = asked_year(request, timezone.localdate(at))
        if request.GET.get("format") != "json":
            name = _("%(year)d年工作日历") % {"year": year}
            return workbook_response(year_workbook(year, at=at), name, at)
        response = HttpResponse(year_json(year), content_type="application/json")
        response["Content-Disposition"] = f'attachment; filename="calendar-{year}.json"'
        response["Cache-Control"] = "no-store"
        return response


class CalendarChange(View):
    """What the two ways to change the calendar share: a form, and after it the preview."""

    access = holding(Perm.MANAGE_CALENDAR)
    form_class: type[DaysForm | YearForm]
    template = ""

    def get(self, request: PersonRequest) -> HttpResponse:
        require_change(request.user, timezone.localdate())
        return self.show(request, self.form_class(initial=request.GET.dict()))

    def post(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        require_change(request.user, on)
        form = self.form_class(request.POST, request.FILES)
        if form.is_valid():
            preview = preview_changes(form.changes)
            if preview.changes:
                return self.show_preview(request, preview, on)
            form.add_error(None, _("与现在的日历相同，没有要改的。请核对日期和类型。"))
        return self.show(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def show(
        self, request: PersonRequest, form: DaysForm | YearForm, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"form": form, "year": asked_year(request, timezone.localdate()), "nav_key": "calendar"}
        return render(request, self.template, context, status=status)

    def show_preview(self, request: PersonRequest, preview: Preview, on: dt.date) -> HttpResponse:
        typed = {key: request.POST[key] for key in DaysForm.base_fields if request.POST.get(key)}
        context = {
            "changes": [change_row(change) for change in preview.changes],
            "moved": preview.moved,
            "first": moved_rows(preview, request.user, on),
            "packed": packed(preview.changes),
            "back": f"{request.path}?{urlencode(typed)}" if typed else request.path,
            "year": preview.changes[0].day.year,
            "nav_key": "calendar",
        }
        return render(request, "workflows/calendar_preview.html", context)


def change_row(change: DayChange) -> dict:
    """A day of the preview, and what becomes of it."""
    weekend = change.day.weekday() >= 5
    return {"change": change, "works": change.kind == CalendarDay.Kind.WORK if change.kind else not weekend}


def moved_rows(preview: Preview, person: Person, on: dt.date) -> list[dict]:
    """The first deadlines that move, of cases that the person may see."""
    seen = visible_cases(person, on).filter(pk__in=[item.case_id for item, _new in preview.first])
    allowed = set(seen.values_list("pk", flat=True))
    return [
        {"item": item, "step": node_title(item.flow, item.node), "due_on": due_on}
        for item, due_on in preview.first
        if item.case_id in allowed
    ]


@method_decorator(never_cache, name="dispatch")
class ChangeCalendar(CalendarChange):
    """A day or some days."""

    form_class = DaysForm
    template = "workflows/calendar_days.html"


@method_decorator(never_cache, name="dispatch")
class UploadCalendar(CalendarChange):
    """A whole year as a file."""

    form_class = YearForm
    template = "workflows/calendar_upload.html"


class ConfirmCalendar(View):
    """Carry out what was previewed."""

    access = holding(Perm.MANAGE_CALENDAR)

    def get(self, request: PersonRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("calendar"))

    def post(self, request: PersonRequest) -> HttpResponse:
        at = timezone.now()
        on = timezone.localdate(at)
        require_change(request.user, on)
        try:
            changes = unpacked(request.POST.get("changes", ""))
        except signing.BadSignature:
            messages.error(request, _("预览已失效，日历没有改动。请重新填写后预览。"))
            return HttpResponseRedirect(reverse("change_calendar"))
        moved = change_calendar(changes, by=request.user, at=at, on=on)
        text = ngettext(
            "日历已更改，%(count)d 个办理时限随之调整。", "日历已更改，%(count)d 个办理时限随之调整。", moved
        )
        messages.success(request, text % {"count": moved})
        return HttpResponseRedirect(calendar_url(changes[0].day.year))
