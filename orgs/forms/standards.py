"""The editor of the six-haves standard: one long form over a draft, which keeps whatever is typed.

Nothing is required and numbers are text here: a draft may be half done, and what is wrong with it is said in words
beside the form (:mod:`orgs.rules.standard_problems`). Codes are given by the system and cannot be typed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from ..rules.standard_sheet import points_from, ratio_from
from ..rules.standards import EVIDENCE_KINDS, Standard, number_of, shown
from .fields import DATE_ERRORS, DayInput, name_missing_fields

MOST_CRITERIA = 20
MOST_ITEMS = 40
STARS = [(str(number), "★" * number) for number in range(5, 0, -1)]


def line(label: Any, longest: int, *, lines: int = 0, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": lines, "maxlength": longest}) if lines else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget, help_text=hint)


def figure(label: Any, hint: Any = "") -> forms.CharField:
    """A number that may be typed wrongly: it is kept, and the problems say what is wanted."""
    attributes = {"inputmode": "decimal", "class": "figure", "autocomplete": "off"}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, required=False, max_length=12, widget=widget, help_text=hint)


class HeadForm(forms.Form):
    """Title and pass rule."""

    title = line(_("名称"), 60)
    joint_rule = line(_("联合团支部怎样评"), 300, lines=2)
    min_total = figure(_("合格总分不低于"))
    percent = figure(_("每个大类不低于其满分的（%）"))
    min_age_months = figure(_("成立满几个月方可申请"))
    all_mandatory = forms.BooleanField(label=_("必备项须全部达标"), required=False)
    no_veto = forms.BooleanField(label=_("有一票否决项即不合格"), required=False)


class CriterionForm(forms.Form):
    """Name and place of a criterion; its items are a formset of their own."""

    code = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    name = line(_("大类名称"), 40)
    position = forms.IntegerField(label=_("次序"), required=False, min_value=1, max_value=99)
    remove = forms.BooleanField(label=_("删除整个大类"), required=False)


class ItemForm(forms.Form):
    """One item. ``home`` moves it to another criterion with the next save; its code stays."""

    code = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    text = line(_("内容"), 200)
    points = figure(_("分值"))
    evidence = line(_("佐证"), 200, lines=2)
    pass_rule = line(_("达标要求"), 300, lines=2)
    kinds = forms.MultipleChoiceField(
        label=_("查验方式"),
        required=False,
        choices=list(EVIDENCE_KINDS.items()),
        widget=forms.CheckboxSelectMultiple(),
    )
    mandatory = forms.BooleanField(label=_("必备项"), required=False)
    home = forms.ChoiceField(label=_("所属大类"), required=False)

    def __init__(self, *args: Any, homes: list[tuple[str, str]], home: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home"].choices = homes
        self.fields["home"].initial = home


class VetoForm(forms.Form):
    code = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    text = line(_("内容"), 200)


class GradeForm(forms.Form):
    stars = forms.ChoiceField(label=_("星级"), choices=STARS)
    start = figure(_("起始分"))


ROWS = {"extra": 0, "can_delete": True, "validate_max": True}
ItemFormSet = forms.formset_factory(ItemForm, can_order=True, max_num=MOST_ITEMS, **ROWS)
VetoFormSet = forms.formset_factory(VetoForm, can_order=True, max_num=30, **ROWS)
GradeFormSet = forms.formset_factory(GradeForm, max_num=10, **ROWS)


@dataclass
class CriterionPart:
    """A criterion in the editor."""

    number: int
    form: CriterionForm
    items: BaseFormSet


class StandardEditor:
    """All forms of the editor over a draft, or over what was posted."""

    def __init__(self, standard: Standard, data: Mapping[str, Any] | None = None) -> None:
        self.data = data
        self.head = HeadForm(data, prefix="head", initial=_head(standard))
        criteria = standard["criteria"]
        self.count = len(criteria) if data is None else _count(data.get("criteria", ""))
        names = [
            f"{one['code']} {one['name']}".strip() if one else str(number + 1)
            for number, one in _numbered(criteria, self.count)
        ]
        homes = [(str(number), name) for number, name in enumerate(names)]
        self.criteria = [self._part(number, one, homes) for number, one in _numbered(criteria, self.count)]
        vetoes = [{"code": one["code"], "text": one["text"]} for one in standard["vetoes"]]
        grades = [{"stars": str(one["stars"]), "start": shown(one["from"])} for one in standard["grades"]]
        self.vetoes = VetoFormSet(data, prefix="vetoes", initial=vetoes)
        self.grades = GradeFormSet(data, prefix="grades", initial=grades)

    def _part(self, number: int, criterion: Mapping[str, Any] | None, homes: list) -> CriterionPart:
        found = criterion or {"code": "", "name": "", "items": []}
        initial = {"code": found["code"], "name": found["name"], "position": number + 1}
        form = CriterionForm(self.data, prefix=f"criterion{number}", initial=initial)
        rows = [item | {"points": shown(item["points"])} for item in found["items"]]
        options = {"homes": homes, "home": str(number)}
        items = ItemFormSet(self.data, prefix=f"items{number}", initial=rows, form_kwargs=options)
        return CriterionPart(number, form, items)

    @property
    def forms(self) -> Iterator[forms.BaseForm | BaseFormSet]:
        yield self.head
        for part in self.criteria:
            yield part.form
            yield part.items
        yield self.vetoes
        yield self.grades

    def is_valid(self) -> bool:
        """False only for what no page of ours sends (a choice that there is not, too many rows) or too long a text."""
        valid = [one.is_valid() for one in self.forms]  # all of them, so that each shows its errors
        return all(valid)

    @property
    def standard(self) -> dict[str, Any]:
        """What was typed, as a standard; new parts have no code yet."""
        head = self.head.cleaned_data
        return {
            "title": head["title"],
            "pass": {
                "min_total": points_from(head["min_total"]),
                "min_each_criterion_ratio": _ratio(head["percent"]),
                "all_mandatory": head["all_mandatory"],
                "no_veto": head["no_veto"],
                "min_age_months": points_from(head["min_age_months"]),
            },
            "grades": self._grades(),
            "joint_rule": head["joint_rule"].replace("\r", ""),
            "vetoes": [{"code": one["code"], "text": one["text"]} for one in _rows(self.vetoes)],
            "criteria": self._criteria(),
        }

    def _grades(self) -> list[dict[str, Any]]:
        rows = [
            {"stars": int(form.cleaned_data["stars"]), "from": points_from(form.cleaned_data["start"])}
            for form in self.grades
            if form.cleaned_data and not form.cleaned_data["DELETE"]
        ]
        return sorted(rows, key=lambda one: -one["stars"])

    def _criteria(self) -> list[dict[str, Any]]:
        """The criteria in their order, each with the items that are to be in it."""
        homes: dict[int, list[dict[str, Any]]] = {part.number: [] for part in self.criteria}
        for part in self.criteria:
            for row in _rows(part.items):
                home = int(row["home"] or part.number)
                if home == part.number and part.form.cleaned_data["remove"]:
                    continue
                homes[home].append(_item(row))
        kept = [part for part in self.criteria if not part.form.cleaned_data["remove"] or homes[part.number]]
        kept.sort(key=lambda part: (part.form.cleaned_data["position"] or MOST_CRITERIA + 1, part.number))
        return [
            {
                "code": part.form.cleaned_data["code"],
                "name": part.form.cleaned_data["name"],
                "items": homes[part.number],
            }
            for part in kept
        ]


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "text": row["text"],
        "evidence": row["evidence"].replace("\r", ""),
        "pass_rule": row["pass_rule"].replace("\r", ""),
        "points": points_from(row["points"]),
        "mandatory": row["mandatory"],
        "kinds": row["kinds"],
    }


def _rows(formset: BaseFormSet) -> list[dict[str, Any]]:
    """What the rows that stay hold, in their order; a new row that nobody filled in is none."""
    return [
        form.cleaned_data
        for form in formset.ordered_forms
        if form.cleaned_data and (form.cleaned_data["code"] or form.has_changed())
    ]


def _numbered(criteria: list, count: int) -> list[tuple[int, Mapping[str, Any] | None]]:
    return [(number, criteria[number] if number < len(criteria) else None) for number in range(count)]


def _count(typed: str) -> int:
    return min(int(typed), MOST_CRITERIA) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0


def _head(standard: Standard) -> dict[str, Any]:
    passing = standard["pass"]
    ratio = number_of(passing["min_each_criterion_ratio"])
    return {
        "title": standard["title"],
        "joint_rule": standard["joint_rule"],
        "min_total": shown(passing["min_total"]),
        "percent": passing["min_each_criterion_ratio"] if ratio is None else shown(ratio * 100),
        "min_age_months": shown(passing["min_age_months"]),
        "all_mandatory": passing["all_mandatory"],
        "no_veto": passing["no_veto"],
    }


def _ratio(typed: str) -> str:
    percent = number_of(typed)
    return typed if percent is None else ratio_from(percent / Decimal(100))


class ProposalForm(forms.Form):
    """From when a draft is to hold."""

    valid_from = forms.DateField(
        label=_("施行日期"),
        widget=DayInput(),
        error_messages=DATE_ERRORS,
        help_text=_("不早于今天。此前已受理的验收按原标准办完。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class ReturnForm(forms.Form):
    """Why a proposal goes back."""

    reason = forms.CharField(
        label=_("退回理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class StandardFileForm(forms.Form):
    """A workbook that holds a whole standard."""

    file = forms.FileField(
        label=_("Excel 文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("先下载草案，在其中修改后上传；整份替换草案的内容。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
