"""Drafts of forms on the server: kept for one person, never overwritten unseen, ended with the form."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

from orgs.models import Unit
from tests.flows import district as d
from workflows.drafts import KEPT, MOST_BYTES, prune_drafts
from workflows.models import Draft, Outcome

from .registry import filled, make_registry, signed_in
from .survey_pages import address, client_of, opened

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both
HTML = {"HTTP_ACCEPT": "text/html"}
JSON = {"HTTP_ACCEPT": "application/json"}


def save(client: Client, key: str, person, *, base: int = 0, page: str = "one", **fields):
    body = {
        "person": str(person.pk),
        "base": base,
        "page": page,
        "fields": {k: [v] for k, v in fields.items()},
    }
    return client.post(f"/drafts/{key}/", json.dumps(body), content_type="application/json", **JSON)


@pytest.fixture
def visit():
    place = d.make_district()
    case = opened(place)
    return place, case, f"task:{d.open_task(case).pk}"


def test_a_draft_is_kept_for_the_person_who_may_send_the_form(visit):
    place, _case, key = visit
    person = place.person("instructor0")
    client = client_of(person)
    assert client.get(f"/drafts/{key}/").json() == {"version": 0}
    typed = {"notes": "写到一半", "password": "geheim", "csrfmiddlewaretoken": "x", "draft_key": key}
    assert save(client, key, person, **typed).json()["version"] == 1
    assert client.get(f"/drafts/{key}/").json()["fields"] == {"notes": ["写到一半"]}
    for outsider in ("instructor1", "handler1", "approver0"):
        other = place.person(outsider)
        assert save(client_of(other), key, other, notes="x").status_code == 403
        assert client_of(other).get(f"/drafts/{key}/", **JSON).status_code == 403
    for unknown in ("task:999999", "task:01", "task:x", "unit:0", "case:1", "unit:new"):
        assert save(client, unknown, person, notes="x").status_code == 403
    assert Draft.objects.count() == 1


def test_a_page_of_another_person_saves_nothing(visit):
    place, _case, key = visit
    answer = save(client_of(place.person("instructor0")), key, place.person("instructor1"), notes="x")
    assert (answer.status_code, answer.json()["other"]) == (403, True)
    assert not Draft.objects.exists()


def test_a_newer_draft_is_not_overwritten_unseen(visit):
    place, _case, key = visit
    person = place.person("instructor0")
    client = client_of(person)
    save(client, key, person, notes="甲")
    assert save(client, key, person, page="two", notes="甲").status_code == 200
    behind = save(client, key, person, page="two", notes="乙")
    assert (behind.status_code, behind.json()["fields"]) == (409, {"notes": ["甲"]})
    assert save(client, key, person, page="two", base=1, notes="乙").json()["version"] == 2
    assert client.delete(f"/drafts/{key}/?version=1").status_code == 204
    assert Draft.objects.exists()
    client.delete(f"/drafts/{key}/?version=2")
    assert save(client, key, person, page="two", base=2, notes="丙").json() == {"version": 0}


def test_a_draft_that_is_too_large_or_malformed_is_refused_in_words(visit):
    place, _case, key = visit
    person = place.person("instructor0")
    client = client_of(person)
    large = save(client, key, person, notes="x" * (MOST_BYTES + 1))
    assert large.status_code == 413
    assert "512 KB" in large.json()["message"]
    for body in ("x", "[]", json.dumps({"person": person.pk, "base": 0, "page": "", "fields": {"a": "b"}})):
        answer = client.post(f"/drafts/{key}/", body, content_type="application/json", **JSON)
        assert answer.status_code == 400


def test_an_accepted_form_ends_its_draft_and_a_refused_one_keeps_it():
    registry = make_registry()
    client = signed_in(registry.handler)
    save(client, "unit:new", registry.handler, name="北京")
    refused = client.post("/units/new/", filled(registry, name="", draft_key="unit:new"))
    assert refused.status_code == 422
    assert Draft.objects.exists()
    assert client.post("/units/new/", filled(registry, draft_key="unit:new")).status_code == 302
    assert Unit.objects.exists()
    assert not Draft.objects.exists()


def test_drafts_end_with_their_step_and_after_thirty_days(visit):
    place, case, key = visit
    now = timezone.now()
    for person, name, at in (
        ("instructor0", key, now),
        ("handler0", "unit:new", now - KEPT - dt.timedelta(hours=1)),
        ("handler1", "unit:new", now),
    ):
        data = {"fields": {}, "page": ""}
        Draft.objects.create(person=place.person(person), key=name, data=data, saved_at=at)
    assert prune_drafts(now) == 1
    d.act(case, place.person("instructor0"), Outcome.SUBMITTED)
    assert prune_drafts(now) == 1
    assert [draft.person for draft in Draft.objects.all()] == [place.person("handler1")]


def test_a_form_sent_after_the_session_ended_shows_what_was_typed(visit):
    place, case, _key = visit
    typed = {"notes": "青年多<b>", "interviewee": "王经理", "found": "yes", "password": "geheim"}
    page = Client().post(address(case), typed, **HTML)
    text = page.content.decode()
    assert page.status_code == 401
    assert "青年多&lt;b&gt;" in text
    assert "王经理" in text
    assert "geheim" not in text
    assert f"next={address(case)}" in text
    assert Client().post(address(case), typed, **HTML, HTTP_HX_REQUEST="true").status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place.person("instructor0"))
    own = strict.post(address(case), typed, HTTP_ORIGIN="http://testserver", **HTML)
    assert (own.status_code, "王经理" in own.content.decode()) == (403, True)
    foreign = strict.post(address(case), typed, HTTP_ORIGIN="http://elsewhere.example", **HTML)
    assert "王经理" not in foreign.content.decode()
