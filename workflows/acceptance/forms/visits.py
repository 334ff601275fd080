"""Forms with which inspectors are sent out, replaced and called off."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.acceptance.candidates import (
    Candidate,
    PlannedVisit,
    assignment_problems,
    in_words,
    inspector_candidates,
)
from orgs.models import Acceptance
from records import calendars

from ...fields import Day, Text

# Days of notice that the form proposes; the unit has to get its papers and people together.
NOTICE = 3
MORNING = dt.time(9, 30)
# What an official notice can print of a place.
LONGEST_PLACE = 120
FIELD_OF = {"inspectors": "inspectors", "planned_at": "day", "place": "place"}


class Clock(forms.TimeField):
    """A time of day, written as 9:30 or 09:30."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M")
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **kwargs)
        self.error_messages["required"] = _("请填写%(label)s。") % {"label": self.label}
        self.error_messages["invalid"] = _("%(label)s不是有效时间，请按 9:30 的格式填写。") % {
            "label": self.label
        }


@dataclass
class Choice:
    """A candidate as the page lists them: may be ticked, and may be given a date of their own."""

    candidate: Candidate
    ticked: bool
    day: Any
    time: Any

    @property
    def apart(self) -> bool:
        """Whether a date of their own was given."""
        return bool(self.day.value() or self.time.value())


class AssignForm(forms.Form):
    """Who comes, when and where; the date holds for everybody who is given none of their own."""

    inspectors = forms.MultipleChoiceField(
        label=gettext_lazy("验收员"),
        error_messages={
            "required": gettext_lazy("请选择验收员。"),
            "invalid_choice": gettext_lazy("所选人员不是这里的验收员，请从列出的人员中选择。"),
        },
    )
    day = Day(label=gettext_lazy("验收日期"))
    time = Clock(label=gettext_lazy("时间"))
    place = Text(label=gettext_lazy("地点"), max_length=LONGEST_PLACE)
    contact = Text(
        label=gettext_lazy("单位联系人"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("印在验收通知上，验收员到场时联系。"),
    )
    telephone = Text(
        label=gettext_lazy("联系电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    def __init__(
        self,
        *args: Any,
        acceptance: Acceptance,
        purpose: str,
        deciders: frozenset[int],
        at: dt.datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.acceptance, self.purpose, self.deciders, self.at = acceptance, purpose, deciders, at
        on = timezone.localdate(at)
        self.candidates = inspector_candidates(acceptance, purpose=purpose, deciders=deciders, on=on)
        field: Any = self.fields["inspectors"]
        field.choices = [(str(one.person.pk), one.person.name) for one in self.candidates]
        for one in self.candidates:
            names = {"name": one.person.name}
            self.fields[f"day_{one.person.pk}"] = Day(label=_("%(name)s的日期") % names, required=False)
            self.fields[f"time_{one.person.pk}"] = Clock(label=_("%(name)s的时间") % names, required=False)
        self.initial = self.defaults(on) | dict(self.initial)

    def defaults(self, on: dt.date) -> dict[str, Any]:
        """What is known already: the unit's own address and contact, or what this round was planned with."""
        unit, acceptance = self.acceptance.unit, self.acceptance
        last = acceptance.inspections.filter(round=acceptance.inspection_round).order_by("-pk").first()
        return {
            "day": calendars.add_working_days(on, NOTICE),
            "time": MORNING,
            "place": last.place if last else unit.address[:LONGEST_PLACE],
            "contact": last.contact if last else unit.contact_name,
            "telephone": last.telephone if last else unit.contact_phone,
        }

    @property
    def choices(self) -> list[Choice]:
        ticked = {str(value) for value in self["inspectors"].value() or []}
        return [
            Choice(
                one,
                str(one.person.pk) in ticked,
                self[f"day_{one.person.pk}"],
                self[f"time_{one.person.pk}"],
            )
            for one in self.candidates
        ]

    @property
    def enough(self) -> bool:
        """Whether anybody may be sent at all."""
        return any(one.verdict for one in self.candidates)

    def planned(self) -> list[PlannedVisit]:
        """The visits as they are filled in."""
        data, people = self.cleaned_data, {str(one.person.pk): one.person for one in self.candidates}
        visits = []
        for key in data["inspectors"]:
            day = data.get(f"day_{key}") or data["day"]
            time = data.get(f"time_{key}") or data["time"]
            moment = timezone.make_aware(dt.datetime.combine(day, time))
            visits.append(
                PlannedVisit(people[key], moment, data["place"], data["contact"], data["telephone"])
            )
        return visits

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        problems = assignment_problems(
            self.acceptance, self.planned(), purpose=self.purpose, deciders=self.deciders, at=self.at
        )
        for subject, text in problems:
            self.add_error(FIELD_OF[subject], text)
        return data


class ReasonForm(forms.Form):
    """Why a visit is called off or handed to somebody else; the unit and the inspector read it."""

    reason = Text(label=gettext_lazy("原因"), max_length=200, rows=2)


class ReplaceForm(ReasonForm):
    """Who goes instead."""

    inspector = forms.ChoiceField(
        label=gettext_lazy("改派"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选择改派的验收员。"),
            "invalid_choice": gettext_lazy("所选人员不是这里的验收员，请从列出的人员中选择。"),
        },
    )
    field_order = ["inspector", "reason"]

    def __init__(self, *args: Any, candidates: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        field: Any = self.fields["inspector"]
        field.choices = [(str(one.person.pk), one.person.name) for one in candidates]

    @property
    def choices(self) -> list[tuple[Candidate, bool]]:
        chosen = str(self["inspector"].value() or "")
        return [(one, str(one.person.pk) == chosen) for one in self.candidates]

    @property
    def enough(self) -> bool:
        return any(one.verdict for one in self.candidates)

    def clean_inspector(self) -> Any:
        key = self.cleaned_data["inspector"]
        chosen = next(one for one in self.candidates if str(one.person.pk) == key)
        if not chosen.verdict:
            raise forms.ValidationError(in_words(chosen.verdict))
        return chosen.person
