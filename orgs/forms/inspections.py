"""The form by which a visit is moved."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..actions.rescheduling import reschedule_problems
from ..models import Inspection
from .fields import DATE_ERRORS, DayInput, name_missing_fields

# What an official notice can print of a place.
LONGEST_PLACE = 120


class RescheduleForm(forms.Form):
    """When and where instead, and why: the unit and the inspectors read it. ``together`` moves the whole meeting."""

    day = forms.DateField(label=_("新的日期"), widget=DayInput(), error_messages=DATE_ERRORS)
    time = forms.TimeField(
        label=_("时间"),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        error_messages={"invalid": _("请按“9:30”的形式填写时间。")},
    )
    place = forms.CharField(label=_("地点"), max_length=LONGEST_PLACE)
    reason = forms.CharField(
        label=_("改期原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("单位、验收员和经办人都会看到，例如“单位当日有大型活动”。"),
    )
    together = forms.BooleanField(label=_("同行验收员一并改期"), required=False, initial=True)

    def __init__(self, *args, visit: Inspection, others: list[Inspection], at: dt.datetime, **kwargs):
        local = timezone.localtime(visit.planned_at)
        initial = {"day": local.date(), "time": local.time(), "place": visit.place}
        super().__init__(*args, initial=initial, **kwargs)
        self.visit, self.at = visit, at
        if not others:
            del self.fields["together"]
        name_missing_fields(self)

    @property
    def planned_at(self) -> dt.datetime:
        """The new moment; after validation."""
        data = self.cleaned_data
        return timezone.make_aware(dt.datetime.combine(data["day"], data["time"]))

    def clean(self) -> dict:
        data = super().clean() or {}
        if {"day", "time", "place"} <= data.keys():
            problems = reschedule_problems(
                self.visit, planned_at=self.planned_at, place=data["place"], at=self.at
            )
            for name, text in problems:
                self.add_error({"planned_at": "day"}.get(name, name), text)
        return data
