"""Registration: the starter kit handed over, relations transferred, the organization entered in the database."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.founding import record_registration
from orgs.models import Founding

from ...fields import Day, Text, future_problem
from .common import FoundingForm


class RegistrationForm(FoundingForm):
    """Filled in by the handler when the second reply is out (RULES section 10, step 7)."""

    purposes = {"receipt": gettext_lazy("签收单")}

    kit = forms.MultipleChoiceField(
        label=gettext_lazy("已发放的团务用品"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请勾选已发放的团务用品。")},
    )
    receiver = Text(label=gettext_lazy("签收人"), max_length=40)
    handed_on = Day(label=gettext_lazy("签收日期"))
    relations_transferred = forms.BooleanField(label=gettext_lazy("团员组织关系已全部转入"), required=False)
    entered = forms.BooleanField(
        label=gettext_lazy("已录入团组织基础信息库"),
        error_messages={"required": gettext_lazy("录入基础信息库后才能办结。请录入后勾选此项。")},
    )
    opinion = Text(label=gettext_lazy("办理说明"), max_length=1000, required=False, rows=3)

    def __init__(self, data: Any = None, files: Any = None, *, artifact: Founding, **kwargs: Any) -> None:
        initial = {"handed_on": kwargs["on"], "kit": artifact.rules["starter_kit"]}
        super().__init__(data, files, artifact=artifact, initial=initial, **kwargs)
        kit: Any = self.fields["kit"]
        kit.choices = [(item, item) for item in artifact.rules["starter_kit"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day = data.get("handed_on")
        if problem := future_problem(day, self.on, self.fields["handed_on"].label):
            self.add_error("handed_on", problem)
        elif day and day < self.founding.established_on:
            self.add_error(
                "handed_on",
                _("签收日期早于批准成立的日期（%(day)s），请填写实际日期。")
                % {"day": self.founding.established_on.isoformat()},
            )
        missing = [item for item in self.founding.rules["starter_kit"] if item not in data.get("kit", ())]
        if not data.get("opinion"):
            if data.get("kit") and missing:
                self.add_error(
                    "opinion", _("%(items)s没有发放，请在此说明何时补发。") % {"items": _("、").join(missing)}
                )
            elif not data.get("relations_transferred"):
                self.add_error("opinion", _("团员组织关系没有全部转入，请在此说明原因和办理时间。"))
        return data

    def save(self) -> None:
        record_registration(
            self.founding,
            kit=self.cleaned_data["kit"],
            receiver=self.cleaned_data["receiver"],
            on=self.cleaned_data["handed_on"],
            relations_transferred=self.cleaned_data["relations_transferred"],
        )

    @property
    def title(self) -> str:
        return _("还没有办结，请按下面的提示修改。已填写的内容都还在。")
