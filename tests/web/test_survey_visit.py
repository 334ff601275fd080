"""Recording a visit (RULES section 10, P1): who may, what is refused and how, what is kept."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from orgs.models import Visit
from records.models import StoredFile
from tests.flows import district as d
from tests.sharing import shared
from workflows.models import Case, Decision

from .survey_pages import address, classified, client_of, opened, visited

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both


place_once = shared(d.make_district, "place_once")


@pytest.fixture
def place(place_once):
    return place_once()


@pytest.fixture
def case(place):
    return opened(place, employees=41, youth=23, members=9, contact_phone="010-55550101")


def photo(name="现场.jpg") -> SimpleUploadedFile:
    output = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(output, "JPEG")
    return SimpleUploadedFile(name, output.getvalue())


def test_the_page_shows_the_register_beside_each_figure(place, case):
    page = client_of(place.person("instructor0")).get(address(case))
    text = page.content.decode()
    assert page.status_code == 200
    assert "底本登记 41 人" in text
    assert 'value="41"' in text
    assert "010-55550101" in text


def test_the_telephone_number_is_masked_for_those_who_do_not_visit(place, case):
    text = client_of(place.person("district_leader")).get(reverse("case", args=[case.pk])).content.decode()
    assert "010-55550101" not in text
    assert "010-****0101" in text


def test_a_visit_is_kept_with_its_photo_and_goes_to_the_handler(place, case):
    answer = visited(place, case, photos=[photo(), photo("门牌.jpg")])
    assert answer.status_code == 302
    visit = Visit.objects.get()
    assert (visit.employees, visit.members, visit.by) == (50, 6, place.person("instructor0"))
    assert d.node(case) == "classify_unit"
    assert Decision.objects.get(case=case).opinion == visit.notes
    files = StoredFile.objects.filter(about_type="orgs.visit", about_id=visit.pk, purpose="visit")
    assert {file.name for file in files} == {"现场.jpg", "门牌.jpg"}
    page = client_of(place.person("handler0")).get(address(case)).content.decode()
    assert "现场.jpg" in page
    assert reverse("file", args=[files[0].public_id]) in page


def test_the_photo_is_refused_to_another_street(place, case):
    visited(place, case, photos=[photo()])
    stored = StoredFile.objects.get()
    url = reverse("file", args=[stored.public_id])
    answer = client_of(place.person("handler0")).get(url)
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    for close in answer._resource_closers:
        close()
    assert client_of(place.person("handler1")).get(url).status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"visited_on": ""}, "请填写走访日期"),
        ({"visited_on": "2099-01-01"}, "晚于今天"),
        ({"visited_on": "昨天"}, "不是有效日期"),
        ({"found": ""}, "是否在登记地址经营"),
        ({"employees": "-3"}, "不能小于 0"),
        ({"employees": "许多"}, "请填写整数"),
        ({"employees": ""}, "没有的填 0"),
        ({"youth": "60"}, "多于“从业人员”50 人"),
        ({"members": "31"}, "多于“35岁以下青年”30 人"),
        ({"party_members": "51"}, "多于“从业人员”50 人"),
        ({"willingness": ""}, "请选择单位的建团意愿"),
        ({"interviewee": ""}, "请填写受访人"),
        ({"notes": "长" * 1001}, "最多 1000 字"),
        ({"found": "no", "notes": " "}, "怎样核实"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(place, case, changes, words):
    answer = visited(place, case, **({"notes": "记录仍在。"} | changes))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    if "notes" not in changes:
        assert "记录仍在。" in text
    assert d.node(case) == "visit_unit"
    assert not Visit.objects.exists()


def test_a_unit_that_is_gone_needs_no_figures(place, case):
    changes = {"found": "no", "employees": "", "youth": "abc", "willingness": "", "interviewee": ""}
    answer = visited(place, case, **changes, notes="物业称已搬走。")
    assert answer.status_code == 302
    visit = Visit.objects.get()
    assert (visit.found, visit.employees, visit.members) == (False, 0, 0)


def test_a_bad_photo_is_refused_and_nothing_is_half_kept(place, case):
    bad = SimpleUploadedFile("照片.jpg", b"MZ this is a program")
    answer = visited(place, case, photos=[photo(), bad], notes="写了很久的记录。")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "照片.jpg" in text
    assert "写了很久的记录。" in text
    assert not Visit.objects.exists()
    assert not StoredFile.objects.exists()
    assert d.node(case) == "visit_unit"


def test_more_than_six_photos_are_refused(place, case):
    answer = visited(place, case, photos=[photo(f"{number}.jpg") for number in range(7)])
    assert answer.status_code == 422
    assert "最多上传 6 个" in answer.content.decode()


def test_earlier_visits_are_shown_and_fill_the_next_form(place, case):
    visited(place, case, employees="80", notes="第一次走访。")
    classified(place, case, "revisit", reason="团员名单没有核实。")
    text = client_of(place.person("instructor0")).get(address(case)).content.decode()
    assert "第一次走访。" in text
    assert "团员名单没有核实。" in text
    assert 'value="80"' in text
    assert "底本登记 41 人" in text


def test_a_second_submission_is_told_who_came_first(place, case):
    url = address(case)
    visited(place, case)
    data = {"visited_on": timezone.localdate().isoformat(), "found": "yes"}
    answer = client_of(place.person("handler0")).post(url, data)
    assert answer.status_code == 409
    assert place.person("instructor0").name in answer.content.decode()


@pytest.mark.parametrize("who", ["instructor1", "handler1", "approver1"])
def test_another_street_gets_403_everywhere(place, case, who):
    client = client_of(place.person(who))
    assert client.get(address(case)).status_code == 403
    assert client.post(address(case), {}).status_code == 403
    assert client.get(reverse("case", args=[case.pk])).status_code == 403


def test_the_approver_sees_why_he_may_not_visit(place, case):
    page = client_of(place.person("approver0")).get(address(case))
    assert page.status_code == 200
    assert "提交走访记录" not in page.content.decode()
    assert client_of(place.person("approver0")).post(address(case), {}).status_code == 403


def test_a_visitor_who_is_not_signed_in_is_sent_to_sign_in(case):
    answer = Client().get(address(case))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


class TestStartSurvey:
    def test_the_handler_starts_a_survey_once(self, place, case):
        client = client_of(place.person("handler0"))
        url = reverse("start_survey", args=[case.unit_id])
        answer = client.post(url)
        assert answer.url == reverse("case", args=[case.pk])
        assert Case.objects.count() == 1

        visited(place, case)
        classified(place, case, "ready_standalone")
        d.act(case, place.person("approver0"), "approved")
        assert client.post(url).status_code == 302
        assert Case.objects.filter(unit=case.unit).count() == 2

    @pytest.mark.parametrize("who", ["handler1", "instructor0", "district_leader"])
    def test_nobody_else_may(self, place, case, who):
        url = reverse("start_survey", args=[case.unit_id])
        assert client_of(place.person(who)).post(url).status_code == 403

    def test_not_by_following_a_link(self, place, case):
        url = reverse("start_survey", args=[case.unit_id])
        assert client_of(place.person("handler0")).get(url).status_code == 405


def test_a_visit_of_long_ago_is_accepted(place, case):
    day = timezone.localdate() - dt.timedelta(days=30)
    assert visited(place, case, visited_on=day.isoformat()).status_code == 302
