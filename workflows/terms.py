"""The term of a step."""

import datetime as dt
from typing import NamedTuple


class Term(NamedTuple):
    """Until when a step is to be taken. ``working_days`` says how long the term is when it is counted in working
    days, None when it ends on a fixed day: a change of the calendar moves the former only."""

    due_on: dt.date
    working_days: int | None = None
