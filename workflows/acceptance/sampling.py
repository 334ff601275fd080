"""After a draw: each case of the list goes on, decided under its own lock as by its own page."""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.actions.sampling import RESULT
from orgs.models import Person, SampleEntry
from orgs.permissions import Verdict
from records import outbox

from ..approvals import authorize, may_act
from ..claims import hold
from ..deciding import decide
from ..models import Case, Outcome, WorkItem
from ..views.task import load_case, load_task, one_transaction

NODE = "await_sample"
# 20 attempts reach over two and a half days: a case whose drawer cannot decide any more is seen in the outbox by then.
ATTEMPTS = 20
logger = logging.getLogger(__name__)


@outbox.handles(RESULT, attempts=ATTEMPTS)
def go_on(payload: dict[str, Any]) -> None:
    """Let the case of one entry go on; nothing when it does not wait for this draw (any more)."""
    entry = (
        SampleEntry.objects.select_related("sample__drawn_by").defer("sample__seed").get(pk=payload["entry"])
    )
    newer = SampleEntry.objects.filter(acceptance=entry.acceptance_id, pk__gt=entry.pk)
    if entry.drawn is None or newer.exists():
        return
    with one_transaction():
        found = Case.objects.filter(number=entry.case_number).values_list("pk", flat=True).first()
        if found is not None:
            decide_waiting(load_case(found, lock=True), entry)


def decide_waiting(case: Case, entry: SampleEntry) -> None:
    """The decision of whoever drew, in the caller's transaction under the case's lock."""
    item = WorkItem.objects.filter(case=case, node=NODE, open=True).first()
    if item is None:
        return
    by = entry.sample.drawn_by
    assert by is not None
    task = load_task(case, item.pk)
    if task.owner_id not in (None, by.pk):
        hold(task, None, None)  # the draw decides, whoever had claimed the task meanwhile
    authority = authorize(task, case, by, at=timezone.now())
    opinion = _("抽查批次%(number)s：抽中。") if entry.drawn else _("抽查批次%(number)s：未抽中。")
    outcome = Outcome.DRAWN if entry.drawn else Outcome.APPROVED
    decide(authority, outcome, opinion % {"number": entry.sample.number})


def case_ids(entries: Iterable[SampleEntry]) -> dict[str, int]:
    """The cases of some entries by their numbers; one statement."""
    numbers = [entry.case_number for entry in entries]
    return dict(Case.objects.filter(number__in=numbers).values_list("number", "pk"))


def obstacles(
    entries: Iterable[SampleEntry], by: Person, *, on: dt.date
) -> list[tuple[SampleEntry, Verdict]]:
    """The entries whose case this person may not decide, with the reason: somebody else must draw then."""
    rows = {entry.case_number: entry for entry in entries}
    waiting = WorkItem.objects.filter(case__number__in=rows, node=NODE, open=True)
    found = []
    for case_id, task_id in waiting.values_list("case", "pk"):
        case = load_case(case_id)
        verdict = may_act(load_task(case, task_id).flow_task, case, by, on=on)
        if not verdict:
            found.append((rows[case.number], verdict))
    return found
