"""The nomination: who is nominated, what the honour's rules ask for, the deeds, the evidence, the own notice."""

import copy
import datetime as dt
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.actions.nominating import (
    PERSON_FIELDS,
    Purpose,
    drop_file,
    file_nomination,
    files_about,
    keep_file,
    last_saved,
    open_files,
    own_notice_until,
    same_nominee,
    save_nomination,
    state_nominee,
)
from awards.eligible import findings_of
from awards.enums import NominationState, NomineeKind
from awards.models import Nomination
from awards.offers import already_nominated, campaign_obstacle, latest_notice_start
from awards.rules.eligibility import Finding, failed
from awards.rules.plan import closes_on

from ...fields import Day, Text, future_problem
from ...unit_files import Cabinet
from ...unit_form import UnitForm
from .stated import asked_facts, collective_fields, person_fields

YES_OR_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]
CABINET = Cabinet(keep=keep_file, drop=drop_file, every=files_about, loose=open_files)
PERSON_OPTIONAL = frozenset({"joined_on", "post_since"})
PAST_DAYS = ("born_on", "joined_on", "post_since", "leader_born_on")


class NominationForm(UnitForm):
    """The whole nomination; a correction leaves the nominee and the own notice as they were announced."""

    cabinet = CABINET
    purposes = {
        Purpose.DEEDS: Purpose.DEEDS.label,
        Purpose.FORM: Purpose.FORM.label,
        Purpose.PHOTO: Purpose.PHOTO.label,
    }
    artifact: Nomination

    summary = Text(
        label=gettext_lazy("简要事迹"),
        max_length=200,
        rows=3,
        help_text=gettext_lazy("200 字以内，用于公示和评审汇总表。"),
    )
    deeds = Text(
        label=gettext_lazy("主要事迹"),
        max_length=3000,
        rows=14,
        help_text=gettext_lazy("3000 字以内，写明做了什么、成效如何、有何依据。"),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.asked = asked_facts(self.artifact.honour.data["eligibility"])
        self.is_first = self.artifact.state == NominationState.DRAFT
        self.labels: dict[str, str] = {}
        if self.is_for_person:
            self.add_person()
        self.add_collective()
        if self.is_first:
            self.add_notice()
        self.fields["accept_failures"] = forms.BooleanField(
            label=_("已知晓所列条件不符合，仍要提交"), required=False
        )
        self.same_named = [name for name in self.fields if hasattr(self.artifact, name)]
        self.initial.update({name: getattr(self.artifact, name) for name in self.same_named})
        notice = ("own_notice_place", "own_notice_from", "accept_failures")
        stated = (*PERSON_FIELDS, *collective_fields(), *self.labels, "summary", "deeds")
        self.order_fields([*stated, *self.slots, *notice])
        if self.draft:
            self.relax()
            for name in {"person_name", "born_on"} & set(self.fields):
                self.fields[name].required = True

    # -- fields --------------------------------------------------------------------------------------------------

    @property
    def is_for_person(self) -> bool:
        return self.artifact.honour.nominee_kind == NomineeKind.PERSON

    def add_person(self) -> None:
        for name, field in person_fields().items():
            field.required = name not in PERSON_OPTIONAL or name in self.asked
            self.fields[name] = field
        if not self.is_first:
            self.fields["person_name"].disabled = True
            self.fields["person_name"].help_text = _(
                "已在本单位公示，不能更换推荐对象；需要更换的，请撤回后重新推荐。"
            )

    def add_collective(self) -> None:
        """The figures and confirmations for which the honour's own rules ask."""
        for name, (fact, field) in collective_fields().items():
            if fact in self.asked:
                self.fields[name] = field
        for rule in self.artifact.honour.data["eligibility"]:
            if rule["kind"] != "confirmed":
                continue
            name = f"confirm_{rule['fact']}"
            self.labels[name] = rule["fact"]
            self.fields[name] = forms.ChoiceField(
                label=rule["label"],
                choices=YES_OR_NO,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选择是或否。")},
            )
            said = self.artifact.confirmations.get(rule["fact"])
            self.initial[name] = {True: "yes", False: "no"}.get(said, "")

    def add_notice(self) -> None:
        self.fields["own_notice_place"] = Text(
            label=_("公示地点"), max_length=100, help_text=_("例如：一层大厅公告栏、单位内部网站。")
        )
        self.fields["own_notice_from"] = Day(label=_("公示第一天"))

    @property
    def groups(self) -> dict[str, list[Any]]:
        """The fields by card of the page."""
        person = [self[name] for name in PERSON_FIELDS if name in self.fields]
        counts = [self[name] for name in collective_fields() if name in self.fields]
        return {"person": person, "figures": counts, "confirmed": [self[name] for name in self.labels]}

    @property
    def notice_days(self) -> int:
        return self.artifact.rules["own_notice_days"]

    @cached_property
    def latest_start(self) -> dt.date:
        return latest_notice_start(self.artifact.honour.campaign)

    @property
    def closes_on(self) -> dt.date:
        return closes_on(self.artifact.honour.campaign)

    # -- judging -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.refuse_stale()
        for name in PAST_DAYS:
            if name in data and (text := future_problem(data[name], self.on, self.fields[name].label)):
                self.add_error(name, text)
        if self.is_for_person:
            self.check_person(data)
        headcount, youth = data.get("headcount"), data.get("youth")
        if headcount is not None and youth is not None and youth > headcount:
            self.add_error("youth", _("35周岁以下人数不能多于总人数，请核对。"))
        if not self.draft:
            self.check_complete(data)
        return data

    def check_person(self, data: dict[str, Any]) -> None:
        """The person is nominated once, and nothing in a life comes before birth."""
        born_on = data.get("born_on")
        for name in ("joined_on", "post_since"):
            if born_on and data.get(name) and data[name] <= born_on:
                values = {"label": self.fields[name].label}
                self.add_error(name, _("%(label)s早于出生日期，请核对。") % values)
        if not born_on or not data.get("person_name"):
            return
        wanted = copy.copy(self.artifact)
        state_nominee(wanted, {"person_name": data["person_name"], "born_on": born_on})
        if (other := same_nominee(wanted)) is not None:
            verdict = already_nominated(other)
            self.add_error("person_name", f"{verdict.reason}{verdict.remedy}")

    def check_complete(self, data: dict[str, Any]) -> None:
        """What a submission needs beyond single fields."""
        if "file_deeds" not in self.errors and not self.has_file("file_deeds"):
            self.add_error("file_deeds", _("请上传至少一份能够证明事迹的材料。"))
        closed = campaign_obstacle(self.artifact.honour.campaign, on=self.on) if self.is_first else None
        if closed is not None:
            self.add_error(None, _("不能再提交：%(reason)s") % {"reason": closed.reason})
        elif self.is_first:
            self.check_notice(data.get("own_notice_from"))
        if not self.errors and not data["accept_failures"] and (against := failed(self.findings)):
            for one in against:
                values = {"rule": one.name, "message": one.message}
                self.add_error(None, _("“%(rule)s”不符合：%(message)s") % values)
            text = _("请更正有误的内容；如情况属实仍要提交，请勾选确认。资格审查时以届时的数据为准。")
            self.add_error("accept_failures", text)

    def check_notice(self, since: dt.date | None) -> None:
        """The notice begins with the submission or later, and is over when nominations close."""
        if since is None:
            return
        if since < self.on:
            text = _("公示第一天不能早于今天（%(today)s），请填写今天或以后的日期。")
            self.add_error("own_notice_from", text % {"today": self.on.isoformat()})
        elif since > self.latest_start:
            values = {
                "until": own_notice_until(self.artifact, since).isoformat(),
                "close": self.closes_on.isoformat(),
                "latest": self.latest_start.isoformat(),
            }
            text = _("这样公示到 %(until)s 才期满，晚于推荐截止日 %(close)s。请最迟从 %(latest)s 起公示。")
            self.add_error("own_notice_from", text % values)

    def stale_message(self) -> str:
        name, at = last_saved(self.artifact) or (_("他人"), self.at)
        text = _("您打开本页后，%(name)s 于 %(at)s 保存过推荐材料。请核对本页内容，再按一次即以本页为准。")
        return text % {"name": name, "at": f"{at.astimezone():%H:%M}"}

    # -- eligibility ---------------------------------------------------------------------------------------------

    @cached_property
    def findings(self) -> list[Finding]:
        """Every rule of the honour, answered with what stands in the fields as far as it can be read."""
        wanted = copy.copy(self.artifact)
        if self.is_bound:
            state_nominee(wanted, self.values())
        return findings_of(wanted, self.on)

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The rules as the page shows them; one that waits for a field of this form is not failed yet."""
        return [
            {"name": one.name, "message": one.message, "passed": one.passed, "is_open": self.is_open(one)}
            for one in self.findings
        ]

    def is_open(self, finding: Finding) -> bool:
        """Whether a rule cannot be answered before the unit fills in what it asks for."""
        own = {
            *PERSON_FIELDS,
            *(fact for fact, _field in collective_fields().values()),
            *self.labels.values(),
        }
        return bool(finding.data) and all(key in own and value is None for key, value in finding.data.items())

    @property
    def is_answered(self) -> bool:
        """Whether no rule waits for a field any more."""
        return not any(self.is_open(one) for one in self.findings)

    @property
    def failures(self) -> int:
        return sum(not self.is_open(one) for one in failed(self.findings))

    # -- saving --------------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """What the fields say, by the fields of the nomination."""
        data = self.cleaned_data
        values = {name: data[name] for name in self.same_named if name in data}
        confirmed = dict(self.artifact.confirmations)
        for name, fact in self.labels.items():
            if data.get(name):
                confirmed[fact] = data[name] == "yes"
        return values | {"confirmations": confirmed}

    def save_draft(self) -> bool:
        """Keep what was filled in; False when something of it cannot be kept as it stands."""
        if not self.is_valid():
            return False
        save_nomination(self.artifact, values=self.values(), by=self.by, at=self.at)
        return True

    def save(self) -> None:
        file_nomination(self.artifact, values=self.values(), by=self.by, at=self.at)

    def submission_note(self) -> str:
        """What the submission says on record: with which rules against it."""
        against = [one.name for one in failed(self.findings)]
        return _("提交时不符合的条件：%(rules)s。") % {"rules": _("、").join(against)} if against else ""
