"""Entering a unit into the baseline register, and changing one."""

import datetime as dt
from http import HTTPStatus

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from ..access import holding
from ..actions.register_matching import identity_of_unit, similar_units
from ..actions.units import StaleUnit, UnitMerged, change_unit, register_unit
from ..enums import OrganizationLevel
from ..expired import typed_texts
from ..forms import UnitForm
from ..models import Organization, Person, Unit, UnitVersion
from ..permissions import Perm, can, require
from ..queries import district_of, jurisdictions, places_within
from ..rules.duplicates import DUPLICATE_REASON_LABELS, duplicate_reasons
from .unit_versions import differences, place_names
from .units import get_unit


def make_form(user: Person, on: dt.date, unit: Unit, data=None, base_phone: str = "") -> UnitForm:
    """The form with the places that the person may put a unit at: located in any street of the district,
    affiliated within the person's own jurisdiction."""
    streets = Organization.objects.none()
    for place in jurisdictions(user, Perm.MANAGE_REGISTRY, on):
        district = district_of(place)
        streets |= Organization.objects.filter(
            level=OrganizationLevel.SUBDISTRICT, scope__range=district.scope_bounds
        )
    affiliations = places_within(user, Perm.MANAGE_REGISTRY, on)
    if unit.pk:
        affiliations |= Organization.objects.filter(pk=unit.affiliation_id)
    return UnitForm(
        data,
        instance=unit,
        initial=_only_place(affiliations) if unit.pk is None else None,
        locations=streets.order_by("scope"),
        affiliations=affiliations.order_by("scope"),
        on=on,
        base_phone=base_phone,
    )


def _only_place(affiliations) -> dict:
    """Staff of one sub-district need not choose it."""
    found = list(affiliations[:2])
    if len(found) != 1:
        return {}
    return {"affiliation": found[0], "location": found[0]}


def duplicates_of(form: UnitForm, user: Person, on: dt.date) -> list[dict]:
    """Registered units that are likely the same one; of those elsewhere only the place is told.

    Nobody is asked again about a unit that stays what it was.
    """
    found: list[dict] = []
    if form.instance.pk and not {"name", "number", "address"} & set(form.changed_data):
        return found
    for unit in similar_units([form.identity]):
        reasons = duplicate_reasons(form.identity, identity_of_unit(unit))
        if unit.pk != form.instance.pk and reasons:
            found.append(
                {
                    "unit": unit,
                    "reasons": [DUPLICATE_REASON_LABELS[reason] for reason in reasons],
                    "visible": bool(can(user, Perm.VIEW_REGISTRY, unit, on=on)),
                }
            )
    return found


def refuse_taken_number(form: UnitForm, user: Person, on: dt.date) -> None:
    """Say at the field who has the number already."""
    kind, number = form.instance.number_kind, form.cleaned_data.get("number")
    if number is None:
        return
    taken = Unit.objects.filter(number_kind=kind, number=number, merged_into=None).exclude(
        pk=form.instance.pk
    )
    unit = taken.select_related("affiliation").first()
    if unit is None:
        return
    if can(user, Perm.VIEW_REGISTRY, unit, on=on):
        message = _("该证照号码已登记为“%(unit)s”。请在单位底本中打开该单位修改，或核对号码。")
        form.add_error("number", message % {"unit": unit.name})
    else:
        message = _("该证照号码已由“%(place)s”登记。请核对号码；单位确已迁入的，请与对方或区级经办人联系。")
        form.add_error("number", message % {"place": unit.affiliation.display_name})


class UnitEditing(View):
    """What entering and changing have in common."""

    access = holding(Perm.MANAGE_REGISTRY)

    def form_page(
        self, request: HttpRequest, form: UnitForm, status: int = HTTPStatus.OK, **extra: object
    ) -> HttpResponse:
        unit = form.instance if form.instance.pk else None
        context = {
            "form": form,
            "unit": unit,
            "phrases": [_("走访核实"), _("单位来函更正"), _("工商登记变更"), _("电话核实")],
            "nav_key": "units",
            "draft_key": f"unit:{unit.pk if unit else 'new'}",
        }
        return render(request, "orgs/unit_form.html", context | extra, status=status)

    def problems(self, request: HttpRequest, form: UnitForm, on: dt.date, **extra: object):
        """The page with what keeps the unit from being saved; None when nothing does."""
        valid = form.is_valid()
        refuse_taken_number(form, request.user, on)
        duplicates = [] if "number" in form.errors else duplicates_of(form, request.user, on)
        confirmed = form.cleaned_data.get("duplicates_checked")
        if valid and not form.errors and (confirmed or not duplicates):
            return None
        return self.form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY, duplicates=duplicates, **extra)

    def overtaken(self, request: HttpRequest, form: UnitForm, on: dt.date) -> HttpResponse:
        """The database refused what the form had found right: somebody was faster."""
        refuse_taken_number(form, request.user, on)
        if not form.errors:
            form.add_error(None, _("没有保存：底本刚被他人改动。请核对后再保存一次。"))
        return self.form_page(request, form, HTTPStatus.CONFLICT)


@method_decorator(never_cache, name="dispatch")
class AddUnit(UnitEditing):
    """Enter a new unit."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.form_page(request, make_form(request.user, timezone.localdate(), Unit()))

    def post(self, request: HttpRequest) -> HttpResponse:
        on = timezone.localdate()
        form = make_form(request.user, on, Unit(), request.POST)
        page = self.problems(request, form, on)
        if page is not None:
            return page
        try:
            unit = register_unit(
                form.instance, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except IntegrityError:
            form.instance.pk = None
            return self.overtaken(request, form, on)
        messages.success(request, _("“%(unit)s”已登记入底本。") % {"unit": unit.name})
        return HttpResponseRedirect(reverse("unit", args=[unit.pk]))


@method_decorator(never_cache, name="dispatch")
class EditUnit(UnitEditing):
    """Change a unit. What somebody else saved meanwhile is shown beside what was typed, and neither is lost."""

    def load(self, request: HttpRequest, pk: int) -> Unit:
        unit = get_unit(pk)
        require(request.user, Perm.MANAGE_REGISTRY, unit, on=timezone.localdate())
        return unit

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = self.load(request, pk)
        if unit.merged_into_id:
            return self.merged(request, unit)
        return self.form_page(request, make_form(request.user, timezone.localdate(), unit))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit, on = self.load(request, pk), timezone.localdate()
        based_on = int(request.POST.get("based_on") or 0) if request.POST.get("based_on", "").isdigit() else 0
        if unit.merged_into_id:
            return self.merged(request, unit)
        if unit.version != based_on:
            return self.stale(request, unit, based_on)
        form = make_form(request.user, on, unit, request.POST)
        page = self.problems(request, form, on)
        if page is not None:
            return page
        try:
            change_unit(
                form.instance,
                expected_version=based_on,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except StaleUnit:
            return self.stale(request, get_unit(pk), based_on)
        except UnitMerged:
            return self.merged(request, get_unit(pk))
        except IntegrityError:
            return self.overtaken(request, form, on)
        messages.success(request, _("“%(unit)s”已保存，原内容留存为上一版本。") % {"unit": unit.name})
        return HttpResponseRedirect(reverse("unit", args=[unit.pk]))

    def merged(self, request: HttpRequest, unit: Unit) -> HttpResponse:
        text = _("“%(unit)s”已并入其他单位，不能再修改。请修改并入后的单位。") % {"unit": unit.name}
        if request.method == "POST":
            context = {"message": text, "typed": typed_texts(request.POST)}
            return render(request, "409.html", context, status=HTTPStatus.CONFLICT)
        messages.error(request, text)
        return HttpResponseRedirect(reverse("unit", args=[unit.pk]))

    def stale(self, request: HttpRequest, unit: Unit, based_on: int) -> HttpResponse:
        """The form again, over the newest version, with both values wherever they differ."""
        on = timezone.localdate()
        latest = unit.versions.select_related("by").latest("number")
        base = unit.versions.filter(number=based_on).first()
        data = request.POST.copy()
        data["based_on"] = str(unit.version)
        base_phone = base.data.get("contact_phone", "") if base else ""
        form = make_form(request.user, on, unit, data, base_phone)
        form.is_valid()
        conflict = {"version": latest, "rows": conflicting(form, latest, base)}
        return self.form_page(request, form, HTTPStatus.CONFLICT, conflict=conflict)


def conflicting(form: UnitForm, latest: UnitVersion, base: UnitVersion | None) -> list[dict]:
    """Fields in which the stored and the typed value differ; ``theirs`` marks those that the other person changed."""
    typed = dict(latest.data)
    for name in UnitForm.Meta.fields:
        value = form.cleaned_data.get(name, form.data.get(name, ""))
        value = value.isoformat() if isinstance(value, dt.date) else value
        typed[name] = value.pk if isinstance(value, Organization) else value
    rows = differences(latest.data, typed, place_names([latest.data, typed]))
    before = base.data if base else {}
    return [row | {"theirs": before.get(row["key"]) != latest.data.get(row["key"])} for row in rows]
