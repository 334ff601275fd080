"""The commendation decision and the certificates (RULES section 10, P4: decision document → certificates)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from orgs.issuers import issuer_of
from orgs.models import Person
from records import audit, documents
from records.models import Document

from ..enums import NomineeKind
from ..models import Award, AwardCampaign, Honour, Nomination

ABOUT, ABOUT_AWARD = "award_campaign", "award"


def sign_decision(
    campaign: AwardCampaign,
    nominations: Sequence[Nomination],
    *,
    introduction: str,
    call: str,
    by: Person,
    on: dt.date,
    at: dt.datetime,
) -> Document:
    """Issue the decision on nominations that may be decided, and make their awards; in the caller's transaction, which
    moves the cases (their rules are asked there). A campaign may have several decisions: nobody waits for the slowest.

    Raises ContentError and MissingGlyph for what cannot be printed.
    """
    content = decision_content(campaign, nominations, introduction=introduction, call=call)
    document = documents.issue(
        "commendation_decision",
        issuer=issuer_of(campaign.organization),
        about=(ABOUT, campaign.pk),
        unit_id=None,
        content=content,
        on=on,
        by_id=by.pk,
        at=at,
    )
    for nomination in nominations:
        Award.objects.create(
            nomination=nomination,
            organization=nomination.organization,
            scope=nomination.organization.scope,
            person_name=nomination.person_name,
            person_key=nomination.person_key,
            honour_code=nomination.honour.code,
            title=nomination.honour.title,
            year=campaign.year,
            decided_on=on,
            decision_title=document.title,
            decision_number=document.number,
            decision=document,
        )
    story = f"organization:{campaign.organization_id}"
    audit.record(
        "awards_decided",
        by_id=by.pk,
        about=f"award_campaign:{campaign.pk}",
        chain=story,
        at=at,
        number=document.number,
        nominations=sorted(one.pk for one in nominations),
    )
    return document


def decision_content(
    campaign: AwardCampaign, nominations: Iterable[Nomination], *, introduction: str, call: str
) -> dict[str, Any]:
    """What the decision says: an award after the other with the first name and how many, the names as an annex."""
    by_honour: dict[Honour, list[Nomination]] = {}
    for one in sorted(nominations, key=lambda one: (one.honour.position, one.rank or 0, one.pk)):
        by_honour.setdefault(one.honour, []).append(one)
    grants = [
        {"award": honour.title, "first": first_name(rows), "count": len(rows), "measure": honour.measure}
        for honour, rows in by_honour.items()
    ]
    groups = [
        {"heading": _("%(honour)s（%(count)d%(measure)s）") % heading(honour, rows), "entries": listed(rows)}
        for honour, rows in by_honour.items()
    ]
    return {
        "subject": campaign.name,
        "addressee": _("各街道（镇）团（工）委，各系统团（工）委，各直属团组织"),
        "introduction": introduction,
        "grants": grants,
        "call": call,
        "annexes": [{"title": _("%(campaign)s名单") % {"campaign": campaign.name}, "groups": groups}],
        "copies": [],
    }


def first_name(rows: Sequence[Nomination]) -> str:
    """How the first of an award is named: a single person as a comrade, where no 等…名同志 follows."""
    first = rows[0]
    return f"{first.name}同志" if first.person_name and len(rows) == 1 else first.name


def taken(nominations: Sequence[Nomination]) -> list[Nomination]:
    """Those who hold an honour of this year already, or would get two of them at once: a second one is refused
    (RULES section 4)."""
    seen: set[tuple[int, str]] = set()
    found = []
    for one in nominations:
        holder = (one.organization_id, one.person_key)
        year = one.honour.campaign.year
        awards = Award.objects.filter(
            organization=holder[0], person_key=holder[1], year=year, revoked_on=None
        )
        if holder in seen or awards.exists():
            found.append(one)
        seen.add(holder)
    return found


def heading(honour: Honour, rows: Sequence[Nomination]) -> dict[str, Any]:
    return {"honour": honour.title, "count": len(rows), "measure": honour.measure}


def listed(rows: Iterable[Nomination]) -> list[dict[str, str]]:
    """Name and unit, and nothing else about anybody (RULES section 8)."""
    return [{"name": one.name, "unit": one.unit.name if one.person_name else ""} for one in rows]


def issue_certificate(award: Award, *, by: Person, on: dt.date, at: dt.datetime) -> Document:
    """Issue the certificate of an award that has none yet, in the caller's transaction."""
    nomination = award.nomination
    assert nomination is not None  # honours of earlier times get no certificate here
    campaign = nomination.honour.campaign
    is_person = nomination.honour.nominee_kind == NomineeKind.PERSON
    content: dict[str, Any] = {
        "variant": "person" if is_person else "organization",
        "recipient": award.name,
        "period": _("%(year)d年度") % {"year": award.year},
        "work": campaign.work,
        "award": award.title,
        "letters": nomination.honour.letters,
        "decision": _("《%(title)s》（%(number)s）")
        % {"title": award.decision_title, "number": award.decision_number},
    }
    if is_person:
        content["unit"] = nomination.unit.name
    award.certificate = documents.issue(
        "award_certificate",
        issuer=issuer_of(campaign.organization),
        about=(ABOUT_AWARD, award.pk),
        unit_id=nomination.unit_id,
        content=content,
        on=on,
        by_id=by.pk,
        at=at,
    )
    award.issued_on = on
    award.save(update_fields=["certificate", "issued_on"])
    return award.certificate
