"""Writing a decision: the row and its audit entry, together or not at all."""

import datetime as dt
from collections.abc import Iterator

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
    principal: Person | None = None,
) -> Decision:
    """Append a decision and its audit entry in the caller's transaction.

    The opinion itself stays out of the chain, which keeps its digest: a changed opinion is found out, and an opinion
    that names persons can be erased on request without breaking the chain. A deputy's decision carries both names.
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
        by_name=signed_name(by, principal),
        on_behalf_of=principal,
        by_role=role_label,
        rule_set_id=case.artifact.rule_set_id,
        opened_at=task.created,
        at=at,
    )
    fact = fact_of(decision, case)
    audit.record("decided", by_id=fact.by_id, about=fact.about, chain=fact.chain, at=fact.at, **fact.data)
    return decision


def signed_name(by: Person | None, principal: Person | None) -> str:
    """The name under a decision: 王某, or 王某（代李某）; empty for the system."""
    if by is None:
        return ""
    return f"{by.name}（代{principal.name}）"[:40] if principal else by.name


def fact_of(decision: Decision, case: Case) -> audit.Fact:
    """What the chain says about a decision: every column is in it, the opinion and what is long by digest."""
    details = [
        decision.node_title,
        decision.level,
        str(decision.side),
        decision.by_name,
        decision.by_role,
        audit.moment(decision.opened_at),
    ]
    if decision.on_behalf_of_id:
        details.append(str(decision.on_behalf_of_id))
    return audit.Fact(
        pk=decision.pk,
        chain=case.chain,
        at=decision.at,
        by_id=decision.by_id,
        about=case.about,
        data={
            "decision": decision.pk,
            "task": decision.task_id,
            "node": decision.node,
            "round": decision.round,
            "outcome": str(decision.outcome),
            "rule_set": decision.rule_set_id,
            "opinion_sha256": audit.digest(decision.opinion),
            "details_sha256": audit.digest(audit.canonical(details)),
        },
    )


@audit.backs("decided", key="decision")
def decided() -> Iterator[audit.Fact]:
    """Each decision as the chain must have it; read by the check of the log."""
    for decision in Decision.objects.select_related("case").order_by("pk").iterator(chunk_size=1000):
        yield fact_of(decision, decision.case)
