"""The addresses of the inspectors' phones: JSON whatever happens, few statements, every fact once."""

import base64
import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.models import Inspection, InspectionFact
from orgs.permissions import end_post
from orgs.views import inspection_api
from records.models import AuditEntry, Notice
from records.outbox import deliver_due
from tests.inspections import (
    Visiting,
    add_visit,
    fact,
    keep_files_in,
    make_inspection,
    met,
    whole_visit,
)
from tests.sharing import shared
from tests.web.inspection_phone import VISITS, Phone

pytestmark = pytest.mark.django_db
visiting_once = shared(make_inspection, "visiting_once")


@pytest.fixture
def visiting(visiting_once, settings, tmp_path) -> Visiting:
    cache.clear()
    keep_files_in(settings, tmp_path)
    return visiting_once()


@pytest.fixture
def phone(visiting) -> Phone:
    return Phone(visiting.visits[0])


# --- the door ---------------------------------------------------------------------------------------------


def test_whoever_is_signed_out_is_told_so_in_json(visiting):
    client = Client(enforce_csrf_checks=True)
    for answer in (client.get(VISITS), client.put(f"{VISITS}/{visiting.visits[0].public_id}/facts", b"{}")):
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
        assert "仍在手机上" in answer.json()["error"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_session_names_the_person_and_hands_out_one_key(phone):
    again = Phone(phone.visit).session
    assert again["person"] == {"id": phone.visit.inspector_id, "name": phone.visit.inspector.name}
    assert again["key"] == phone.session["key"]
    assert len(base64.b64decode(again["key"])) == 32


def test_a_token_of_another_session_changes_nothing(phone):
    answer = phone.put(f"{VISITS}/{phone.visit.public_id}/facts", b"{}", **{"X-CSRFToken": "x" * 64})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_an_inspector_whose_post_has_ended_is_told_why(phone):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    end_post(phone.visit.inspector.posts.get(), by=None, on=yesterday)
    answer = phone.send([])
    assert (answer.status_code, answer.json()["code"]) == (403, "refused")
    assert "现场验收" in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[]", b'{"facts": NaN}', b"\xff\xfe", b"[" * 20000, b'{"device": "a b", "facts": []}'],
)
def test_what_cannot_be_read_is_answered_in_json(phone, body):
    answer = phone.put(f"{VISITS}/{phone.visit.public_id}/facts", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_too_much_at_once_is_refused_before_anything_is_kept(phone, settings):
    answer = phone.send([fact("note", {"text": "多"}) for _ in range(501)])
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert phone.send(whole_visit(phone.visit)).status_code == 413
    assert not InspectionFact.objects.exists()


def test_a_phone_that_runs_wild_is_asked_to_wait(phone, monkeypatch):
    monkeypatch.setattr(inspection_api, "MAX_REQUESTS", 1)
    answer = phone.client.get(VISITS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


# --- visits -----------------------------------------------------------------------------------------------


def test_the_visits_hold_all_that_is_needed_without_a_network(phone):
    phone.send([met(phone.visit, "C1.1")])
    (visit,) = phone.client.get(VISITS).json()["visits"]
    assert visit["id"] == str(phone.visit.public_id)
    assert len(visit["items"]) == sum(len(one["items"]) for one in visit["standard"]["criteria"]) == 24
    assert len(visit["standard"]["vetoes"]) == 4
    assert visit["self"]["C1.1"] == {"claimed": True, "points": "5.0", "note": "已落实。"}
    assert [one["key"] for one in visit["facts"]] == ["C1.1"]
    assert (visit["state"], visit["telephone"], visit["version"]) == ("assigned", "010-62550000", 1)


def test_more_visits_cost_no_more_statements(visiting, phone):
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            visits = phone.client.get(VISITS).json()["visits"]
        counts.append((len(visits), len(queries)))
        for _number in range(2):
            other = make_inspection(visiting.place, inspectors=0)
            add_visit(other, inspector=phone.visit.inspector)
    assert [count for count, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1] <= 8


def test_a_visit_that_is_over_leaves_the_phone(phone):
    phone.send(whole_visit(phone.visit))
    (visit,) = phone.client.get(VISITS).json()["visits"]
    assert (visit["state"], visit["facts"], visit["receipt"]["facts"]) == ("completed", [], 26)
    Inspection.objects.update(completed_at=timezone.now() - dt.timedelta(days=15))
    assert phone.client.get(VISITS).json()["visits"] == []


# --- facts ------------------------------------------------------------------------------------------------


def test_the_last_fact_completes_the_visit_and_tells_those_who_wait(visiting, phone):
    facts = whole_visit(phone.visit)
    answer = phone.send(facts[:-1]).json()
    assert (answer["state"], answer["missing"]["facts"]) == ("assigned", [])
    answer = phone.send(facts[-1:]).json()
    assert answer["state"] == "completed"
    assert phone.send(facts).json()["receipt"] == answer["receipt"], "the same again changes nothing"
    visit = Inspection.objects.get(pk=phone.visit.pk)
    assert (visit.total, visit.result["digest"]) == (100, answer["receipt"]["digest"])
    (entry,) = AuditEntry.objects.filter(event="inspected")
    assert (entry.about, entry.data["digest"]) == (
        f"acceptance:{visit.acceptance_id}",
        visit.result["digest"],
    )
    other = visiting.visits[1]
    Phone(other).send(whole_visit(other))
    deliver_due(now=timezone.now)
    told = Notice.objects.order_by("kind", "pk").values_list("kind", "to")
    inspectors = [("inspected", one.pk) for one in visiting.inspectors]
    assert list(told) == [*inspectors, ("inspections_complete", visiting.place.person("handler0").pk)]


def test_what_comes_after_the_end_is_kept_and_not_counted(phone):
    phone.send(whole_visit(phone.visit))
    late = fact("C1.1", {"result": "unmet", "points": "0", "note": ""})
    answer = phone.send([late], "other").json()
    assert (answer["accepted"], answer["late"], answer["conflicts"]) == ([late["uuid"]], [late["uuid"]], [])
    assert [one["late"] for one in answer["facts"] if one["key"] == "C1.1"] == [False, True]
    assert Inspection.objects.get(pk=phone.visit.pk).total == 100


def test_a_cancelled_visit_still_takes_what_was_recorded(phone):
    Inspection.objects.filter(pk=phone.visit.pk).update(state="cancelled")
    answer = phone.send(whole_visit(phone.visit)).json()
    assert (len(answer["accepted"]), answer["state"], "receipt" in answer) == (26, "cancelled", False)


def test_a_number_that_is_taken_is_refused_and_goes_on_record(visiting, phone):
    first = met(phone.visit, "C1.1")
    phone.send([first])
    changed = first | {"value": {"result": "unmet", "points": "0", "note": ""}}
    assert phone.send([changed]).json()["refused"][0]["uuid"] == first["uuid"]
    other = Phone(visiting.visits[1])
    (refused,) = other.send([first]).json()["refused"]
    assert "占用" in refused["reason"]
    assert other.visit.facts.count() == 0
    assert AuditEntry.objects.filter(event="fact_refused").count() == 2


def test_one_malformed_fact_keeps_no_other_back(phone):
    good, ahead = met(phone.visit, "C1.1"), fact("note", {"text": "表快了"})
    ahead["recorded_at"] = "2099-01-01T00:00:00Z"
    answer = phone.send([{"uuid": "?"}, good, ahead, fact("C9.9", None), 7]).json()
    assert answer["accepted"] == [good["uuid"], ahead["uuid"]]
    assert answer["ahead"] == [ahead["uuid"]]
    assert len(answer["refused"]) == 3
