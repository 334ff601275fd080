"""What a flow tells about its cases: for the decision sheet, and for comparing what was submitted in each round."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from orgs.models import Organization

from .models import Case

# A value by its label, as people read it; a list where what matters is what came and what went.
Told = dict[str, str | list[str]]


class Submission(NamedTuple):
    """What was submitted at one step of a case. Submissions of the same ``step`` are compared with each other."""

    step: str
    round: int
    at: dt.datetime
    data: Told


@dataclass(frozen=True)
class Box:
    """An opinion box of a sheet, for the decisions taken at a level or at certain steps."""

    label: str
    level: str = ""
    nodes: frozenset[str] = frozenset()

    def holds(self, node: str, level: str) -> bool:
        return node in self.nodes if self.nodes else level == self.level


@dataclass
class Sheet:
    """What stands on a decision sheet besides the opinions. ``facts`` are as in ``contents.Fact``."""

    heading: str
    issuer: Organization
    boxes: list[Box]
    facts: list[dict] = field(default_factory=list)

    def pair(self, label: object, value: object) -> None:
        """A fact that shares its row with the next one."""
        self.facts.append({"label": str(label), "value": str(value), "wide": False})

    def row(self, label: object, value: object) -> None:
        """A fact with a row of its own; none when there is nothing to say."""
        if str(value).strip():
            self.facts.append({"label": str(label), "value": str(value), "wide": True})


@dataclass(frozen=True)
class Telling:
    """``sheet`` is called with Chinese active; ``submissions`` are oldest first, in the reader's language."""

    sheet: Callable[[Case], Sheet]
    submissions: Callable[[Case], list[Submission]]
