"""What a handler or approver looks for in a request or a result: what the mode demands, and whether it is there."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from orgs.actions.founding import attached_files, leadership, total_members
from orgs.models import Founding
from orgs.rules.election import members_needed
from orgs.rules.founding import (
    committee_seats,
    needs_election,
    officer_age_warnings,
    organization_kind_problems,
)


@dataclass(frozen=True)
class Item:
    """One line: ``state`` is ``ok``, ``missing`` or ``warn``; ``note`` says what was found."""

    label: str
    state: str
    note: str = ""


def request_checklist(founding: Founding, *, on: dt.date) -> list[Item]:
    """Completeness of a request under its frozen rules (RULES sections 2 and 10)."""
    purposes = set(attached_files(founding).values_list("purpose", flat=True))
    demands = founding.rules["modes"][founding.mode]
    total, covered = total_members(founding), list(founding.covered_units.select_related("unit"))
    items = [
        _roster(founding, total),
        _party(founding, purposes),
        *_officers(founding, total, on),
        _resumes(founding, purposes),
    ]
    if demands["needs_host"]:
        items.append(
            Item(
                _("依托单位"), "ok" if founding.host_name else "missing", founding.host_name or _("没有填写")
            )
        )
    if demands["needs_host_consent"]:
        day = founding.host_consented_on
        complete = day is not None and "host_consent" in purposes
        note = day.isoformat() if complete else _("缺同意日期或同意书")
        items.append(Item(_("依托单位书面同意"), "ok" if complete else "missing", note))
    if demands["min_covered_units"]:
        enough = len(covered) >= demands["min_covered_units"]
        items.append(
            Item(_("覆盖单位"), "ok" if enough else "missing", _("%(count)d 家") % {"count": len(covered)})
        )
        silent = [row.unit.name for row in covered if row.consented_on is None]
        if silent:
            items.append(
                Item(
                    _("覆盖单位同意"),
                    "warn",
                    _("%(names)s没有同意日期") % {"names": _("、").join(silent[:3])},
                )
            )
    if demands.get("needs_end_date"):
        day = founding.ends_on
        items.append(
            Item(_("预计结束日期"), "ok" if day else "missing", day.isoformat() if day else _("没有填写"))
        )
    return items + _rule_items(founding, total, covered, on)


def _roster(founding: Founding, total: int) -> Item:
    count = founding.roster.count()
    note = _("花名册 %(count)d 人，团员 %(total)d 人") % {"count": count, "total": total}
    undated = founding.roster.filter(joined_on=None).count()
    if count != total or not count:
        return Item(_("团员花名册"), "missing", note)
    if undated:
        return Item(_("团员花名册"), "warn", _("%(count)d 人缺入团日期") % {"count": undated})
    return Item(_("团员花名册"), "ok", note)


def _party(founding: Founding, purposes: set[str]) -> Item:
    if founding.party_organization:
        if "party_consent" in purposes:
            return Item(_("党组织意见"), "ok", founding.party_organization)
        note = _("%(name)s，没有上传书面意见") % {"name": founding.party_organization}
        return Item(_("党组织意见"), "warn", note)
    if founding.party_explanation:
        return Item(_("无党组织的说明"), "ok", founding.party_explanation[:40])
    return Item(_("党组织意见或说明"), "missing", _("两者都没有"))


def _officers(founding: Founding, total: int, on: dt.date) -> list[Item]:
    officers = list(founding.proposed_officers.all())
    least, most = committee_seats(founding.kind, total, founding.rules)
    secretaries = sum(one.duty == "secretary" for one in officers)
    elected = needs_election(founding.kind, founding.mode, founding.rules)
    fits = secretaries == 1 and (not elected or least <= len(officers) <= most)
    note = _("%(count)d 人，其中书记 %(secretaries)d 人") % {
        "count": len(officers),
        "secretaries": secretaries,
    }
    items = [Item(_("拟任班子人选"), "ok" if fits else "missing", note)]
    for one in officers:
        if one.born_on is None:
            continue
        is_party_member = one.political_status in ("party_member", "probationary")
        problems = officer_age_warnings(one.name, one.born_on, is_party_member, on, founding.rules)
        items += [Item(_("人选年龄"), "warn", problem.message) for problem in problems]
    return items


def _resumes(founding: Founding, purposes: set[str]) -> Item:
    without = list(founding.proposed_officers.filter(resume="").values_list("name", flat=True))
    if "resume" in purposes or not without:
        return Item(_("人选简历"), "ok")
    return Item(_("人选简历"), "warn", _("%(names)s没有简历") % {"names": _("、").join(without[:3])})


def _rule_items(founding: Founding, total: int, covered: list, on: dt.date) -> list[Item]:
    """Whatever else the rules say against it, as the form told the applicant."""
    problems = organization_kind_problems(
        founding.kind,
        founding.mode,
        total,
        founding.youth + sum(row.unit.youth for row in covered),
        len(covered),
        founding.rules,
        starts_on=on,
        ends_on=founding.ends_on,
    )
    own_lines = ("covered_units_missing", "end_date_missing")
    found = [one for one in problems if one.code not in own_lines]
    return [Item(_("建团条件"), "missing" if one.blocking else "warn", one.message) for one in found] or [
        Item(_("建团条件"), "ok", _("符合人数和建团方式的规定"))
    ]


def result_checklist(founding: Founding) -> list[Item]:
    """What a result report must show before it is approved."""
    people = leadership(founding)
    secretaries = sum(one.duty == "secretary" for one in people)
    with_duty = all(one.duty for one in people)
    items = [
        Item(
            _("班子职务"),
            "ok" if secretaries == 1 and with_duty else "missing",
            _("%(count)d 人，其中书记 %(secretaries)d 人")
            % {"count": len(people), "secretaries": secretaries},
        )
    ]
    meeting = founding.current_meeting
    if meeting is None:
        return items
    needed = members_needed(meeting.entitled, founding.rules)
    items.append(
        Item(
            _("到会人数"),
            "ok" if meeting.present >= needed else "missing",
            _("应到 %(entitled)d 人，实到 %(present)d 人，须达到 %(needed)d 人")
            % {"entitled": meeting.entitled, "present": meeting.present, "needed": needed},
        )
    )
    open_seats = meeting.seats - sum(one.elected for one in meeting.candidates.all())
    if open_seats:
        items.append(Item(_("缺额"), "warn", _("尚缺 %(count)d 名") % {"count": open_seats}))
    signed = attached_files(founding).filter(purpose="sign_in").exists()
    items.append(Item(_("签到表"), "ok" if signed else "warn", "" if signed else _("没有上传")))
    return items
