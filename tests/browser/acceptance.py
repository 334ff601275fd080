"""An organization old enough for its acceptance, and everybody who has to do with it, each at their own window."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from orgs.actions.organizations import add_organization
from orgs.enums import OrganizationKind, OrganizationLevel, Role
from orgs.models import Acceptance, Inspection, Organization, Person
from orgs.permissions import appoint
from tests import factories
from tests.flows import district as d

from .people import Visitor


@dataclass
class Journey:
    """One organization and everybody who has to do with its acceptance."""

    place: d.District
    organization: Organization
    inspectors: list[Person]
    tied: Person
    district_inspector: Person
    open_window: Callable[[str], Visitor] = field(repr=False)
    windows: dict[str, Visitor] = field(default_factory=dict)

    def at_desk(self, who: str) -> Visitor:
        """A person of the place at their window, which stays open from their first step to the last."""
        if who not in self.windows:
            self.windows[who] = self.open_window(self.place.person(who).username)
        return self.windows[who]

    def task_of(self, who: str) -> Visitor:
        """The same with the first task of their desk open."""
        visitor = self.at_desk(who)
        visitor.first_task()
        return visitor

    @property
    def acceptance(self) -> Acceptance:
        return Acceptance.objects.get(organization=self.organization)

    def visits(self, **fields: Any) -> list[Inspection]:
        """Visits that are still to be made."""
        return list(self.acceptance.inspections.filter(state="assigned", **fields).order_by("pk"))


@transaction.atomic
def make_journey(open_window: Callable[[str], Visitor]) -> Journey:
    """Two inspectors of the street, a third one who leads the accepted unit, and one of the district."""
    place = d.make_district()
    street = place.streets[0]
    unit = d.make_applying_unit(place, name="北京试验科技有限公司", contact_name="李想")
    organization = add_organization(
        parent=street,
        name="共青团北京试验科技有限公司支部委员会",
        kind=OrganizationKind.BRANCH,
        level=OrganizationLevel.GRASSROOTS,
        unit=unit,
        founded_on=timezone.localdate() - dt.timedelta(days=300),
    )
    inspectors = [factories.make_person(Role.INSPECTOR, street, name) for name in ("王验收", "赵验收")]
    tied = factories.make_person(Role.INSPECTOR, street, "钱验收")
    appoint(tied, Role.UNIT_LEADER, unit, by=None, on=timezone.localdate() - dt.timedelta(days=30))
    district_inspector = factories.make_person(Role.INSPECTOR, place.district, "区验收员")
    return Journey(place, organization, inspectors, tied, district_inspector, open_window)
