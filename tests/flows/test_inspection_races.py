"""Phones that send at the same moment: every fact once, every visit completed once, the handlers told once."""

import hashlib
import itertools
import json
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from orgs.models import Inspection, InspectionFact, InspectionUpload
from records.models import AuditEntry, OutboxMessage, StoredFile
from tests.flows.racing import Racers
from tests.inspections import (
    Visiting,
    add_visit,
    fact,
    finish,
    jpeg,
    make_inspection,
    met,
    photo,
    whole_visit,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6
ITEMS = ["C1.1", "C1.2"]
_seeds = itertools.count(1)


@pytest.fixture
def visiting() -> Visiting:
    return make_inspection(items=ITEMS)


def next_round(visiting: Visiting) -> list[Inspection]:
    """New visits of the same inspectors in the next round."""
    acceptance, inspectors = visiting.acceptance, visiting.inspectors[:2]
    with transaction.atomic():
        acceptance.inspection_round += 1
        acceptance.save()
        return [add_visit(visiting, inspector=one, items=ITEMS) for one in inspectors]


def signed_in(visit: Inspection) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(visit.inspector)
    return client


def sending(visit: Inspection, facts: list, client: Client | None = None) -> Callable:
    client = client or signed_in(visit)
    address = f"/inspections/api/visits/{visit.public_id}/facts"
    body = json.dumps({"device": "one", "facts": facts})

    def send():
        """As a phone does: what finds the server busy is sent again."""
        while (answer := client.put(address, body, content_type="application/json")).status_code == 503:
            pass
        return answer

    return send


def uploading(visit: Inspection, content: bytes) -> Callable:
    client = signed_in(visit)
    address = f"/inspections/api/visits/{visit.public_id}/photos/{hashlib.sha256(content).hexdigest()}"
    place = {"Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"}

    def upload():
        while (
            answer := client.put(address, content, content_type="application/octet-stream", headers=place)
        ).status_code == 503:
            pass
        return answer

    return upload


def completions(visits: list[Inspection]) -> list[int]:
    """How often the completion of each visit is on record."""
    about = AuditEntry.objects.filter(event="inspected")
    return [about.filter(data__inspection=str(visit.public_id)).count() for visit in visits]


def test_the_same_facts_twice_at_the_same_moment(visiting):
    with Racers(2) as race:
        for _round in range(ROUNDS):
            visit, _other = next_round(visiting)
            facts = whole_visit(visit)
            answers = race(sending(visit, facts), sending(visit, facts))
            assert [answer.status_code for answer in answers] == [200, 200]
            names = {one["uuid"] for one in facts}
            assert all(set(answer.json()["accepted"]) == names for answer in answers)
            assert InspectionFact.objects.filter(inspection=visit).count() == len(facts)
            assert completions([visit]) == [1]
            assert len({str(answer.json()["receipt"]) for answer in answers}) == 1


def test_the_end_and_the_last_photo_at_the_same_moment(visiting):
    with Racers(2) as race:
        for _round in range(ROUNDS):
            visit, _other = next_round(visiting)
            content = jpeg(next(_seeds))
            facts = [*(met(visit, code) for code in ITEMS), photo(content)]
            sent, arrived = race(sending(visit, [*facts, finish(facts)]), uploading(visit, content))
            assert (sent.status_code, arrived.status_code) == (200, 200)
            assert Inspection.objects.get(pk=visit.pk).state == "completed", "each waited for the other"
            assert completions([visit]) == [1]


def test_the_same_photo_twice_at_the_same_moment(visiting):
    with Racers(2) as race:
        for number in range(1, ROUNDS + 1):
            visit, _other = next_round(visiting)
            content = jpeg(next(_seeds))
            answers = race(uploading(visit, content), uploading(visit, content))
            assert {answer.status_code for answer in answers} == {200}
            assert InspectionUpload.objects.count() == StoredFile.objects.count() == number


def test_both_inspectors_finish_at_the_same_moment(visiting):
    with Racers(2) as race:
        for _round in range(ROUNDS):
            visits = next_round(visiting)
            answers = race(*(sending(visit, whole_visit(visit)) for visit in visits))
            assert [answer.json()["state"] for answer in answers] == ["completed", "completed"]
            assert completions(visits) == [1, 1]
            keys = [f"notice:inspections_complete:{visit.pk}:" for visit in visits]
            told = [OutboxMessage.objects.filter(key__startswith=key).count() for key in keys]
            assert sum(told) == 1, "the handlers hear once that all are in"


def test_one_number_for_two_visits_at_the_same_moment(visiting):
    with Racers(2) as race:
        for _round in range(ROUNDS):
            visits = next_round(visiting)
            one = fact("note", {"text": "备注"}, at=timezone.now())
            answers = race(*(sending(visit, [one]) for visit in visits))
            assert [answer.status_code for answer in answers] == [200, 200]
            assert sorted(len(answer.json()["accepted"]) for answer in answers) == [0, 1]
            assert InspectionFact.objects.filter(uuid=one["uuid"]).count() == 1
