"""The register of documents of an issuer, the page of one document, and revoking or reissuing them."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records.documents import KINDS
from records.models import Document

from ..access import holding
from ..actions.documents import (
    MAX_CHANGED,
    REISSUE,
    REVOKE,
    authority,
    change_documents,
    obstacle,
    record_register_export,
)
from ..document_register import (
    documents_matching,
    issuing_organizations,
    kind_choices,
    last_changes,
    names_of,
    own_register,
    register_of,
    register_years,
    series_checks,
    subjects_of,
)
from ..exports import TooManyRows, document_workbook
from ..forms.documents import DocumentFilterForm, IssuerForm, ReasonForm
from ..models import Organization, Person, Unit
from ..permissions import Perm, Refused, Verdict, can, require
from ..queries import keyset_page
from .common import pager_links, query_string, workbook_response

ROWS, PRINTED_ROWS, VOID_SHOWN = 50, 2000, 50


class OwnRegister(View):
    """Leads to the register of the place where the person holds their post, or to the one that was chosen."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: HttpRequest) -> HttpResponse:
        on = timezone.localdate()
        form = IssuerForm(request.GET, issuers=issuing_organizations(request.user, Perm.VIEW_REGISTRY, on))
        chosen = form.cleaned_data["issuer"] if form.is_valid() else own_register(request.user, on)
        if chosen is None:
            return HttpResponseRedirect(reverse("organizations"))
        return HttpResponseRedirect(reverse("document_register", args=[chosen.pk]))


def registered(request: HttpRequest, pk: int, perm: Perm = Perm.VIEW_REGISTRY) -> Organization:
    """The issuer, when the person holds ``perm`` over it. Raises Http404, Refused."""
    organization = get_object_or_404(Organization, pk=pk)
    require(request.user, perm, organization, on=timezone.localdate())
    return organization


def filter_form(request: HttpRequest, organization: Organization) -> DocumentFilterForm:
    """The filters as asked for; without a year those of the newest one."""
    years = register_years(organization)
    data = request.GET.copy()
    if years and not data.get("year"):
        data["year"] = str(years[0])
    return DocumentFilterForm(data, years=years, kinds=kind_choices(organization))


class DocumentRegister(View):
    """What an organization issued in a year, in the order of numbers; ``print=1`` shows all of it for paper."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        on = timezone.localdate()
        organization = registered(request, pk)
        form = filter_form(request, organization)
        found = documents_matching(register_of(organization), **form.criteria)
        printing = request.GET.get("print") == "1"
        size = PRINTED_ROWS if printing else ROWS
        page = keyset_page(found.defer("content"), ("pk",), request.GET.get("page", ""), size=size)
        year = form.criteria.get("year")
        void = register_of(organization).exclude(status=Document.Status.VALID).defer("content")
        void = list(void.filter(year=year or 0).order_by("pk")[:VOID_SHOWN])
        may_change = not printing and bool(authority(organization, by=request.user, on=on))
        issuers = issuing_organizations(request.user, Perm.VIEW_REGISTRY, on)
        context = {
            "organization": organization,
            "form": form,
            "filtered": bool(set(form.criteria) - {"year"}),
            "year": year,
            "page": page,
            "rows": register_rows(page.rows, page.first),
            "checks": series_checks(organization, year) if year else [],
            "void": register_rows(void, 1),
            "printing": printing,
            "may_change": may_change,
            "may_export": bool(can(request.user, Perm.EXPORT_REGISTRY, organization, on=on)),
            "issuer_form": IssuerForm(initial={"issuer": organization.pk}, issuers=issuers),
            "export_url": reverse("export_documents", args=[pk]) + query_string(request, page=""),
            "print_url": request.path + query_string(request, page="", print="1"),
            "now": timezone.now(),
            "nav_key": "documents",
        }
        context |= pager_links(request, page.previous, page.next)
        return render(request, "orgs/documents/register.html", context)


def register_rows(documents: list[Document], first: int) -> list[dict]:
    """What a line of the register says about each document; four queries at most."""
    subjects, changes = subjects_of(documents), last_changes(documents)
    rows = []
    for number, one in enumerate(documents, first):
        unit, organization = subjects[one.pk]
        change, by = changes.get(one.pk, (None, ""))
        rows.append(
            {
                "number": number,
                "document": one,
                "kind": KINDS[one.kind].label,
                "unit": unit,
                "organization": organization,
                "change": change,
                "changed_by": by,
            }
        )
    return rows


class ExportDocuments(View):
    """Exactly the rows that the register shows, as a workbook. A POST, because it leaves an audit entry."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        organization = registered(request, pk, Perm.EXPORT_REGISTRY)
        form = filter_form(request, organization)
        rows = documents_matching(register_of(organization), **form.criteria)
        filters = [organization.display_name, *form.active]
        try:
            content = document_workbook(rows, filters, by=request.user, at=at)
        except TooManyRows as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("document_register", args=[pk]) + query_string(request))
        record_register_export(organization, filters, by=request.user, at=at)
        return workbook_response(content, _("发文登记簿"), at)


def require_reading(
    user: Person, document: Document, issuer: Organization | None, unit: Unit | None, on
) -> bool:
    """Let pass whoever sees the issuer's register, or the unit that the document is about; returns whether they see
    the register. Raises Refused."""
    verdict = Verdict(False, _("您不能查看这份文书。"), _("如工作需要，请联系发文机关。"))
    if issuer is not None:
        verdict = can(user, Perm.VIEW_REGISTRY, issuer, on=on)
        if verdict:
            return True
    if unit is not None and any(
        can(user, perm, unit, on=on) for perm in (Perm.VIEW_REGISTRY, Perm.VIEW_UNIT)
    ):
        return False
    raise Refused(verdict)


class DocumentPage(View):
    """One document: what the register knows of it, its history, and where it can be opened and verified."""

    access = holding(Perm.VIEW_REGISTRY, Perm.VIEW_UNIT)

    def get(self, request: HttpRequest, document_id: int) -> HttpResponse:
        on = timezone.localdate()
        document = get_object_or_404(Document.objects.select_related("supersedes"), pk=document_id)
        unit, concerned = subjects_of([document])[document.pk]
        issuer = Organization.objects.filter(
            pk=document.issuer_id if document.issuer_type == "organization" else 0
        ).first()
        sees_register = require_reading(request.user, document, issuer, unit, on)
        history = list(document.history.all())
        names = names_of([document.issued_by_id, *(change.by_id for change in history)])
        acting = bool(issuer and authority(issuer, by=request.user, on=on))
        context = {
            "document": document,
            "kind": KINDS[document.kind].label,
            "subject": KINDS[document.kind].subject(document.content["body"]),
            "unit": unit,
            "concerned": concerned,
            "issuer": issuer,
            "sees_register": sees_register,
            "issued_by": names.get(document.issued_by_id, ""),
            "history": [(change, names.get(change.by_id, "")) for change in history],
            "successor": document.superseded_by.first(),
            "revoking": obstacle(document, REVOKE, concerned) if acting else None,
            "reissuing": obstacle(document, REISSUE, concerned) if acting else None,
            "verify_url": document.content["verify_url"],
            "nav_key": "documents",
        }
        return render(request, "orgs/documents/document.html", context)


@method_decorator(never_cache, name="dispatch")
class ChangeDocuments(View):
    """Revoke or reissue chosen documents for one reason: GET shows what would happen, POST does it row by row."""

    access = holding(Perm.REVOKE_DOCUMENTS)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        organization, change, chosen = self.asked(request, pk, request.GET)
        if not chosen:
            messages.error(request, _("请先勾选要办理的文书。"))
            return HttpResponseRedirect(reverse("document_register", args=[pk]))
        return self.preview(request, organization, change, chosen, ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        organization, change, chosen = self.asked(request, pk, request.POST)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            answer = self.preview(request, organization, change, chosen, form)
            answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            return answer
        results = change_documents(
            chosen,
            change,
            reason=form.cleaned_data["reason"],
            by=request.user,
            on=timezone.localdate(),
            at=timezone.now(),
        )
        if len(results) == 1 and results[0].verdict:
            current = results[0].successor or results[0].document
            messages.success(
                request,
                _("已补发，新编号 %(number)s。") % {"number": current.number}
                if change == REISSUE
                else _("已撤销，公开核验页即时显示。"),
            )
            return HttpResponseRedirect(reverse("document_page", args=[current.pk]))
        done = sum(bool(result.verdict) for result in results)
        context = self.context(organization, change) | {
            "results": results,
            "done": done,
            "failed": len(results) - done,
        }
        return render(request, "orgs/documents/changed.html", context)

    def asked(self, request: HttpRequest, pk: int, data) -> tuple[Organization, str, list[Document]]:
        """The issuer, what is to be done, and the documents of its register. Raises Http404, Refused."""
        organization = get_object_or_404(Organization, pk=pk)
        verdict = authority(organization, by=request.user, on=timezone.localdate())
        if not verdict:
            raise Refused(verdict)
        change = data.get("change")
        if change not in (REVOKE, REISSUE):
            raise Http404
        ids = {int(one) for one in data.getlist("document") if one.isdecimal() and len(one) < 19}
        found = register_of(organization).filter(pk__in=sorted(ids)[:MAX_CHANGED])
        return organization, change, list(found.order_by("pk"))

    def preview(self, request: HttpRequest, organization, change, chosen, form) -> HttpResponse:
        subjects = subjects_of(chosen)
        rows = [
            {
                "document": one,
                "kind": KINDS[one.kind].label,
                "verdict": obstacle(one, change, subjects[one.pk][1]),
            }
            for one in chosen
        ]
        context = self.context(organization, change) | {
            "form": form,
            "rows": rows,
            "possible": sum(bool(row["verdict"]) for row in rows),
        }
        return render(request, "orgs/documents/change.html", context)

    def context(self, organization: Organization, change: str) -> dict:
        register = {"label": _("发文登记簿"), "url": reverse("document_register", args=[organization.pk])}
        return {"organization": organization, "change": change, "crumbs": [register], "nav_key": "documents"}
