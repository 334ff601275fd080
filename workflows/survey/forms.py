"""Forms of the survey flow."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.actions.survey import propose_classification, record_visit
from orgs.enums import Classification
from orgs.models import Survey, Visit


class VisitForm(forms.ModelForm):
    """What was found at the unit."""

    class Meta:
        model = Visit
        fields = [
            "visited_on",
            "found",
            "employees",
            "youth",
            "members",
            "party_members",
            "party_organization",
            "willingness",
            "interviewee",
            "notes",
        ]
        widgets = {
            "visited_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, survey: Survey, on, by, **kwargs):
        unit = survey.unit
        initial = {
            "visited_on": on,
            "employees": unit.employees,
            "youth": unit.youth,
            "members": unit.members,
            "party_members": unit.party_members,
            "party_organization": unit.party_organization,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.survey, self.on, self.by = survey, on, by
        self.fields["willingness"].required = False

    def clean(self):
        data = super().clean()
        if data.get("visited_on") and data["visited_on"] > self.on:
            self.add_error("visited_on", _("走访日期晚于今天，请填写实际走访的日期。"))
        if not data.get("found"):
            return data
        if not data.get("willingness"):
            self.add_error("willingness", _("请选择单位的建团意愿。"))
        employees, youth, members = (data.get(key) for key in ("employees", "youth", "members"))
        if None not in (employees, youth) and youth > employees:
            self.add_error("youth", _("35岁以下青年数不能大于从业人员数，请核对两项人数。"))
        if None not in (youth, members) and members > youth:
            self.add_error("members", _("团员数不能大于35岁以下青年数，请核对两项人数。"))
        return data

    def save(self, commit=True) -> Visit:
        return record_visit(self.survey, by=self.by, **self.cleaned_data)


class ClassificationForm(forms.Form):
    """The proposed outcome of the survey."""

    classification = forms.ChoiceField(
        label=_("摸底结论"),
        choices=Classification.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    revisit = forms.BooleanField(label=_("情况不清，重新走访"), required=False)
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明理由，便于审批人确认。")},
    )

    def __init__(self, *args, survey: Survey, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.survey, self.on = survey, on
        if survey.classification:
            self.fields["classification"].initial = survey.classification

    @property
    def asks_revisit(self) -> bool:
        return self.cleaned_data["revisit"]

    def clean(self):
        data = super().clean()
        if not data.get("revisit") and not data.get("classification"):
            self.add_error("classification", _("请选择摸底结论，或勾选重新走访。"))
        return data

    def save(self) -> None:
        propose_classification(
            self.survey,
            Classification(self.cleaned_data["classification"]),
            reason=self.cleaned_data["reason"],
        )
