"""What happens to many nominations at once: each case decided by its own gate, all in one transaction or none."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from awards.models import Nomination
from orgs.models import Person
from orgs.permissions import Perm, Refused, Verdict

from ..approvals import authorize, authorize_exit, may_act
from ..claims import hold
from ..deciding import decide
from ..models import Case, Decision, Outcome, WorkItem
from ..returns import NotPossible
from ..views.task import load_case, load_task


def decide_together(
    outcomes: Mapping[Nomination, Outcome], node: str, *, by: Person, at: dt.datetime, opinion: str = ""
) -> list[Decision]:
    """Decide the waiting tasks of nominations at a step, each as by its own page, in the caller's transaction.

    The cases are locked in one order. Raises Refused or NotPossible naming the nominee, and then nothing has happened.
    """
    assert transaction.get_connection().in_atomic_block, "together or not at all"
    decisions = []
    for nomination in sorted(outcomes, key=lambda one: one.pk):
        case, item = waiting_case(nomination, node)
        task = load_task(case, item.pk)
        if task.owner_id not in (None, by.pk):
            hold(task, None, None)  # what is decided together waits for nobody who claimed a single one
        try:
            authority = authorize(task, case, by, at=at)
        except Refused as refused:
            raise Refused(named(nomination, refused.verdict)) from refused
        decisions.append(decide(authority, outcomes[nomination], opinion))
    return decisions


def waiting_case(nomination: Nomination, node: str) -> tuple[Case, WorkItem]:
    """The case of a nomination, locked, and its open task at a step. Raises NotPossible when it is elsewhere."""
    case_id = Case.objects.filter(number=nomination.case_number).values_list("pk", flat=True).get()
    case = load_case(case_id, lock=True)
    item = WorkItem.objects.filter(case=case, node=node, open=True).first()
    if item is None:
        raise NotPossible(_("%(name)s已不在这一环节，请刷新页面后再办理。") % {"name": nomination.name})
    return case, item


def leave(
    nomination: Nomination, outcome: Outcome, *, by: Person, perm: Perm, at: dt.datetime, reason: str
) -> Decision:
    """End a nomination (or send it to a new review) at whatever step it is: removed by a founded objection, dropped,
    ended, reviewed again. In the caller's transaction. Raises Refused, NotPossible."""
    case_id = Case.objects.filter(number=nomination.case_number).values_list("pk", flat=True).get()
    case = load_case(case_id, lock=True)
    item = WorkItem.objects.filter(case=case, open=True).exclude(node="cosign").order_by("pk").first()
    if item is None:
        raise NotPossible(_("%(name)s的推荐已经办结。") % {"name": nomination.name})
    authority = authorize_exit(load_task(case, item.pk), case, by, outcome, perm, at=at)
    return decide(authority, outcome, reason)


def refused_for(
    nominations: Iterable[Nomination], node: str, by: Person, *, on: dt.date
) -> list[tuple[Nomination, Verdict]]:
    """The nominations on whose cases a person may not act, with the reason: shown before anything is asked."""
    rows = {one.case_number: one for one in nominations}
    found = []
    waiting = WorkItem.objects.filter(case__number__in=rows, node=node, open=True)
    for case_id, task_id in waiting.values_list("case", "pk"):
        case = load_case(case_id)
        verdict = may_act(load_task(case, task_id).flow_task, case, by, on=on)
        if not verdict:
            found.append((rows[case.number], verdict))
    return found


def named(nomination: Nomination, verdict: Verdict) -> Verdict:
    """A refusal that says about whom it is."""
    reason = _("%(name)s：%(reason)s") % {"name": nomination.name, "reason": verdict.reason}
    return Verdict(False, reason, verdict.remedy, unblock=verdict.unblock)
