"""Chinese typesetting: widths, dates, title breaks, the size of the issuer mark (RULES section 5).

Widths are in cells: 1.0 is one full-width character. A body line has 28 cells of 156/28 mm.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

CELLS_PER_LINE = 28
CELL_MM = 156 / CELLS_PER_LINE
LINE_MM = 10.227  # 22 lines to a page
POINT_MM = 25.4 / 72
TITLE_LINE_MM = 12.2724
TITLE_CELLS = 19  # 22 pt characters that fit comfortably into 156 mm (20 touch both edges)
MARK_WIDTH_PT = 156 / 25.4 * 72

# Words that a title is never broken inside. Names of places and firms are protected by the penalty
# on breaks between characters that belong to no word.
_WORDS = sorted(
    (Path(__file__).parent / "title_words.txt").read_text(encoding="utf-8").split(), key=len, reverse=True
)


def cells(text: str) -> float:
    """Width of ``text`` in cells; digits of the body face, and roughly its Latin letters, are 0.464 wide."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.464 for char in text)


def chinese_date(iso: str | date) -> str:
    """成文日期: Arabic figures, no leading zeros (2014年9月5日)."""
    day = date.fromisoformat(iso) if isinstance(iso, str) else iso
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(number: int) -> str:
    """Chinese numeral for headings, 1 to 99: 一, 十, 十一, 二十 …"""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{digits[tens]}十")
    return head + (digits[ones] if ones or not tens else "")


def grid(height: float) -> float:
    """``height`` in mm, rounded up to whole lines, so that the text below stays on the line grid."""
    return -(-round(height - 0.3, 3) // LINE_MM) * LINE_MM


def issuer_mark(issuer: str, closing: str = "文件") -> dict[str, Any]:
    """How the red issuer mark is set: lines, size in pt and offsets from its place, how far it is narrowed.

    ``closing`` follows the issuer's name; a 函 has none.

    The mark stays on one line while its characters stay at least 26 pt tall and 0.62 of their height
    wide, which is how long names are cut in practice; a longer name takes two lines.
    """
    text = f"{issuer}{closing}"
    lines = [text] if len(text) <= 26 else break_title(text, limit=22, most=2)
    longest = max(len(line) for line in lines)
    tallest = 44.0 if len(lines) == 1 else 34.0
    height = min(tallest, MARK_WIDTH_PT / (longest * 0.62))
    natural = longest * height
    narrow = min(1.0, MARK_WIDTH_PT / natural)
    tracking = (
        max(0.0, min(0.12 * height, (0.86 * MARK_WIDTH_PT - natural) / longest)) if narrow == 1.0 else 0.0
    )
    height, tracking = round(height, 2), round(tracking, 2)
    width = longest * (height + tracking) + 2
    # The ink of this face starts 6 % of the size below the top of the line box.
    return {
        "lines": lines,
        "height": height,
        "narrow": round(narrow, 4),
        "tracking": tracking,
        "width": round(width, 2),
        "shift": round(-width / 2, 2),
        "rise": round(-0.06 * height, 2),
    }


@lru_cache(maxsize=512)
def _break_title(title: str, limit: int, most: int) -> tuple[str, ...]:
    costs = _break_costs(title)
    best: tuple[float, tuple[str, ...]] | None = None
    fewest = max(1, -(-len(title) // limit))
    for count in range(fewest, min(most, fewest + 1) + 1):
        for cuts in _cut_sets(len(title), count, limit):
            edges = (0, *cuts, len(title))
            lengths = [b - a for a, b in pairwise(edges)]
            cost = _shape_cost(lengths) + sum(costs[cut] for cut in cuts) + 14 * (count - fewest)
            if best is None or cost < best[0]:
                best = (cost, tuple(title[a:b] for a, b in pairwise(edges)))
    return best[1] if best else tuple(title[at : at + limit] for at in range(0, len(title), limit))


def break_title(title: str, limit: int = TITLE_CELLS, most: int = 5) -> list[str]:
    """Lines of a title: full in meaning, no word split, in the shape of a trapezoid or diamond.

    ``limit`` is the longest line in characters; a title too long for ``most`` lines is cut at the limit.
    """
    return list(_break_title(title, limit, most))


def _break_costs(title: str) -> list[float]:
    """Cost of a break before each index: impossible inside a word, dear inside a run of other characters."""
    word_at = [0] * (len(title) + 1)  # number of the word that covers the character, 0 for none
    at, number = 0, 0
    while at < len(title):
        word = next((word for word in _WORDS if title.startswith(word, at)), "")
        number += 1
        for offset in range(len(word)):
            word_at[at + offset] = number
        at += len(word) or 1
    result = [0.0] * (len(title) + 1)
    for cut in range(1, len(title)):
        before, after = word_at[cut - 1], word_at[cut]
        in_year = title[cut - 1].isdigit() and (title[cut].isdigit() or title[cut] == "年")
        if in_year or (before and before == after):
            result[cut] = 1000
        elif title[cut] in "的、》）”，。和与及" or title[cut - 1] in "《（“":
            result[cut] = 400
        elif not before and not after:
            result[cut] = 60
        elif title.startswith("关于", cut):
            result[cut] = -6
        elif title.startswith("共青团", cut):
            result[cut] = -4
        else:
            result[cut] = 2 if before and after else 8
    return result


def _cut_sets(length: int, count: int, limit: int) -> Iterator[tuple[int, ...]]:
    """All ways to cut ``length`` characters into ``count`` lines of sensible length."""
    shortest = max(2, int(length / count * 0.55))

    def walk(start: int, left: int) -> Iterator[tuple[int, ...]]:
        if left == 1:
            if shortest <= length - start <= limit:
                yield ()
            return
        for cut in range(start + shortest, min(start + limit, length - shortest) + 1):
            for rest in walk(cut, left - 1):
                yield (cut, *rest)

    return walk(0, count)


def _shape_cost(lengths: list[int]) -> float:
    """GB/T 9704 asks for a trapezoid or diamond: even steps are good, rectangle and hourglass are not."""
    mean = sum(lengths) / len(lengths)
    cost = sum((length - mean) ** 2 for length in lengths) * 0.45
    steps = [b - a for a, b in pairwise(lengths)]
    if len(lengths) > 1 and len(set(lengths)) == 1:
        cost += 3
    falls_then_rises = any(a < 0 and any(b > 0 for b in steps[at + 1 :]) for at, a in enumerate(steps))
    return cost + (12 if falls_then_rises else 0)
