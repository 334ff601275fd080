"""Progress against the year's plan (RULES sections 0 and 10, P6), as pure functions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Pace(StrEnum):
    """Compared with what is due by now: reached, behind (yellow), far behind (red); nothing due yet."""

    NOT_DUE = "not_due"
    REACHED = "reached"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"


@dataclass(frozen=True)
class Step:
    """A checkpoint of one goal: the day, the share, and the number it means, rounded up."""

    due_on: dt.date
    percent: int
    number: int


def steps(target: int, checkpoints: Sequence[tuple[dt.date, int]]) -> list[Step]:
    """Shares as numbers: 228 gives 46, 114, 183, 228 (RULES section 0)."""
    return [Step(due_on, percent, -(-target * percent // 100)) for due_on, percent in checkpoints]


def pace(done: int, plan: Sequence[Step], on: dt.date) -> Pace:
    """Yellow below the number of the last checkpoint that has passed, red below 80 % of it (RULES 10, P6)."""
    passed = [step for step in plan if step.due_on <= on]
    if not passed:
        return Pace.NOT_DUE
    due = passed[-1].number
    if done >= due:
        return Pace.REACHED
    return Pace.BEHIND if done * 100 >= due * 80 else Pace.FAR_BEHIND
