"""Claiming a task from a queue and putting it back: the same lock and authority as deciding, and on record."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from orgs.models import Person
from orgs.permissions import Refused
from records import audit

from .approvals import NotPossible, may_act, require_open
from .models import Case, GuardedTask, Side, WorkItem


class AlreadyClaimed(Exception):
    """Somebody else was faster; the message names them."""

    def __init__(self, holder: Person):
        super().__init__(holder.pk)
        self.message = _("%(name)s已先领取此事项。请从待领取中选择其他事项。") % {"name": holder.name}


def claim_task(task: GuardedTask, case: Case, *, by: Person, at: dt.datetime) -> None:
    """Make ``by`` the holder of a task that nobody holds; nothing happens when they hold it already.

    Runs in the caller's transaction under the case's lock. Raises AlreadyDecided, AlreadyClaimed or Refused.
    """
    node, on = task.flow_task, timezone.localdate(at)
    require_open(task, case, by, on=on)
    if task.owner_id == by.pk:
        return
    level = node.level_of(case)
    verdict = may_act(node, case, by, level, on=on)
    if not verdict:
        raise Refused(verdict)
    # Holding binds others only while the holder may act (see verdict_on).
    if task.owner_id is not None and may_act(node, case, task.owner, level, on=on):
        raise AlreadyClaimed(task.owner)
    hold(task, by, at)
    note("claimed", task, case, by=by, at=at)


def release_task(task: GuardedTask, case: Case, *, by: Person, at: dt.datetime) -> None:
    """Put a task that ``by`` holds back into its queue. The deadline goes on.

    Runs in the caller's transaction under the case's lock. Raises AlreadyDecided or NotPossible.
    """
    require_open(task, case, by, on=timezone.localdate(at))
    if task.owner_id != by.pk:
        raise NotPossible(_("此事项不在您的待办中，不能退回待领取。"))
    if task.flow_task.side == Side.APPLICANT:
        raise NotPossible(_("此环节由申请人本人办理，不能退回待领取。"))
    hold(task, None, None)
    note("released", task, case, by=by, at=at)


def may_release(task: GuardedTask, by: Person) -> bool:
    """Whether the button to put a task back is of use to ``by``."""
    return task.owner_id == by.pk and task.flow_task.side != Side.APPLICANT


def hold(task: GuardedTask, owner: Person | None, at: dt.datetime | None) -> None:
    """The engine's row and the desk's row say the same holder."""
    task.owner = owner
    task.assigned = at
    task.status = STATUS.ASSIGNED if owner else STATUS.NEW
    task.save(update_fields=["owner", "assigned", "status"])
    WorkItem.objects.filter(pk=task.pk).update(owner=owner)


def note(event: str, task: GuardedTask, case: Case, *, by: Person, at: dt.datetime) -> None:
    node = task.flow_task.name
    audit.record(event, by_id=by.pk, about=case.about, chain=case.chain, at=at, task=task.pk, node=node)
