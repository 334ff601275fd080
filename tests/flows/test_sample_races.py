"""A list of the district's sample is drawn once, and what arrives at that moment is on it or on the next one."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.sampling import enlist, samples
from orgs.models import Acceptance, Sample
from records.models import AuditEntry
from tests.flows.racing import Racers
from tests.unit.orgs.test_sampling import build, enlist_all

pytestmark = pytest.mark.django_db(transaction=True)


def make_list() -> tuple[list[Client], Acceptance]:
    """Two browsers of who draws an open list of five, and a proposal that is about to arrive."""
    with transaction.atomic():
        place = build()
        enlist_all()
        late = Acceptance.objects.get(case_number="YS-2026-00001")
        late.pk, late.case_number = None, "YS-2026-00009"
        late.save(force_insert=True)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(place.person("district_handler"))
    return clients, late


def test_two_who_draw_while_a_proposal_arrives():
    clients, late = make_list()
    first = samples().get()
    url = reverse("draw_sample", args=[first.pk])
    with Racers(3) as race:
        *answers, entry = race(
            *((lambda client=client: client.post(url)) for client in clients),
            lambda: enlist(late, at=timezone.now()),
        )
    assert [answer.status_code for answer in answers] == [302, 302]
    drawn = AuditEntry.objects.get(event="sample_drawn")
    assert drawn.data["listed"] == first.entries.count() == (6 if entry.sample_id == first.pk else 5)
    assert not first.entries.filter(drawn=None).exists()
    seeds = Sample.objects.values_list("seed", flat=True).exclude(drawn_at=None)
    assert json.dumps(drawn.data).count(seeds.get()) == 1


def test_proposals_that_arrive_together_open_one_list():
    with transaction.atomic():
        build()
    first, second = Acceptance.objects.order_by("pk")[:2]
    with Racers(2) as race:
        entries = race(lambda: enlist(first, at=timezone.now()), lambda: enlist(second, at=timezone.now()))
    assert len({entry.sample_id for entry in entries}) == samples().count() == 1
    assert samples().get().number.endswith("-001")
