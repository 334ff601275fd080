"""What the pages of nominations need beside their context."""

from django import template
from django.utils import timezone

from awards.actions.nominating import Purpose
from awards.enums import CampaignState
from awards.models import AwardCampaign, Nomination
from awards.offers import Offer, offers_in
from orgs.models import Organization, Person
from orgs.permissions import Perm, can

from ..nomination.tables import Told, told_to

register = template.Library()


@register.simple_tag
def nomination_summary(nomination: Nomination, reader: Person) -> Told:
    """A nomination as its case page tells it to a reader."""
    return told_to(nomination, reader, on=timezone.localdate())


@register.simple_tag
def nomination_offers(organization: Organization, reader: Person) -> list[tuple[AwardCampaign, list[Offer]]]:
    """What a reader who applies for the organization's unit may nominate in each running campaign; else nothing."""
    on = timezone.localdate()
    if organization.unit is None or not can(reader, Perm.APPLY_FOUNDING, organization.unit, on=on):
        return []
    running = AwardCampaign.objects.filter(
        organization__path__in=organization.ancestor_paths, state=CampaignState.PUBLISHED
    )
    return [(one, offers_in(one, [organization], on=on)) for one in running.select_related("organization")]


@register.filter
def file_purpose(purpose: str) -> str:
    """What a file of a nomination is for; empty for files of other flows."""
    return str(Purpose(purpose).label) if purpose in Purpose.values else ""
