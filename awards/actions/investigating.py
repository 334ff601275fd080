"""Who looks into an objection, what they report, and how it is resolved (RULES section 10, P4)."""

import datetime as dt
from collections.abc import Sequence
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.models import Person
from orgs.permissions import Refused, Unblock, Verdict
from orgs.queries import holders

from ..enums import ObjectionState
from ..models import Objection
from ..objection_register import REPORT, appointment_problems, present_investigators
from ..rules.states import NotPossible
from .objecting import keep_file, let_go_on, locked, put_on_record, tell, tell_secretaries


def appoint_investigators(
    objection: Objection, people: Sequence[Person], *, involved: frozenset[int], by: Person, at: dt.datetime
) -> None:
    """Appoint who investigates, instead of those before: at first, and whenever somebody leaves. ``involved`` are the
    ids of all who took part (awards.objection_register.involved_in). Raises NotPossible with every reason."""
    with transaction.atomic():
        held = locked(objection, ObjectionState.ACCEPTED)
        if problems := appointment_problems(held, people, involved):
            raise NotPossible(" ".join(problems))
        former = {one.pk for one in present_investigators(held)}
        now = {one.pk for one in people}
        held.investigators.filter(replaced_at=None).exclude(person__in=now).update(replaced_at=at)
        for person in people:
            if person.pk not in former:
                held.investigators.create(person=person, appointed_by=by, appointed_at=at)
                tell("objection_assigned", held, person.pk, at=at, due=held.investigate_by.isoformat())
        for person_id in former - now:
            tell("objection_handed_over", held, person_id, at=at)
        put_on_record(
            "investigators_appointed", held, by=by, at=at, people=sorted(now), replaced=sorted(former - now)
        )


def report_on(
    objection: Objection,
    *,
    report: str,
    founded: bool,
    files: Sequence[IO[bytes]] = (),
    by: Person,
    at: dt.datetime,
) -> Objection:
    """Hand in the report with what it proposes. Raises Refused for whoever does not investigate, UploadRefused."""
    with transaction.atomic():
        held = locked(objection, ObjectionState.ACCEPTED)
        if by not in present_investigators(held):
            raise Refused(not_an_investigator())
        held.state, held.report, held.proposes_founded = ObjectionState.REPORTED, report, founded
        held.reported_on, held.reported_by = timezone.localdate(at), by
        held.save(update_fields=["state", "report", "proposes_founded", "reported_on", "reported_by"])
        for number, file in enumerate(files, 1):
            keep_file(held, file, REPORT, number, by=by, at=at)
        put_on_record("objection_reported", held, by=by, at=at, founded=founded)
        district = held.nomination.honour.campaign.organization_id
        for post in holders(Role.DISTRICT_APPROVER, on=timezone.localdate(at), organization_id=district):
            tell("objection_reported", held, post.person_id, at=at)
    return held


def send_back_report(objection: Objection, *, reason: str, by: Person, at: dt.datetime) -> Objection:
    """Ask for a further investigation; the term goes on. Raises NotPossible."""
    with transaction.atomic():
        held = locked(objection, ObjectionState.REPORTED)
        require_independent(held, by)
        held.state, held.resolution = ObjectionState.ACCEPTED, reason
        held.save(update_fields=["state", "resolution"])
        put_on_record("report_sent_back", held, by=by, at=at)
        for person in present_investigators(held):
            tell("objection_assigned", held, person.pk, at=at, due=held.investigate_by.isoformat())
    return held


def resolve_objection(
    objection: Objection, *, founded: bool, resolution: str, reply: str, by: Person, at: dt.datetime
) -> Objection:
    """Decide whether an objection is founded; in the caller's transaction, in which the case of the nominee is ended
    where it is. Unfounded, the nominee goes on unless another objection is open.

    ``reply`` is what the objector reads. Raises Refused for whoever investigated it.
    """
    assert transaction.get_connection().in_atomic_block, "the case ends in the same transaction"
    held = locked(objection, ObjectionState.REPORTED)
    require_independent(held, by)
    held.state = ObjectionState.FOUNDED if founded else ObjectionState.UNFOUNDED
    held.resolution, held.reply = resolution, reply
    held.resolved_on, held.resolved_by = timezone.localdate(at), by
    held.save(update_fields=["state", "resolution", "reply", "resolved_on", "resolved_by"])
    put_on_record("objection_resolved", held, by=by, at=at, founded=founded)
    tell_secretaries("objection_resolved", held, at=at, finding=str(ObjectionState(held.state).label))
    if not founded:
        let_go_on(held.nomination, by=by, at=at)
    return held


def require_independent(objection: Objection, by: Person) -> None:
    """Raise Refused for whoever was ever appointed to investigate."""
    if objection.investigators.filter(person=by).exists():
        raise Refused(
            Verdict(
                False,
                _("您是这件异议的调查人，不能认定。"),
                _("请由另一位有决定权限的人员认定。"),
                unblock=Unblock.ANOTHER,
            )
        )


def not_an_investigator() -> Verdict:
    return Verdict(
        False,
        _("调查报告由指定的调查人提交。"),
        _("如需更换调查人，请联系评选秘书。"),
        unblock=Unblock.ANOTHER,
    )
