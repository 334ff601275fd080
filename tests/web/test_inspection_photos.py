"""Photos from phones: in pieces, resumable, and only what is a decent picture is kept."""

import datetime as dt
import hashlib
import io
from random import Random

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from orgs.actions import inspection_uploads
from orgs.models import Inspection, InspectionUpload
from records.models import StoredFile
from tests.inspections import finish, jpeg, keep_files_in, make_inspection, photo, whole_visit
from tests.sharing import shared
from tests.web.inspection_phone import VISITS, Phone

pytestmark = pytest.mark.django_db
visiting_once = shared(make_inspection, "visiting_once")


@pytest.fixture
def phone(visiting_once, settings, tmp_path) -> Phone:
    cache.clear()
    keep_files_in(settings, tmp_path)
    return Phone(visiting_once().visits[0])


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
