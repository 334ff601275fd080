"""The report of an acceptance opens once findings were sent, to those who may see them, with all scores in a row."""

import io

import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.acceptance_report import report_content
from orgs.actions.acceptance.summary import merge_round
from orgs.actions.inspecting import receive_facts
from orgs.actions.inspection_uploads import receive_chunk
from orgs.enums import Role
from orgs.models import Acceptance, Inspection
from orgs.report_visits import Pictures
from tests import factories
from tests.inspections import add_visit, fact, jpeg, make_inspection, photo, whole_visit
from tests.sharing import shared

pytestmark = pytest.mark.django_db
CONTENT = jpeg(5)


def build():
    """A round of two inspectors; one of them found an item not met and took a photo of it."""
    visiting = make_inspection(case_number="YS-2026-00007")
    unmet = fact("C5.4", {"result": "unmet", "points": "2", "note": "到会率54%。"})
    taken = photo(CONTENT, item="C3.1", caption="青年之家")
    for visit, others in zip(visiting.visits, ([taken], []), strict=True):
        facts = whole_visit(visit, *others)
        if others:
            facts = [unmet, *(one for one in facts if one["key"] != "C5.4")]
            facts[-1]["value"]["facts"] = [one["uuid"] for one in facts[:-1]]
        receive_facts(visit, facts, device="phone", by=visit.inspector, at=timezone.now())
    first = visiting.visits[0]
    sha256 = taken["value"]["sha256"]
    receive_chunk(first, sha256, 0, len(CONTENT), CONTENT, by=first.inspector, at=timezone.now())
    for visit in visiting.visits:
        visit.refresh_from_db()
        assert visit.state == Inspection.State.COMPLETED
    return visiting


built = shared(build, "built")


@pytest.fixture
def visiting(built):
    return built()


def merged(visiting) -> Acceptance:
    acceptance = Acceptance.objects.get(pk=visiting.acceptance.pk)
    merge_round(acceptance, at=timezone.now(), on=timezone.localdate())
    return Acceptance.objects.get(pk=acceptance.pk)


def get(visiting, person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("acceptance_report", args=[visiting.acceptance.pk]))


def test_there_is_no_report_before_the_findings_were_sent(visiting):
    for key in ("handler0", "applicant"):
        assert get(visiting, visiting.place.person(key)).status_code == 403


def test_the_report_lays_the_scores_of_both_side_by_side(visiting):
    merged(visiting)
    response = get(visiting, visiting.place.person("applicant"))
    assert response["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(response.content)) as pdf:
        text = "".join(char["text"] for page in pdf.pages for char in page.chars)
        assert sum(len(page.images) for page in pdf.pages) == 1
    for said in (
        "验收员1",
        "验收员2",
        "2×",
        "3.5",
        "到会率54%。",
        "单位代表未签字",
        "青年之家",
        "YS-2026-00007",
    ):
        assert said in text, said


def test_who_is_still_to_judge_alone_gets_no_report(visiting):
    acceptance = merged(visiting)
    sampler = factories.make_person(Role.INSPECTOR, visiting.place.district, "区验收员")
    add_visit(visiting, inspector=sampler, purpose=Inspection.Purpose.SAMPLE)
    assert get(visiting, sampler).status_code == 403
    assert get(visiting, visiting.place.person("handler1")).status_code == 403
    content = report_content(
        acceptance, Pictures(), person=visiting.place.person("handler0"), on=timezone.localdate()
    )
    assert [one["name"] for one in content["rounds"][0]["inspectors"]] == ["验收员1", "验收员2"]
    assert content["rounds"][0]["criteria"][4]["points"] == "18.5"
