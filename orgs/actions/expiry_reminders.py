"""Reminding of certificates that end: 90, 30 and 7 days before (RULES section 10, P3), each step once.

What counts is what is due, not which day it is: after a pause of the workers people hear of the step that holds now,
and not of those that passed meanwhile.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from records import notices
from records.duties import periodic

from ..enums import Conclusion, OrganizationStatus, Role
from ..models import Acceptance, RuleSet
from ..queries import holders
from ..reminding import reminders_go_out

KIND = "acceptance_expiring"


@periodic(every=dt.timedelta(hours=1))
def remind_of_expiry(at: dt.datetime) -> int:
    """Remind of the certificates that end soon; returns how many people were told anew."""
    if not reminders_go_out(at):
        return 0
    on = timezone.localdate(at)
    found = expiring(on).select_related("organization", "affiliation")
    return notices.send_many(KIND, (row for one in found for row in rows_of(one, on)), at=at)


def expiring(on: dt.date) -> QuerySet[Acceptance]:
    """Valid certificates that end within the longest term of any rules and have no successor yet."""
    rules = RuleSet.objects.filter(subject="acceptance").values_list("data", flat=True)
    longest = max((days for one in rules for days in one["expiry_reminder_days"]), default=0)
    later = Acceptance.objects.filter(
        organization=OuterRef("organization"),
        conclusion=Conclusion.PASS,
        revoked_on=None,
        valid_until__gt=OuterRef("valid_until"),
    )
    ends = (on, on + dt.timedelta(days=longest))
    found = Acceptance.objects.filter(conclusion=Conclusion.PASS, revoked_on=None, valid_until__range=ends)
    return found.exclude(Exists(later)).exclude(organization__status=OrganizationStatus.DISSOLVED)


def rows_of(acceptance: Acceptance, on: dt.date) -> Iterator[notices.Row]:
    """Whom the end of a certificate concerns: who applies for the unit, and who handles its acceptances."""
    ends = acceptance.valid_until
    due = [days for days in acceptance.rules["expiry_reminder_days"] if ends and (ends - on).days <= days]
    if not ends or not due:
        return
    role = Role.DISTRICT_HANDLER if acceptance.direct_contact else Role.SUBDISTRICT_HANDLER
    posts = [
        *holders(Role.UNIT_APPLICANT, on=on, unit_id=acceptance.unit_id),
        *holders(role, on=on, organization_id=acceptance.affiliation_id),
    ]
    for person_id in sorted({post.person_id for post in posts}):
        yield notices.Row(
            person_id,
            f"{KIND}:{acceptance.pk}:{min(due)}:{person_id}",
            url=reverse("organization", args=[acceptance.organization_id]),
            context={"organization": acceptance.organization.name, "due": ends.isoformat()},
        )
