"""The self-assessment: kept while it is written, frozen when it is submitted with both signatures."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from records.models import AuditEntry

from ...models import Acceptance, AcceptanceItem, AcceptanceSnapshot, Officer, Person
from ...rules.acceptance import Found, Judgement, judge
from ...rules.inspection_words import points_text
from .common import record
from .evidence import SIGNATURES, Purpose, files_of_items, signature

Step = AcceptanceSnapshot.Step


class Claim(NamedTuple):
    """What the unit claims for one item; None where it has not said yet."""

    claimed: bool | None
    points: Decimal | None
    note: str = ""


def acting_secretary(acceptance: Acceptance, *, on: dt.date) -> str:
    """The name of the organization's secretary on a day, empty when none is registered."""
    officers = Officer.objects.filter(
        organization=acceptance.organization_id, duty="secretary", since__lte=on
    )
    running = officers.exclude(until__lt=on).order_by("-since", "-pk")
    return running.values_list("name", flat=True).first() or ""


def save_assessment(
    acceptance: Acceptance,
    *,
    claims: Mapping[str, Claim],
    statement: str,
    secretary: str,
    representative: str,
    by: Person,
    at: dt.datetime,
) -> None:
    """Keep what was filled in, complete or not; ``claims`` are by the code of the item.

    Grows ``version`` and leaves an audit entry, from which a stale form learns who saved in between.
    """
    items = list(acceptance.items.filter(code__in=claims))
    for item in items:
        item.claimed, item.self_points, item.self_note = claims[item.code]
    with transaction.atomic():
        AcceptanceItem.objects.bulk_update(items, ["claimed", "self_points", "self_note"])
        Acceptance.objects.filter(pk=acceptance.pk).update(
            statement=statement,
            secretary_name=secretary,
            representative_name=representative,
            version=F("version") + 1,
        )
        acceptance.refresh_from_db(fields=["statement", "secretary_name", "representative_name", "version"])
        record(acceptance, "assessment_saved", by=by, at=at, version=acceptance.version)


def last_saved(acceptance: Acceptance) -> tuple[str, dt.datetime] | None:
    """Who saved the assessment last, and when; None while nobody has."""
    entries = AuditEntry.objects.filter(about=f"acceptance:{acceptance.pk}", event="assessment_saved")
    entry = entries.order_by("-sequence").first()
    if entry is None or entry.by_id is None:
        return None
    name = Person.objects.filter(pk=entry.by_id).values_list("name", flat=True).first()
    return name or "", entry.at


def assessment_data(acceptance: Acceptance, *, reason: str = "") -> dict[str, Any]:
    """The assessment as it stands, for comparing rounds. ``reason`` says why somebody else signs for the secretary."""
    files = files_of_items(acceptance, Purpose.EVIDENCE)
    items = {
        item.code: {
            "claimed": item.claimed,
            "points": points_text(item.self_points),
            "note": item.self_note,
            "files": [file.name for file in files.get(item.pk, [])],
        }
        for item in acceptance.items.all()
    }
    return {
        "items": items,
        "total": points_text(self_total(acceptance)),
        "statement": acceptance.statement,
        "secretary": acceptance.secretary_name,
        "secretary_reason": reason,
        "representative": acceptance.representative_name,
    }


def self_total(acceptance: Acceptance) -> Decimal:
    """The sum of what the unit claims so far."""
    points = acceptance.items.values_list("self_points", flat=True)
    return sum((one for one in points if one is not None), Decimal(0))


def self_judgement(standard: Mapping[str, Any], claims: Mapping[str, Claim], rules: Mapping) -> Judgement:
    """How the acceptance would end if everything were found as claimed."""
    found = {code: Found(bool(one.claimed), one.points or Decimal(0)) for code, one in claims.items()}
    return judge(standard, found, (), rules)


def changed_items(acceptance: Acceptance) -> set[str]:
    """Codes of the items that differ from what was last submitted; empty before the first submission."""
    last = acceptance.snapshots.filter(step=Step.ASSESSMENT).last()
    if last is None:
        return set()
    now = assessment_data(acceptance)["items"]
    return {code for code, item in now.items() if item != last.data["items"].get(code)}


@transaction.atomic
def file_assessment(
    acceptance: Acceptance,
    *,
    claims: Mapping[str, Claim],
    statement: str,
    secretary: str,
    representative: str,
    reason: str = "",
    by: Person,
    at: dt.datetime,
) -> AcceptanceSnapshot:
    """Submit the assessment: keep it and freeze a copy of what was stated and signed.

    Raises ValueError for an item without a claim, a missing signature, or one person signing twice; the form says so
    to people before.
    """
    save_assessment(
        acceptance,
        claims=claims,
        statement=statement,
        secretary=secretary,
        representative=representative,
        by=by,
        at=at,
    )
    if acceptance.items.filter(claimed=None).exists() or acceptance.items.filter(self_points=None).exists():
        raise ValueError("an item has no claim")
    if not secretary or not representative or secretary == representative:
        raise ValueError("the assessment is signed by two different people")
    if any(signature(acceptance, purpose) is None for purpose in SIGNATURES):
        raise ValueError("a signature is missing")
    acceptance.assessed_on = timezone.localdate(at)
    acceptance.save(update_fields=["assessed_on"])
    return freeze(acceptance, Step.ASSESSMENT, assessment_data(acceptance, reason=reason), at=at)


def freeze(acceptance: Acceptance, step: str, data: dict[str, Any], *, at: dt.datetime) -> AcceptanceSnapshot:
    """Keep what was stated at a step, as the next round of that step."""
    number = acceptance.snapshots.filter(step=step).count() + 1
    return AcceptanceSnapshot.objects.create(acceptance=acceptance, step=step, round=number, data=data, at=at)
