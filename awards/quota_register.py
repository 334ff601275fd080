"""The quotas that hold: counted organizations, the calculation, and what was decided since."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from orgs.enums import Conclusion, OrganizationLevel, OrganizationStatus
from orgs.models import Organization
from orgs.queries import district_of

from .models import Honour
from .rules.quota_changes import Adjustment, Quota, adjusted
from .rules.quotas import Area, Calculation, QuotaRules, calculate


def count_areas(district: Organization, on: dt.date) -> list[dict[str, Any]]:
    """The accepted organizations by the organization that nominates them: the sub-districts and systems of a district,
    and the district itself for those in direct contact. One statement for the counts."""
    low, high = district.scope_bounds
    accepted = Organization.objects.filter(
        scope__range=(low, high),
        unit__isnull=False,
        status=OrganizationStatus.ACTIVE,
        acceptances__conclusion=Conclusion.PASS,
        acceptances__concluded_on__lte=on,
        acceptances__revoked_on=None,
    ).filter(Q(acceptances__valid_until=None) | Q(acceptances__valid_until__gte=on))
    # Every unit of the register is a non-public enterprise or a social organization (两新组织).
    # Trees come in the order of their path, which would become part of the groups.
    places = accepted.order_by().values(place=F("acceptances__affiliation"))
    rows = places.annotate(count=Count("pk", distinct=True))
    counts = {row["place"]: row["count"] for row in rows}
    return [
        {
            "organization": place.pk,
            "code": place.code or place.path,
            "name": place.display_name,
            "accepted": counts.get(place.pk, 0),
            "non_public": counts.get(place.pk, 0),
        }
        for place in _nominating(district)
    ]


def _nominating(district: Organization) -> QuerySet[Organization]:
    low, high = district.scope_bounds
    levels = (OrganizationLevel.DISTRICT, OrganizationLevel.SUBDISTRICT, OrganizationLevel.BUREAU)
    return Organization.objects.filter(scope__range=(low, high), level__in=levels).order_by("scope")


def quota_rules(honour: Honour) -> QuotaRules:
    return QuotaRules(
        places=honour.nomination_places,
        floor=honour.floor,
        cap=honour.cap,
        non_public_share=honour.non_public_share,
    )


def calculation_of(honour: Honour, areas: list[dict[str, Any]] | None = None) -> Calculation:
    """The calculation of an honour from its frozen areas, or from others (a draft). Raises ValueError for rules that
    are impossible (see awards.rules.quotas.quota_problems)."""
    rows = [
        Area(one["code"], one["name"], one["accepted"], one["non_public"])
        for one in (honour.areas if areas is None else areas)
    ]
    return calculate(rows, quota_rules(honour))


def adjustments_of(honour: Honour) -> list[Adjustment]:
    """What was decided about the nominations of sub-districts, by the code of the area."""
    codes = {one["organization"]: one["code"] for one in honour.areas}
    return [
        Adjustment(codes[one.organization_id], one.places, one.reserved, one.reason, one.decision)
        for one in honour.adjustments.exclude(organization=None)
    ]


def quotas_of(honour: Honour) -> list[Quota]:
    """The quota of every area, as adjusted."""
    return adjusted(calculation_of(honour), adjustments_of(honour))


def quota_at(honour: Honour, organization: Organization) -> Quota | None:
    """The quota of one nominating organization; None where it has none."""
    code = next((one["code"] for one in honour.areas if one["organization"] == organization.pk), None)
    return next((one for one in quotas_of(honour) if one.area.code == code), None)


def places_of(honour: Honour) -> int:
    """How many may be awarded, after all decisions."""
    return honour.places + sum(one.places for one in honour.adjustments.filter(organization=None))


def nominating_of(organization: Organization) -> Organization:
    """The organization that ranks the nominations of an organization: its sub-district or system, or the district for
    direct contact."""
    if organization.direct_contact:
        return district_of(organization)
    assert organization.unit is not None  # only organizations of units are nominated
    return organization.unit.affiliation
