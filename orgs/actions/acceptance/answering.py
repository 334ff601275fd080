"""What the unit says to the findings, and its appeal against a failure."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from ...models import Acceptance, AcceptanceItem, AcceptanceSnapshot, Person
from ...rules.inspection_words import points_text
from .assessing import freeze
from .common import record


@transaction.atomic
def answer_findings(
    acceptance: Acceptance, *, answer: str, answers: Mapping[str, str], by: Person, at: dt.datetime
) -> AcceptanceSnapshot:
    """Keep the unit's answer to the findings, as a whole and by the code of the item. “No objection” is one too."""
    items = list(acceptance.items.filter(code__in=answers))
    for item in items:
        item.answer = answers[item.code]
    AcceptanceItem.objects.bulk_update(items, ["answer"])
    acceptance.answer, acceptance.answered_on = answer, timezone.localdate(at)
    acceptance.save(update_fields=["answer", "answered_on"])
    record(acceptance, "findings_answered", by=by, at=at)
    data = {
        "answer": answer,
        "items": {
            item.code: {"answer": item.answer, "points": points_text(item.points)}
            for item in items
            if item.answer
        },
    }
    return freeze(acceptance, AcceptanceSnapshot.Step.ANSWER, data, at=at)


@transaction.atomic
def file_appeal(acceptance: Acceptance, *, reason: str, by: Person, at: dt.datetime) -> None:
    """Keep why the unit appeals against a failure; whether it still may is for the flow."""
    acceptance.appeal_reason = reason
    acceptance.save(update_fields=["appeal_reason"])
    record(acceptance, "appeal_filed", by=by, at=at)
