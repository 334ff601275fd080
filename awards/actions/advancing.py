"""The one way in which the state of a nomination changes (docs/adr/0010)."""

import datetime as dt

from django.utils import timezone

from orgs.models import Person
from records import audit

from ..enums import NominationState
from ..facts import nomination_facts
from ..models import Nomination, NominationEvent
from ..rules.states import NOMINATION


def advance(
    nomination: Nomination, event: str, *, by: Person | None, at: dt.datetime, note: str = ""
) -> NominationState:
    """Let an event happen to a nomination, in the caller's transaction, and put it on record.

    The row is locked and the facts are read anew, so that a late objection or a cut quota counts. Raises NotPossible
    (awards.rules.states) with the reasons. ``nomination`` gets the new state.
    """
    held = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination.pk)
    source = NominationState(held.state)
    nomination.state = source
    facts = nomination_facts(held, timezone.localdate(at))
    target = NOMINATION.after(source, event, facts)
    NominationEvent.objects.create(
        nomination=held, event=event, source=source, target=target, note=note, by=by, at=at
    )
    Nomination.objects.filter(pk=held.pk).update(state=target)
    nomination.state = target
    audit.record(
        f"nomination_{event}",
        by_id=by.pk if by else None,
        about=f"nomination:{held.pk}",
        chain=f"unit:{held.unit_id}",
        at=at,
        source=source.value,
        target=target.value,
    )
    return target


def obstacles(nomination: Nomination, event: str, on: dt.date) -> list[str]:
    """Why an event cannot happen on a day, in words; none: it can."""
    return NOMINATION.refusals(NominationState(nomination.state), event, nomination_facts(nomination, on))
