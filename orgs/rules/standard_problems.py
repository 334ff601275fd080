"""What keeps a six-haves standard from being published: pure functions over its data (RULES section 1)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from .standards import ITEM_LABELS, Standard, full_sum, items_of, number_of, shown, texts_by_code

CODES = {
    "criterion": re.compile(r"C[1-9]\d?"),
    "item": re.compile(r"C[1-9]\d?\.[1-9]\d?"),
    "veto": re.compile(r"V[1-9]\d?"),
}
MOST_POINTS = Decimal(999)
LONGEST = {"text": 200, "evidence": 200, "pass_rule": 300}
USUAL_SUM = 100
ALIKE = 0.25


@dataclass(frozen=True)
class Problem:
    """What keeps a standard from being published, or (``warning``) what should be looked at. ``anchor`` is the place
    in the editor: an item's, criterion's or veto's code, ``pass``, ``grades`` or ``title``."""

    anchor: str
    text: str
    warning: bool = False


def problems_of(standard: Standard, published: Sequence[tuple[str, Standard]]) -> list[Problem]:
    """Everything that keeps a standard from being published, in words, in the order of the page; warnings last.

    ``published`` are the name and data of the versions so far, the oldest first; the last one is in force or will be.
    """
    found = [
        *_title(standard),
        *_pass_rule(standard),
        *_grades(standard),
        *_vetoes(standard),
        *_criteria(standard),
    ]
    found += [*_codes(standard), *_reused(standard, published)]
    return sorted(found, key=lambda one: one.warning)


def _title(standard: Standard) -> Iterator[Problem]:
    if not standard["title"]:
        yield Problem("title", _("标准没有名称，请填写。"))
    if not standard["criteria"]:
        yield Problem("title", _("标准没有任何大类，请至少添加一个大类和其中的项目。"))


def _pass_rule(standard: Standard) -> Iterator[Problem]:
    passing, full = standard["pass"], full_sum(standard)
    least, ratio, months = (
        number_of(passing[key]) for key in ("min_total", "min_each_criterion_ratio", "min_age_months")
    )
    if least is None or least <= 0:
        yield Problem(
            "pass", _("合格总分须是大于 0 的数，现为“%(value)s”。") % {"value": passing["min_total"]}
        )
    elif least > full:
        values = {"least": shown(least), "full": shown(full)}
        yield Problem(
            "pass", _("合格总分 %(least)s 分高于各项合计的 %(full)s 分，没有组织能够合格。") % values
        )
    if ratio is None or not 0 <= ratio <= 1:
        yield Problem("pass", _("大类的最低比例须在 0% 至 100% 之间。"))
    if months is None or months != months.to_integral_value() or not 0 <= months <= 60:
        yield Problem(
            "pass", _("成立月数须是 0 至 60 的整数，现为“%(value)s”。") % {"value": passing["min_age_months"]}
        )


def _grades(standard: Standard) -> Iterator[Problem]:
    grades, full = standard["grades"], full_sum(standard)
    stars = Counter(one["stars"] for one in grades)
    for star, count in stars.items():
        if count > 1:
            yield Problem(
                "grades", _("%(stars)s 星设了 %(count)d 次，请只留一个。") % {"stars": star, "count": count}
            )
    steps = []
    for one in grades:
        start = number_of(one["from"])
        values = {"stars": one["stars"], "from": shown(one["from"]), "full": shown(full)}
        if start is None or start < 0:
            yield Problem("grades", _("%(stars)s 星的起始分“%(from)s”不是数。") % values)
        elif start > full:
            yield Problem(
                "grades",
                _("%(stars)s 星从 %(from)s 分起，高于各项合计的 %(full)s 分，没有组织能够达到。") % values,
            )
        else:
            steps.append((one["stars"], start))
    for (lower, low), (higher, high) in zip(ordered := sorted(steps), ordered[1:], strict=False):
        if lower != higher and low >= high:
            values = {"higher": higher, "lower": lower, "high": shown(high), "low": shown(low)}
            yield Problem(
                "grades", _("%(higher)s 星的起始分（%(high)s）应高于 %(lower)s 星（%(low)s）。") % values
            )


def _vetoes(standard: Standard) -> Iterator[Problem]:
    for one in standard["vetoes"]:
        if not one["text"]:
            yield Problem(
                one["code"], _("一票否决项 %(code)s 没有内容，请填写或删除。") % {"code": one["code"]}
            )


def _criteria(standard: Standard) -> Iterator[Problem]:
    for criterion in standard["criteria"]:
        values = {"code": criterion["code"], "name": criterion["name"]}
        if not criterion["name"]:
            yield Problem(criterion["code"], _("大类 %(code)s 没有名称，请填写。") % values)
        if not criterion["items"]:
            yield Problem(
                criterion["code"], _("大类 %(code)s“%(name)s”没有项目，请添加项目或删除该大类。") % values
            )
        for item in criterion["items"]:
            yield from _item(item)
    full = full_sum(standard)
    if full and full != USUAL_SUM:
        values = {"full": shown(full)}
        yield Problem(
            "criteria", _("各项分值合计 %(full)s 分，不是通常的 100 分，请核对。") % values, warning=True
        )


def _item(item: Mapping[str, Any]) -> Iterator[Problem]:
    code, points = item["code"], number_of(item["points"])
    for key, longest in LONGEST.items():
        values = {"code": code, "label": ITEM_LABELS[key], "longest": longest}
        if not item[key]:
            yield Problem(code, _("项目 %(code)s 没有填写“%(label)s”。") % values)
        elif len(item[key]) > longest:
            yield Problem(
                code, _("项目 %(code)s 的“%(label)s”超过 %(longest)d 字，手机上显示不下，请精简。") % values
            )
    if points is None or not 0 < points <= MOST_POINTS:
        values = {"code": code, "value": item["points"]}
        yield Problem(code, _("项目 %(code)s 的分值须是大于 0 的数，现为“%(value)s”。") % values)
    elif points * 2 != (points * 2).to_integral_value():
        values = {"code": code, "value": shown(points)}
        yield Problem(code, _("项目 %(code)s 的分值 %(value)s 不是 0.5 的倍数。") % values)
    if not item["kinds"]:
        yield Problem(code, _("项目 %(code)s 没有选查验方式，请至少选一种。") % {"code": code})


def _codes(standard: Standard) -> Iterator[Problem]:
    groups = {
        "criterion": [one["code"] for one in standard["criteria"]],
        "item": [item["code"] for _criterion, item in items_of(standard)],
        "veto": [one["code"] for one in standard["vetoes"]],
    }
    for kind, codes in groups.items():
        for code, count in Counter(codes).items():
            if not CODES[kind].fullmatch(code):
                example = {"criterion": "C1", "item": "C1.1", "veto": "V1"}[kind]
                values = {"code": code, "example": example}
                yield Problem(
                    code, _("编号“%(code)s”不合格式，应像 %(example)s；留空则由系统编号。") % values
                )
            elif count > 1:
                yield Problem(
                    code,
                    _("编号 %(code)s 用了 %(count)d 次，编号不能重复。") % {"code": code, "count": count},
                )


def _reused(standard: Standard, published: Sequence[tuple[str, Standard]]) -> Iterator[Problem]:
    """Codes that once meant something else: comparing the years would mix them up."""
    if not published:
        return
    base = texts_by_code(published[-1][1])
    for code, text in texts_by_code(standard).items():
        if code in base:
            if text and SequenceMatcher(None, base[code], text).ratio() < ALIKE:
                values = {"code": code, "before": base[code], "after": text}
                yield Problem(
                    code,
                    _("%(code)s 由“%(before)s”改成了“%(after)s”。如是另一件事，请删除后新增，由系统另编号。")
                    % values,
                    warning=True,
                )
            continue
        for name, earlier in reversed(published[:-1]):
            before = texts_by_code(earlier).get(code)
            if before is not None and before != text:
                values = {"code": code, "name": name, "before": before}
                yield Problem(
                    code, _("编号 %(code)s 在 %(name)s 中已用于“%(before)s”，请留空由系统另编号。") % values
                )
                break
