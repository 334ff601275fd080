"""Print batches of an issuer: ordering, watching, cancelling and fetching them."""

from http import HTTPStatus

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records import documents
from records.documents import KINDS
from records.documents.batches import failure, made
from records.models import PrintBatch

from ..access import holding
from ..actions.documents import NothingToPrint, order_print
from ..document_register import kind_choices, names_of, register_years
from ..forms.documents import PrintOrderForm
from ..models import Organization
from ..permissions import Perm, require
from .documents import registered

SHOWN = 30


class PrintBatches(View):
    """Order a batch; the latest ones of the issuer."""

    access = holding(Perm.EXPORT_REGISTRY)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        organization = registered(request, pk, Perm.EXPORT_REGISTRY)
        asked = {key: request.GET[key] for key in ("kind", "year", "first", "last") if request.GET.get(key)}
        return self.page(request, organization, self.form(organization, initial=asked))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        organization = registered(request, pk, Perm.EXPORT_REGISTRY)
        form = self.form(organization, data=request.POST)
        if form.is_valid():
            try:
                batch = order_print(
                    organization,
                    **form.cleaned_data,
                    by=request.user,
                    on=timezone.localdate(),
                    at=timezone.now(),
                )
            except NothingToPrint as problem:
                form.add_error(None, str(problem))
            else:
                return HttpResponseRedirect(reverse("print_batch", args=[batch.pk]))
        answer = self.page(request, organization, form)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer

    def form(self, organization: Organization, **options) -> PrintOrderForm:
        years, kinds = register_years(organization), kind_choices(organization)
        kinds = sorted(kinds, key=lambda one: KINDS[one[0]].style != "certificate")
        return PrintOrderForm(years=years, kinds=kinds, **options)

    def page(self, request: HttpRequest, organization: Organization, form: PrintOrderForm) -> HttpResponse:
        batches = list(PrintBatch.objects.filter(issuer_id=organization.pk).order_by("-pk")[:SHOWN])
        names = names_of(batch.created_by_id for batch in batches)
        rows = [
            {"batch": one, "kind": KINDS[one.kind].label, "by": names.get(one.created_by_id, "")}
            for one in batches
        ]
        context = {
            "organization": organization,
            "form": form,
            "rows": rows,
            "crumbs": [_register(organization)],
            "nav_key": "documents",
        }
        return render(request, "orgs/documents/batches.html", context)


class BatchView(View):
    """Base of what concerns one batch: whoever may take documents of the issuer out may see it."""

    access = holding(Perm.EXPORT_REGISTRY)

    def batch(self, request: HttpRequest, batch_id: int) -> tuple[PrintBatch, Organization]:
        """The batch and its issuer. Raises Http404, Refused."""
        batch = get_object_or_404(PrintBatch, pk=batch_id)
        organization = get_object_or_404(Organization, pk=batch.issuer_id)
        require(request.user, Perm.EXPORT_REGISTRY, organization, on=timezone.localdate())
        return batch, organization


@method_decorator(never_cache, name="dispatch")
class PrintBatchPage(BatchView):
    """How far a batch is, and its files; htmx asks for the changing part alone."""

    def get(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch, organization = self.batch(request, batch_id)
        running = batch.state == PrintBatch.State.RUNNING
        error, has_failed = failure(batch) if running else ("", False)
        context = {
            "batch": batch,
            "organization": organization,
            "kind": KINDS[batch.kind].label,
            "made": made(batch) if running else batch.total,
            "running": running,
            "error": error,
            "has_failed": has_failed,
            "omitted": [
                number for omitted in batch.chunks.values_list("omitted", flat=True) for number in omitted
            ],
            "by": names_of([batch.created_by_id]).get(batch.created_by_id, ""),
            "crumbs": [
                _register(organization),
                {"label": _("批量打印"), "url": reverse("print_batches", args=[organization.pk])},
            ],
            "nav_key": "documents",
        }
        part = request.htmx and request.GET.get("part")
        return render(request, f"orgs/documents/batch{'_progress' if part else ''}.html", context)


class CancelBatch(BatchView):
    """Stop a batch and remove what was made."""

    def post(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch, _organization = self.batch(request, batch_id)
        if documents.cancel_batch(batch, at=timezone.now()):
            messages.success(request, _("已取消，已制作的部分已删除。"))
        else:
            messages.error(request, _("该批次已不在制作中，没有取消。"))
        return HttpResponseRedirect(reverse("print_batch", args=[batch_id]))


class ResumeBatch(BatchView):
    """Try again what failed; what is made stays."""

    def post(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        batch, _organization = self.batch(request, batch_id)
        if documents.resume_batch(batch, at=timezone.now()):
            messages.success(request, _("已重新开始，从中断处继续。"))
        return HttpResponseRedirect(reverse("print_batch", args=[batch_id]))


class DownloadBatch(BatchView):
    """The print file or the ZIP of a finished batch."""

    part = "print"

    def get(self, request: HttpRequest, batch_id: int) -> FileResponse:
        batch, organization = self.batch(request, batch_id)
        is_print = self.part == "print"
        file, ending = (batch.print_file, "pdf") if is_print else (batch.archive_file, "zip")
        if batch.state != PrintBatch.State.DONE:
            raise Http404
        try:
            content = default_storage.open(file)
        except FileNotFoundError:
            raise Http404 from None
        values = {
            "issuer": organization.display_name,
            "kind": KINDS[batch.kind].label,
            "year": batch.year,
            "number": batch.pk,
        }
        name = _("%(issuer)s%(kind)s%(year)d-%(number)d") % values
        response = FileResponse(content, as_attachment=True, filename=f"{name}.{ending}")
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def _register(organization: Organization) -> dict:
    return {"label": _("发文登记簿"), "url": reverse("document_register", args=[organization.pk])}
