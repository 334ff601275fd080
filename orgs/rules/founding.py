"""What may be founded, who decides it and what follows, as pure functions of a dated rule set (RULES.md 2,
10).

``rules`` is the ``data`` of a founding rule set (``fixtures/rule_sets.json``), frozen into the case. Joint
and temporary branches are branches: wherever a table of the rule set has no entry of their own, the
branch's counts.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from orgs.enums import FoundingMode, OrganizationKind

Rules = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """A broken rule: ``code`` for tests and pages, ``message`` for the user with the remedy.

    ``blocking`` False is a warning that a person may accept. ``field`` names the form field it belongs to.
    """

    code: str
    message: str
    field: str = ""
    blocking: bool = True


def by_kind(table: Mapping[str, Any], kind: str) -> Any:
    """The entry of ``kind`` in a table of the rule set; joint and temporary branches fall back on the
    branch's, working committees on the committee's. Raises KeyError for a kind that is never founded."""
    if kind in table:
        return table[kind]
    if kind in (OrganizationKind.JOINT_BRANCH, OrganizationKind.TEMPORARY_BRANCH):
        return table[OrganizationKind.BRANCH]
    if kind == OrganizationKind.WORKING_COMMITTEE:
        return table[OrganizationKind.COMMITTEE]
    raise KeyError(kind)


def organization_kind_problems(
    kind: str,
    mode: str,
    members: int,
    youth: int,
    covered_units: int,
    rules: Rules,
    *,
    has_host: bool = True,
    has_host_consent: bool = True,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> list[Problem]:
    """Why an organization of this kind may not be founded in this mode; an empty list: it may be founded.

    ``members`` and ``youth`` (≤ 35) are totals over the applying and all covered units; ``covered_units``
    counts the further units only. For the temporary mode ``starts_on`` and ``ends_on`` bound its time.
    """
    demands = rules["modes"][mode]
    problems = []
    if kind not in demands["kinds"]:
        kinds = _("、").join(str(OrganizationKind(one).label) for one in demands["kinds"])
        problems.append(
            Problem(
                "kind_not_in_mode",
                _("“%(mode)s”不能成立%(kind)s。请改选类别（%(kinds)s）或改选建团方式。")
                % {"mode": FoundingMode(mode).label, "kind": OrganizationKind(kind).label, "kinds": kinds},
                "kind",
            )
        )
    if kind != OrganizationKind.WORKING_COMMITTEE:
        problems += _member_problems(kind, mode, members, youth, rules)
    if covered_units < demands["min_covered_units"]:
        problems.append(
            Problem(
                "covered_units_missing",
                _("“%(mode)s”至少要有 %(minimum)d 家其他覆盖单位，现有 %(count)d 家。请补充覆盖单位。")
                % {
                    "mode": FoundingMode(mode).label,
                    "minimum": demands["min_covered_units"],
                    "count": covered_units,
                },
                "covered_units",
            )
        )
    problems += _host_problems(mode, demands, has_host, has_host_consent)
    if demands.get("needs_end_date"):
        problems += _end_date_problems(demands, starts_on, ends_on)
    return problems


def _member_problems(kind: str, mode: str, members: int, youth: int, rules: Rules) -> list[Problem]:
    minimum = max(by_kind(rules["min_members"], kind), rules["modes"][mode]["min_members"] or 0)
    maximum = by_kind(rules["max_members"], kind)
    label = OrganizationKind(kind).label
    if members >= minimum:
        if maximum is None or members <= maximum:
            return []
        text = _(
            "%(kind)s一般不超过 %(maximum)d 名团员，现有 %(members)d 名。"
            "请考虑成立团总支，或说明需要放宽的理由。"
        )
        values = {"kind": label, "maximum": maximum, "members": members}
        return [Problem("too_many_members", text % values, "kind", blocking=False)]
    values = {"kind": label, "minimum": minimum, "members": members, "youth": youth}
    reachable = [one for one, least in rules["min_members"].items() if members >= least]
    if reachable:
        values["smaller"] = OrganizationKind(reachable[-1]).label
        text = _("成立%(kind)s要有 %(minimum)d 名以上团员，现有 %(members)d 名。请改为申请成立%(smaller)s。")
    elif youth >= rules["min_youth_for_cultivation"]:
        text = _(
            "成立%(kind)s要有 %(minimum)d 名以上团员，现有 %(members)d 名；有青年 %(youth)d 名，"
            "请先发展团员（列入培育），或与邻近单位联合建团。"
        )
    elif mode == FoundingMode.STANDALONE:
        text = _(
            "成立%(kind)s要有 %(minimum)d 名以上团员，现有 %(members)d 名。请改为与邻近或同行业单位联合建团。"
        )
    else:
        text = _(
            "成立%(kind)s要有 %(minimum)d 名以上团员，各单位合计 %(members)d 名。请增加覆盖单位或先发展团员。"
        )
    return [Problem("too_few_members", text % values, "members")]


def _host_problems(mode: str, demands: Rules, has_host: bool, has_host_consent: bool) -> list[Problem]:
    values = {"mode": FoundingMode(mode).label}
    if demands["needs_host"] and not has_host:
        text = _("“%(mode)s”要有依托单位或管理机构。请填写依托单位或管理机构。")
        return [Problem("host_missing", text % values, "host_name")]
    if demands["needs_host_consent"] and not has_host_consent:
        text = _("“%(mode)s”要有依托单位的书面同意。请填写同意日期并上传同意书。")
        return [Problem("host_consent_missing", text % values, "host_consented_on")]
    return []


def _end_date_problems(demands: Rules, starts_on: date | None, ends_on: date | None) -> list[Problem]:
    if ends_on is None:
        return [
            Problem("end_date_missing", _("临时团支部要写明预计结束日期。请填写预计结束日期。"), "ends_on")
        ]
    if starts_on is None:
        return []
    if ends_on <= starts_on:
        return [Problem("end_date_past", _("预计结束日期应晚于今天。请更正预计结束日期。"), "ends_on")]
    if ends_on > add_months(starts_on, demands["max_months"]):
        text = _("临时团支部不超过 %(months)d 个月。时间更长的，请申请成立正式团支部。")
        return [Problem("temporary_too_long", text % {"months": demands["max_months"]}, "ends_on")]
    return []


def may_be_founded(problems: list[Problem]) -> bool:
    """Whether nothing among the problems is blocking."""
    return not any(problem.blocking for problem in problems)


def founding_route(kind: str, direct_contact: bool, rules: Rules) -> tuple[str, ...]:
    """Levels that decide, in order: ``unit``, ``subdistrict``, ``district``; ``file:district`` means only
    filed with the district (备案). Direct contact goes past the sub-district (RULES.md sections 2 and
    10)."""
    return tuple(rules["routes"]["direct_contact"] if direct_contact else by_kind(rules["routes"], kind))


def needs_election(kind: str, mode: str, rules: Rules) -> bool:
    """False for appointed bodies: working committees (dispatched bodies) and temporary branches."""
    return kind not in rules["appointed_kinds"] and rules["modes"][mode]["election"]


def committee_seats(kind: str, members: int, rules: Rules) -> tuple[int, int]:
    """Fewest and most seats of the committee. A branch below the threshold elects a secretary, and a deputy
    if needed, instead of a committee; nowhere more seats than the members can supply candidates for."""
    is_branch = by_kind({"branch": True, "general_branch": False, "committee": False}, kind)
    small = is_branch and members < rules["small_branch_threshold"]
    least, most = rules["small_branch_seats"] if small else by_kind(rules["committee_size"], kind)
    while most > least and candidates_needed(most, rules) > members:
        most -= 1
    return least, most


def candidates_needed(seats: int, rules: Rules) -> int:
    """Candidates that a competitive election (差额选举) needs for so many seats."""
    return seats + ceil(Fraction(rules["extra_candidates_fraction"]) * seats)


def term_end(start: date, kind: str, rules: Rules, years: int | None = None) -> date:
    """Last day of the term that begins on ``start``. ``years`` within the rule set's bounds, else ValueError;
    default: the rule set's."""
    bounds = by_kind(rules["term_years"], kind)
    chosen = bounds["default"] if years is None else years
    if not bounds["min"] <= chosen <= bounds["max"]:
        raise ValueError(
            _("任期应为 %(min)d 至 %(max)d 年。请更正任期年数。")
            % {"min": bounds["min"], "max": bounds["max"]}
        )
    return add_months(start, 12 * chosen) - timedelta(days=1)


def officer_age_warnings(
    name: str, born_on: date, is_party_member: bool, on: date, rules: Rules
) -> list[Problem]:
    """Age rules for officers; they warn and never block (RULES.md section 2)."""
    limits = rules["officer_age"]
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    values = {"name": name, "age": age, "limit": limits["party_member_above"]}
    warnings = []
    if age > limits["party_member_above"] and not is_party_member:
        text = _("%(name)s %(age)d 岁：超过 %(limit)d 岁的团干部一般应为中共党员，请核实政治面貌。")
        warnings.append(
            Problem("officer_not_party_member", text % values, "proposed_officers", blocking=False)
        )
    if age > limits["usual_max"]:
        limit = limits["max"] if age > limits["max"] else limits["usual_max"]
        text = _("%(name)s %(age)d 岁：团干部一般不超过 %(limit)d 岁，请说明理由或另提人选。")
        values = values | {"limit": limit}
        warnings.append(Problem("officer_too_old", text % values, "proposed_officers", blocking=False))
    return warnings


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
