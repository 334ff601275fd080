"""Nobody sees what an inspector found before all inspectors of the round are through, by whatever way (RULES 10, P3).

One inspector's visit is complete, with marks that occur nowhere else; everybody who has to do with the case opens
every address that can be opened, and the marks are looked for in pages, workbooks and PDFs.
"""

import datetime as dt
import hashlib
import io
import re
import uuid
import zipfile
from dataclasses import dataclass
from decimal import Decimal

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.inspecting import receive_facts
from orgs.actions.inspection_uploads import receive_chunk
from orgs.enums import Role
from orgs.inspection_access import visible_findings, visible_inspections, visible_result
from orgs.models import Inspection
from orgs.rules.acceptance import items_of
from records import outbox
from records.models import Document, StoredFile
from tests import factories
from tests.flows import acceptance_world as w
from tests.flows import district as d
from tests.inspections import fact, finish, jpeg, photo
from tests.sharing import shared
from workflows.doors import Door, doors

pytestmark = pytest.mark.django_db
NOTE, CAPTION, POINTS = "梧桐院内密语", "银杏照片", "87.5"
LOST = {"C1.3": "0.5", "C2.2": "0", "C4.1": "1", "C5.1": "2"}  # 12.5 of 100
INSIDE = ("inspector1", "handler0", "approver0", "district_handler", "district_leader", "applicant")
# What has nothing to do with a case: how the district is set up.
ELSEWHERE = re.compile(
    r"^(accounts|i18n|calendar|healthz|seal|webhooks|verify|founding|inspections/app|standard)"
)
SEARCHED = ("cases", "units", "organizations", "acceptances", "documents", "desk", "samples")


@dataclass
class Secret:
    """A case with one complete visit of two, and what marks that visit."""

    walk: w.Walk
    visit: Inspection
    file: StoredFile
    marks: list[str]


def build() -> Secret:
    walk = w.start_walk()
    walk.place.people["inspector_elsewhere"] = factories.make_person(Role.INSPECTOR, walk.place.streets[1])
    walk.to_inspection()
    visit = Inspection.objects.get(inspector=walk.place.person("inspector0"))
    receive(visit)
    outbox.deliver_due(now=timezone.now, limit=200)
    stored = visit.uploads.get().file
    digest = Inspection.objects.get(pk=visit.pk).result["digest"][:8]
    return Secret(walk, visit, stored, [NOTE, CAPTION, POINTS, stored.name, str(stored.public_id), digest])


def receive(visit: Inspection) -> None:
    """A complete visit of 87.5 points with a photo."""
    content, now = jpeg(7), timezone.now()
    full = {item["code"]: Decimal(item["points"]) for item in items_of(visit.acceptance.standard.data)}
    facts = [
        fact(code, {"result": "met", "points": LOST.get(code, str(full[code])), "note": NOTE})
        for code in visit.items
    ]
    facts.append(photo(content, item="C1.1", caption=CAPTION))
    facts.append(finish(facts))
    receive_facts(visit, facts, device="one", by=visit.inspector, at=now)
    sha256 = hashlib.sha256(content).hexdigest()
    receive_chunk(visit, sha256, 0, len(content), content, by=visit.inspector, at=now)
    visit.refresh_from_db()
    assert (visit.state, str(visit.total)) == ("completed", POINTS)


secret_once = shared(build, "secret_once")


@pytest.fixture
def secret(secret_once) -> Secret:
    return secret_once()


def addresses(secret: Secret) -> list[str]:
    """Every address that can be opened about the case, as far as its parameters are known."""
    walk, visit = secret.walk, secret.visit
    task = d.open_task(walk.case)
    values = {
        "case_id": walk.case.pk,
        "task_id": task.pk,
        "organization_id": walk.organization.pk,
        "unit_id": walk.organization.unit_id,
        "visit_id": visit.public_id,
        "sha256": visit.uploads.get().sha256,
        "inspector_id": visit.inspector_id,
        "day": timezone.localdate() + dt.timedelta(days=1),
        "document_id": (Document.objects.first() or Document(pk=1)).pk,
        "tool": "copy",
        "key": f"task-{task.pk}",
    }
    found = []
    for door in doors():
        known = values | {"public_id": secret.file.public_id if door.name == "file" else visit.public_id}
        known["pk"] = values["organization_id" if door.route.startswith("organizations/") else "unit_id"]
        if not ELSEWHERE.match(door.route) and set(door.parameters) <= set(known):
            found.append(reverse(door.name, args=[known[name] for name in door.parameters]))
            found += searches(door)
    return found


def searches(door: Door) -> list[str]:
    return [f"{reverse(door.name)}?q={NOTE}"] if door.name in SEARCHED else []


def text_of(response) -> str:
    """What a person can read in an answer, also in a workbook and a PDF; a search repeats what was asked for."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())
    if kind.startswith("application/pdf"):
        return "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
    return content.decode(errors="ignore")


def crawl(secret: Secret, who: str) -> tuple[dict[str, list[str]], int]:
    """Where a person found which marks, and how many addresses opened."""
    client = Client(raise_request_exception=False)
    client.force_login(secret.walk.place.person(who))
    found, opened = {}, 0
    for address in addresses(secret):
        response = client.get(address)
        assert response.status_code < 500, (who, address)
        if response.status_code != 200:
            continue
        opened += 1
        marks = secret.marks[1:] if "?q=" in address else secret.marks
        if seen := [mark for mark in marks if mark in text_of(response)]:
            found[address] = seen
    return found, opened


@pytest.mark.parametrize("who", INSIDE)
def test_before_all_are_through_nothing_of_a_visit_is_to_be_found(secret, who):
    found, opened = crawl(secret, who)
    assert found == {}
    assert opened > (8 if who == "applicant" else 15), "the crawl was let in nowhere"


def test_the_crawl_would_find_it(secret_once, secret):
    """The same marks are there for the inspector, and for the handler once the other visit is in."""
    own, _opened = crawl(secret, "inspector0")
    assert own
    secret.walk.visit("inspector1", lost=LOST)
    found, _opened = crawl(secret, "handler0")
    assert {NOTE, POINTS} <= {mark for marks in found.values() for mark in marks}


def test_staff_of_another_street_are_let_in_nowhere(secret):
    about = [
        reverse("inspection_facts", args=[secret.visit.public_id]),
        reverse("inspection_photo", args=[secret.visit.public_id, secret.file.sha256]),
        reverse("file", args=[secret.file.public_id]),
        reverse("case", args=[secret.walk.case.pk]),
        reverse("reschedule", args=[secret.visit.public_id]),
    ]
    for who in ("handler1", "approver1", "instructor1", "inspector_elsewhere"):
        client = Client(raise_request_exception=False)
        client.force_login(secret.walk.place.person(who))
        assert {client.get(address).status_code for address in about} <= {403, 404, 405}, who
    client = Client()
    client.force_login(secret.walk.place.person("inspector1"))
    put = client.put(about[0], {"device": "x", "facts": []}, content_type="application/json")
    assert put.status_code == 403, "no other inspector writes into a visit"
    assert "其他验收员" in put.json()["error"]


# --- the rule itself --------------------------------------------------------------------------------------


def sees(secret: Secret, who: str, visit: Inspection | None = None) -> bool:
    visit = Inspection.objects.get(pk=(visit or secret.visit).pk)
    person, on = secret.walk.place.person(who), timezone.localdate()
    shown = visible_result(person, visit, on)
    assert shown == visible_inspections(person, visit.acceptance, on).filter(pk=visit.pk).exists()
    return shown


def test_the_unit_sees_what_was_found_once_it_was_sent(secret):
    secret.walk.visit("inspector1", lost=LOST)
    assert sees(secret, "handler0")
    assert sees(secret, "inspector1")
    assert not sees(secret, "applicant")
    assert not sees(secret, "inspector_elsewhere")
    secret.walk.summarize()
    assert sees(secret, "applicant")
    assert visible_findings(
        secret.walk.place.person("applicant"), secret.walk.acceptance, timezone.localdate()
    )


def test_a_cancelled_visit_is_waited_for_no_longer(secret):
    Inspection.objects.filter(inspector=secret.walk.place.person("inspector1")).update(state="cancelled")
    assert sees(secret, "handler0")


def test_a_third_opinion_is_formed_without_the_two(secret):
    secret.walk.visit("inspector1", lost=LOST)
    secret.walk.send("inspector2", purpose=Inspection.Purpose.THIRD)
    assert sees(secret, "inspector0"), "one's own is always shown"
    other = Inspection.objects.get(inspector=secret.walk.place.person("inspector1"))
    for who in ("inspector2", "inspector0", "handler0"):
        assert not sees(secret, who, other)


def sampled(secret: Secret) -> Inspection:
    walk = secret.walk
    walk.visit("inspector1", lost=LOST)
    walk.summarize()
    if walk.node == "answer_findings":
        walk.answer()
    walk.propose()
    walk.draw()
    walk.send("district_inspector", purpose=Inspection.Purpose.SAMPLE)
    return Inspection.objects.get(purpose=Inspection.Purpose.SAMPLE)


def test_the_sample_is_taken_without_the_earlier_scores(secret):
    visit = sampled(secret)
    found, _opened = crawl(secret, "district_inspector")
    assert found == {}
    assert not sees(secret, "district_handler", visit), "a sample is shown when it is complete"
    assert sees(secret, "district_handler")
    secret.walk.visit("district_inspector")
    assert sees(secret, "district_handler", visit)
    assert sees(secret, "district_inspector")


def test_a_visit_that_nobody_knows_does_not_exist(secret):
    client = Client()
    client.force_login(secret.walk.place.person("inspector0"))
    answer = client.get(reverse("inspection_facts", args=[uuid.uuid4()]))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
