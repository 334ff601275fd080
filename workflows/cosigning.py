"""Asking for co-signatures (加签), and calling them off; the engine's side is :mod:`workflows.nodes.cosign`."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Person
from orgs.permissions import Refused, Verdict

from .approvals import may_act, may_take, require_open, role_label, verdict_on
from .claims import hold
from .handling import note_event, people_around
from .models import Case, CaseEvent, CoSign, CoSigner, GuardedTask, Side
from .nodes import CoSignStep
from .returns import NotPossible, settle

MOST_SIGNERS = 9


def cosign_verdict(task: GuardedTask, case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may ask for co-signatures on a task: whoever may decide on it, on the deciding sides."""
    node = task.flow_task
    if isinstance(node, CoSignStep) or node.side == Side.APPLICANT:
        return Verdict(
            False, _("此环节不能加签。"), _("申请人填报和会签环节不设加签；如需他人知悉，请用抄送。")
        )
    verdict = verdict_on(task, case, by, on=on)
    if verdict and (task.data or {}).get("cosign_after"):
        return Verdict(False, _("已安排办理后加签。"), _("如需改变会签人，请先撤销加签。"))
    return verdict


def cosign_candidates(
    task: GuardedTask, case: Case, by: Person, *, on: dt.date, among: list[Person] | None = None
) -> list[Person]:
    """Who may be asked: staff over the case who took no step of it, and are not its applicant; ``among`` asks about
    some people only, since each costs two queries."""
    node = case.flow_class.instance.node("cosign")
    around = people_around(case, on=on).exclude(pk__in=[by.pk, task.owner_id or by.pk])
    if among is not None:
        around = around.filter(pk__in=[one.pk for one in among])
    return [one for one in around if may_act(node, case, one, on=on)]


def ask_cosign(
    task: GuardedTask,
    case: Case,
    *,
    to: list[Person],
    mode: CoSign.Mode,
    after: bool,
    question: str,
    by: Person,
    at: dt.datetime,
) -> CoSign:
    """Ask people to co-sign before the holder decides, or plan it for after an assenting decision.

    Runs in the caller's transaction under the case's lock. Raises AlreadyDecided, Refused or NotPossible.
    """
    on = timezone.localdate(at)
    require_open(task, case, by, on=on)
    verdict = cosign_verdict(task, case, by, on=on)
    if not verdict:
        raise Refused(verdict)
    allowed = cosign_candidates(task, case, by, on=on, among=to)
    # Somebody named twice would be asked twice, and one of the two answers could never count.
    if not 0 < len(to) == len(set(to)) <= MOST_SIGNERS or any(one not in allowed for one in to):
        raise NotPossible(_("请从名单中选择 1 至 %(most)d 位会签人。") % {"most": MOST_SIGNERS})
    state = CoSign.State.PLANNED if after else CoSign.State.OPEN
    request = CoSign.objects.create(
        case=case, task=task, by=by, after=after, mode=mode, question=question, state=state, at=at
    )
    for position, person in enumerate(to):
        CoSigner.objects.create(cosign=request, person=person, position=position)
    if task.owner_id is None:
        hold(task, by, at)
    task.data = (task.data or {}) | {"cosign_after" if after else "cosign": request.pk}
    task.save(update_fields=["data"])
    note_event(
        CaseEvent.Kind.COSIGN_ASKED,
        task,
        case,
        by=by,
        at=at,
        role=role_label(verdict),
        to=to,
        note=question,
    )
    if not after:
        activation = task.flow_task.activation_class(task)
        list(case.flow_class.instance.node("cosign").open_for(request, activation))
    return request


def open_request(case: Case) -> CoSign | None:
    """The request for co-signatures that is out or planned."""
    return case.cosigns.filter(state__in=[CoSign.State.PLANNED, CoSign.State.OPEN]).first()


def call_off_verdict(case: Case, by: Person, *, on: dt.date) -> Verdict:
    """Whether ``by`` may call co-signatures off: whoever may take the step that asked; once it is decided, who asked,
    or a colleague when they may act no more."""
    request = open_request(case)
    if request is None:
        return Verdict(False, _("没有进行中的加签。"))
    task = asking_task(request, case)
    verdict = may_act(task.flow_task, case, by, on=on) if task.finished else may_take(task, case, by, on=on)
    if (
        verdict
        and task.finished
        and request.by_id != by.pk
        and may_act(task.flow_task, case, request.by, on=on)
    ):
        return Verdict(
            False,
            _("加签由%(name)s发起。") % {"name": request.by.name},
            _("请联系%(name)s撤销加签。") % {"name": request.by.name},
        )
    return verdict


def asking_task(request: CoSign, case: Case) -> GuardedTask:
    task = GuardedTask.objects.select_related("owner").get(pk=request.task_id)
    task.process = case
    return task


def call_off_cosign(case: Case, *, by: Person, at: dt.datetime) -> None:
    """End the request without the missing signatures; a decision that waited for them takes effect.

    Runs in the caller's transaction under the case's lock. Raises Refused.
    """
    verdict = call_off_verdict(case, by, on=timezone.localdate(at))
    if not verdict:
        raise Refused(verdict)
    request = open_request(case)
    assert request is not None  # the verdict found it
    task = asking_task(request, case)
    note_event(
        CaseEvent.Kind.COSIGN_CALLED_OFF,
        task,
        case,
        by=by,
        at=at,
        role=role_label(verdict),
        note=request.question,
    )
    step: CoSignStep = case.flow_class.instance.node("cosign")
    last = GuardedTask.objects.filter(cosigner__cosign=request).order_by("-pk").first()
    step.close(request, CoSign.State.CALLED_OFF, case)
    if not task.finished:
        fresh = GuardedTask.objects.get(pk=task.pk)
        if fresh.data.pop("cosign_after", None):
            fresh.save(update_fields=["data"])
        return
    last.refresh_from_db()
    last.process = case
    activation = step.activation_class(last)
    activation._activate_next(set(step.go_on(request, activation)))
    settle(case)
