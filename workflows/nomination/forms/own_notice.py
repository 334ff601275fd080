"""What the notice in the own unit brought, and that it was held."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.actions.nominating import Purpose, report_own_notice
from awards.models import Nomination

from ...fields import Text
from ...unit_form import UnitForm
from .nominee import CABINET

NONE, SOME = "none", "some"


class OwnNoticeForm(UnitForm):
    """Whether anything was said, what, and how it was settled; the proof; a declaration."""

    cabinet = CABINET
    purposes = {Purpose.NOTICE: Purpose.NOTICE.label}
    artifact: Nomination

    heard = forms.ChoiceField(
        label=gettext_lazy("公示期间的意见"),
        choices=[(NONE, gettext_lazy("没有收到意见")), (SOME, gettext_lazy("收到意见"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择有没有收到意见。")},
    )
    remarks = Text(
        label=gettext_lazy("收到的意见"),
        max_length=1000,
        required=False,
        rows=4,
        help_text=gettext_lazy("逐条写明反映的事实，不写反映人的姓名和联系方式。"),
    )
    settled = Text(
        label=gettext_lazy("处理情况"),
        max_length=1000,
        required=False,
        rows=4,
        help_text=gettext_lazy("写明核实经过和结果；意见属实、不宜推荐的，请撤回推荐。"),
    )
    declared = forms.BooleanField(
        label=gettext_lazy("以上情况属实：公示按期进行，收到的意见已全部如实填写并处理。"),
        error_messages={"required": gettext_lazy("请确认公示情况属实。")},
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.initial["remarks"] = self.artifact.own_notice_said
        self.initial["settled"] = self.artifact.own_notice_settled

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("heard") == SOME:
            for name, text in (("remarks", _("请写明收到的意见。")), ("settled", _("请写明处理情况。"))):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, text)
        if data.get("heard") == NONE and data.get("remarks"):
            self.add_error("heard", _("已填写收到的意见，请选择“收到意见”，或删去所填内容。"))
        if "file_own_notice" not in self.errors and not self.has_file("file_own_notice"):
            self.add_error("file_own_notice", _("请上传公示现场照片或盖章的公示证明。"))
        return data

    def save(self) -> None:
        data = self.cleaned_data
        heard = data["heard"] == SOME
        report_own_notice(
            self.artifact,
            said=data["remarks"] if heard else "",
            settled=data["settled"] if heard else "",
            by=self.by,
            at=self.at,
        )

    def submission_note(self) -> str:
        """What stands on record."""
        if self.cleaned_data["heard"] == SOME:
            return _("公示期满，收到的意见已处理。")
        return _("公示期满，没有收到意见。")
