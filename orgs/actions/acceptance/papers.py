"""The paper review (资料审核): remarks on items, and the checks that the rules ask for (RULES section 1).

三必核: system data, working papers, truth of the self-score; 两必听: the secretary's report, opinions of the Party
organization and of members. Which there are stands in the frozen rules (``paper_checks``).
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from ...models import Acceptance, AcceptanceItem, Person
from .common import record


@dataclass(frozen=True)
class PaperCheck:
    """One check of the review: who did it and when, empty while nobody has."""

    code: str
    group: str
    text: str
    done: bool = False
    by_name: str = ""
    at: dt.datetime | None = None


def paper_checks(acceptance: Acceptance) -> list[PaperCheck]:
    """The checks of the frozen rules, each with who did it and when."""
    kept = acceptance.papers.get("checks", {})
    found = []
    for one in acceptance.rules.get("paper_checks", []):
        check = PaperCheck(one["code"], one["group"], one["text"])
        if (by := kept.get(check.code)) is not None:
            at = dt.datetime.fromisoformat(by["at"])
            check = replace(check, done=True, by_name=by["by_name"], at=at)
        found.append(check)
    return found


@transaction.atomic
def record_papers(
    acceptance: Acceptance,
    *,
    checked: Collection[str],
    remarks: Mapping[str, str],
    by: Person,
    at: dt.datetime,
) -> None:
    """Keep what was checked, with who and when, and the remarks by the code of the item.

    What an earlier review checked no longer counts: the assessment was corrected since. Unknown codes raise ValueError.
    """
    known = {one.code for one in paper_checks(acceptance)}
    if set(checked) - known:
        raise ValueError(f"no such checks: {', '.join(sorted(set(checked) - known))}")
    now = {"by": by.pk, "by_name": by.name, "at": timezone.localtime(at).isoformat(timespec="seconds")}
    acceptance.papers = acceptance.papers | {"checks": dict.fromkeys(checked, now)}
    acceptance.save(update_fields=["papers"])
    items = list(acceptance.items.filter(code__in=remarks))
    for item in items:
        item.paper_note = remarks[item.code].strip()
    AcceptanceItem.objects.bulk_update(items, ["paper_note"])
    record(
        acceptance,
        "papers_reviewed",
        by=by,
        at=at,
        personal={"remarks": {item.code: item.paper_note for item in items if item.paper_note}},
        checks=sorted(checked),
    )
