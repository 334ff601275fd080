"""The items of an acceptance as its pages list them, criterion by criterion."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orgs.models import Acceptance, AcceptanceItem

ZERO = Decimal(0)


@dataclass
class Line:
    """One item: what the standard says (``item``) and what this acceptance holds (``row``); ``more`` is the page's."""

    item: dict[str, Any]
    row: AcceptanceItem
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Section:
    """One criterion with its items."""

    code: str
    name: str
    lines: list[Line]

    @property
    def full(self) -> Decimal:
        return sum((line.row.full for line in self.lines), ZERO)

    @property
    def claimed(self) -> Decimal:
        return sum((line.row.self_points or ZERO for line in self.lines), ZERO)

    @property
    def points(self) -> Decimal:
        return sum((line.row.points or ZERO for line in self.lines), ZERO)

    @property
    def open(self) -> int:
        """How many items are not met."""
        return sum(1 for line in self.lines if line.row.met is False)


def sections(
    acceptance: Acceptance,
    more: Callable[[AcceptanceItem], Mapping[str, Any]] = lambda row: {},
    *,
    only: Iterable[str] | None = None,
) -> list[Section]:
    """The items in the order of the standard; ``only`` leaves the named ones, criteria without any are left out."""
    rows = {row.code: row for row in acceptance.items.all()}
    wanted = set(rows if only is None else only)
    found = []
    for criterion in acceptance.standard.data["criteria"]:
        lines = [
            Line(item, rows[item["code"]], dict(more(rows[item["code"]])))
            for item in criterion["items"]
            if item["code"] in wanted and item["code"] in rows
        ]
        if lines:
            found.append(Section(criterion["code"], criterion["name"], lines))
    return found
