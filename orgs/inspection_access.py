"""Who may carry out a visit, and who may see what was found on it: the one place that decides.

Each inspector scores alone (RULES section 10, P3): nobody, whatever the post, sees another's visit before all visits
of the round are complete. A visit of the district's sample is awaited by itself, and its inspector sees no earlier
score before finishing. Pages, exports, documents, searches and files all ask here.
"""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .models import Acceptance, AcceptanceSnapshot, Inspection, Person
from .permissions import Perm, Unblock, Verdict, can
from .queries import scope_filter

Purpose, State = Inspection.Purpose, Inspection.State


def may_inspect(person: Person, inspection: Inspection, on: dt.date) -> Verdict:
    """Whether a person may record facts at a visit: it is theirs, and they are inspector there on the day.

    Says nothing about the state of the visit: what was recorded on site is always received.
    """
    if inspection.inspector_id != person.pk:
        return Verdict(
            False,
            _("这次现场验收由其他验收员负责。"),
            _("只能填写指派给本人的现场验收；如需更换验收员，请联系街镇经办人。"),
            unblock=Unblock.ANOTHER,
        )
    return can(person, Perm.INSPECT_SITE, inspection, on=on)


def own_inspections(person: Person, on: dt.date) -> QuerySet[Inspection]:
    """The visits that a person may carry out on a day, of any state; as :func:`may_inspect` decides for one."""
    allowed = scope_filter(person, Perm.INSPECT_SITE, on, field="acceptance__scope")
    return Inspection.objects.filter(allowed, inspector=person)


def may_see_acceptance(person: Person, acceptance: Acceptance, on: dt.date) -> Verdict:
    """Whether a person sees the matter at all: by jurisdiction, or by a post at the unit."""
    verdict = can(person, Perm.VIEW_REGISTRY, acceptance, on=on)
    return verdict or can(person, Perm.VIEW_UNIT, acceptance, on=on) or verdict


def visible_inspections(person: Person, acceptance: Acceptance, on: dt.date) -> QuerySet[Inspection]:
    """The visits of an acceptance whose results, facts and photos a person may see: their own, and complete ones.

    That a visit takes place, when and by whom is no secret: this is about what was found.
    """
    return acceptance.inspections.filter(Q(inspector=person) | Q(pk__in=_others(person, acceptance, on)))


def visible_result(person: Person, inspection: Inspection, on: dt.date) -> bool:
    """Whether a person may see what was found on one visit. One's own always."""
    if inspection.inspector_id == person.pk:
        return True
    return inspection.pk in _others(person, inspection.acceptance, on)


def visible_findings(person: Person, acceptance: Acceptance, on: dt.date) -> bool:
    """Whether a person may see what the inspectors found together: points, total, shortfalls, proposal.

    These exist only of complete rounds; the unit sees them once they were sent, an inspector who is still to give an
    independent opinion not before having given it.
    """
    visits = list(acceptance.inspections.all())
    if _is_to_judge_alone(person, visits):
        return False
    if can(person, Perm.VIEW_REGISTRY, acceptance, on=on):
        return True
    return acceptance.findings_sent_on is not None and bool(can(person, Perm.VIEW_UNIT, acceptance, on=on))


def _others(person: Person, acceptance: Acceptance, on: dt.date) -> list[int]:
    """Ids of the visits of others that a person may see."""
    visits = list(acceptance.inspections.all())
    if _is_to_judge_alone(person, visits):
        return []
    open_rounds = {
        visit.round for visit in visits if visit.state == State.ASSIGNED and visit.purpose != Purpose.SAMPLE
    }
    shown = [
        visit
        for visit in visits
        if visit.state == State.COMPLETED
        if visit.purpose == Purpose.SAMPLE or visit.round not in open_rounds
    ]
    if not shown or can(person, Perm.VIEW_REGISTRY, acceptance, on=on):
        return [visit.pk for visit in shown]
    if acceptance.findings_sent_on is None or not can(person, Perm.VIEW_UNIT, acceptance, on=on):
        return []
    sent = acceptance.snapshots.filter(step=AcceptanceSnapshot.Step.FINDINGS)
    rounds = set(sent.values_list("round", flat=True))
    return [visit.pk for visit in shown if visit.round in rounds]


def _is_to_judge_alone(person: Person, visits: list[Inspection]) -> bool:
    """Whether the person still has to give an opinion of their own; at a re-inspection what failed is known."""
    return any(
        visit.inspector_id == person.pk and visit.state == State.ASSIGNED and visit.purpose != Purpose.AGAIN
        for visit in visits
    )
