"""The form of a campaign in preparation: the campaign itself, and one part per honour of its rule set."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import DATE_ERRORS, DayInput, name_missing_fields

from ..actions.campaigns import CampaignTerms, HonourTerms
from ..models import AwardCampaign

MOST_PLACES = 9999
HONOUR_FIELDS = ("places", "nomination_places", "floor", "cap")


class CampaignForm(forms.Form):
    """What a district decides about a campaign as a whole."""

    name = forms.CharField(
        label=_("活动名称"),
        max_length=80,
        help_text=_("例如“2014年度两新组织团建工作评选表彰”，写入通知和公示。"),
    )
    year = forms.IntegerField(label=_("评选年度"), min_value=2000, max_value=2100)
    work = forms.CharField(
        label=_("表彰的工作"),
        max_length=60,
        help_text=_("写入证书：“在××年度……中成绩突出”。"),
    )
    starts_on = forms.DateField(
        label=_("开始日期"),
        widget=DayInput(),
        error_messages=DATE_ERRORS,
        help_text=_("各环节从这一天起按工作日顺排。"),
    )
    counted_on = forms.DateField(
        label=_("名额统计截止日期"),
        widget=DayInput(),
        error_messages=DATE_ERRORS,
        help_text=_("按这一天验收合格且有效的团组织数分配名额，发布时固定。"),
    )
    is_blind = forms.BooleanField(
        label=_("匿名评审"), required=False, help_text=_("评委只看到评审编号和事迹，不看到名称和单位。")
    )
    names_reserve = forms.BooleanField(
        label=_("公示时公布候补并依次递补"),
        required=False,
        help_text=_("不公布的，公示后出现的空缺不递补。"),
    )
    office = forms.CharField(label=_("受理部门"), max_length=120)
    address = forms.CharField(label=_("地址"), max_length=120)
    telephone = forms.CharField(label=_("电话"), max_length=40)
    email = forms.EmailField(label=_("电子邮箱"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, counted = data.get("starts_on"), data.get("counted_on")
        if starts and counted and counted > starts:
            self.add_error("counted_on", gettext("名额统计截止日期不能晚于开始日期。请更正。"))
        return data


class HonourForm(forms.Form):
    """How many of one honour; nothing is asked of one that is not awarded this time."""

    chosen = forms.BooleanField(label=_("本次评选"), required=False)
    places = forms.IntegerField(label=_("表彰名额"), min_value=1, max_value=MOST_PLACES, required=False)
    nomination_places = forms.IntegerField(
        label=_("推荐名额"), min_value=1, max_value=MOST_PLACES, required=False
    )
    floor = forms.IntegerField(label=_("每街镇至少"), min_value=0, max_value=MOST_PLACES, required=False)
    cap = forms.IntegerField(
        label=_("每街镇至多"), min_value=1, max_value=MOST_PLACES, required=False, help_text=_("不限的留空")
    )
    share = forms.DecimalField(
        label=_("两新组织至少占（%）"),
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("chosen"):
            return data
        for name in ("places", "nomination_places"):
            if name not in self.errors and not data.get(name):
                self.add_error(name, gettext("请填写“%(field)s”。") % {"field": self.fields[name].label})
        places, nominations = data.get("places"), data.get("nomination_places")
        if places and nominations and nominations < places:
            self.add_error("nomination_places", gettext("推荐名额不能少于表彰名额。请更正。"))
        floor, cap = data.get("floor") or 0, data.get("cap")
        if cap is not None and cap < floor:
            self.add_error("cap", gettext("每街镇上限低于下限。请提高上限或降低下限。"))
        return data

    def terms(self, code: str) -> HonourTerms:
        data = self.cleaned_data
        return HonourTerms(
            code=code,
            places=data["places"],
            nomination_places=data["nomination_places"],
            floor=data["floor"] or 0,
            cap=data["cap"],
            non_public_share=share_from(data["share"]),
        )


def share_from(percent: Decimal | None) -> str:
    """A typed percentage as the fraction that the rules take."""
    return f"{(percent or Decimal()) / 100:f}"


def percent_of(share: str) -> Decimal:
    """A stored fraction as a percentage, to one digit."""
    found = Fraction(share) * 100
    return (Decimal(found.numerator) / Decimal(found.denominator)).quantize(Decimal("0.1")).normalize() + 0


class CampaignEditor:
    """All forms of a campaign over what is stored, or over what was posted."""

    def __init__(
        self,
        entries: Sequence[Mapping[str, Any]],
        initial: Mapping[str, Any],
        chosen: Mapping[str, Mapping[str, Any]],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.head = CampaignForm(data, initial=dict(initial))
        self.honours = [
            (entry, HonourForm(data, prefix=entry["code"], initial=_honour_initial(entry, chosen)))
            for entry in entries
        ]

    @property
    def forms(self) -> Iterator[forms.Form]:
        yield self.head
        for _entry, form in self.honours:
            yield form

    def is_valid(self) -> bool:
        valid = [one.is_valid() for one in self.forms]  # all of them, so that each shows its errors
        if all(valid) and not any(form.cleaned_data["chosen"] for _entry, form in self.honours):
            self.head.add_error(None, gettext("没有选择荣誉称号。请至少选择一项。"))
            return False
        return all(valid)

    @property
    def terms(self) -> CampaignTerms:
        data = self.head.cleaned_data
        return CampaignTerms(
            **{key: data[key] for key in ("name", "year", "work", "starts_on", "counted_on")},
            is_blind=data["is_blind"],
            names_reserve=data["names_reserve"],
            channel={key: data[key] for key in ("office", "address", "telephone", "email")},
            honours=tuple(
                form.terms(entry["code"]) for entry, form in self.honours if form.cleaned_data["chosen"]
            ),
        )

    @property
    def differences(self) -> list[dict[str, Any]]:
        """Fields in which what was typed differs from what is stored: title, label, before, after."""
        rows = []
        for title, form in [("", self.head), *((entry["title"], form) for entry, form in self.honours)]:
            for name in form.changed_data:
                before = form.get_initial_for_field(form.fields[name], name)
                values = {"before": in_words(before), "after": in_words(form[name].value())}
                rows.append({"title": title, "label": form.fields[name].label} | values)
        return rows


def in_words(value: Any) -> str:
    """A value of a form as people read it."""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return "" if value is None else str(value)


def stored_values(campaign: AwardCampaign) -> dict[str, Any]:
    """A campaign as its form begins with it."""
    names = ("name", "year", "work", "starts_on", "counted_on", "is_blind", "names_reserve")
    return {name: getattr(campaign, name) for name in names} | campaign.channel


def stored_honours(campaign: AwardCampaign) -> dict[str, dict[str, Any]]:
    """The honours of a campaign as their forms begin with them, by code."""
    return {
        one.code: {name: getattr(one, name) for name in HONOUR_FIELDS}
        | {"non_public_share": one.non_public_share}
        for one in campaign.honours.all()
    }


def _honour_initial(entry: Mapping[str, Any], chosen: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """As decided, or as the rule set proposes it."""
    values = chosen.get(entry["code"], entry)
    initial = {name: values[name] for name in HONOUR_FIELDS}
    return initial | {"share": percent_of(values["non_public_share"]), "chosen": entry["code"] in chosen}


class ReasonForm(forms.Form):
    """Why something is sent back or given up."""

    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)
