"""The honour roll (光荣榜) for everybody: who was awarded what, by year; revoked honours are not on it.

Name, unit, honour, year and the number of the certificate, nothing else (RULES sections 4 and 8).
"""

from itertools import groupby

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import public

from ..models import Award
from .public import keep_private

LONGEST_SEARCH = 60


@method_decorator(never_cache, name="dispatch")
class HonourRoll(View):
    """One year of the roll, the latest unless another is asked for; a search goes through all years."""

    access = public("honours are for everybody to see; it has name and unit only and none that was revoked")

    def get(self, request: HttpRequest) -> HttpResponse:
        standing = Award.objects.filter(revoked_on=None)
        years = list(standing.order_by("-year").values_list("year", flat=True).distinct())
        words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
        asked = request.GET.get("year", "")
        year = next((one for one in years if str(one) == asked), years[0] if years else None)
        if words:
            rows = standing.filter(
                Q(person_name__icontains=words)
                | Q(person_name="", organization__name__icontains=words)
                | Q(organization__unit__name__icontains=words)
            )
        else:
            rows = standing.filter(year=year)
        rows = rows.select_related("organization__unit", "certificate").order_by("-year", "honour_code", "pk")
        groups = [
            {"year": held, "title": title, "awards": list(awards)}
            for (held, title), awards in groupby(rows, key=lambda one: (one.year, one.title))
        ]
        context = {"groups": groups, "years": years, "year": year, "words": words}
        return keep_private(render(request, "awards/honour_roll.html", context))
