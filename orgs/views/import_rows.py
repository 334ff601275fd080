"""How the rows of an import read on its pages."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ..actions.register_import import DONE, TO_DECIDE
from ..actions.register_matching import values_of
from ..forms.register import shown
from ..models import ImportRow
from ..rules.duplicates import DUPLICATE_REASON_LABELS
from ..rules.masking import masked_phone
from ..rules.register_merge import differing, unit_values
from ..rules.survey_columns import COLUMNS, HEADERS

Outcome = ImportRow.Outcome
FILTERS: dict[str, Q] = {
    "new": Q(outcome=Outcome.NEW),
    "update": Q(outcome=Outcome.UPDATE),
    "duplicate": TO_DECIDE,
    "decided": Q(outcome=Outcome.DUPLICATE) & ~Q(decision=""),
    "faulty": Q(outcome=Outcome.FAULTY),
    "warned": ~Q(warnings=[]),
    "unchanged": Q(outcome=Outcome.UNCHANGED),
    "done": Q(outcome__in=DONE),
}
PENDING = Q(outcome__in=(Outcome.NEW, Outcome.UPDATE, Outcome.DUPLICATE, Outcome.FAULTY))
LOOKS: dict[str, tuple[str, str]] = {
    Outcome.NEW: ("wait", "plus"),
    Outcome.UPDATE: ("wait", "refresh"),
    Outcome.DUPLICATE: ("back", "copy"),
    Outcome.UNCHANGED: ("mute", "check"),
    Outcome.FAULTY: ("bad", "alert-triangle"),
    Outcome.CREATED: ("ok", "circle-check"),
    Outcome.UPDATED: ("ok", "refresh"),
    Outcome.MERGED: ("ok", "arrows-exchange"),
    Outcome.SKIPPED: ("mute", "minus"),
}


def filter_tabs(path: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The tabs over the rows; those that would be empty are left out."""
    labels = {
        "new": _("新增"),
        "update": _("更新"),
        "duplicate": _("疑似重复"),
        "decided": _("已决定"),
        "faulty": _("有误"),
        "warned": _("有提示"),
        "unchanged": _("与底本一致"),
        "done": _("已处理"),
    }
    tabs = [{"key": "", "url": path, "label": _("全部")}]
    tabs += [
        {"key": key, "url": f"{path}?show={key}", "label": label, "count": counts[key]}
        for key, label in labels.items()
        if counts[key]
    ]
    return tabs


def present_row(row: ImportRow) -> dict[str, Any]:
    """What the list shows of a row: names, place, outcome with its look, and everything that was noticed."""
    kind, icon = LOOKS[row.outcome]
    label = str(row.get_outcome_display())
    if row.outcome == Outcome.DUPLICATE:
        label = str(row.get_decision_display()) if row.decision else _("疑似重复")
        kind = "wait" if row.decision else "back"
    return {
        "number": row.number,
        "name": row.values.get("name") or _("（没有单位名称）"),
        "code": row.values.get("number", ""),
        "place": row.raw.get("subdistrict") or "",
        "people": _people(row),
        "kind": kind,
        "icon": icon,
        "label": label,
        "errors": [message for _key, message in row.errors],
        "warnings": [message for _key, message in row.warnings],
        "repeats": repeated(row) if row.outcome == Outcome.DUPLICATE else "",
        "changes": changed(row) if row.outcome == Outcome.UPDATE else [],
        "to_decide": row.outcome == Outcome.DUPLICATE
        or (row.outcome == Outcome.FAULTY and not row.number_ok and not row.number_reason),
        "url": reverse("register_import_row", args=[row.register_import_id, row.number]),
        "unit_url": reverse("unit", args=[row.unit_id]) if row.unit_id else "",
    }


def _people(row: ImportRow) -> str:
    """Employees, youth and members as read; a figure that could not be read shows as it was written."""
    faulty = {key for key, _message in row.errors}
    keys = ("employees", "youth", "members")
    return " / ".join(str(row.raw.get(key) if key in faulty else row.values.get(key, "")) for key in keys)


def repeated(row: ImportRow) -> str:
    """What a row seems to repeat, and why."""
    reasons = _("；").join(str(DUPLICATE_REASON_LABELS[reason]) for reason in row.duplicate_reasons)
    if row.duplicate_of is not None:
        return _("与底本中的“%(unit)s”：%(reasons)s") % {"unit": row.duplicate_of.name, "reasons": reasons}
    first = row.duplicate_row
    return _("与第 %(row)d 行“%(unit)s”：%(reasons)s") % {
        "row": first.number,
        "unit": first.values["name"],
        "reasons": reasons,
    }


def changed(row: ImportRow) -> list[dict[str, str]]:
    """What an updating row changes, as people read it."""
    current, new = values_of(row.duplicate_of), unit_values(row.values)
    return [
        {
            "header": HEADERS[key],
            "current": shown(key, current) or _("（空）"),
            "new": shown(key, new) or _("（空）"),
        }
        for key in differing(current, new, row.raw)
    ]


def row_facts(row: ImportRow) -> list[dict[str, Any]]:
    """Every column of a row as it was uploaded, with what was noticed about it."""
    errors, warnings = _by_column(row.errors), _by_column(row.warnings)
    facts = []
    for column in COLUMNS:
        value = row.raw.get(column.key)
        text = "" if value is None else str(value)
        facts.append(
            {
                "header": column.header,
                "text": masked_phone(text) if column.key == "contact_phone" else text,
                "errors": errors.get(column.key, []),
                "warnings": warnings.get(column.key, []),
            }
        )
    return facts


def _by_column(problems: list[list[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, message in problems:
        found.setdefault(key, []).append(message)
    return found
