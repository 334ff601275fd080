"""The committee of a campaign: who sits in it and who did, appointing, leaving, replacing."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.enums import Role
from orgs.models import Person
from orgs.permissions import Perm, Refused, can, require
from orgs.queries import holders

from ..actions.committee import appoint_member, leave_committee, replace_member
from ..enums import CampaignState, Duty
from ..forms.committee import AppointForm, LeaveForm
from ..models import AwardCampaign, CommitteeMember
from ..review_access import STAFF, not_yours

COMMITTEE = holding(*STAFF, Perm.REVIEW_AWARDS)
CHANGEABLE = (CampaignState.DRAFT, CampaignState.SUBMITTED, CampaignState.PUBLISHED)


def campaign_for(request: PersonRequest, campaign_id: int, on: dt.date) -> AwardCampaign:
    """A campaign whose committee the person may know: staff of the district, and who sits in it. Raises Refused."""
    campaign = get_object_or_404(AwardCampaign.objects.select_related("organization"), pk=campaign_id)
    is_staff = any(can(request.user, perm, campaign, on=on) for perm in STAFF)
    sits = campaign.members.filter(person=request.user, until=None).exists()
    if not is_staff and not (sits and can(request.user, Perm.REVIEW_AWARDS, campaign, on=on)):
        raise Refused(not_yours())
    return campaign


def candidates(campaign: AwardCampaign, on: dt.date, *roles: Role) -> list[Person]:
    """Who holds the post at the district and does not sit in the committee, by name."""
    found: dict[int, Person] = {}
    for role in roles:
        for post in holders(role, on=on, organization_id=campaign.organization_id).select_related("person"):
            found[post.person_id] = post.person
    for pk in campaign.members.filter(until=None).values_list("person", flat=True):
        found.pop(pk, None)
    return sorted(found.values(), key=lambda one: (one.name, one.pk))


def add_problems(form: AppointForm | LeaveForm, problem: ValidationError, **renamed: str) -> None:
    """Show what an action refused at the fields of a form; what belongs to none of them stands on top."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for name, errors in problem.error_dict.items():
        field = renamed.get(name, name)
        form.add_error(field if field in form.fields else None, errors)


def describe(campaign: AwardCampaign) -> dict[str, Any]:
    """The members, present ones by duty, and what the committee still lacks."""
    members = list(campaign.members.select_related("person"))
    order = list(Duty.values)
    present = sorted(
        (one for one in members if one.until is None), key=lambda one: (order.index(one.duty), one.position)
    )
    lacking = [
        duty.label for duty in (Duty.CHAIR, Duty.SECRETARY) if duty not in {one.duty for one in present}
    ]
    return {
        "campaign": campaign,
        "present": present,
        "former": [one for one in members if one.until is not None],
        "voting": sum(one.duty != Duty.SECRETARY for one in present),
        "lacking": lacking,
        "nav_key": "awards",
    }


@method_decorator(never_cache, name="dispatch")
class CommitteePage(View):
    """The members with their duties, and the form that appoints one."""

    access = COMMITTEE

    def get(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        on = timezone.localdate()
        campaign = campaign_for(request, campaign_id, on)
        form = AppointForm(candidates=candidates(campaign, on, Role.AWARD_MEMBER, Role.AWARD_SECRETARY))
        return self.page(request, campaign, form)

    def post(self, request: PersonRequest, campaign_id: int) -> HttpResponse:
        at = timezone.now()
        on = timezone.localdate(at)
        campaign = campaign_for(request, campaign_id, on)
        require(request.user, Perm.MANAGE_AWARDS, campaign, on=on)
        people = candidates(campaign, on, Role.AWARD_MEMBER, Role.AWARD_SECRETARY)
        form = AppointForm(request.POST, candidates=people)
        if form.is_valid():
            data = form.cleaned_data
            try:
                member = appoint_member(
                    campaign, data["person"], data["duty"], employer=data["employer"], by=request.user, at=at
                )
            except ValidationError as problem:
                add_problems(form, problem)
            else:
                text = _("已聘任%(name)s为%(duty)s。") % {
                    "name": member.person.name,
                    "duty": Duty(member.duty).label,
                }
                messages.success(request, text)
                return HttpResponseRedirect(reverse("committee", args=[campaign.pk]))
        return self.page(request, campaign, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def page(
        self, request: PersonRequest, campaign: AwardCampaign, form: AppointForm, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        manages = bool(can(request.user, Perm.MANAGE_AWARDS, campaign, on=timezone.localdate()))
        context = describe(campaign) | {
            "form": form,
            "may_change": manages and campaign.state in CHANGEABLE,
            "is_staff": any(can(request.user, perm, campaign, on=timezone.localdate()) for perm in STAFF),
            "honours": campaign.honours.all(),
        }
        return render(request, "awards/committee.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class LeaveCommittee(View):
    """A member leaves, and somebody may follow at once."""

    access = holding(Perm.MANAGE_AWARDS)

    def get(self, request: PersonRequest, campaign_id: int, member_id: int) -> HttpResponse:
        member = self.member(request, campaign_id, member_id)
        return self.page(request, member, LeaveForm(candidates=self.successors(member)))

    def post(self, request: PersonRequest, campaign_id: int, member_id: int) -> HttpResponse:
        at = timezone.now()
        member = self.member(request, campaign_id, member_id)
        form = LeaveForm(request.POST, candidates=self.successors(member))
        if form.is_valid():
            try:
                self.carry_out(member, form.cleaned_data, request.user, at)
            except ValidationError as problem:
                add_problems(form, problem, person="successor")
            else:
                messages.success(request, _("已办理%(name)s离任。") % {"name": member.person.name})
                return HttpResponseRedirect(reverse("committee", args=[campaign_id]))
        return self.page(request, member, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def carry_out(self, member: CommitteeMember, data: dict[str, Any], by: Person, at: dt.datetime) -> None:
        if data["successor"] is None:
            leave_committee(member, reason=data["reason"], by=by, at=at)
            return
        replace_member(
            member, data["successor"], employer=data["employer"], reason=data["reason"], by=by, at=at
        )

    def member(self, request: PersonRequest, campaign_id: int, member_id: int) -> CommitteeMember:
        on = timezone.localdate()
        campaign = campaign_for(request, campaign_id, on)
        require(request.user, Perm.MANAGE_AWARDS, campaign, on=on)
        rows = campaign.members.filter(until=None).select_related("person", "campaign__organization")
        return get_object_or_404(rows, pk=member_id)

    def successors(self, member: CommitteeMember) -> list[Person]:
        role = Role.AWARD_SECRETARY if member.duty == Duty.SECRETARY else Role.AWARD_MEMBER
        return candidates(member.campaign, timezone.localdate(), role)

    def page(
        self, request: PersonRequest, member: CommitteeMember, form: LeaveForm, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"member": member, "campaign": member.campaign, "form": form, "nav_key": "awards"}
        return render(request, "awards/committee_leave.html", context, status=status)
