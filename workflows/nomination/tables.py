"""What pages and papers tell about a nomination. Nothing of scores, slips or the ranking of the committee is read here
(docs/adr/0010)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from awards.eligible import findings_of
from awards.enums import NominationState
from awards.models import Award, ConsultationAnswer, Nomination
from orgs.models import Person
from orgs.permissions import Perm, can

# Who handles nominations, and so reads the whole date of birth.
HANDLING = (
    Perm.APPLY_FOUNDING,
    Perm.CHECK_SUBDISTRICT,
    Perm.APPROVE_SUBDISTRICT,
    Perm.MANAGE_AWARDS,
    Perm.DECIDE_AWARDS,
)
# Who follows a campaign at the district, and so reads what offices replied about people.
OFFICE = (Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS, Perm.ASSIST_REVIEW)
STATE_TONES = {
    NominationState.AWARDED: "ok",
    NominationState.DECIDED: "ok",
    NominationState.CLEARED: "ok",
    NominationState.HELD: "back",
    NominationState.NOT_ELIGIBLE: "bad",
    NominationState.REMOVED: "bad",
    NominationState.REVOKED: "bad",
    NominationState.NOT_RANKED: "mute",
    NominationState.NOT_SELECTED: "mute",
    NominationState.WITHDRAWN: "mute",
    NominationState.LAPSED: "mute",
}


@dataclass(frozen=True)
class Told:
    """A nomination as its case page tells it to one reader."""

    tone: str
    sees_birth: bool
    findings: list[dict[str, Any]]
    failures: int
    confirmed: list[tuple[str, bool]]
    consultations: list[ConsultationAnswer]
    story: list[dict[str, Any]]
    award: Award | None


def case_title(nomination: Nomination) -> str:
    """What the case of a nomination is called."""
    return _("%(name)s申报“%(honour)s”") % {"name": nomination.name, "honour": nomination.honour.title}


def told_to(nomination: Nomination, reader: Person, *, on: dt.date) -> Told:
    """What a reader who may see the case is told."""
    findings = shown_findings(nomination, on=on)
    return Told(
        tone=STATE_TONES.get(NominationState(nomination.state), "wait"),
        sees_birth=sees_birth(nomination, reader, on=on),
        findings=findings,
        failures=sum(not one["passed"] for one in findings),
        confirmed=confirmed(nomination),
        consultations=consultations(nomination) if is_office(nomination, reader, on=on) else [],
        story=story(nomination),
        award=Award.objects.filter(nomination=nomination).select_related("certificate", "decision").first(),
    )


def sees_birth(nomination: Nomination, reader: Person, *, on: dt.date) -> bool:
    """Whether a reader handles the nomination; others read the year of birth."""
    return any(can(reader, perm, nomination, on=on) for perm in HANDLING)


def is_office(nomination: Nomination, reader: Person, *, on: dt.date) -> bool:
    """Whether a reader follows the campaign at the district."""
    place = nomination.honour.campaign.organization
    return any(can(reader, perm, place, on=on) for perm in OFFICE)


def shown_findings(nomination: Nomination, *, on: dt.date) -> list[dict[str, Any]]:
    """The rules of eligibility as found when they were checked; before that, while the nomination runs, as of today."""
    if nomination.checked_on or not nomination.is_open:
        return list(nomination.findings)
    return [
        {"kind": one.kind, "name": one.name, "passed": one.passed, "message": one.message}
        for one in findings_of(nomination, on)
    ]


def confirmed(nomination: Nomination) -> list[tuple[str, bool]]:
    """What the unit confirmed, by the words of the rules."""
    said = nomination.confirmations
    return [
        (rule["label"], said[rule["fact"]])
        for rule in nomination.honour.data["eligibility"]
        if rule["kind"] == "confirmed" and rule["fact"] in said
    ]


def consultations(nomination: Nomination) -> list[ConsultationAnswer]:
    """The offices that were asked, with their replies."""
    return list(nomination.consultations.select_related("letter"))


def story(nomination: Nomination) -> list[dict[str, Any]]:
    """Through which states the nomination went and when; the words of whoever decided stand on the timeline."""
    return [
        {
            "at": timezone.localtime(one.at),
            "label": one.get_target_display(),
            "tone": STATE_TONES.get(NominationState(one.target), "wait"),
        }
        for one in nomination.events.order_by("pk")
    ]
