"""The meeting page: what the rules refuse, what comes of the votes, the second round and the extension."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from orgs.actions.founding import attached_files, leadership
from orgs.models import Founding, MembersMeeting
from tests.flows.district import act, node
from tests.sharing import shared
from workflows.models import Outcome

from .founding_pages import (
    NAMES,
    a_pdf,
    meeting_data,
    new_case,
    request_data,
    rows,
    send,
    signed_in,
    task_url,
    text_of,
    tomorrow,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both
WINNING = (10, 9, 8, 3)


def build_due():
    place, case = new_case()
    send(case, place.person("applicant"), request_data(case))
    for person in ("leader", "handler0", "approver0"):
        act(case, place.person(person), Outcome.APPROVED)
    assert node(case) == "hold_meeting"
    return place, case


due_once = shared(build_due, "due_once")


@pytest.fixture
def due(due_once):
    """A case whose members' meeting is due."""
    return due_once()


def founding_of(case) -> Founding:
    return Founding.objects.get(unit=case.unit)


def refused(response, *texts: str) -> str:
    assert response.status_code == 422
    page = text_of(response)
    for text in texts:
        assert text in page
    return page


def test_the_page_proposes_candidates_in_stroke_order(due):
    place, case = due
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    places = [page.index(f'value="{name}"') for name in ("丁一", "王小明", "李文静")]
    assert places == sorted(places)
    assert "至少 4 名" in page
    assert "到会须达到 10 人" in page
    assert founding_of(case).meeting_due_on.isoformat() in page


def test_an_election_is_recorded(due):
    place, case = due
    data = meeting_data(*WINNING) | {"file_sign_in": a_pdf("签到表.pdf")}
    assert send(case, place.person("applicant"), data).status_code == 302
    assert node(case) == "report_result"
    meeting = MembersMeeting.objects.get()
    assert (meeting.entitled, meeting.present, meeting.ballots_valid, meeting.place) == (
        12,
        11,
        11,
        "三层会议室",
    )
    assert [one.name for one in meeting.candidates.filter(elected=True)] == ["丁一", "王小明", "李文静"]
    assert attached_files(founding_of(case)).get().purpose == "sign_in"


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"held_on": tomorrow()}, ["召开日期", "晚于今天"]),
        ({"held_on": "2020-01-01"}, ["早于批准成立的日期"]),
        ({"held_on": ""}, ["请填写召开日期。"]),
        ({"present": "-3"}, ["不能小于 0", 'value="-3"']),
        ({"present": "13"}, ["实到 13 人多于应到 12 人"]),
        ({"present": "9"}, ["到会人数不足", "4/5 即 10 人"]),
        ({"seats": "9"}, ["应选名额 9 不合规定"]),
        ({"ballots_issued": "12"}, ["发出选票 12 张多于实到 11 人"]),
        ({"ballots_returned": "12"}, ["收回选票 12 张多于发出 11 张，选举无效"]),
        ({"ballots_valid": "12"}, ["有效选票 12 张多于收回 11 张"]),
        ({"ballots_valid": "9"}, ["得 10 票，多于有效选票 9 张"]),
        ({"candidates-0-votes": "-1"}, ["不能小于 0", 'value="-1"']),
        ({"candidates-0-votes": ""}, ["请填写得票，没有的填 0。"]),
        ({"candidates-0-votes": "十"}, ["得票应为整数", 'value="十"']),
        ({"candidates-1-name": "丁一"}, ["候选人“丁一”出现多次"]),
        ({"tellers": "丁一、马一鸣"}, ["丁一既是候选人又是计票人"]),
        ({"tellers": ""}, ["请填写监票人、计票人。"]),
        ({"proxies": "2"}, ["有 2 张委托投票。团员须本人投票"]),
        ({"candidates-3-DELETE": "on"}, ["候选人 3 名不足", "至少 4 名"]),
        ({"record": "记" * 3001}, ["最多 3000 字"]),
    ],
)
def test_an_election_that_breaks_a_rule_is_refused_and_the_rule_named(due, changes, messages):
    place, case = due
    page = refused(send(case, place.person("applicant"), meeting_data(*WINNING) | changes), *messages)
    assert 'value="三层会议室"' in page
    assert not MembersMeeting.objects.exists()
    assert node(case) == "hold_meeting"


def test_more_votes_than_ballots_allow_are_refused(due):
    place, case = due
    refused(send(case, place.person("applicant"), meeting_data(11, 11, 11, 11)), "得票合计 44，多于有效选票")


def test_the_result_is_shown_before_submitting(due):
    place, case = due
    response = send(case, place.person("applicant"), meeting_data(*WINNING, action="preview"))
    assert response.status_code == 200
    page = text_of(response)
    assert "6 票以上方能当选" in page
    assert page.count("当选</span>") == 4
    assert not MembersMeeting.objects.exists()


def test_a_preview_of_wrong_numbers_names_them(due):
    place, case = due
    refused(
        send(case, place.person("applicant"), meeting_data(*WINNING, action="preview", present="13")),
        "多于应到",
    )


def test_candidates_are_added_without_javascript(due):
    place, case = due
    response = send(
        case, place.person("applicant"), meeting_data(*WINNING, action="add_row:candidates", place="")
    )
    assert response.status_code == 200
    assert 'name="candidates-6-name"' in text_of(response)
    assert "field-error" not in text_of(response)


def test_a_meeting_without_quorum_is_recorded_and_a_new_one_follows(due):
    place, case = due
    blank = dict.fromkeys(("ballots_issued", "ballots_returned", "ballots_valid", "tellers"), "")
    data = meeting_data(present=5, inquorate="on") | blank | rows("candidates", [])
    assert send(case, place.person("applicant"), data).status_code == 302
    assert node(case) == "hold_meeting"
    meeting = MembersMeeting.objects.get()
    assert not meeting.quorate
    assert meeting.candidates.count() == 0
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert "第 1 次大会" in page
    assert send(case, place.person("applicant"), meeting_data(*WINNING)).status_code == 302
    assert node(case) == "report_result"


def test_a_quorate_meeting_is_no_meeting_without_quorum(due):
    place, case = due
    refused(send(case, place.person("applicant"), meeting_data(present=11, inquorate="on")), "已达到规定人数")


def test_nobody_elected_leads_to_a_second_round_with_the_same_candidates(due):
    place, case = due
    assert send(case, place.person("applicant"), meeting_data(5, 5, 4, 3)).status_code == 302
    assert node(case) == "hold_second_round"
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    assert "第一轮结果" in page
    for name in NAMES[:4]:
        assert f'value="{name}"' in page
    assert "extension_reason" not in page
    assert send(case, place.person("applicant"), meeting_data(9, 8, 7, 1)).status_code == 302
    assert node(case) == "report_result"
    assert {one.name for one in leadership(founding_of(case))} == set(NAMES[:3])


def test_a_tie_is_voted_on_again_among_the_tied_and_the_elected_keep_their_seats(due):
    place, case = due
    assert send(case, place.person("applicant"), meeting_data(10, 9, 6, 6)).status_code == 302
    assert node(case) == "hold_second_round"
    page = text_of(signed_in(place.person("applicant")).get(task_url(case)))
    form = page[page.index('id="votes"') :]
    assert f'value="{NAMES[2]}"' in form
    assert f'value="{NAMES[0]}"' not in form
    again = meeting_data(9, 1, names=NAMES[2:4], seats="99")
    refused(
        send(case, place.person("applicant"), meeting_data(9, 1, names=NAMES[:2])),
        "已在第一轮当选，不再列为候选人",
    )
    assert send(case, place.person("applicant"), again).status_code == 302
    assert node(case) == "report_result"
    assert {one.name for one in leadership(founding_of(case))} == set(NAMES[:3])
    assert MembersMeeting.objects.last().seats == 1


def test_the_second_round_is_not_earlier_than_the_first(due):
    place, case = due
    founding = founding_of(case)
    founding.established_on -= dt.timedelta(days=9)
    founding.save()
    send(case, place.person("applicant"), meeting_data(5, 5, 4, 3))
    yesterday = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    refused(
        send(case, place.person("applicant"), meeting_data(*WINNING, held_on=yesterday)),
        "第二轮不能早于第一轮",
    )


def test_an_extension_takes_a_reason_and_is_granted_once(due):
    place, case = due
    applicant = place.person("applicant")
    page = refused(send(case, applicant, {"action": "extension", "place": "已填的地点"}), "延期理由")
    assert "已填的地点" in page
    assert (
        send(case, applicant, {"action": "extension", "extension_reason": "项目集中，无法到齐。"}).status_code
        == 302
    )
    assert node(case) == "decide_extension"
    page = text_of(signed_in(place.person("approver0")).get(task_url(case)))
    assert "项目集中，无法到齐。" in page
    assert send(case, place.person("approver0"), {"outcome": "approved", "opinion": ""}).status_code == 302
    assert node(case) == "hold_meeting"
    assert "提交延期申请" not in text_of(signed_in(applicant).get(task_url(case)))
    refused(
        send(case, applicant, {"action": "extension", "extension_reason": "再来一次"}),
        "延期次数已用完",
        "再来一次",
    )


def test_a_disguised_sign_in_sheet_is_refused_and_the_votes_stay(due):
    place, case = due
    fake = SimpleUploadedFile("签到.pdf", b"<html><body>hello</body></html>", "application/pdf")
    page = refused(
        send(case, place.person("applicant"), meeting_data(*WINNING) | {"file_sign_in": fake}), "签到.pdf"
    )
    assert 'name="candidates-0-votes" value="10"' in page


def test_only_the_applicant_records_the_meeting(due):
    place, case = due
    for person in ("leader", "approver0", "handler1", "district_approver"):
        assert send(case, place.person(person), meeting_data(*WINNING)).status_code == 403
    assert not MembersMeeting.objects.exists()
