"""The request (请示): drafted, put aside half-filled, corrected, submitted (RULES sections 2 and 10, P2)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.founding import (
    REQUEST_FIELDS,
    changes_since_submission,
    last_saved,
    save_request,
)
from orgs.enums import FOUNDED_KINDS, Classification, FoundingMode
from orgs.models import Founding, Unit
from records.workbooks import WorkbookRefused

from ...fields import Count, Day, Files, Text
from ...unit_rows import rows_of
from ..roster import read_roster
from .request_rules import RequestRules
from .rows import CoveredRow, OfficerRow, RosterRow, put_rows

UNIT_CHOICES = 200


class RequestForm(RequestRules):
    """The request with its lists and files.

    ``returned_level`` is the level that sent it back, which a corrected request must still pass.
    """

    same_named = REQUEST_FIELDS
    lists = ("covered", "officers", "roster")
    purposes = {
        "roster": gettext_lazy("团员花名册（盖章扫描件）"),
        "party_consent": gettext_lazy("单位党组织意见"),
        "host_consent": gettext_lazy("依托单位同意书"),
        "resume": gettext_lazy("拟任人选简历"),
        "other": gettext_lazy("其他材料"),
    }

    kind = forms.ChoiceField(
        label=gettext_lazy("团组织类别"), choices=[(kind.value, kind.label) for kind in FOUNDED_KINDS]
    )
    mode = forms.ChoiceField(label=gettext_lazy("建团方式"), choices=FoundingMode.choices)
    organization_name = Text(
        label=gettext_lazy("拟建团组织名称"),
        max_length=120,
        help_text=gettext_lazy("一般为“共青团＋单位全称＋支部委员会（总支部委员会、委员会）”"),
    )
    direct_contact = forms.BooleanField(
        label=gettext_lazy("申请由团区委直接联系管理"),
        required=False,
        help_text=gettext_lazy("直接联系的单位由团区委审批，不经街镇"),
    )
    reason = Text(label=gettext_lazy("建团理由"), max_length=1500, rows=5)
    employees = Count(label=gettext_lazy("从业人员"))
    youth = Count(label=gettext_lazy("35岁以下青年"))
    members = Count(label=gettext_lazy("团员"), help_text=gettext_lazy("只计本单位；覆盖单位的在下方填写"))
    party_members = Count(label=gettext_lazy("党员"))
    party_organization = Text(
        label=gettext_lazy("单位党组织"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("没有的留空，并说明情况"),
    )
    party_explanation = Text(
        label=gettext_lazy("无党组织时的情况说明"), max_length=500, required=False, rows=2
    )
    host_name = Text(label=gettext_lazy("依托单位或管理机构"), max_length=120, required=False)
    host_consented_on = Day(label=gettext_lazy("依托单位书面同意日期"), required=False)
    ends_on = Day(label=gettext_lazy("临时团支部预计结束日期"), required=False)
    signing_officer = Text(
        label=gettext_lazy("签发人"), max_length=40, help_text=gettext_lazy("印在请示上的负责人姓名")
    )
    contact_phone = Text(label=gettext_lazy("联系电话"), max_length=30)
    roster_file = Files(label=gettext_lazy("从工作簿导入"), accept=".xlsx", multiple=False)
    roster_way = forms.ChoiceField(
        label=gettext_lazy("导入方式"),
        choices=[("append", gettext_lazy("接在现有名单后面")), ("replace", gettext_lazy("替换现有名单"))],
        widget=forms.RadioSelect,
        initial="append",
        required=False,
    )
    opinion = Text(label=gettext_lazy("提交说明"), max_length=1000, required=False, rows=2)
    accept_warnings = forms.BooleanField(
        label=gettext_lazy("以上提示已核实，仍按现在的内容提交"), required=False
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        artifact: Founding,
        returned_level: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            data, files, artifact=artifact, initial=model_to_dict(artifact, fields=REQUEST_FIELDS), **kwargs
        )
        self.returned_level = returned_level
        self.warnings: list[str] = []
        self.roster_problems: list[str] = []
        self.has_read = False
        self.fields["contact_phone"].widget.input_type = "tel"
        if self.draft:
            self.relax()

    def build_rows(self) -> None:
        """Make the lists from what was sent, with a chosen workbook, or from what is stored."""
        self.has_read = self.take_roster()
        common = {"on": self.on, "complete": not self.draft}
        units = self.choosable_units()
        founding = self.founding
        roster = [model_to_dict(row, exclude=["id", "founding"]) for row in founding.roster.all()]
        officers = [
            model_to_dict(row, exclude=["id", "founding"]) for row in founding.proposed_officers.all()
        ]
        covered = [
            {"unit": row.unit.name, "members": row.members, "consented_on": row.consented_on}
            for row in founding.covered_units.select_related("unit").order_by("pk")
        ]
        plan = (
            ("covered", gettext_lazy("覆盖单位"), CoveredRow, covered, common | {"units": units}, 1),
            ("officers", gettext_lazy("拟任班子人选"), OfficerRow, officers, common, 3),
            ("roster", gettext_lazy("团员花名册"), RosterRow, roster, common, 5),
        )
        for prefix, title, row, stored, row_kwargs, at_first in plan:
            made = rows_of(row, extra=0 if stored else at_first)(
                self.data if self.is_bound else None,
                prefix=prefix,
                initial=None if self.is_bound else stored,
                form_kwargs=row_kwargs,
            )
            self.row_sets[prefix] = (title, made)

    def choosable_units(self) -> QuerySet[Unit]:
        """Units that may be covered: of the same jurisdiction, still there, not the applicant's own."""
        low, high = self.founding.unit.affiliation.scope_bounds
        units = Unit.objects.filter(scope__range=(low, high), merged_into=None)
        return units.exclude(pk=self.founding.unit_id).exclude(classification=Classification.GONE)

    def unit_names(self) -> list[str]:
        """Names offered while typing."""
        return list(self.choosable_units().order_by("initials").values_list("name", flat=True)[:UNIT_CHOICES])

    def take_roster(self) -> bool:
        """Read a chosen workbook into the list; True when there was one."""
        file = self.files.get("roster_file") if self.files else None
        if file is None:
            return False
        try:
            found = read_roster(file)
        except WorkbookRefused as refused:
            self.upload_errors.setdefault("roster_file", []).append(str(refused))
            return True
        put_rows(self.data, "roster", found.rows, replace=self.data.get("roster_way") == "replace")
        self.roster_problems = found.problems
        self.said.append(
            _("已从“%(file)s”读入 %(count)d 名团员，请核对后再提交。")
            % {"file": file.name, "count": len(found.rows)}
        )
        return True

    # -- judging -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.refuse_stale()
        if not self.draft:
            self.judge(data)
        return data

    def stale_message(self) -> str:
        name, at = last_saved(self.founding) or ("", None)
        when = at.astimezone().strftime("%Y-%m-%d %H:%M") if at else ""
        text = _(
            "本页打开以后，%(name)s已于 %(when)s 保存过这份请示，您的修改还没有保存。"
            "您填写的内容都在下面；请核对后再次暂存或提交，将以您填写的为准。"
        )
        return text % {"name": name or _("其他人"), "when": when}

    # -- keeping -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep a valid request."""
        self._keep({name: self.cleaned_data[name] for name in REQUEST_FIELDS})

    def save_draft(self) -> bool:
        """Keep whatever was understood; False when some of it or of the workbook was not, and nothing when the form is
        stale."""
        valid = super().is_valid()
        if self.is_stale:
            return False
        self._keep({name: self.cleaned_data[name] for name in REQUEST_FIELDS if self._kept(name)})
        return valid and not self.roster_problems

    def _kept(self, name: str) -> bool:
        """Whether a field was understood; only the dates may be empty in the database."""
        may_be_empty = name in ("host_consented_on", "ends_on")
        return name in self.cleaned_data and (may_be_empty or self.cleaned_data[name] is not None)

    def _covered_once(self) -> list[dict]:
        found = {row["unit"]: row for row in (one.values() for one in self.covered.filled()) if row["unit"]}
        return [row | {"members": row["members"] or 0} for row in found.values()]

    def _keep(self, fields: dict) -> None:
        save_request(
            self.founding,
            fields=fields,
            roster=[row.values() for row in self.roster.filled()],
            officers=[row.values() for row in self.officers.filled()],
            covered=self._covered_once(),
            by=self.by,
            at=self.at,
        )

    # -- showing -------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """What the box at the top says."""
        if self.is_stale or not self.draft:
            return _("还没有提交，请按下面的提示修改。已填写的内容都还在。")
        return _("其余内容已暂存；下面各项没有存下，请更正后再暂存。")

    @property
    def changed(self) -> list[str]:
        """What differs from the last submission, for the marks of a correction."""
        return changes_since_submission(self.founding)

    def mode_demands(self) -> list[dict]:
        """What each mode demands under the frozen rules, in words and as marks for showing its fields."""
        found = []
        for mode, demands in self.founding.rules["modes"].items():
            words = []
            if demands["min_members"]:
                words.append(_("团员合计 %(count)d 人以上") % {"count": demands["min_members"]})
            if demands["min_covered_units"]:
                words.append(_("覆盖单位 %(count)d 家以上") % {"count": demands["min_covered_units"]})
            if demands["needs_host"]:
                words.append(_("有依托单位或管理机构"))
            if demands["needs_host_consent"]:
                words.append(_("附其书面同意"))
            if demands.get("needs_end_date"):
                words.append(_("写明结束日期，不超过 %(months)d 个月") % {"months": demands["max_months"]})
            words.append(_("召开团员大会选举") if demands["election"] else _("由批准机关任命"))
            needs = [
                name
                for name, wanted in (
                    ("host", demands["needs_host"]),
                    ("covered", demands["min_covered_units"]),
                    ("end", demands.get("needs_end_date")),
                )
                if wanted
            ]
            found.append(
                {"mode": mode, "label": FoundingMode(mode).label, "words": words, "needs": " ".join(needs)}
            )
        return found
