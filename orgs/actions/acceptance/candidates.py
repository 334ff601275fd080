"""Who may be sent out to inspect, and what they look at (RULES section 10, P3: at least two, none tied to the unit)."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from ...enums import Conclusion
from ...models import Acceptance, Inspection, Person
from ...permissions import Unblock, Verdict
from ...rules.acceptance import items_of
from .conflicts import conflict_of, inspector_posts, ties_of
from .summary import open_findings

Purpose, State = Inspection.Purpose, Inspection.State
# Who is sent out for the district's sample or as a third is counted apart from those of a round.
LEAST = {
    Purpose.REGULAR: "min_inspectors",
    Purpose.AGAIN: "min_inspectors",
    Purpose.SAMPLE: "sample_inspectors",
}


@dataclass(frozen=True)
class PlannedVisit:
    """One inspector with the meeting at which they are expected."""

    inspector: Person
    planned_at: dt.datetime
    place: str
    contact: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be sent, or why not; ``days`` counts their visits that are still to be made, by day."""

    person: Person
    post: str
    verdict: Verdict
    days: Counter[dt.date] = field(default_factory=Counter)

    @property
    def open_visits(self) -> int:
        return self.days.total()

    @property
    def busy_days(self) -> list[tuple[dt.date, int]]:
        """The days of those visits in order, each with how many there are."""
        return sorted(self.days.items())

    def on_day(self, day: dt.date) -> int:
        """How many visits they have on a day already."""
        return self.days[day]


class AssignmentRefused(ValueError):
    """These people cannot be sent like this. ``problems`` are pairs of what they concern (``inspectors``,
    ``planned_at``, ``place``) and a text for people."""

    def __init__(self, problems: list[tuple[str, str]]):
        super().__init__(" ".join(text for _field, text in problems))
        self.problems = problems


def next_purpose(acceptance: Acceptance) -> str:
    """What the next round is: a re-inspection after an order to rectify, else the whole standard."""
    return Purpose.AGAIN if acceptance.conclusion == Conclusion.RECTIFY else Purpose.REGULAR


def items_for(acceptance: Acceptance, purpose: str) -> list[str]:
    """What is looked at: all of the standard; of a re-inspection only what failed (RULES section 10), and whoever
    comes in addition to a round looks at what that round looks at."""
    if purpose == Purpose.AGAIN:
        return open_findings(acceptance)
    if purpose == Purpose.THIRD:
        present = acceptance.inspections.filter(round=acceptance.inspection_round)
        first = present.exclude(purpose=Purpose.SAMPLE).order_by("pk").first()
        if first is not None:
            return list(first.items)
    return [item["code"] for item in items_of(acceptance.standard.data)]


def inspector_conflict(
    person: Person, acceptance: Acceptance, *, purpose: str, deciders: frozenset[int], on: dt.date
) -> Verdict:
    """Whether a person may inspect this acceptance, refused with the exact reason.

    ``deciders`` are the people who took a step of the case, which this layer cannot see.
    """
    ties = ties_of(acceptance, purpose=purpose, deciders=deciders)
    tied = conflict_of(person, ties, purpose=purpose)
    if not tied:
        return tied
    if not inspector_posts(acceptance, purpose=purpose, on=on).filter(person=person).exists():
        return no_inspector(person)
    return tied


def no_inspector(person: Person) -> Verdict:
    return Verdict(
        False,
        _("%(name)s当日不是可派出的验收员。") % {"name": person.name},
        _("请从页面列出的验收员中选择；如需增加验收员，请联系上级团组织任命。"),
        unblock=Unblock.ANOTHER,
    )


def inspector_candidates(
    acceptance: Acceptance, *, purpose: str, deciders: frozenset[int], on: dt.date
) -> list[Candidate]:
    """Everybody who is an inspector here, those who may be sent first and of those the least busy first."""
    posts = {post.person_id: post for post in inspector_posts(acceptance, purpose=purpose, on=on)}
    ties = ties_of(acceptance, purpose=purpose, deciders=deciders)
    busy: dict[int, Counter[dt.date]] = {}
    waiting = Inspection.objects.filter(inspector__in=posts, state=State.ASSIGNED)
    for person_id, planned_at in waiting.values_list("inspector_id", "planned_at"):
        busy.setdefault(person_id, Counter())[timezone.localdate(planned_at)] += 1
    found = [
        Candidate(
            post.person,
            post.label,
            conflict_of(post.person, ties, purpose=purpose),
            busy.get(person_id, Counter()),
        )
        for person_id, post in posts.items()
    ]
    return sorted(found, key=lambda one: (not one.verdict, one.open_visits))


def assignment_problems(
    acceptance: Acceptance,
    visits: Sequence[PlannedVisit],
    *,
    purpose: str,
    deciders: frozenset[int],
    at: dt.datetime,
) -> list[tuple[str, str]]:
    """Why these visits cannot be arranged, in words; empty when they can."""
    problems = []
    people = [visit.inspector for visit in visits]
    least = acceptance.rules[LEAST[Purpose(purpose)]] if purpose in LEAST else 1
    if purpose == Purpose.SAMPLE:
        present = acceptance.inspections.filter(round=acceptance.inspection_round, purpose=purpose)
        least -= present.exclude(state=State.CANCELLED).count()
    if len(set(people)) < max(least, 1):
        text = _("须指派不少于%(least)d位验收员，现为%(chosen)d位，请补选。")
        problems.append(("inspectors", text % {"least": max(least, 1), "chosen": len(set(people))}))
    for person, times in Counter(people).items():
        if times > 1:
            problems.append(("inspectors", _("%(name)s被选了两次，请改选一位。") % {"name": person.name}))
        verdict = inspector_conflict(
            person, acceptance, purpose=purpose, deciders=deciders, on=timezone.localdate(at)
        )
        if not verdict:
            problems.append(("inspectors", in_words(verdict)))
    for visit in visits:
        if visit.planned_at <= at:
            values = {"name": visit.inspector.name, "planned": local_text(visit.planned_at)}
            text = _("%(name)s的验收时间%(planned)s已过，请改为今后的时间。")
            problems.append(("planned_at", text % values))
        if not visit.place.strip():
            problems.append(("place", _("请填写验收地点。")))
    return list(dict.fromkeys(problems))


def in_words(refusal: Verdict) -> str:
    """Why not, and what helps."""
    return _("%(reason)s%(remedy)s") % {"reason": refusal.reason, "remedy": refusal.remedy}


def local_text(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
