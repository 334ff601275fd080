"""The seal of an organization, for its security administrator alone."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records import documents

from ..access import holding
from ..actions.seals import seals_of, upload_seal, withdraw_seal
from ..forms import SealForm, WithdrawSealForm
from ..models import Organization, Person
from ..permissions import Perm
from .common import OwnPlace, kept_organization

VERSIONS_SHOWN = 30


class OwnSeal(OwnPlace):
    """The way to the seal of the organization where the person is security administrator."""

    access = holding(Perm.MANAGE_SEALS)
    target = "seal"


@method_decorator(never_cache, name="dispatch")
class SealPage(View):
    """The seal in force as it looks on paper, its versions, and a form for the next one."""

    access = holding(Perm.MANAGE_SEALS)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return seal_page(request, kept_organization(request, pk, Perm.MANAGE_SEALS))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        organization, on = kept_organization(request, pk, Perm.MANAGE_SEALS), timezone.localdate()
        form = SealForm(request.POST, request.FILES, on=on)
        if form.is_valid():
            try:
                seal = upload_seal(
                    organization,
                    form.cleaned_data["file"],
                    valid_from=form.cleaned_data["valid_from"],
                    by=request.user,
                    at=timezone.now(),
                )
            except documents.SealRefused as refused:
                form.add_error("file", str(refused))
            else:
                message = _("印章已上传，自 %(day)s 起签发的文件盖此章。")
                messages.success(request, message % {"day": seal.valid_from.isoformat()})
                return HttpResponseRedirect(reverse("seal", args=[organization.pk]))
        return seal_page(request, organization, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def seal_page(
    request: HttpRequest,
    organization: Organization,
    form: SealForm | None = None,
    *,
    withdraw_form: WithdrawSealForm | None = None,
    withdrawing: int | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page; ``form`` or ``withdraw_form`` is one that came back."""
    on = timezone.localdate()
    seals = list(seals_of(organization)[:VERSIONS_SHOWN])
    current = documents.current_seal("organization", organization.pk, on)
    people = {seal.uploaded_by_id for seal in seals} | {seal.withdrawn_by_id for seal in seals}
    names = dict(Person.objects.filter(pk__in=people - {None}).values_list("pk", "name"))
    rows = [
        {
            "seal": seal,
            "uploaded_by": names.get(seal.uploaded_by_id, ""),
            "withdrawn_by": names.get(seal.withdrawn_by_id, ""),
            "current": current is not None and seal.pk == current.pk,
            "planned": seal.valid_from > on,
            "open": withdrawing == seal.pk,
            "form": withdraw_form
            if withdrawing == seal.pk
            else WithdrawSealForm(auto_id=f"withdraw{seal.pk}_%s"),
        }
        for seal in seals
    ]
    context = {
        "organization": organization,
        "current": current,
        "rows": rows,
        "form": form or SealForm(on=on),
        "on": on,
        "nav_key": "seal",
    }
    return render(request, "orgs/seal.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class WithdrawSeal(View):
    """Take a version out of use."""

    access = holding(Perm.MANAGE_SEALS)

    def post(self, request: HttpRequest, pk: int, seal_id: int) -> HttpResponse:
        organization = kept_organization(request, pk, Perm.MANAGE_SEALS)
        seal = get_object_or_404(seals_of(organization), pk=seal_id)
        form = WithdrawSealForm(request.POST, auto_id=f"withdraw{seal.pk}_%s")
        if not form.is_valid():
            return seal_page(
                request,
                organization,
                withdraw_form=form,
                withdrawing=seal.pk,
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
            )
        reason = form.cleaned_data["reason"]
        if withdraw_seal(organization, seal, reason=reason, by=request.user, at=timezone.now()):
            messages.success(request, _("该版印章已停用，今后签发的文件不再使用。"))
        else:
            messages.info(request, _("该版印章此前已停用，无需再办。"))
        return HttpResponseRedirect(reverse("seal", args=[organization.pk]))


class SealPicture(View):
    """The image of one version, for the page of its keeper."""

    access = holding(Perm.MANAGE_SEALS)

    def get(self, request: HttpRequest, pk: int, seal_id: int) -> HttpResponse:
        seal = get_object_or_404(seals_of(kept_organization(request, pk, Perm.MANAGE_SEALS)), pk=seal_id)
        headers = {
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        return HttpResponse(documents.seal_image(seal.sha256), content_type="image/png", headers=headers)
