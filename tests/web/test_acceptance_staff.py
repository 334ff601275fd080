"""The desks of the acceptance over HTTP: papers, inspectors, findings side by side, proposal, decision, appeal."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.acceptance import CannotConclude, recommend_conclusion
from orgs.enums import Conclusion, Role
from orgs.models import Acceptance, Inspection, Post
from records.models import Document
from tests.flows import district as d
from tests.flows.acceptance_world import Purpose, Walk, start_walk
from tests.sharing import shared
from workflows.models import Outcome

pytestmark = pytest.mark.django_db
State = Inspection.State
OUTSIDERS = ("handler1", "approver1")


def build_review() -> Walk:
    walk = start_walk()
    walk.acceptance.items.update(claimed=True, self_note="已落实。")
    walk.assess()
    return walk


def to_visits(walk: Walk) -> Walk:
    walk.review()
    walk.assign()
    return walk


def to_proposal(walk: Walk) -> Walk:
    to_visits(walk)
    for who in ("inspector0", "inspector1"):
        walk.visit(who, lost={"C1.1": "0"})
    walk.summarize()
    walk.acceptance.items.filter(code="C1.1").update(answer="批复正在补办。")
    walk.answer()
    return walk


review = shared(build_review, "review")


def client(walk: Walk, who: str) -> Client:
    found = Client()
    found.force_login(walk.place.person(who), backend="django.contrib.auth.backends.ModelBackend")
    return found


def address(walk: Walk) -> str:
    return reverse("task", args=[walk.case.pk, d.open_task(walk.case).pk])


def shown(walk: Walk, who: str) -> str:
    response = client(walk, who).get(address(walk))
    assert response.status_code == 200
    return response.content.decode()


def sent(walk: Walk, who: str, data: dict, url: str = ""):
    return client(walk, who).post(url or address(walk), data)


def tool(walk: Walk, name: str, visit: Inspection | None = None) -> str:
    more = [visit.public_id] if visit else []
    return reverse(name, args=[walk.case.pk, d.open_task(walk.case).pk, *more])


def visit_of(walk: Walk, who: str) -> Inspection:
    found = Inspection.objects.exclude(state=State.CANCELLED)
    return found.get(acceptance=walk.acceptance, inspector=walk.place.person(who))


def meeting(walk: Walk, *people: str, **fields: str) -> dict:
    return {
        "inspectors": [walk.place.person(who).pk for who in people],
        "day": (timezone.localdate() + dt.timedelta(days=3)).isoformat(),
        "time": "9:30",
        "place": "一层会议室",
        "contact": "李想",
        "telephone": "010-62550000",
    } | fields


CHECKS = {f"check_{code}": "on" for code in ("data", "papers", "truth", "secretary", "opinions")}


def test_claims_stand_beside_what_the_system_knows(review):
    page = shown(review(), "handler0")
    assert "已落实。" in page
    assert "团员12人" in page
    assert "三必核" in page
    assert "没有上传佐证材料" in page


def test_papers_pass_only_when_every_check_is_done_and_nothing_typed_is_lost(review):
    walk = review()
    data = {"outcome": "approved", "opinion": "", "note_C1.1": "缺原件", "check_data": "on"}
    response = sent(walk, "handler0", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "请完成后打勾" in page
    assert "缺原件" in page
    assert sent(walk, "handler0", data | CHECKS).status_code == 302
    acceptance = walk.acceptance
    assert walk.node == "assign_inspectors"
    assert acceptance.items.get(code="C1.1").paper_note == "缺原件"
    assert acceptance.papers["checks"]["truth"]["by"] == walk.place.person("handler0").pk
    assert "听取团组织书记汇报" in shown(walk, "approver0"), "who checked what stays on the case"


def test_returned_papers_keep_the_remarks_for_the_unit(review):
    walk = review()
    sent(walk, "handler0", {"outcome": "returned", "opinion": "请补花名册", "note_C2.1": "花名册不全"})
    assert walk.node == "correct_assessment"
    assert walk.acceptance.items.get(code="C2.1").paper_note == "花名册不全"


def test_who_is_in_conflict_is_shown_with_the_reason_and_refused_with_it(review):
    walk = review()
    walk.review()
    person = walk.place.person("inspector2")
    Post.objects.create(person=person, role=Role.UNIT_LEADER, unit=walk.case.unit, since=dt.date(2025, 1, 1))
    page = shown(walk, "handler0")
    assert "不能指派" in page
    assert f'value="{person.pk}"' not in page
    response = sent(walk, "handler0", meeting(walk, "inspector0", "inspector2"))
    assert response.status_code == 422
    assert "任职或曾任职" in response.content.decode()
    assert not Inspection.objects.exists()


def test_assigning_sends_two_with_dates_of_their_own(review):
    walk = review()
    walk.review()
    key = walk.place.person("inspector1").pk
    later = (timezone.localdate() + dt.timedelta(days=5)).isoformat()
    data = meeting(walk, "inspector0", "inspector1", **{f"day_{key}": later, f"time_{key}": "14:00"})
    assert sent(walk, "handler0", data).status_code == 302
    assert walk.node == "inspect_site"
    other = timezone.localtime(visit_of(walk, "inspector1").planned_at)
    assert f"{other:%Y-%m-%d %H:%M}" == f"{later} 14:00"
    assert Document.objects.filter(kind="acceptance_notice").count() == 2


def test_one_inspector_or_a_day_gone_by_is_refused_with_what_to_do(review):
    walk = review()
    walk.review()
    assert "补选" in sent(walk, "handler0", meeting(walk, "inspector0")).content.decode()
    past = meeting(walk, "inspector0", "inspector1", day="2020-01-01")
    assert "已过" in sent(walk, "handler0", past).content.decode()


def test_nothing_of_a_score_is_shown_before_all_are_in(review):
    walk = to_visits(review())
    walk.visit("inspector0", lost={"C2.3": "1.5"})
    for who in ("handler0", "approver0", "district_handler", "district_leader", "applicant", "inspector1"):
        page = shown(walk, who)
        assert "98.5" not in page
        assert "材料不全" not in page
    assert "全部提交前，任何人都看不到评分" in shown(walk, "handler0")
    refused = sent(walk, "handler0", {"outcome": "submitted", "opinion": ""})
    assert refused.status_code == 403
    walk.visit("inspector1", lost={"C2.3": "1.5", "C5.4": "2.5"})
    page = shown(walk, "handler0")
    assert "98.5" in page
    assert "结论相反" in page, "only one of them found C5.4 wanting"
    assert sent(walk, "handler0", {"outcome": "submitted", "opinion": ""}).status_code == 302
    assert walk.node == "answer_findings"


@pytest.mark.parametrize(
    ("points", "third"), [({"C1.1": "0", "C1.2": "1"}, False), ({"C1.1": "0", "C1.2": "0.5"}, True)]
)
def test_a_difference_of_exactly_ten_needs_no_third(review, points, third):
    walk = to_visits(review())
    walk.visit("inspector0")
    walk.visit("inspector1", lost=points)
    page = shown(walk, "handler0")
    assert ("指派第三人" in page) is third
    added = sent(walk, "handler0", meeting(walk, "inspector2"), tool(walk, "add_visit"))
    assert added.status_code == (302 if third else 403)
    assert Inspection.objects.filter(purpose=Purpose.THIRD).count() == third
    if third:
        assert visit_of(walk, "inspector2").round == 1
        assert "89.5" not in shown(walk, "inspector2"), "the third scores alone as well"
        assert sent(walk, "handler0", {"outcome": "submitted"}).status_code == 403
        walk.visit("inspector2")
        assert sent(walk, "handler0", {"outcome": "submitted"}).status_code == 302
        assert walk.acceptance.total == 100


def test_visits_are_replaced_and_called_off_under_the_authority_of_the_step(review):
    walk = to_visits(review())
    visit = visit_of(walk, "inspector0")
    new = {"inspector": walk.place.person("inspector2").pk, "reason": "病假"}
    for who in ("approver0", "district_handler", "inspector1", "applicant"):
        assert sent(walk, who, new, tool(walk, "replace_inspector", visit)).status_code == 403
    empty = sent(walk, "handler0", {"reason": ""}, tool(walk, "replace_inspector", visit))
    assert empty.status_code == 422
    assert sent(walk, "handler0", new, tool(walk, "replace_inspector", visit)).status_code == 302
    visit.refresh_from_db()
    assert visit.state == State.CANCELLED
    refused = sent(
        walk, "handler0", {"reason": "人多"}, tool(walk, "cancel_visit", visit_of(walk, "inspector1"))
    )
    assert refused.status_code == 403
    assert "人数不足" in refused.content.decode()


def test_another_street_finds_no_way_to_the_visits(review):
    walk = to_visits(review())
    visit = visit_of(walk, "inspector0")
    urls = [
        tool(walk, "add_visit"),
        *(tool(walk, name, visit) for name in ("replace_inspector", "cancel_visit")),
    ]
    for url in urls:
        assert Client().get(url).status_code == 302
        for who in OUTSIDERS:
            assert client(walk, who).get(url).status_code == 403
            assert client(walk, who).post(url, {}).status_code == 403
    assert all(client(walk, "handler0").get(url).status_code == 200 for url in urls)


def test_a_pass_cannot_be_proposed_below_the_standard(review):
    walk = to_proposal(review())
    page = shown(walk, "approver0")
    assert "必备项C1.1" in page
    assert "批复正在补办。" in page
    refused = sent(walk, "approver0", {"outcome": "approved", "recommendation": "pass", "opinion": "好"})
    assert refused.status_code == 422
    with pytest.raises(CannotConclude):
        recommend_conclusion(walk.acceptance, Conclusion.PASS)
    unsaid = sent(walk, "approver0", {"outcome": "approved", "recommendation": "rectify", "opinion": ""})
    assert "必须写明理由" in unsaid.content.decode()
    data = {"outcome": "approved", "recommendation": "rectify", "opinion": "限期补齐批复。"}
    assert sent(walk, "approver0", data).status_code == 302
    assert walk.acceptance.recommendation == Conclusion.RECTIFY
    assert walk.node == "await_sample"


def to_decision(walk: Walk) -> None:
    data = {"outcome": "approved", "recommendation": "rectify", "opinion": "限期补齐批复。"}
    sent(walk, "approver0", data)
    assert "本环节由抽取结果决定" in shown(walk, "district_handler")
    assert sent(walk, "district_handler", {"outcome": "approved"}).status_code == 403
    walk.draw()
    assert walk.node == "check_sample"


def test_the_district_sends_its_own_and_holds_them_against_the_proposal(review):
    walk = to_proposal(review())
    to_decision(walk)
    assert "尚未指派区级验收员" in shown(walk, "district_handler")
    wrong = sent(walk, "district_handler", meeting(walk, "inspector2"), tool(walk, "add_visit"))
    assert wrong.status_code == 422
    right = sent(walk, "district_handler", meeting(walk, "district_inspector"), tool(walk, "add_visit"))
    assert right.status_code == 302
    assert sent(walk, "district_handler", {"outcome": "approved"}).status_code == 403
    walk.visit("district_inspector", lost={"C1.1": "0", "C3.2": "1"})
    page = shown(walk, "district_handler")
    assert "1 项评分不同" in page
    assert sent(walk, "district_handler", {"outcome": "approved"}).status_code == 302
    page = shown(walk, "district_approver")
    assert "限期补齐批复。" in page
    assert "发给证书" not in page, "only what the findings allow is offered"
    assert sent(walk, "district_approver", {"outcome": "approved", "opinion": "好"}).status_code == 422
    assert sent(walk, "district_approver", {"outcome": "failed", "opinion": ""}).status_code == 422
    assert sent(walk, "district_approver", {"outcome": "failed", "opinion": "批复缺失。"}).status_code == 302
    appeal(walk)


def appeal(walk: Walk) -> None:
    """The unit appeals; the office reports, the leader upholds."""
    Acceptance.objects.update(appeal_reason="批复原件已找到。")
    walk.act("applicant", Outcome.SUBMITTED)
    assert "批复原件已找到。" in shown(walk, "district_handler")
    assert sent(walk, "district_handler", {"outcome": "submitted", "opinion": ""}).status_code == 422
    report = {"outcome": "submitted", "opinion": "原件属实，建议支持。"}
    assert sent(walk, "district_handler", report).status_code == 302
    page = shown(walk, "district_leader")
    assert "原件属实，建议支持。" in page
    assert "批复缺失。" in page
    assert sent(walk, "district_approver", {"outcome": "approved", "opinion": "同意"}).status_code == 403
    assert sent(walk, "district_leader", {"outcome": "approved", "opinion": ""}).status_code == 422
    assert sent(walk, "district_leader", {"outcome": "approved", "opinion": "支持。"}).status_code == 302
    assert walk.node == "assign_inspectors"
    page = shown(walk, "handler0")
    assert "申诉前验收过该团组织" in page
