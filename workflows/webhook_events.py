"""Which events the webhooks of an organization are told of: read from the tables, once a minute, behind the cases.

Deciding costs nothing for it. Per webhook and source ``Webhook.cursors`` keeps the last row passed on. Rows get their
numbers before they are committed, so that a lower one may appear later: the cursor follows only to rows older than
:data:`SETTLED`, and what lies beyond is read again. The key of an event makes it one delivery all the same.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, Q, QuerySet

from orgs.actions.webhooks import Event, queue_events
from orgs.enums import WebhookEvent
from orgs.models import Organization, Unit, Webhook
from orgs.queries import tree_code
from records.duties import periodic
from records.models import Document

from .models import Case, CaseEvent, Decision

#: Longer than any transaction; the statement time-outs of the database end those that hang.
SETTLED = dt.timedelta(minutes=10)
BATCH = 500
MOST_BATCHES = 20
Bounds = tuple[int, int]


@dataclass(frozen=True)
class Source:
    """A table whose rows become events: its time field, its rows in a jurisdiction, and the events of some of them."""

    model: type[Model]
    time: str
    within: Callable[[Bounds], QuerySet]
    events: Callable[[list], Iterable[Event]]
    names: frozenset[WebhookEvent]

    def last(self, **before: Any) -> int:
        """The highest number of a row in the table that fulfils a condition on its time; 0 when there is none."""
        rows = self.model._default_manager.filter(
            **{f"{self.time}__{key}": value for key, value in before.items()}
        )
        return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def about(case: Case) -> dict[str, Any]:
    """What every event says of its case."""
    return {
        "case": case.number,
        "flow": case.flow_class.instance.app_name,
        "organization": code_of(case.organization),
    }


def code_of(organization: Organization) -> str:
    """The code of an organization, of one without an official code that of its place in the tree."""
    return organization.code or tree_code(organization.path)


# --- opened cases ------------------------------------------------------------------------------------------


def opened_cases(bounds: Bounds) -> QuerySet[Case]:
    return Case.objects.filter(scope__range=bounds).select_related("organization")


def opening_events(cases: list[Case]) -> Iterable[Event]:
    for case in cases:
        yield Event(f"opened:{case.pk}", WebhookEvent.CASE_OPENED, case.created, about(case))


# --- decisions, and the cases that end by them -------------------------------------------------------------


def decisions(bounds: Bounds) -> QuerySet[Decision]:
    return Decision.objects.filter(case__scope__range=bounds).select_related("case__organization")


def decision_events(rows: list[Decision]) -> Iterable[Event]:
    ended = {row.case_id for row in rows if row.case.finished is not None}
    newest = Decision.objects.filter(case__in=ended).values_list("case").annotate(newest=Max("pk"))
    last = dict(newest.order_by())
    for row in rows:
        data = about(row.case) | {"step": row.node, "outcome": row.outcome, "round": row.round}
        yield Event(f"decided:{row.pk}", WebhookEvent.CASE_DECIDED, row.at, data)
        if last.get(row.case_id) == row.pk and row.case.finished is not None:
            data = about(row.case) | {"outcome": row.case.outcome or row.outcome}
            yield Event(f"finished:{row.pk}", WebhookEvent.CASE_FINISHED, row.case.finished, data)


# --- overdue tasks that were reported ----------------------------------------------------------------------


def escalations(bounds: Bounds) -> QuerySet[CaseEvent]:
    found = CaseEvent.objects.filter(kind=CaseEvent.Kind.ESCALATED, case__scope__range=bounds)
    return found.select_related("case__organization", "task")


def escalation_events(rows: list[CaseEvent]) -> Iterable[Event]:
    for row in rows:
        data = about(row.case) | {"step": row.task.flow_task.name}
        yield Event(f"escalated:{row.pk}", WebhookEvent.CASE_ESCALATED, row.at, data)


# --- issued documents --------------------------------------------------------------------------------------


def documents(bounds: Bounds) -> QuerySet[Document]:
    """Those of units in the jurisdiction, and those that an organization in it issued."""
    units = Unit.objects.filter(scope__range=bounds).values("pk")
    issuers = Organization.objects.filter(scope__range=bounds).values("pk")
    return Document.objects.filter(
        Q(unit_id__in=units) | Q(issuer_type="organization", issuer_id__in=issuers)
    )


def document_events(rows: list[Document]) -> Iterable[Event]:
    cases = {(case.artifact_content_type.model, case.artifact_object_id): case for case in cases_of(rows)}
    issuers = Organization.objects.in_bulk(
        {row.issuer_id for row in rows if row.issuer_type == "organization"}
    )
    for row in rows:
        case = cases.get((row.about_type, row.about_id))
        issuer = issuers.get(row.issuer_id) if row.issuer_type == "organization" else None
        data = {"document": row.number, "kind": row.kind, "issued_on": row.issued_on.isoformat()}
        data |= about(case) if case else {"organization": code_of(issuer) if issuer else ""}
        yield Event(f"document:{row.pk}", WebhookEvent.DOCUMENT_ISSUED, row.created_at, data)


def cases_of(rows: list[Document]) -> QuerySet[Case]:
    found = Q(pk__in=[])
    for kind in {row.about_type for row in rows}:
        ids = [row.about_id for row in rows if row.about_type == kind]
        found |= Q(artifact_content_type__model=kind, artifact_object_id__in=ids)
    return Case.objects.filter(found).select_related("organization", "artifact_content_type").order_by("pk")


SOURCES = {
    "case": Source(Case, "created", opened_cases, opening_events, frozenset({WebhookEvent.CASE_OPENED})),
    "decision": Source(
        Decision,
        "at",
        decisions,
        decision_events,
        frozenset({WebhookEvent.CASE_DECIDED, WebhookEvent.CASE_FINISHED}),
    ),
    "event": Source(
        CaseEvent, "at", escalations, escalation_events, frozenset({WebhookEvent.CASE_ESCALATED})
    ),
    "document": Source(
        Document, "created_at", documents, document_events, frozenset({WebhookEvent.DOCUMENT_ISSUED})
    ),
}


@periodic()
def tell_webhooks(at: dt.datetime) -> int:
    """Put what happened since the last time on its way to every active webhook; returns how many events were new."""
    told = 0
    for hook_id in Webhook.objects.filter(active=True).values_list("pk", flat=True):
        for key, source in SOURCES.items():
            for _ in range(MOST_BATCHES):
                found, more = pass_on(hook_id, key, source, at=at)
                told += found
                if not more:
                    break
    return told


def pass_on(hook_id: int, key: str, source: Source, *, at: dt.datetime) -> tuple[int, bool]:
    """Pass on one batch of a source; returns how many events were new, and whether there is more.

    The webhook's row is the lock: of two workers the second leaves it to the first.
    """
    with transaction.atomic():
        hooks = Webhook.objects.select_for_update(skip_locked=True, of=("self",))
        hook = hooks.select_related("organization").filter(pk=hook_id, active=True).first()
        if hook is None or not source.names.intersection(hook.events):
            return 0, False
        start = hook.cursors.get(key)
        if start is None:
            start = source.last(lt=hook.made_at)
        rows = list(
            source.within(hook.organization.scope_bounds)
            .filter(**{"pk__gt": start, f"{source.time}__gte": hook.made_at})
            .order_by("pk")[:BATCH]
        )
        events = [one for one in source.events(rows) if one.name in hook.events] if rows else []
        told = queue_events(hook, events, at=at)
        full = len(rows) == BATCH
        settled = source.last(lt=at - SETTLED)
        end = max(start, min(settled, rows[-1].pk) if full else settled)
        if hook.cursors.get(key) != end:
            hook.cursors = hook.cursors | {key: end}
            hook.save(update_fields=["cursors"])
    return told, full and end > start
