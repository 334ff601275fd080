"""The organization list, its export, and the page that tells an organization's whole story."""

from collections import Counter

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from records import audit
from records.models import Document

from ..acceptance_history import acceptance_history
from ..access import holding
from ..actions.acceptance import acceptance_offers
from ..enums import OrganizationKind
from ..exports import TooManyRows, organization_workbook
from ..forms import OrganizationFilterForm
from ..models import Founding, Milestone, Organization, Post
from ..permissions import Perm
from ..queries import (
    COUNT_LIMIT,
    Page,
    coverage_counts,
    jurisdictions,
    keyset_page,
    organizations_matching,
    parents_of,
    places_within,
    scope_filter,
    tree_code,
    visible_organizations,
)
from .common import pager_links, query_string, require_organization_view, workbook_response

CHILDREN_SHOWN = 20
COVERED_SHOWN = 50


class OrganizationList(View):
    """Organizations of the person's jurisdictions, in tree order, searched and filtered."""

    access = holding(Perm.VIEW_REGISTRY)

    def get(self, request: HttpRequest) -> HttpResponse:
        on = timezone.localdate()
        places = places_within(request.user, Perm.VIEW_REGISTRY, on)
        form = OrganizationFilterForm(request.GET, places=places)
        found = organizations_matching(visible_organizations(request.user, on), **form.criteria)
        page = keyset_page(found.select_related("location"), ("scope",), request.GET.get("page", ""))
        context = {
            "form": form,
            "page": page,
            "rows": organization_rows(page, on),
            "filtered": bool(form.active),
            "may_export": bool(jurisdictions(request.user, Perm.EXPORT_REGISTRY, on)),
            "export_url": reverse("export_organizations") + query_string(request, page=""),
            "nav_key": "orgs",
        }
        context |= pager_links(request, page.previous, page.next)
        return render(request, "orgs/organization_list.html", context)


def organization_rows(page: Page, on) -> list[dict]:
    """What a line of a list says about each organization of a page; two queries."""
    parents, covered = parents_of(page.rows), coverage_counts(page.rows, on)
    return [
        {
            "number": number,
            "organization": one,
            "code": tree_code(one.path),
            "parent": parents.get(one.path[: -one.steplen]),
            "covered": covered.get(one.pk, 0),
        }
        for number, one in enumerate(page.rows, page.first)
    ]


class ExportOrganizations(View):
    """Exactly the rows that the list shows, as a workbook. A POST, because it leaves an audit entry."""

    access = holding(Perm.EXPORT_REGISTRY)

    def post(self, request: HttpRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        form = OrganizationFilterForm(
            request.GET, places=places_within(request.user, Perm.EXPORT_REGISTRY, on)
        )
        allowed = Organization.objects.filter(scope_filter(request.user, Perm.EXPORT_REGISTRY, on))
        rows = organizations_matching(allowed, **form.criteria)
        try:
            content = organization_workbook(rows, form.active, by=request.user, at=at)
        except TooManyRows as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("organizations") + query_string(request))
        record_export(request, "organizations", form.active, at)
        return workbook_response(content, _("团组织名册"), at)


def record_export(request: HttpRequest, what: str, filters: list[str], at) -> None:
    """Leave in the log who took which rows out of the system."""
    place = jurisdictions(request.user, Perm.EXPORT_REGISTRY, timezone.localdate(at))[0]
    story = f"organization:{place.pk}"
    with transaction.atomic():
        audit.record(
            "exported",
            by_id=request.user.pk,
            about=story,
            chain=story,
            at=at,
            personal={"filters": filters},
            what=what,
        )


class OrganizationPage(View):
    """One organization: what it is, who leads it, whom it covers, how it was founded, what lies below it."""

    access = holding(Perm.VIEW_REGISTRY, Perm.VIEW_UNIT)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        on = timezone.localdate()
        organizations = Organization.objects.select_related("location", "unit__affiliation", "ledger_entry")
        organization = get_object_or_404(organizations, pk=pk)
        require_organization_view(request.user, organization, on)
        children = Organization.objects.filter(
            path__startswith=organization.path, depth=organization.depth + 1
        ).select_related("location")
        page = keyset_page(
            children.filter(scope__range=organization.scope_bounds),
            ("scope",),
            request.GET.get("page", ""),
            size=CHILDREN_SHOWN,
        )
        context = {
            "organization": organization,
            "code": tree_code(organization.path),
            "ledger": getattr(organization, "ledger_entry", None),
            "officers": _officers(organization, on),
            "coverages": organization.coverages.select_related("unit__location").order_by(
                "until", "-is_host", "pk"
            )[: COVERED_SHOWN + 1],
            "covered_shown": COVERED_SHOWN,
            "posts": _posts(organization, on),
            "children": page,
            "rows": organization_rows(page, on),
            "below": _below(organization),
            "history": acceptance_history(organization, request.user, on),
            "may_revoke": bool(jurisdictions(request.user, Perm.REVOKE_ACCEPTANCE, on)),
            "nav_key": "orgs",
        }
        context |= _chain(organization, request.user, on) | _founding(organization)
        context["acceptances"] = acceptance_offers([organization], request.user, on)
        context |= pager_links(request, page.previous, page.next)
        return render(request, "orgs/organization.html", context)


def _officers(organization: Organization, on) -> list[dict]:
    """Officers, those in office first."""
    found = organization.officers.order_by("-since", "pk")[:60]
    rows = [{"officer": one, "in_office": one.until is None or one.until >= on} for one in found]
    return sorted(rows, key=lambda row: not row["in_office"])


def _posts(organization: Organization, on) -> list[Post]:
    """Who holds which role at the organization today."""
    running = Post.objects.filter(Q(until=None) | Q(until__gte=on), organization=organization, since__lte=on)
    return list(running.select_related("person").order_by("role", "since", "pk"))


def _chain(organization: Organization, user, on) -> dict:
    """The ancestors from the top down; those inside the person's jurisdiction lead to their pages."""
    paths = organization.ancestor_paths[:-1]
    bounds = [place.scope_bounds for place in jurisdictions(user, Perm.VIEW_REGISTRY, on)]
    chain = [
        {"organization": one, "linked": any(low <= one.scope <= high for low, high in bounds)}
        for one in Organization.objects.filter(path__in=paths).order_by("path")
    ]
    crumbs = [{"label": _("组织库"), "url": reverse("organizations")}] if bounds else []
    crumbs += [
        {
            "label": one["organization"].display_name,
            "url": reverse("organization", args=[one["organization"].pk]),
        }
        for one in chain
        if one["linked"]
    ]
    return {"chain": chain, "crumbs": crumbs}


def _founding(organization: Organization) -> dict:
    """The founding case, its documents and the dated facts; the case's request came before the organization."""
    founding = Founding.objects.filter(organization=organization).select_related("applicant").first()
    milestones = Milestone.objects.filter(organization=organization)
    if founding is None:
        return {"founding": None, "milestones": milestones, "case": None, "documents": []}
    numbers = set(milestones.values_list("case_number", flat=True))
    milestones = Milestone.objects.filter(
        Q(organization=organization) | Q(unit=founding.unit_id, case_number__in=numbers - {""})
    )
    return {
        "founding": founding,
        "milestones": milestones,
        "case": organization.unit.cases.filter(number__in=numbers).first() if organization.unit else None,
        "documents": Document.objects.filter(about_type="founding", about_id=founding.pk).order_by("pk"),
    }


def _below(organization: Organization) -> dict:
    """How many organizations lie below, by kind; counted up to COUNT_LIMIT."""
    low, high = organization.scope_bounds
    kinds = list(
        Organization.objects.filter(scope__gt=low, scope__lte=high).values_list("kind", flat=True)[
            :COUNT_LIMIT
        ]
    )
    if len(kinds) >= COUNT_LIMIT:
        return {"total": f"{COUNT_LIMIT - 1}+", "kinds": []}
    counted = Counter(kinds)
    return {
        "total": len(kinds),
        "kinds": [(kind.label, counted[kind.value]) for kind in OrganizationKind if counted[kind.value]],
    }
