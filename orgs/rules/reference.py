"""Reference data that changes by decree, not by a person: sub-districts and GB/T 4754 sections (RULES.md
7)."""

import csv
from functools import cache
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def industry_sections() -> dict[str, str]:
    """Section letter of GB/T 4754 → name, A to T."""
    return {row["code"]: row["name"] for row in _rows("gb4754_sections.csv")}


@cache
def streets() -> tuple[dict[str, str], ...]:
    """The 29 sub-districts and towns: code, name, kind, town_name, league_name, league_kind, county_code."""
    return tuple(_rows("streets.csv"))
