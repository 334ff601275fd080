"""Taking back one's own decision (收回) while nobody has acted on it.

Decisions stay on record. Taking back adds one, on the task that the first one led to: so the database itself lets
either the taking back or the next decision happen, never both.
"""

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Refused, Unblock, Verdict
from records import notices

from .approvals import may_act, may_see, role_label
from .decisions import write_decision
from .models import Case, CoSign, Decision, GuardedTask, Outcome, Side
from .nodes import HumanTask
from .nodes.human import seat_held
from .notify import case_url
from .returns import ROUND_FIELDS, last_binding_task, standing


def open_tasks(case: Case) -> list[GuardedTask]:
    """The open human tasks of a case; their case is this very object."""
    tasks = list(
        GuardedTask.objects.select_related("owner")
        .filter(process_id=case.pk, flow_task_type="HUMAN", finished=None)
        .order_by("pk")
    )
    for task in tasks:
        task.process = case
    return tasks


def last_decision(case: Case) -> Decision | None:
    """The standing decision that brought the case where it is."""
    found = standing(case.decisions.select_related("task").order_by("pk"))
    return next((one for one in reversed(found) if one.side not in (Side.COSIGNER, Side.SYSTEM)), None)


def take_back_verdict(case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may take back the decision that brought the case where it is."""
    if not (seen := may_see(by, case, on=on)):
        return seen
    decision = last_decision(case)
    if decision is None or decision.by_id != by.pk:
        return Verdict(
            False,
            _("最近一次办理不是您作出的，不能收回。"),
            _("只能收回本人刚作出、下一环节尚未办理的决定；如有差错，请联系现办理人退回。"),
        )
    if not case.is_open:
        return Verdict(
            False, _("事项已办结，不能收回。"), _("如需更正，请由申请人重新发起，新事项会关联本事项。")
        )
    if last_binding_task(case) > decision.task_id:
        return Verdict(
            False,
            _("该决定已形成批复或登记，不能收回。"),
            _("如需更正，请撤销相应文书，或在下一环节退回。"),
        )
    tasks = open_tasks(case)
    if len(tasks) != 1 or touched(tasks[0], decision):
        return Verdict(
            False,
            _("下一环节已有人办理，不能收回。"),
            _("请联系现办理人退回到您的环节。"),
        )
    verdict = may_act(decision.task.flow_task, case, by, on=on)
    # Nobody else takes back what one decided: there is no other person to name.
    return verdict if verdict else replace(verdict, unblock=Unblock.NOTHING)


def touched(task: GuardedTask, decision: Decision) -> bool:
    """Whether somebody has acted on the task that a decision led to: claimed it, passed it on, or asked for a
    co-signature; or whether signatures on the decision itself are under way."""
    if task.flow_task.side == Side.COSIGNER:
        return True
    claimed = task.assigned is not None and task.assigned != task.created
    later = Decision.objects.filter(case_id=decision.case_id).aggregate(last=Max("task_id"))["last"]
    return claimed or later > task.pk or CoSign.objects.filter(task=task).exists()


def take_back(case: Case, *, by: Person, at: dt.datetime, reason: str = "") -> Decision:
    """Undo one's last decision: the case stands at one's own step again, with what was left of its term.

    Runs in the caller's transaction under the case's lock. Raises Refused.
    """
    on = timezone.localdate(at)
    verdict = take_back_verdict(case, by, on=on)
    if not verdict:
        raise Refused(verdict)
    decision, (following,) = last_decision(case), open_tasks(case)
    assert decision is not None  # the verdict found it
    with translation.override(settings.LANGUAGE_CODE):
        taken = write_decision(
            case,
            following,
            Outcome.TAKEN_BACK,
            opinion=reason.strip(),
            by=by,
            role_label=role_label(verdict),
            level=decision.level,
            side=Side(decision.side),
            at=at,
        )
        step_back(case, decision, following, on)
        tell_next_holder(case, following, by, at)
    return taken


def step_back(case: Case, decision: Decision, following: GuardedTask, on: dt.date) -> None:
    """Cancel the task that the decision led to, restore the case, and open the step again."""
    node: HumanTask = decision.task.flow_task
    seat = seat_held(decision.task, case, on)
    for name, value in decision.task.data["before"].items():
        setattr(case, name, value)
    # What was filed stays filed: the next submission is another round. An answered return counts by itself.
    if decision.outcome == Outcome.SUBMITTED and not (
        case.last_return and case.last_return["to"] == node.name
    ):
        case.round += 1
    activation = following.flow_task.activation_class(following)
    activation.call_off()
    node._create(activation, following.token, seed=seat)
    case.save(update_fields=ROUND_FIELDS)


def tell_next_holder(case: Case, following: GuardedTask, by: Person, at: dt.datetime) -> None:
    """Whoever had the case on their desk learns why it is gone."""
    if following.owner_id in (None, by.pk):
        return
    notices.send(
        "taken_back",
        to_id=following.owner_id,
        key=f"taken_back:{following.pk}",
        at=at,
        url=case_url(case),
        case=str(case.title),
        node=following.flow_task.name,
        by=by.name,
    )
