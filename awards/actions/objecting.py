"""Objections: received, accepted or dismissed, and what they hold meanwhile (RULES section 10, P4).

An objection holds its nominee from the moment it is received, in the same transaction. Who objects is sealed from that
moment; no message, audit entry or error contains it (issue 6).
"""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.models import Person
from orgs.permissions import Refused
from orgs.queries import holders
from records import audit, notices
from records.calendars import WorkingCalendar
from records.documents import Issuer, allocate_number
from records.uploads import CheckedFile, store_upload

from ..enums import Medium, NominationState, ObjectionState
from ..models import Nomination, Objection
from ..notice_register import decided_on, notice_rules, period_of, was_cleared
from ..objection_access import not_the_objector, standing
from ..objection_register import EVIDENCE
from ..rules.notice_period import Timing, investigate_by, terms_of, timing_of
from ..rules.states import NotPossible
from ..sealing import commitment, seal, unseal
from .advancing import advance, obstacles

PURPOSE = "objector"
HOLDABLE = (NominationState.ANNOUNCED, NominationState.HELD, NominationState.CLEARED)


@dataclass(frozen=True)
class Objector:
    """Who objects and how to reach them; ``scan`` is the sealed letter of a unit."""

    name: str
    unit: str
    contact: str
    scan: CheckedFile | None = None


def log_objection(
    nomination: Nomination,
    *,
    medium: Medium,
    facts: str,
    objector: Objector | None,
    files: Sequence[IO[bytes]] = (),
    received_on: dt.date,
    by: Person | None,
    at: dt.datetime,
) -> Objection:
    """Receive an objection (``objector`` None: anonymous; ``by`` None: through the public page) and hold its nominee.

    After the decision nothing is held: the objection is looked into as a lead for a revocation, and no certificate is
    issued meanwhile. Raises UploadRefused for a file that is not accepted; then nothing is kept.
    """
    with transaction.atomic():
        # First the row of the nominee: a decision that is being taken meanwhile is waited for, not overtaken.
        held = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination.pk)
        objection = new_objection(held, received_on=received_on, at=at)
        objection.medium, objection.facts, objection.received_by = medium, facts, by
        objection.anonymous = objector is None
        if objector is not None:
            objection.sealed = sealed_identity(objection, objector)
        objection.save()
        for number, file in enumerate(files, 1):
            keep_file(objection, file, EVIDENCE, number, by=by, at=at)
        if held.state in HOLDABLE:
            advance(held, "object", by=by, at=at)
        put_on_record(
            "objection_received",
            objection,
            by=by,
            at=at,
            medium=str(medium),
            timing=objection.timing,
            anonymous=objection.anonymous,
            objector=commitment(objection.sealed) if objection.sealed else "",
        )
        tell_secretaries("objection_received", objection, at=at, due=objection.accept_by.isoformat())
    return objection


def new_objection(nomination: Nomination, *, received_on: dt.date, at: dt.datetime) -> Objection:
    """An objection with its number, its terms and its timing, not saved."""
    campaign, on = nomination.honour.campaign, timezone.localdate(at)
    district = campaign.organization
    serial = allocate_number(Issuer(id=district.pk, name=district.name), "objection", on.year)
    terms = terms_of(received_on, notice_rules(campaign), WorkingCalendar.around(on))
    period, decided = period_of(nomination), decided_on(nomination)
    timing = timing_of(received_on, period, decided) if period else Timing.EARLY
    if decided is not None and received_on >= decided:
        timing = Timing.AFTER_DECISION  # on the day itself as well: it came when all was decided
    return Objection(
        number=f"YY-{on.year}-{serial:05d}",
        nomination=nomination,
        received_on=received_on,
        timing=timing.value,
        accept_by=terms.accept_by,
        investigate_by=terms.investigate_by,
    )


def sealed_identity(objection: Objection, objector: Objector) -> bytes:
    """Who objects, encrypted under a key of this objection alone."""
    scan = objector.scan
    value: dict[str, Any] = {"name": objector.name, "unit": objector.unit, "contact": objector.contact}
    value["scan"] = (
        asdict(scan) | {"content": base64.b64encode(scan.content).decode()} if scan is not None else None
    )
    return seal(value, salt=objection.public_id.bytes, purpose=PURPOSE)


def keep_file(
    objection: Objection, file: IO[bytes], purpose: str, number: int, *, by: Person | None, at: dt.datetime
) -> None:
    """Store a file under a neutral name: the sender's own may tell who it is."""
    name = _("证据材料%(number)d") if purpose == EVIDENCE else _("调查材料%(number)d")
    store_upload(
        file,
        purpose=purpose,
        by_id=by.pk if by else 0,
        about=objection,
        at=at,
        name=name % {"number": number},
    )


def read_objector(objection: Objection, *, reason: str, by: Person, at: dt.datetime) -> Objector:
    """Who objects, for a reason that stays in the audit log with who asked. Raises Refused for everybody but the
    secretary and those who investigate, NotPossible for an anonymous objection."""
    if not standing(by, objection, on=timezone.localdate(at)).reads_identity:
        raise Refused(not_the_objector())
    if objection.anonymous:
        raise NotPossible(_("这是匿名异议，没有留下异议人的信息。"))
    with transaction.atomic():
        put_on_record("objector_read", objection, by=by, at=at, personal={"reason": reason})
    value = unseal(objection.sealed, salt=objection.public_id.bytes, purpose=PURPOSE)
    scan = value["scan"]
    return Objector(
        value["name"],
        value["unit"],
        value["contact"],
        CheckedFile(**scan | {"content": base64.b64decode(scan["content"])}) if scan else None,
    )


def accept_objection(objection: Objection, *, checkable: bool, by: Person, at: dt.datetime) -> Objection:
    """Accept an objection for investigation. Raises NotPossible for an anonymous one whose facts cannot be checked."""
    with transaction.atomic():
        held = locked(objection, ObjectionState.RECEIVED)
        if held.anonymous and not checkable:
            raise NotPossible(
                _("匿名异议只有写明可以核查的具体事实才受理；事实不具体的，请写明理由不予受理。")
            )
        on = timezone.localdate(at)
        rules = notice_rules(held.nomination.honour.campaign)
        held.state, held.accepted_on, held.accepted_by = ObjectionState.ACCEPTED, on, by
        held.investigate_by = investigate_by(on, rules, WorkingCalendar.around(on))
        held.save(update_fields=["state", "accepted_on", "accepted_by", "investigate_by"])
        put_on_record("objection_accepted", held, by=by, at=at)
    return held


def dismiss_objection(objection: Objection, *, reason: str, by: Person, at: dt.datetime) -> Objection:
    """Refuse an objection with a reason that the objector reads; the nominee goes on unless another one is open."""
    with transaction.atomic():
        held = locked(objection, ObjectionState.RECEIVED)
        held.state, held.dismissal = ObjectionState.DISMISSED, reason
        held.accepted_by, held.resolved_on, held.resolved_by = by, timezone.localdate(at), by
        held.save(update_fields=["state", "dismissal", "accepted_by", "resolved_on", "resolved_by"])
        put_on_record("objection_dismissed", held, by=by, at=at)
        let_go_on(held.nomination, by=by, at=at)
    return held


def let_go_on(nomination: Nomination, *, by: Person, at: dt.datetime) -> None:
    """Once nothing is open any more, the nominee is back where the objection came: in the notice, or cleared where the
    case already stands at the decision. In the caller's transaction."""
    on = timezone.localdate(at)
    nomination.refresh_from_db(fields=["state"])
    if nomination.state == NominationState.HELD and not obstacles(nomination, "resume", on):
        advance(nomination, "resume", by=by, at=at)
        if was_cleared(nomination) and not obstacles(nomination, "clear", on):
            advance(nomination, "clear", by=by, at=at)


def locked(objection: Objection, *states: ObjectionState) -> Objection:
    """The objection as it is now, its row locked. Raises NotPossible when it is in none of ``states`` any more."""
    held = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("nomination__honour__campaign__organization")
        .get(pk=objection.pk)
    )
    if held.state not in states:
        raise NotPossible(
            _("异议%(number)s目前是“%(state)s”，不能这样办理。请刷新页面查看最新进展。")
            % {"number": held.number, "state": held.get_state_display()}
        )
    return held


def tell_secretaries(kind: str, objection: Objection, *, at: dt.datetime, **context: Any) -> None:
    """Tell whoever holds the objections of the district; by its number, never about whom or by whom it is."""
    district = objection.nomination.honour.campaign.organization_id
    for post in holders(Role.AWARD_SECRETARY, on=timezone.localdate(at), organization_id=district):
        tell(kind, objection, post.person_id, at=at, **context)


def tell(kind: str, objection: Objection, person_id: int, *, at: dt.datetime, **context: Any) -> None:
    """Tell one person about a step; the moment is in the key, as some steps happen more than once."""
    notices.send(
        kind,
        to_id=person_id,
        key=f"{kind}:{objection.pk}:{person_id}:{at:%y%m%d%H%M%S}",
        at=at,
        url=reverse("objection", args=[objection.pk]),
        number=objection.number,
        **context,
    )


def put_on_record(
    event: str,
    objection: Objection,
    *,
    by: Person | None,
    at: dt.datetime,
    personal: Any = None,
    **data: Any,
) -> None:
    audit.record(
        event,
        by_id=by.pk if by else None,
        about=f"objection:{objection.pk}",
        chain=f"organization:{objection.nomination.honour.campaign.organization_id}",
        at=at,
        personal=personal,
        **data,
    )
