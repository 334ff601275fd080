"""Pages by key instead of by number: however far one has turned, a page is a few short index ranges.

A list is ordered by one or two columns. The page after a key is the union of exact ranges (same first column and a
later second one; a later first column), each read from an index up to the size of the page, so that nothing is
skipped over. Several sources, such as the queues of several posts, are merged the same way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models import QuerySet

Row = TypeVar("Row", bound=models.Model)
CAP = 1000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, with the keys to turn the page (empty where there is no page)."""

    rows: list[Row]
    previous: str = ""
    next: str = ""


def row_id(text: str) -> int:
    """A primary key out of an address. Raises ValueError for what no key can be."""
    number = int(text)
    if not 0 <= number < 1 << 63:
        raise ValueError(text)
    return number


@dataclass(frozen=True)
class Order:
    """By which columns a list is ordered, and how a key is written into an address and read back.

    ``ascending`` holds for all columns. ``read`` turns the text of one part into a value and raises ValueError.
    """

    fields: tuple[str, ...]
    ascending: bool
    read: tuple[Callable[[str], Any], ...]
    write: tuple[Callable[[Any], str], ...]

    def key(self, row: models.Model) -> str:
        values = (getattr(row, field) for field in self.fields)
        return "~".join(write(value) for write, value in zip(self.write, values, strict=True))

    def parse(self, text: str) -> tuple[Any, ...] | None:
        """The values of a key; None when it is none, which reads as the first page."""
        try:
            return tuple(read(part) for read, part in zip(self.read, text.split("~"), strict=True))
        except ValueError:
            return None

    def ranges(
        self, rows: QuerySet, key: tuple[Any, ...] | None, *, backward: bool, limit: int
    ) -> list[QuerySet]:
        """The exact ranges that lie beyond ``key``, nearest first."""
        up = self.ascending != backward
        rows = rows.order_by(*(field if up else f"-{field}" for field in self.fields))
        if key is None:
            return [rows[:limit]]
        beyond = "gt" if up else "lt"
        found = []
        for position in range(len(self.fields) - 1, -1, -1):
            same = dict(zip(self.fields[:position], key, strict=False))
            found.append(rows.filter(**same, **{f"{self.fields[position]}__{beyond}": key[position]})[:limit])
        return found


def merged(model: type[Row], sources: Sequence[QuerySet], order: Order, *, up: bool, limit: int) -> list[Row]:
    """The first rows of several ordered and limited sources; one statement, each source read from its own index."""
    if not sources:
        return []
    if len(sources) == 1:
        return list(sources[0])
    parts: list[str] = []
    params: list[Any] = []
    for source in sources:
        sql, values = source.query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS part")
        params.extend(values)
    direction = "ASC" if up else "DESC"
    columns = [str(model._meta.get_field(field).column) for field in order.fields]
    by = ", ".join(f"{connection.ops.quote_name(column)} {direction}" for column in columns)
    return list(
        model._default_manager.raw(f"{' UNION ALL '.join(parts)} ORDER BY {by} LIMIT {limit}", params)
    )


def page_of(
    model: type[Row],
    sources: Sequence[QuerySet],
    order: Order,
    *,
    after: str = "",
    before: str = "",
    size: int = 20,
) -> Page[Row]:
    """One page of the rows of all ``sources`` together."""
    backward = bool(before) and not after
    key = order.parse(before if backward else after)
    ranges = [
        part
        for source in sources
        for part in order.ranges(source, key, backward=backward and key is not None, limit=size + 1)
    ]
    backward = backward and key is not None
    rows = merged(model, ranges, order, up=order.ascending != backward, limit=size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    if not rows:
        return Page([])
    first, last = order.key(rows[0]), order.key(rows[-1])
    if backward:
        return Page(rows, first if more else "", last)
    return Page(rows, first if key is not None else "", last if more else "")


def capped_counts(**sources: Sequence[QuerySet]) -> dict[str, int]:
    """How many rows each list has, counted up to :data:`CAP`; one statement for all of them.

    Give the lists in the order of their index: told to stop after a thousand rows in any order, PostgreSQL reads the
    table from its beginning, through everybody else's rows.
    """
    parts: list[str] = []
    params: list[Any] = []
    for querysets in sources.values():
        counts = []
        for rows in querysets:
            sql, values = rows.values_list("pk")[:CAP].query.sql_with_params()
            counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS part)")
            params.extend(values)
        parts.append(" + ".join(counts) or "0")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(sources, (min(count, CAP) for count in cursor.fetchone()), strict=True))


def shown(count: int) -> str:
    """A count as it is shown: exact below the cap, else “999+”."""
    return str(count) if count < CAP else f"{CAP - 1}+"
