"""The one gate for every decision.

``authorize`` re-checks, inside the transaction and under the case's lock, whether this person may act on this task
now: the engine checks ownership only, and somebody whose post ended after claiming would still pass it. ``decide``
takes the authority that ``authorize`` gave, writes the decision and its audit entry, and moves the case on. There is
no other way to finish a human task.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from orgs.models import Person
from orgs.permissions import Perm, Refused, Verdict, can
from records import calendars

from .decisions import write_decision
from .models import Case, Decision, GuardedTask, Outcome, Side, WorkItem
from .nodes import HumanActivation, HumanTask

OPINION_REQUIRED = frozenset({Outcome.RETURNED, Outcome.REJECTED, Outcome.ANNULLED, Outcome.EXTENSION})


# What a transition may change on the case; written once, when the engine has come to rest.
ROUND_FIELDS = (
    "outcome",
    "returns",
    "return_stack",
    "round",
    "stage",
    "title",
)


class NotPossible(Exception):
    """The decision asked for cannot be taken on this task; the message says what to do."""


class AlreadyDecided(Exception):
    """The task was decided meanwhile; ``decision`` tells by whom (None when the system ended it)."""

    def __init__(self, case: Case, task_id: int):
        super().__init__(task_id)
        self.case = case
        self.decision = Decision.objects.filter(task_id=task_id).first()

    @property
    def message(self) -> str:
        if self.decision is None:
            return _("该事项的这一环节已结束，无需再办理。")
        return _(
            "该事项已由%(name)s（%(role)s）于%(at)s办理，结论为“%(outcome)s”。您填写的内容没有提交。"
        ) % {
            "name": self.decision.by_name,
            "role": self.decision.by_role,
            "at": timezone.localtime(self.decision.at).strftime("%Y-%m-%d %H:%M"),
            "outcome": self.decision.get_outcome_display(),
        }


@dataclass(frozen=True)
class Authority:
    """Proof that ``by`` may act on the task of ``activation`` at the moment ``at``; made by :func:`authorize` only."""

    activation: HumanActivation
    by: Person
    role_label: str
    level: str
    at: dt.datetime
    outcomes: tuple[Outcome, ...]


def verdict_on(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may act on an open human task: authority today, four-eyes, and nobody else holds it.

    Holding binds others only while the holder may act: a task never waits for somebody whose post has ended.
    """
    node = task.flow_task
    level = node.level_of(case)
    verdict = may_act(node, case, by, level, on=on)
    if verdict and task.owner_id not in (None, by.pk) and may_act(node, case, task.owner, level, on=on):
        return Verdict(
            False,
            _("此事项由%(name)s办理。") % {"name": task.owner.name},
            _("如需代为办理，请联系%(name)s退回待领取。") % {"name": task.owner.name},
        )
    return verdict


def may_act(node: HumanTask, case: Case, person: Person, level: str, *, on: dt.date) -> Verdict:
    """Authority today and four-eyes, whoever holds the task."""
    _role, perm = node.authority(level)
    verdict = can(person, perm, case, on=on)
    eyes = four_eyes(node, case, person, level) if verdict else verdict
    return verdict if eyes else eyes


def four_eyes(node: HumanTask, case: Case, by: Person, level: str) -> Verdict:
    """Nobody acts on two sides of one case (RULES section 10: handler and approver differ, nobody approves own)."""
    opened_on_side = node.flow_class.opened_on_side
    if case.opened_by_id == by.pk and node.side != opened_on_side:
        own = _("您是本事项的登记人，不能确认自己登记的单位。")
        if opened_on_side == Side.APPLICANT:
            own = _("您是本事项的申请人，不能办理自己的申请。")
        remedy = _("须由%(place)s的其他审批人办理。") % {"place": case.organization.display_name}
        return Verdict(False, own, remedy)
    others = case.decisions.filter(by=by.pk).exclude(level=level, side=node.side).order_by("-pk")
    if earlier := others.only("node", "node_title", "case").first():
        return Verdict(
            False,
            _("您已在“%(node)s”环节办理过本事项，经办与审批不能由同一人完成。") % {"node": earlier.step},
            _("须由%(place)s的其他人员办理。") % {"place": case.organization.display_name},
        )
    return Verdict(True)


def require_open(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> None:
    """Raise AlreadyDecided for a task that has ended, but Refused to whom must not even learn who decided it."""
    if task.status in (STATUS.NEW, STATUS.ASSIGNED):
        return
    if not (seen := may_see(by, case, on=on)):
        raise Refused(seen)
    raise AlreadyDecided(case, task.pk)


def authorize(task: GuardedTask, case: Case, by: Person, *, at: dt.datetime) -> Authority:
    """Check everything anew under the case's lock. Raises AlreadyDecided or Refused."""
    on = timezone.localdate(at)
    require_open(task, case, by, on=on)
    verdict = verdict_on(task, case, by, on=on)
    if not verdict:
        raise Refused(verdict)
    node = task.flow_task
    activation = node.activation_class(task)
    activation.take(by)
    level = node.level_of(case)
    outcomes = node.flow_class.instance.possible_outcomes(node, case)
    if node.side != Side.APPLICANT:
        outcomes = [one for one in outcomes if one != Outcome.WITHDRAWN]
    return Authority(activation, by, role_label(verdict), level, at, tuple(outcomes))


def withdrawal_verdict(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether a person may take the case back: an applicant of the unit today, until the first reply, whoever holds
    the task."""
    node = task.flow_task
    if Outcome.WITHDRAWN not in node.outcomes:
        return Verdict(
            False,
            _("事项已作出批复，不能再撤回。"),
            _("如需终止，请联系批复机关撤销批复。"),
        )
    return can(by, Perm.APPLY_FOUNDING, case, on=on)


def authorize_withdrawal(task: GuardedTask, case: Case, by: Person, *, at: dt.datetime) -> Authority:
    """The applicant's authority to end somebody else's task by withdrawing. Raises AlreadyDecided or Refused."""
    on = timezone.localdate(at)
    require_open(task, case, by, on=on)
    verdict = withdrawal_verdict(task, case, by, on=on)
    if not verdict:
        raise Refused(verdict)
    activation = task.flow_task.activation_class(task)
    if task.owner_id is None:
        activation.take(by)
    return Authority(activation, by, role_label(verdict), "unit", at, (Outcome.WITHDRAWN,))


def role_label(verdict: Verdict) -> str:
    """How the post that gives the authority reads on the record, e.g. 中关村街道团工委 · 经办人; always in Chinese."""
    with translation.override(settings.LANGUAGE_CODE):
        return verdict.post.label if verdict.post else ""


def decide(authority: Authority, outcome: Outcome, opinion: str = "") -> Decision:
    """Write the decision with its audit entry, move the case's round, and let the engine go on.

    Runs in the caller's transaction, which holds the case's lock. Raises NotPossible when the outcome is not offered
    here or lacks its reason, StaleTask when the task moved on meanwhile.
    """
    activation, by, at = authority.activation, authority.by, authority.at
    node, case, task = activation.flow_task, activation.process, activation.task
    if outcome not in authority.outcomes:
        raise NotPossible(
            _("此环节不能作出“%(outcome)s”的决定，请选择页面上提供的结论。") % {"outcome": outcome.label}
        )
    if outcome in OPINION_REQUIRED and not opinion.strip():
        raise NotPossible(_("%(outcome)s必须写明理由，请填写意见后再提交。") % {"outcome": outcome.label})
    # What is kept and printed is Chinese, whichever language the person reads the pages in.
    with translation.override(settings.LANGUAGE_CODE):
        decision = write_decision(
            case,
            task,
            outcome,
            opinion=opinion.strip(),
            by=by,
            role_label=authority.role_label,
            level=authority.level,
            side=Side.APPLICANT if outcome == Outcome.WITHDRAWN else node.side,
            at=at,
        )
        move_round(activation, outcome, by, timezone.localdate(at))
        activation.start(None)
        activation.execute()
        case.save(update_fields=ROUND_FIELDS)
    return decision


def move_round(activation: HumanActivation, outcome: Outcome, by: Person, on: dt.date) -> None:
    """Keep on the case what the gateways read: the outcome, the round, and to whom a corrected case goes back."""
    case, node = activation.process, activation.flow_task
    case.outcome = outcome
    if outcome == Outcome.RETURNED:
        case.returns += 1
        due_on = WorkItem.objects.values_list("due_on", flat=True).get(pk=activation.task.pk)
        days_left = calendars.working_days_left(on, due_on)
        case.return_stack = [{"node": node.name, "by": by.pk, "days_left": days_left, "to": ""}]
    elif case.return_node == node.name:
        case.return_stack = []
    if outcome == Outcome.SUBMITTED and case.return_node:
        case.round += 1


def may_see(user: Person, case: Case, *, on: dt.date) -> Verdict:
    """Whether a person may open a case: in the jurisdiction, of the unit, or its applicant."""
    verdict = can(user, Perm.VIEW_REGISTRY, case, on=on)
    if verdict or case.opened_by_id == user.pk:
        return Verdict(True)
    return can(user, Perm.VIEW_UNIT, case, on=on) or verdict
