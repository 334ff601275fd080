"""Writing a decision: the row and its audit entry, together or not at all."""

import datetime as dt

from orgs.models import Person
from records import audit

from .models import Case, Decision, GuardedTask, Outcome, Side


def write_decision(
    case: Case,
    task: GuardedTask,
    outcome: Outcome,
    *,
    opinion: str,
    by: Person | None,
    role_label: str,
    level: str,
    side: Side,
    at: dt.datetime,
) -> Decision:
    """Append a decision and its audit entry in the caller's transaction.

    The opinion itself stays out of the chain, which keeps its digest: a changed opinion is found out, and an opinion
    that names persons can be erased on request without breaking the chain.
    """
    node = task.flow_task
    decision = Decision.objects.create(
        case=case,
        task=task,
        node=node.name,
        node_title=str(node.task_title),
        level=level,
        side=side,
        round=case.round,
        outcome=outcome,
        opinion=opinion,
        by=by,
        by_name=by.name if by else "",
        by_role=role_label,
        rule_set_id=case.artifact.rule_set_id,
        opened_at=task.created,
        at=at,
    )
    audit.record(
        "decided",
        by_id=by.pk if by else None,
        about=case.about,
        chain=case.chain,
        at=at,
        decision=decision.pk,
        node=node.name,
        round=case.round,
        outcome=outcome,
        rule_set=decision.rule_set_id,
        opinion_sha256=audit.digest(opinion),
    )
    return decision
