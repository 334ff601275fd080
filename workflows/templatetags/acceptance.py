"""What the pages of acceptances need beside their context."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from orgs.actions.acceptance import Purpose, files_about
from orgs.actions.acceptance.papers import paper_checks
from orgs.actions.acceptance.revoking import revocation_verdict
from orgs.enums import Conclusion
from orgs.inspection_access import visible_findings
from orgs.models import Acceptance, AcceptanceItem, AcceptanceSnapshot, Person
from orgs.rules.acceptance import full_points
from orgs.rules.inspection_words import points_text
from records.models import StoredFile

from ..acceptance.tables import sections

register = template.Library()


@register.simple_tag
def acceptance_summary(acceptance: Acceptance, reader: Person) -> dict[str, Any]:
    """An acceptance as its case page tells it: by criterion and item, claimed and (where the reader may see it)
    found."""
    files = files_by_purpose(acceptance)
    shown = acceptance.total is not None and visible_findings(reader, acceptance, timezone.localdate())

    def more(row: AcceptanceItem) -> dict[str, Any]:
        return {
            "evidence": files.get((Purpose.EVIDENCE, row.pk), []),
            "proof": files.get((Purpose.RECTIFICATION, row.pk), []),
        }

    parts = sections(acceptance, more)
    assessed = acceptance.snapshots.filter(step=AcceptanceSnapshot.Step.ASSESSMENT).last()
    return {
        "shown": shown,
        "sections": parts,
        "claimed": sum((part.claimed for part in parts), Decimal(0)),
        "full": full_points(acceptance.standard.data),
        "unmet": sum(part.open for part in parts),
        "reason": assessed.data.get("secretary_reason", "") if assessed else "",
        "vetoes": veto_texts(acceptance) if shown else [],
        "is_submitted": assessed is not None,
        "papers": [check for check in paper_checks(acceptance) if check.done],
        "may_revoke": may_revoke(acceptance, reader),
    }


def may_revoke(acceptance: Acceptance, reader: Person) -> bool:
    """Whether the page offers the revocation of an acceptance that was passed."""
    passed = acceptance.conclusion == Conclusion.PASS and acceptance.revoked_on is None
    return passed and bool(revocation_verdict(acceptance, reader, on=timezone.localdate()))


def files_by_purpose(acceptance: Acceptance) -> dict[tuple[str, int], list[StoredFile]]:
    """The files of all items, read at once."""
    found: dict[tuple[str, int], list[StoredFile]] = {}
    for file in files_about(acceptance):
        found.setdefault((file.purpose, file.about_id or 0), []).append(file)
    return found


def veto_texts(acceptance: Acceptance) -> list[str]:
    texts = {one["code"]: one["text"] for one in acceptance.standard.data["vetoes"]}
    return [texts.get(code, code) for code in acceptance.vetoes]


@register.filter
def plain_points(points: Decimal | None) -> str:
    """18 or 18.5, never 18.0; empty for none."""
    return points_text(None if points is None else Decimal(points))
