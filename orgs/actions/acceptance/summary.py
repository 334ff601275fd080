"""What the inspectors of a round found, summed up into one result (RULES section 10, P3)."""

import datetime as dt

from ...models import Acceptance, AcceptanceSnapshot
from ...rules.acceptance import counted, differ_too_much, failed_items, judge, merge
from ...rules.inspection_words import grade_label
from .common import State, found_on, found_so_far, round_visits, sample_visits


def awaited_visits(acceptance: Acceptance) -> list[str]:
    """Names of the inspectors of this round whose visits are not complete."""
    return [visit.inspector.name for visit in round_visits(acceptance) if visit.state != State.COMPLETED]


def needs_third(acceptance: Acceptance) -> bool:
    """Whether the two totals of this round lie too far apart, and nobody has been asked yet to settle it."""
    visits = round_visits(acceptance)
    totals = [visit.total for visit in visits if visit.total is not None]
    return len(totals) == len(visits) and differ_too_much(totals, acceptance.rules)


def merge_round(acceptance: Acceptance, *, at: dt.datetime, on: dt.date) -> None:
    """Write what the counted inspectors found together, and judge the acceptance by all that holds now.

    Items that this round did not look at keep what an earlier one found. Runs in the transition's transaction.
    """
    visits = [visit for visit in round_visits(acceptance) if visit.total is not None]
    totals = [visit.total for visit in visits if visit.total is not None]
    chosen = [visits[place] for place in counted(totals, acceptance.rules)]
    found = merge([found_on(visit) for visit in chosen])
    items = {item.code: item for item in acceptance.items.all()}
    for code, one in found.items():
        items[code].points, items[code].met, items[code].finding = one.points, one.met, one.note[:1000]
    acceptance.items.bulk_update(list(items.values()), ["points", "met", "finding"])
    vetoes = sorted({code for visit in chosen for code in visit.result["vetoes"]})
    judgement = judge(acceptance.standard.data, found_so_far(acceptance), vetoes, acceptance.rules)
    acceptance.total, acceptance.meets_standard = judgement.total, judgement.passes
    acceptance.grade = grade_label(judgement.stars)
    acceptance.borderline, acceptance.shortfalls = judgement.borderline, judgement.shortfalls
    acceptance.vetoes, acceptance.findings_sent_on = vetoes, on
    acceptance.answer, acceptance.answered_on = "", None
    acceptance.save()
    AcceptanceSnapshot.objects.create(
        acceptance=acceptance,
        step=AcceptanceSnapshot.Step.FINDINGS,
        round=acceptance.inspection_round,
        data={
            "inspectors": [visit.inspector.name for visit in chosen],
            "total": str(judgement.total),
            "items": {code: [one.met, str(one.points), one.note] for code, one in found.items()},
            "vetoes": vetoes,
            "shortfalls": judgement.shortfalls,
        },
        at=at,
    )


def open_findings(acceptance: Acceptance) -> list[str]:
    """Codes of the items that are not met: what the unit answers to and puts right."""
    return failed_items(acceptance.standard.data, found_so_far(acceptance))


def awaited_sample_visits(acceptance: Acceptance) -> list[str] | None:
    """Names of the district's inspectors whose visits are not complete; empty when nobody was sent, None when the
    number that the rules ask for is complete."""
    visits = sample_visits(acceptance)
    done = sum(1 for visit in visits if visit.state == State.COMPLETED)
    if done >= acceptance.rules["sample_inspectors"] and done == len(visits):
        return None
    return [visit.inspector.name for visit in visits if visit.state != State.COMPLETED]
