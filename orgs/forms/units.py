"""The form of a unit's row in the baseline register."""

import datetime as dt

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..enums import UnitKind
from ..models import Unit
from ..rules.duplicates import UnitIdentity
from ..rules.masking import PHONE_SHAPE, masked_phone
from ..rules.registration import MalformedRegistrationNumber, parse_registration_number
from .fields import DATE_ERRORS, DayInput, PlaceChoice, name_missing_fields, section_choices

MAX_PEOPLE = 2_000_000
NUMBER_ERRORS = {
    "invalid": _("请填写整数，例如 120；没有的填 0。"),
    "min_value": _("人数不能小于 %(limit_value)s，请改填。"),
    "max_value": _("人数不能大于 %(limit_value)s，请核对。"),
}


class UnitForm(forms.ModelForm):
    """A unit's row in the baseline register (RULES sections 3 and 7).

    The telephone number is shown masked; while the masked text stands there, the stored number stays. ``based_on`` is
    the version that the person had before their eyes.
    """

    section = forms.ChoiceField(label=_("行业门类（GB/T 4754）"), choices=[("", "—"), *section_choices()])
    reason = forms.CharField(
        label=_("变更原因"), max_length=200, help_text=_("随底本版本留存，例如：走访核实。")
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)
    duplicates_checked = forms.BooleanField(label=_("我已逐一核对，确为不同的单位，仍要保存"), required=False)
    location = PlaceChoice(label=_("属地街镇"), queryset=None, empty_label=_("请选择"))
    affiliation = PlaceChoice(label=_("隶属团组织"), queryset=None, empty_label=_("请选择"))

    class Meta:
        model = Unit
        fields = [
            "name", "kind", "number", "number_override_reason", "address", "location", "affiliation",
            "direct_contact", "section", "above_scale", "above_scale_basis", "above_scale_on", "employees",
            "youth", "members", "party_members", "party_organization", "has_trade_union", "contact_name",
            "contact_phone", "remark",
        ]  # fmt: skip
        widgets = {"above_scale_on": DayInput(), "contact_phone": forms.TextInput(attrs={"inputmode": "tel"})}
        help_texts = {
            "number": _("18 位统一社会信用代码、15 位工商注册号或 9 位组织机构代码，类型自动识别。"),
            "above_scale_basis": _("例如：2013 年营业收入 2600 万元。"),
        }

    def __init__(self, *args, locations, affiliations, on: dt.date, base_phone: str = "", **kwargs):
        """``base_phone`` is the number of the version that a stale form was based on."""
        super().__init__(*args, **kwargs)
        self.on = on
        self.number_problem = ""
        self.fields["location"].queryset = locations
        self.fields["affiliation"].queryset = affiliations
        self.fields["above_scale_on"].error_messages |= DATE_ERRORS
        self.fields["kind"].choices = [("", "—"), *UnitKind.choices]
        for name in ("employees", "youth", "members", "party_members"):
            field = forms.IntegerField(
                label=self.fields[name].label, min_value=0, max_value=MAX_PEOPLE, error_messages=NUMBER_ERRORS
            )
            self.fields[name] = field
        self.stored_phone = self.instance.contact_phone
        self.untouched = {masked_phone(self.stored_phone), masked_phone(base_phone)}
        self.initial["contact_phone"] = masked_phone(self.stored_phone)
        self.initial["based_on"] = self.instance.version if self.instance.pk else None
        if not self.instance.pk:
            self.fields["reason"].initial = gettext("新增登记")
        name_missing_fields(self)

    @property
    def asks_override(self) -> bool:
        """Whether to show the reason for keeping a number whose check digit is wrong."""
        return bool(self.number_problem or self["number_override_reason"].value())

    def clean_number(self) -> str:
        try:
            number = parse_registration_number(self.cleaned_data["number"])
        except MalformedRegistrationNumber as malformed:
            raise forms.ValidationError(str(malformed)) from malformed
        self.instance.number_kind = number.kind
        self.number_problem = number.problem or ""
        return number.value

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"].strip()
        if "*" in phone:
            if phone in self.untouched:
                return self.stored_phone
            raise forms.ValidationError(_("号码中有星号。请填写完整的联系电话，或清空后保存。"))
        if phone and not PHONE_SHAPE.fullmatch(phone.replace(" ", "")):
            raise forms.ValidationError(_("不像电话号码。请核对，例如 010-55550101 或 11 位手机号。"))
        return phone.replace(" ", "")

    def clean_above_scale_on(self) -> dt.date | None:
        day = self.cleaned_data["above_scale_on"]
        if day and day > self.on:
            raise forms.ValidationError(_("认定日期晚于今天。请填已经认定的日期。"))
        return day

    def clean(self) -> dict:
        data = super().clean()
        self._check_number(data)
        self._check_scale(data)
        for part, whole in (("youth", "employees"), ("members", "youth"), ("party_members", "employees")):
            few, many = data.get(part), data.get(whole)
            if few is not None and many is not None and few > many:
                message = gettext("“%(part)s”%(few)d 人多于“%(whole)s”%(many)d 人。请核对两项人数。")
                values = {"part": self.fields[part].label, "whole": self.fields[whole].label}
                self.add_error(part, message % (values | {"few": few, "many": many}))
        return data

    def _check_number(self, data: dict) -> None:
        reason = data.get("number_override_reason", "").strip()
        if "number" in data and not self.number_problem:
            data["number_override_reason"] = ""
        elif self.number_problem and not reason:
            self.add_error("number", self.number_problem)
            self.add_error("number_override_reason", gettext("号码核对无误仍要保留的，请在此写明理由。"))

    def _check_scale(self, data: dict) -> None:
        """Flag, basis and date belong together (RULES section 7); rows imported without them may wait for a visit."""
        given = {key for key in ("above_scale_basis", "above_scale_on") if data.get(key)}
        bad = {"above_scale_on"} & set(self.errors)
        incomplete_before = self.initial.get("above_scale") and not (
            self.initial.get("above_scale_basis") and self.initial.get("above_scale_on")
        )
        if data.get("above_scale") and not incomplete_before:
            for key in sorted({"above_scale_basis", "above_scale_on"} - given - bad):
                message = gettext("规模以上单位须有依据和认定日期。请补填，或取消勾选“规模以上”。")
                self.add_error(key, message)
        elif given and not data.get("above_scale"):
            message = gettext("填写了规上依据或日期，但没有勾选“规模以上”。请勾选，或清空依据和日期。")
            self.add_error("above_scale", message)

    @property
    def identity(self) -> UnitIdentity:
        """What the unit would be recognised by, for finding duplicates."""
        data = self.cleaned_data
        return UnitIdentity(
            ("unit", self.instance.pk), data.get("name", ""), data.get("number", ""), data.get("address", "")
        )
