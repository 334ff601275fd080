"""What the pages of a founding are sent, and by whom, for tests over HTTP."""

import datetime as dt
from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Person
from tests.flows.district import District, make_applying_unit, make_district, open_task
from workflows.founding.starting import open_founding_case
from workflows.models import Case
from workflows.views.task import load_case

NAMES = (
    "丁一",
    "王小明",
    "李文静",
    "张志远",
    "陈思雨",
    "刘佳宁",
    "赵子涵",
    "周雪松",
    "吴海燕",
    "郑立新",
    "孙若兰",
    "马一鸣",
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


def a_pdf(name: str = "材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def new_case(place: District | None = None, **unit_fields) -> tuple[District, Case]:
    """A unit, in a new district unless one is given, whose applicant has just begun a request."""
    place = place or make_district()
    unit = make_applying_unit(place, **unit_fields)
    item = open_founding_case(unit=unit, by=place.person("applicant"), on=timezone.localdate())
    return place, load_case(item.case_id)


def task_url(case: Case) -> str:
    return reverse("task", args=[case.pk, open_task(case).pk])


def send(case: Case, person: Person, data: dict) -> HttpResponse:
    """Post to the open step of a case as a person."""
    return signed_in(person).post(task_url(case), data)


def rows(prefix: str, filled: Iterable[dict]) -> dict[str, str]:
    """A formset as a browser sends it."""
    data = {}
    count = 0
    for number, row in enumerate(filled):
        count = number + 1
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data | {f"{prefix}-TOTAL_FORMS": str(count), f"{prefix}-INITIAL_FORMS": "0"}


def roster_rows(names: Iterable[str] = NAMES) -> list[dict]:
    return [
        {
            "name": name,
            "gender": "female",
            "born_on": "2002-03-04",
            "joined_on": "2017-05-04",
            "political_status": "league_member",
            "unit_name": "",
        }
        for name in names
    ]


def officer_rows(*duties: str) -> list[dict]:
    return [
        {
            "name": name,
            "duty": duty,
            "born_on": "2001-01-02",
            "political_status": "league_member",
            "resume": "团员骨干",
        }
        for name, duty in zip(NAMES, duties or ("secretary", "member", "member"), strict=False)
    ]


def request_data(case: Case, *, roster=None, officers=None, covered=(), **changes) -> dict:
    """A request that can be submitted, unless ``changes`` spoil it. None leaves a field out."""
    founding = load_case(case.pk).artifact
    data = {
        "action": "submit",
        "version": str(founding.version),
        "kind": "branch",
        "mode": "standalone",
        "organization_name": f"共青团{founding.unit.name}支部委员会",
        "reason": "青年集中，党组织支持，具备独立建团条件。",
        "employees": "60",
        "youth": "40",
        "members": "12",
        "party_members": "4",
        "party_organization": "",
        "party_explanation": "党员编入联合党支部。",
        "signing_officer": "李建国",
        "contact_phone": "010-55551234",
        "opinion": "请审批。",
    }
    data |= rows("roster", roster_rows() if roster is None else roster)
    data |= rows("officers", officer_rows() if officers is None else officers)
    data |= rows("covered", covered)
    data |= changes
    return {key: value for key, value in data.items() if value is not None}


def meeting_data(*votes: int, present: int = 11, names: Iterable[str] = NAMES, **changes) -> dict:
    """The record of a meeting: votes of the first names in turn."""
    data = {
        "action": "submit",
        "held_on": timezone.localdate().isoformat(),
        "place": "三层会议室",
        "chair": "李建国",
        "entitled": "12",
        "present": str(present),
        "seats": "3",
        "ballots_issued": str(present),
        "ballots_returned": str(present),
        "ballots_valid": str(present),
        "tellers": "马一鸣",
        "record": "会议按程序进行。",
    }
    counted = [{"name": name, "votes": str(count)} for name, count in zip(names, votes, strict=False)]
    return data | rows("candidates", counted) | changes


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def tomorrow() -> str:
    return (timezone.localdate() + dt.timedelta(days=1)).isoformat()
