"""The registration page: starter kit, relations, database entry; then the organization is active."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.founding import attached_files
from orgs.enums import OrganizationStatus
from orgs.models import Founding, LedgerEntry
from tests.flows.district import node
from tests.sharing import shared

from .founding_pages import a_pdf, send, signed_in, task_url, text_of, tomorrow
from .test_founding_result import build_elected, duties, walk

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both
KIT = ["团徽", "团员证", "团旗", "团刊", "团务手册"]


def build_replied():
    place, case = build_elected()
    send(case, place.person("applicant"), duties(case, "secretary", "member", "member"))
    walk(place, case, "approver0")
    assert node(case) == "complete_registration"
    return place, case


replied_once = shared(build_replied, "replied_once")


@pytest.fixture
def replied(replied_once):
    return replied_once()


def founding_of(case) -> Founding:
    return Founding.objects.get(unit=case.unit)


def registration(**changes) -> dict:
    return {
        "action": "submit",
        "kit": KIT,
        "receiver": "丁一",
        "handed_on": timezone.localdate().isoformat(),
        "relations_transferred": "on",
        "entered": "on",
        "opinion": "",
    } | changes


def test_the_kit_comes_from_the_rules(replied):
    place, case = replied
    page = text_of(signed_in(place.person("handler0")).get(task_url(case)))
    for item in KIT:
        assert f'value="{item}"' in page


def test_the_organization_becomes_active_with_its_ledger_row(replied):
    place, case = replied
    data = registration() | {"file_receipt": a_pdf("签收单.pdf")}
    assert send(case, place.person("handler0"), data).status_code == 302
    founding = founding_of(case)
    assert node(case) == "registered"
    assert founding.organization.status == OrganizationStatus.ACTIVE
    assert (founding.starter_kit, founding.starter_kit_receiver) == (KIT, "丁一")
    assert founding.starter_kit_on == timezone.localdate()
    assert founding.relations_transferred
    assert attached_files(founding).get().name == "签收单.pdf"
    ledger = LedgerEntry.objects.get().data
    assert (ledger["书记"], ledger["团员"], ledger["委员数"]) == ("丁一", 12, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"handed_on": tomorrow()}, "签收日期"),
        ({"handed_on": tomorrow()}, "晚于今天"),
        ({"handed_on": (timezone.localdate() - dt.timedelta(days=800)).isoformat()}, "早于批准成立的日期"),
        ({"handed_on": ""}, "请填写签收日期。"),
        ({"receiver": ""}, "请填写签收人。"),
        ({"kit": []}, "请勾选已发放的团务用品"),
        ({"kit": ["团徽", "手机"]}, "手机"),
        ({"kit": KIT[:4]}, "团务手册没有发放，请在此说明"),
        ({"entered": ""}, "录入基础信息库后才能办结"),
        ({"relations_transferred": ""}, "团员组织关系没有全部转入"),
    ],
)
def test_an_incomplete_registration_is_refused(replied, changes, message):
    place, case = replied
    response = send(case, place.person("handler0"), registration(**changes))
    assert response.status_code == 422
    assert message in text_of(response)
    assert node(case) == "complete_registration"
    assert founding_of(case).starter_kit == []


def test_what_is_missing_can_be_explained(replied):
    place, case = replied
    data = registration(kit=KIT[:4], relations_transferred="", opinion="手册下周补发，两人关系月底转入。")
    assert send(case, place.person("handler0"), data).status_code == 302
    assert not founding_of(case).relations_transferred


def test_only_the_handler_of_the_street_registers(replied):
    place, case = replied
    for person in ("applicant", "approver0", "handler1", "district_handler"):
        assert send(case, place.person(person), registration()).status_code == 403
    assert node(case) == "complete_registration"
