"""Which survey rows or units are likely the same one (RULES.md section 6): code, name, address."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from django.utils.translation import gettext_lazy as _

from orgs.rules.names import normalized_address, normalized_unit_name
from orgs.rules.registration import MalformedRegistrationNumber, parse_registration_number

SAME_CODE = "same_code"
SAME_NAME = "same_name"
SAME_ADDRESS = "same_address"

DUPLICATE_REASON_LABELS = {
    SAME_CODE: _("证照号码相同"),
    SAME_NAME: _("单位名称相同（不计地区、公司形式和标点）"),
    SAME_ADDRESS: _("地址相同且名称相近"),
}

SIMILAR_NAME_RATIO = 0.6
CROWDED = 60


@dataclass(frozen=True)
class UnitIdentity:
    """What a unit is recognised by. ``key`` is the caller's own handle (row number or primary key)."""

    key: object
    name: str
    number: str = ""
    address: str = ""

    @property
    def number_forms(self) -> frozenset[str]:
        """The number as written and the organization code inside it: old and new codes of a unit meet
        here."""
        try:
            parsed = parse_registration_number(self.number)
        except MalformedRegistrationNumber:
            return frozenset()
        return frozenset(form for form in (parsed.value, parsed.organization_code) if form)


@dataclass(frozen=True)
class DuplicatePair:
    """Two likely equal units with the reasons, strongest first."""

    first: UnitIdentity
    second: UnitIdentity
    reasons: tuple[str, ...]


def duplicate_reasons(a: UnitIdentity, b: UnitIdentity) -> list[str]:
    """Reasons (keys of DUPLICATE_REASON_LABELS, strongest first) to think a and b one unit; empty: none."""
    reasons = []
    if a.number_forms & b.number_forms:
        reasons.append(SAME_CODE)
    name_a, name_b = normalized_unit_name(a.name), normalized_unit_name(b.name)
    if name_a and name_a == name_b:
        reasons.append(SAME_NAME)
    elif _same_address(a.address, b.address) and _similar(name_a, name_b):
        reasons.append(SAME_ADDRESS)
    return reasons


class DuplicateIndex:
    """Units among which to look up the likely duplicates of others, one by one.

    An address that more than :data:`CROWDED` units share (a business centre) tells nothing and is passed over.
    """

    def __init__(self, units: Iterable[UnitIdentity] = ()) -> None:
        self._buckets: dict[tuple[str, str], list[UnitIdentity]] = defaultdict(list)
        for unit in units:
            self.add(unit)

    def add(self, unit: UnitIdentity) -> None:
        """Make a unit known to later look-ups."""
        for bucket in _buckets(unit):
            self._buckets[bucket].append(unit)

    def matches(self, unit: UnitIdentity) -> list[tuple[UnitIdentity, tuple[str, ...]]]:
        """The likely duplicates of a unit with their reasons, most and strongest reasons first."""
        near: dict[object, UnitIdentity] = {}
        for bucket in _buckets(unit):
            known = self._buckets.get(bucket, [])
            if bucket[0] != "address" or len(known) <= CROWDED:
                near |= {other.key: other for other in known if other.key != unit.key}
        found = [(other, tuple(duplicate_reasons(unit, other))) for other in near.values()]
        order = list(DUPLICATE_REASON_LABELS)
        return sorted(
            [(other, reasons) for other, reasons in found if reasons],
            key=lambda match: (order.index(match[1][0]), -len(match[1])),
        )


def duplicate_pairs(units: Sequence[UnitIdentity]) -> list[DuplicatePair]:
    """All likely duplicates among the units. Compares within buckets of equal code, name or address only,
    so that a register of thousands of rows stays fast."""
    buckets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, unit in enumerate(units):
        for bucket in _buckets(unit):
            buckets[bucket].append(index)
    candidates = {pair for members in buckets.values() for pair in combinations(members, 2)}
    pairs = []
    for first, second in sorted(candidates):
        reasons = duplicate_reasons(units[first], units[second])
        if reasons:
            pairs.append(DuplicatePair(units[first], units[second], tuple(reasons)))
    return pairs


def _buckets(unit: UnitIdentity) -> Iterable[tuple[str, str]]:
    for form in unit.number_forms:
        yield "number", form
    name, address = normalized_unit_name(unit.name), normalized_address(unit.address)
    if name:
        yield "name", name
    if address:
        yield "address", address


def _same_address(a: str, b: str) -> bool:
    form = normalized_address(a)
    return bool(form) and form == normalized_address(b)


def _similar(a: str, b: str) -> bool:
    if min(len(a), len(b)) >= 4 and (a in b or b in a):
        return True
    return SequenceMatcher(None, a, b).ratio() >= SIMILAR_NAME_RATIO
