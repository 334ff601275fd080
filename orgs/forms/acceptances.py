"""Filters over all acceptances: of the list, and of the overview, whose numbers lead to the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..acceptance_register import STATES
from ..models import RuleSet
from ..rules.standards import SUBJECT, items_of
from .fields import DATE_ERRORS, DayInput, section_choices
from .lists import FilterForm, YesNo, optional


class PeriodForm(FilterForm):
    """Where, which industry, and in which period the self-assessment was handed in."""

    text = None  # type: ignore[assignment]
    section = optional(_("行业门类"), _("全部行业"), section_choices())
    since = forms.DateField(
        label=_("自评日期自"), required=False, widget=DayInput(), error_messages=DATE_ERRORS
    )
    until = forms.DateField(
        label=_("自评日期至"), required=False, widget=DayInput(), error_messages=DATE_ERRORS
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("止日早于起日，请核对两个日期。"))
        return values


class AcceptanceFilterForm(PeriodForm):
    """Search and filters of the list of acceptances."""

    field_order = (
        "text",
        "place",
        "state",
        "section",
        "stars",
        "standard",
        "item",
        "direct_contact",
        "since",
        "until",
    )
    placeholder = _("团组织、单位、事项编号或拼音首字母")
    text = forms.CharField(label=_("搜索"), required=False, max_length=60)
    direct_contact = YesNo(_("直接联系"), _("是否直接联系"), _("直接联系管理"), _("非直接联系"))
    state = optional(_("状态"), _("全部状态"), list(STATES.items()))
    stars = optional(_("星级"), _("全部星级"), [(str(number), "★" * number) for number in range(5, 1, -1)])
    standard = optional(_("验收标准"), _("全部标准"), [])
    item = optional(_("未达标项目"), _("全部项目"), [])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = list(RuleSet.objects.filter(subject=SUBJECT).order_by("-valid_from", "-pk"))
        codes = {
            item["code"]: item["text"]
            for one in reversed(versions)
            for _criterion, item in items_of(one.data)
        }
        self.fields["standard"].choices = [
            ("", _("全部标准")),
            *((str(one.pk), one.name) for one in versions),
        ]
        self.fields["item"].choices = [
            ("", _("全部项目")),
            *((code, f"{code} {said}") for code, said in codes.items()),
        ]
