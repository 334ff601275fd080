"""To whom overdue tasks are reported, what is put on record then, and whose desk shows them.

The level of a task says who hears of its delay: the street of a unit's, the district of a street's, the leader of the
district's own. A unit in direct contact has no street between: its tasks are reported to the district.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from orgs.enums import OrganizationLevel, Role
from orgs.models import Organization, Person
from orgs.permissions import ADMIN_ROLES
from orgs.queries import rules_in_force, running_posts
from records import audit

from .models import CaseEvent, WorkItem

MOST_NAMES = 20


@dataclass(frozen=True)
class Escalation:
    """An overdue task and the role at an organization to which it is reported."""

    item: WorkItem
    to: Organization
    role: str

    @property
    def receiver(self) -> tuple[str, int | None, int | None]:
        return self.role, self.to.pk, None

    @property
    def holder(self) -> str:
        """Who holds the task, empty while it waits in a queue."""
        return self.item.owner.name if self.item.owner else ""

    @property
    def place(self) -> str:
        """Where the task is."""
        return self.item.organization.display_name if self.item.organization else self.item.unit_name


def districts() -> dict[str, Organization]:
    """The districts by their place in the tree; one query."""
    return {one.path: one for one in Organization.objects.filter(level=OrganizationLevel.DISTRICT)}


def level_of(item: WorkItem) -> str:
    """The level at which a task is: ``unit``, ``subdistrict`` or ``district``."""
    if item.organization is None:
        return "unit"
    return "district" if item.organization.level == OrganizationLevel.DISTRICT else "subdistrict"


def escalation_of(
    item: WorkItem, targets: Mapping[str, str], above: Mapping[str, Organization]
) -> Escalation:
    """To whom a task is reported; ``targets`` names the role for each level, ``above`` are the districts."""
    level, handling = level_of(item), item.case.organization
    if level == "unit" and handling.level != OrganizationLevel.DISTRICT:
        return Escalation(item, handling, targets["unit"])
    district = next(above[path] for path in handling.ancestor_paths if path in above)
    return Escalation(item, district, targets["district" if level == "district" else "subdistrict"])


def write_escalations(
    found: list[Escalation], names: Mapping[tuple[str, int | None, int | None], list[str]], *, at: dt.datetime
) -> None:
    """Mark the rows, add the cases' events and their audit entries, all in the caller's transaction."""
    by_place: dict[int, list[int]] = {}
    for one in found:
        by_place.setdefault(one.to.pk, []).append(one.item.pk)
    for place, rows in by_place.items():
        WorkItem.objects.filter(pk__in=rows).update(escalated_to=place)
    # What is kept is Chinese, whichever language a worker runs in.
    with translation.override(settings.LANGUAGE_CODE):
        events = CaseEvent.objects.bulk_create(
            [
                CaseEvent(
                    case_id=one.item.case_id,
                    task_id=one.item.pk,
                    kind=CaseEvent.Kind.ESCALATED,
                    to_names=receiver_text(one, names.get(one.receiver, []))[:400],
                    at=at,
                )
                for one in found
            ]
        )
    audit.record_many("escalated", [entry_of(*pair) for pair in zip(events, found, strict=True)], at=at)


def receiver_text(one: Escalation, names: list[str]) -> str:
    """Who is told, as the timeline says it: place and role, with the people who held it."""
    values = {"place": one.to.display_name, "role": Role(one.role).label}
    if not names:
        return _("%(place)s%(role)s") % values
    values["names"] = _("、").join(dict.fromkeys(names[:MOST_NAMES]))
    return _("%(place)s%(role)s（%(names)s）") % values


def entry_of(event: CaseEvent, one: Escalation) -> tuple[str, str, dict]:
    """The audit entry of an escalation, in the story of the case's unit."""
    data = {
        "event": event.pk,
        "task": one.item.pk,
        "node": one.item.node,
        "due": one.item.due_on.isoformat(),
        "to": one.to.pk,
        "role": one.role,
    }
    return one.item.case.about, one.item.case.chain, data


# --- what a desk shows ------------------------------------------------------------------------------------------


def escalated(person: Person, on: dt.date) -> list[QuerySet[WorkItem]]:
    """The open tasks reported to the posts of a person, one index range for each; most overdue first.

    One query for the rules, none for people of units and for administrators, who take no part in the business.
    """
    posts = [
        post for post in running_posts(person, on) if post.organization_id and post.role not in ADMIN_ROLES
    ]
    if not posts:
        return []
    targets = rules_in_force("handling", on).data["escalates_to"]
    found: dict[tuple[int | None, bool], QuerySet[WorkItem]] = {}
    for post in posts:
        rows = WorkItem.objects.filter(open=True, escalated_to=post.organization_id)
        is_district = post.organization.level == OrganizationLevel.DISTRICT
        if post.role == targets["subdistrict" if is_district else "unit"]:
            found[post.organization_id, False] = rows.exclude(organization=post.organization_id)
        if is_district and post.role == targets["district"]:
            found[post.organization_id, True] = rows.filter(organization=post.organization_id)
    return [rows.order_by("due_on", "task_id") for rows in found.values()]
