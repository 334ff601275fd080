"""What a request must satisfy before it is submitted, and what it is only warned of (RULES section 2)."""

import re
from collections import Counter

from django.utils.translation import gettext as _

from orgs.enums import OrganizationKind
from orgs.rules.founding import (
    add_months,
    committee_seats,
    founding_route,
    may_be_founded,
    needs_election,
    officer_age_warnings,
    organization_kind_problems,
)
from orgs.rules.names import ending_fits, proposed_organization_name

from ...fields import future_problem
from ...unit_rows import Rows
from .common import FoundingForm

_PHONE = re.compile(r"[\d\-+() （）转]{7,30}")
PLACES = {"covered_units": "covered", "proposed_officers": "officers", "roster": "roster"}
PARTY_STATUSES = ("party_member", "probationary")


class RequestRules(FoundingForm):
    """The judging half of the request form: problems go to their fields and lists, warnings are collected."""

    warnings: list[str]
    returned_level: str

    def rows_in(self, prefix: str) -> Rows:
        return self.row_sets[prefix][1]

    @property
    def covered(self) -> Rows:
        return self.rows_in("covered")

    @property
    def officers(self) -> Rows:
        return self.rows_in("officers")

    @property
    def roster(self) -> Rows:
        return self.rows_in("roster")

    def judge(self, data: dict) -> None:
        """Check what was understood of a request that is to be submitted."""
        self._check_facts(data)
        self._check_rules(data)
        self._collect_warnings(data)
        if self.warnings and not data.get("accept_warnings"):
            self.add_error("accept_warnings", _("请核对这些提示，修改内容，或勾选此项后再提交。"))

    def _check_facts(self, data: dict) -> None:
        employees, youth, members = (data.get(key) for key in ("employees", "youth", "members"))
        if employees is not None and youth is not None and youth > employees:
            self.add_error("youth", _("35岁以下青年数不能大于从业人员数，请核对两项人数。"))
        if youth is not None and members is not None and members > youth:
            self.add_error("members", _("团员数不能大于35岁以下青年数，请核对两项人数。"))
        if not data.get("party_organization") and not data.get("party_explanation"):
            self.add_error(
                "party_explanation",
                _("单位没有党组织的，请说明情况（党员人数、是否纳入联合党支部等）；有党组织的请填写名称。"),
            )
        if problem := future_problem(
            data.get("host_consented_on"), self.on, self.fields["host_consented_on"].label
        ):
            self.add_error("host_consented_on", problem)
        phone = data.get("contact_phone")
        if phone and not _PHONE.fullmatch(phone):
            self.add_error("contact_phone", _("联系电话应为手机号或带区号的座机号，例如 010-62510000。"))

    def _check_rules(self, data: dict) -> None:
        kind, mode, members = (data.get(key) for key in ("kind", "mode", "members"))
        if not kind or not mode or members is None:
            return
        covered = self.covered.filled()
        rows = [row.values() for row in covered]
        total = members + sum(row["members"] or 0 for row in rows)
        problems = organization_kind_problems(
            kind,
            mode,
            total,
            (data.get("youth") or 0) + sum(row["unit"].youth for row in rows if row["unit"]),
            len(covered),
            self.founding.rules,
            has_host=bool(data.get("host_name")),
            has_host_consent=bool(data.get("host_consented_on")),
            starts_on=self.on,
            ends_on=data.get("ends_on"),
        )
        self.complain([one for one in problems if one.blocking], places=PLACES)
        self.warnings += [one.message for one in problems if not one.blocking]
        demands = self.founding.rules["modes"][mode]
        if demands["needs_host_consent"] and not self.has_file("file_host_consent"):
            self.add_error("file_host_consent", _("此种建团方式要有依托单位的书面同意，请上传同意书。"))
        if may_be_founded(problems):
            self._check_lists(kind, mode, total)
            self._check_route(kind, bool(data.get("direct_contact")))
        names = Counter(row["unit"] for row in rows)
        if doubled := [unit.name for unit, count in names.items() if unit and count > 1]:
            self.list_errors.setdefault("covered", []).append(
                _("“%(name)s”填写了多次，请删除重复的行。") % {"name": doubled[0]}
            )

    def _check_lists(self, kind: str, mode: str, total: int) -> None:
        count = len(self.roster.filled())
        if count != total:
            text = _(
                "花名册有 %(count)d 人，与团员人数 %(total)d 人（本单位与覆盖单位合计）不一致。"
                "请补齐或删减花名册，或更正团员人数。"
            )
            self.list_errors.setdefault("roster", []).append(text % {"count": count, "total": total})
        officers = [row.values() for row in self.officers.filled()]
        secretaries = sum(one["duty"] == "secretary" for one in officers)
        problems = self.list_errors.setdefault("officers", [])
        if secretaries != 1:
            problems.append(
                _("拟任班子要有一名书记，现有 %(count)d 名。请在“拟任职务”中更正。") % {"count": secretaries}
            )
        least, most = committee_seats(kind, total, self.founding.rules)
        if needs_election(kind, mode, self.founding.rules) and not least <= len(officers) <= most:
            text = _(
                "%(total)d 名团员的%(kind)s，班子应为 %(least)d 至 %(most)d 人，现有 %(count)d 人。请增减人选。"
            )
            values = {"total": total, "least": least, "most": most, "count": len(officers)}
            problems.append(text % (values | {"kind": OrganizationKind(kind).label}))

    def _check_route(self, kind: str, direct_contact: bool) -> None:
        route = founding_route(kind, direct_contact, self.founding.rules)
        if self.returned_level and self.returned_level not in route:
            self.add_error(
                "kind",
                _("改动后不再经退回机关审批，不能作为补正提交。请改回原来的类别，或撤回后重新申请。"),
            )

    def _collect_warnings(self, data: dict) -> None:
        officers = [row.values() for row in self.officers.filled()]
        roster = [row.values() for row in self.roster.filled()]
        self._warn_of_officers(officers, {one["name"] for one in roster})
        self._warn_of_roster(roster)
        if data.get("party_organization") and not self.has_file("file_party_consent"):
            self.warnings.append(_("尚未上传单位党组织意见。可以先提交，受理审查时可能要求补齐。"))
        if any(row.values()["unit"] and not row.values()["consented_on"] for row in self.covered.filled()):
            self.warnings.append(_("有覆盖单位没有填写同意日期，请确认已征得其同意。"))
        name, kind = data.get("organization_name"), data.get("kind")
        if name and kind and not ending_fits(name, kind):
            proposed = proposed_organization_name(self.founding.unit.name, kind)
            self.warnings.append(
                _("团组织名称与类别“%(kind)s”不相称，一般写作“%(name)s”。")
                % {"kind": OrganizationKind(kind).label, "name": proposed}
            )

    def _warn_of_officers(self, officers: list[dict], members: set[str]) -> None:
        for one in officers:
            if one["born_on"] and one["name"]:
                is_party_member = one["political_status"] in PARTY_STATUSES
                found = officer_age_warnings(
                    one["name"], one["born_on"], is_party_member, self.on, self.founding.rules
                )
                self.warnings += [problem.message for problem in found]
        strangers = [one["name"] for one in officers if one["name"] not in members]
        if strangers and members:
            self.warnings.append(
                _("拟任人选%(names)s不在花名册中，请核实其组织关系。") % {"names": _("、").join(strangers)}
            )

    def _warn_of_roster(self, roster: list[dict]) -> None:
        for name, count in Counter(one["name"] for one in roster).items():
            if name and count > 1:
                self.warnings.append(
                    _("花名册中“%(name)s”出现 %(count)d 次，请确认是同名的不同团员。")
                    % {"name": name, "count": count}
                )
        limit = self.founding.rules["officer_age"]["member_max"]
        older = [
            one["name"]
            for one in roster
            if one["born_on"] and add_months(one["born_on"], 12 * (limit + 1)) <= self.on
        ]
        if older:
            self.warnings.append(
                _("花名册中 %(names)s等 %(count)d 人已超过 %(limit)d 岁，请核实是否保留团籍。")
                % {"names": _("、").join(older[:3]), "count": len(older), "limit": limit}
            )
