"""Setting up a district: League tree, reference data and rule sets, from the files in ``fixtures/``."""

import json
from pathlib import Path

from django.conf import settings
from django.db import transaction

from records.calendars import seed_calendar

from ..enums import OrganizationKind, OrganizationLevel
from ..models import Campaign, Checkpoint, Goal, Organization, RuleSet
from ..rules.reference import streets
from .organizations import add_organization

FIXTURES: Path = settings.BASE_DIR / "fixtures"
# Systems (系统、局) that found organizations beside the sub-districts; they report the ledger only (RULES section 0).
BUREAUS = (
    ("共青团海淀区教育系统工作委员会", "教育系统团工委", "海教团字"),
    ("共青团海淀区卫生系统工作委员会", "卫生系统团工委", "海卫团字"),
    ("共青团海淀区国资系统工作委员会", "国资系统团工委", "海国团字"),
)


def load_rule_sets() -> int:
    """Add rule sets that are not there yet; returns how many. Stored ones are never changed."""
    entries = [
        entry
        for name in ("rule_sets.json", "six_haves_standard.json", "award_rules.json")
        for entry in json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    ]
    known = set(RuleSet.objects.values_list("name", flat=True))
    new = [RuleSet(**entry) for entry in entries if entry["name"] not in known]
    RuleSet.objects.bulk_create(new)
    return len(new)


def load_campaigns() -> int:
    """Add the plans of years that are not there yet; returns how many."""
    added = 0
    for entry in json.loads((FIXTURES / "campaigns.json").read_text(encoding="utf-8")):
        if not Campaign.objects.filter(year=entry["year"]).exists():
            add_campaign(**entry)
            added += 1
    return added


def add_campaign(
    *, year: int, name: str, source: str, goals: list[dict], checkpoints: list[dict]
) -> Campaign:
    """A year's plan with its goals and checkpoints."""
    campaign = Campaign.objects.create(year=year, name=name, source=source)
    Goal.objects.bulk_create(Goal(campaign=campaign, **goal) for goal in goals)
    Checkpoint.objects.bulk_create(Checkpoint(campaign=campaign, **point) for point in checkpoints)
    return campaign


def set_up_district() -> Organization:
    """The League tree of the district with its 29 streets and towns and its bureaus, calendar, rule sets and plan.

    Idempotent: what is there stays as it is.
    """
    with transaction.atomic():
        seed_calendar(FIXTURES / "calendar.json")
        load_rule_sets()
        load_campaigns()
        existing = Organization.objects.filter(level=OrganizationLevel.DISTRICT).first()
        if existing is not None:
            return existing
        city = add_organization(
            parent=None,
            name="共青团北京市委员会",
            short_name="团市委",
            kind=OrganizationKind.CITY_COMMITTEE,
            level=OrganizationLevel.CITY,
        )
        district = add_organization(
            parent=city,
            name="共青团北京市海淀区委员会",
            short_name="海淀团区委",
            kind=OrganizationKind.DISTRICT_COMMITTEE,
            level=OrganizationLevel.DISTRICT,
            code="110108",
            issuer_code="海团字",
        )
        add_streets(district)
        for name, short_name, issuer_code in BUREAUS:
            add_organization(
                parent=district,
                name=name,
                short_name=short_name,
                kind=OrganizationKind.WORKING_COMMITTEE,
                level=OrganizationLevel.BUREAU,
                issuer_code=issuer_code,
            )
        return district


def add_streets(district: Organization) -> None:
    for street in streets():
        place = street["town_name"] or street["name"]
        kind = street["league_kind"]
        suffix = "团工委" if kind == OrganizationKind.WORKING_COMMITTEE else "团委"
        add_organization(
            parent=district,
            name=street["league_name"],
            short_name=f"{place}{suffix}",
            kind=kind,
            level=OrganizationLevel.SUBDISTRICT,
            code=street["code"],
            issuer_code=f"{place.removesuffix('街道').removesuffix('镇')}团字",
        )
