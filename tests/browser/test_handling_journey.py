"""The tools of the exceptional day, used by the people who need them: on an office PC and on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from orgs.enums import Role
from records import outbox
from tests import factories
from tests.flows import district as d
from workflows.models import Case, Outcome

from .people import DESKTOP, PHONE, Visitor, sitting_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def at_check(place) -> Case:
    """A case that waits for the street's completeness check."""
    return d.case_after(place, "applicant", "leader")


@pytest.fixture
def place():
    return d.make_district()


@pytest.fixture
def case(place):
    """A case that waits for the street's approver."""
    case = at_check(place)
    d.act(case, place.person("handler0"), Outcome.APPROVED)
    return case


def use(visitor: Visitor, tool: str, **fields: str) -> None:
    """Open a tool from the case page, fill in its form, and press its button."""
    visitor.page.get_by_role("link", name=tool, exact=True).click()
    visitor.look()
    for label, value in fields.items():
        visitor.page.get_by_label(label).first.fill(value)


def choose(visitor: Visitor, person: str) -> None:
    visitor.page.locator("label.choice").filter(has_text=person).locator("input").check()


@SIZES
def test_a_case_is_taken_back_returned_to_an_earlier_step_and_comes_straight_back(
    browser: Browser, live_server, place, case, size
):
    home = f"/cases/{case.pk}/"
    with sitting_at(browser, live_server.url, place.person("handler0").username, size) as handler:
        handler.open(home)
        use(handler, "收回", 说明="附件漏看了一页")
        handler.send("收回")
        expect(handler.page.get_by_text("已收回，事项回到您的待办")).to_be_visible()
        handler.first_task()
        handler.decide("同意", "材料齐全。", "提交")
    with sitting_at(browser, live_server.url, place.person("approver0").username, size) as approver:
        approver.first_task()
        approver.page.get_by_text("退回补正", exact=True).first.click()
        approver.page.get_by_label("退回到").select_option(label="单位意见")
        approver.page.get_by_label("审批意见").fill("请单位说明场地。")
        approver.page.locator("#decide .act-go").click()
        approver.look()
    assert d.node(case) == "approve_unit"
    with sitting_at(browser, live_server.url, place.person("leader").username, size) as leader:
        leader.first_task()
        expect(leader.page.get_by_text("请单位说明场地。").first).to_be_visible()
        leader.decide("同意", "场地已落实。", "提交")
    assert d.node(case) == "approve_subdistrict"


@SIZES
def test_a_case_is_co_signed_copied_handed_on_and_urged(browser: Browser, live_server, place, case, size):
    leader = place.person("district_leader")
    colleague = factories.make_person(Role.SUBDISTRICT_APPROVER, place.streets[0], "同事甲")
    home = f"/cases/{case.pk}/"
    with sitting_at(browser, live_server.url, place.person("approver0").username, size) as approver:
        approver.open(home)
        use(approver, "加签", 征求意见的内容="是否影响区域布局？")
        choose(approver, leader.name)
        approver.send("加签")
        expect(approver.page.locator(".case-aside").get_by_text("正在等待会签")).to_be_visible()
    with sitting_at(browser, live_server.url, leader.username, size) as signer:
        signer.first_task()
        expect(signer.page.get_by_text("是否影响区域布局？").first).to_be_visible()
        signer.page.get_by_label("审批意见").fill("不影响。")
        signer.page.locator("#decide .act-go").click()
        expect(signer.page.get_by_text("会签意见已提交：同意")).to_be_visible()
    with sitting_at(browser, live_server.url, place.person("approver0").username, size) as approver:
        approver.open(home)
        use(approver, "抄送", 说明="请知悉")
        choose(approver, leader.name)
        approver.send("抄送")
        expect(approver.page.get_by_text("未读").first).to_be_visible()
        use(approver, "转办", 说明="我出差")
        choose(approver, "同事甲")
        approver.send("转办")
    assert d.open_task(case).owner == colleague
    with sitting_at(browser, live_server.url, leader.username, size) as reader:
        reader.open("/?tab=copies")
        reader.page.locator(".tl-row .tl-t").first.click()
        reader.look()
    assert case.copies.get().read_at
    with sitting_at(browser, live_server.url, place.person("applicant").username, size) as applicant:
        applicant.open(home)
        use(applicant, "催办", 说明="请尽快")
        applicant.send("催办")
        applicant.page.get_by_text("为什么不能").click()
        expect(applicant.page.get_by_text("每个工作日只能催办一次").first).to_be_visible()


@SIZES
def test_a_deputy_decides_many_cases_at_once_for_the_absent_approver(
    browser: Browser, live_server, place, case, size
):
    approver = place.person("approver0")
    deputy = factories.make_person(Role.SUBDISTRICT_APPROVER, place.streets[0], "王某")
    other = at_check(place)
    d.act(other, place.person("handler0"), Outcome.APPROVED)
    with sitting_at(browser, live_server.url, approver.username, size) as absent:
        absent.open("/delegations/")
        absent.page.get_by_role("link", name="委托", exact=True).last.click()
        absent.look()
        choose(absent, "王某")
        today = timezone.localdate().isoformat()
        for label, value in (("委托起", today), ("委托止", today), ("委托事由", "出差")):
            absent.page.get_by_label(label).fill(value)
        absent.page.locator("main form button[type=submit]").last.click()
        absent.look()
        expect(absent.page.get_by_text("王某").first).to_be_visible()
    with sitting_at(browser, live_server.url, deputy.username, size) as visitor:
        visitor.open("/")
        for box in visitor.page.locator("input[name=task]").all():
            box.check()
        visitor.press("批量办理所选")
        visitor.page.get_by_text("同意", exact=True).first.click()
        visitor.page.get_by_label("意见").first.fill("同意。")
        visitor.page.locator("main form button[type=submit]").last.click()
        visitor.look()
        outbox.deliver_due(now=timezone.now)
        visitor.page.reload()
        visitor.look()
        visitor.open(f"/cases/{case.pk}/")
        expect(visitor.page.get_by_text(f"王某（代{approver.name}）").first).to_be_visible()
