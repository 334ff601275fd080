"""Forms of the survey flow."""

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.actions.survey import propose_classification, record_visit
from orgs.enums import Classification
from orgs.models import Person, Survey, Visit
from orgs.rules.register_merge import people_problems
from orgs.rules.survey import Suggestion

from ..models import Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIGURES = ("employees", "youth", "members", "party_members")
MOST_PEOPLE = 2_000_000
MOST_PHOTOS = 6
REVISIT = "revisit"


class PhotoInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class Photos(forms.FileField):
    """Up to :data:`MOST_PHOTOS` files; their content is checked where they are stored."""

    widget = PhotoInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [super(Photos, self).clean(file, initial) for file in data or [] if file]
        if len(files) > MOST_PHOTOS:
            message = _("一次最多上传 %(limit)d 个文件，选择了 %(count)d 个。请挑选后重新选择。")
            raise forms.ValidationError(message % {"limit": MOST_PHOTOS, "count": len(files)})
        return files


def count_field(label: "StrOrPromise") -> forms.IntegerField:
    """A number of people; required only where the unit was found."""
    field = forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        error_messages={
            "invalid": _("请填写整数，例如 12；没有的填 0。"),
            "min_value": _("人数不能小于 %(limit_value)s，请改填。"),
            "max_value": _("人数不能大于 %(limit_value)s，请核对。"),
        },
    )
    field.widget.attrs["inputmode"] = "numeric"
    return field


class VisitForm(forms.Form):
    """What was found at the unit; beside each figure stands what the register says."""

    visited_on = forms.DateField(
        label=_("走访日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("请填写走访日期。"),
            "invalid": _("走访日期不是有效日期，请按 2014-09-05 的格式填写。"),
        },
    )
    found = forms.TypedChoiceField(
        label=_("单位是否在登记地址经营"),
        widget=forms.RadioSelect,
        choices=[("yes", _("在，见到了单位人员")), ("no", _("不在，已注销、迁出或查无此单位"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("请选择走访时单位是否在登记地址经营。")},
    )
    employees = count_field(_("从业人员"))
    youth = count_field(_("35岁以下青年"))
    members = count_field(_("团员"))
    party_members = count_field(_("党员"))
    party_organization = forms.CharField(
        label=_("党组织"), max_length=100, required=False, help_text=_("写党组织全称；没有则留空。")
    )
    willingness = forms.ChoiceField(
        label=_("建团意愿"), widget=forms.RadioSelect, choices=Visit.Willingness.choices, required=False
    )
    interviewee = forms.CharField(
        label=_("受访人"), max_length=40, required=False, help_text=_("姓名和职务，例如：王经理（人事）。")
    )
    notes = forms.CharField(
        label=_("走访记录"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": _("谈了什么，有哪些骨干，还缺什么条件，下一步怎么联系")}
        ),
        error_messages={"max_length": _("走访记录最多 %(limit_value)d 字，现有 %(show_value)d 字，请精简。")},
    )
    photos = Photos(
        label=_("照片或证明材料"),
        required=False,
        help_text=_("可不传。JPG、PNG 或 PDF，最多 6 个；照片中的拍摄地点等信息会自动去除。"),
    )

    def __init__(self, data: Any = None, files: Any = None, *, survey: Survey, on: dt.date, by: Person):
        unit, last = survey.unit, survey.visits.last()
        figures = last if last is not None and last.found else unit
        initial = {key: getattr(figures, key) for key in FIGURES}
        initial |= {"visited_on": on, "party_organization": figures.party_organization}
        super().__init__(data, files, initial=initial)
        self.survey, self.on, self.by = survey, on, by
        self.fields["photos"].widget.attrs |= {"accept": ".jpg,.jpeg,.png,.pdf", "multiple": True}
        for key in FIGURES:
            count = getattr(unit, key)
            self.fields[key].help_text = gettext("底本登记 %(count)d 人") % {"count": count}

    def clean(self) -> dict:
        data = super().clean() or {}
        day = data.get("visited_on")
        if day and day > self.on:
            values = {"day": day.isoformat(), "today": self.on.isoformat()}
            message = _("走访日期 %(day)s 晚于今天（%(today)s），请填写实际走访的日期。")
            self.add_error("visited_on", message % values)
        if data.get("found") is True:
            self._clean_found(data)
        elif data.get("found") is False:
            self._clean_absent(data)
        return data

    def _clean_found(self, data: dict) -> None:
        for key in FIGURES:
            if data.get(key) is None and key not in self.errors:
                self.add_error(
                    key, _("请填写%(label)s的人数，没有的填 0。") % {"label": self.fields[key].label}
                )
        if not data.get("willingness"):
            self.add_error("willingness", _("请选择单位的建团意愿。"))
        if not data.get("interviewee"):
            self.add_error("interviewee", _("请填写受访人，便于以后联系和核实。"))
        if all(data.get(key) is not None for key in FIGURES):
            for key, message in people_problems(data).items():
                self.add_error(key, message)

    def _clean_absent(self, data: dict) -> None:
        """Of a unit that is not there nothing can be counted; what was typed about it does not count."""
        for key in FIGURES:
            self.errors.pop(key, None)
            data[key] = 0
        data |= {"party_organization": "", "willingness": ""}
        if not (data.get("notes") or "").strip() and "notes" not in self.errors:
            self.add_error("notes", _("请写明怎样核实的，例如向物业或邻近单位询问的情况。"))

    def save(self) -> Visit:
        found = {key: value for key, value in self.cleaned_data.items() if key != "photos"}
        return record_visit(self.survey, by=self.by, **found)


class ClassificationForm(forms.Form):
    """The proposed outcome of the survey, or another visit."""

    classification = forms.ChoiceField(
        label=_("摸底结论"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择摸底结论；情况不清的，选择重新走访。")},
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("依据走访情况说明，便于审批人确认")}),
        error_messages={
            "required": _("请写明理由，便于审批人确认。"),
            "max_length": _("理由最多 %(limit_value)d 字，现有 %(show_value)d 字，请精简。"),
        },
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        survey: Survey,
        suggestion: Suggestion,
        outcomes: list[Outcome],
    ):
        super().__init__(data, files)
        self.survey = survey
        choices = list(Classification.choices)
        if Outcome.RETURNED in outcomes:
            choices.append((REVISIT, _("情况不清，重新走访")))
        cast(forms.ChoiceField, self.fields["classification"]).choices = choices
        self.initial = {
            "classification": survey.classification or suggestion.classification,
            "reason": survey.classification_reason,
        }

    @property
    def asks_revisit(self) -> bool:
        return self.cleaned_data["classification"] == REVISIT

    def clean_classification(self) -> str:
        value = self.cleaned_data["classification"]
        least = self.survey.rules["min_members"]["branch"]
        last = self.survey.visits.last()
        if value == Classification.READY_STANDALONE and last is not None and last.members < least:
            message = _(
                "走访核实团员 %(members)d 人，不足 %(least)d 人，不能独立建团。"
                "请选择联合建团或培育；人数有疑问的，选择重新走访。"
            )
            raise forms.ValidationError(message % {"members": last.members, "least": least})
        return value

    def save(self) -> None:
        propose_classification(
            self.survey,
            Classification(self.cleaned_data["classification"]),
            reason=self.cleaned_data["reason"],
        )
