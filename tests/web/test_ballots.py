"""The pages of the secret ballots: who sees and does what at which moment (issue 6, docs/adr/0010)."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awards.actions import voting
from awards.ballot_register import digests_of
from awards.minutes import minutes_of
from awards.models import BallotRoll, Slip, Vote
from awards.review_access import enter
from tests.ballot_box import MEMBERS, Box, make_box

pytestmark = pytest.mark.django_db
# What a page must not say before the counting.
TELLING = re.compile(r"赞成\d|反对\d|弃权\d|未通过|，通过。|checked")
ADDRESSES = ("ballots", "cast_ballots", "review_minutes", "settle_tie", "conclude_review", "reopen_review")


@pytest.fixture
def box() -> Box:
    return make_box()


def client_of(box: Box, key: str) -> Client:
    client = Client()
    client.force_login(box.person(key))
    return client


def page(box: Box, key: str, name: str = "ballots", **named: int) -> str:
    response = client_of(box, key).get(address(box, name, **named), follow=True)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def address(box: Box, name: str, **named: int) -> str:
    return reverse(name, kwargs={"honour_id": box.review.honour_id, **named})


def post(box: Box, key: str, name: str, data: dict | None = None, **named: int):
    return client_of(box, key).post(address(box, name, **named), data or {}, follow=True)


def paper(box: Box, *, sure: bool = True, **choices: str) -> dict[str, str]:
    data = {f"slip_{box.pk(key)}": choice for key, choice in choices.items()}
    return data | ({"sure": "on"} if sure else {})


def test_a_vote_from_opening_to_the_next_step(box):
    assert "开始投票" in page(box, "secretary")
    assert "已开始" in post(box, "secretary", "open_vote").content.decode()
    shown = page(box, "member1")
    assert all(one.name in shown for one in box.nominees.values())
    for key in MEMBERS:
        answer = post(box, key, "cast_ballots", paper(box, a="yes", b="yes", c="no")).content.decode()
        assert "已投票" in answer
        assert not TELLING.search(answer)
    assert "5 / 5" in page(box, "secretary")
    assert "全部委员都已投票" in post(box, "secretary", "close_vote", number=1).content.decode()
    assert "开票" in page(box, "chair")
    assert "已开票" in post(box, "chair", "count_vote", number=1).content.decode()
    for key in ("member2", "secretary", "district_handler", "district_approver"):
        shown = page(box, key)
        assert "赞成5票，反对0票" in shown
        assert "未通过" in shown
    assert reverse("conclude_review", args=[box.review.honour_id]) in page(box, "secretary")


def test_nothing_of_a_slip_is_told_before_the_counting(box):
    vote = box.open()
    box.cast(vote, "member1", a="yes", b="no", c="abstain")
    for closed in (False, True):
        if closed:
            box.close(vote)
        for key in [*MEMBERS, "secretary", "district_handler", "district_approver"]:
            for name in ADDRESSES:
                response = client_of(box, key).get(address(box, name), follow=True)
                text = response.content.decode(errors="replace")
                assert response["Content-Type"].startswith("text/html")
                assert not TELLING.search(text), (key, name)
    assert not client_of(box, "member1").get(address(box, "ballots")).has_header("ETag")


def test_progress_is_for_secretary_and_chair_only(box):
    vote = box.open()
    box.cast(vote, "member1", a="yes", b="no", c="abstain")
    for key, sees in (("secretary", True), ("chair", True), ("member2", False), ("district_handler", False)):
        assert ("1 / 5" in page(box, key)) is sees, key


def test_units_sub_districts_and_strangers_stay_outside(box):
    for key in ("handler0", "approver0", "applicant0_0", "leader0_0", "instructor0"):
        for name in ADDRESSES:
            assert client_of(box, key).get(address(box, name)).status_code == 403, (key, name)
    assert Client().get(address(box, "ballots")).status_code == 302


def test_an_incomplete_paper_comes_back_with_what_was_chosen(box):
    box.open()
    response = post(box, "member1", "cast_ballots", paper(box, a="yes", b="no"))
    assert response.status_code == 422
    text = response.content.decode()
    assert "选择赞成、反对或弃权" in text
    assert text.count("checked") == 3
    response = post(box, "member1", "cast_ballots", paper(box, sure=False, a="yes", b="no", c="no"))
    assert (response.status_code, Slip.objects.count()) == (422, 0)
    assert "请在核对后勾选确认" in response.content.decode()


def test_a_second_paper_changes_nothing(box):
    box.open()
    post(box, "member1", "cast_ballots", paper(box, a="yes", b="yes", c="yes"))
    before = sorted(Slip.objects.values_list("pk", "choice"))
    answer = post(box, "member1", "cast_ballots", paper(box, a="no", b="no", c="no")).content.decode()
    assert "没有记入" in answer
    assert sorted(Slip.objects.values_list("pk", "choice")) == before


def test_a_conflicted_member_neither_finds_the_nominee_nor_gets_on_its_roll(box):
    box.conflict("member1", "a")
    box.open()
    shown = page(box, "member1")
    assert box.nominees["a"].name not in shown
    assert f"slip_{box.pk('a')}" not in shown
    post(box, "member1", "cast_ballots", paper(box, a="yes", b="yes", c="yes"))
    assert set(BallotRoll.objects.values_list("ballot__nomination", flat=True)) == {box.pk("b"), box.pk("c")}
    for key in MEMBERS:
        if key != "member1":
            box.cast(Vote.objects.get(), key, a="yes", b="yes", c="no")
    box.close(Vote.objects.get())
    box.count(Vote.objects.get())
    assert box.nominees["a"].name not in page(box, "member1")
    assert "名额已满" not in page(box, "member1")
    assert box.nominees["a"].name in page(box, "member2")


def test_who_has_no_slip_is_refused(box):
    box.open()
    for key in ("secretary", "district_handler", "district_approver"):
        response = post(box, key, "cast_ballots", paper(box, a="yes", b="yes", c="yes"))
        assert response.status_code == 403, key
    assert not BallotRoll.objects.exists()


def test_only_the_chair_counts_and_only_after_the_closing(box):
    vote = box.open()
    assert "不能开票" in post(box, "chair", "count_vote", number=1).content.decode()
    assert post(box, "member1", "close_vote", number=1).status_code == 403
    box.close(vote)
    for key in ("secretary", "deputy", "member1", "district_approver"):
        assert post(box, key, "count_vote", number=1).status_code == 403, key
    assert Vote.objects.get().counted_at is None


def test_the_chair_decides_a_tie_on_the_page(box):
    box.score(a="90", b="80", c="80")
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=3)
    box.vote(b=3, c=3)
    assert "决定并列" not in page(box, "deputy")
    assert "等待决定并列" in page(box, "secretary")
    assert "决定并列" in page(box, "chair")
    assert post(box, "deputy", "settle_tie", {"chosen": box.pk("b"), "reason": "x"}).status_code == 403
    both = {"chosen": [box.pk("b"), box.pk("c")], "reason": "考核靠前"}
    assert "选定1个" in post(box, "chair", "settle_tie", both).content.decode()
    answer = post(box, "chair", "settle_tie", {"chosen": box.pk("b"), "reason": "考核靠前"}).content.decode()
    assert "决定已记录" in answer
    assert "考核靠前" in page(box, "member1")


def minutes(box: Box, key: str) -> str:
    """What the minutes of a reader say, and that they print."""
    response = client_of(box, key).get(address(box, "review_minutes"))
    assert response.content.startswith(b"%PDF")
    reader = enter(box.person(key), box.review.honour, timezone.localdate())
    return str(minutes_of(reader, box.review, printed_on=timezone.localdate()))


def test_the_minutes_leave_out_whom_the_reader_must_not_find(box):
    box.conflict("member1", "a")
    rest = [key for key in MEMBERS if key != "member1"]
    box.score(a="90", b="85", c="80")
    vote = box.open()
    for key in rest:
        box.cast(vote, key, a="yes", b="yes", c="no")
    box.cast(vote, "member1", b="yes", c="no")
    box.close(vote)
    box.count(vote)
    whole, part = minutes(box, "secretary"), minutes(box, "member1")
    for key, one in box.nominees.items():
        assert one.name in whole
        assert (one.name in part) is (key != "a")
    assert "须回避的对象" in part
    assert "第1次投票" in whole
    assert all(digest in whole for digest in digests_of(Vote.objects.get()).values())
    assert "建议名单从略" in part


def test_the_page_has_no_vote_before_the_scores_are_opened():
    box = make_box()
    box.set_state("closed")
    assert "投票还没有开始" in page(box, "member1")
    assert post(box, "member1", "cast_ballots").status_code == 403
    assert post(box, "secretary", "open_vote").status_code == 403


def test_a_closed_vote_takes_no_paper_that_was_still_open_in_a_browser(box):
    vote = box.open()
    box.close(vote)
    response = post(box, "member1", "cast_ballots", paper(box, a="yes", b="yes", c="yes"))
    assert response.status_code == 422
    assert "已经截止" in response.content.decode()
    assert not Slip.objects.exists()
    assert voting.Vote.objects.get().closed_at is not None
