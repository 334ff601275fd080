"""Lists of the district's sample as they are read: by whom, by sub-district, and as published for checking."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .actions.sampling import listed_of, revealed_seed, samples
from .models import Inspection, Person, Sample, SampleEntry
from .permissions import Perm, Refused, can
from .queries import jurisdictions, scope_filter
from .rules.sampling import list_digest, size_of_draw, stratum_digests


@dataclass(frozen=True)
class Stratum:
    """One sub-district on a list: its entries, and how many are or will be drawn."""

    code: str
    name: str
    entries: list[SampleEntry]
    drawn: int

    @property
    def borderline(self) -> int:
        return sum(entry.borderline for entry in self.entries)


def visible_samples(person: Person, on: dt.date) -> QuerySet[Sample]:
    """The lists of the person's district: that there is one, its commitment and its day are known to all staff."""
    places = jurisdictions(person, Perm.VIEW_REGISTRY, on)
    paths = {path for place in places for path in place.ancestor_paths}
    return samples().filter(organization__path__in=paths)


def visible_entries(sample: Sample, person: Person, on: dt.date) -> list[SampleEntry]:
    """The entries in the person's jurisdiction, by sub-district and rank (number before the draw)."""
    return entries_of([sample], person, on)[sample.pk]


def entries_of(lists: Iterable[Sample], person: Person, on: dt.date) -> dict[int, list[SampleEntry]]:
    """The visible entries of some lists, by list; two statements.

    That a case is borderline, or why it was drawn, tells of its score: who is still to inspect a listed case alone
    sees nothing of that sub-district until then (orgs.inspection_access).
    """
    found: dict[int, list[SampleEntry]] = {sample.pk: [] for sample in lists}
    seen = scope_filter(person, Perm.VIEW_REGISTRY, on, field="acceptance__scope")
    rows = SampleEntry.objects.filter(seen, sample__in=found).order_by("stratum", "rank", "case_number")
    withheld = set(withheld_strata(person).values_list("sample", "stratum"))
    for row in rows.select_related("acceptance__organization", "acceptance__affiliation"):
        if (row.sample_id, row.stratum) not in withheld:
            found[row.sample_id].append(row)
    return found


def withheld_strata(person: Person) -> QuerySet[SampleEntry]:
    """The entries that a person is still to inspect without knowing what others found."""
    visits = Inspection.objects.filter(inspector=person, state=Inspection.State.ASSIGNED)
    alone = visits.exclude(purpose=Inspection.Purpose.AGAIN).values("acceptance")
    return SampleEntry.objects.filter(acceptance__in=alone)


def require_view(sample: Sample, person: Person, on: dt.date) -> bool:
    """Whether the person sees the whole list. Raises Refused for who has no post at the district and no entry."""
    whole = can(person, Perm.VIEW_REGISTRY, sample.organization, on=on)
    if not whole and not visible_entries(sample, person, on):
        raise Refused(whole)
    return bool(whole)


def strata_of(sample: Sample, entries: Iterable[SampleEntry]) -> list[Stratum]:
    """The entries by sub-district."""
    groups: dict[str, list[SampleEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.stratum, []).append(entry)
    return [
        Stratum(
            code=code,
            name=rows[0].acceptance.affiliation.display_name,
            entries=rows,
            drawn=size_of_draw([listed_of(row) for row in rows], sample.fraction),
        )
        for code, rows in groups.items()
    ]


def published(sample: Sample, strata: Iterable[Stratum]) -> dict[str, Any]:
    """A drawn list as docs/draw_sample.py reads it: the entries of ``strata``, of others the digest alone."""
    digests = stratum_digests(listed_of(row) for row in sample.entries.all())
    shown = {one.code: one for one in strata}
    return {
        "number": sample.number,
        "organization": sample.organization.name,
        "fraction": sample.fraction,
        "commitment": sample.commitment,
        "seed": revealed_seed(sample),
        "opened_at": timezone.localtime(sample.opened_at).isoformat(timespec="seconds"),
        "drawn_at": timezone.localtime(sample.drawn_at).isoformat(timespec="seconds"),
        "digest": list_digest(digests),
        "strata": [
            {
                "code": code,
                "name": shown[code].name if code in shown else "",
                "listed": len(shown[code].entries) if code in shown else None,
                "digest": digest,
            }
            for code, digest in sorted(digests.items())
        ],
        "entries": [
            {
                "stratum": row.stratum,
                "case_number": row.case_number,
                "borderline": row.borderline,
                "rank": row.rank,
                "drawn": row.drawn,
            }
            for stratum in shown.values()
            for row in stratum.entries
        ],
    }


COLUMNS = (
    _("批次"),
    _("街镇代码"),
    _("街镇"),
    _("事项编号"),
    _("团组织"),
    _("临界必查"),
    _("序位"),
    _("结果"),
)


def spreadsheet_rows(sample: Sample, strata: Iterable[Stratum]) -> list[tuple[Any, ...]]:
    """A drawn list as a table, with its heading."""
    rows: list[tuple[Any, ...]] = [COLUMNS]
    for stratum in strata:
        for row in stratum.entries:
            name = row.acceptance.organization.display_name
            # A spreadsheet would take a name that begins like this for a formula.
            name = f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
            must = gettext("是") if row.borderline else ""
            result = gettext("抽中") if row.drawn else gettext("未抽中")
            rows.append(
                (sample.number, row.stratum, stratum.name, row.case_number, name, must, row.rank, result)
            )
    return rows
