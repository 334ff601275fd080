"""An inspector's visits as an iCalendar file (RFC 5545), for the calendar of their own phone."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from .models import Inspection

# How long a visit takes at least; the calendar shows the person as busy.
DURATION = dt.timedelta(hours=2)
STATUS = {Inspection.State.CANCELLED: "CANCELLED"}


def visits_ics(visits: Iterable[Inspection], *, at: dt.datetime) -> bytes:
    """The visits as events. One that was moved or called off replaces what was imported before (UID, SEQUENCE).

    Says who, when and where, and nothing that was found.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Liuyou//Inspections//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("现场验收"))
    for visit in visits:
        calendar.add_component(event_of(visit, at))
    return calendar.to_ical()


def event_of(visit: Inspection, at: dt.datetime) -> Event:
    acceptance, event = visit.acceptance, Event()
    event.add("uid", f"{visit.public_id}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", visit.version - 1)
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("dtstart", visit.planned_at.astimezone(dt.UTC))
    event.add("duration", DURATION)
    event.add("status", STATUS.get(Inspection.State(visit.state), "CONFIRMED"))
    values = {"organization": acceptance.organization.display_name}
    event.add("summary", _("现场验收：%(organization)s") % values)
    event.add("location", visit.place)
    day = timezone.localdate(visit.planned_at).isoformat()
    event.add("url", f"{settings.BASE_URL}{reverse('inspections')}?day={day}")
    if visit.contact or visit.telephone:
        values = {"name": visit.contact, "telephone": visit.telephone}
        event.add("description", _("联系人：%(name)s %(telephone)s") % values)
    return event
