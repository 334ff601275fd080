"""Rescheduling a visit: by its inspector or by who sent them, with a new official notice and word to all concerned."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from records import calendars, notices

from ..enums import Role
from ..inspection_access import may_inspect
from ..models import Inspection, Person
from ..permissions import Perm, Refused, Verdict, can
from ..queries import holders
from .acceptance.announcing import meeting_of, renew_notices
from .acceptance.candidates import AssignmentRefused
from .acceptance.inspectors import lock, record_visits, require_assigned, settled_text
from .inspection_notices import area, case_address, handlers

Purpose, State = Inspection.Purpose, Inspection.State
# Two visits of one person that begin closer than this, at different places, are hardly both made.
APART = dt.timedelta(hours=1)
# When people are at work; earlier and later is possible and worth a second look.
FIRST_HOUR, LAST_HOUR = 8, 18


def may_arrange(person: Person, visit: Inspection, on: dt.date) -> Verdict:
    """Whether a person arranges when a visit takes place: it is theirs, or they handle the matter.

    Says nothing about whether it can still be moved; :func:`reschedule_verdict` does.
    """
    if visit.inspector_id == person.pk:
        return may_inspect(person, visit, on)
    district = visit.purpose == Purpose.SAMPLE or visit.acceptance.direct_contact
    return can(person, Perm.REVIEW_DISTRICT if district else Perm.CHECK_SUBDISTRICT, visit, on=on)


def reschedule_verdict(person: Person, visit: Inspection, on: dt.date) -> Verdict:
    """Whether a person may move a visit now."""
    may = may_arrange(person, visit, on)
    if may and visit.state != State.ASSIGNED:
        return Verdict(False, settled_text(visit), _("已提交或已取消的验收不能改期。"))
    return may


def reschedule_problems(
    visit: Inspection, *, planned_at: dt.datetime, place: str, at: dt.datetime
) -> list[tuple[str, str]]:
    """Why a visit cannot be moved like this, by field and in words; empty when it can."""
    problems = []
    if planned_at <= at:
        problems.append(("planned_at", _("新的时间已过，请改为今后的时间。")))
    if not place.strip():
        problems.append(("place", _("请填写验收地点。")))
    if (planned_at, place.strip()) == meeting_of(visit):
        problems.append(("planned_at", _("时间和地点都没有改动。如不改期，请返回。")))
    return problems


def reschedule_warnings(visit: Inspection, *, planned_at: dt.datetime, place: str) -> list[str]:
    """What is worth a second look and yet allowed: a day off, an odd hour, another visit at the same time."""
    local, found = timezone.localtime(planned_at), []
    if not calendars.is_working_day(local.date()):
        found.append(_("%(day)s不是工作日，请确认单位有人接待。") % {"day": local.date().isoformat()})
    if not FIRST_HOUR <= local.hour < LAST_HOUR:
        found.append(_("%(time)s不在通常的办公时间，请与单位确认。") % {"time": f"{local:%H:%M}"})
    near = Inspection.objects.filter(
        inspector=visit.inspector_id,
        state=State.ASSIGNED,
        planned_at__gt=planned_at - APART,
        planned_at__lt=planned_at + APART,
    ).exclude(pk=visit.pk)
    for other in near.exclude(place=place.strip()).select_related("acceptance__organization"):
        values = {
            "name": visit.inspector.name,
            "time": f"{timezone.localtime(other.planned_at):%H:%M}",
            "organization": other.acceptance.organization.display_name,
        }
        found.append(_("%(name)s当天%(time)s另有“%(organization)s”的验收，请留出路上的时间。") % values)
    return found


def company(visit: Inspection) -> list[Inspection]:
    """The others who are expected at the same place at the same moment, still to come."""
    same = Inspection.objects.filter(
        acceptance=visit.acceptance_id, state=State.ASSIGNED, planned_at=visit.planned_at, place=visit.place
    )
    return list(same.exclude(pk=visit.pk).select_related("inspector", "acceptance").order_by("pk"))


@transaction.atomic
def reschedule_inspection(
    visit: Inspection, *, planned_at: dt.datetime, place: str, reason: str, by: Person, at: dt.datetime
) -> None:
    """Move a visit. Its version grows, so that the phone sees that its copy is old; what was recorded there stays.

    Raises Refused, and AssignmentRefused when it is complete or called off, or this is no time or place.
    """
    acceptance, on = visit.acceptance, timezone.localdate(at)
    lock(acceptance)
    require_assigned(visit)
    if not (verdict := reschedule_verdict(by, visit, on)):
        raise Refused(verdict)
    if problems := reschedule_problems(visit, planned_at=planned_at, place=place, at=at):
        raise AssignmentRefused(problems)
    former, others = meeting_of(visit), company(visit)
    visit.planned_at, visit.place, visit.version = planned_at, place.strip(), visit.version + 1
    visit.save(update_fields=["planned_at", "place", "version"])
    renew_notices(acceptance, [former, meeting_of(visit)], by=by, at=at, reason=reason)
    _tell(visit, former[0], others, reason=reason, by=by, at=at)
    record_visits("inspection_moved", acceptance, [visit], by=by, at=at, reason=reason)


def _tell(
    visit: Inspection,
    former: dt.datetime,
    others: list[Inspection],
    *,
    reason: str,
    by: Person,
    at: dt.datetime,
) -> None:
    """Word to the unit, to the inspectors of the meeting and to who handles the matter; not to who did it."""
    acceptance = visit.acceptance
    posts = holders(Role.UNIT_APPLICANT, on=timezone.localdate(at), unit_id=acceptance.unit_id)
    case = case_address(acceptance)
    told = dict.fromkeys(handlers(visit, at=at), case or area())
    told |= dict.fromkeys([acceptance.applicant_id, *posts.values_list("person_id", flat=True)], case)
    told |= dict.fromkeys([visit.inspector_id, *(one.inspector_id for one in others)], area())
    told.pop(by.pk, None)
    for person_id, url in sorted(told.items()):
        notices.send(
            "inspection_moved",
            to_id=person_id,
            key=f"inspection_moved:{visit.pk}:{visit.version}:{person_id}",
            at=at,
            url=url,
            organization=acceptance.organization.name,
            former=former.isoformat(),
            planned=visit.planned_at.isoformat(),
            place=visit.place,
            names=visit.inspector.name,
            reason=reason,
        )
