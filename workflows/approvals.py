"""Who may decide on a task now, and why not.

``authorize`` re-checks, inside the transaction and under the case's lock, whether this person may act on this task
now: the engine checks ownership only, and somebody whose post ended after claiming would still pass it. The
:class:`Authority` that it gives is what :func:`workflows.deciding.decide` takes; there is no other way to finish a
human task.
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from orgs.models import Person
from orgs.permissions import Perm, Refused, Unblock, Verdict, can
from orgs.queries import is_deputy

from .models import Case, CoSign, Decision, GuardedTask, Outcome, Side
from .nodes import CoSignStep, HumanActivation, HumanTask


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
    """Proof that ``by`` may act on the task of ``activation`` at the moment ``at``; made by this module only.

    ``principal`` is the absent person on whose behalf a deputy acts.
    """

    activation: HumanActivation
    by: Person
    role_label: str
    level: str
    at: dt.datetime
    outcomes: tuple[Outcome, ...]
    principal: Person | None = None
    side: Side | None = None  # where it is not that of the step


def verdict_on(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may decide on an open human task: authority today, four-eyes, nobody else holds it, and it waits
    for no co-signature."""
    verdict = may_take(task, case, by, on=on)
    if not verdict:
        return verdict
    node = task.flow_task
    for waiting in (cosign_awaited(task), node.flow_class.instance.awaits(node, case)):
        if waiting is not None:
            return waiting
    return verdict


def may_take(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Authority, four-eyes and holder.

    Holding binds others only while the holder may act: a task never waits for somebody whose post has ended. A deputy
    acts on what the absent person holds, by an authority of their own.
    """
    node = task.flow_task
    verdict = may_act(node, case, by, on=on)
    if not verdict or task.owner_id == by.pk:
        return verdict
    if isinstance(node, CoSignStep):
        return by_deputy(task, case, by, verdict, on=on) or held_by_another(task)
    if task.owner_id is None or not may_act(node, case, task.owner, on=on):
        return verdict
    return by_deputy(task, case, by, verdict, on=on) or held_by_another(task)


def by_deputy(task: GuardedTask, case: Case, by: Person, verdict: Verdict, *, on: dt.date) -> Verdict | None:
    """The verdict of somebody who acts for the absent holder of a task; None when they do not."""
    item = task.work_item
    if is_deputy(by, task.owner, item.role, on, **item.where) is None:
        return None
    return replace(verdict, principal=task.owner)


def held_by_another(task: GuardedTask) -> Verdict:
    name = {"name": task.owner.name}
    if isinstance(task.flow_task, CoSignStep):
        return Verdict(
            False,
            _("会签意见由%(name)s本人签署。") % name,
            _("如无法签署，可由加签人撤销加签后另请他人。"),
        )
    return Verdict(
        False,
        _("此事项由%(name)s办理。") % name,
        _("如需代为办理，请联系%(name)s转办，或退回待领取。") % name,
        unblock=Unblock.HAND_OVER,
    )


def cosign_awaited(task: GuardedTask) -> Verdict | None:
    """Why a task cannot be decided while co-signatures are out; None when none are."""
    if not (task.data or {}).get("cosign"):
        return None
    signers = CoSign.objects.get(pk=task.data["cosign"]).signers.filter(task__decision=None)
    names = _("、").join(signers.values_list("person__name", flat=True))
    return Verdict(
        False,
        _("正在等待会签：%(names)s。") % {"names": names},
        _("会签完成后即可办理；如不再需要，可先撤销加签。"),
        unblock=Unblock.CALL_OFF,
    )


def may_act(node: HumanTask, case: Case, person: Person, *, on: dt.date) -> Verdict:
    """Authority today and four-eyes, whoever holds the task."""
    level = node.level_of(case)
    perm = Perm.VIEW_REGISTRY if isinstance(node, CoSignStep) else node.authority(level)[1]
    verdict = can(person, perm, case, on=on)
    eyes = four_eyes(node, case, person, level) if verdict else verdict
    return verdict if eyes else eyes


def four_eyes(node: HumanTask, case: Case, by: Person, level: str) -> Verdict:
    """Nobody acts on two sides of one case (RULES section 10: handler and approver differ, nobody approves own).

    A co-signature is an opinion and no side: having given one keeps nobody from a step; having taken a step keeps one
    from co-signing, since it would be no second pair of eyes.
    """
    opened_on_side = node.flow_class.opened_on_side
    if case.opened_by_id == by.pk and node.side != opened_on_side:
        own = _("您是本事项的登记人，不能确认自己登记的单位。")
        if opened_on_side == Side.APPLICANT:
            own = _("您是本事项的申请人，不能办理自己的申请。")
        remedy = _("须由%(place)s的其他审批人办理。") % {"place": case.organization.display_name}
        return Verdict(False, own, remedy, unblock=Unblock.ANOTHER)
    barred = node.flow_class.instance.bars(node, case, by)
    if barred is not None:
        return barred
    # What a deputy decided stands under the absent person's name as well.
    mine = case.decisions.filter(Q(by=by.pk) | Q(on_behalf_of=by.pk))
    others = mine.exclude(side=Side.COSIGNER).order_by("-pk")
    if not isinstance(node, CoSignStep):
        others = others.exclude(level=level, side=node.side)
    if earlier := others.only("node", "node_title", "case").first():
        return Verdict(
            False,
            _("您已在“%(node)s”环节办理过本事项，经办与审批不能由同一人完成。") % {"node": earlier.step},
            _("须由%(place)s的其他人员办理。") % {"place": case.organization.display_name},
            unblock=Unblock.ANOTHER,
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
    outcomes = node.flow_class.instance.possible_outcomes(node, case)
    if node.side != Side.APPLICANT:
        outcomes = [one for one in outcomes if one != Outcome.WITHDRAWN]
    label, level = role_label(verdict), node.level_of(case)
    return Authority(activation, by, label, level, at, tuple(outcomes), verdict.principal)


def withdrawal_verdict(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether a person may take the case back: an applicant of the unit today, until the first reply, whoever holds
    the task."""
    node = task.flow_task
    if isinstance(node, CoSignStep):
        node = GuardedTask.objects.get(pk=CoSign.objects.get(signers__task=task).task_id).flow_task
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


def authorize_exit(
    task: GuardedTask, case: Case, by: Person, outcome: Outcome, perm: Perm, *, at: dt.datetime
) -> Authority:
    """The authority to end somebody else's task otherwise than its holder would: an award under a founded objection,
    a nominee who is no more. The step must offer the outcome. Raises AlreadyDecided or Refused."""
    on = timezone.localdate(at)
    require_open(task, case, by, on=on)
    verdict = can(by, perm, case, on=on)
    if verdict and (hidden := case.flow_class.instance.hides(case, by)) is not None:
        verdict = hidden
    if not verdict:
        raise Refused(verdict)
    if outcome not in task.flow_task.outcomes:
        raise Refused(
            Verdict(
                False,
                _("“%(step)s”环节不能“%(outcome)s”。")
                % {"step": task.flow_task.task_title, "outcome": outcome.label},
                _("请在该环节办结后再办理。"),
            )
        )
    activation = task.flow_task.activation_class(task)
    if task.owner_id is None:
        activation.take(by)
    side = Side.APPROVER if perm == Perm.DECIDE_AWARDS else Side.HANDLER
    return Authority(activation, by, role_label(verdict), "district", at, (outcome,), side=side)


def role_label(verdict: Verdict) -> str:
    """How the post that gives the authority reads on the record, e.g. 中关村街道团工委 · 经办人; always in Chinese."""
    with translation.override(settings.LANGUAGE_CODE):
        return verdict.post.label if verdict.post else ""


def may_see(user: Person, case: Case, *, on: dt.date) -> Verdict:
    """Whether a person may open a case: in the jurisdiction, of the unit, or its applicant."""
    if (hidden := case.flow_class.instance.hides(case, user)) is not None:
        return hidden
    verdict = can(user, Perm.VIEW_REGISTRY, case, on=on)
    if verdict or case.opened_by_id == user.pk:
        return Verdict(True)
    return can(user, Perm.VIEW_UNIT, case, on=on) or verdict
