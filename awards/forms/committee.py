"""Forms of the committee: appointing a member, and letting one leave, with or without a successor."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.forms.fields import name_missing_fields
from orgs.models import Person

from ..enums import Duty


def offered(candidates: list[Person], hint: str) -> list[tuple[str, str]]:
    return [("", hint), *((str(one.pk), one.name) for one in candidates)]


class AppointForm(forms.Form):
    """Who gets which duty; only people with the post for it at the district are offered."""

    person = forms.ChoiceField(label=_("姓名"), help_text=_("只列出已开通评选委员或评选秘书任职的人员。"))
    duty = forms.ChoiceField(label=_("职务"), choices=[("", _("请选择")), *Duty.choices])
    employer = forms.CharField(
        label=_("工作单位"),
        max_length=120,
        required=False,
        help_text=_("填写全称，用于核对是否与推荐对象同一单位；秘书可不填。"),
    )

    def __init__(self, *args, candidates: list[Person], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in candidates}
        self.fields["person"].choices = offered(candidates, gettext("请选择"))
        name_missing_fields(self)

    def clean_person(self) -> Person:
        return self.people[self.cleaned_data["person"]]

    def clean_duty(self) -> Duty:
        return Duty(self.cleaned_data["duty"])


class LeaveForm(forms.Form):
    """Why a member leaves, and who follows in the same duty, if anybody."""

    reason = forms.CharField(label=_("离任原因"), max_length=200)
    successor = forms.ChoiceField(
        label=_("接任人"), required=False, help_text=_("接任人担任同一职务，须重新申报回避并评分。")
    )
    employer = forms.CharField(label=_("接任人工作单位"), max_length=120, required=False)

    def __init__(self, *args, candidates: list[Person], **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in candidates}
        self.fields["successor"].choices = offered(candidates, gettext("暂不更换"))
        name_missing_fields(self)

    def clean_successor(self) -> Person | None:
        return self.people.get(self.cleaned_data["successor"])
