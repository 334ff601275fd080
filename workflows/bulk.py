"""Bulk decisions (批量办理): one outcome and opinion for many tasks, each decided on its own by the worker.

A case is decided exactly as by its own page: locked, checked anew, written in a transaction of its own. The state of
the item changes in that same transaction, so that a worker that dies leaves each case either decided and noted, or
neither; whoever takes over goes on with the rest.
"""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import OperationalError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Refused, Verdict
from orgs.queries import rules_in_force
from records import notices, outbox

from .approvals import AlreadyDecided, authorize
from .deciding import decide
from .forms import OpinionForm
from .models import BulkDecision, BulkItem, Case, Outcome, StaleTask, WorkItem
from .nodes import CoSignStep, HumanTask
from .returns import NotPossible
from .views.task import CaseBusy, TaskView, load_case, load_task, one_transaction

# How many cases one promise of the outbox covers: well within a lease even when many locks are waited for.
CHUNK = 20
# Whoever else works on a case is given some time; then the case is left to be tried again by hand.
TURNS, PAUSE_SECONDS = 3, 0.4
KIND = "bulk"
State = BulkItem.State
logger = logging.getLogger(__name__)


def most_at_once(on: dt.date) -> int:
    """How many cases may be decided together (rule set ``handling``)."""
    return rules_in_force("handling", on).data["bulk_limit"]


def takes_opinion(node: HumanTask) -> bool:
    """Whether a step asks for an outcome and an opinion only, so that one form can answer for many cases."""
    if isinstance(node, CoSignStep):
        return True
    view: Any = node.view
    return issubclass(view.form_class, OpinionForm) and view.apply is TaskView.apply


def needs_own_page() -> Verdict:
    """Why a step with a form of its own is left out."""
    return Verdict(
        False, _("此环节须逐件填写或核对材料，不能批量办理。"), _("请打开该事项，填写后单独提交。")
    )


def start_bulk(
    items: Sequence[WorkItem],
    *,
    token: uuid.UUID,
    outcome: Outcome,
    opinion: str,
    by: Person,
    language: str,
    at: dt.datetime,
) -> BulkDecision:
    """Ask for the decisions. A form sent twice asks once: the second gets what the first began."""
    with transaction.atomic():
        values = {"outcome": outcome, "opinion": opinion.strip(), "language": language, "created_at": at}
        bulk, is_new = BulkDecision.objects.get_or_create(token=token, by=by, defaults=values)
        if is_new:
            rows = [BulkItem(bulk=bulk, task_id=item.pk, case_id=item.case_id) for item in items]
            found = [row.pk for row in BulkItem.objects.bulk_create(rows)]
            for first in range(0, len(found), CHUNK):
                chunk = found[first : first + CHUNK]
                outbox.promise(KIND, key=f"{KIND}:{bulk.pk}:{first}", at=at, bulk=bulk.pk, items=chunk)
    return bulk


@outbox.handles(KIND)
def work_off(payload: dict[str, Any]) -> None:
    """Decide the items of one promise that still wait. Run twice, it decides none twice."""
    bulk = BulkDecision.objects.select_related("by").get(pk=payload["bulk"])
    waiting = list(BulkItem.objects.filter(pk__in=payload["items"], state=State.WAITING))
    with translation.override(bulk.language):
        for turn in range(TURNS):
            waiting = [item for item in waiting if not settled(item, bulk)]
            if not waiting:
                break
            time.sleep(PAUSE_SECONDS * (turn + 1))
        for item in waiting:
            refuse(item, str(CaseBusy.message))
    finish(bulk, at=timezone.now())


def settled(item: BulkItem, bulk: BulkDecision) -> bool:
    """Decide one item or put on record why not; False when somebody else is at the case, to be tried again."""
    try:
        with one_transaction():
            decide_once(item, bulk, timezone.now())
    except CaseBusy:
        return False
    except OperationalError:
        raise  # the database is out of reach: the outbox tries again later
    except Exception as problem:
        refuse(item, explained(problem))
    return True


def decide_once(item: BulkItem, bulk: BulkDecision, at: dt.datetime) -> None:
    """The single decision, with the item's state beside it; nothing when the item is settled already."""
    case = load_case(item.case_id, lock=True)
    if not BulkItem.objects.filter(pk=item.pk, state=State.WAITING).update(state=State.DONE, at=at):
        return
    task = load_task(case, item.task_id)
    authority = authorize(task, case, bulk.by, at=at)
    if not takes_opinion(task.flow_task):
        raise Refused(needs_own_page())
    decide(authority, Outcome(bulk.outcome), bulk.opinion)


def explained(problem: Exception) -> str:
    """What the person reads beside a case that was not decided."""
    if isinstance(problem, Refused):
        return f"{problem.verdict.reason} {problem.verdict.remedy}".strip()
    if isinstance(problem, AlreadyDecided):
        return str(problem.message)
    if isinstance(problem, NotPossible):
        return str(problem)
    if isinstance(problem, StaleTask | Http404):
        return _("该事项刚刚有变动，请重新打开后再操作。")
    logger.error("a case of a bulk decision failed", exc_info=problem)
    return _("系统出错，此件没有办理。请打开该事项单独办理；仍不成功的，请联系管理员。")


def refuse(item: BulkItem, message: str) -> None:
    rows = BulkItem.objects.filter(pk=item.pk, state=State.WAITING)
    rows.update(state=State.REFUSED, message=message[:400], at=timezone.now())


def finish(bulk: BulkDecision, *, at: dt.datetime) -> None:
    """After the last item: note the end and tell the person, once, whichever worker comes last."""
    with transaction.atomic():
        if BulkItem.objects.filter(bulk=bulk, state=State.WAITING).exists():
            return
        if not BulkDecision.objects.filter(pk=bulk.pk, finished_at=None).update(finished_at=at):
            return
        done = BulkItem.objects.filter(bulk=bulk, state=State.DONE).count()
        notices.send(
            "bulk_finished",
            to_id=bulk.by_id,
            key=f"bulk_finished:{bulk.pk}",
            at=at,
            url=reverse("bulk_progress", args=[bulk.pk]),
            done=done,
            refused=bulk.items.count() - done,
        )


def cases_of(items: Sequence[WorkItem]) -> dict[int, Case]:
    """The cases of some tasks as their flows' process classes; one statement."""
    cases = Case.objects.select_related("organization", "unit", "opened_by")
    return {case.pk: case.coerced for case in cases.filter(pk__in=[item.case_id for item in items])}
