"""Files and documents: served only to whom the case, import or unit is open, uploads never inline."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from orgs.models import RegisterImport
from records.models import Document
from records.uploads import store_upload
from tests.flows import district as d
from tests.sharing import shared

pytestmark = [pytest.mark.django_db, pytest.mark.once("sqlite")]  # pages and files; flows run on both


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once) -> d.District:
    return place_once()


@pytest.fixture
def case(place):
    case = d.case_after(place, "applicant")
    return d.load_case(case.pk)


def upload(person, about, name="证照.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(content, "JPEG")
    file = SimpleUploadedFile(name, content.getvalue())
    return store_upload(file, purpose="other", by_id=person.pk, about=about, at=timezone.now())


def get(person, url):
    client = Client()
    client.force_login(person)
    response = client.get(url)
    if response.streaming:
        response.body = b"".join(response.streaming_content)  # reading to the end closes the file
    return response


def file_url(stored) -> str:
    return reverse("file", args=[stored.public_id])


@pytest.mark.parametrize("who", ["applicant", "leader", "handler0", "district_handler"])
def test_a_case_file_is_a_download_for_who_may_see_the_case(place, case, who):
    stored = upload(place.person("applicant"), case.artifact)
    response = get(place.person(who), file_url(stored))
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.body.startswith(b"\xff\xd8")


def test_others_do_not_get_a_case_file(place, case):
    stored = upload(place.person("applicant"), case.artifact)
    assert get(place.person("handler1"), file_url(stored)).status_code == 403
    assert Client().get(file_url(stored)).status_code == 302
    d.make_applying_unit(place)
    assert get(place.person("applicant"), file_url(stored)).status_code == 403


def test_a_file_about_nothing_is_its_uploaders_alone(place):
    stored = upload(place.person("handler0"), None)
    assert get(place.person("handler0"), file_url(stored)).status_code == 200
    assert get(place.person("district_handler"), file_url(stored)).status_code == 403


def test_an_imported_register_is_for_who_may_import_there(place):
    stored = upload(place.person("handler0"), None)
    RegisterImport.objects.create(
        organization=place.streets[0], file=stored, by=place.person("handler0"), at=timezone.now()
    )
    assert get(place.person("handler0"), file_url(stored)).status_code == 200
    assert get(place.person("district_handler"), file_url(stored)).status_code == 200
    assert get(place.person("approver0"), file_url(stored)).status_code == 403
    assert get(place.person("handler1"), file_url(stored)).status_code == 403


def test_a_file_about_an_unknown_thing_is_refused(place):
    stored = upload(place.person("handler0"), place.person("handler0"))
    assert get(place.person("handler0"), file_url(stored)).status_code == 403


def test_unknown_and_lost_files_are_not_found(place, case):
    person = place.person("applicant")
    assert get(person, reverse("file", args=["00000000-0000-4000-8000-000000000000"])).status_code == 404
    stored = upload(person, case.artifact)
    type(stored).objects.filter(pk=stored.pk).update(path="uploads/none")
    assert get(person, file_url(stored)).status_code == 404


def test_the_case_page_links_files_with_uploader_and_documents_with_status(place, case):
    stored = upload(place.person("applicant"), case.artifact)
    text = get(place.person("handler0"), reverse("case", args=[case.pk])).content.decode()
    assert file_url(stored) in text
    assert "申请人 于" in text
    document = Document.objects.get(about_type="founding", about_id=case.artifact.pk)
    assert reverse("document", args=[document.pk]) in text
    assert document.number in text


def test_documents_open_for_the_jurisdiction_and_the_unit_only(place, case):
    url = reverse("document", args=[Document.objects.get().pk])
    response = get(place.person("handler0"), url)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("inline")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.content == get(place.person("leader"), url).content
    assert get(place.person("handler1"), url).status_code == 403
    assert Client().get(url).status_code == 302
    assert get(place.person("handler0"), reverse("document", args=[999])).status_code == 404
