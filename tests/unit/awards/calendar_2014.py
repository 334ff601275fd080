"""A calendar without a database: weekends and the State Council's arrangement for 2014."""

import datetime as dt

# 国办发明电〔2013〕28号
OFF = [
    ("01-01", "01-01"),
    ("01-31", "02-06"),
    ("04-05", "04-07"),
    ("05-01", "05-03"),
    ("05-31", "06-02"),
    ("09-06", "09-08"),
    ("10-01", "10-07"),
]
WORKED = ["01-26", "02-08", "05-04", "09-28", "10-11"]


def of_2014(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2014-{text}")


class Calendar2014:
    """Counts as ``records.calendars.WorkingCalendar`` does."""

    def is_working_day(self, day: dt.date) -> bool:
        if day in [of_2014(one) for one in WORKED]:
            return True
        return day.weekday() < 5 and not any(of_2014(first) <= day <= of_2014(last) for first, last in OFF)

    def add_working_days(self, start: dt.date, count: int, first_day_counts: bool = False) -> dt.date:
        day, left = start, count - (first_day_counts and self.is_working_day(start))
        while left:
            day += dt.timedelta(days=1)
            left -= self.is_working_day(day)
        return day
