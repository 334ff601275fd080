"""The district's sample in the browser: who sees which rows, one draw, a published list that outsiders can check."""

import importlib.util

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from orgs.actions.sampling import samples
from orgs.enums import Role
from orgs.models import Acceptance, Inspection, Sample
from records.models import AuditEntry
from tests.factories import make_person
from tests.inspections import Visiting, add_visit
from tests.sharing import shared
from tests.unit.orgs.test_sampling import build, enlist_all


@transaction.atomic
def listed():
    place = build()
    enlist_all()
    return place


place_once = shared(listed, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


def signed_in(place, key: str) -> Client:
    client = Client()
    client.force_login(place.person(key))
    return client


def address(name: str) -> str:
    return reverse(name, args=[samples().get().pk])


def seed() -> str:
    return Sample.objects.values_list("seed", flat=True).get()


@pytest.mark.django_db
def test_the_open_list_shows_commitment_and_sizes_but_no_seed_and_no_file(place):
    client, sample = signed_in(place, "district_handler"), samples().get()
    for name in ("sample", "draw_sample"):
        page = client.get(address(name)).content.decode()
        assert seed() not in page
    page = client.get(address("sample")).content.decode()
    assert sample.commitment in page
    assert "3 件中将抽查 2 件" in page
    assert "2 件中将抽查 1 件" in page
    assert sample.number in client.get(reverse("samples")).content.decode()
    assert (
        client.get(address("sample_json")).status_code == client.get(address("sample_csv")).status_code == 404
    )


@pytest.mark.django_db
def test_a_sub_district_reads_its_own_rows_and_draws_nothing(place):
    client = signed_in(place, "handler1")
    page = client.get(address("sample")).content.decode()
    assert "YS-2026-00004" in page
    assert "YS-2026-00001" not in page
    assert (
        client.get(address("draw_sample")).status_code
        == client.post(address("draw_sample")).status_code
        == 403
    )
    assert client.post(reverse("open_sample")).status_code == 403
    client.force_login(place.person("applicant"))
    assert client.get(address("sample")).status_code == 403


@pytest.mark.django_db
def test_who_has_nothing_on_a_list_knows_that_there_is_one_and_no_more(place):
    sample = samples().get()
    sample.entries.filter(stratum=place.streets[1].code).delete()
    client = signed_in(place, "handler1")
    assert client.get(address("sample")).status_code == 403
    page = client.get(reverse("samples")).content.decode()
    assert sample.commitment[:16] in page
    assert address("sample") not in page


@pytest.mark.django_db
def test_who_is_still_to_inspect_a_listed_case_does_not_learn_that_it_is_borderline(place):
    borderline = Acceptance.objects.get(borderline=True)
    inspector = make_person(Role.INSPECTOR, place.district, "区级验收员")
    visiting = Visiting(place, borderline.unit, borderline.organization, borderline)
    client = Client()
    client.force_login(inspector)
    assert "临界必查" in client.get(address("sample")).content.decode()
    visit = add_visit(visiting, inspector=inspector, purpose=Inspection.Purpose.SAMPLE)
    signed_in(place, "district_handler").post(address("draw_sample"))
    page = client.get(address("sample")).content.decode()
    assert "YS-2026-00004" in page
    assert borderline.case_number not in page
    data = client.get(address("sample_json")).json()
    assert {row["case_number"] for row in data["entries"]} == {"YS-2026-00004", "YS-2026-00005"}
    assert list(script(client).problems(data, "", "")) == []
    Inspection.objects.filter(pk=visit.pk).update(state=Inspection.State.COMPLETED)
    assert borderline.case_number in client.get(address("sample")).content.decode()


@pytest.mark.django_db
def test_a_draw_is_confirmed_once_and_its_files_agree_with_the_script(place):
    client = signed_in(place, "district_handler")
    assert "确认抽取" in client.get(address("draw_sample")).content.decode()
    for _ in range(2):
        answer = client.post(address("draw_sample"), follow=True)
        assert answer.redirect_chain == [(address("sample"), 302)]
    assert AuditEntry.objects.filter(event="sample_drawn").count() == 1
    page = answer.content.decode()
    assert seed() in page
    data = client.get(address("sample_json")).json()
    assert list(script(client).problems(data, samples().get().commitment, data["digest"])) == []
    table = client.get(address("sample_csv")).content.decode("utf-8-sig").splitlines()
    assert len(table) == 6
    assert sum(line.endswith(",抽中") for line in table) == 3
    own = signed_in(place, "handler1").get(address("sample_json")).json()
    assert {row["case_number"] for row in own["entries"]} == {"YS-2026-00004", "YS-2026-00005"}


def script(client):
    """The script as the page hands it out, which is that of docs/."""
    source = client.get(reverse("sample_script")).content
    path = settings.BASE_DIR / "docs" / "draw_sample.py"
    assert source == path.read_bytes()
    spec = importlib.util.spec_from_file_location("handed_out", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
