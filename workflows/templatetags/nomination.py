"""What the pages of nominations need beside their context."""

from django import template
from django.utils import timezone

from awards.models import Nomination
from orgs.models import Person

from ..nomination.tables import Told, told_to

register = template.Library()


@register.simple_tag
def nomination_summary(nomination: Nomination, reader: Person) -> Told:
    """A nomination as its case page tells it to a reader."""
    return told_to(nomination, reader, on=timezone.localdate())
