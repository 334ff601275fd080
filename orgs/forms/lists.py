"""Search and filters of the registry's lists."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..enums import (
    Classification,
    FoundingMode,
    OrganizationKind,
    OrganizationLevel,
    OrganizationStatus,
    UnitKind,
)
from ..models import Organization
from .fields import PlaceChoice, section_choices


class FilterForm(forms.Form):
    """Base of the filters over a list: all optional; a value that is no choice is reported and left out."""

    text = forms.CharField(label=_("搜索"), required=False, max_length=60)
    only_if_ticked: tuple[str, ...] = ()
    placeholder = ""

    place = PlaceChoice(label=_("街镇／系统"), required=False, queryset=None, empty_label=_("全部街镇／系统"))

    def __init__(self, *args, places: Iterable[Organization] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if "place" in self.fields:
            self.fields["place"].queryset = places
        if "text" in self.fields:
            self.fields["text"].widget.attrs["placeholder"] = self.placeholder
        for field in self.fields.values():
            kind = "form-select" if hasattr(field, "choices") else "form-control"
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs |= {"class": kind, "aria-label": field.label}

    @property
    def criteria(self) -> dict:
        """What was asked for, as arguments of the list query."""
        self.is_valid()
        unasked = ("", None)
        found = {key: value for key, value in self.cleaned_data.items() if value not in unasked}
        return {key: value for key, value in found.items() if value or key not in self.only_if_ticked}

    @property
    def active(self) -> list[str]:
        """The filters in use as “label：value”, for the head of an export."""
        found = []
        for key, value in self.criteria.items():
            field = self.fields[key]
            shown = dict(field.choices).get(value, value) if isinstance(field, forms.ChoiceField) else value
            if isinstance(value, Organization):
                shown = value.display_name
            if isinstance(value, bool):
                shown = gettext("是") if value else gettext("否")
            found.append(gettext("%(label)s：%(value)s") % {"label": field.label, "value": shown})
        return found


def optional(label: str, everything: str, choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", everything), *choices])


class OrganizationFilterForm(FilterForm):
    """Search and filters of the organization list."""

    placeholder = _("名称、代码或拼音首字母")
    level = optional(_("层级"), _("全部层级"), OrganizationLevel.choices)
    kind = optional(_("类别"), _("全部类别"), OrganizationKind.choices)
    status = optional(_("状态"), _("全部状态"), OrganizationStatus.choices)
    mode = optional(_("建团方式"), _("全部建团方式"), FoundingMode.choices)


class YesNo(forms.TypedChoiceField):
    """Yes, no, or not asked."""

    def __init__(self, label: str, everything: str, yes: str, no: str):
        super().__init__(
            label=label,
            required=False,
            choices=[("", everything), ("1", yes), ("0", no)],
            coerce=lambda value: value == "1",
            empty_value=None,
        )


class UnitFilterForm(FilterForm):
    """Search and filters of the unit list."""

    only_if_ticked = ("open_case",)
    placeholder = _("名称、证照号码或拼音首字母")
    kind = optional(_("单位性质"), _("全部性质"), UnitKind.choices)
    section = optional(_("行业门类"), _("全部行业"), section_choices())
    classification = optional(_("摸底结论"), _("全部摸底结论"), Classification.choices)
    above_scale = YesNo(_("规模以上"), _("规上与规下"), _("规模以上"), _("规模以下"))
    direct_contact = YesNo(_("直接联系"), _("是否直接联系"), _("直接联系管理"), _("非直接联系"))
    open_case = forms.BooleanField(label=_("有在办事项"), required=False)
