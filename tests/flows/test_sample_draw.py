"""After a draw every case of the list goes on, once, whatever happens to the worker and whoever held the task."""

import pytest
from django.db import transaction
from django.utils import timezone

from orgs.actions.sampling import draw_sample, open_sample, open_sample_of, samples
from orgs.enums import Role
from orgs.models import SampleEntry
from records.models import OutboxMessage
from tests import factories
from tests.flows import acceptance_world as w
from tests.flows import district as d
from tests.sharing import shared
from workflows.acceptance.sampling import go_on, obstacles
from workflows.claims import claim_task
from workflows.models import Decision, Outcome
from workflows.views.task import load_case, load_task


@transaction.atomic
def listed() -> w.Walk:
    walk = w.start_walk()
    walk.to_proposal()
    walk.propose()
    return walk


walk_once = shared(listed, "walk_once")


@pytest.fixture
def walk(walk_once):
    return walk_once()


def draw(walk) -> SampleEntry:
    sample = open_sample_of(walk.place.district)
    draw_sample(sample, by=walk.place.person("district_handler"), at=timezone.now())
    return samples().get(pk=sample.pk).entries.get()


@pytest.mark.django_db
def test_a_message_that_comes_twice_decides_once(walk):
    entry = draw(walk)
    (message,) = OutboxMessage.objects.filter(kind="sample_result")
    for _ in range(2):
        go_on(message.payload)
    decision = Decision.objects.get(case=walk.case, node="await_sample")
    assert (decision.outcome, decision.by) == (Outcome.DRAWN, walk.place.person("district_handler"))
    assert entry.sample.number in decision.opinion
    assert walk.node == "check_sample"


@pytest.mark.django_db
def test_a_result_of_an_earlier_list_moves_no_case_that_waits_for_another(walk):
    entry = draw(walk)
    sample = open_sample(walk.place.district, by=None, at=timezone.now())
    SampleEntry.objects.create(
        sample=sample,
        acceptance=entry.acceptance,
        stratum=entry.stratum,
        case_number=entry.case_number,
        joined_at=timezone.now(),
    )
    go_on({"entry": entry.pk})
    assert walk.node == "await_sample"


@pytest.mark.django_db
def test_whoever_had_claimed_the_task_does_not_hold_up_the_draw(walk):
    other = factories.make_person(Role.DISTRICT_HANDLER, walk.place.district, "区经办乙")
    with transaction.atomic():
        case = load_case(walk.case.pk, lock=True)
        task = load_task(case, d.open_task(case).pk)
        task.owner, task.status = None, "NEW"
        claim_task(task, case, by=other, at=timezone.now())
    go_on({"entry": draw(walk).pk})
    assert walk.node == "check_sample"


@pytest.mark.django_db
def test_who_inspected_a_listed_case_is_told_that_somebody_else_must_draw(walk):
    on, entries = timezone.localdate(), list(SampleEntry.objects.all())
    assert obstacles(entries, walk.place.person("district_handler"), on=on) == []
    ((entry, verdict),) = obstacles(entries, walk.place.person("approver0"), on=on)
    assert entry.case_number == walk.case.number
    assert verdict.reason
