"""What a report takes from complete visits: who was there, what was recorded, photos and signatures."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from records.documents import for_print
from records.models import StoredFile
from records.uploads import open_upload

from .actions.inspecting import standing_of
from .inspection_access import visible_inspections
from .models import Acceptance, Inspection, Person
from .rules.acceptance import counted, items_of
from .rules.inspection_facts import PHOTO, Merged

Purpose, State = Inspection.Purpose, Inspection.State
MOST_PHOTOS = 60


@dataclass
class Visit:
    """One complete visit with what was recorded there and the files that belong to it."""

    row: Inspection
    merged: Merged
    files: dict[str, StoredFile]
    counts: bool = False


@dataclass
class Pictures:
    """The pictures of a report by their name, made small as they are asked for; ``omitted`` counts what is left out."""

    made: dict[str, bytes] = field(default_factory=dict)
    omitted: int = 0

    def name_of(self, file: StoredFile | None) -> str:
        """The name under which the picture is printed; empty when there is none."""
        if file is None:
            return ""
        if file.sha256 not in self.made:
            try:
                with open_upload(file) as opened:
                    self.made[file.sha256] = for_print(opened.read())
            except OSError:  # lost by the storage: the report says what it knows
                return ""
        return file.sha256


def visits_by_round(acceptance: Acceptance, person: Person, on: dt.date) -> dict[int, list[Visit]]:
    """The complete visits that the person may see, in the order of their assignment; those that count are marked."""
    rows = visible_inspections(person, acceptance, on).filter(state=State.COMPLETED)
    found: dict[int, list[Visit]] = {}
    for row in rows.select_related("inspector").order_by("pk"):
        files = {one.sha256: one.file for one in row.uploads.exclude(file=None).select_related("file")}
        found.setdefault(row.round, []).append(Visit(row, standing_of(row).merged, files))
    for visits in found.values():
        own = [one for one in visits if one.row.purpose != Purpose.SAMPLE]
        totals = [one.row.total or Decimal(0) for one in own]
        for place in counted(totals, acceptance.rules):
            own[place].counts = True
    return found


def photos_of(acceptance: Acceptance, visits: Iterable[Visit], pictures: Pictures) -> list[dict[str, Any]]:
    """The photos in the order of the items, those of no item last; no more than :data:`MOST_PHOTOS`."""
    texts = {one["code"]: one["text"] for one in items_of(acceptance.standard.data)}
    order = {code: place for place, code in enumerate(texts)}
    found = [
        (order.get(said.get("item", ""), len(order)), visit, said)
        for visit in visits
        for said in visit.merged.values(PHOTO).values()
        if said
    ]
    found.sort(key=lambda one: (one[0], one[1].row.pk, str(one[2].get("taken_at", ""))))
    photos = []
    for _place, visit, said in found:
        name = pictures.name_of(visit.files.get(said["sha256"])) if len(photos) < MOST_PHOTOS else ""
        if not name:
            pictures.omitted += 1
            continue
        code = said.get("item", "")
        photos.append(
            {
                "picture": name,
                "about": f"{code} {texts.get(code, '')}".strip() or "现场情况",
                "caption": str(said.get("caption", ""))[:200],
                "taken": moment_of(said.get("taken_at")),
                "place": position_of(said) or visit.row.place[:120],
                "by": visit.row.inspector.name,
            }
        )
    return photos


def moment_of(value: Any) -> str:
    """A moment as the phone or the database has it, in Beijing's time; empty when there is none."""
    moment = (
        value if isinstance(value, dt.datetime) else parse_datetime(value) if isinstance(value, str) else None
    )
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment and timezone.is_aware(moment) else ""


def position_of(said: dict[str, Any]) -> str:
    """Where a phone was, with how exactly it knew."""
    if not isinstance(said.get("lat"), (int, float)) or not isinstance(said.get("lon"), (int, float)):
        return ""
    text = f"北纬{said['lat']:.5f}，东经{said['lon']:.5f}"
    accuracy = said.get("accuracy")
    return f"{text}（±{accuracy:.0f}米）" if isinstance(accuracy, (int, float)) else text
