"""Working days and deadlines (RULES.md sections 0, 4 and 10: every deadline counts working days)."""

import json
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.utils import timezone

from records.models.calendar import CalendarDay

ONE_DAY = timedelta(days=1)
# Days read beyond what a term needs at least: the longest run of days off fits in.
MORE = 30
# How the source of a row begins that only stands in for the yearly notice (bin/make_calendar).
PROVISIONAL = "暂按"


def midnight(day: date) -> datetime:
    """The moment at which a local day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class DayChange:
    """What a day is to be: off, worked, or (with an empty ``kind``) what its day of the week says."""

    day: date
    kind: str
    name: str = ""
    source: str = ""

    @property
    def is_provisional(self) -> bool:
        return self.source.startswith(PROVISIONAL)


class WorkingCalendar:
    """Counts working days with the exceptions stored in the database.

    A page makes one and passes it on: the years named are read by one query, months outside them by one more
    when a deadline reaches into them. Nothing is kept beyond the object, so an edited calendar counts at once.
    A year without any stored day is counted as Monday to Friday.
    """

    def __init__(self, *years: int) -> None:
        self._kinds: dict[tuple[int, int], dict[date, str]] = {}
        self._changes: dict[date, str] = {}
        if years:
            self._load(date(min(years), 1, 1), date(max(years), 12, 31))

    @classmethod
    def spanning(cls, first: date, last: date) -> "WorkingCalendar":
        """A calendar of the months between two days: enough for one deadline, and little to read."""
        made = cls()
        made._load(first, last)
        return made

    @classmethod
    def around(cls, day: date) -> "WorkingCalendar":
        """A calendar of the year of ``day`` with the years before and after: enough for a page of today."""
        return cls(day.year - 1, day.year, day.year + 1)

    @classmethod
    def changed(cls, changes: Iterable[DayChange], first: date, last: date) -> "WorkingCalendar":
        """The calendar of the months between two days as it would be with ``changes``."""
        made = cls.spanning(first, last)
        made._changes = {change.day: change.kind for change in changes}
        return made

    def is_working_day(self, day: date) -> bool:
        """Whether people work on ``day``."""
        if day in self._changes:
            changed = self._changes[day]
            return changed == CalendarDay.Kind.WORK if changed else day.weekday() < 5
        month = (day.year, day.month)
        if month not in self._kinds:
            self._load(day, day + timedelta(days=MORE))
        kind = self._kinds[month].get(day)
        if kind is None:
            return day.weekday() < 5
        return kind == CalendarDay.Kind.WORK

    def add_working_days(self, start: date, count: int, first_day_counts: bool = False) -> date:
        """The last day of a period of ``count`` working days from ``start``.

        The day of ``start`` itself is not counted, except with ``first_day_counts`` (public notices, RULES.md
        section 4), and then only when it is a working day. A count of 0 gives ``start``.
        """
        if count < 0:
            raise ValueError(f"A period cannot have {count} working days.")
        day, left = start, count
        if left and first_day_counts and self.is_working_day(day):
            left -= 1
        while left:
            day += ONE_DAY
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is the earlier
        day."""
        if end < start:
            return -self.working_days_between(end, start)
        day, count = start, 0
        while day < end:
            day += ONE_DAY
            count += self.is_working_day(day)
        return count

    def working_days_left(self, today: date, due: date) -> int:
        """Working days that remain until ``due`` (0: it is today, or only days off remain).

        Negative from the first day after ``due`` on, also when no working day has passed since.
        """
        left = self.working_days_between(today, due)
        return left if due >= today else min(left, -1)

    def working_day_back(self, day: date, count: int) -> date:
        """The last day from which on ``count`` working days have passed by the end of ``day``, itself counted."""
        while count:
            count -= self.is_working_day(day)
            day -= ONE_DAY
        return day

    def _load(self, first: date, last: date) -> None:
        """Read the months from that of ``first`` to that of ``last`` that are not there yet."""
        months = []
        year, month = first.year, first.month
        while (year, month) <= (last.year, last.month):
            if (year, month) not in self._kinds:
                months.append((year, month))
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if not months:
            return
        for one in months:
            self._kinds[one] = {}
        start, end = date(*months[0], 1), date(*months[-1], monthrange(*months[-1])[1])
        for day, kind in (
            CalendarDay.objects.filter(day__range=(start, end)).order_by().values_list("day", "kind")
        ):
            if (day.year, day.month) in self._kinds:
                self._kinds[day.year, day.month][day] = kind


def is_working_day(day: date) -> bool:
    """Whether people work on ``day``. One query; pages with many dates use a WorkingCalendar."""
    return WorkingCalendar.spanning(day, day).is_working_day(day)


def add_working_days(start: date, count: int, first_day_counts: bool = False) -> date:
    """See WorkingCalendar.add_working_days. One query."""
    reach = start + timedelta(days=2 * count + MORE)
    return WorkingCalendar.spanning(start, reach).add_working_days(start, count, first_day_counts)


def working_days_between(start: date, end: date) -> int:
    """See WorkingCalendar.working_days_between. One query."""
    return WorkingCalendar.spanning(min(start, end), max(start, end)).working_days_between(start, end)


def working_days_left(today: date, due: date) -> int:
    """See WorkingCalendar.working_days_left. One query."""
    return WorkingCalendar.spanning(min(today, due), max(today, due)).working_days_left(today, due)


def seed_calendar(path: Path) -> int:
    """Adds the days of a JSON list ``[{day, kind, name, source}]`` that are not stored yet; returns how many.

    Stored days are left as they are, so that seeding again never undoes a correction made by a person.
    """
    entries = json.loads(path.read_text(encoding="utf-8"))
    known = set(CalendarDay.objects.values_list("day", flat=True))
    new = [CalendarDay(**entry | {"day": date.fromisoformat(entry["day"])}) for entry in entries]
    new = [day for day in new if day.day not in known]
    CalendarDay.objects.bulk_create(new)
    return len(new)


def needs_row(day: date, kind: str) -> bool:
    """Whether a day of a kind is an exception: a weekday off, or a day of the weekend that is worked."""
    return (day.weekday() < 5) == (kind == CalendarDay.Kind.OFF)


def differing(changes: Iterable[DayChange]) -> list[DayChange]:
    """Those changes that change what is stored, by day; what is no exception becomes an ordinary day. One query."""
    wanted = {
        change.day: change
        if change.kind and needs_row(change.day, change.kind)
        else DayChange(change.day, "")
        for change in changes
    }
    stored = {row.day: row for row in CalendarDay.objects.filter(day__in=wanted)}
    return [change for day, change in sorted(wanted.items()) if change != as_change(day, stored.get(day))]


def as_change(day: date, row: CalendarDay | None) -> DayChange:
    """How a day is stored now."""
    return DayChange(day, row.kind, row.name, row.source) if row else DayChange(day, "")


def store_changes(changes: Iterable[DayChange]) -> None:
    """Write changes in the caller's transaction; two statements."""
    rows = list(changes)
    CalendarDay.objects.filter(day__in=[change.day for change in rows if not change.kind]).delete()
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=change.day, kind=change.kind, name=change.name, source=change.source)
            for change in rows
            if change.kind
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "name", "source"],
    )
