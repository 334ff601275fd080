"""What a corrected request changed: the submitted rounds of a founding, compared field by field."""

import itertools
from typing import Any

from django.utils.translation import gettext as _

from orgs.models import Founding


def lists() -> dict[str, str]:
    """The parts of a snapshot that are lists, with their names."""
    return {
        "roster": _("团员花名册"),
        "proposed_officers": _("拟任班子人选"),
        "covered_units": _("覆盖单位"),
        "files": _("申请材料"),
    }


def compared_rounds(founding: Founding) -> list[dict]:
    """Each correction that was submitted, newest first: its round, when, and what it changed."""
    snapshots = list(founding.snapshots.all())
    return [
        {"round": after.round, "at": after.at, "changes": changes(before.data, after.data)}
        for before, after in reversed(list(itertools.pairwise(snapshots)))
    ]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict]:
    """The differences of two snapshots: a label with the values before and after, or with what came and went."""
    found = []
    names = lists()
    for key, new in after.items():
        if key not in before or before[key] == new:
            continue
        old = before[key]
        if key in names:
            gone = [one.strip() for one in old if one not in new]
            come = [one.strip() for one in new if one not in old]
            found.append({"label": names[key], "gone": gone, "come": come})
        else:
            found.append({"label": field_label(key), "before": shown(key, old), "after": shown(key, new)})
    return found


def field_label(name: str) -> str:
    return str(Founding._meta.get_field(name).verbose_name)


def shown(name: str, value: Any) -> str:
    """A stored value as people read it."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    choices = dict(Founding._meta.get_field(name).flatchoices)
    return str(choices.get(value, "" if value is None else value))
