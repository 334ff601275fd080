"""Claiming a task from a queue and putting it back: the same lock and authority as deciding, and on record."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from orgs.models import Person
from orgs.permissions import Refused, Unblock, Verdict
from records import audit

from .approvals import may_act, require_open
from .models import Case, GuardedTask, Side, WorkItem
from .nodes import CoSignStep
from .returns import NotPossible


class AlreadyClaimed(Exception):
    """Somebody else was faster; the message names them."""

    def __init__(self, holder: Person):
        super().__init__(holder.pk)
        self.message = _("%(name)s已先领取此事项。请从待领取中选择其他事项。") % {"name": holder.name}


def claim_task(task: GuardedTask, case: Case, *, by: Person, at: dt.datetime) -> None:
    """Make ``by`` the holder of a task that nobody holds; nothing happens when they hold it already.

    Runs in the caller's transaction under the case's lock. Raises AlreadyDecided, AlreadyClaimed or Refused.
    """
    on = timezone.localdate(at)
    require_open(task, case, by, on=on)
    verdict = claim_verdict(task, case, by, on=on)
    if not verdict and verdict.unblock == Unblock.HAND_OVER:
        raise AlreadyClaimed(task.owner)
    if not verdict:
        raise Refused(verdict)
    if task.owner_id != by.pk:
        hold(task, by, at)
        note("claimed", task, case, by=by, at=at)


def release_task(task: GuardedTask, case: Case, *, by: Person, at: dt.datetime) -> None:
    """Put a task that ``by`` holds back into its queue. The deadline goes on.

    Runs in the caller's transaction under the case's lock. Raises AlreadyDecided or NotPossible.
    """
    require_open(task, case, by, on=timezone.localdate(at))
    verdict = release_verdict(task, by)
    if not verdict:
        raise NotPossible(verdict.reason + verdict.remedy)
    hold(task, None, None)
    note("released", task, case, by=by, at=at)


def claim_verdict(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may take an open task out of its queue. Holding binds others only while the holder may act."""
    verdict = may_act(task.flow_task, case, by, on=on)
    if not verdict or task.owner_id in (None, by.pk):
        return verdict
    if isinstance(task.flow_task, CoSignStep) or may_act(task.flow_task, case, task.owner, on=on):
        return Verdict(
            False,
            _("%(name)s已领取此事项。") % {"name": task.owner.name},
            _("如需由您办理，请联系%(name)s转办或退回待领取。") % {"name": task.owner.name},
            unblock=Unblock.NOTHING if isinstance(task.flow_task, CoSignStep) else Unblock.HAND_OVER,
        )
    return verdict


def release_verdict(task: GuardedTask, by: Person) -> Verdict:
    """Whether ``by`` may put a task that they hold back into its queue."""
    if task.owner_id != by.pk:
        return Verdict(False, _("此事项不在您的待办中，不能退回待领取。"), _("只有现办理人可以退回待领取。"))
    if task.flow_task.side in (Side.APPLICANT, Side.COSIGNER):
        return Verdict(
            False,
            _("此环节由本人办理，不能退回待领取。"),
            _("如不能办理，申请人可转办给本单位其他申请人；会签可由加签人撤销。"),
        )
    return Verdict(True)


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
