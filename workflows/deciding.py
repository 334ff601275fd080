"""Deciding: the one way to finish a human task. Written with its audit entry in the transaction that moves the case."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .approvals import Authority
from .decisions import write_decision
from .models import CoSign, Decision, Outcome, Side
from .nodes import CoSignStep, HumanActivation
from .returns import NotPossible, move_round, settle

OPINION_REQUIRED = frozenset(
    {
        Outcome.RETURNED,
        Outcome.REJECTED,
        Outcome.ANNULLED,
        Outcome.EXTENSION,
        Outcome.OBJECTED,
        Outcome.RECTIFY,
        Outcome.FAILED,
        Outcome.AGAIN,
        Outcome.REMOVED,
        Outcome.ENDED,
    }
)


def decide(authority: Authority, outcome: Outcome, opinion: str = "", *, to: str = "") -> Decision:
    """Write the decision with its audit entry, move the case's round, and let the engine go on.

    ``to`` names the step to which the case is returned, where the flow offers more than one. Runs in the caller's
    transaction, which holds the case's lock. Raises NotPossible when the outcome is not offered here or lacks its
    reason, StaleTask when the task moved on meanwhile.
    """
    activation, by, at = authority.activation, authority.by, authority.at
    node, case, task = activation.flow_task, activation.process, activation.task
    require_reason(authority, outcome, opinion)
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
            side=authority.side or (Side.APPLICANT if outcome == Outcome.WITHDRAWN else node.side),
            at=at,
            principal=authority.principal,
        )
        if not isinstance(node, CoSignStep):
            drop_cosigns(activation, outcome)
            move_round(activation, outcome, by, timezone.localdate(at), to)
        elif outcome == Outcome.WITHDRAWN:
            case.outcome = outcome
        activation.start(None)
        activation.execute()
        settle(case)
    return decision


def require_reason(authority: Authority, outcome: Outcome, opinion: str) -> None:
    """Raise NotPossible unless the outcome is offered here and has the reason that it needs."""
    if outcome not in authority.outcomes:
        raise NotPossible(
            _("此环节不能作出“%(outcome)s”的决定，请选择页面上提供的结论。") % {"outcome": outcome.label}
        )
    if outcome in OPINION_REQUIRED and not opinion.strip():
        raise NotPossible(_("%(outcome)s必须写明理由，请填写意见后再提交。") % {"outcome": outcome.label})


def drop_cosigns(activation: HumanActivation, outcome: Outcome) -> None:
    """A step that ends otherwise than by assent asks nobody any more: open co-signatures are called off."""
    task, case = activation.task, activation.process
    asked = (task.data or {}).get("cosign") or (task.data or {}).get("cosign_after")
    if not asked or (task.data.get("cosign_after") and outcome in (Outcome.APPROVED, Outcome.SUBMITTED)):
        return
    task.data.pop("cosign_after", None)
    task.data.pop("cosign", None)
    node = case.flow_class.instance.node("cosign")
    node.close(CoSign.objects.get(pk=asked), CoSign.State.CALLED_OFF, case)
