"""Saved views (常用视图): filters of the list of cases under a name, a person's own or shared with a post.

A view is only a filter: whoever opens it sees the cases that they may see anyway.
"""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.models import Organization, Person, Post
from orgs.permissions import ROLES, Perm, Refused, Verdict
from orgs.queries import jurisdictions, running_posts
from records.calendars import WorkingCalendar

from .case_filters import CasesAsked
from .cases import CaseSearch, search
from .keyset import capped_counts, shown
from .models import SavedView

MAX_VIEWS = 30
# Counts beside the views of the list; each is a search of its own.
COUNTED = 12


@dataclass(frozen=True)
class Share:
    """Everybody with a role at an organization, as a choice of a form."""

    organization: Organization
    role: Role

    @property
    def key(self) -> str:
        return f"{self.organization.pk}-{self.role}"

    @property
    def label(self) -> str:
        values = {"place": self.organization.display_name, "role": self.role.label}
        return _("%(place)s · %(role)s") % values


def views_for(person: Person, on: dt.date) -> QuerySet[SavedView]:
    """The views that a person finds: their own, and those shared with a post of theirs, by name."""
    found = Q(person=person)
    for post in running_posts(person, on):
        if post.organization_id:
            found |= Q(organization=post.organization_id, role=post.role)
    return SavedView.objects.filter(found).select_related("person", "organization")


def shares_for(person: Person, on: dt.date) -> list[Share]:
    """With whom a person may share: the posts that are filled where they hold SHARE_DESK and that see cases."""
    places = {place.pk: place for place in jurisdictions(person, Perm.SHARE_DESK, on)}
    filled = Post.objects.filter(
        Q(until=None) | Q(until__gte=on), organization__in=places, since__lte=on, person__is_active=True
    )
    pairs = set(filled.values_list("organization", "role"))
    roles = [role for role in Role if Perm.VIEW_REGISTRY in ROLES.get(role, ())]
    return [Share(place, role) for pk, place in places.items() for role in roles if (pk, role) in pairs]


def may_change(view: SavedView, person: Person, on: dt.date) -> Verdict:
    """Only the maker of a view, or who holds SHARE_DESK where it is shared, may change or remove it."""
    if view.person_id == person.pk:
        return Verdict(True)
    places = {place.pk for place in jurisdictions(person, Perm.SHARE_DESK, on)}
    if view.organization_id and view.organization_id in places:
        return Verdict(True)
    return Verdict(
        False,
        _("常用视图只能由保存人修改；共用的视图也可由该处有“维护共用常用语与视图”权限的人员修改。"),
        _("请联系保存人，或把当前条件另存为自己的视图。"),
    )


def require_change(view: SavedView, person: Person, on: dt.date) -> None:
    """Enforce :func:`may_change`. Raises Refused."""
    if not (verdict := may_change(view, person, on)):
        raise Refused(verdict)


def save_view(
    view: SavedView,
    *,
    name: str,
    share: Share | None,
    at: dt.datetime,
    query: str | None = None,
    replacing: bool = False,
) -> SavedView:
    """Write a new or changed view; ``replacing`` gives an own view of that name the new filter instead.

    Raises ValidationError (by field) for a name that is taken and for more views than anybody needs.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=view.person_id)  # two windows at once
        own = SavedView.objects.filter(person=view.person_id)
        namesake = own.filter(name=name).exclude(pk=view.pk).first()
        if namesake is not None and not (replacing and view.pk is None):
            raise ValidationError({"name": _("已有同名视图“%(name)s”，请换一个名称。") % {"name": name}})
        if namesake is not None:
            view = namesake
        elif view.pk is None and own.count() >= MAX_VIEWS:
            message = _("最多保存 %(limit)d 个视图，请先删除不用的视图。") % {"limit": MAX_VIEWS}
            raise ValidationError({"name": message})
        view.name, view.at = name, at
        view.query = view.query if query is None else query
        view.organization = share.organization if share else None
        view.role = share.role if share else ""
        view.save()
    return view


def delete_view(view: SavedView) -> None:
    view.delete()


def searches(
    views: list[SavedView], person: Person, *, on: dt.date, calendar: WorkingCalendar
) -> dict[int, CaseSearch]:
    """The search of each view as this person may make it, by the view's id."""
    return {
        view.pk: search(person, CasesAsked.from_text(view.query), on=on, calendar=calendar) for view in views
    }


def view_rows(
    person: Person, on: dt.date, *, current: CasesAsked | None = None, counted: bool = False
) -> list[dict]:
    """The views of a person as chips and list show them, if wanted with the number of cases in each."""
    views = list(views_for(person, on))
    kept = {view.pk: CasesAsked.from_text(view.query) for view in views}
    found = searches(views, person, on=on, calendar=WorkingCalendar.around(on))
    counts: dict[str, int] = {}
    if counted and views:
        counts = capped_counts(**{f"v{view.pk}": [found[view.pk].source] for view in views[:COUNTED]})
    return [
        {
            "view": view,
            "search": found[view.pk],
            "url": kept[view.pk].url(),
            "current": current is not None and kept[view.pk] == current.without_paging,
            # The list says so as well: a view shared more widely than its place is visible.
            "place_left_out": kept[view.pk].place != found[view.pk].asked.place,
            "count": shown(counts[f"v{view.pk}"]) if f"v{view.pk}" in counts else "",
            "shared": bool(view.organization_id),
            "own": view.person_id == person.pk,
            "may_change": bool(may_change(view, person, on)),
        }
        for view in views
    ]
