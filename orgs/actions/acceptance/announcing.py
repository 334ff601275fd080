"""Who comes when: the official notice of a visit (验收通知), and what inspectors and the unit are told."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from records import documents, notices
from records.models import Document

from ...enums import Role
from ...issuers import issuer_of
from ...models import Acceptance, Inspection, Organization, Person
from ...queries import district_of, holders
from ...rules.acceptance import items_of
from ..inspection_notices import area, case_address
from .common import about

Purpose, State = Inspection.Purpose, Inspection.State
KIND = "acceptance_notice"
# What stands on one notice: everybody who comes to the same place at the same moment.
Meeting = tuple[dt.datetime, str]


def meeting_of(visit: Inspection) -> Meeting:
    return visit.planned_at, visit.place


def inspecting_organization(acceptance: Acceptance, purpose: str) -> Organization:
    """Who sends the inspectors: the handling organization, for its sample the district."""
    if purpose == Purpose.SAMPLE:
        return district_of(acceptance.affiliation)
    return acceptance.affiliation


def renew_notices(
    acceptance: Acceptance, meetings: Iterable[Meeting], *, by: Person, at: dt.datetime, reason: str = ""
) -> list[Document]:
    """Issue the notice of each meeting as it is now planned, in place of what was announced for it before.

    A meeting to which nobody comes any more has its notice revoked. ``reason`` says why something changed. Call it in
    the transaction that changed the visits, with the old and the new meeting of every visit.
    """
    issued = []
    with translation.override(settings.LANGUAGE_CODE):
        visits = acceptance.inspections.exclude(state=State.CANCELLED).select_related("inspector")
        present = list(visits.filter(round=acceptance.inspection_round).order_by("pk"))
        for said in unique(meeting_text(*meeting) for meeting in meetings):
            coming = [visit for visit in present if meeting_text(*meeting_of(visit)) == said]
            for sample in (False, True):
                group = [visit for visit in coming if (visit.purpose == Purpose.SAMPLE) == sample]
                former = announced(acceptance, said, sample=sample)
                if group:
                    issued += renew(acceptance, group, former, by=by, at=at, reason=reason)
                elif former is not None:
                    documents.revoke(former, reason or _("验收取消"), by_id=by.pk, at=at)
    return issued


def unique(texts: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [dict(one) for one in dict.fromkeys(tuple(text.items()) for text in texts)]


def meeting_text(planned_at: dt.datetime, place: str) -> dict[str, str]:
    """A meeting as its notice says it, to the minute."""
    local = timezone.localtime(planned_at)
    return {"visit_on": local.date().isoformat(), "hour": hour_text(local.time()), "place": place}


def announced(acceptance: Acceptance, said: dict[str, str], *, sample: bool) -> Document | None:
    """The valid notice of a meeting; the district's sample is announced apart, by the district."""
    issuer = inspecting_organization(acceptance, Purpose.SAMPLE if sample else Purpose.REGULAR)
    about_type, about_id = about(acceptance)
    valid = Document.objects.filter(
        kind=KIND,
        about_type=about_type,
        about_id=about_id,
        issuer_type="organization",
        issuer_id=issuer.pk,
        status=Document.Status.VALID,
    )
    return next((one for one in valid.order_by("-pk") if said.items() <= one.content["body"].items()), None)


def renew(
    acceptance: Acceptance,
    visits: list[Inspection],
    former: Document | None,
    *,
    by: Person,
    at: dt.datetime,
    reason: str,
) -> list[Document]:
    """The notice of a meeting in place of the former one; nothing when that says the same."""
    content = notice_content(acceptance, visits)
    if former is not None and content.items() <= former.content["body"].items():
        return []
    issued = documents.issue(
        KIND,
        issuer=issuer_of(inspecting_organization(acceptance, visits[0].purpose)),
        about=about(acceptance),
        unit_id=acceptance.unit_id,
        content=content,
        on=timezone.localdate(at),
        by_id=by.pk,
        at=at,
        supersedes=former,
        reason=reason if former is not None else "",
    )
    return [issued]


def notice_content(acceptance: Acceptance, visits: list[Inspection]) -> dict[str, Any]:
    """What the notice of a meeting says; the visits are those of the meeting."""
    first, rules, standard = visits[0], acceptance.rules, acceptance.standard
    sample, district = first.purpose == Purpose.SAMPLE, district_of(acceptance.affiliation)
    copy = acceptance.affiliation if sample else district
    content = {
        "addressee": acceptance.organization.name,
        "organization": acceptance.organization.name,
        "standard": _("%(title)s（%(version)s）")
        % {"title": standard.data["title"], "version": standard.name.split()[-1]},
        "again": first.purpose == Purpose.AGAIN,
        **meeting_text(first.planned_at, first.place),
        "methods": rules.get("inspection_methods", []),
        "criteria": looked_at(acceptance, visits),
        "inspectors": [{"post": _("验收员"), "name": visit.inspector.name} for visit in visits],
        "prepare": rules.get("inspection_prepare", []),
        "attachments": [],
        "copies": [] if copy.pk == inspecting_organization(acceptance, first.purpose).pk else [copy.name],
    }
    if first.contact:
        content["contact"] = first.contact
    if first.telephone:
        content["telephone"] = first.telephone
    return content


def looked_at(acceptance: Acceptance, visits: list[Inspection]) -> list[str]:
    """What the notice lists: the criteria, of a re-inspection the very items that failed."""
    codes = {code for visit in visits for code in visit.items}
    standard = acceptance.standard.data
    if visits[0].purpose == Purpose.AGAIN:
        return [item["text"] for item in items_of(standard) if item["code"] in codes]
    return [one["name"] for one in standard["criteria"] if codes & {item["code"] for item in one["items"]}]


def hour_text(time: dt.time) -> str:
    """上午9时30分, as documents write it."""
    half = "上午" if time.hour < 12 else "下午"
    hour = time.hour if time.hour <= 12 else time.hour - 12
    return f"{half}{hour}时{time.minute:02d}分" if time.minute else f"{half}{hour}时"


# --- notices ------------------------------------------------------------------------------------------------


def tell_inspector(kind: str, visit: Inspection, *, at: dt.datetime, reason: str = "") -> None:
    """Tell an inspector about a visit of theirs; once per kind and version of the visit."""
    notices.send(
        kind,
        to_id=visit.inspector_id,
        key=f"{kind}:{visit.pk}:{visit.version}",
        at=at,
        url=area(),
        organization=visit.acceptance.organization.name,
        planned=visit.planned_at.isoformat(),
        place=visit.place,
        reason=reason,
    )


def tell_unit(
    kind: str, visits: list[Inspection], *, key: str, at: dt.datetime, reason: str = "", name: str = ""
) -> None:
    """Tell who applied, and everybody who applies for the unit today, about a meeting. ``name`` is an inspector."""
    first = visits[0]
    acceptance = first.acceptance
    posts = holders(Role.UNIT_APPLICANT, on=timezone.localdate(at), unit_id=acceptance.unit_id)
    told = {acceptance.applicant_id, *posts.values_list("person_id", flat=True)}
    for person_id in sorted(told):
        notices.send(
            kind,
            to_id=person_id,
            key=f"{kind}:{key}:{person_id}",
            at=at,
            url=case_address(acceptance),
            organization=acceptance.organization.name,
            planned=first.planned_at.isoformat(),
            place=first.place,
            names=_("、").join(visit.inspector.name for visit in visits),
            name=name,
            reason=reason,
        )
