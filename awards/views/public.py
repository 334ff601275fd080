"""What anybody reads without signing in: running notices, their letters, the form for an objection, its receipt.

Name and unit of a nominee and nothing else (RULES section 8); that somebody objected is never told.
"""

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import public
from records import documents
from records.calendars import WorkingCalendar

from ..actions.objecting import log_objection
from ..enums import Medium, NoticeState, ObjectionState
from ..forms.objections import PublicObjectionForm
from ..models import AnnouncedName, Objection, PublicNotice
from ..notice_register import by_honour, days_left, last_day, names_in, running_notices, shows_names
from ..rules.notice_period import Timing, timing_words
from .submissions import too_many

READERS = public("a public notice is for everybody; it has name and unit of the nominees only")
OBJECTORS = public("anybody may object to a nominee, also without a name")
HOLDERS = public("whoever has the receipt of an objection; it names nobody")
WITH_CHANNEL = "campaign__organization"


def keep_private(response: HttpResponse) -> HttpResponse:
    """No search engine keeps the names beyond the notice."""
    response["X-Robots-Tag"] = "noindex, noarchive"
    return response


def published(public_id: uuid.UUID) -> PublicNotice:
    """A notice that is or was published. Raises Http404 for a draft."""
    notices = PublicNotice.objects.select_related(WITH_CHANNEL, "document", "supplements").exclude(
        state=NoticeState.DRAFT
    )
    return get_object_or_404(notices, public_id=public_id)


@method_decorator(never_cache, name="dispatch")
class NoticeBoard(View):
    """The notices that run today."""

    access = READERS

    def get(self, request: HttpRequest) -> HttpResponse:
        on = timezone.localdate()
        calendar = WorkingCalendar.around(on)
        rows = []
        for notice in running_notices(on):
            until = last_day(notice)
            assert until is not None  # a notice that runs has names
            count = names_in(notice).count()
            rows.append(
                {
                    "notice": notice,
                    "until": until,
                    "left": days_left(until, on, calendar),
                    "count": count,
                }
            )
        return keep_private(render(request, "awards/notice_board.html", {"rows": rows}))


@method_decorator(never_cache, name="dispatch")
class PublicNoticePage(View):
    """One notice: who, until when, and how to object. Cancelled or long past, only that it was."""

    access = READERS

    def get(self, request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        notice, on = published(public_id), timezone.localdate()
        return keep_private(render(request, "awards/public_notice.html", notice_context(notice, on)))


def notice_context(notice: PublicNotice, on: dt.date) -> dict[str, Any]:
    """What the page of a notice says on a day."""
    calendar = WorkingCalendar.around(on)
    visible, until = shows_names(notice, on), last_day(notice)
    groups = by_honour(notice) if visible else []
    periods = {(one.since, one.until) for group in groups for one in group.names}
    return {
        "notice": notice,
        "organization": notice.campaign.organization,
        "channel": notice.campaign.channel,
        "visible": visible,
        "until": until,
        "over": until is not None and on > until,
        "left": days_left(until, on, calendar) if until else 0,
        "groups": [
            {
                "honour": group.honour,
                "reserve": group.reserve,
                "rows": [(one, days_left(one.until, on, calendar)) for one in group.names],
            }
            for group in groups
        ],
        "one_period": min(periods) if len(periods) == 1 else None,
        "count": sum(len(group.names) for group in groups),
        "supplements_of": notice.supplements,
    }


@method_decorator(never_cache, name="dispatch")
class NoticeLetter(View):
    """The official letter as PDF, as long as the page has the names."""

    access = READERS

    def get(self, request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        notice = published(public_id)
        if notice.document is None or not shows_names(notice, timezone.localdate()):
            raise Http404
        response = HttpResponse(documents.render(notice.document), content_type="application/pdf")
        name = f"{notice.document.number} {notice.document.title}.pdf"
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return keep_private(response)


@method_decorator(never_cache, name="dispatch")
class ObjectTo(View):
    """The form for an objection to one name. What was typed stays when something is wrong."""

    access = OBJECTORS

    def get(self, request: HttpRequest, public_id: uuid.UUID, name_id: int) -> HttpResponse:
        name = self.named(public_id, name_id)
        return self.show(request, name, PublicObjectionForm())

    def post(self, request: HttpRequest, public_id: uuid.UUID, name_id: int) -> HttpResponse:
        name = self.named(public_id, name_id)
        form = PublicObjectionForm(request.POST, request.FILES)
        if too_many(request, "objection"):
            form.is_valid()
            form.add_error(
                None,
                _("从这里提交的次数太多。请一小时后再提交，或者按页面下方的电话、地址反映。"),
            )
            return self.show(request, name, form, HTTPStatus.TOO_MANY_REQUESTS)
        if not form.is_valid():
            return self.show(request, name, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        at = timezone.now()
        objection = log_objection(
            name.nomination,
            medium=Medium.WEB,
            facts=form.cleaned_data["facts"],
            objector=form.objector,
            files=form.cleaned_data["files"],
            received_on=timezone.localdate(at),
            by=None,
            at=at,
        )
        return HttpResponseRedirect(reverse("objection_receipt", args=[objection.public_id]))

    def named(self, public_id: uuid.UUID, name_id: int) -> AnnouncedName:
        notice = published(public_id)
        if not shows_names(notice, timezone.localdate()):
            raise Http404
        name = get_object_or_404(names_in(notice), pk=name_id)
        name.notice = notice
        return name

    def show(
        self,
        request: HttpRequest,
        name: AnnouncedName,
        form: PublicObjectionForm,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        context = {
            "form": form,
            "name": name,
            "notice": name.notice,
            "channel": name.notice.campaign.channel,
            "over": on > name.until,
        }
        return keep_private(render(request, "awards/objection_form.html", context, status=status))


@method_decorator(never_cache, name="dispatch")
class ObjectionReceipt(View):
    """What became of an objection, for whoever has its address: the state and the reply, and no name of anybody."""

    access = HOLDERS

    def get(self, request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
        rows = Objection.objects.select_related("nomination__honour__campaign__organization").defer("sealed")
        objection = get_object_or_404(rows, public_id=public_id)
        state = ObjectionState(objection.state)
        context = {
            "objection": objection,
            "campaign": objection.nomination.honour.campaign,
            "channel": objection.nomination.honour.campaign.channel,
            "is_new": state == ObjectionState.RECEIVED,
            "is_accepted": state in (ObjectionState.ACCEPTED, ObjectionState.REPORTED),
            "is_dismissed": state == ObjectionState.DISMISSED,
            "timing": timing_words(Timing(objection.timing)),
            "address": request.build_absolute_uri(),
        }
        return keep_private(render(request, "awards/objection_receipt.html", context))
