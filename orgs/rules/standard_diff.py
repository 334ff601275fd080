"""How two versions of the six-haves standard differ, part by part: pure functions over their data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .standards import ITEM_LABELS, Standard, items_of, kinds_in_words, settings_in_words, shown, yes_no


@dataclass(frozen=True)
class Change:
    """One field that differs; both values as people read them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One part of a standard that was ``added``, ``removed`` or ``changed``."""

    kind: str
    code: str
    title: str
    changes: list[Change] = field(default_factory=list)


def differences(before: Standard, after: Standard) -> list[Difference]:
    """What differs from ``before`` to ``after``: the rules first, then criteria and items in the order of ``after``,
    what was removed in its old place at the end of each group."""
    found = _settings(before, after)
    found += _compared(
        {one["code"]: _veto_row(one) for one in before["vetoes"]},
        {one["code"]: _veto_row(one) for one in after["vetoes"]},
    )
    found += _compared(_criterion_rows(before), _criterion_rows(after))
    return found + _compared(_item_rows(before), _item_rows(after)) + _moved(before, after)


Row = dict[str, str]


def _settings(before: Standard, after: Standard) -> list[Difference]:
    changes = [
        Change(label, old, new)
        for (label, old), (_label, new) in zip(
            settings_in_words(before), settings_in_words(after), strict=True
        )
        if old != new
    ]
    return [Difference("changed", "", _("名称与判定规则"), changes)] if changes else []


def _veto_row(veto: Mapping[str, Any]) -> Row:
    return {str(ITEM_LABELS["text"]): veto["text"]}


def _criterion_rows(standard: Standard) -> dict[str, Row]:
    return {one["code"]: {_("大类名称"): one["name"]} for one in standard["criteria"]}


def _item_rows(standard: Standard) -> dict[str, Row]:
    rows = {}
    for criterion, item in items_of(standard):
        values = item | {
            "points": shown(item["points"]),
            "mandatory": yes_no(item["mandatory"]),
            "kinds": kinds_in_words(item["kinds"]),
            "criterion": f"{criterion['code']} {criterion['name']}",
        }
        rows[item["code"]] = {str(label): values[key] for key, label in ITEM_LABELS.items()}
    return rows


def _compared(before: dict[str, Row], after: dict[str, Row]) -> list[Difference]:
    found = []
    for code, row in after.items():
        title = next(iter(row.values()))
        if code not in before:
            found.append(
                Difference("added", code, title, [Change(label, "", value) for label, value in row.items()])
            )
            continue
        changes = [
            Change(label, before[code][label], value)
            for label, value in row.items()
            if before[code][label] != value
        ]
        if changes:
            found.append(Difference("changed", code, title, changes))
    for code, row in before.items():
        if code not in after:
            found.append(
                Difference(
                    "removed",
                    code,
                    next(iter(row.values())),
                    [Change(label, value, "") for label, value in row.items()],
                )
            )
    return found


def _moved(before: Standard, after: Standard) -> list[Difference]:
    """Where the order differs: of the criteria, of the vetoes, of the items within a criterion."""
    groups = {
        _("大类"): ([one["code"] for one in before["criteria"]], [one["code"] for one in after["criteria"]]),
        _("一票否决项"): (
            [one["code"] for one in before["vetoes"]],
            [one["code"] for one in after["vetoes"]],
        ),
    }
    old = {one["code"]: [item["code"] for item in one["items"]] for one in before["criteria"]}
    for one in after["criteria"]:
        title = f"{one['code']} {one['name']}"
        groups[title] = (old.get(one["code"], []), [item["code"] for item in one["items"]])
    changes = []
    for label, (earlier, later) in groups.items():
        common = set(earlier) & set(later)
        pair = [_("、").join(code for code in codes if code in common) for codes in (earlier, later)]
        if pair[0] != pair[1]:
            changes.append(Change(label, *pair))
    return [Difference("changed", "", _("次序"), changes)] if changes else []
