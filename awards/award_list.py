"""Who holds a place of an honour and who is in reserve, in the order of the committee's result once it is concluded."""

import datetime as dt
from typing import NamedTuple

from orgs.models import Person

from .enums import NominationState, ReviewState
from .models import Honour, Nomination
from .nomination_register import WITH_NAMES, visible_to
from .review_access import may_enter
from .rules.states import HOLDING


class ListedName(NamedTuple):
    """A name of the list. ``place`` is that in the committee's result; None before its conclusion, and for a reader
    from whom a nominee is hidden, whose place the gap would tell."""

    nomination: Nomination
    place: int | None
    is_reserve: bool


def list_of(honour: Honour, person: Person, on: dt.date) -> list[ListedName]:
    """Selected in their order, then reserves in theirs; without the nominees that are hidden from the person."""
    states = (*HOLDING, NominationState.RESERVE)
    rows = visible_to(person, honour.nominations.filter(state__in=states)).select_related(*WITH_NAMES)
    places = committee_places(honour, person, on)
    last = len(places) + 1
    found = [
        ListedName(one, places.get(one.pk), one.state == NominationState.RESERVE)
        for one in rows.order_by("pk")
    ]
    return sorted(found, key=lambda one: (one.is_reserve, one.place or last, one.nomination.pk))


def committee_places(honour: Honour, person: Person, on: dt.date) -> dict[int, int]:
    """The place of each nominee in the result, selected before reserves; empty unless the review is concluded and the
    person follows it with nobody hidden."""
    reader = may_enter(person, honour, on)
    if reader is None or reader.state != ReviewState.CONCLUDED or reader.hidden or reader.review is None:
        return {}
    result = reader.review.result
    order = [*result.get("selected", []), *result.get("reserve", [])]
    return {int(pk): number for number, pk in enumerate(order, start=1)}
