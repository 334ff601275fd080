"""What the pages and the workbook of a quota show: the calculation line by line, what was decided since, and who no
longer fits."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .campaign_checks import areas_of, as_areas
from .models import Honour, Nomination, QuotaAdjustment
from .models.nomination import ENDED
from .quota_register import adjustments_of, places_of, quota_rules
from .rules.quota_changes import Change, Quota, adjusted, compare, decimal_of
from .rules.quotas import Area, Calculation, Line, QuotaRules, calculate, quota_problems
from .rules.states import HOLDING


@dataclass(frozen=True)
class QuotaLine:
    """A sub-district: how its quota was calculated, and what holds now. Figures are as they are read."""

    organization: int
    line: Line
    quota: Quota

    @property
    def share(self) -> str:
        return decimal_of(self.line.division.share)

    @property
    def remainder(self) -> str:
        return decimal_of(self.line.division.remainder) if self.line.division.rank else ""

    @property
    def bound(self) -> str:
        """At which bound the share was stopped, if any."""
        share = self.line.division.share
        if share == self.line.most and self.line.most < self.line.area.accepted:
            return _("上限")
        if self.line.least and share == self.line.least:
            return _("下限")
        if share == self.line.most and self.line.area.accepted:
            return _("组织数")
        return ""

    @property
    def change(self) -> int:
        return self.quota.places - self.quota.calculated


@dataclass(frozen=True)
class QuotaTable:
    """The quota of an honour as it holds, or why there is none."""

    problems: list[str]
    calculation: Calculation | None = None
    lines: tuple[QuotaLine, ...] = ()

    @property
    def shown(self) -> list[QuotaLine]:
        """The lines with something to divide or to decide."""
        return [one for one in self.lines if one.line.area.accepted or one.change]

    @property
    def without(self) -> int:
        """How many lines have neither."""
        return len(self.lines) - len(self.shown)

    @property
    def totals(self) -> dict[str, int]:
        return {
            "accepted": sum(one.line.area.accepted for one in self.lines),
            "non_public": sum(one.line.area.non_public for one in self.lines),
            "whole": sum(one.line.division.whole for one in self.lines),
            "calculated": sum(one.quota.calculated for one in self.lines),
            "change": sum(one.change for one in self.lines),
            "places": sum(one.quota.places for one in self.lines),
            "reserved": sum(one.quota.reserved for one in self.lines),
        }


def table_of(honour: Honour) -> QuotaTable:
    """The quota from the frozen areas, or from those that are accepted now while the campaign is prepared."""
    rows = areas_of(honour.campaign)
    areas, rules = as_areas(rows), quota_rules(honour)
    if problems := quota_problems(areas, rules):
        return QuotaTable([one.message for one in problems])
    calculation = calculate(areas, rules)
    decided = adjustments_of(honour) if honour.areas else []
    places = {one["code"]: one["organization"] for one in rows}
    quotas = {one.area.code: one for one in adjusted(calculation, decided)}
    lines = tuple(
        QuotaLine(places[line.area.code], line, quotas[line.area.code]) for line in calculation.lines
    )
    return QuotaTable([], calculation, lines)


@dataclass(frozen=True)
class WhatIf:
    """The same sub-districts under other rules, beside those that hold."""

    problems: list[str]
    changes: tuple[Change, ...] = ()
    after: Calculation | None = None

    @property
    def differing(self) -> int:
        return sum(one.differs for one in self.changes)


def what_if_of(honour: Honour, table: QuotaTable, rules: QuotaRules) -> WhatIf:
    """Compared with the calculation that holds; where that one is impossible, with nothing."""
    areas: list[Area] = as_areas(areas_of(honour.campaign))
    if problems := quota_problems(areas, rules):
        return WhatIf([one.message for one in problems])
    after = calculate(areas, rules)
    return WhatIf([], tuple(compare(table.calculation or after, after)), after)


@dataclass(frozen=True)
class Surplus:
    """How many no longer fit; ``names`` are those whose rank lies beyond the quota of their sub-district."""

    place: str
    count: int
    names: tuple[Nomination, ...]


def surpluses(honour: Honour, table: QuotaTable, seen: QuerySet[Nomination]) -> list[Surplus]:
    """Where more stand than a quota allows since it was cut, in the nominations that the reader sees."""
    rows = list(seen.filter(honour=honour).exclude(state__in=ENDED).select_related("organization"))
    found = []
    for line in table.lines:
        own = [one for one in rows if one.affiliation_id == line.organization and one.rank]
        names = [one for one in own if (one.rank or 0) > line.quota.places]
        if names:
            ordered = tuple(sorted(names, key=lambda one: one.rank or 0))
            found.append(Surplus(line.line.area.name, len(ordered), ordered))
    holding = [one for one in rows if one.state in HOLDING]
    if (surplus := len(holding) - places_of(honour)) > 0:
        found.append(Surplus(_("表彰名额"), surplus, ()))
    return found


def decisions_of(honour: Honour) -> Iterable[QuotaAdjustment]:
    return honour.adjustments.select_related("organization", "by").order_by("-pk")
