"""Invented rows of a baseline register: plausible for Haidian, repeatable, without real people or
companies.

Names are joined from syllables that no well-known company uses; codes carry a body (``XNLY…``) that the
registries do not give out; telephone numbers are of the unassigned block 010-5555. Shares by section and
street follow what the streets are known for, head counts a log-normal distribution.
"""

import math
import random
from collections.abc import Sequence
from datetime import date, timedelta

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from orgs.rules.reference import industry_sections, streets
from orgs.rules.registration import organization_check_digit
from orgs.rules.survey_columns import HAS, HAS_NOT, NO, NUMBER_KINDS, UNIT_KINDS, YES

FIRST = "棠栩槿苒澄蓂岚樾沅筠霁峤穗垚淼鹿汀芷萤杉"
MIDDLE = "禾屿舟笙柚砚栎湄荻檀溪蕤桐芮榆葭枫菱芃荟"
LAST = "里遥同令合弦朗知之以谦立言行成彦歌野望汇"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = "晓明文静志远思雨佳宁子涵雪松海燕立新小川若兰亦凡书瑶一鸣清扬"

TRADES = {
    "I": ("软件", "信息技术", "网络科技", "数据服务"),
    "M": ("科技", "检测技术", "生物技术", "工程设计"),
    "F": ("商贸", "百货", "文化用品", "电子产品"),
    "L": ("人力资源", "企业管理", "会展服务", "广告"),
    "P": ("教育科技", "职业培训", "语言培训"),
    "H": ("餐饮管理", "酒店管理", "快餐"),
    "K": ("物业管理", "房地产经纪"),
    "E": ("建筑工程", "装饰工程"),
    "C": ("仪器制造", "医疗器械", "光电设备"),
    "G": ("快递服务", "物流", "汽车租赁"),
    "O": ("家政服务", "保洁服务", "汽车维修"),
    "R": ("文化传媒", "体育发展", "影视文化"),
    "Q": ("口腔门诊", "养老服务"),
    "J": ("投资管理", "融资租赁"),
    "N": ("园林绿化", "环境工程"),
    "A": ("都市农业", "花卉种植"),
}
ORDINARY = {
    "I": 14,
    "M": 12,
    "F": 16,
    "L": 12,
    "P": 8,
    "H": 11,
    "K": 7,
    "E": 5,
    "C": 3,
    "G": 4,
    "O": 5,
    "R": 5,
}
ORDINARY |= {"Q": 2, "J": 3, "N": 2}
LEANING = {
    "中关村街道": {"I": 45, "M": 22, "J": 6},
    "上地街道": {"I": 60, "M": 20, "C": 6},
    "海淀街道": {"I": 30, "M": 15, "P": 12, "J": 6},
    "学院路街道": {"I": 28, "M": 22, "P": 16},
    "花园路街道": {"I": 22, "M": 16, "R": 10},
    "西北旺地区": {"I": 35, "M": 15, "C": 6},
    "苏家坨地区": {"A": 30, "H": 15, "N": 10},
    "上庄地区": {"A": 25, "N": 10, "E": 10},
    "温泉地区": {"C": 12, "A": 8, "M": 12},
    "四季青地区": {"F": 24, "E": 10, "C": 8},
    "清河街道": {"F": 20, "H": 14, "I": 16},
}
WEIGHTS = {
    "中关村街道": 26,
    "上地街道": 24,
    "海淀街道": 20,
    "学院路街道": 18,
    "清河街道": 14,
    "花园路街道": 13,
}
WEIGHTS |= {
    "西北旺地区": 13,
    "四季青地区": 12,
    "北太平庄街道": 12,
    "清华园街道": 4,
    "燕园街道": 3,
    "香山街道": 5,
}
SOCIAL: tuple[tuple[str, str], ...] = (
    ("青少年服务中心", "R"),
    ("职业培训学校", "P"),
    ("社会工作事务所", "Q"),
    ("科技促进会", "M"),
)
SOCIAL += (("行业协会", "S"), ("公益发展中心", "Q"), ("老年服务中心", "Q"), ("文化艺术交流协会", "R"))
ROADS = ("榆荫", "柳堤", "云锦", "松泉", "银桦", "知秋", "晴川", "望禾", "听枫", "明渠")
SCALE_BASIS = {
    "F": "年主营业务收入500万元以上（零售）",
    "H": "年主营业务收入200万元以上",
    "E": "有总承包或专业承包资质",
}
SCALE_BASIS |= {
    "C": "年主营业务收入2000万元以上",
    "I": "年营业收入2000万元以上",
    "G": "年营业收入2000万元以上",
}
SOCIAL_SHARE = 0.12


class RegisterMaker:
    """Makes rows in the order of the register's columns. The same seed gives the same rows."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.cores: set[str] = set()
        self.serial = 0

    def rows(self, count: int) -> list[list[object]]:
        """``count`` sound rows over all sub-districts, sorted by sub-district, numbered from 1."""
        names = [street["name"] for street in streets()]
        weights = [WEIGHTS.get(name, 8) for name in names]
        places = sorted(
            names * 3 + self.random.choices(names, weights, k=count - 3 * len(names)), key=names.index
        )
        return [[number, *self._unit(place)] for number, place in enumerate(places, start=1)]

    def _unit(self, place: str) -> Sequence[object]:
        social = self.random.random() < SOCIAL_SHARE
        section, name = self._social_name() if social else self._company_name(place)
        kind, number = self._number(social)
        employees, youth, members, party = self._people(section, social)
        above = not social and employees >= 60 and self.random.random() < 0.7
        party_organization = self._party_organization(name, party)
        return [
            place,
            name,
            kind,
            number,
            self._address(),
            UNIT_KINDS[1] if social else UNIT_KINDS[0],
            f"{section} {industry_sections()[section]}",
            YES if above else NO,
            SCALE_BASIS.get(section, "年营业收入1000万元以上") if above else None,
            date(2021, 1, 4) + timedelta(days=self.random.randint(0, 1500)) if above else None,
            employees,
            youth,
            members,
            party,
            party_organization,
            HAS if employees >= 25 and self.random.random() < 0.5 else HAS_NOT,
            self.random.choice(SURNAMES) + "".join(self.random.sample(GIVEN, self.random.choice((1, 2, 2)))),
            f"010-5555{self.random.randint(0, 9999):04d}",
            YES if above and employees >= 90 and self.random.random() < 0.5 else NO,
            None,
        ]

    def _address(self) -> str:
        road, floor = self.random.choice(ROADS), self.random.randint(1, 18)
        room = floor * 100 + self.random.randint(1, 20)
        building = f"{self.random.randint(1, 199)}号{self.random.randint(1, 12)}号楼"
        return f"北京市海淀区{road}路{building}{floor}层{room}室"

    def _core(self) -> str:
        while True:
            core = self.random.choice(FIRST) + self.random.choice(MIDDLE) + self.random.choice(LAST)
            if core not in self.cores:
                self.cores.add(core)
                return core

    def _company_name(self, place: str) -> tuple[str, str]:
        shares = ORDINARY | LEANING.get(place, {})
        section = self.random.choices(list(shares), list(shares.values()))[0]
        core, trade = self._core(), self.random.choice(TRADES[section])
        form = self.random.choices(("有限公司", "有限责任公司", "股份有限公司"), (80, 13, 7))[0]
        if self.random.random() < 0.25:
            return section, f"{core}{trade}（北京）{form}"
        return section, f"北京{core}{trade}{form}"

    def _social_name(self) -> tuple[str, str]:
        form, section = self.random.choice(SOCIAL)
        return section, f"北京市海淀区{self._core()}{form}"

    def _number(self, social: bool) -> tuple[str, str]:
        self.serial += 1
        kind = self.random.choices((0, 1, 2), (88, 7, 5) if not social else (92, 0, 8))[0]
        return NUMBER_KINDS[kind], number_of_kind(kind, self.serial, social)

    def _people(self, section: str, social: bool) -> tuple[int, int, int, int]:
        """Employees, youth, members, Party members; each within the next."""
        middle = 12 if social else {"I": 45, "H": 30, "K": 40, "G": 55, "C": 60}.get(section, 24)
        employees = max(2, min(4200, round(math.exp(self.random.gauss(math.log(middle), 1.05)))))
        young = {"I": 0.7, "H": 0.6, "G": 0.62, "P": 0.58, "R": 0.55}.get(section, 0.42)
        youth = min(employees, round(employees * min(0.95, max(0.05, self.random.gauss(young, 0.12)))))
        members = min(youth, round(youth * min(0.7, max(0.0, self.random.gauss(0.22, 0.14)))))
        party = min(employees, round(employees * max(0.0, self.random.gauss(0.09, 0.05))))
        return employees, youth, members, party

    def _party_organization(self, name: str, party: int) -> str:
        if party < 3 or self.random.random() < 0.35:
            return HAS_NOT
        return f"中共{name}支部委员会" if self.random.random() < 0.7 else HAS


def number_of_kind(kind: int, serial: int, social: bool = False) -> str:
    """A number with valid check digits that no unit bears: the body ``XNLY`` is not given out."""
    body = f"XNLY{serial:04d}"
    code = body + organization_check_digit(body)
    if kind == 0:
        front = ("52" if social else "91") + "110108" + code
        return front + uscc.calc_check_digit(front)
    if kind == 1:
        front = f"1101089{serial:07d}"
        return front + mod_11_10.calc_check_digit(front)
    return f"{body}-{code[8]}"
