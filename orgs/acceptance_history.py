"""What an organization's acceptances found over the years, criterion by criterion."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.utils.functional import Promise

from .acceptance_register import STATES, case_ids, state_of, with_state
from .inspection_access import visible_findings
from .models import Acceptance, Organization, Person
from .rules.inspection_words import stars_of

SHOWN = 10
GOOD, FAIR = 90, 60  # per cent of a criterion's points


@dataclass(frozen=True)
class CriterionPast:
    """One criterion in one acceptance. ``percent`` of its points; ``tone`` of its bar."""

    name: str
    points: Decimal
    full: Decimal

    @property
    def percent(self) -> int:
        return round(self.points * 100 / self.full) if self.full else 0

    @property
    def tone(self) -> str:
        return "ok" if self.percent >= GOOD else "mid" if self.percent >= FAIR else "low"


@dataclass(frozen=True)
class AcceptancePast:
    """One acceptance; ``criteria`` are empty while nothing was found, or not for this reader yet."""

    acceptance: Acceptance
    state: str
    label: "Promise | str"
    stars: int
    case_id: int | None
    criteria: list[CriterionPast]


def acceptance_history(organization: Organization, person: Person, on: dt.date) -> list[AcceptancePast]:
    """The acceptances of an organization, the newest first."""
    rows = with_state(Acceptance.objects.filter(organization=organization), person)
    found = list(
        rows.select_related("standard", "affiliation", "unit")
        .prefetch_related("items", "inspections")
        .order_by(F("assessed_on").desc(nulls_first=True), "-pk")[:SHOWN]
    )
    cases = case_ids(found)
    return [_past(one, cases.get(one.case_number), person, on) for one in found]


def _past(acceptance: Acceptance, case_id: int | None, person: Person, on: dt.date) -> AcceptancePast:
    state = state_of(acceptance, on)
    shown = acceptance.total is not None and visible_findings(person, acceptance, on)
    return AcceptancePast(
        acceptance,
        state,
        STATES[state],
        stars_of(acceptance.grade) if shown else 0,
        case_id,
        _criteria(acceptance) if shown else [],
    )


def _criteria(acceptance: Acceptance) -> list[CriterionPast]:
    rows = {one.code: one for one in acceptance.items.all()}
    found = []
    for criterion in acceptance.standard.data["criteria"]:
        own = [rows[item["code"]] for item in criterion["items"] if item["code"] in rows]
        points = sum((one.points or Decimal(0) for one in own), Decimal(0))
        found.append(CriterionPast(criterion["name"], points, sum((one.full for one in own), Decimal(0))))
    return found
