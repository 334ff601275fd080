"""The unit's side of a nomination (P4): beginning, stating, the notice in the own unit, correcting, withdrawing."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from awards.actions.nominating import files_about
from awards.enums import NominationState
from awards.models import AwardCampaign, Honour, Nomination
from awards.offers import latest_notice_start
from awards.rules.plan import closes_on
from orgs.models import Acceptance
from orgs.permissions import Refused
from records import calendars
from records.models import StoredFile
from tests.awards import make_award_world, make_honour
from tests.flows import nomination_world as w
from tests.flows.district import withdraw_task
from tests.sharing import shared
from tests.web.founding_pages import a_pdf, open_task, send, signed_in, task_url, text_of
from workflows.models import Case, Outcome
from workflows.reading import may_read_file
from workflows.rounds import compared_rounds
from workflows.sheets import sheet_content
from workflows.views.task import load_case

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate

AFTER = {
    "nominated": ("own_notice", NominationState.OWN_NOTICE),
    "announced_in_unit": ("review_nomination", NominationState.RANKING),
    "reviewed": ("rank_nomination", NominationState.RANKING),
    "ranked": ("check_eligibility", NominationState.CHECKING),
    "checked": ("vet", NominationState.VETTING),
    "vetted": ("committee_review", NominationState.REVIEW),
    "selected": ("approve_list", NominationState.LISTED),
    "listed": ("public_notice", NominationState.LISTED),
    "announced": ("public_notice", NominationState.ANNOUNCED),
    "cleared": ("decide_award", NominationState.CLEARED),
    "decided": ("issue_certificate", NominationState.DECIDED),
    "awarded": ("awarded", NominationState.AWARDED),
}


def build_walks():
    """A person's nomination just begun, of the first organization of the first street."""
    return w.start_nomination_walk(make_award_world(), person="王珊")


walk_once = shared(build_walks, "walk_once")


@pytest.fixture
def walk(walk_once):
    return walk_once()


def start_url(walk, honour: Honour, street: int = 0, number: int = 0) -> str:
    return reverse("start_nomination", args=[w.organization_of(walk.world, street, number).pk, honour.pk])


def statement(walk, action: str = "submit", **changes) -> dict:
    """A complete nomination as its page sends it, unless ``changes`` spoil it. None leaves a field out."""
    nomination = walk.nomination
    data = {"action": action, "version": str(nomination.version), "file_deeds": a_pdf("事迹证明.pdf")}
    for name, value in w.statement(nomination).items():
        data[name] = value.isoformat() if isinstance(value, dt.date) else value
    data |= {"person_name": "王珊", "born_on": w.BORN_ON.isoformat()}
    del data["confirmations"]
    return {key: value for key, value in (data | changes).items() if value is not None}


def submit(walk, **changes):
    return send(walk.case, walk.world.person(walk.applicant), statement(walk, **changes))


def report(walk, **changes):
    data = {"action": "submit", "heard": "none", "declared": "on", "file_own_notice": a_pdf("公示照片.pdf")}
    sent = {key: value for key, value in (data | changes).items() if value is not None}
    return send(walk.case, walk.world.person(walk.applicant), sent)


def page(walk, who: str) -> str:
    return text_of(signed_in(walk.world.person(who)).get(reverse("case", args=[walk.case.pk])))


def test_a_nomination_walks_from_the_unit_to_the_certificate_of_an_organization_and_of_a_person(walk):
    for one in (walk, w.start_nomination_walk(walk.world, number=1)):
        for step, after in AFTER.items():
            one.to(step)
            assert (one.node, one.nomination.state) == after, step


# -- beginning ---------------------------------------------------------------------------------------------------


def test_what_may_be_nominated_is_offered_with_what_stands_against_it(walk):
    world = walk.world
    Acceptance.objects.filter(organization=w.organization_of(world, 0, 1)).update(grade="二星级")
    address = reverse("nominate_for", args=[world.campaign.pk])
    shown = text_of(signed_in(world.person("applicant0_1")).get(address))
    assert "“三星级以上”现在不符合" in shown
    assert "星级2，要求3以上" in shown
    assert start_url(walk, world.person_honour, 0, 1) in shown
    own = text_of(signed_in(world.person("applicant0_0")).get(address))
    assert walk.nomination.case_number in own
    assert "再推荐一人" in own
    assert closes_on(world.campaign).isoformat() in own
    for other in ("leader0_0", "handler0", "district_handler", "member1"):
        assert signed_in(world.person(other)).get(address).status_code == 403


def test_an_organization_is_nominated_with_one_click_and_only_once(walk):
    client = signed_in(walk.world.person("applicant0_0"))
    address = start_url(walk, walk.world.organization_honour)
    answer = client.post(address)
    case = Case.objects.latest("pk")
    assert answer["Location"] == reverse("task", args=[case.pk, open_task(case).pk])
    assert "先进团组织" in text_of(client.get(answer["Location"]))
    again = client.post(address)
    assert again.status_code == 409
    assert case.number in text_of(again)
    for other in ("leader0_0", "applicant0_1", "handler0", "approver1"):
        assert signed_in(walk.world.person(other)).post(address).status_code == 403


def test_a_person_is_named_first_and_nominated_only_once(walk):
    client = signed_in(walk.world.person("applicant0_0"))
    address = start_url(walk, walk.world.person_honour)
    wrong = client.post(address, {"name": "李 想", "born_on": "2999-01-01"})
    assert wrong.status_code == 422
    assert "晚于今天" in text_of(wrong)
    assert "李 想" in text_of(wrong)
    again = client.post(address, {"name": "王 珊", "born_on": w.BORN_ON.isoformat()})
    assert again.status_code == 409
    assert walk.nomination.case_number in text_of(again)
    leader = walk.world.person("leader0_0")
    assert client.post(address, {"name": leader.name, "born_on": "1990-01-01"}).status_code == 302
    made = Nomination.objects.latest("pk")
    assert (made.person_name, made.account, made.state) == (leader.name, leader, NominationState.DRAFT)


@pytest.mark.parametrize(
    ("campaign", "organization", "reason"),
    [
        ({"starts_on": dt.date(2025, 1, 6)}, {}, "单位推荐已于 2025-01-24 截止"),
        ({"starts_on": dt.date(2999, 1, 6)}, {}, "评选活动 2999-01-06 开始"),
        ({"state": "finished"}, {}, "评选活动目前为“已结束”"),
        ({}, {"status": "rectifying"}, "团组织目前为"),
    ],
)
def test_what_keeps_a_nomination_from_beginning_is_said_before_and_after_the_click(
    walk, campaign, organization, reason
):
    AwardCampaign.objects.filter(pk=walk.world.campaign.pk).update(**campaign)
    there = w.organization_of(walk.world)
    type(there).objects.filter(pk=there.pk).update(**organization)
    client = signed_in(walk.world.person("applicant0_0"))
    address = start_url(walk, walk.world.organization_honour)
    for answer in (
        client.get(reverse("nominate_for", args=[walk.world.campaign.pk])),
        client.get(address),
        client.post(address),
    ):
        assert reason in text_of(answer)
    assert Nomination.objects.count() == 1


def test_units_do_not_find_a_campaign_before_it_is_published(walk):
    AwardCampaign.objects.update(state="submitted")
    client = signed_in(walk.world.person("applicant0_0"))
    address = start_url(walk, walk.world.organization_honour)
    assert client.get(reverse("nominate_for", args=[walk.world.campaign.pk])).status_code == 404
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


# -- stating -----------------------------------------------------------------------------------------------------


def test_a_complete_nomination_is_frozen_and_its_own_notice_begins(walk):
    since = calendars.add_working_days(TODAY(), 1)
    assert submit(walk, own_notice_from=since.isoformat()).status_code == 302
    nomination = walk.nomination
    assert (walk.node, nomination.state) == ("own_notice", NominationState.OWN_NOTICE)
    assert nomination.own_notice_to == calendars.add_working_days(
        since, 2
    )  # three with the first one counted
    snapshot = nomination.snapshots.get()
    assert snapshot.data["files"]["deeds"] == ["事迹证明.pdf"]
    assert (snapshot.data["post_title"], snapshot.data["born_on"]) == ("团支部书记", "1996-05-04")
    notice = signed_in(walk.world.person("leader0_0")).get(reverse("own_notice_text", args=[walk.case.pk]))
    assert "王珊同志" in text_of(notice)
    assert "1996" not in text_of(notice)


def test_what_is_missing_or_wrong_is_named_and_nothing_typed_is_lost(walk):
    late = latest_notice_start(walk.world.campaign) + dt.timedelta(days=1)
    wrong = {
        "gender": (None, "请选择性别"),
        "born_on": ("1996-13-01", "不是有效日期"),
        "post_since": ("2999-01-01", "晚于今天"),
        "political_status": ("", "请选择政治面貌"),
        "summary": ("好" * 201, "最多 200 字，现有 201 字"),
        "deeds": ("", "请填写主要事迹"),
        "file_deeds": (SimpleUploadedFile("a.pdf", b"<html>"), "不是可接受的文件类型"),
        "own_notice_place": ("", "请填写公示地点"),
        "own_notice_from": (late.isoformat(), "晚于推荐截止日"),
        "version": ("7", "再按一次即以本页为准"),
    }
    sent = {name: value for name, (value, _message) in wrong.items()}
    answer = submit(walk, **sent, file_nominee_photo=a_pdf("照片.pdf"))
    assert answer.status_code == 422
    shown = text_of(answer)
    for _value, message in wrong.values():
        assert message in shown
    assert "团支部书记" in shown
    assert files_about(walk.nomination).get().name == "照片.pdf"
    assert walk.node == "nominate"
    assert "请上传至少一份能够证明事迹的材料" in text_of(submit(walk, file_deeds=None))
    yesterday = (TODAY() - dt.timedelta(days=1)).isoformat()
    assert "不能早于今天" in text_of(submit(walk, own_notice_from=yesterday))


def test_a_failing_rule_is_named_with_its_data_and_does_not_pass_unseen(walk):
    changes = {"born_on": "1980-05-04", "post_since": (TODAY() - dt.timedelta(days=100)).isoformat()}
    refused = submit(walk, **changes)
    assert refused.status_code == 422
    shown = text_of(refused)
    assert "“18至40周岁”不符合" in shown
    assert "要求18至40周岁" in shown
    assert "“任团干部满2年”不符合" in shown
    assert submit(walk, **changes, file_deeds=None, accept_failures="on").status_code == 302
    decision = Case.objects.get(pk=walk.case.pk).decisions.get()
    assert decision.opinion == "提交时不符合的条件：18至40周岁、任团干部满2年。"


def test_the_rules_are_asked_while_the_form_is_filled_in(walk):
    client, address = signed_in(walk.world.person("applicant0_0")), task_url(walk.case)
    assert "填写后核对" in text_of(client.get(address))
    sent = statement(walk, "check", file_deeds=None, born_on="1980-05-04")
    part = text_of(client.post(address, sent, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "要求18至40周岁" in part
    assert "填写后核对" not in part
    assert "1 项不符合" in part
    whole = text_of(client.post(address, statement(walk, "look", summary="")))
    assert "请填写简要事迹" not in whole
    assert "全部符合" in whole


def test_figures_and_confirmations_are_asked_for_where_the_rules_of_the_honour_want_them(walk):
    honour = make_honour(walk.world.campaign, "youth_model_unit")
    other = w.start_nomination_walk(walk.world, honour=honour, number=1)
    shown = text_of(signed_in(walk.world.person("applicant0_1")).get(task_url(other.case)))
    for label in ("35周岁以下人数", "负责人出生日期", "现场悬挂公示牌"):
        assert label in shown
    figures = {"headcount": "40", "youth": "50", "confirm_sign_shown": "yes", "confirm_lower_title": "yes"}
    person = {"person_name": None, "born_on": None, "gender": None}
    assert "不能多于总人数" in text_of(submit(other, **person, **figures))
    figures["youth"] = "12"
    answer = text_of(submit(other, **person, **figures, file_deeds=None))
    assert "共40人" in answer or "40人中35周岁以下12人" in answer
    figures["youth"] = "30"
    assert submit(other, **person, **figures, file_deeds=None).status_code == 302
    assert other.nomination.confirmations == {"sign_shown": True, "lower_title": True}


def test_a_half_filled_nomination_is_put_aside_with_its_files_and_a_stale_page_is_told(walk):
    applicant = walk.world.person("applicant0_0")
    before = statement(walk, summary="旧的一页。", file_deeds=None)
    assert send(walk.case, applicant, statement(walk, "save", deeds="", gender=None)).status_code == 302
    assert walk.nomination.summary == "团的活动经常，青年满意。"
    stored = files_about(walk.nomination).get()
    stale = text_of(send(walk.case, applicant, before))
    assert "保存过推荐材料" in stale
    assert "现在保存的是“团的活动经常，青年满意。”" in stale
    data = {"action": f"remove_file:{stored.pk}", "place": "file_deeds"}
    part = signed_in(applicant).post(task_url(walk.case), data, headers={"HX-Request": "true"})
    assert "place-file_deeds" in text_of(part)
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert walk.node == "nominate"


def test_a_name_put_right_before_the_notice_renames_the_case_and_is_nobody_elses(walk):
    twin = w.start_nomination_walk(walk.world, person="王姗")
    assert "王姗已推荐为" in text_of(submit(walk, person_name="王姗"))
    twin.act("applicant0_0", Outcome.WITHDRAWN)
    assert submit(walk, person_name="王姗", file_deeds=None).status_code == 302
    assert Case.objects.get(pk=walk.case.pk).title.startswith("王姗申报")
    assert "王姗" in walk.nomination.person_key


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"starts_on": dt.date(2025, 1, 6)}, "已于 2025-01-24 截止"), ({"state": "cancelled"}, "“已取消”")],
)
def test_nothing_is_submitted_for_the_first_time_once_nominations_are_closed(walk, change, reason):
    AwardCampaign.objects.update(**change)
    shown = text_of(submit(walk))
    assert "不能再提交" in shown
    assert reason in shown
    assert walk.nomination.state == NominationState.DRAFT


# -- the notice in the own unit ----------------------------------------------------------------------------------


def test_the_result_of_the_own_notice_waits_for_its_end(walk):
    walk.to("nominated")
    shown = text_of(signed_in(walk.world.person("applicant0_0")).get(task_url(walk.case)))
    assert "期满后报送结果" in shown
    assert report(walk).status_code == 403
    walk.end_own_notice()
    unsettled = text_of(report(walk, heard="some", remarks="有人反映缺席会议。", file_own_notice=None))
    for message in ("请写明处理情况", "请上传公示现场照片"):
        assert message in unsettled
    assert "请确认公示情况属实" in text_of(report(walk, declared=None, file_own_notice=None))
    settled = {"heard": "some", "remarks": "有人反映缺席会议。", "settled": "核实为公务出差。"}
    assert report(walk, **settled).status_code == 302
    nomination = walk.nomination
    assert (walk.node, nomination.state) == ("review_nomination", NominationState.RANKING)
    snapshot = nomination.snapshots.get(step="own_notice")
    assert snapshot.data["files"] == {"own_notice": ["公示照片.pdf"]}
    assert "核实为公务出差。" in page(walk, "handler0")


# -- correcting and withdrawing ----------------------------------------------------------------------------------


def test_a_correction_shows_why_it_came_back_keeps_the_nominee_and_is_compared(walk):
    assert submit(walk).status_code == 302
    walk.step = "nominated"
    walk.to("announced_in_unit").act("handler0", Outcome.RETURNED, "事迹不具体。")
    shown = text_of(signed_in(walk.world.person("applicant0_0")).get(task_url(walk.case)))
    assert "事迹不具体。" in shown
    assert "不能更换推荐对象" in shown
    assert "已提交" in shown
    changes = {"person_name": "李想", "born_on": "1996-05-14", "deeds": "组织志愿服务12场。"}
    assert submit(walk, **changes, file_deeds=None, own_notice_from=None).status_code == 302
    nomination = walk.nomination
    assert (walk.node, nomination.state, nomination.person_name) == (
        "review_nomination",
        NominationState.RANKING,
        "王珊",
    )
    changed = {one["label"]: one for one in compared_rounds(load_case(walk.case.pk))[0]["changes"]}
    assert changed["主要事迹"]["after"] == "组织志愿服务12场。"
    assert changed["出生年份"]["before"] == "1996年（月日后来更正）"
    assert "05-04" not in str(changed)


@pytest.mark.parametrize("step", ["nominated", "reviewed", "vetted", "announced", "cleared"])
def test_the_unit_withdraws_until_the_decision(walk, step):
    walk.to(step)
    task = open_task(walk.case)
    address = reverse("withdraw", args=[walk.case.pk, task.pk])
    for other in ("leader0_0", "applicant0_1", "handler1"):
        assert signed_in(walk.world.person(other)).post(address).status_code == 403
    assert (
        signed_in(walk.world.person("applicant0_0")).post(address, {"reason": "本人调离。"}).status_code
        == 302
    )
    assert (walk.node, walk.nomination.state) == ("withdrawn", NominationState.WITHDRAWN)
    assert w.start_nomination_walk(walk.world, person="王珊").case.previous_case_id == walk.case.pk


def test_after_the_decision_the_unit_withdraws_no_more(walk):
    walk.to("decided")
    with pytest.raises(Refused, match="不能再撤回"):
        withdraw_task(walk.case, open_task(walk.case).pk, walk.world.person("applicant0_0"))


# -- who reads what ----------------------------------------------------------------------------------------------


def test_the_case_tells_each_reader_what_the_reader_needs(walk):
    assert submit(walk).status_code == 302
    walk.step = "nominated"
    walk.to("ranked").consult(answer="agreed")
    for who in ("applicant0_0", "handler0", "district_handler"):
        assert "1996-05-04" in page(walk, who), who
    for who in ("leader0_0", "instructor0", "district_leader"):
        shown = page(walk, who)
        assert "1996" in shown, who
        assert "1996-05-04" not in shown, who
    replying = "区人力资源和社会保障局"
    assert replying in page(walk, "district_handler")
    assert all(replying not in page(walk, who) for who in ("applicant0_0", "handler0", "district_leader"))
    stored, on = files_about(walk.nomination).get(), TODAY()
    readers = ("applicant0_0", "handler0", "district_approver", "handler1", "applicant0_1", "member1")
    allowed = [who for who in readers if may_read_file(walk.world.person(who), stored, on=on)]
    assert allowed == ["applicant0_0", "handler0", "district_approver"]
    for who in ("handler1", "applicant0_1", "member1"):
        client = signed_in(walk.world.person(who))
        assert client.get(reverse("case", args=[walk.case.pk])).status_code == 403
        assert client.get(reverse("own_notice_text", args=[walk.case.pk])).status_code == 403


def test_the_sheet_and_the_page_tell_the_award_and_nothing_of_the_votes(walk):
    walk.to("awarded")
    sheet = str(sheet_content(load_case(walk.case.pk), on=TODAY()))
    assert "优秀共青团干部" in sheet
    assert "1996年5月" in sheet
    shown = page(walk, "applicant0_0")
    assert "已授予" in shown
    assert "海团发" in shown
    for text in (sheet, shown):
        assert "赞成" not in text
