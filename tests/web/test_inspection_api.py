"""The addresses of the inspectors' phones: JSON whatever happens, few statements, photos checked by content."""

import base64
import datetime as dt
import hashlib
import io
import json
from random import Random

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from orgs.actions import inspection_uploads
from orgs.models import Inspection, InspectionFact, InspectionUpload
from orgs.permissions import end_post
from orgs.views import inspection_api
from records.models import AuditEntry, Notice, StoredFile
from records.outbox import deliver_due
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
from tests.sharing import shared

pytestmark = pytest.mark.django_db
VISITS = "/inspections/api/visits"
visiting_once = shared(make_inspection, "visiting_once")


@pytest.fixture
def visiting(visiting_once, settings, tmp_path) -> Visiting:
    cache.clear()
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return visiting_once()


class Phone:
    """A signed-in phone with its token."""

    def __init__(self, visit: Inspection):
        self.visit, self.client = visit, Client(enforce_csrf_checks=True)
        self.client.force_login(visit.inspector)
        self.session = self.client.get(reverse("inspection_session")).json()

    def put(self, address: str, body: bytes, **headers: str):
        headers = {"X-CSRFToken": self.session["csrf"]} | headers
        return self.client.put(address, body, content_type="application/octet-stream", headers=headers)

    def send(self, facts: list, device: str = "one"):
        body = json.dumps({"device": device, "facts": facts}).encode()
        return self.put(f"{VISITS}/{self.visit.public_id}/facts", body)

    def upload(self, content: bytes, start: int = 0, end: int = 0, sha256: str = "", total: int = 0):
        end, total = end or len(content), total or len(content)
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        address = f"{VISITS}/{self.visit.public_id}/photos/{sha256}"
        return self.put(address, content[start:end], **{"Content-Range": f"bytes {start}-{end - 1}/{total}"})


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


# --- photos -----------------------------------------------------------------------------------------------


def test_a_photo_arrives_in_pieces_and_completes_the_visit(phone, django_capture_on_commit_callbacks):
    content = jpeg(3)
    facts = [one for one in whole_visit(phone.visit) if one["key"] != "finish"] + [
        photo(content, item="C1.1")
    ]
    answer = phone.send([*facts, finish(facts)]).json()
    assert answer["missing"]["photos"] == [hashlib.sha256(content).hexdigest()]
    assert phone.upload(content, 0, 200).json()["received"] == 200
    behind = phone.upload(content, 0, 200)
    assert (behind.status_code, behind.json()["received"]) == (409, 200)
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.upload(content, 200).json()["complete"]
    assert Inspection.objects.get(pk=phone.visit.pk).state == "completed"
    (stored,) = StoredFile.objects.all()
    assert (stored.purpose, stored.about_id) == ("inspection_photo", phone.visit.pk)
    assert default_storage.listdir(f"incoming/{phone.visit.pk}") == ([], [])
    assert phone.upload(content).json()["complete"], "sent once more it is there already"


def test_bytes_that_the_storage_has_lost_are_asked_for_again(phone):
    content = jpeg(4)
    phone.upload(content, 0, 100)
    upload = InspectionUpload.objects.get()
    default_storage.delete(inspection_uploads.incoming_name(upload))
    answer = phone.upload(content, 100)
    assert (answer.status_code, answer.json()["received"]) == (409, 0)
    assert phone.upload(content).json()["complete"]


def bomb() -> bytes:
    content = io.BytesIO()
    Image.new("L", (8000, 6400)).save(content, "PNG")
    return content.getvalue()


def with_comment() -> bytes:
    """A JPEG that is a page of HTML as well, for whoever looks at it so."""
    comment = b"<html><script>alert(1)</script></html>"
    content = jpeg(5)
    return content[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + content[2:]


HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HTML, "不是完整的"),
        (jpeg(1) + HTML, "不是完整的"),
        (jpeg(1)[:300], "不是完整的"),
        (b"\x89PNG\r\n\x1a\n" + HTML + b"IEND\xaeB`\x82", "已损坏"),
        (b"\xff\xd8\xff" + HTML + b"\xff\xd9", ""),
        (b"GIF89a" + HTML, "不是完整的"),
        (b"%PDF-1.4 " + HTML, "不是完整的"),
        (bomb(), "万像素"),
    ],
    ids=["html", "html behind", "half", "png", "jpeg", "gif", "pdf", "bomb"],
)
def test_what_is_no_decent_picture_is_refused(phone, content, said, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = phone.upload(content)
    assert answer.status_code == 422
    assert said in answer.json()["refused"]
    assert InspectionUpload.objects.get().refused == answer.json()["refused"]
    assert not StoredFile.objects.exists()
    assert default_storage.listdir(f"incoming/{phone.visit.pk}") == ([], [])
    sha256 = hashlib.sha256(content).hexdigest()
    facts = [*whole_visit(phone.visit)[:-1], photo(content)]
    assert phone.send([*facts, finish(facts)]).json()["missing"]["refused"] == [sha256]


def test_other_bytes_than_those_announced_are_refused_and_may_come_again(phone):
    content = jpeg(6)
    sha256 = hashlib.sha256(content).hexdigest()
    wrong = phone.upload(content[:-3] + b"\0\xff\xd9", sha256=sha256)
    assert (wrong.status_code, "校验值" in wrong.json()["refused"]) == (422, True)
    assert phone.upload(content).json()["complete"]


def test_what_hides_in_a_picture_is_not_stored(phone):
    assert phone.upload(with_comment()).json()["complete"]
    with default_storage.open(StoredFile.objects.get().path) as file:
        assert b"script" not in file.read()


def test_a_photo_that_is_too_large_is_refused_with_its_first_piece(phone):
    answer = phone.upload(jpeg(1), total=6 * 1024 * 1024)
    assert (answer.status_code, "5 MB" in answer.json()["refused"]) == (422, True)
    too_long = phone.upload(Random(1).randbytes(1024 * 1024 + 1))
    assert (too_long.status_code, too_long.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("said", ["", "bytes 0-9/", "bytes 5-4/100", "bytes 0-5/100", "bytes 0-653/653"])
def test_a_piece_must_be_what_it_says(phone, said):
    sha256 = hashlib.sha256(b"x").hexdigest()
    answer = phone.put(
        f"{VISITS}/{phone.visit.public_id}/photos/{sha256}", b"0123456789", **{"Content-Range": said}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_what_nobody_goes_on_sending_is_swept_after_thirty_days(phone):
    phone.upload(jpeg(8), 0, 100)
    now = timezone.now()
    assert inspection_uploads.sweep_incoming(now + dt.timedelta(days=29)) == 0
    assert inspection_uploads.sweep_incoming(now + dt.timedelta(days=31)) == 1
    assert InspectionUpload.objects.get().received == 0
    assert default_storage.listdir("incoming") == ([], [])
    assert phone.upload(jpeg(8)).json()["complete"]
