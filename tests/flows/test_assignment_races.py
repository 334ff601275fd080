"""Inspectors are sent out once: two who assign at the same moment, or who replace while the visit is completed."""

import datetime as dt

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.enums import Role
from orgs.models import Inspection
from records.models import Document
from tests import factories
from tests.flows import district as d
from tests.flows.acceptance_world import Walk, complete_visit, start_walk
from tests.flows.racing import Racers
from workflows.models import GuardedTask, WorkItem

pytestmark = pytest.mark.django_db(transaction=True)
State = Inspection.State


@pytest.fixture
def walk() -> Walk:
    with transaction.atomic():
        walk = start_walk()
        walk.place.people["handler_b"] = factories.make_person(
            Role.SUBDISTRICT_HANDLER, walk.place.streets[0], "街镇经办人乙"
        )
        walk.assess()
    walk.review()
    return walk


def signed_in(walk: Walk, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(walk.place.person(who))
    return client


def meeting(walk: Walk, *people: str) -> dict:
    return {
        "inspectors": [walk.place.person(who).pk for who in people],
        "day": (timezone.localdate() + dt.timedelta(days=3)).isoformat(),
        "time": "9:30",
        "place": "一层会议室",
        "contact": "李想",
        "telephone": "010-62550000",
    }


def test_two_handlers_who_assign_at_the_same_moment_send_one_pair(walk):
    task = d.open_task(walk.case)
    GuardedTask.objects.filter(pk=task.pk).update(owner=None, status="NEW", assigned=None)
    WorkItem.objects.filter(pk=task.pk).update(owner=None)
    url = reverse("task", args=[walk.case.pk, task.pk])
    pairs = {"handler0": ("inspector0", "inspector1"), "handler_b": ("inspector2", "inspector3")}
    clients = {who: signed_in(walk, who) for who in pairs}
    with Racers(2) as race:
        answers = race(*(lambda who=who: clients[who].post(url, meeting(walk, *pairs[who])) for who in pairs))
    codes = [answer.status_code for answer in answers]
    assert codes.count(302) == 1
    assert set(codes) <= {302, 403, 409}
    sent = set(Inspection.objects.values_list("inspector__name", flat=True))
    winner = pairs[list(pairs)[codes.index(302)]]
    assert sent == {walk.place.person(who).name for who in winner}
    assert walk.acceptance.inspection_round == 1
    assert Document.objects.filter(kind="acceptance_notice").count() == 1


def test_a_visit_is_either_completed_or_handed_to_another(walk):
    walk.assign()
    visit = Inspection.objects.get(inspector=walk.place.person("inspector0"))
    task = d.open_task(walk.case)
    url = reverse("replace_inspector", args=[walk.case.pk, task.pk, visit.public_id])
    client, new = signed_in(walk, "handler0"), walk.place.person("inspector2").pk
    with Racers(2) as race:
        answer, _done = race(
            lambda: client.post(url, {"inspector": new, "reason": "病假"}),
            lambda: complete_visit(Inspection.objects.get(pk=visit.pk), {}),
        )
    visit.refresh_from_db()
    counted = Inspection.objects.exclude(state=State.CANCELLED).count()
    assert counted == 2
    if answer.status_code == 302:
        assert (visit.state, visit.total) == (State.CANCELLED, None)
    else:
        assert answer.status_code in (403, 422)
        assert (visit.state, visit.total) == (State.COMPLETED, 100)
    assert visit.facts.exists(), "what was recorded is kept either way"
