"""No address without a declared access, and nothing of one street opens for the staff of another."""

import uuid
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.sampling import enlist
from orgs.models import Delegation, Webhook
from records.documents import start_batch
from records.models import Document, Notice, Seal, StoredFile
from tests.award_doors import award_keys
from tests.awards import ORGANIZATION_HONOUR, make_campaign, make_honour
from tests.flows.district import act, make_applying_unit, make_district, open_founding, open_task
from tests.inspections import make_inspection
from tests.sharing import shared
from workflows.doors import Door, doors
from workflows.models import BulkDecision, Outcome, SavedView, StockPhrase
from workflows.tools import Tool

SIGNED_IN = [door for door in doors() if door.access and door.access.signed_in]
OBJECTS = [door for door in SIGNED_IN if door.parameters]
OUTSIDERS = ("handler1", "approver1", "instructor1")


def named(door: Door) -> str:
    return door.name


def sample(parameter: str):
    return uuid.UUID(int=1) if parameter in ("public_id", "visit_id") else 1


@pytest.mark.parametrize("door", doors(), ids=named)
def test_every_address_declares_who_may_open_it(door):
    assert door.access is not None, f"{door.route} declares no access (orgs.access)"
    assert not door.name.endswith("None"), f"{door.route} has no name"


@pytest.mark.parametrize(
    "door", [one for one in doors() if one.access and not one.access.signed_in], ids=named
)
def test_public_addresses_say_why(door):
    assert len(door.access.reason) > 5


@pytest.mark.django_db
@pytest.mark.parametrize("door", SIGNED_IN, ids=named)
def test_nobody_enters_without_signing_in(door):
    address = reverse(door.name, args=[sample(one) for one in door.parameters])
    for response in (Client().get(address), Client().post(address), Client().put(address)):
        if door.access.by_program:
            assert (response.status_code, response.json()["code"]) == (401, "signed_out")
            continue
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("login"))


def build_street() -> dict:
    """What belongs to the first street: one of everything that an address can name."""
    place = make_district()
    unit = make_applying_unit(place)
    case = open_founding(place, unit)
    stored = StoredFile.objects.create(
        name="花名册.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        path="uploads/none",
        uploaded_by_id=place.person("applicant").pk,
        uploaded_at=timezone.now(),
        about_type="founding",
        about_id=case.artifact.pk,
        purpose="roster",
    )
    act(case, place.person("applicant"), Outcome.SUBMITTED)
    act(case, place.person("leader"), Outcome.APPROVED)
    applicant = place.person("applicant")
    notice = Notice.objects.create(
        to=applicant, kind="task", context={}, key="one", created_at=timezone.now(), url="/"
    )
    register = make_import(place, stored)
    visit = make_visit(place)
    return {
        "place": place,
        "case_id": case.pk,
        "task_id": open_task(case).pk,
        "unit_id": unit.pk,
        "key": f"task:{open_task(case).pk}",
        "organization_id": place.streets[0].pk,
        "document_id": Document.objects.get(kind="approval_request").pk,
        "notice_id": notice.pk,
        "post_id": applicant.posts.get().pk,
        "delegation_id": make_delegation(place).pk,
        "import_id": register.pk,
        "number": 1,
        "public_id": stored.public_id,
        "batch_id": make_batch(place).pk,
        "seal_id": make_seal(place).pk,
        "webhook_id": make_webhook(place).pk,
        "view_id": make_view(place).pk,
        "bulk_id": make_bulk(place).pk,
        "tool": Tool.COPY.value,
        "acceptance_id": visit.acceptance_id,
        "inspection_id": visit.pk,
        "visit_id": visit.public_id,
        "day": timezone.localdate().isoformat(),
        "inspector_id": visit.inspector_id,
        "sha256": "0" * 64,
        "sample_id": enlist(visit.acceptance, at=timezone.now()).sample_id,
        **make_award_campaign(place),
        "phrase_id": StockPhrase.objects.create(text="情况属实。", person=place.person("handler0")).pk,
        **award_keys(place),
    }


street_once = shared(build_street, "street_once")


@pytest.fixture
def street(street_once) -> dict:
    return street_once()


def make_visit(place):
    """A visit of an inspector of the first street; ``place`` keeps its own applicant and leader."""
    own = replace(place, people=dict(place.people))
    return make_inspection(own, inspectors=1, case_number="YS-2026-00001").visits[0]


def make_view(place):
    street = place.streets[0]
    return SavedView.objects.create(
        name="超期",
        query="deadline=overdue",
        person=place.person("handler0"),
        organization=street,
        role="subdistrict_handler",
        at=timezone.now(),
    )


def make_bulk(place):
    return BulkDecision.objects.create(
        token=uuid.uuid4(),
        by=place.person("handler0"),
        outcome=Outcome.APPROVED,
        opinion="",
        language="zh-hans",
        created_at=timezone.now(),
    )


def make_award_campaign(place):
    """One in preparation: what is published every street of the district reads."""
    campaign = make_campaign(place, published=False)
    honour = make_honour(campaign, ORGANIZATION_HONOUR)
    return {"campaign_id": campaign.pk, "honour_id": honour.pk}


def make_seal(place):
    return Seal.objects.create(
        issuer_id=place.streets[0].pk,
        sha256="0" * 64,
        valid_from=timezone.localdate(),
        uploaded_by_id=place.person("handler0").pk,
        uploaded_at=timezone.now(),
    )


def make_webhook(place):
    return Webhook.objects.create(
        organization=place.streets[0],
        url="https://example.org/",
        secret="whsec_",
        made_by=place.person("handler0"),
        made_at=timezone.now(),
    )


def make_delegation(place):
    person = place.person("handler0")
    return Delegation.objects.create(
        post=person.posts.get(),
        deputy=place.person("applicant"),
        since=timezone.localdate(),
        until=timezone.localdate(),
        made_by=person,
        made_at=timezone.now(),
    )


def make_batch(place):
    return start_batch(
        [1],
        issuer_id=place.streets[0].pk,
        kind="founding_certificate",
        year=2014,
        first=None,
        last=None,
        by_id=place.person("handler0").pk,
        at=timezone.now(),
    )


def make_import(place, stored):
    from orgs.models import ImportRow, RegisterImport

    register = RegisterImport.objects.create(
        organization=place.streets[0], file=stored, by=place.person("handler0"), at=timezone.now()
    )
    ImportRow.objects.create(register_import=register, number=1, raw={}, outcome="new")
    return register


def arguments(door: Door, street: dict) -> list:
    """Objects of the first street for the parameters of an address; a new parameter must be added above."""
    own = {"pk": street["organization_id" if door.route.startswith("organizations/") else "unit_id"]}
    return [(street | own)[parameter] for parameter in door.parameters]


@pytest.mark.django_db
@pytest.mark.parametrize("door", OBJECTS, ids=named)
def test_staff_of_another_street_find_no_way_in(door, street):
    address = reverse(door.name, args=arguments(door, street))
    for key in OUTSIDERS:
        client = Client()
        client.force_login(street["place"].person(key), backend="django.contrib.auth.backends.ModelBackend")
        refused = (403,) if door.route.startswith(("cases/", "files/", "documents/")) else (403, 404)
        answers = {method: getattr(client, method)(address).status_code for method in ("get", "post")}
        allowed = {method: status for method, status in answers.items() if status != 405}
        assert allowed, (address, answers)
        assert set(allowed.values()) <= set(refused), (key, address, answers)


@pytest.mark.django_db
def test_lists_and_exports_hold_nothing_of_another_street(street):
    client = Client()
    client.force_login(
        street["place"].person("handler1"), backend="django.contrib.auth.backends.ModelBackend"
    )
    for name in ("desk", "cases", "units", "organizations"):
        page = client.get(reverse(name), {"q": "试验"}).content.decode()
        assert f"/cases/{street['case_id']}/" not in page
        assert f"/units/{street['unit_id']}/" not in page
