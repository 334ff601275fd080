"""The day before a visit its inspector and the unit are reminded, once per visit and date."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from records import notices
from records.calendars import midnight
from records.duties import periodic

from ..models import Inspection
from ..reminding import reminders_go_out
from .inspection_notices import area, case_address

State = Inspection.State
KIND = "inspection_tomorrow"


@periodic(every=dt.timedelta(minutes=30))
def remind_of_visits(at: dt.datetime) -> int:
    """Remind of the visits of tomorrow and of those still to come today; returns how many people were told anew."""
    if not reminders_go_out(at):
        return 0
    end = midnight(timezone.localdate(at) + dt.timedelta(days=2))
    coming = Inspection.objects.filter(state=State.ASSIGNED, planned_at__gt=at, planned_at__lt=end)
    visits = coming.select_related("acceptance__organization", "acceptance__unit", "inspector")
    return notices.send_many(KIND, (row for visit in visits for row in rows_of(visit)), at=at)


def rows_of(visit: Inspection) -> Iterator[notices.Row]:
    """Whom a visit concerns. The key holds the day, so that a visit that was moved is reminded of again."""
    acceptance, day = visit.acceptance, timezone.localdate(visit.planned_at)
    context = {
        "organization": acceptance.organization.name,
        "planned": visit.planned_at.isoformat(),
        "place": visit.place,
        "names": visit.inspector.name,
    }
    told = {visit.inspector_id: area(), acceptance.applicant_id: case_address(acceptance)}
    for person_id, url in told.items():
        key = f"{KIND}:{visit.pk}:{day.isoformat()}:{person_id}"
        yield notices.Row(person_id, key, url=url, context=context)
