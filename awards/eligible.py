"""What the register knows of a nominee on a day, and the eligibility rules asked with it."""

import datetime as dt
from typing import Any

from orgs.enums import Conclusion
from orgs.models import Acceptance
from orgs.rules.inspection_words import stars_of

from .enums import NominationState
from .models import Award, Nomination
from .models.nomination import ENDED
from .rules import eligibility
from .rules.eligibility import Finding, Held


def findings_of(nomination: Nomination, on: dt.date) -> list[Finding]:
    """Every rule of the honour with its answer for this nominee on a day."""
    return eligibility.check(nomination.honour.data["eligibility"], facts_of(nomination, on), on)


def facts_of(nomination: Nomination, on: dt.date) -> dict[str, Any]:
    """The facts that rules may ask for; None where nothing is known (and so the rule fails and says so)."""
    born = nomination.leader_born_on
    return {
        **_accepted(nomination.organization_id, on),
        "born_on": nomination.born_on,
        "joined_on": nomination.joined_on,
        "post_since": nomination.post_since,
        "founded_on": nomination.organization.founded_on,
        "headcount": nomination.headcount,
        "youth": nomination.youth,
        "leaders_born_on": [born] if born else None,
        "honours": held_by(nomination),
        "other_nominations": other_nominations(nomination),
        "year": nomination.honour.campaign.year,
        **nomination.confirmations,
    }


def held_by(nomination: Nomination) -> list[Held]:
    """The honours that the nominee received, the revoked ones included; not those that lapsed before they were handed
    out, since the nominee was no more."""
    awards = Award.objects.filter(person_key=nomination.person_key)
    awards = awards.exclude(nomination__state=NominationState.LAPSED)
    if not nomination.person_key:
        awards = awards.filter(organization=nomination.organization_id)
    awards = awards.exclude(nomination=nomination.pk) if nomination.pk else awards
    return [Held(one.honour_code, one.year, one.revoked_on is not None) for one in awards]


def other_nominations(nomination: Nomination) -> list[str]:
    """Numbers of other open nominations of the same nominee in campaigns of the same year."""
    rows = Nomination.objects.filter(
        person_key=nomination.person_key, honour__campaign__year=nomination.honour.campaign.year
    ).exclude(state__in=ENDED)
    if not nomination.person_key:
        rows = rows.filter(organization=nomination.organization_id)
    return list(rows.exclude(pk=nomination.pk).order_by("pk").values_list("case_number", flat=True))


def _accepted(organization_id: int, on: dt.date) -> dict[str, Any]:
    """The acceptance that counts: the latest that passed and was not revoked."""
    passed = Acceptance.objects.filter(
        organization=organization_id, conclusion=Conclusion.PASS, concluded_on__lte=on, revoked_on=None
    )
    found = passed.order_by("-concluded_on", "-pk").first()
    if found is None:
        return {"accepted_on": None, "accepted_until": None, "stars": None}
    return {
        "accepted_on": found.concluded_on,
        "accepted_until": found.valid_until,
        "stars": stars_of(found.grade),
    }
