"""When a delegation (委托) counts: the absent person's post runs, and the deputy has its authority by an own post.

A delegation opens somebody's desk and gives no authority (RULES section 10), so the deputy's own post is asked for
again on every day: when it ends, the delegation means nothing from that day on.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from .enums import Role
from .models import Delegation, Post
from .permissions import EXCLUSIVE_ROLES, ROLES


def running(on: dt.date, prefix: str = "") -> Q:
    """Posts that run on a day."""
    since, until = f"{prefix}since__lte", f"{prefix}until"
    return Q(Q(**{until: None}) | Q(**{f"{until}__gte": on}), **{since: on})


def within(role: str) -> frozenset[Role]:
    """The roles whose whole authority a role has: itself, and for a handler the instructor's."""
    return frozenset(one for one in Role if ROLES[one] <= ROLES[Role(role)])


def standing_in(role: str) -> frozenset[Role]:
    """The roles that have the whole authority of ``role`` and may act in its place."""
    return frozenset(one for one in Role if ROLES[Role(role)] <= ROLES[one])


def excluded(role: str) -> frozenset[Role]:
    """The roles that sit on the other side of the table at the same place."""
    return frozenset(one for pair in EXCLUSIVE_ROLES if role in pair for one in pair) - {Role(role)}


def in_force(on: dt.date) -> QuerySet[Delegation]:
    """The delegations that count on a day, with post, absent person and place; one statement."""
    same_place = Q(organization=OuterRef("post__organization")) | Q(unit=OuterRef("post__unit"))
    own = Post.objects.filter(running(on), same_place, person=OuterRef("deputy"))
    covered = Q(Exists(own.filter(role=OuterRef("post__role"))))
    for role in Role:
        if wider := standing_in(role) - {role}:
            covered |= Q(Exists(own.filter(role__in=wider)), post__role=role)
    return (
        Delegation.objects.filter(
            running(on, "post__"),
            covered,
            since__lte=on,
            until__gte=on,
            ended_at=None,
            post__person__is_active=True,
            deputy__is_active=True,
        )
        .select_related("deputy", "post__person", "post__organization", "post__unit")
        .order_by("pk")
    )
