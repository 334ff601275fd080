"""The district's sample: opening a list, putting proposals on it, drawing from it (orgs.rules.sampling).

The seed leaves the database before the draw in one statement only, that of the draw itself; everything else reads
lists by :func:`samples`, which leaves it there.
"""

import datetime as dt
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from records import audit, outbox
from records.documents import Issuer, allocate_number

from ..models import Acceptance, Organization, Person, Sample, SampleEntry
from ..permissions import Perm, require
from ..queries import district_of, rules_in_force
from ..rules.sampling import Listed, commitment_of, draw, list_digest, stratum_digests

#: The kind of outbox message that lets a case go on after the draw; carried out by the processes above.
RESULT = "sample_result"


def samples() -> QuerySet[Sample]:
    """All lists, without their seeds."""
    return Sample.objects.defer("seed").select_related("organization", "opened_by", "drawn_by")


def open_sample_of(district: Organization) -> Sample | None:
    """The list of a district that is open now."""
    return samples().filter(organization=district, drawn_at=None).first()


@transaction.atomic
def open_sample(district: Organization, *, by: Person | None, at: dt.datetime) -> Sample:
    """Begin a list: choose a seed and put its digest on record. There is one open list: it is given when there is.

    ``by`` is None when the first proposal opens the list by itself. Raises Refused.
    """
    if by is not None:
        require(by, Perm.DRAW_SAMPLE, district, on=timezone.localdate(at))
    if found := open_sample_of(district):
        return found
    try:
        with transaction.atomic():
            sample = _create(district, by, at)
    except IntegrityError:
        if found := open_sample_of(district):
            return found  # somebody else was faster
        raise
    data = {"number": sample.number, "commitment": sample.commitment, "fraction": sample.fraction}
    _record("sample_opened", sample, by=by, at=at, **data)
    return sample


@sensitive_variables()
def _create(district: Organization, by: Person | None, at: dt.datetime) -> Sample:
    on, seed = timezone.localdate(at), secrets.token_hex(32)
    # Of the root of the tree, as the numbers of cases: they are unique wherever they are read.
    root = Organization.objects.get(path=district.path[: district.steplen])
    serial = allocate_number(Issuer(id=root.pk, name=root.name), "sample", on.year)
    made = Sample.objects.create(
        organization=district,
        number=f"CC-{on.year}-{serial:03d}",
        fraction=rules_in_force("acceptance", on).data["sample_fraction"],
        seed=seed,
        commitment=commitment_of(seed),
        opened_by=by,
        opened_at=at,
    )
    return samples().get(pk=made.pk)


@transaction.atomic
def enlist(acceptance: Acceptance, *, at: dt.datetime) -> SampleEntry:
    """Put a proposal on its district's open list, which is opened when there is none.

    Once per list: a proposal that is listed already keeps its place, with ``borderline`` as it is now.
    """
    district = district_of(acceptance.affiliation)
    sample = _open_locked(district, at)
    place = acceptance.affiliation
    entry, is_new = SampleEntry.objects.get_or_create(
        sample=sample,
        acceptance=acceptance,
        defaults={
            "stratum": place.code or f"#{place.pk}",
            "case_number": acceptance.case_number,
            "borderline": acceptance.borderline,
            "joined_at": at,
        },
    )
    if is_new or entry.borderline != acceptance.borderline:
        entry.borderline = acceptance.borderline
        entry.save(update_fields=["borderline"])
        data = {"case": entry.case_number, "stratum": entry.stratum, "borderline": entry.borderline}
        _record("sample_listed", sample, by=None, at=at, number=sample.number, **data)
    return entry


def _open_locked(district: Organization, at: dt.datetime) -> Sample:
    """The open list, locked: it is not drawn before this transaction ends."""
    while True:
        open_sample(district, by=None, at=at)
        waiting = samples().select_related(None).select_for_update().filter(organization=district)
        if found := waiting.filter(drawn_at=None).first():  # drawn meanwhile: begin another one
            return found


@sensitive_variables()
@transaction.atomic
def draw_sample(sample: Sample, *, by: Person, at: dt.datetime) -> bool:
    """Close a list, reveal its seed and draw; False when that was done before, and nothing changes.

    For each entry an outbox message of the kind :data:`RESULT` is promised, which lets its case go on.
    Raises Refused, and ValidationError for an empty list.
    """
    require(by, Perm.DRAW_SAMPLE, sample.organization, on=timezone.localdate(at))
    locked = Sample.objects.select_for_update().get(pk=sample.pk)
    if locked.drawn_at is not None:
        return False
    entries = {one.case_number: one for one in locked.entries.all()}
    if not entries:
        raise ValidationError(_("名单中还没有事项，不能抽取。请在有建议结论上报后再抽取。"))
    listed = [listed_of(one) for one in entries.values()]
    for row in draw(listed, seed=locked.seed, fraction=locked.fraction):
        entries[row.case_number].rank, entries[row.case_number].drawn = row.rank, row.drawn
    SampleEntry.objects.bulk_update(entries.values(), ["rank", "drawn"], batch_size=200)
    locked.drawn_by, locked.drawn_at = by, at
    locked.save(update_fields=["drawn_by", "drawn_at"])
    digest = list_digest(stratum_digests(listed))
    data = {"number": locked.number, "seed": locked.seed, "list_sha256": digest, "listed": len(listed)}
    _record("sample_drawn", locked, by=by, at=at, **data)
    payloads = {f"{RESULT}:{one.pk}": {"entry": one.pk} for one in entries.values()}
    outbox.promise_many(RESULT, payloads, at=at)
    return True


def listed_of(entry: SampleEntry) -> Listed:
    return Listed(entry.stratum, entry.case_number, entry.borderline)


def revealed_seed(sample: Sample) -> str:
    """The seed of a list that was drawn; empty before."""
    if sample.drawn_at is None:
        return ""
    return Sample.objects.values_list("seed", flat=True).get(pk=sample.pk, drawn_at__isnull=False)


def _record(event: str, sample: Sample, *, by: Person | None, at: dt.datetime, **data: Any) -> None:
    story = f"organization:{sample.organization_id}"
    audit.record(
        event, by_id=by.pk if by else None, about=story, chain=story, at=at, sample=sample.pk, **data
    )
