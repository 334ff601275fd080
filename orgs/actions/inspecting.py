"""Receiving what inspectors record on site: each fact once, in any order, whatever the state of the visit.

Field data is never refused for reasons of state: facts of a complete visit are kept as late, those of a cancelled one
are kept as well. The row of the visit is the lock that orders what arrives; the photos take it too
(:mod:`orgs.actions.inspection_uploads`), so that whatever comes last completes the visit.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Inspection, InspectionFact, Person
from ..rules.inspection_facts import (
    FINISH,
    Merged,
    Missing,
    Recorded,
    is_complete,
    merge,
    missing,
    receipt_digest,
    result_of,
    total_of,
)
from ..rules.inspection_shapes import Checked, Codes, Malformed, check_fact
from .acceptance.common import record
from .inspection_notices import tell_complete

MAX_FACTS = 500
# A clock this much ahead is noted: the order of what was recorded must not be read off it.
CLOCK_AHEAD = dt.timedelta(minutes=10)
State = Inspection.State


class TooManyFacts(ValueError):
    """More facts at once than one request may hold; none was kept."""


@dataclass(frozen=True)
class Standing:
    """How a visit stands: all its facts, what they say, and what it lacks."""

    inspection: Inspection
    facts: list[InspectionFact]
    merged: Merged
    lacking: Missing

    @property
    def complete(self) -> bool:
        return is_complete(self.merged, self.lacking)


@dataclass
class Received:
    """The answer to a phone: what was kept (also earlier), what is malformed and why, what came too late."""

    standing: Standing
    accepted: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)


def lock_inspection(inspection: Inspection) -> Inspection:
    """The visit read anew and locked until the transaction ends; what it is about never changes."""
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    locked.acceptance = inspection.acceptance
    return locked


@transaction.atomic
def receive_facts(
    inspection: Inspection, facts: Sequence[Any], *, device: str, by: Person, at: dt.datetime
) -> Received:
    """Keep facts from a phone and complete the visit when nothing is missing any more.

    Sending the same facts again changes nothing. Raises TooManyFacts.
    """
    if len(facts) > MAX_FACTS:
        raise TooManyFacts(_("一次最多发送%(most)d条记录，请分批发送。") % {"most": MAX_FACTS})
    inspection = lock_inspection(inspection)
    sent, refused = _checked(facts, Codes.of(inspection.acceptance.standard.data))
    _keep(inspection, sent, device=device, at=at)
    standing = standing_of(inspection)
    kept = {str(fact.uuid): fact for fact in standing.facts}
    accepted = [name for name, one in sent.items() if name in kept and _says_the_same(kept[name], one)]
    if taken := sorted(sent.keys() - set(accepted)):
        _record("fact_refused", inspection, by=by, at=at, facts=taken, device=device)
        reason = _("此记录编号已被另一条内容不同的记录占用，请在手机上重新填写该项。")
        refused += [(name, reason) for name in taken]
    complete_if_ready(standing, by=by, at=at)
    return Received(
        standing,
        accepted,
        refused,
        late=[name for name in accepted if kept[name].late],
        ahead=[name for name in accepted if sent[name].recorded_at > at + CLOCK_AHEAD],
    )


def _checked(facts: Sequence[Any], codes: Codes) -> tuple[dict[str, Checked], list[tuple[str, str]]]:
    """Well-formed facts by uuid, and the malformed ones with the reason."""
    sent: dict[str, Checked] = {}
    refused = []
    for raw in facts:
        name = str(raw.get("uuid"))[:40] if isinstance(raw, dict) else ""
        try:
            one = check_fact(raw, codes)
        except Malformed as malformed:
            refused.append((name, str(malformed)))
            continue
        if one != sent.setdefault(one.fact.uuid, one):
            refused.append((name, _("同一编号发送了两条不同的记录，服务器保留了第一条。")))
    return sent, refused


def _keep(inspection: Inspection, sent: dict[str, Checked], *, device: str, at: dt.datetime) -> None:
    """Add the facts that are new. A uuid that is taken, here or at another visit, is left alone."""
    known = InspectionFact.objects.filter(uuid__in=list(sent)).values_list("uuid", flat=True) if sent else []
    new = sent.keys() - {str(name) for name in known}
    InspectionFact.objects.bulk_create(
        [
            InspectionFact(
                uuid=name,
                inspection=inspection,
                key=one.fact.key,
                value=one.fact.value,
                supersedes=list(one.fact.supersedes),
                device=device,
                recorded_at=one.recorded_at,
                received_at=at,
                late=inspection.state == State.COMPLETED,
            )
            for name, one in sent.items()
            if name in new
        ],
        ignore_conflicts=True,
    )


def _says_the_same(row: InspectionFact, one: Checked) -> bool:
    fact = one.fact
    return (row.key, row.value, tuple(row.supersedes)) == (fact.key, fact.value, fact.supersedes)


def standing_of(inspection: Inspection) -> Standing:
    """Read how a visit stands; two statements. What came late counts nowhere but is among the facts."""
    facts = list(inspection.facts.order_by("pk"))
    uploads = inspection.uploads.values_list("sha256", "file_id", "refused")
    return stand(inspection, facts, list(uploads))


def stand(
    inspection: Inspection, facts: list[InspectionFact], uploads: Collection[tuple[str, int | None, str]]
) -> Standing:
    """How a visit stands by its facts and ``uploads`` (hash, stored file, reason of a refusal)."""
    merged = merge(counted_facts(facts))
    lacking = missing(
        merged,
        inspection.items,
        here={str(fact.uuid) for fact in facts},
        arrived={sha256 for sha256, file_id, _refused in uploads if file_id},
        refused={sha256 for sha256, _file_id, refused in uploads if refused},
    )
    return Standing(inspection, facts, merged, lacking)


def counted_facts(facts: Iterable[InspectionFact]) -> list[Recorded]:
    """The facts that were there when the visit was completed, or that are there so far."""
    return [
        Recorded(str(fact.uuid), fact.key, fact.value, tuple(fact.supersedes))
        for fact in facts
        if not fact.late
    ]


def complete_after_photo(inspection: Inspection, *, by: Person, at: dt.datetime) -> None:
    """Complete the visit if the photo that has just been accepted was the last thing missing.

    Locks the visit before it looks for its end: a phone that is sending the end now either sees the photo or is seen.
    """
    inspection = lock_inspection(inspection)
    if inspection.state == State.ASSIGNED and inspection.facts.filter(key=FINISH).exists():
        complete_if_ready(standing_of(inspection), by=by, at=at)


def complete_if_ready(standing: Standing, *, by: Person, at: dt.datetime) -> bool:
    """Freeze the result of a visit that lacks nothing, record it and tell those who wait for it."""
    inspection = standing.inspection
    if inspection.state != State.ASSIGNED or not standing.complete:
        return False
    acceptance = inspection.acceptance
    codes = Codes.of(acceptance.standard.data)
    counted = counted_facts(standing.facts)
    result = result_of(standing.merged, inspection.items, codes.mandatory)
    ahead = sum(fact.recorded_at > fact.received_at + CLOCK_AHEAD for fact in standing.facts)
    result |= {
        "facts": len(counted),
        "photos": len(standing.merged.pictures),
        "digest": receipt_digest(counted),
        "clock_ahead": ahead,
    }
    inspection.result, inspection.total = result, total_of(result)
    inspection.state, inspection.completed_at = State.COMPLETED, at
    inspection.save(update_fields=["result", "total", "state", "completed_at"])
    # Takes the lock of the unit's story: of two inspectors who are ready at once the second sees the first below.
    _record(
        "inspected",
        inspection,
        by=by,
        at=at,
        digest=result["digest"],
        facts=result["facts"],
        photos=result["photos"],
    )
    tell_complete(inspection, at=at)
    return True


def receipt(inspection: Inspection) -> dict[str, Any] | None:
    """What the phone keeps of a complete visit: how much arrived, and the digest of it."""
    if inspection.state != State.COMPLETED or inspection.completed_at is None:
        return None
    kept = {name: inspection.result[name] for name in ("facts", "photos", "digest")}
    return kept | {"at": inspection.completed_at.isoformat()}


def _record(event: str, inspection: Inspection, *, by: Person, at: dt.datetime, **data: Any) -> None:
    record(inspection.acceptance, event, by=by, at=at, inspection=str(inspection.public_id), **data)
