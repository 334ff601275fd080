"""How a founding case begins: by the unit's applicant, for a unit that the survey found ready."""

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views import View

from orgs.access import PersonRequest, holding
from orgs.actions.founding import start_founding
from orgs.models import Person, Unit
from orgs.permissions import Perm, require
from orgs.queries import founding_obstacle, rules_in_force

from ..base import begin
from ..models import Case, WorkItem
from .flow import FoundingFlow


class MayNotStart(Exception):
    """A founding cannot begin for this unit now; the message says why and what to do."""


def open_founding_case(*, unit: Unit, by: Person, on: dt.date) -> WorkItem:
    """Open a case and return the desk row of its draft. Raises MayNotStart.

    The rules in force on the day are frozen into it; the last rejected or withdrawn case of the unit is linked.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update(of=("self",)).select_related("affiliation").get(pk=unit.pk)
        verdict = founding_obstacle(unit)
        if not verdict:
            raise MayNotStart(f"{verdict.reason} {verdict.remedy}")
        earlier = Case.objects.filter(unit=unit, process_ptr__flow_class=FoundingFlow).order_by("-pk")
        rule_set = rules_in_force("founding", on)
        founding = start_founding(unit=unit, applicant=by, rule_set=rule_set)
        case = begin(
            FoundingFlow,
            by=by,
            at=timezone.now(),
            rule_set_id=rule_set.pk,
            founding=founding,
            previous=earlier.first(),
        )
    return WorkItem.objects.get(case=case, open=True)


class StartFounding(View):
    """Begin a request for a unit and go straight to the draft."""

    access = holding(Perm.APPLY_FOUNDING)

    def post(self, request: PersonRequest, unit_id: int) -> HttpResponse:
        unit = get_object_or_404(Unit.objects.select_related("affiliation"), pk=unit_id)
        on = timezone.localdate()
        require(request.user, Perm.APPLY_FOUNDING, unit, on=on)
        try:
            item = open_founding_case(unit=unit, by=request.user, on=on)
        except MayNotStart as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("unit", args=[unit.pk]))
        return HttpResponseRedirect(reverse("task", args=[item.case_id, item.pk]))
