"""Making one entry of two units that turn out to be one."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from ..access import holding
from ..actions.merging import likely_duplicates, merge_problem, merge_units
from ..actions.register_matching import values_of
from ..forms.register import MergeUnitsForm
from ..models import Unit
from ..permissions import Perm, can, require
from ..queries import units_matching, visible_units
from ..rules.duplicates import DUPLICATE_REASON_LABELS

FOUND = 10


@method_decorator(never_cache, name="dispatch")
class MergeUnit(View):
    """Choose the other entry, compare both field by field, and merge it into this one."""

    access = holding(Perm.MANAGE_REGISTRY)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        keep = self.unit(request, pk)
        if keep.merged_into_id:
            messages.info(request, merge_problem(keep))
            return HttpResponseRedirect(reverse("unit", args=[keep.merged_into_id]))
        other = self.other(request, keep, request.GET.get("with", ""))
        if other is None:
            return self.choose(request, keep)
        return self.compare(request, keep, other, self.form(keep, other))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        keep = self.unit(request, pk)
        other = self.other(request, keep, request.POST.get("with", ""))
        if other is None:
            messages.error(request, _("请先选择要并入的单位。"))
            return HttpResponseRedirect(request.path)
        form = self.form(keep, other, request.POST)
        if form.is_valid():
            try:
                merge_units(
                    keep=keep,
                    merge=other,
                    taken=form.taken,
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    on=timezone.localdate(),
                    at=timezone.now(),
                )
            except ValidationError as error:
                form.add_problems(error)
        if form.errors:
            return self.compare(request, keep, other, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(
            request, _("已把“%(other)s”并入本单位，两条记录的历史都可查。") % {"other": other.name}
        )
        return HttpResponseRedirect(reverse("unit", args=[keep.pk]))

    def unit(self, request: HttpRequest, pk: int) -> Unit:
        """A unit that the person maintains. Raises Http404, Refused."""
        unit = get_object_or_404(Unit.objects.select_related("affiliation", "location"), pk=pk)
        require(request.user, Perm.MANAGE_REGISTRY, unit, on=timezone.localdate())
        return unit

    def other(self, request: HttpRequest, keep: Unit, pk: str) -> Unit | None:
        return self.unit(request, int(pk)) if pk.isdecimal() and int(pk) != keep.pk else None

    def form(self, keep: Unit, other: Unit, data=None) -> MergeUnitsForm:
        return MergeUnitsForm(data, current=values_of(keep), new=values_of(other))

    def choose(self, request: HttpRequest, keep: Unit) -> HttpResponse:
        on, text = timezone.localdate(), request.GET.get("q", "").strip()
        likely = [
            {"unit": unit, "reasons": [DUPLICATE_REASON_LABELS[reason] for reason in reasons]}
            for unit, reasons in likely_duplicates(keep)
            if can(request.user, Perm.MANAGE_REGISTRY, unit, on=on)
        ]
        found = units_matching(visible_units(request.user, on).exclude(pk=keep.pk), text=text)
        context = {
            "keep": keep,
            "likely": likely,
            "text": text,
            "found": found.select_related("location").order_by("scope", "pk")[:FOUND] if text else [],
        }
        return render(request, "orgs/import/merge_choose.html", context | self.place(keep))

    def compare(
        self, request: HttpRequest, keep: Unit, other: Unit, form: MergeUnitsForm, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"keep": keep, "other": other, "form": form, "problem": merge_problem(other)}
        context["swap_problem"] = merge_problem(keep)
        return render(request, "orgs/import/merge.html", context | self.place(keep), status=status)

    def place(self, keep: Unit) -> dict:
        crumbs = [
            {"label": _("单位底本"), "url": reverse("units")},
            {"label": keep.name, "url": reverse("unit", args=[keep.pk])},
        ]
        return {"crumbs": crumbs, "nav_key": "units"}
