"""Quotas after the calculation: adjusted by decision, compared before publishing, cut later; and told in words.

The calculation is never overwritten: a published quota is the calculation and the adjustments, each with the decision
and its reason (RULES section 4; the quota is a design proposal, so people must be able to depart from it in the open).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from awards.rules.quotas import Area, Calculation, Line, QuotaRules, calculate
from orgs.rules.founding import Problem


class Adjustment(NamedTuple):
    """A change of one sub-district by decision. ``places`` and ``reserved`` are added, or taken when negative."""

    code: str
    places: int
    reserved: int
    reason: str
    decision: str


@dataclass(frozen=True)
class Quota:
    """What holds for a sub-district after all adjustments."""

    area: Area
    calculated: int
    places: int
    reserved: int
    adjustments: tuple[Adjustment, ...]


class Change(NamedTuple):
    """A sub-district in two calculations."""

    code: str
    name: str
    before: int
    after: int
    reserved_before: int
    reserved_after: int

    @property
    def differs(self) -> bool:
        return (self.before, self.reserved_before) != (self.after, self.reserved_after)


def adjusted(calculation: Calculation, adjustments: Iterable[Adjustment]) -> list[Quota]:
    """The quotas that hold, by code."""
    by_code: dict[str, list[Adjustment]] = {}
    for one in adjustments:
        by_code.setdefault(one.code, []).append(one)
    return [
        Quota(
            area=line.area,
            calculated=line.places,
            places=line.places + sum(one.places for one in by_code.get(line.area.code, [])),
            reserved=line.reserved + sum(one.reserved for one in by_code.get(line.area.code, [])),
            adjustments=tuple(by_code.get(line.area.code, [])),
        )
        for line in calculation.lines
    ]


def adjustment_problems(calculation: Calculation, adjustments: Sequence[Adjustment]) -> list[Problem]:
    """Why adjustments cannot be decided as they are."""
    problems = []
    known = {line.area.code for line in calculation.lines}
    for one in adjustments:
        if one.code not in known:
            text = _("街镇代码“%(code)s”不在本次名额分配中。请更正。")
            problems.append(Problem("unknown_area", text % {"code": one.code}, "code"))
        if not one.reason.strip() or not one.decision.strip():
            text = _("“%(code)s”的调整没有写明理由或所依据的决定。请补充。")
            problems.append(Problem("reason_missing", text % {"code": one.code}, "reason"))
    quotas = adjusted(calculation, adjustments)
    for quota in quotas:
        problems += _quota_problems(quota)
    total = sum(quota.places for quota in quotas)
    if total > calculation.rules.places:
        text = _("调整后合计%(total)d个，多于名额总数%(places)d个。请同时调减其他街镇。")
        problems.append(
            Problem("above_total", text % {"total": total, "places": calculation.rules.places}, "places")
        )
    return problems


def _quota_problems(quota: Quota) -> list[Problem]:
    values = {
        "name": quota.area.name,
        "places": quota.places,
        "accepted": quota.area.accepted,
        "reserved": quota.reserved,
        "non_public": quota.area.non_public,
    }
    problems = []
    if not 0 <= quota.places <= quota.area.accepted:
        text = _("%(name)s调整后为%(places)d个，须在0到已验收组织数%(accepted)d之间。请更正。")
        problems.append(Problem("out_of_range", text % values, "places"))
    if not 0 <= quota.reserved <= min(quota.places, quota.area.non_public):
        text = _(
            "%(name)s调整后留给两新组织%(reserved)d个，不能多于名额%(places)d个和已验收的两新组织%(non_public)d个。"
            "请更正。"
        )
        problems.append(Problem("reserved_out_of_range", text % values, "reserved"))
    elif quota.places - quota.reserved > quota.area.accepted - quota.area.non_public:
        text = _("%(name)s的其他组织不够用满名额，请把留给两新组织的名额相应调高。")
        problems.append(Problem("others_out_of_range", text % values, "reserved"))
    return problems


def compare(before: Calculation, after: Calculation) -> list[Change]:
    """Two calculations side by side (what-if, or a quota that is cut), by code; areas of either."""
    old = {line.area.code: line for line in before.lines}
    new = {line.area.code: line for line in after.lines}
    return [
        Change(
            code,
            (new.get(code) or old[code]).area.name,
            *(_places(old.get(code))[:1] + _places(new.get(code))[:1]),
            *(_places(old.get(code))[1:] + _places(new.get(code))[1:]),
        )
        for code in sorted(old | new)
    ]


def what_if(calculation: Calculation, rules: QuotaRules) -> list[Change]:
    """The same sub-districts under other rules. Raises ValueError where these are impossible."""
    return compare(calculation, calculate([line.area for line in calculation.lines], rules))


def _places(line: Line | None) -> tuple[int, int]:
    return (line.places, line.reserved) if line else (0, 0)


def over_quota(ranked: Sequence[str], places: int) -> list[str]:
    """Who of a sub-district's ranking no longer fits when its quota is cut: the last ones, in their order."""
    return list(ranked[max(places, 0) :])


def in_words(calculation: Calculation) -> list[str]:
    """The steps of a calculation for the page and the letter."""
    rules, lines = calculation.rules, calculation.lines
    wholes = sum(line.division.whole for line in lines)
    said = [
        _("名额总数%(places)d个，已验收组织%(accepted)d个，其中两新组织%(part)d个。")
        % {
            "places": rules.places,
            "accepted": sum(line.area.accepted for line in lines),
            "part": sum(line.area.non_public for line in lines),
        },
        _("每个已验收组织折合%(rate)s个名额；应得名额按此计算，低于下限或高于上限的取下限、上限。")
        % {"rate": decimal_of(calculation.rate)},
        _(
            "先分整数部分%(wholes)d个，余下%(left)d个按小数部分从大到小各补1个；相等的，组织多的在先，再按代码。"
        )
        % {"wholes": wholes, "left": calculation.distributed - wholes},
        _("两新组织至少%(share)s，即%(wanted)d个；按已验收的两新组织同法分到各街镇，共留%(reserved)d个。")
        % {
            "share": f"{float(Fraction(rules.non_public_share)):.0%}",
            "wanted": calculation.wanted_reserved,
            "reserved": calculation.reserved,
        },
    ]
    if calculation.left:
        said.append(_("各街镇均已达上限，还有%(left)d个名额没有分出。") % {"left": calculation.left})
    if calculation.reserved < calculation.wanted_reserved:
        said.append(_("已验收的两新组织不足，留出的名额少于规定。请在决定中说明。"))
    return said


def decimal_of(value: Fraction, digits: int = 4) -> str:
    """A fraction as people read it; the calculation itself keeps the fraction."""
    return f"{float(value):.{digits}f}"
