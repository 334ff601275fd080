"""Search and filters of the list of nominations."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.forms.lists import FilterForm, optional

from ..enums import NominationState
from ..models import AwardCampaign


class NominationFilterForm(FilterForm):
    """By honour, state, sub-district and text."""

    field_order = ("text", "honour", "state", "place")
    placeholder = gettext_lazy("推荐对象、团组织、单位或事项编号")
    honour = optional(gettext_lazy("荣誉称号"), gettext_lazy("全部荣誉称号"), [])
    state = optional(gettext_lazy("状态"), gettext_lazy("全部状态"), NominationState.choices)

    def __init__(self, *args: Any, campaign: AwardCampaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["honour"]
        honours = campaign.honours.all()
        field.choices = [("", _("全部荣誉称号")), *((str(one.pk), one.title) for one in honours)]
        place: Any = self.fields["place"]
        assert isinstance(place, forms.ModelChoiceField)
        place.empty_label = _("全部推荐单位")
