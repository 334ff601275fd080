"""The report of the result: who holds which duty, elected or proposed for appointment."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.founding import leadership, report_result
from orgs.enums import OfficerDuty
from orgs.models import Founding

from ...fields import Text
from .common import FoundingForm


class ResultForm(FoundingForm):
    """A duty for each member of the leadership, the instructor, the files of the meeting."""

    purposes = {"result": gettext_lazy("选举结果或人选材料"), "record": gettext_lazy("会议记录扫描件")}

    instructor = Text(
        label=gettext_lazy("建团指导员"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("指导本次建团的指导员姓名"),
    )
    opinion = Text(label=gettext_lazy("报告说明"), max_length=1000, required=False, rows=3)

    def __init__(self, data: Any = None, files: Any = None, *, artifact: Founding, **kwargs: Any) -> None:
        super().__init__(
            data, files, artifact=artifact, initial={"instructor": artifact.instructor}, **kwargs
        )
        self.people = leadership(artifact)
        self.meeting = artifact.current_meeting
        proposed = dict(artifact.proposed_officers.values_list("name", "duty"))
        for one in self.people:
            self.fields[f"duty_{one.pk}"] = forms.ChoiceField(
                label=one.name,
                choices=[("", _("请选择职务")), *OfficerDuty.choices],
                initial=one.duty or proposed.get(one.name, ""),
                error_messages={"required": _("请选择%(name)s的职务。") % {"name": one.name}},
            )

    @property
    def duties(self) -> list:
        """Each person with the field of the duty."""
        return [(one, self[f"duty_{one.pk}"]) for one in self.people]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [data.get(f"duty_{one.pk}") for one in self.people]
        secretaries = chosen.count(OfficerDuty.SECRETARY)
        if not self.people:
            self.add_error(None, _("没有班子人选。请联系批准机关退回，补充人选后再报告。"))
        elif all(chosen) and secretaries != 1:
            self.add_error(
                None,
                _("书记应有一名，现在选了 %(count)d 名。请在“职务”中更正，其他人选副书记或委员。")
                % {"count": secretaries},
            )
        return data

    def save(self) -> None:
        report_result(
            self.founding,
            duties={one.pk: self.cleaned_data[f"duty_{one.pk}"] for one in self.people},
            instructor=self.cleaned_data["instructor"],
        )
