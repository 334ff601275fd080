"""Accounts of a unit's people: opened and ended by the sub-district, entered through a one-time link."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from ..access import holding
from ..actions.accounts import OneTimeLink, end_unit_post, give_post, issue_link, link_verdicts, open_account
from ..enums import Role
from ..forms import EndPostForm, ExistingPersonForm, NewAccountForm
from ..models import Post, Unit
from ..permissions import Perm, require
from ..rules.masking import masked_phone
from .units import get_unit

HANDOVER = "account_link"
SECONDS_PER_DAY = 86_400


def load_unit(request: HttpRequest, pk: int) -> Unit:
    """The unit, if the person answers for its accounts. Raises Http404 and Refused."""
    unit = get_unit(pk)
    require(request.user, Perm.MANAGE_POSTS, unit, on=timezone.localdate())
    return unit


def keep_for_handover(request: HttpRequest, post: Post, link: OneTimeLink) -> None:
    """Keep the link for the next page only, which shows it once."""
    path = reverse("password_reset_confirm", args=[link.uidb64, link.token])
    request.session[HANDOVER] = {
        "unit": post.unit_id,
        "name": post.person.name,
        "username": post.person.username,
        "url": request.build_absolute_uri(path),
    }


def accounts_page(
    request: HttpRequest,
    unit: Unit,
    form: NewAccountForm | ExistingPersonForm | None = None,
    *,
    end_form: EndPostForm | None = None,
    ending: int | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Who has an account, and the two ways to give one; ``form`` or ``end_form`` is one that came back."""
    handover = request.session.get(HANDOVER)
    if handover and handover["unit"] == unit.pk:
        del request.session[HANDOVER]
    else:
        handover = None
    existing = isinstance(form, ExistingPersonForm)
    context = {
        "unit": unit,
        "posts": post_rows(request, unit, end_form, ending),
        "new_form": form if isinstance(form, NewAccountForm) else NewAccountForm(auto_id="new_%s"),
        "existing_form": form if existing else ExistingPersonForm(auto_id="known_%s"),
        "existing_open": existing,
        "handover": handover,
        "valid_days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_PER_DAY,
        "nav_key": "units",
    }
    return render(request, "orgs/unit_accounts.html", context, status=status)


def post_rows(request: HttpRequest, unit: Unit, end_form=None, ending: int | None = None) -> list[dict]:
    """The unit's posts, running ones first, each with what may be done about it."""
    on = timezone.localdate()
    posts = (
        Post.objects.filter(unit=unit)
        .select_related("person")
        .order_by(F("until").desc(nulls_first=True), "role", "pk")
    )
    rows, shown = [], list(posts[:50])
    verdicts = link_verdicts({post.person for post in shown}, request.user, on=on)
    for post in shown:
        running = post.until is None or post.until >= on
        rows.append(
            {
                "post": post,
                "running": running,
                "phone": masked_phone(post.person.phone),
                "has_password": post.person.has_usable_password(),
                "may_end": post.until is None,
                "link_verdict": verdicts[post.person_id] if running else None,
                "end_form": end_form if ending == post.pk else EndPostForm(on=on, auto_id=f"end{post.pk}_%s"),
                "open": ending == post.pk,
            }
        )
    return rows


@method_decorator(never_cache, name="dispatch")
class UnitAccounts(View):
    """The accounts of a unit, and giving one."""

    access = holding(Perm.MANAGE_POSTS)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return accounts_page(request, load_unit(request, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        unit = load_unit(request, pk)
        if unit.merged_into_id:
            messages.error(request, _("该单位已并入其他单位。请在并入后的单位开通账号。"))
            return HttpResponseRedirect(reverse("unit", args=[unit.pk]))
        existing = request.POST.get("way") == "existing"
        form = (
            ExistingPersonForm(request.POST, auto_id="known_%s")
            if existing
            else NewAccountForm(request.POST, auto_id="new_%s")
        )
        if form.is_valid():
            try:
                self.give(request, unit, form)
                return HttpResponseRedirect(reverse("unit_accounts", args=[unit.pk]))
            except ValidationError as problem:
                form.add_error(None, problem)
        return accounts_page(request, unit, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def give(self, request: HttpRequest, unit: Unit, form: NewAccountForm | ExistingPersonForm) -> None:
        data = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        common = {"unit": unit, "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
        if isinstance(form, ExistingPersonForm):
            post = give_post(**common, **data)
            message = _("已为 %(name)s 开通“%(role)s”，可用原有账号登录。")
        else:
            post, link = open_account(**common, **data)
            keep_for_handover(request, post, link)
            message = _("已为 %(name)s 开通“%(role)s”账号。请把下面的链接交给本人。")
        messages.success(request, message % {"name": post.person.name, "role": Role(post.role).label})


def load_post(unit: Unit, post_id: int) -> Post:
    """A post of this unit, never of another one. Raises Http404."""
    return get_object_or_404(Post.objects.select_related("person", "unit"), pk=post_id, unit=unit)


@method_decorator(never_cache, name="dispatch")
class EndUnitPost(View):
    """End a post on a day; the authority that it gave ends with it."""

    access = holding(Perm.MANAGE_POSTS)

    def post(self, request: HttpRequest, pk: int, post_id: int) -> HttpResponse:
        unit, on = load_unit(request, pk), timezone.localdate()
        post = load_post(unit, post_id)
        form = EndPostForm(request.POST, on=on, auto_id=f"end{post.pk}_%s")
        if form.is_valid():
            try:
                end_unit_post(post, by=request.user, on=form.cleaned_data["until"], at=timezone.now())
                messages.success(request, _("%(name)s 的任职已结束。") % {"name": post.person.name})
                return HttpResponseRedirect(reverse("unit_accounts", args=[unit.pk]))
            except ValidationError as problem:
                form.add_error(None, problem)
        return accounts_page(
            request, unit, end_form=form, ending=post.pk, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )


@method_decorator(never_cache, name="dispatch")
class IssueLink(View):
    """A new link for somebody who forgot the password or let the first link run out."""

    access = holding(Perm.MANAGE_POSTS)

    def post(self, request: HttpRequest, pk: int, post_id: int) -> HttpResponse:
        unit, on = load_unit(request, pk), timezone.localdate()
        post = load_post(unit, post_id)
        if post.until is not None and post.until < on:
            messages.error(request, _("该任职已结束，不能补发链接。需要时请先重新开通。"))
        else:
            link = issue_link(post, by=request.user, on=on, at=timezone.now())
            keep_for_handover(request, post, link)
            messages.success(
                request, _("已为 %(name)s 补发链接，原密码随即失效。") % {"name": post.person.name}
            )
        return HttpResponseRedirect(reverse("unit_accounts", args=[unit.pk]))
