"""What the unit did about the items that were not met."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from ...models import Acceptance, AcceptanceItem, AcceptanceSnapshot, Person
from .assessing import freeze
from .common import record
from .evidence import Purpose, files_of_items


class Rectified(NamedTuple):
    """What was done about an item, and when it was finished."""

    text: str
    on: dt.date | None


def failed_items(acceptance: Acceptance) -> QuerySet[AcceptanceItem]:
    """The items that were found not met: a rectification and the inspection after it are about these alone."""
    return acceptance.items.filter(met=False)


def save_rectification(acceptance: Acceptance, *, done: Mapping[str, Rectified]) -> list[AcceptanceItem]:
    """Keep what was filled in so far, by the code of the item."""
    items = list(failed_items(acceptance).filter(code__in=done))
    for item in items:
        item.rectification, item.rectified_on = done[item.code]
    AcceptanceItem.objects.bulk_update(items, ["rectification", "rectified_on"])
    return items


@transaction.atomic
def report_rectification(
    acceptance: Acceptance, *, done: Mapping[str, Rectified], by: Person, at: dt.datetime
) -> AcceptanceSnapshot:
    """Report the rectification. Raises ValueError when something is not said of a failed item."""
    items = save_rectification(acceptance, done=done)
    if {item.code for item in items if item.rectification and item.rectified_on} != set(
        failed_items(acceptance).values_list("code", flat=True)
    ):
        raise ValueError("a failed item is not reported")
    files = files_of_items(acceptance, Purpose.RECTIFICATION)
    data = {
        "items": {
            item.code: {
                "done": item.rectification,
                "on": str(item.rectified_on),
                "files": [file.name for file in files.get(item.pk, [])],
            }
            for item in items
        }
    }
    record(acceptance, "rectification_reported", by=by, at=at)
    return freeze(acceptance, AcceptanceSnapshot.Step.RECTIFICATION, data, at=at)
