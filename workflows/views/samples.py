"""The district's sample: its lists, the draw, and what outsiders need to repeat it (docs/sampling.md)."""

import csv
import io
from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.actions.sampling import draw_sample, open_sample, open_sample_of, revealed_seed, samples
from orgs.models import Sample
from orgs.permissions import Perm, can, require
from orgs.queries import jurisdictions
from orgs.sample_lists import (
    Stratum,
    entries_of,
    published,
    require_view,
    spreadsheet_rows,
    strata_of,
    visible_entries,
    visible_samples,
    withheld_strata,
)

from ..acceptance.sampling import case_ids, obstacles

SHOWN = 100
SCRIPT = "draw_sample.py"


@method_decorator(never_cache, name="dispatch")
class SampleList(View):
    """All lists of the district, the open one first."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        rows, lists = [], list(visible_samples(request.user, on)[:SHOWN])
        entries = entries_of(lists, request.user, on)
        readable = {place.pk for place in jurisdictions(request.user, Perm.VIEW_REGISTRY, on)}
        for sample in lists:
            strata = strata_of(sample, entries[sample.pk])
            whole = sample.organization_id in readable
            rows.append({"sample": sample, "opens": whole or bool(strata)} | sums(strata))
        places = jurisdictions(request.user, Perm.DRAW_SAMPLE, on)
        context = {
            "rows": rows,
            "may_open": bool(places) and open_sample_of(places[0]) is None,
            "nav_key": "samples",
        }
        return render(request, "workflows/samples/list.html", context)


def sums(strata: list[Stratum]) -> dict[str, int]:
    """The figures of a list, as far as it is visible."""
    return {
        "listed": sum(len(one.entries) for one in strata),
        "borderline": sum(one.borderline for one in strata),
        "drawn": sum(one.drawn for one in strata),
        "places": len(strata),
    }


class OpenSample(View):
    """Begin a list before the first proposal does."""

    access = holding(Perm.DRAW_SAMPLE)

    def post(self, request: PersonRequest) -> HttpResponse:
        district = jurisdictions(request.user, Perm.DRAW_SAMPLE, timezone.localdate())[0]
        sample = open_sample(district, by=request.user, at=timezone.now())
        messages.success(request, _("批次%(number)s已开始，种子承诺已记录。") % {"number": sample.number})
        return HttpResponseRedirect(reverse("sample", args=[sample.pk]))


@method_decorator(never_cache, name="dispatch")
class SamplePage(View):
    """One list by sub-district; after the draw with seed, ranks and how to repeat it."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest, sample_id: int) -> HttpResponse:
        sample = get_object_or_404(samples(), pk=sample_id)
        context = sample_context(request, sample)
        return render(request, "workflows/samples/sample.html", context)


def sample_context(request: PersonRequest, sample: Sample) -> dict:
    """What the page of a list and that of its draw show. Raises Refused."""
    on = timezone.localdate()
    whole = require_view(sample, request.user, on)
    entries = visible_entries(sample, request.user, on)
    strata, cases = strata_of(sample, entries), case_ids(entries)
    drawn = sample.drawn_at is not None
    return {
        "sample": sample,
        "whole": whole,
        "tables": [
            {
                "stratum": one,
                "rows": [{"entry": entry, "case_id": cases.get(entry.case_number)} for entry in one.entries],
            }
            for one in strata
        ],
        "sums": sums(strata),
        "withheld": withheld_strata(request.user).filter(sample=sample).exists(),
        "seed": revealed_seed(sample),
        "digest": published(sample, strata)["digest"] if drawn else "",
        "may_draw": not drawn and bool(can(request.user, Perm.DRAW_SAMPLE, sample.organization, on=on)),
        "nav_key": "samples",
    }


@method_decorator(never_cache, name="dispatch")
class DrawSample(View):
    """What the draw will come to, and the button that draws."""

    access = holding(Perm.DRAW_SAMPLE)

    def get(self, request: PersonRequest, sample_id: int) -> HttpResponse:
        sample = self.load(request, sample_id)
        if sample.drawn_at is not None:
            return self.back(request, sample)
        return self.show(request, sample)

    def post(self, request: PersonRequest, sample_id: int) -> HttpResponse:
        sample = self.load(request, sample_id)
        if self.stopped_by(request, sample):
            return self.show(request, sample, status=HTTPStatus.CONFLICT)
        try:
            if not draw_sample(sample, by=request.user, at=timezone.now()):
                return self.back(request, sample)
        except ValidationError as problem:
            messages.error(request, problem.messages[0])
            return self.show(request, sample, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("抽取完成，种子已公布。未抽中的事项随后转区级审批。"))
        return HttpResponseRedirect(reverse("sample", args=[sample.pk]))

    def load(self, request: PersonRequest, sample_id: int) -> Sample:
        """The list, if the person draws there. Raises Http404 and Refused."""
        sample = get_object_or_404(samples(), pk=sample_id)
        require(request.user, Perm.DRAW_SAMPLE, sample.organization, on=timezone.localdate())
        return sample

    def back(self, request: PersonRequest, sample: Sample) -> HttpResponse:
        messages.info(request, _("批次%(number)s此前已抽取，结果如下。") % {"number": sample.number})
        return HttpResponseRedirect(reverse("sample", args=[sample.pk]))

    def stopped_by(self, request: PersonRequest, sample: Sample) -> list:
        """Cases that the person may not decide, with the reasons."""
        if sample.drawn_at is not None:
            return []
        return obstacles(sample.entries.all(), request.user, on=timezone.localdate())

    def show(self, request: PersonRequest, sample: Sample, *, status: int = HTTPStatus.OK) -> HttpResponse:
        context = sample_context(request, sample) | {"obstacles": self.stopped_by(request, sample)}
        return render(request, "workflows/samples/draw.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class SampleFile(View):
    """A drawn list to check elsewhere: ``json`` for the script, ``csv`` for people."""

    access = holding(Perm.VIEW_REGISTRY)
    kind = "json"

    def get(self, request: PersonRequest, sample_id: int) -> HttpResponse:
        sample, on = get_object_or_404(samples(), pk=sample_id), timezone.localdate()
        require_view(sample, request.user, on)
        if sample.drawn_at is None:
            raise Http404
        strata = strata_of(sample, visible_entries(sample, request.user, on))
        response = self.as_json(sample, strata) if self.kind == "json" else self.as_csv(sample, strata)
        response["Content-Disposition"] = f"attachment; filename={quote(sample.number)}.{self.kind}"
        return response

    def as_json(self, sample: Sample, strata: list[Stratum]) -> HttpResponse:
        return JsonResponse(published(sample, strata), json_dumps_params={"ensure_ascii": False, "indent": 1})

    def as_csv(self, sample: Sample, strata: list[Stratum]) -> HttpResponse:
        text = io.StringIO()
        csv.writer(text).writerows(spreadsheet_rows(sample, strata))
        return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")


class SampleScript(View):
    """The script that repeats a draw, as it stands in docs/."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: PersonRequest) -> HttpResponse:
        source = (settings.BASE_DIR / "docs" / SCRIPT).read_text(encoding="utf-8")
        response = HttpResponse(source, content_type="text/x-python; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename={SCRIPT}"
        return response
