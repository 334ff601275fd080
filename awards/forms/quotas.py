"""What-if on a quota, and its adjustment by decision."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields

from ..actions.quotas import QuotaChange
from ..models import Honour
from ..quota_pages import QuotaLine
from ..rules.quotas import QuotaRules
from .campaigns import MOST_PLACES, percent_of, share_from


class WhatIfForm(forms.Form):
    """Other numbers for the same sub-districts."""

    places = forms.IntegerField(label=_("推荐名额"), min_value=1, max_value=MOST_PLACES)
    floor = forms.IntegerField(label=_("每街镇至少"), min_value=0, max_value=MOST_PLACES, required=False)
    cap = forms.IntegerField(label=_("每街镇至多"), min_value=1, max_value=MOST_PLACES, required=False)
    share = forms.DecimalField(
        label=_("两新组织至少占（%）"),
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)

    @property
    def rules(self) -> QuotaRules:
        data = self.cleaned_data
        return QuotaRules(data["places"], data["floor"] or 0, data["cap"], share_from(data["share"]))


def what_if_initial(honour: Honour) -> dict[str, Any]:
    return {
        "places": honour.nomination_places,
        "floor": honour.floor,
        "cap": honour.cap,
        "share": percent_of(honour.non_public_share),
    }


class AdjustmentForm(forms.Form):
    """The decision: why, by which document, and what it does to the places of the honour."""

    honour_places = forms.IntegerField(
        label=_("表彰名额增减"),
        min_value=-MOST_PLACES,
        max_value=MOST_PLACES,
        required=False,
        help_text=_("整项荣誉的表彰名额；不变的留空。减少填负数。"),
    )
    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )
    decision = forms.CharField(
        label=_("依据"), max_length=120, help_text=_("会议纪要、批示或文件的名称和文号。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing_fields(self)


class AreaForm(forms.Form):
    """What a sub-district gets more or fewer; empty for no change."""

    places = forms.IntegerField(
        label=_("增减名额"), min_value=-MOST_PLACES, max_value=MOST_PLACES, required=False
    )
    reserved = forms.IntegerField(
        label=_("其中两新组织增减"), min_value=-MOST_PLACES, max_value=MOST_PLACES, required=False
    )


class AdjustmentEditor:
    """The decision and a row per sub-district."""

    def __init__(self, lines: Sequence[QuotaLine], data: Any = None) -> None:
        self.head = AdjustmentForm(data)
        self.rows = [(line, AreaForm(data, prefix=f"area{line.organization}")) for line in lines]

    @property
    def forms(self) -> Iterator[forms.Form]:
        yield self.head
        for _line, form in self.rows:
            yield form

    def is_valid(self) -> bool:
        valid = [one.is_valid() for one in self.forms]  # all of them, so that each shows its errors
        return all(valid)

    @property
    def changes(self) -> list[QuotaChange]:
        return [
            QuotaChange(
                line.organization, form.cleaned_data["places"] or 0, form.cleaned_data["reserved"] or 0
            )
            for line, form in self.rows
        ]
