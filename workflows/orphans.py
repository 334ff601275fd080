"""Tasks that are held by somebody whose post has ended go back into the queue of the post.

Others with the post may act on such a task anyway (``approvals.may_take``); here it comes where they find it. Leaving a
post promises it, and a duty looks for posts that ended in any other way.
"""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from orgs.actions.posts import LEFT
from orgs.deputies import running, standing_in
from orgs.enums import Role
from orgs.models import Post
from records import audit, outbox
from records.duties import periodic

from .approvals import may_act
from .claims import hold
from .models import WorkItem
from .nodes import CoSignStep
from .views.task import CaseBusy, load_case, load_task, one_transaction


def orphaned(on: dt.date) -> QuerySet[WorkItem]:
    """Open tasks whose holder has no running post with the task's role at its place, by deadline."""
    same_place = Q(organization=OuterRef("organization")) | Q(unit=OuterRef("unit"))
    own = Post.objects.filter(running(on), same_place, person=OuterRef("owner"), person__is_active=True)
    kept = Q(Exists(own.filter(role=OuterRef("role"))))
    for role in Role:
        if wider := standing_in(role) - {role}:
            kept |= Q(Exists(own.filter(role__in=wider)), role=role)
    rows = WorkItem.objects.filter(open=True, owner__isnull=False).exclude(kept)
    return rows.order_by("due_on", "task_id")


def release_orphans(rows: QuerySet[WorkItem], *, at: dt.datetime) -> int:
    """Put tasks back of which their holder may do nothing any more; returns how many. Each in its own transaction.

    A case that somebody is just handling is left for the next time.
    """
    done = 0
    for case_id, task_id in rows.values_list("case_id", "task_id"):
        try:
            with one_transaction():
                done += release(case_id, task_id, at)
        except CaseBusy:
            continue
    return done


def release(case_id: int, task_id: int, at: dt.datetime) -> int:
    """Put one task back under its case's lock, on record; 0 when its holder may act after all, or a signature is
    asked of them in person."""
    case = load_case(case_id, lock=True)
    task = load_task(case, task_id)
    node, holder = task.flow_task, task.owner
    if task.finished or holder is None or isinstance(node, CoSignStep):
        return 0
    if may_act(node, case, holder, on=timezone.localdate(at)):
        return 0
    hold(task, None, None)
    data = {"task": task.pk, "node": node.name, "from": holder.pk}
    audit.record("released", by_id=None, about=case.about, chain=case.chain, at=at, **data)
    # Those who were told when the task arrived are not told again: a notice is kept once per task and person.
    outbox.promise("task", key=f"task:{task.pk}:left:{holder.pk}", at=at, task=task.pk)
    return 1


@outbox.handles(LEFT)
def clear_desk(payload: dict[str, Any]) -> None:
    """After somebody left a post: what they held by it."""
    at = timezone.now()
    release_orphans(orphaned(timezone.localdate(at)).filter(owner=payload["person"]), at=at)


@periodic(every=dt.timedelta(hours=1))
def clear_desks(at: dt.datetime) -> int:
    """What is held by people whose posts ended otherwise, such as by their date; returns how many tasks went back."""
    return release_orphans(orphaned(timezone.localdate(at)), at=at)
