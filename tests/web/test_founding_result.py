"""The result page: who holds which duty; one secretary; elected or appointed."""

import datetime as dt

import pytest
from django.utils import timezone

from orgs.actions.founding import attached_files, leadership
from orgs.enums import MilestoneKind
from orgs.models import Candidate, Founding, Milestone, Officer
from records.models import Document
from tests.flows.district import act, node
from tests.sharing import shared
from workflows.models import Outcome

from .founding_pages import (
    NAMES,
    a_pdf,
    meeting_data,
    new_case,
    request_data,
    send,
    signed_in,
    task_url,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


def walk(place, case, *persons: str) -> None:
    for person in persons:
        act(case, place.person(person), Outcome.APPROVED)


def build_elected():
    place, case = new_case()
    send(case, place.person("applicant"), request_data(case))
    walk(place, case, "leader", "handler0", "approver0")
    send(case, place.person("applicant"), meeting_data(10, 9, 8, 3))
    assert node(case) == "report_result"
    return place, case


elected_once = shared(build_elected, "elected_once")


@pytest.fixture
def elected(elected_once):
    return elected_once()


@pytest.fixture
def appointed(elected):
    place, case = new_case(elected[0])
    data = request_data(
        case,
        mode="temporary",
        kind="temporary_branch",
        organization_name="共青团试验科技项目临时支部委员会",
        ends_on=(timezone.localdate() + dt.timedelta(days=100)).isoformat(),
    )
    send(case, place.person("applicant"), data)
    walk(place, case, "leader", "handler0", "approver0")
    assert node(case) == "report_result"
    return place, case


def founding_of(case) -> Founding:
    return Founding.objects.get(unit=case.unit)


def duties(case, *wanted: str) -> dict:
    people = sorted(leadership(founding_of(case)), key=lambda one: NAMES.index(one.name))
    chosen = {f"duty_{one.pk}": duty for one, duty in zip(people, wanted, strict=True)}
    return {"action": "submit", "instructor": "钱老师", "opinion": "选举有效。"} | chosen


def test_duties_are_proposed_from_the_request(elected):
    place, case = elected
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert 'value="secretary" selected' in page
    assert page.count('value="member" selected') == 2
    assert "10 票" in page


def test_the_result_is_reported_and_leads_the_reply_in_order(elected):
    place, case = elected
    data = duties(case, "member", "secretary", "deputy_secretary") | {"file_result": a_pdf("结果.pdf")}
    assert send(case, place.person("applicant"), data).status_code == 302
    assert node(case) == "approve_result_subdistrict"
    assert founding_of(case).instructor == "钱老师"
    assert attached_files(founding_of(case)).filter(purpose="result").exists()
    page = text_of(signed_in(place.person("approver0")).get(task_url(case)))
    assert "审查要点" in page
    assert "没有上传" in page
    assert "丁一" in page
    send(case, place.person("approver0"), {"outcome": "approved", "opinion": "同意。"})
    assert list(Officer.objects.order_by("pk").values_list("name", "duty")) == [
        ("王小明", "secretary"),
        ("李文静", "deputy_secretary"),
        ("丁一", "member"),
    ]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (("member", "member", "member"), "书记应有一名，现在选了 0 名"),
        (("secretary", "secretary", "member"), "书记应有一名，现在选了 2 名"),
        (("secretary", "", "member"), "请选择王小明的职务"),
        (("chairman", "member", "member"), "丁一"),
    ],
)
def test_duties_that_make_no_committee_are_refused(elected, wanted, message):
    place, case = elected
    response = send(case, place.person("applicant"), duties(case, *wanted))
    assert response.status_code == 422
    page = text_of(response)
    assert message in page
    assert 'value="钱老师"' in page
    assert "选举有效。" in page
    assert not Candidate.objects.exclude(duty="").exists()


def test_a_returned_report_shows_the_opinion_and_goes_back_to_whoever_returned_it(elected):
    place, case = elected
    send(case, place.person("applicant"), duties(case, "secretary", "member", "member"))
    data = {"outcome": "returned", "opinion": "请补充签到表。"}
    assert send(case, place.person("approver0"), data).status_code == 302
    assert node(case) == "correct_result"
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert "请补充签到表。" in page
    send(case, place.person("applicant"), duties(case, "secretary", "member", "member"))
    assert node(case) == "approve_result_subdistrict"


def test_an_annulled_election_is_held_again(elected):
    place, case = elected
    send(case, place.person("applicant"), duties(case, "secretary", "member", "member"))
    response = send(case, place.person("approver0"), {"outcome": "annulled", "opinion": ""})
    assert response.status_code == 422
    assert "必须写明理由" in text_of(response)
    send(case, place.person("approver0"), {"outcome": "annulled", "opinion": "候选人资格不符。"})
    assert node(case) == "hold_meeting"
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert "已不作数：候选人资格不符。" in page


def test_an_appointed_body_reports_its_proposed_officers(appointed):
    place, case = appointed
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert "不召开团员大会选举" in page
    assert (
        send(case, place.person("applicant"), duties(case, "member", "secretary", "member")).status_code
        == 302
    )
    walk(place, case, "approver0")
    assert node(case) == "complete_registration"
    kinds = list(Milestone.objects.order_by("pk").values_list("kind", "note"))
    assert kinds[-2:] == [(MilestoneKind.ELECTED, "上级任命"), (MilestoneKind.REPLIED, "")]
    reply = Document.objects.get(kind="leadership_reply")
    assert reply.content["body"]["officers"][0] == {"post": "书记", "name": "王小明"}


def test_only_the_applicant_reports(elected):
    place, case = elected
    for person in ("leader", "handler0", "approver1", "district_handler"):
        assert (
            send(case, place.person(person), duties(case, "secretary", "member", "member")).status_code == 403
        )
