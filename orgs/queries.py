"""What a person may see: path-range filters over running posts, the same for lists, searches, counts and exports."""

import datetime as dt

from django.db.models import Q, QuerySet

from records.models import Document

from .enums import OrganizationLevel, Role
from .models import Organization, Person, Post, RuleSet, Unit
from .permissions import ROLES, Perm


def running_posts(person: Person, on: dt.date) -> list[Post]:
    """The person's posts on a day, with their places; one query, kept on the person for the request."""
    cached = getattr(person, "_running_posts", None)
    if cached is None or cached[0] != on:
        posts = Post.objects.filter(Q(until=None) | Q(until__gte=on), person=person, since__lte=on)
        cached = (on, list(posts.select_related("organization", "unit").order_by("pk")))
        person._running_posts = cached
    return cached[1]


def scope_filter(person: Person, perm: Perm, on: dt.date, *, field: str = "scope", unit: str = "") -> Q:
    """A filter for rows with a scope (and, if named, a unit) in which the person holds ``perm``.

    Matches nothing when the person holds it nowhere.
    """
    found = Q(pk__in=[])
    for post in running_posts(person, on):
        if post.organization_id and perm in ROLES[Role(post.role)]:
            low, high = post.organization.scope_bounds
            found |= Q(**{f"{field}__range": (low, high)})
        elif post.unit_id and unit:
            found |= Q(**{unit: post.unit_id})
    return found


def visible_organizations(person: Person, on: dt.date) -> QuerySet[Organization]:
    """Organizations in the person's jurisdictions."""
    return Organization.objects.filter(scope_filter(person, Perm.VIEW_REGISTRY, on, unit="unit"))


def visible_units(person: Person, on: dt.date) -> QuerySet[Unit]:
    """Units in the person's jurisdictions, merged ones left out."""
    return Unit.objects.filter(scope_filter(person, Perm.VIEW_REGISTRY, on, unit="pk"), merged_into=None)


def jurisdictions(person: Person, perm: Perm, on: dt.date) -> list[Organization]:
    """The League nodes at which the person holds ``perm``."""
    return [
        post.organization
        for post in running_posts(person, on)
        if post.organization_id and perm in ROLES[Role(post.role)]
    ]


def holders(role: str, *, on: dt.date, organization_id: int | None = None, unit_id: int | None = None):
    """Running posts with a role at a place, oldest first."""
    posts = Post.objects.filter(Q(until=None) | Q(until__gte=on), role=role, since__lte=on)
    where = {"unit_id": unit_id} if organization_id is None else {"organization_id": organization_id}
    return posts.filter(person__is_active=True, **where).order_by("pk")


def rules_in_force(subject: str, on: dt.date) -> RuleSet:
    """The rule set of a subject on a day. Raises NoRuleSet."""
    return RuleSet.objects.valid(subject, on)


def district_of(organization: Organization) -> Organization:
    """The district committee above (or that is) a node."""
    return Organization.objects.get(path__in=organization.ancestor_paths, level=OrganizationLevel.DISTRICT)


def latest_document(kind: str, *, about: tuple[str, int]) -> Document | None:
    """The newest document of a kind about a subject, whatever its status."""
    return Document.objects.filter(kind=kind, about_type=about[0], about_id=about[1]).order_by("-pk").first()
