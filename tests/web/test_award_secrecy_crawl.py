"""Before the opening no address of the application shows anybody a score, and the recused see nothing of a nominee."""

import io
import logging
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from awards.models import Honour
from orgs.models import Inspection
from tests.architecture.test_doors import arguments, build_street
from tests.awards import AwardWorld
from tests.sharing import shared
from tests.web.review_pages import (
    BACKEND,
    JUDGES,
    POINTS,
    begin,
    build,
    close,
    numbers,
    own_unit,
    score_all,
)
from workflows.doors import Door, doors

DEPUTY_POINTS = {"organization": "28.3", "activity": "25.7", "service": "14.9", "example": "15.6"}
TOTAL, DEPUTY_TOTAL = "85.00", "84.50"
SCORES = {*POINTS.values(), TOTAL, *DEPUTY_POINTS.values(), DEPUTY_TOTAL}
ROLES = (
    "applicant0_0",
    "leader0_0",
    "handler0",
    "approver0",
    "district_handler",
    "district_approver",
    "district_leader",
    "secretary",
    "chair",
    "deputy",
    "member1",
    "member2",
    "inspector",
    "anonymous",
)
OWN_SCORES = ("scoring", "score_sheet")
# Of the same post as the chair: where another flow's object is named, what opens to them is what opens to the chair.
LIKE_CHAIR = ("deputy", "member1", "member2")
# Not pages of the application's own contents: languages, signing in and out.
ELSEWHERE = ("accounts/", "i18n/", "jsi18n", "healthz", "static/")
IN_PUBLIC = {"code": "X", "token": "X", "name_id": 1, "version": "x", "name": "x"}


@dataclass
class Crawl:
    """The running review, one of everything that an address can name, and who walks through it all."""

    world: AwardWorld
    street: dict

    @property
    def honour(self) -> Honour:
        return self.world.organization_honour

    def client(self, key: str) -> Client:
        client = Client(raise_request_exception=False)
        if key == "inspector":
            person = Inspection.objects.get(pk=self.street["inspection_id"]).inspector
            client.force_login(person, backend=BACKEND)
        elif key != "anonymous":
            client.force_login(self.world.person(key), backend=BACKEND)
        return client

    def addresses(self, only_awards: bool = False) -> Iterator[tuple[Door, str]]:
        for door in doors():
            if door.route.startswith(ELSEWHERE) or (only_awards and not of_awards(door)):
                continue
            yield door, reverse(door.name, args=arguments(door, IN_PUBLIC | self.street))


def build_crawl() -> Crawl:
    """Everybody has scored and handed in; nothing is opened."""
    street = build_street()
    world = build(street["place"])
    honour = world.organization_honour
    begin(world, honour)
    score_all(world, honour, *(key for key in JUDGES if key != "deputy"))
    score_all(world, honour, "deputy", points=DEPUTY_POINTS)
    mine = {
        "campaign_id": world.campaign.pk,
        "honour_id": honour.pk,
        "nomination_id": own_unit(honour).pk,
        "member_id": world.committee[2].pk,
        "number": numbers(honour, "member1")[0],
    }
    return Crawl(world, street | mine)


crawl_once = shared(build_crawl, "crawl_once")


@pytest.fixture
def crawl(crawl_once) -> Iterator[Crawl]:
    """Without the log, which would tell every refusal with all its frames."""
    logging.disable()
    yield crawl_once()
    logging.disable(logging.NOTSET)


def of_awards(door: Door) -> bool:
    return door.route.startswith(("awards/", "public/")) or "nomination" in door.route


def read(response) -> str:
    """All that a response says, in whatever kind of file."""
    body = b"".join(response) if response.streaming else response.content
    said = "".join(f"{name}: {value}\n" for name, value in response.items())
    if body.startswith(b"PK"):
        sheets = openpyxl.load_workbook(io.BytesIO(body)).worksheets
        cells = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
        return said + "\n".join(cells)
    if body.startswith(b"%PDF") and shutil.which("pdftotext"):
        return said + subprocess.run(
            ["pdftotext", "-", "-"], input=body, capture_output=True, check=True
        ).stdout.decode(errors="replace")
    return said + body.decode(errors="replace")


def scores_in(text: str) -> set[str]:
    return {one for one in SCORES if re.search(rf"(?<![\d.]){re.escape(one)}0*(?!\d)", text)}


def own_scores(key: str) -> set[str]:
    """What a judge may read on the pages where it was written."""
    if key not in JUDGES:
        return set()
    return {*DEPUTY_POINTS.values(), DEPUTY_TOTAL} if key == "deputy" else {*POINTS.values(), TOTAL}


def leaks(crawl: Crawl, only_awards: bool = False) -> list[tuple]:
    """Who finds a score, or an error of the server, at which address; also by a search."""
    found: list[tuple] = []
    for key in ROLES:
        client = crawl.client(key)
        for door, address in crawl.addresses(only_awards):
            if key in LIKE_CHAIR and door.parameters and not of_awards(door):
                continue
            response = client.get(address)
            text = read(response)
            shown = scores_in(text) - (own_scores(key) if door.name in OWN_SCORES else set())
            if response.status_code >= 500 or shown:
                found.append((key, address, response.status_code, shown))
            if 'name="q"' in text and answer(client, address, "27.3") != answer(client, address, "27.4"):
                found.append((key, address, "a search finds a score"))
    return found


def answer(client: Client, address: str, figure: str) -> str:
    """What a search answers, without the figure itself and what is new in every response."""
    text = read(client.get(address, {"q": figure})).replace(figure, "")
    return re.sub(
        r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|nonce[-=]["\w+/=-]+|Expires: .*', "", text
    )


@pytest.fixture
def short_refusals(monkeypatch) -> None:
    """Refusals in their words only: their pages take most of the time (whole ones: the recused, below)."""
    for status in (403, 404):

        def words(request, exception, status=status):
            return HttpResponse(str(exception), status=status)

        monkeypatch.setattr(f"config.urls.handler{status}", words, raising=False)


@pytest.mark.once
@pytest.mark.timeout(400)
@pytest.mark.django_db
def test_nobody_finds_a_score_at_any_address_while_judges_score(crawl, short_refusals):
    assert leaks(crawl) == []


@pytest.mark.once
@pytest.mark.timeout(400)
@pytest.mark.django_db
def test_nobody_finds_a_score_at_an_award_address_once_scoring_is_closed(crawl, short_refusals):
    close(crawl.world, crawl.honour)
    assert leaks(crawl, only_awards=True) == []


@pytest.mark.once
@pytest.mark.django_db
def test_the_crawl_reaches_the_pages_where_scores_are(crawl):
    """A judge does read the own ones, so that the search above is no blind one."""
    for key in ("chair", "deputy"):
        address = reverse("score_sheet", args=[crawl.honour.pk, numbers(crawl.honour, key)[0]])
        assert scores_in(read(crawl.client(key).get(address))) >= own_scores(key) - {TOTAL, DEPUTY_TOTAL}


@pytest.mark.once
@pytest.mark.django_db
def test_the_recused_find_the_nominee_at_no_award_address(crawl):
    """But where one declares to whom one is related, which names every nominee and tells nothing of them."""
    nominee = own_unit(crawl.honour)
    client = crawl.client("member1")
    found = []
    for door, address in crawl.addresses(only_awards=True):
        text = read(client.get(address))
        named = nominee.organization.name in text and door.name != "conflicts"
        scored = scores_in(text) and door.name not in OWN_SCORES
        if named or scored or nominee.deeds in text or nominee.case_number in text:
            found.append(address)
    assert found == []
