"""The rows of the founding's lists."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orgs.enums import Gender, OfficerDuty, PoliticalStatus
from orgs.models import Unit

from ...fields import Count, Day, Text
from ...unit_rows import MOST_ROWS, Row, total_rows


class RosterRow(Row):
    name = Text(label=_("姓名"), max_length=40)
    gender = forms.ChoiceField(
        label=_("性别"),
        choices=[("", _("请选择")), *Gender.choices],
        error_messages={"required": _("请选择性别。")},
    )
    born_on = Day(label=_("出生日期"))
    joined_on = Day(label=_("入团日期"), required=False)
    political_status = forms.ChoiceField(
        label=_("政治面貌"), choices=PoliticalStatus.choices, initial=PoliticalStatus.LEAGUE_MEMBER
    )
    unit_name = Text(label=_("所在单位"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.not_in_future("born_on", "joined_on")
        born, joined = data.get("born_on"), data.get("joined_on")
        if born and joined and joined <= born:
            self.add_error("joined_on", _("入团日期应晚于出生日期，请核对两项日期。"))
        return data


class OfficerRow(Row):
    name = Text(label=_("姓名"), max_length=40)
    duty = forms.ChoiceField(label=_("拟任职务"), choices=OfficerDuty.choices, initial=OfficerDuty.MEMBER)
    born_on = Day(label=_("出生日期"))
    political_status = forms.ChoiceField(
        label=_("政治面貌"), choices=PoliticalStatus.choices, initial=PoliticalStatus.LEAGUE_MEMBER
    )
    resume = Text(label=_("简历"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.not_in_future("born_on")
        return data


class CoveredRow(Row):
    """A covered unit, named or given by its registration number; ``units`` are those that may be chosen."""

    unit = forms.CharField(
        label=_("单位名称或证照号码"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "unit-choices", "autocomplete": "off"}),
        error_messages={"required": _("请填写单位名称或证照号码。")},
    )
    members = Count(label=_("团员"))
    consented_on = Day(label=_("同意日期"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units

    def clean_unit(self) -> Unit | None:
        text = self.cleaned_data["unit"].strip()
        if not text:
            return None
        exact = list(self.units.filter(number__iexact=text)[:1]) or list(self.units.filter(name=text)[:2])
        if len(exact) == 1:
            return exact[0]
        found = list(self.units.filter(name__icontains=text).order_by("name")[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                _("本辖区的底本中没有“%(text)s”。请核对名称或证照号码；未登记的单位请先由街镇登记入册。")
                % {"text": text}
            )
        names = _("、").join(
            _("%(name)s（%(number)s）") % {"name": unit.name, "number": unit.number} for unit in found[:5]
        )
        raise forms.ValidationError(
            _("“%(text)s”对应多家单位，请填写其中一家的证照号码：%(names)s。")
            % {"text": text, "names": names}
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.not_in_future("consented_on")
        return data


class CandidateRow(Row):
    name = Text(label=_("候选人"), max_length=40)
    votes = Count(label=_("得票"))


def put_rows(data: QueryDict, prefix: str, rows: Sequence[dict[str, str]], *, replace: bool) -> None:
    """Write rows of text into a sent formset, behind the filled ones or in their place."""
    total = total_rows(data, prefix)
    names = ("name", "gender", "born_on", "joined_on", "political_status", "unit_name")
    filled = [
        number
        for number in range(total)
        if any(data.get(f"{prefix}-{number}-{name}") for name in names if name != "political_status")
    ]
    start = 0 if replace else (filled[-1] + 1 if filled else 0)
    for key in [key for key in data if key.startswith(f"{prefix}-")]:
        number = key.removeprefix(f"{prefix}-").split("-")[0]
        if number.isdigit() and int(number) >= start:
            del data[key]
    for place, row in enumerate(rows[: MOST_ROWS - start], start=start):
        for name, value in row.items():
            data[f"{prefix}-{place}-{name}"] = value
    data[f"{prefix}-TOTAL_FORMS"] = str(min(start + len(rows), MOST_ROWS))
    data[f"{prefix}-INITIAL_FORMS"] = "0"
