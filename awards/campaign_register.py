"""Which campaigns a person sees: the district's own staff all of them, everybody else below it those announced."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.models import Organization, Person
from orgs.permissions import ROLES, Perm, Refused, Unblock, Verdict
from orgs.queries import running_posts, scope_filter

from .models import AwardCampaign

# Whoever holds one of these below (or at) the district that runs a campaign takes part in it.
PARTAKING = frozenset({Perm.VIEW_REGISTRY, Perm.ASSIST_REVIEW, Perm.REVIEW_AWARDS, Perm.APPLY_FOUNDING})


def visible_campaigns(person: Person, on: dt.date) -> QuerySet[AwardCampaign]:
    """What is being prepared is seen by the district only; the sub-districts, units and the committee see a campaign
    from its publication on, also when it was cancelled later."""
    own = scope_filter(person, Perm.VIEW_REGISTRY, on, field="organization__scope")
    announced = Q(published_at__isnull=False, organization__path__in=_paths_above(person, on))
    return AwardCampaign.objects.filter(own | announced).select_related("organization")


def require_campaign_view(person: Person, campaign: AwardCampaign, on: dt.date) -> None:
    """Let pass whoever finds the campaign in the list. Raises Refused."""
    if not visible_campaigns(person, on).filter(pk=campaign.pk).exists():
        raise Refused(
            Verdict(
                False,
                _("“%(name)s”还没有发布，或者不在您的辖区。") % {"name": campaign.name},
                _("请等待发布，或联系主办单位。"),
                unblock=Unblock.ANOTHER,
            )
        )


def _paths_above(person: Person, on: dt.date) -> set[str]:
    """The paths of the League nodes above every place where the person takes part."""
    found: set[str] = set()
    for post in running_posts(person, on):
        if PARTAKING & ROLES[Role(post.role)]:
            place: Organization | None = post.organization or (post.unit and post.unit.affiliation)
            found |= set(place.ancestor_paths) if place else set()
    return found
