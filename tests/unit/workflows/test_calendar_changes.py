"""A change of the calendar moves the deadlines counted in working days, and no others."""

import datetime as dt

import pytest

from records import audit
from records.calendars import DayChange
from records.models import AuditEntry, CalendarDay
from tests.flows import district as d
from workflows.calendar_changes import change_calendar, preview_changes
from workflows.models import WorkItem

from .test_deadlines import moment

pytestmark = pytest.mark.django_db


def test_a_new_holiday_moves_terms_of_working_days_after_a_preview(db):
    place = d.make_district()
    case = d.case_after(place, "applicant")
    item = WorkItem.objects.get(case=case, open=True)
    monday, friday = dt.date(2026, 12, 14), dt.date(2026, 12, 18)
    WorkItem.objects.filter(pk=item.pk).update(
        created_at=moment(monday - dt.timedelta(days=3)), term_days=5, due_on=friday, reminded=2
    )
    change = [DayChange(dt.date(2026, 12, 16), "off", "试验", "通知")]
    preview = preview_changes(change)
    assert (preview.moved, preview.first) == (1, [(item, dt.date(2026, 12, 21))])
    assert not CalendarDay.objects.exists()
    by = place.person("district_handler")
    assert change_calendar(change, by=by, at=moment(monday), on=monday) == 1
    item.refresh_from_db()
    assert (item.due_on, item.reminded) == (dt.date(2026, 12, 21), None)
    assert AuditEntry.objects.get(chain="calendar").data["moved"] == 1
    assert change_calendar(change, by=by, at=moment(monday), on=monday) == 0
    WorkItem.objects.filter(pk=item.pk).update(term_days=None)
    back = [DayChange(dt.date(2026, 12, 16), "")]
    assert change_calendar(back, by=by, at=moment(monday), on=monday) == 0
    item.refresh_from_db()
    assert item.due_on == dt.date(2026, 12, 21), "a fixed day stays"
    assert audit.check_log().breaks == []
