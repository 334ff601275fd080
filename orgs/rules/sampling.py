"""The draw of the district's sample (区级抽查): pure, and repeatable by anybody with docs/draw_sample.py.

A seed is chosen and its SHA-256 put on record before anybody knows what will be listed. In each sub-district the cases
are ranked by SHA-256 of ``seed:case number``; drawn are all borderline ones, and of the others the first so many that
they are at least the fraction. So at least the fraction of each sub-district is drawn, and of all, and nobody can
choose which (RULES section 10, P3: at least 20 % plus all borderline cases).
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from .acceptance import sample_size


class Listed(NamedTuple):
    """One case on a list. ``stratum`` is the code of its sub-district."""

    stratum: str
    case_number: str
    borderline: bool


class Drawn(NamedTuple):
    """One case after the draw; ``rank`` counts from 1 within its stratum."""

    stratum: str
    case_number: str
    borderline: bool
    rank: int
    drawn: bool


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def commitment_of(seed: str) -> str:
    """What is shown of a seed before the draw."""
    return sha256(seed)


def size_of_draw(listed: Sequence[Listed], fraction: str) -> int:
    """How many of one stratum are drawn: all borderline ones and at least the fraction of the others."""
    borderline = sum(one.borderline for one in listed)
    return borderline + sample_size(len(listed) - borderline, fraction)


def draw(listed: Iterable[Listed], *, seed: str, fraction: str) -> list[Drawn]:
    """The result, by stratum and rank; the order of ``listed`` does not matter."""
    drawn = []
    for _stratum, rows in by_stratum(listed):
        ranked = sorted(rows, key=lambda one: sha256(f"{seed}:{one.case_number}"))
        others = [one.case_number for one in ranked if not one.borderline]
        chosen = set(others[: sample_size(len(others), fraction)])
        drawn += [
            Drawn(*one, rank, one.borderline or one.case_number in chosen)
            for rank, one in enumerate(ranked, start=1)
        ]
    return drawn


def by_stratum(listed: Iterable[Listed]) -> list[tuple[str, list[Listed]]]:
    """The strata in the order of their codes, each with its cases in the order of their numbers."""
    return [(code, list(rows)) for code, rows in groupby(sorted(listed), key=attrgetter("stratum"))]


def stratum_digests(listed: Iterable[Listed]) -> dict[str, str]:
    """SHA-256 of each stratum's cases, a line each: stratum, number, 1 for borderline or 0, with tabs between."""
    return {
        code: sha256("\n".join(f"{one.stratum}\t{one.case_number}\t{int(one.borderline)}" for one in rows))
        for code, rows in by_stratum(listed)
    }


def list_digest(digests: dict[str, str]) -> str:
    """SHA-256 of a whole list by the digests of its strata: one stratum can be checked without seeing the others."""
    return sha256("\n".join(f"{code}\t{digest}" for code, digest in sorted(digests.items())))
