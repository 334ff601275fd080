"""What the office's pages need beside their context: what waits to be ranked, and whether a nomination may be ended."""

from django import template
from django.db.models import Count
from django.utils import timezone

from awards.models import Honour, Nomination
from awards.nomination_register import visible_to
from orgs.models import Organization, Person
from orgs.permissions import Perm
from orgs.queries import jurisdictions

from ..models import Case, WorkItem
from ..nomination.views.ending import may_end

register = template.Library()


@register.simple_tag
def may_end_nomination(case: Case, reader: Person) -> bool:
    return may_end(case, reader)


@register.simple_tag
def rankings_waiting(reader: Person) -> list[dict]:
    """The rankings that wait for an approver: honour, place, and how many nominees; for others no statement."""
    on = timezone.localdate()
    places = {
        place.pk
        for perm in (Perm.APPROVE_SUBDISTRICT, Perm.APPROVE_DISTRICT)
        for place in jurisdictions(reader, perm, on)
    }
    if not places:
        return []
    items = WorkItem.objects.filter(node="rank_nomination", open=True, case__organization__in=places)
    numbers = list(items.values_list("case__number", flat=True))
    if not numbers:
        return []
    rows = visible_to(reader, Nomination.objects.filter(case_number__in=numbers))
    counted = list(rows.order_by().values_list("honour", "affiliation").annotate(number=Count("pk")))
    honours = Honour.objects.in_bulk([honour for honour, _place, _number in counted])
    names = Organization.objects.in_bulk([place for _honour, place, _number in counted])
    return [
        {"honour": honours[honour], "place": names[place], "number": number}
        for honour, place, number in sorted(counted)
    ]
