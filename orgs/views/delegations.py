"""Delegations (委托): those given and received, making one, and ending one early."""

import datetime as dt
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from ..access import SIGNED_IN, PersonRequest
from ..actions.delegations import (
    delegate_post,
    delegation_verdict,
    eligible_deputies,
    end_delegation,
    end_verdict,
    longest_delegation,
    no_deputy,
)
from ..deputies import in_force, running
from ..forms.delegations import DelegationForm
from ..models import Delegation, Person, Post
from ..permissions import ADMIN_ROLES, Perm, Refused
from ..queries import running_posts, scope_filter

SHOWN = 50
COLLEAGUES = 200
WITH_PEOPLE = ("deputy", "made_by", "post__person", "post__organization", "post__unit")


def own_posts(person: Person, on: dt.date) -> list[dict]:
    """The person's posts, each with who could act for them, or why nobody can."""
    rows = []
    for post in running_posts(person, on):
        if post.role not in ADMIN_ROLES:
            post.person = person
            able = eligible_deputies(post, since=on, until=on)
            rows.append({"post": post, "verdict": None if able else no_deputy(post)})
    return rows


def colleagues(person: Person, on: dt.date) -> list[Post]:
    """The posts of others for which the person may arrange a delegation: of League nodes in their jurisdiction."""
    places = scope_filter(person, Perm.MANAGE_POSTS, on, field="organization__scope")
    posts = Post.objects.filter(running(on), places, organization__isnull=False, person__is_active=True)
    posts = posts.exclude(person=person).exclude(role__in=ADMIN_ROLES)
    return list(
        posts.select_related("person", "organization").order_by("organization__scope", "role", "pk")[
            :COLLEAGUES
        ]
    )


def delegation_rows(person: Person, on: dt.date) -> dict[str, list[dict]]:
    """The delegations given by the person (also for others), and those received, newest first."""
    mine = Q(post__person=person) | Q(made_by=person) | Q(deputy=person)
    found = Delegation.objects.filter(mine).select_related(*WITH_PEOPLE)[:SHOWN]
    counting = set(in_force(on).filter(mine).values_list("pk", flat=True))
    rows: dict[str, list[dict]] = {"given": [], "received": []}
    for one in found:
        row = {"delegation": one, "may_end": bool(end_verdict(one, person, on=on))}
        row |= state_of(one, on, one.pk in counting)
        rows["received" if one.deputy_id == person.pk else "given"].append(row)
    return rows


def state_of(delegation: Delegation, on: dt.date, counts: bool) -> dict[str, str]:
    if delegation.ended_at is not None:
        return {"state": _("已提前结束"), "tone": "mute", "icon": "ban"}
    if counts:
        return {"state": _("生效中"), "tone": "ok", "icon": ""}
    if on < delegation.since:
        return {"state": _("未到日期"), "tone": "wait", "icon": "clock"}
    if delegation.until < on:
        return {"state": _("已结束"), "tone": "mute", "icon": "checks"}
    return {"state": _("任职有变动，不再有效"), "tone": "back", "icon": "alert-triangle"}


@method_decorator(never_cache, name="dispatch")
class Delegations(View):
    """What the person has delegated and what was delegated to them."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        context = delegation_rows(request.user, on) | {
            "own_posts": own_posts(request.user, on),
            "colleagues": colleagues(request.user, on),
            "nav_key": "delegations",
        }
        return render(request, "orgs/delegations.html", context)


class ChoosePost(View):
    """From the list of colleagues to the form; works without JavaScript."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        post = request.GET.get("post", "")
        known = {str(one.pk) for one in colleagues(request.user, timezone.localdate())}
        if post not in known:
            messages.error(request, _("请先选择缺岗的同事。"))
            return HttpResponseRedirect(reverse("delegations"))
        return HttpResponseRedirect(reverse("delegate", args=[post]))


@method_decorator(never_cache, name="dispatch")
class Delegate(View):
    """The form by which a post is delegated."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, post_id: int) -> HttpResponse:
        return self.show(request, self.load(request, post_id))

    def post(self, request: PersonRequest, post_id: int) -> HttpResponse:
        post, on = self.load(request, post_id), timezone.localdate()
        form = self.make_form(post, on, request.POST)
        if form.is_valid():
            try:
                made = delegate_post(
                    post=post, by=request.user, on=on, at=timezone.now(), **form.cleaned_data
                )
                messages.success(request, self.done_message(made))
                return HttpResponseRedirect(reverse("delegations"))
            except ValidationError as problem:
                form.add_error(None, problem)
        return self.show(request, post, form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def load(self, request: PersonRequest, post_id: int) -> Post:
        """The running post, if the person may delegate it. Raises Http404 and Refused."""
        on = timezone.localdate()
        posts = Post.objects.select_related("person", "organization", "unit__affiliation")
        post = get_object_or_404(posts, running(on), pk=post_id)
        if not (verdict := delegation_verdict(post, request.user, on=on)):
            raise Refused(verdict)
        return post

    def make_form(self, post: Post, on: dt.date, data=None) -> DelegationForm:
        return DelegationForm(data, deputies=eligible_deputies(post, since=on, until=on), on=on)

    def show(
        self,
        request: PersonRequest,
        post: Post,
        form: DelegationForm | None = None,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        form = form or self.make_form(post, on)
        context = {
            "post": post,
            "form": form,
            "own": post.person_id == request.user.pk,
            "verdict": None if form.deputies else no_deputy(post),
            "longest": longest_delegation(on),
            "nav_key": "delegations",
        }
        return render(request, "orgs/delegate.html", context, status=status)

    def done_message(self, made: Delegation) -> str:
        return _("%(since)s 至 %(until)s 由%(name)s代为办理，已通知双方。") % {
            "since": made.since.isoformat(),
            "until": made.until.isoformat(),
            "name": made.deputy.name,
        }


class EndDelegation(View):
    """End a delegation before its last day."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, delegation_id: int) -> HttpResponse:
        found = get_object_or_404(Delegation.objects.select_related(*WITH_PEOPLE), pk=delegation_id)
        end_delegation(found, by=request.user, on=timezone.localdate(), at=timezone.now())
        messages.success(request, _("委托已结束，%(name)s不再代为办理。") % {"name": found.deputy.name})
        return HttpResponseRedirect(reverse("delegations"))
