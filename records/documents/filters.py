"""Template filters of the document templates."""

from urllib.parse import urlsplit

from django import template

from . import typography

_PERSON_CELLS = 5  # room for a name of four characters before the unit
_LIST_CELLS = 26  # a line without the indent of two characters
_DOUBLE_RULE_MM = 1.5
_WIDE_COLUMNS = 6  # more columns of figures are set in smaller type

register = template.Library()
register.filter("chinese_date", typography.chinese_date)
register.filter("ordinal", typography.ordinal)


@register.filter
def paragraphs(text: str) -> list[str]:
    """The paragraphs of free text, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@register.filter
def people(officers: list[dict]) -> list[str]:
    """Each person once, in the order given."""
    return list(dict.fromkeys(officer["name"] for officer in officers))


@register.filter
def by_post(officers: list[dict]) -> list[tuple[str, list[str]]]:
    """Names grouped by post, posts and names in the order given."""
    groups: dict[str, list[str]] = {}
    for officer in officers:
        groups.setdefault(officer["post"], []).append(officer["name"])
    return list(groups.items())


@register.filter
def title_lines(text: str, limit: int) -> list[str]:
    """``text`` broken like a title into lines of at most ``limit`` characters."""
    return typography.break_title(text, limit)


@register.filter
def several(names: list[str], room: int) -> str:
    """The names in one phrase: as many as fit into ``room`` characters, then only how many there are."""
    shown = names[:1]
    for name in names[1:]:
        if len("、".join([*shown, name])) > room:
            return f"{'、'.join(shown)}等{len(names)}家单位"
        shown.append(name)
    return "、".join(shown)


@register.filter
def host(url: str) -> str:
    """The address without scheme and path, as people type it."""
    return urlsplit(url).netloc


@register.filter
def annex_height(title: str) -> float:
    """Height in mm of an attachment's title, in whole lines of the grid."""
    return round(typography.grid(len(typography.break_title(title)) * typography.TITLE_LINE_MM), 3)


@register.filter
def name_rows(entries: list[dict]) -> list[dict]:
    """The lines of a list of names: persons with their unit, persons in columns, or organizations.

    Each has a ``kind`` (``persons``, ``names``, ``units``), its ``cells``, and their width in mm.
    """
    entries = entries or [{"name": "（无）", "unit": ""}]
    if any(entry["unit"] for entry in entries):
        return [
            {"kind": "persons", "cells": [entry], "width": _PERSON_CELLS * typography.CELL_MM}
            for entry in entries
        ]
    longest = max(typography.cells(entry["name"]) for entry in entries)
    columns = max(1, min(5, int(_LIST_CELLS // (longest + 1))))
    if columns == 1:
        return [{"kind": "units", "cells": [entry], "width": 0} for entry in entries]
    width = round(_LIST_CELLS / columns * typography.CELL_MM - 0.01, 3)
    kind = "names" if longest <= 4 else "units"
    return [
        {"kind": kind, "cells": entries[at : at + columns], "width": width}
        for at in range(0, len(entries), columns)
    ]


@register.filter
def fact_rows(facts: list[dict]) -> list[dict]:
    """Facts by rows of a table with two pairs: ``first`` alone over the whole row, or with ``second`` beside it."""
    rows: list[dict] = []
    for fact in facts:
        last = rows[-1] if rows else None
        if last and not fact["wide"] and not last["first"]["wide"] and last["second"] is None:
            last["second"] = fact
        else:
            rows.append({"first": fact, "second": None})
    return rows


@register.filter
def photo_pages(photos: list[dict]) -> list[list[dict]]:
    """Photos by pages of six."""
    return [photos[at : at + 6] for at in range(0, len(photos), 6)]


@register.filter
def letterhead(issuer: str) -> dict:
    """The head of a 函 (GB/T 9704 section 10.1): its mark, and distances in mm from the top of the type area.

    The mark begins 30 mm below the edge of the page; the double rule follows 4 mm below it, the number 7/8 of a
    character below that, and the title two lines below the number, on the line grid.
    """
    mark = typography.issuer_mark(issuer, "")
    top = 30 - 37
    rule = top + len(mark["lines"]) * mark["height"] * 0.92 * typography.POINT_MM + 4
    number = rule + _DOUBLE_RULE_MM + 16 * 7 / 8 * typography.POINT_MM
    height = typography.grid(number + 16 * typography.POINT_MM + 2 * typography.LINE_MM)
    return {
        "mark": mark,
        "top": top,
        "rule": round(rule, 3),
        "number": round(number - (typography.LINE_MM - 16 * typography.POINT_MM) / 2, 3),
        "height": round(height, 3),
    }


@register.filter
def quota_table(honours: list[dict]) -> dict:
    """Quotas per honour as one table: ``heads``, ``rows`` with ``name`` and ``cells``, ``totals``.

    A head says whether its honour takes two columns (``split``). A sub-district without a row for an honour has an
    empty cell there.
    """
    heads = [
        {"honour": one["honour"], "split": any(row["non_public"] for row in one["rows"])} for one in honours
    ]
    quotas = [{row["name"]: row for row in one["rows"]} for one in honours]
    names = list(dict.fromkeys(row["name"] for one in honours for row in one["rows"]))

    def cells(rows: list[dict | None]) -> list[int | str]:
        return [
            row[key] if row else ""
            for head, row in zip(heads, rows, strict=True)
            for key in (("places", "non_public") if head["split"] else ("places",))
        ]

    sums: list[dict | None] = [
        {key: sum(row[key] for row in quota.values()) for key in ("places", "non_public")} for quota in quotas
    ]
    rows = [{"name": name, "cells": cells([quota.get(name) for quota in quotas])} for name in names]
    totals = cells(sums)
    return {"heads": heads, "rows": rows, "totals": totals, "many": len(totals) > _WIDE_COLUMNS}


@register.filter
def present(members: list[dict]) -> list[dict]:
    """The members who were there."""
    return [member for member in members if member["present"]]


@register.filter
def signing(body: dict) -> list[dict]:
    """The present members who sign besides the chair and the secretary."""
    leading = [body["chair"], body["secretary"]]
    result = []
    for member in present(body["members"]):
        if member["name"] in leading:
            leading.remove(member["name"])  # another member may have the same name
        else:
            result.append(member)
    return result


@register.filter
def has_digests(votes: list[dict]) -> bool:
    """Whether any ballot has a digest of its slips."""
    return any(line["digest"] for vote in votes for line in vote["lines"])
