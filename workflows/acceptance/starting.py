"""How an acceptance case begins: by the unit's applicant, for its organization, once it may be accepted."""

import datetime as dt

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.access import PersonRequest, holding
from orgs.actions.acceptance import acceptance_obstacle, case_of, start_acceptance
from orgs.models import Organization, Person
from orgs.permissions import Perm, Refused, Verdict, require
from orgs.queries import rules_in_force

from ..base import begin
from ..models import WorkItem
from .flow import AcceptanceFlow


class MayNotStart(Exception):
    """An acceptance cannot begin for this organization now; the message says why and what to do."""


def open_acceptance_case(*, organization: Organization, by: Person, on: dt.date) -> WorkItem:
    """Open a case and return the desk row of its self-assessment. Raises MayNotStart.

    The standard and the rules in force on the day are frozen into it; the last acceptance of the organization is
    linked.
    """
    with transaction.atomic():
        rows = Organization.objects.select_for_update(of=("self",)).select_related("unit", "founding")
        organization = rows.get(pk=organization.pk)
        verdict = acceptance_obstacle(organization, on=on)
        if not verdict:
            raise MayNotStart(f"{verdict.reason} {verdict.remedy}")
        earlier = organization.acceptances.order_by("-pk").first()
        rule_set = rules_in_force("acceptance", on)
        acceptance = start_acceptance(
            organization=organization,
            applicant=by,
            standard=rules_in_force("six_haves", on),
            rule_set=rule_set,
            on=on,
        )
        case = begin(
            AcceptanceFlow,
            by=by,
            at=timezone.now(),
            rule_set_id=rule_set.pk,
            acceptance=acceptance,
            previous=case_of(earlier) if earlier else None,
        )
    return WorkItem.objects.get(case=case, open=True)


class StartAcceptance(View):
    """Begin an acceptance of an organization and go straight to the self-assessment."""

    access = holding(Perm.APPLY_FOUNDING)

    def post(self, request: PersonRequest, organization_id: int) -> HttpResponse:
        organization = get_object_or_404(
            Organization.objects.select_related("unit__affiliation"), pk=organization_id
        )
        on = timezone.localdate()
        if organization.unit is None:
            raise Refused(Verdict(False, _("达标验收由单位的基层团组织申请。")))
        require(request.user, Perm.APPLY_FOUNDING, organization.unit, on=on)
        try:
            item = open_acceptance_case(organization=organization, by=request.user, on=on)
        except MayNotStart as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("organization", args=[organization.pk]))
        return HttpResponseRedirect(reverse("task", args=[item.case_id, item.pk]))
