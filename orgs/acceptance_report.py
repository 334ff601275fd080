"""验收报告: an acceptance on paper, round by round, with photos. For whoever may see the findings."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from records.documents import chinese_date, render_report

from .enums import Conclusion
from .inspection_access import visible_findings
from .issuers import issuer_of
from .models import Acceptance, AcceptanceSnapshot, Inspection, Person
from .permissions import ALLOWED, Verdict
from .queries import district_of
from .report_visits import Pictures, Visit, moment_of, photos_of, position_of, visits_by_round
from .rules.acceptance import items_of
from .rules.inspection_facts import SIGNATURE
from .rules.inspection_words import points_text
from .rules.standards import sum_of

Purpose = Inspection.Purpose
CROSS = "×"


def report_verdict(person: Person, acceptance: Acceptance, on: dt.date) -> Verdict:
    """Whether a person may read the report now; refused with the reason."""
    if not visible_findings(person, acceptance, on):
        return Verdict(
            False,
            _("验收报告现在不能查看：您没有权限，或还须独立完成本次验收。"),
            _("请在本人的现场验收提交以后查看。"),
        )
    if acceptance.findings_sent_on is None:
        return Verdict(
            False,
            _("验收结果尚未汇总反馈，还没有验收报告。"),
            _("本轮现场验收全部提交并汇总后生成。"),
        )
    return ALLOWED


def report_pdf(acceptance: Acceptance, *, person: Person, on: dt.date) -> bytes:
    """The report as a person may see it on a day. Ask :func:`report_verdict` first."""
    pictures = Pictures()
    with translation.override(settings.LANGUAGE_CODE):
        content = report_content(acceptance, pictures, person=person, on=on)
    issuer = issuer_of(district_of(acceptance.affiliation))
    return render_report(content, pictures.made, issuer=issuer)


def report_content(
    acceptance: Acceptance, pictures: Pictures, *, person: Person, on: dt.date
) -> dict[str, Any]:
    """What the report says (``records.documents.reports.AcceptanceReport``)."""
    visits = visits_by_round(acceptance, person, on)
    found = acceptance.snapshots.filter(step=AcceptanceSnapshot.Step.FINDINGS).order_by("pk")
    snapshots = {one.round: one.data for one in found}  # a round that was merged twice counts as it was last
    rounds = [
        round_content(acceptance, snapshots[number], visits.get(number, []), pictures, again)
        for again, number in enumerate(sorted(snapshots))
    ]
    photos = photos_of(acceptance, [visit for one in visits.values() for visit in one], pictures)
    return {
        "heading": "“六有”达标验收报告",
        "case_number": acceptance.case_number or "—",
        "facts": facts_of(acceptance),
        "rounds": rounds,
        "shortfalls": list(acceptance.shortfalls),
        "answer": acceptance.answer,
        "answered": acceptance.answered_on.isoformat() if acceptance.answered_on else "",
        "answers": answers_of(acceptance),
        "conclusion": conclusion_of(acceptance),
        "photos": photos,
        "omitted": pictures.omitted,
        "printed_on": on.isoformat(),
    }


def facts_of(acceptance: Acceptance) -> list[dict[str, Any]]:
    """The head of the report."""
    items = list(acceptance.items.all())
    claimed = sum((one.self_points or Decimal(0) for one in items), Decimal(0))
    full = sum((one.full for one in items), Decimal(0))
    standard = acceptance.standard
    pairs = [
        ("团组织", acceptance.organization.name, True),
        ("所在单位", acceptance.unit.name, True),
        ("验收标准", f"{standard.data['title']}（{standard.name}）", True),
        ("办理团组织", acceptance.affiliation.display_name, False),
        ("自评得分", f"{points_text(claimed)} 分（满分 {points_text(full)} 分）", False),
        ("验收得分", f"{points_text(acceptance.total)} 分" if acceptance.total is not None else "—", False),
        ("星级", acceptance.grade or "—", False),
        ("自评日期", _day(acceptance.assessed_on), False),
        ("反馈日期", _day(acceptance.findings_sent_on), False),
        ("认定日期", _day(acceptance.concluded_on), False),
        ("有效期至", _day(acceptance.valid_until), False),
    ]
    return [{"label": label, "value": value, "wide": wide} for label, value, wide in pairs]


def _day(day: dt.date | None) -> str:
    return chinese_date(day.isoformat()) if day else "—"


def conclusion_of(acceptance: Acceptance) -> str:
    """What was concluded, in a sentence."""
    total = points_text(acceptance.total) if acceptance.total is not None else "—"
    day, term = _day(acceptance.concluded_on), _day(acceptance.rectify_due_on)
    said = {
        Conclusion.PASS: f"得{total}分，达到合格条件，{day}认定为验收合格，有效期至{_day(acceptance.valid_until)}。",
        Conclusion.RECTIFY: f"得{total}分，未达到合格条件，{day}决定限期整改，期限至{term}。",
        Conclusion.FAIL: f"得{total}分，未达到合格条件，{day}认定为验收不合格。",
    }.get(
        Conclusion(acceptance.conclusion) if acceptance.conclusion else None, f"得{total}分，尚未作出结论。"
    )
    if acceptance.revoked_on:
        said += f"\n该认定已于{_day(acceptance.revoked_on)}撤销：{acceptance.revoked_reason}"
    return said


def round_content(
    acceptance: Acceptance, snapshot: dict[str, Any], visits: list[Visit], pictures: Pictures, again: int
) -> dict[str, Any]:
    """One round: its inspectors, and each item with their scores side by side."""
    texts = {one["code"]: one["text"] for one in acceptance.standard.data["vetoes"]}
    return {
        "title": _round_title(visits, again),
        "inspectors": [_inspector(one) for one in visits],
        "criteria": _criteria(acceptance, snapshot["items"], visits),
        "vetoes": [texts.get(code, code) for code in snapshot["vetoes"]],
        "total": points_text(Decimal(snapshot["total"])),
        "signatures": [_signature(one, pictures) for one in visits if one.merged.value(SIGNATURE)],
    }


def _round_title(visits: list[Visit], again: int) -> str:
    if again == 0:
        return "现场验收"
    if any(one.row.purpose == Purpose.REGULAR for one in visits):
        return "重新验收"
    return f"第{again}次复验"


def _inspector(visit: Visit) -> dict[str, Any]:
    arrival = visit.merged.value("arrival") or {}
    note = (visit.merged.value("note") or {}).get("text", "")
    return {
        "name": visit.row.inspector.name,
        "purpose": str(Purpose(visit.row.purpose).label),
        "visited": moment_of(arrival.get("at")) or moment_of(visit.row.planned_at),
        "arrived": position_of(arrival) or visit.row.place[:80],
        "total": points_text(visit.row.total),
        "counts": visit.counts,
        "note": note[:1500],
    }


def _criteria(acceptance: Acceptance, found: dict[str, list], visits: list[Visit]) -> list[dict[str, Any]]:
    """The criteria with those items that the round looked at."""
    rows = {one.code: one for one in acceptance.items.all()}
    criteria = []
    for criterion in acceptance.standard.data["criteria"]:
        items = []
        for item in criterion["items"]:
            if item["code"] not in found:
                continue
            met, points, finding = found[item["code"]]
            claimed = rows[item["code"]].self_points
            items.append(
                {
                    "code": item["code"],
                    "text": item["text"],
                    "mandatory": item["mandatory"],
                    "full": points_text(rows[item["code"]].full),
                    "claimed": points_text(claimed),
                    "scores": [_score(visit, item["code"]) for visit in visits],
                    "points": points_text(Decimal(points)),
                    "met": met,
                    "finding": finding[:1000],
                }
            )
        if items:
            full = sum_of([one | {"points": one["full"]} for one in items])
            sums = {"points": points_text(sum_of(items)), "full": points_text(full)}
            criteria.append({"name": f"{criterion['code']} {criterion['name']}", "items": items} | sums)
    return criteria


def _score(visit: Visit, code: str) -> str:
    one = visit.row.result["items"].get(code)
    if one is None:
        return ""
    return points_text(Decimal(one["points"])) + ("" if one["met"] else CROSS)


def _signature(visit: Visit, pictures: Pictures) -> dict[str, Any]:
    said = visit.merged.value(SIGNATURE) or {}
    refused = bool(said.get("refused"))
    return {
        "inspector": visit.row.inspector.name,
        "name": str(said.get("name", ""))[:120],
        "role": str(said.get("role", ""))[:120],
        "signed": moment_of(said.get("at")),
        "refused": (str(said.get("reason", "")) or "未说明原因")[:300] if refused else "",
        "picture": "" if refused else pictures.name_of(visit.files.get(str(said.get("sha256", "")))),
    }


def answers_of(acceptance: Acceptance) -> list[dict[str, Any]]:
    """What the unit said to single findings, and what it put right."""
    texts = {one["code"]: one["text"] for one in items_of(acceptance.standard.data)}
    return [
        {"code": one.code, "text": texts[one.code], "answer": one.answer, "rectification": one.rectification}
        for one in acceptance.items.all()
        if one.answer or one.rectification
    ]
