"""How an acceptance is judged: pure functions over the frozen standard and rules (RULES sections 1 and 10, P3)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

Standard = Mapping[str, Any]
TENTH = Decimal("0.1")


class Found(NamedTuple):
    """What one inspector found for one item."""

    met: bool
    points: Decimal
    note: str = ""


@dataclass(frozen=True)
class Judgement:
    """The result of an acceptance so far. ``shortfalls`` say, for people, each condition that is not fulfilled."""

    total: Decimal
    stars: int
    passes: bool
    borderline: bool
    shortfalls: list[str]


def items_of(standard: Standard) -> list[dict[str, Any]]:
    """All items of a standard in its order, each with the code and name of its criterion."""
    return [
        {**item, "criterion": criterion["code"], "criterion_name": criterion["name"]}
        for criterion in standard["criteria"]
        for item in criterion["items"]
    ]


def full_points(standard: Standard) -> Decimal:
    return sum((Decimal(str(item["points"])) for item in items_of(standard)), Decimal(0))


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later; the last of the month where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def eligible_from(founded_on: dt.date, standard: Standard) -> dt.date:
    """From which day on an organization may apply (RULES section 1: at least six months old)."""
    return months_after(founded_on, standard["pass"]["min_age_months"])


def differ_too_much(totals: Sequence[Decimal], rules: Mapping[str, Any]) -> bool:
    """Whether two inspectors' totals call for a third (RULES section 10, P3: difference above 10)."""
    return len(totals) == 2 and abs(totals[0] - totals[1]) > Decimal(str(rules["third_inspector_difference"]))


def counted(totals: Sequence[Decimal], rules: Mapping[str, Any]) -> list[int]:
    """The places of those inspectors whose findings count: all, or of three and more the two that are closest.

    Of equally close pairs the lower one counts, so that doubt is not decided in favour of the unit by chance.
    """
    if len(totals) < 3 or rules["third_rule"] == "all":
        return list(range(len(totals)))
    pairs = combinations(range(len(totals)), 2)
    return list(
        min(
            pairs,
            key=lambda pair: (abs(totals[pair[0]] - totals[pair[1]]), totals[pair[0]] + totals[pair[1]]),
        )
    )


def merge(found: Sequence[Mapping[str, Found]]) -> dict[str, Found]:
    """Of several inspectors' findings one: points averaged to a tenth, met only where everybody found it met."""
    merged = {}
    for code in found[0] if found else ():
        each = [one[code] for one in found]
        mean = sum((one.points for one in each), Decimal(0)) / len(each)
        notes = list(dict.fromkeys(one.note.strip() for one in each if one.note.strip()))
        # A note that ends as a sentence is followed by another one: 。 gives way to ；.
        note = "；".join([*(one.rstrip("。；") for one in notes[:-1]), *notes[-1:]])
        merged[code] = Found(all(one.met for one in each), mean.quantize(TENTH, ROUND_HALF_UP), note)
    return merged


def judge(
    standard: Standard, found: Mapping[str, Found], vetoes: Iterable[str], rules: Mapping[str, Any]
) -> Judgement:
    """Total, stars and whether the standard is met. Items that were not looked at count as not met."""
    missing = Found(False, Decimal(0))
    total = sum((found.get(item["code"], missing).points for item in items_of(standard)), Decimal(0))
    conditions, passing = shortfalls(standard, found, vetoes, total), standard["pass"]
    near = abs(total - Decimal(str(passing["min_total"]))) <= Decimal(str(rules["borderline_points"]))
    return Judgement(
        total=total,
        stars=stars_for(standard, total) if not conditions else 0,
        passes=not conditions,
        borderline=near or len(conditions) == 1,
        shortfalls=conditions,
    )


def stars_for(standard: Standard, total: Decimal) -> int:
    """Stars by total (RULES section 1: five from 90, four from 80 …); 0 for none."""
    steps = sorted(standard["grades"], key=lambda one: -one["from"])
    return next((one["stars"] for one in steps if total >= Decimal(str(one["from"]))), 0)


def shortfalls(
    standard: Standard, found: Mapping[str, Found], vetoes: Iterable[str], total: Decimal
) -> list[str]:
    """Each condition of the pass rule that is not fulfilled, in words."""
    passing, missing, said = standard["pass"], Found(False, Decimal(0)), []
    if total < Decimal(str(passing["min_total"])):
        said.append(_("总分%(total)s分，低于%(least)s分") % {"total": total, "least": passing["min_total"]})
    for criterion in standard["criteria"]:
        full = sum((Decimal(str(item["points"])) for item in criterion["items"]), Decimal(0))
        got = sum((found.get(item["code"], missing).points for item in criterion["items"]), Decimal(0))
        if got < full * Decimal(passing["min_each_criterion_ratio"]):
            values = {"name": criterion["name"], "got": got, "full": full}
            said.append(_("“%(name)s”%(got)s分，不到满分%(full)s分的规定比例") % values)
    for item in items_of(standard):
        if passing["all_mandatory"] and item["mandatory"] and not found.get(item["code"], missing).met:
            said.append(_("必备项%(code)s“%(text)s”未达标") % {"code": item["code"], "text": item["text"]})
    texts = {one["code"]: one["text"] for one in standard["vetoes"]}
    if passing["no_veto"]:
        said += [_("一票否决：%(text)s") % {"text": texts.get(code, code)} for code in vetoes]
    return said


def failed_items(standard: Standard, found: Mapping[str, Found]) -> list[str]:
    """The items that a rectification is about and that alone are inspected again."""
    return [
        item["code"] for item in items_of(standard) if item["code"] in found and not found[item["code"]].met
    ]


def sample_size(listed: int, fraction: str) -> int:
    """How many of a stratum are drawn: at least the fraction, at least one (RULES section 10, P3)."""
    share = Fraction(fraction) * listed
    return min(listed, -(-share.numerator // share.denominator))
