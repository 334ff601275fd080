"""All acceptances of a jurisdiction: list, overview, and both as workbooks."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from ..acceptance_exports import acceptance_workbook, overview_workbook
from ..acceptance_register import (
    STATES,
    Tally,
    acceptances_matching,
    case_ids,
    overview_of,
    state_of,
    visible_acceptances,
)
from ..access import PersonRequest, holding
from ..exports import TooManyRows
from ..forms.acceptances import AcceptanceFilterForm, PeriodForm
from ..models import Acceptance
from ..permissions import Perm
from ..queries import Page, jurisdictions, keyset_page, places_within
from ..rules.inspection_words import stars_of
from ..rules.reference import industry_sections
from .common import pager_links, query_string, workbook_response
from .organizations import record_export

LINKED = ("place", "section", "since", "until")


def acceptance_rows(page: Page, on: dt.date) -> list[dict[str, Any]]:
    """What a line of the list says; one statement for the cases."""
    cases = case_ids(page.rows)
    return [
        {
            "number": number,
            "acceptance": one,
            "case_id": cases.get(one.case_number),
            "state": state_of(one, on),
            "label": STATES[state_of(one, on)],
            "stars": stars_of(one.grade),
            "section": industry_sections().get(one.unit.section, ""),
            "left": (one.valid_until - on).days if one.valid_until else None,
        }
        for number, one in enumerate(page.rows, page.first)
    ]


class AcceptanceList(View):
    """Acceptances, searched and filtered."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        form = AcceptanceFilterForm(request.GET, places=places_within(request.user, Perm.VIEW_REGISTRY, on))
        found = acceptances_matching(
            visible_acceptances(request.user, Perm.VIEW_REGISTRY, on), on=on, **form.criteria
        )
        page = keyset_page(
            found.select_related("organization", "unit", "affiliation", "standard"),
            ("scope", "pk"),
            request.GET.get("page", ""),
        )
        context = {
            "form": form,
            "page": page,
            "rows": acceptance_rows(page, on),
            "filtered": bool(form.active),
            "may_export": bool(jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "export_url": reverse("export_acceptances") + query_string(request, page=""),
            "nav_key": "acceptances",
        }
        context |= pager_links(request, page.previous, page.next)
        return render(request, "orgs/acceptance_list.html", context)


class ExportAcceptances(View):
    """Exactly the rows that the list shows. A POST, because it leaves an audit entry."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: PersonRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        form = AcceptanceFilterForm(request.GET, places=places_within(request.user, Perm.EXPORT_REGISTRY, on))
        allowed = visible_acceptances(request.user, Perm.EXPORT_REGISTRY, on)
        rows = acceptances_matching(allowed, on=on, **form.criteria)
        try:
            content = acceptance_workbook(rows, form.active, by=request.user, at=at)
        except TooManyRows as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("acceptances") + query_string(request))
        record_export(request, "acceptances", form.active, at)
        return workbook_response(content, _("达标验收"), at)


def overview_form(request: PersonRequest, perm: Perm, on: dt.date) -> tuple[PeriodForm, QuerySet[Acceptance]]:
    """The filters of the overview, and the acceptances that they leave."""
    form = PeriodForm(request.GET, places=places_within(request.user, perm, on))
    cohort = acceptances_matching(visible_acceptances(request.user, perm, on), on=on, **form.criteria)
    return form, cohort


class AcceptanceOverview(View):
    """Which items fail most, where and in which industry; every number leads to its rows."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        form, cohort = overview_form(request, Perm.VIEW_REGISTRY, on)
        overview = overview_of(cohort, places_within(request.user, Perm.VIEW_REGISTRY, on), on=on)
        base = {key: request.GET[key] for key in LINKED if request.GET.get(key)}
        context = {
            "form": form,
            "filtered": bool(form.active),
            "on": on,
            "all": tally_row(overview.all, base),
            "places": [tally_row(one, base | place_query(one)) for one in overview.places],
            "sections": [tally_row(one, base | {"section": one.key}) for one in overview.sections],
            "items": [{"item": one, "url": list_url(base, item=one.code)} for one in overview.items],
            "may_export": bool(jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "export_url": reverse("export_acceptance_overview") + query_string(request),
            "nav_key": "acceptances",
        }
        return render(request, "orgs/acceptance_overview.html", context)


class ExportOverview(View):
    """What the overview shows, as a workbook."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: PersonRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        form, cohort = overview_form(request, Perm.EXPORT_REGISTRY, on)
        overview = overview_of(cohort, places_within(request.user, Perm.EXPORT_REGISTRY, on), on=on)
        content = overview_workbook(overview, form.active, by=request.user, at=at)
        record_export(request, "acceptance_overview", form.active, at)
        return workbook_response(content, _("达标验收总览"), at)


def list_url(base: dict[str, str], **more: str) -> str:
    """The list with the filters of the overview and some more."""
    query = {key: value for key, value in (base | more).items() if value}
    return reverse("acceptances") + (f"?{urlencode(query)}" if query else "")


def place_query(one: Tally) -> dict[str, str]:
    return {"place": one.key} | ({"direct_contact": "1"} if one.direct else {})


def tally_row(one: Tally, base: dict[str, str]) -> dict[str, Any]:
    """A line of the overview, each figure with the address of its rows."""
    counts = one.counts
    figures = [
        ("total", _("验收"), one.total, list_url(base)),
        ("passed", _("合格有效"), counts["passed"], list_url(base, state="passed")),
        ("expired", _("已到期"), counts["expired"], list_url(base, state="expired")),
        ("rectify", _("整改中"), counts["rectify"], list_url(base, state="rectify")),
        ("failed", _("不合格"), counts["failed"], list_url(base, state="failed")),
        ("running", _("办理中"), counts["running"], list_url(base, state="running")),
        ("revoked", _("已撤销认定"), counts["revoked"], list_url(base, state="revoked")),
    ]
    return {
        "tally": one,
        "url": list_url(base),
        "figures": [
            {"key": k, "label": label, "number": number, "url": url} for k, label, number, url in figures
        ],
        "stars": [
            {"stars": number, "number": one.stars[number], "url": list_url(base, stars=str(number))}
            for number in (5, 4, 3, 2)
        ],
        "most_stars": max(1, *(one.stars[number] for number in (5, 4, 3, 2))),
        "worst": [
            {"code": code, "times": times, "url": list_url(base, item=code)} for code, times in one.worst
        ],
    }
