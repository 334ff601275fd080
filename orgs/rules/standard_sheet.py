"""The six-haves standard as the rows of one sheet, and back without loss: pure functions.

Each row begins with what it is (行类). The order of rows is the order of the standard; an item belongs to the
criterion above it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from .standards import Standard, number_of, shown

Cell = Any
Row = list[Cell]
TITLE, JOINT, RULE, GRADE, VETO, CRITERION, ITEM = (
    "名称",
    "联合团支部",
    "合格规则",
    "星级",
    "一票否决",
    "大类",
    "项目",
)
ROW_KINDS = (TITLE, JOINT, RULE, GRADE, VETO, CRITERION, ITEM)
SHEET, POINTS = "验收标准", "分值"
HEADERS = ("行类", "编号", "内容", "佐证", "达标要求", POINTS, "必备", "查验方式")
YES, NO = "是", "否"
#: The words of the sheet are those of the file format: Chinese in every language, so that a file is read anywhere.
RULES = {
    "min_total": "合格总分不低于",
    "min_each_criterion_ratio": "每个大类不低于其满分的比例",
    "all_mandatory": "必备项须全部达标",
    "no_veto": "有一票否决项即不合格",
    "min_age_months": "成立满几个月方可申请",
}
KIND_WORDS = {"document": "材料", "photo": "照片", "interview": "访谈"}
MOST_ROWS = 400


class SheetFault(ValueError):
    """A sheet that is no standard; ``faults`` say for each row what to put right."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def rows_of(standard: Standard) -> list[Row]:
    """The rows of a standard."""
    passing = standard["pass"]
    rows: list[Row] = [_row(TITLE, "", standard["title"]), _row(JOINT, "", standard["joint_rule"])]
    for key, label in RULES.items():
        value = passing[key]
        shown_value = (YES if value else NO) if isinstance(value, bool) else _cell(value)
        rows.append(_row(RULE, "", label, points=shown_value))
    rows += [_row(GRADE, str(one["stars"]), "", points=_cell(one["from"])) for one in standard["grades"]]
    rows += [_row(VETO, one["code"], one["text"]) for one in standard["vetoes"]]
    for criterion in standard["criteria"]:
        rows.append(_row(CRITERION, criterion["code"], criterion["name"]))
        rows += [_item_row(item) for item in criterion["items"]]
    return rows


def _row(kind: str, code: str, text: str, *, points: Cell = None) -> Row:
    return [kind, code, text, None, None, points, None, None]


def _item_row(item: dict[str, Any]) -> Row:
    words = "、".join(KIND_WORDS[kind] for kind in item["kinds"])
    return [
        ITEM,
        item["code"],
        item["text"],
        item["evidence"],
        item["pass_rule"],
        _cell(item["points"]),
        YES if item["mandatory"] else NO,
        words,
    ]


def _cell(value: Any) -> Cell:
    """A number as a number, so that Excel sums it; what was typed and is none as the text that it is."""
    found = number_of(value)
    if found is None:
        return str(value)
    return int(found) if found == found.to_integral_value() else float(found)


def points_from(value: Any) -> int | float | str:
    """Points as a standard keeps them: a whole or half number, or the text that was typed and is no number."""
    found = number_of(value)
    if found is None:
        return _text(value)
    return int(found) if found == found.to_integral_value() else float(found)


def ratio_from(value: Any) -> str:
    """The ratio as a standard keeps it: text of a decimal fraction (``0.6``)."""
    return _text(value) if number_of(value) is None else shown(value)


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def standard_from(rows: Iterable[tuple[int, Sequence[Cell]]]) -> dict[str, Any]:
    """The standard that the rows below the header say. Raises SheetFault, with every row that cannot be read."""
    reader = _Reader()
    for number, cells in rows:
        reader.take(number, [*cells, *([None] * len(HEADERS))][: len(HEADERS)])
    return reader.finish()


class _Reader:
    """Takes row after row; what is missing at the end is named."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.standard: dict[str, Any] = {
            "title": "",
            "pass": {},
            "grades": [],
            "joint_rule": "",
            "vetoes": [],
            "criteria": [],
        }
        self.takers: dict[str, Callable[[int, Sequence[Cell]], None]] = {
            TITLE: self.take_title,
            JOINT: self.take_joint,
            RULE: self.take_rule,
            GRADE: self.take_grade,
            VETO: self.take_veto,
            CRITERION: self.take_criterion,
            ITEM: self.take_item,
        }

    def fault(self, number: int, text: str) -> None:
        self.faults.append(_("第 %(row)d 行：%(text)s") % {"row": number, "text": text})

    def take(self, number: int, cells: Sequence[Cell]) -> None:
        kind = _text(cells[0])
        if taker := self.takers.get(kind):
            taker(number, cells)
        else:
            values = {"kind": kind, "known": "、".join(ROW_KINDS)}
            self.fault(number, _("行类“%(kind)s”不认识，应为：%(known)s。") % values)

    def take_title(self, _number: int, cells: Sequence[Cell]) -> None:
        self.standard["title"] = _text(cells[2])

    def take_joint(self, _number: int, cells: Sequence[Cell]) -> None:
        self.standard["joint_rule"] = _text(cells[2])

    def take_rule(self, number: int, cells: Sequence[Cell]) -> None:
        label, value = _text(cells[2]), cells[5]
        key = next((key for key, known in RULES.items() if known == label), None)
        if key is None:
            self.fault(number, _("合格规则“%(label)s”不认识，请从下载的表中复制。") % {"label": label})
        elif key in ("all_mandatory", "no_veto"):
            self.standard["pass"][key] = self.yes_or_no(number, value)
        elif key == "min_each_criterion_ratio":
            self.standard["pass"][key] = ratio_from(value)
        else:
            self.standard["pass"][key] = points_from(value)

    def take_grade(self, number: int, cells: Sequence[Cell]) -> None:
        stars = number_of(cells[1])
        if stars is None or stars not in range(1, 6):
            self.fault(number, _("星级的编号应为 1 至 5，现为“%(value)s”。") % {"value": _text(cells[1])})
        else:
            self.standard["grades"].append({"stars": int(stars), "from": points_from(cells[5])})

    def take_veto(self, _number: int, cells: Sequence[Cell]) -> None:
        self.standard["vetoes"].append({"code": _text(cells[1]), "text": _text(cells[2])})

    def take_criterion(self, _number: int, cells: Sequence[Cell]) -> None:
        self.standard["criteria"].append({"code": _text(cells[1]), "name": _text(cells[2]), "items": []})

    def take_item(self, number: int, cells: Sequence[Cell]) -> None:
        if not self.standard["criteria"]:
            self.fault(number, _("项目上面没有大类，请先写一行“大类”。"))
            return
        words = [
            word
            for word in _text(cells[7]).replace(",", "、").replace("，", "、").split("、")
            if word.strip()
        ]
        kinds = {word: kind for kind, word in KIND_WORDS.items()}
        for word in words:
            if word.strip() not in kinds:
                values = {"word": word.strip(), "known": "、".join(kinds)}
                self.fault(number, _("查验方式“%(word)s”不认识，应为：%(known)s。") % values)
        self.standard["criteria"][-1]["items"].append(
            {
                "code": _text(cells[1]),
                "text": _text(cells[2]),
                "evidence": _text(cells[3]),
                "pass_rule": _text(cells[4]),
                "points": points_from(cells[5]),
                "mandatory": self.yes_or_no(number, cells[6]),
                "kinds": [kinds[word.strip()] for word in words if word.strip() in kinds],
            }
        )

    def yes_or_no(self, number: int, value: Cell) -> bool:
        text = _text(value)
        if text not in (YES, NO, ""):
            self.fault(number, _("“%(value)s”应为“是”或“否”。") % {"value": text})
        return text == YES

    def finish(self) -> dict[str, Any]:
        for key, label in RULES.items():
            if key not in self.standard["pass"]:
                self.faults.append(
                    _("缺少合格规则“%(label)s”，请从下载的表中复制这一行。") % {"label": label}
                )
        if not self.standard["criteria"]:
            self.faults.append(_("没有“大类”行。请先下载现行标准，在其中修改后上传。"))
        if self.faults:
            raise SheetFault(self.faults)
        return self.standard
