"""The six-haves standard for everybody who is signed in: each version, what changed between two, as a workbook."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records.workbooks import Column, write_workbook

from ..access import SIGNED_IN, PersonRequest
from ..actions.standards import (
    open_draft_of,
    problems_of_draft,
    proposal_of,
    published_standards,
    standard_of,
)
from ..models import Acceptance, Organization, Person, RuleSet, StandardDraft
from ..permissions import Perm
from ..queries import district_of, jurisdictions
from ..rules.standard_diff import differences
from ..rules.standard_sheet import HEADERS, POINTS, SHEET, rows_of
from ..rules.standards import (
    EVIDENCE_KINDS,
    Standard,
    full_sum,
    grades_in_words,
    kinds_in_words,
    percent,
    shown,
    sum_of,
)
from .common import workbook_response

DRAFT = "draft"
WIDTHS = (14, 8, 40, 36, 44, 8, 8, 16)


@dataclass(frozen=True)
class Version:
    """A published version among the others. ``state``: ``future``, ``current`` or ``past``; ``until`` its last day."""

    rule_set: RuleSet
    state: str
    until: dt.date | None
    running: int = 0
    started: int = 0
    previous: int | None = None


def editing_district(person: Person, on: dt.date) -> Organization | None:
    """The district whose standard a person writes or approves."""
    for perm in (Perm.PUBLISH_STANDARD, Perm.APPROVE_DISTRICT):
        for place in jurisdictions(person, perm, on):
            return district_of(place)
    return None


def versions_on(on: dt.date) -> list[Version]:
    """All versions, the newest first, with how many acceptances were started and still run under each."""
    published = published_standards()
    case = Q(unit__cases__number=F("case_number")) & Q(unit__cases__finished=None)
    counted = {
        row["standard"]: row
        for row in Acceptance.objects.values("standard").annotate(
            started=Count("pk", distinct=True), running=Count("pk", filter=case, distinct=True)
        )
    }
    current = max((at for at, one in enumerate(published) if one.valid_from <= on), default=-1)
    found = []
    for at, one in enumerate(published):
        follower = published[at + 1] if at + 1 < len(published) else None
        row = counted.get(one.pk, {})
        state = "current" if at == current else "future" if at > current else "past"
        until = follower.valid_from - dt.timedelta(days=1) if follower else None
        previous = published[at - 1].pk if at else None
        found.append(Version(one, state, until, row.get("running", 0), row.get("started", 0), previous))
    return found[::-1]


def chosen(versions: list[Version], asked: str) -> Version:
    """The version asked for, else the one in force, else the first to come. Raises Http404 where there is none."""
    found = next((one for one in versions if str(one.rule_set.pk) == asked), None)
    found = found or next((one for one in versions if one.state == "current"), None)
    if found is None and versions:
        found = versions[-1]
    if found is None:
        raise Http404(_("还没有验收标准，请联系系统管理员加载规则集。"))
    return found


def shown_standard(standard: Standard) -> dict[str, Any]:
    """A standard as its pages show it."""
    passing = standard["pass"]
    return {
        "title": standard["title"],
        "joint_rule": standard["joint_rule"],
        "passing": passing,
        "least": shown(passing["min_total"]),
        "ratio": percent(passing["min_each_criterion_ratio"]),
        "grades": grades_in_words(standard),
        "vetoes": standard["vetoes"],
        "sum": shown(full_sum(standard)),
        "count": sum(len(one["items"]) for one in standard["criteria"]),
        "criteria": [
            {
                "code": one["code"],
                "name": one["name"],
                "points": shown(sum_of(one["items"])),
                "items": [
                    item
                    | {
                        "points": shown(item["points"]),
                        "ways": kinds_in_words(item["kinds"]),
                        "each": [EVIDENCE_KINDS[kind] for kind in item["kinds"]],
                    }
                    for item in one["items"]
                ],
            }
            for one in standard["criteria"]
        ],
    }


def draft_context(person: Person, on: dt.date) -> dict[str, Any]:
    """The open draft of the person's district and what the person may do with it; empty for everybody else."""
    district = editing_district(person, on)
    if district is None:
        return {}
    draft = open_draft_of(district)
    return {
        "district": district,
        "draft": draft,
        "proposal": proposal_of(draft) if draft else None,
        "may_edit": bool(jurisdictions(person, Perm.PUBLISH_STANDARD, on)),
        "may_approve": bool(jurisdictions(person, Perm.APPROVE_DISTRICT, on)),
        "problems": problems_of_draft(draft) if draft else [],
    }


@method_decorator(never_cache, name="dispatch")
class StandardPage(View):
    """The standard in force, or another version; ready to print."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        versions = versions_on(on)
        version = chosen(versions, request.GET.get("version", ""))
        context = {
            "versions": versions,
            "version": version,
            "standard": shown_standard(version.rule_set.data),
            "nav_key": "standard",
        }
        return render(request, "orgs/standard.html", context | draft_context(request.user, on))


def readable_standard(person: Person, asked: str, on: dt.date) -> tuple[str, Standard]:
    """Name and data of a published version, or of the draft for those who work on it. Raises Http404."""
    if asked == DRAFT:
        district = editing_district(person, on)
        draft: StandardDraft | None = open_draft_of(district) if district else None
        if draft is None:
            raise Http404
        return _("草案"), standard_of(draft)
    found = next((one for one in published_standards() if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found.name, found.data


@method_decorator(never_cache, name="dispatch")
class CompareStandards(View):
    """What changed from one version to another, item by item."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        on = timezone.localdate()
        published = published_standards()
        asked = [request.GET.get(key, "") for key in ("before", "after")]
        before, after = asked[0] or str(published[0].pk), asked[1] or str(published[-1].pk)
        choices = [(str(one.pk), one.name) for one in reversed(published)]
        context = draft_context(request.user, on)
        if context.get("draft"):
            choices.insert(0, (DRAFT, _("草案")))
        old, new = readable_standard(request.user, before, on), readable_standard(request.user, after, on)
        context |= {
            "before": before,
            "after": after,
            "before_name": old[0],
            "after_name": new[0],
            "choices": choices,
            "differences": differences(old[1], new[1]),
            "nav_key": "standard",
        }
        return render(request, "orgs/standard_compare.html", context)


class ExportStandard(View):
    """A version, or the draft, as a workbook of one sheet that can be changed and read back."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        at, on = timezone.now(), timezone.localdate()
        name, standard = readable_standard(request.user, request.GET.get("version", ""), on)
        return workbook_response(
            standard_workbook(standard, at=at), _("验收标准 %(name)s") % {"name": name}, at
        )


def standard_workbook(standard: Standard, *, at: dt.datetime) -> bytes:
    """One sheet; the headers are those of the file format, in every language the same."""
    columns = [
        Column(header, width, "number" if header == POINTS else "text")
        for header, width in zip(HEADERS, WIDTHS, strict=True)
    ]
    return write_workbook(columns, rows_of(standard), sheet=SHEET, created_at=at)
