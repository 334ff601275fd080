"""What the inspectors of a round found, side by side; nothing of it before all are in (RULES section 10, P3)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime

from orgs.actions.acceptance.inspectors import cancel_verdict
from orgs.actions.inspecting import standing_of
from orgs.inspection_access import visible_inspections
from orgs.models import Acceptance, AcceptanceItem, Inspection, Person
from orgs.permissions import Verdict
from orgs.rules.acceptance import counted
from orgs.rules.inspection_facts import PHOTO, SIGNATURE
from records.models import StoredFile

from ..approvals import may_take
from ..models import Case, GuardedTask
from .tables import Section, sections

State, Purpose = Inspection.State, Inspection.Purpose


@dataclass(frozen=True)
class VisitRow:
    """One visit as the list shows it, without anything that was found."""

    visit: Inspection
    may_change: bool
    cancel: Verdict

    @property
    def tone(self) -> str:
        return "ok" if self.visit.state == State.COMPLETED else "wait"


@dataclass(frozen=True)
class Photo:
    """A photo from the site: where it is kept, what it shows, when it was taken."""

    file: StoredFile
    said: Mapping[str, Any]

    @property
    def taken_at(self) -> dt.datetime | None:
        """When the phone took it, by the phone's own clock."""
        return parse_datetime(self.said.get("taken_at") or "")

    @property
    def position(self) -> str:
        """Where the phone took it, in degrees; empty when it did not know."""
        latitude, longitude = self.said.get("lat"), self.said.get("lon")
        return f"{latitude}, {longitude}" if latitude is not None and longitude is not None else ""


@dataclass(frozen=True)
class Column:
    """What one inspector found; ``counts`` tells whether it goes into the result.

    ``photos`` are by the code of the item, those of no item under the empty one; ``late`` is how much arrived after
    the visit was complete and is not counted.
    """

    visit: Inspection
    counts: bool
    vetoes: list[str]
    late: int
    signature: Mapping[str, Any]
    note: str
    photos: dict[str, list[Photo]]

    @property
    def loose(self) -> list[Photo]:
        """Photos of no item in particular."""
        return self.photos.get("", [])


@dataclass(frozen=True)
class Comparison:
    """All columns, and the items with a cell per column under ``line.more["cells"]``."""

    columns: list[Column]
    sections: list[Section]
    difference: Decimal
    limit: Decimal
    differing: int
    vetoes: list[tuple[str, list[str]]]

    @property
    def too_far(self) -> bool:
        return self.difference > self.limit

    @property
    def undecided(self) -> bool:
        """Whether a third must settle it before anything counts."""
        return self.too_far and len(self.columns) == 2


def visit_rows(
    task: GuardedTask, case: Case, visits: Sequence[Inspection], *, person: Person, on: dt.date
) -> list[VisitRow]:
    """The visits of a step, with what this person may do about each."""
    may = not task.finished and bool(may_take(task, case, person, on=on))
    return [
        VisitRow(
            visit, may and visit.state == State.ASSIGNED, cancel_verdict(visit) if may else Verdict(False)
        )
        for visit in visits
    ]


def compare(
    acceptance: Acceptance,
    visits: Sequence[Inspection],
    *,
    person: Person,
    on: dt.date,
    proposal: bool = False,
) -> Comparison | None:
    """The visits side by side; None while any is not complete or not this person's to see.

    With ``proposal`` they are held against what the round came to, as the district's sample is.
    """
    shown = set(visible_inspections(person, acceptance, on).values_list("pk", flat=True))
    if not visits or any(visit.state != State.COMPLETED or visit.pk not in shown for visit in visits):
        return None
    totals = [visit.total or Decimal(0) for visit in visits]
    into = set(counted(totals, acceptance.rules))
    columns = [column_of(visit, place in into) for place, visit in enumerate(visits)]
    found = sections(acceptance, lambda row: cells_of(row, columns, proposal), only=list(visits[0].items))
    lines = [line for section in found for line in section.lines]
    return Comparison(
        columns=columns,
        sections=found,
        difference=max(totals) - min(totals),
        limit=Decimal(str(acceptance.rules["third_inspector_difference"])),
        differing=sum(1 for line in lines if line.more["differs"]),
        vetoes=vetoes_of(acceptance, columns),
    )


def column_of(visit: Inspection, counts: bool) -> Column:
    """Read what was recorded on a complete visit; a handful of statements."""
    standing = standing_of(visit)
    files = {one.sha256: one.file for one in visit.uploads.exclude(file=None).select_related("file")}
    photos: dict[str, list[Photo]] = {}
    for said in standing.merged.values(PHOTO).values():
        if (file := files.get(said["sha256"])) is not None:
            photos.setdefault(said.get("item", ""), []).append(Photo(file, said))
    return Column(
        visit,
        counts,
        list(visit.result["vetoes"]),
        sum(1 for fact in standing.facts if fact.late),
        standing.merged.value(SIGNATURE) or {},
        (standing.merged.value("note") or {}).get("text", ""),
        photos,
    )


def cells_of(row: AcceptanceItem, columns: Sequence[Column], proposal: bool) -> dict[str, Any]:
    """What each inspector found for an item, whether they differ, and the mean of those that count."""
    cells = [
        {**found, "points": Decimal(found["points"]), "column": one, "photos": one.photos.get(row.code, [])}
        if (found := one.visit.result["items"].get(row.code))
        else {"column": one}
        for one in columns
    ]
    found = [cell for cell in cells if "met" in cell]
    points = [cell["points"] for cell in found if cell["column"].counts]
    said = [(cell["met"], cell["points"]) for cell in found]
    if proposal and row.points is not None:
        said.append((row.met, row.points))
    return {
        "cells": cells,
        "differs": len(set(said)) > 1,
        "opposed": len({met for met, _points in said}) > 1,
        "mean": sum(points, Decimal(0)) / len(points) if points else None,
    }


def vetoes_of(acceptance: Acceptance, columns: Sequence[Column]) -> list[tuple[str, list[str]]]:
    """Veto items that somebody found, in words, each with who did."""
    texts = {one["code"]: one["text"] for one in acceptance.standard.data["vetoes"]}
    flagged = sorted({code for column in columns for code in column.vetoes})
    return [
        (texts.get(code, code), [column.visit.inspector.name for column in columns if code in column.vetoes])
        for code in flagged
    ]
