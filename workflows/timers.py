"""Terms that pass: each due timer fires once, under its case's lock, all or nothing."""

import datetime as dt
import logging

from django.db import transaction
from viewflow.workflow.status import STATUS

from .models import Case, GuardedTask
from .returns import settle

logger = logging.getLogger(__name__)


def fire_due_timers(*, at: dt.datetime) -> int:
    """Fire every timer that is due; a failing one is logged, rolled back and tried again. Returns how many fired."""
    due = GuardedTask.objects.filter(flow_task_type="TIMER", status=STATUS.SCHEDULED, scheduled__lte=at)
    fired = 0
    for task_id, case_id in due.order_by("scheduled", "pk").values_list("pk", "process_id"):
        try:
            fired += fire(task_id, case_id)
        except Exception:
            logger.exception("timer %s of case %s failed", task_id, case_id)
    return fired


def fire(task_id: int, case_id: int) -> bool:
    """Fire one timer unless the case moved on meanwhile."""
    with transaction.atomic(durable=True):
        cases = Case.objects.select_related("organization", "unit").select_for_update(of=("self",))
        case = cases.get(pk=case_id).coerced
        task = GuardedTask.objects.get(pk=task_id)
        if task.status != STATUS.SCHEDULED:
            return False
        task.process = case
        activation = task.flow_task.activation_class(task)
        activation.start()
        activation.execute()
        settle(case)
    return True
