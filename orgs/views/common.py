"""What the registry's views share: checks of one of several permissions, links of lists, downloads."""

import datetime as dt
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views import View

from ..enums import Role
from ..models import Organization, Person, Unit
from ..permissions import Perm, Refused, can, can_at
from ..queries import running_posts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def require_unit_view(user: Person, unit: Unit, on: dt.date) -> None:
    """Let pass whoever sees the unit by jurisdiction or belongs to it. Raises Refused."""
    verdict = can(user, Perm.VIEW_REGISTRY, unit, on=on)
    if not verdict and not can(user, Perm.VIEW_UNIT, unit, on=on):
        raise Refused(verdict)


def require_organization_view(user: Person, organization: Organization, on: dt.date) -> None:
    """Let pass whoever sees the organization by jurisdiction or belongs to its unit. Raises Refused."""
    verdict = can(user, Perm.VIEW_REGISTRY, organization, on=on)
    own = organization.unit is not None and can(user, Perm.VIEW_UNIT, organization.unit, on=on)
    if not verdict and not own:
        raise Refused(verdict)


def kept_organization(request: HttpRequest, pk: int, perm: Perm) -> Organization:
    """An organization whose seal or webhooks the person keeps by a post there. Raises Http404 and Refused."""
    organization = get_object_or_404(Organization, pk=pk)
    verdict = can_at(request.user, perm, organization, on=timezone.localdate())
    if not verdict:
        raise Refused(verdict)
    return organization


class OwnPlace(View):
    """The way to a page of the organization where the person is security administrator."""

    target: str

    def get(self, request: HttpRequest) -> HttpResponse:
        posts = running_posts(request.user, timezone.localdate())
        place = next(post.organization_id for post in posts if post.role == Role.SECURITY_ADMIN)
        return HttpResponseRedirect(reverse(self.target, args=[place]))


def query_string(request: HttpRequest, **changed: str) -> str:
    """The query of this page with some parameters changed; empty ones are left out."""
    query = request.GET.copy()
    for key, value in changed.items():
        query[key] = value
    for key in [key for key, value in query.items() if not value]:
        del query[key]
    return f"?{query.urlencode()}" if query else ""


def pager_links(request: HttpRequest, previous: str, next: str, key: str = "page") -> dict[str, str]:
    """Addresses of the pages before and after, empty at the ends."""
    return {
        "prev_url": request.path + query_string(request, **{key: previous}) if previous else "",
        "next_url": request.path + query_string(request, **{key: next}) if next else "",
    }


def workbook_response(content: bytes, name: str, at: dt.datetime) -> HttpResponse:
    """A workbook to save, named after what it is and the day."""
    filename = f"{name}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx"
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    response["Cache-Control"] = "no-store"
    return response
