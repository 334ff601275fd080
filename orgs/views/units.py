"""The list of units, its export, a unit's page, and its masked contact."""

import datetime as dt

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records.models import Document

from ..access import holding
from ..actions.acceptance import acceptance_offers
from ..actions.units import reveal_contact
from ..exports import TooManyRows, unit_workbook
from ..forms import RevealForm, UnitFilterForm
from ..models import Coverage, Organization, Person, Post, Unit
from ..permissions import Perm, can, require
from ..queries import (
    founding_obstacle,
    jurisdictions,
    keyset_page,
    places_within,
    scope_filter,
    units_matching,
    visible_units,
)
from ..rules.masking import masked_phone
from ..rules.reference import industry_sections
from .common import pager_links, query_string, require_unit_view, workbook_response
from .organizations import record_export
from .unit_versions import version_history

SHOWN = 20


class UnitList(View):
    """Units of the person's jurisdictions, searched and filtered."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: HttpRequest) -> HttpResponse:
        on = timezone.localdate()
        places = places_within(request.user, Perm.VIEW_REGISTRY, on)
        form = UnitFilterForm(request.GET, places=places)
        found = units_matching(visible_units(request.user, on), **form.criteria)
        page = keyset_page(
            found.select_related("location", "affiliation"), ("scope", "pk"), request.GET.get("page", "")
        )
        context = {
            "form": form,
            "page": page,
            "rows": [
                {"number": number, "unit": unit, "section": industry_sections().get(unit.section, "")}
                for number, unit in enumerate(page.rows, page.first)
            ],
            "filtered": bool(form.active),
            "may_export": bool(jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "may_add": bool(jurisdictions(request.user, Perm.MANAGE_REGISTRY, on)),
            "may_import": bool(jurisdictions(request.user, Perm.IMPORT_REGISTER, on)),
            "export_url": reverse("export_units") + query_string(request, page=""),
            "nav_key": "units",
        }
        context |= pager_links(request, page.previous, page.next)
        return render(request, "orgs/unit_list.html", context)


class ExportUnits(View):
    """Exactly the rows that the list shows, as a workbook with masked contacts."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: HttpRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        form = UnitFilterForm(request.GET, places=places_within(request.user, Perm.EXPORT_REGISTRY, on))
        allowed = Unit.objects.filter(scope_filter(request.user, Perm.EXPORT_REGISTRY, on), merged_into=None)
        try:
            content = unit_workbook(
                units_matching(allowed, **form.criteria), form.active, by=request.user, at=at
            )
        except TooManyRows as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("units") + query_string(request))
        record_export(request, "units", form.active, at)
        return workbook_response(content, _("单位底本"), at)


def get_unit(pk: int) -> Unit:
    """A unit with its places. Raises Http404."""
    units = Unit.objects.select_related("location", "affiliation", "merged_into__affiliation")
    return get_object_or_404(units, pk=pk)


class UnitPage(View):
    """One unit: its row in the register and everything that happened to it."""

    access = holding(Perm.VIEW_REGISTRY, Perm.VIEW_UNIT)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        on = timezone.localdate()
        unit = get_unit(pk)
        require_unit_view(request.user, unit, on)
        return show_unit(request, unit, on)


def show_unit(
    request: HttpRequest,
    unit: Unit,
    on: dt.date,
    *,
    phone: str = "",
    form: RevealForm | None = None,
    status=200,
) -> HttpResponse:
    """The unit page; ``phone`` is the number in full where it was just revealed."""
    context = {
        "unit": unit,
        "section": industry_sections().get(unit.section, ""),
        "phone": phone or masked_phone(unit.contact_phone),
        "revealed": bool(phone),
        "reveal_form": form or RevealForm(),
        "sees_registry": bool(can(request.user, Perm.VIEW_REGISTRY, unit, on=on)),
        "nav_key": "units",
    }
    context |= _allowed(request.user, unit, on) | _story(unit, request.user, on)
    return render(request, "orgs/unit.html", context, status=status)


def _allowed(user: Person, unit: Unit, on: dt.date) -> dict:
    """What the person may do here, and why a founding may not begin."""
    open_ = unit.merged_into_id is None
    may_apply = open_ and bool(can(user, Perm.APPLY_FOUNDING, unit, on=on))
    return {
        "may_edit": open_ and bool(can(user, Perm.MANAGE_REGISTRY, unit, on=on)),
        "may_manage_posts": open_ and bool(can(user, Perm.MANAGE_POSTS, unit, on=on)),
        "may_survey": open_ and bool(can(user, Perm.CHECK_SUBDISTRICT, unit, on=on)),
        "survey_case": unit.cases.filter(finished=None, artifact_content_type__model="survey").first(),
        "may_apply": may_apply,
        "obstacle": founding_obstacle(unit) if may_apply else None,
    }


def _story(unit: Unit, user: Person, on: dt.date) -> dict:
    """Everything that hangs on a unit, newest first, each cut at SHOWN rows."""
    running = Q(until=None) | Q(until__gte=on)
    own = list(Organization.objects.filter(unit=unit).order_by("-pk")[:SHOWN])
    for organization in own:
        organization.unit = unit
    covering = Coverage.objects.filter(running, unit=unit).select_related("organization")
    cases = unit.cases.select_related("opened_by").order_by("-pk")[:SHOWN]
    return {
        "versions": version_history(unit, limit=SHOWN),
        "surveys": unit.surveys.prefetch_related("visits__by").order_by("-pk")[:5],
        "milestones": unit.milestones.order_by("-on", "-pk")[:SHOWN],
        "cases": list(cases),
        "documents": Document.objects.filter(unit_id=unit.pk).order_by("-pk")[:SHOWN],
        "organizations": own,
        "acceptances": acceptance_offers(own, user, on),
        "covering": [row for row in covering[:SHOWN] if row.organization.unit_id != unit.pk],
        "posts": Post.objects.filter(running, unit=unit).select_related("person").order_by("role", "pk"),
    }


@method_decorator(never_cache, name="dispatch")
class RevealContact(View):
    """The telephone number in full, for a reason that stays in the audit log."""

    access = holding(Perm.MANAGE_REGISTRY)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        on = timezone.localdate()
        unit = get_unit(pk)
        require(request.user, Perm.MANAGE_REGISTRY, unit, on=on)
        form = RevealForm(request.POST)
        if not form.is_valid():
            return show_unit(request, unit, on, form=form, status=422)
        phone = reveal_contact(unit, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        return show_unit(request, unit, on, phone=phone)
