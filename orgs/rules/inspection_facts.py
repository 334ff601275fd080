"""What the facts of a visit say together: pure functions whose result does not depend on the order of arrival.

Of one key those facts count that no other fact of the key supersedes, its *heads*. Heads with equal values say the
same; heads with different values are a conflict, which a person settles by a fact that supersedes all of them. The
end of a visit (``finish``) is no conflict between phones: both say that the visit is over, and what either of them
names must be there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from records.audit import canonical, digest

Value = Mapping[str, Any] | None
FINISH, SIGNATURE, PHOTO, VETO = "finish", "signature", "photo:", "veto:"


@dataclass(frozen=True)
class Recorded:
    """One fact as far as it counts; ``uuid`` and ``supersedes`` are written in lower case with hyphens."""

    uuid: str
    key: str
    value: Value
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """What a visit still lacks. ``facts`` are named by its end, ``refused`` photos must be taken again or removed."""

    facts: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.facts or self.photos or self.refused or self.items)


@dataclass(frozen=True)
class Merged:
    """The heads of each key, in the order of their uuids."""

    heads: dict[str, list[Recorded]]

    @property
    def conflicts(self) -> list[str]:
        """Keys whose heads say different things, sorted."""
        return sorted(
            key
            for key, heads in self.heads.items()
            if len({comparable(key, head.value) for head in heads}) > 1
        )

    @property
    def ended(self) -> list[Recorded]:
        """The ends of the visit that stand; a withdrawn one is null."""
        return [head for head in self.heads.get(FINISH, []) if head.value is not None]

    def value(self, key: str) -> Value:
        """What the heads of a key agree on; the first of them where they do not."""
        heads = self.heads.get(key)
        return heads[0].value if heads else None

    def values(self, prefix: str) -> dict[str, Mapping[str, Any]]:
        """The values that stand of all keys with a prefix, in the order of the keys."""
        found = {key: self.value(key) for key in sorted(self.heads) if key.startswith(prefix)}
        return {key: value for key, value in found.items() if value is not None}

    @property
    def pictures(self) -> list[str]:
        """SHA-256 of every photo and signature among the heads, sorted, also of those in conflict."""
        heads = [
            head
            for key, heads in self.heads.items()
            if key == SIGNATURE or key.startswith(PHOTO)
            for head in heads
        ]
        return sorted({head.value["sha256"] for head in heads if head.value and "sha256" in head.value})


def merge(facts: Iterable[Recorded]) -> Merged:
    """Group by key and leave out what was superseded. Facts that supersede each other in a ring all stay heads."""
    groups: dict[str, dict[str, Recorded]] = {}
    for fact in facts:
        groups.setdefault(fact.key, {})[fact.uuid] = fact
    heads = {}
    for key, group in groups.items():
        gone = {uuid for fact in group.values() for uuid in fact.supersedes}
        standing = [group[uuid] for uuid in sorted(group) if uuid not in gone]
        heads[key] = standing or [group[uuid] for uuid in sorted(group)]
    return Merged(heads)


def comparable(key: str, value: Value) -> str:
    """A spelling in which equal statements are equal: 4.5 and 4.50 points are, and two ends of a visit."""
    if value is None:
        return ""
    if key == FINISH:
        return FINISH
    if "points" in value:
        value = {**value, "points": str(Decimal(str(value["points"])).normalize())}
    return canonical(value)


def missing(
    merged: Merged,
    items: Sequence[str],
    *,
    here: Collection[str],
    arrived: Collection[str],
    refused: Collection[str],
) -> Missing:
    """What is not there yet: ``here`` are the uuids of all facts, ``arrived`` the photos that were accepted."""
    named = {uuid for end in merged.ended for uuid in end.value["facts"]} if merged.ended else set()
    waiting = [sha256 for sha256 in merged.pictures if sha256 not in arrived]
    return Missing(
        facts=sorted(named - set(here)),
        photos=[sha256 for sha256 in waiting if sha256 not in refused],
        refused=[sha256 for sha256 in waiting if sha256 in refused],
        items=[code for code in items if merged.value(code) is None],
    )


def is_complete(merged: Merged, lacking: Missing) -> bool:
    """Whether the visit is over: it was ended, everything is here, and nothing is in conflict."""
    return bool(merged.ended) and not lacking and not merged.conflicts


def result_of(merged: Merged, items: Sequence[str], mandatory: Collection[str]) -> dict[str, Any]:
    """What the inspector found, for :attr:`orgs.models.Inspection.result`, without its receipt.

    An item that does not apply counts as met with the points noted for it, except a mandatory one.
    """
    found = {}
    for code in items:
        value = merged.value(code)
        if value is None:
            continue
        met = value["result"] == "met" or (value["result"] == "na" and code not in mandatory)
        found[code] = {
            "met": met,
            "points": str(Decimal(str(value["points"]))),
            "note": value.get("note", ""),
        }
    flagged = [key.removeprefix(VETO) for key, value in merged.values(VETO).items() if value["flagged"]]
    return {"items": found, "vetoes": flagged}


def total_of(result: Mapping[str, Any]) -> Decimal:
    """The sum of the points of a result."""
    return sum((Decimal(one["points"]) for one in result["items"].values()), Decimal(0))


def receipt_digest(facts: Iterable[Recorded]) -> str:
    """SHA-256 over all facts that count, superseded ones included: lines ``uuid key value``, sorted."""
    return digest("\n".join(sorted(f"{fact.uuid} {fact.key} {canonical(fact.value)}" for fact in facts)))
