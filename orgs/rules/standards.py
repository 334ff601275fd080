"""The six-haves standard as data: its parts in words, its codes, its name (RULES section 1).

Codes name an item for good: results of different years are compared by them, so a code is never given to something
else. An item keeps its code when it is reworded or moved to another criterion.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Standard = Mapping[str, Any]
SUBJECT = "six_haves"
EVIDENCE_KINDS: dict[str, Promise] = {
    "document": gettext_lazy("材料"),
    "photo": gettext_lazy("照片"),
    "interview": gettext_lazy("访谈"),
}
ITEM_LABELS: dict[str, Promise] = {
    "text": gettext_lazy("内容"),
    "evidence": gettext_lazy("佐证"),
    "pass_rule": gettext_lazy("达标要求"),
    "points": gettext_lazy("分值"),
    "mandatory": gettext_lazy("必备项"),
    "kinds": gettext_lazy("查验方式"),
    "criterion": gettext_lazy("所属大类"),
}
PASS_LABELS: dict[str, Promise] = {
    "min_total": gettext_lazy("合格总分不低于"),
    "min_each_criterion_ratio": gettext_lazy("每个大类不低于其满分的"),
    "all_mandatory": gettext_lazy("必备项须全部达标"),
    "no_veto": gettext_lazy("有一票否决项即不合格"),
    "min_age_months": gettext_lazy("成立满几个月方可申请"),
}


def number_of(value: Any) -> Decimal | None:
    """A number as it stands in a standard or was typed; None for whatever is no number."""
    if isinstance(value, bool) or value in ("", None):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def items_of(standard: Standard) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Every item with its criterion, in order."""
    for criterion in standard["criteria"]:
        for item in criterion["items"]:
            yield criterion, item


def sum_of(items: Iterable[Mapping[str, Any]]) -> Decimal:
    """The points of some items; what is no number counts nothing."""
    return sum((number_of(item["points"]) or Decimal(0) for item in items), Decimal(0))


def full_sum(standard: Standard) -> Decimal:
    return sum_of(item for _criterion, item in items_of(standard))


def shown(number: Any) -> str:
    """A number without needless zeros: 4.5, 20."""
    found = number_of(number)
    return str(number) if found is None else f"{found.normalize():f}"


def texts_by_code(standard: Standard) -> dict[str, str]:
    """What each code of a version stands for: criteria, items and vetoes."""
    found = {one["code"]: one["name"] for one in standard["criteria"]}
    found |= {item["code"]: item["text"] for _criterion, item in items_of(standard)}
    return found | {one["code"]: one["text"] for one in standard["vetoes"]}


def next_code(prefix: str, taken: Iterable[str]) -> str:
    """The next code after ``prefix`` (``C``, ``V``, ``C2.``) that no version has used: one above the highest."""
    numbers = [
        int(code.removeprefix(prefix))
        for code in taken
        if code.startswith(prefix) and code.removeprefix(prefix).isdigit()
    ]
    return f"{prefix}{max(numbers, default=0) + 1}"


def with_codes(standard: Standard, published: Iterable[Standard]) -> dict[str, Any]:
    """The standard with a code for whatever has none yet; codes of all published versions stay what they were."""
    taken = {code for one in [standard, *published] for code in texts_by_code(one)}

    def code(prefix: str, own: str) -> str:
        found = own or next_code(prefix, taken)
        taken.add(found)
        return found

    criteria = []
    for criterion in standard["criteria"]:
        own = code("C", criterion["code"])
        items = [item | {"code": code(f"{own}.", item["code"])} for item in criterion["items"]]
        criteria.append({**criterion, "code": own, "items": items})
    vetoes = [one | {"code": code("V", one["code"])} for one in standard["vetoes"]]
    return {**standard, "criteria": criteria, "vetoes": vetoes}


def settings_in_words(standard: Standard) -> list[tuple[str, str]]:
    """Title, pass rule and grades as people read them."""
    passing = standard["pass"]
    return [
        (_("名称"), standard["title"]),
        (str(PASS_LABELS["min_total"]), _("%(points)s 分") % {"points": shown(passing["min_total"])}),
        (str(PASS_LABELS["min_each_criterion_ratio"]), percent(passing["min_each_criterion_ratio"])),
        (str(PASS_LABELS["all_mandatory"]), yes_no(passing["all_mandatory"])),
        (str(PASS_LABELS["no_veto"]), yes_no(passing["no_veto"])),
        (
            str(PASS_LABELS["min_age_months"]),
            _("%(months)s 个月") % {"months": shown(passing["min_age_months"])},
        ),
        (_("星级"), grades_in_words(standard)),
        (_("联合团支部"), standard["joint_rule"]),
    ]


def grades_in_words(standard: Standard) -> str:
    steps = sorted(standard["grades"], key=lambda one: -one["stars"])
    return _("；").join(
        _("%(stars)s 星 %(from)s 分起") % {"stars": one["stars"], "from": shown(one["from"])} for one in steps
    )


def percent(ratio: Any) -> str:
    found = number_of(ratio)
    return str(ratio) if found is None else f"{shown(found * 100)}%"


def yes_no(value: bool) -> str:
    return _("是") if value else _("否")


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Evidence kinds in their usual order, so that a mere reordering is no change."""
    chosen = set(kinds)
    return _("、").join(str(label) for kind, label in EVIDENCE_KINDS.items() if kind in chosen)


def version_name(year: int, names: Iterable[str]) -> str:
    """The name of the next version of a year: ``SIX-HAVES 2026.1``, then ``.2``."""
    prefix = f"SIX-HAVES {year}."
    return next_code(prefix, names)
