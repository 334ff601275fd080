"""The whole road of an acceptance as its people walk it: once found wanting, put right, inspected again, certified."""

from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Locator, expect

from orgs.enums import Conclusion
from orgs.models import Inspection, Person
from orgs.rules.acceptance import items_of
from records import outbox
from tests.flows.acceptance_world import complete_visit
from tests.inspections import jpeg

from .acceptance import Journey, make_journey
from .people import PHONE, Visitor, sitting_at
from .phone import Phone, noisy_jpeg
from .test_founding_journey import qr_address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
# A mandatory item and another one; the second inspector finds both wanting, the first one only one of them.
PLACE, SERVICE = "C3.1", "C5.3"
FOUND = "活动室改作库房，没有活动场所。"
LOST = {PLACE: "2", SERVICE: "1"}
SCORES = "#comparison, #result, #acceptance-points .key-ok"


@pytest.fixture
def journey(browser: Browser, live_server, settings) -> Iterator[Journey]:
    settings.BASE_URL = live_server.url
    with ExitStack() as windows:
        yield make_journey(
            lambda username: windows.enter_context(sitting_at(browser, live_server.url, username))
        )


# --- what people do on a page -------------------------------------------------------------------------------------


def decide(visitor: Visitor, outcome: str, opinion: str, **more: str) -> None:
    """Fill in the opinion box of a step and send it; ``outcome`` is empty where there is nothing to choose."""
    box = visitor.page.locator("#decide")
    for choice in filter(None, (outcome, *more.values())):
        box.get_by_text(choice, exact=True).click()
    box.locator("[name=opinion]").fill(opinion)
    box.locator(".act-go").click()
    settled(visitor)
    expect(visitor.page.get_by_text("已办理").first).to_be_visible()


def settled(visitor: Visitor) -> None:
    """The page that follows says nothing is wrong; what it is made of is scanned where somebody opens it."""
    visitor.page.wait_for_load_state()
    errors = visitor.page.locator(".field-error, .note-bad li").all_inner_texts()
    assert errors == [], errors


def attach(visitor: Visitor, place: Locator, name: str, seed: int) -> None:
    """Choose a file; a script sends it at once."""
    file = FilePayload(name=name, mimeType="image/jpeg", buffer=jpeg(seed))
    place.locator("input[type=file]").set_input_files(file)
    expect(place.locator(".files")).to_contain_text(name, timeout=15_000)


def draw(visitor: Visitor, pad: Locator) -> None:
    pad.scroll_into_view_if_needed()
    glass, mouse = pad.bounding_box(), visitor.page.mouse
    assert glass is not None
    mouse.move(glass["x"] + 30, glass["y"] + 30)
    mouse.down()
    mouse.move(glass["x"] + 140, glass["y"] + 70, steps=6)
    mouse.move(glass["x"] + 190, glass["y"] + 30, steps=4)
    mouse.up()


def assess(journey: Journey) -> None:
    """All items by clicking, evidence where it is demanded, two signatures."""
    applicant = journey.at_desk("applicant")
    applicant.open(f"/organizations/{journey.organization.pk}/")
    applicant.press("申请达标验收")
    page = applicant.page
    items = items_of(journey.acceptance.standard.data)
    assert page.locator("[data-item]").count() == len(items) == 24
    for number, item in enumerate(items):
        part = page.locator("[data-item]").nth(number)
        part.get_by_text("达标", exact=True).click()
        if item["mandatory"]:
            attach(applicant, part, f"{item['code']}.jpg", number)
        else:
            part.get_by_role("textbox", name="说明").fill("见团支部工作手册。")
    expect(page.locator("[data-total]")).to_have_text("100")
    page.get_by_role("textbox", name="自评说明").fill("支部活动经常，阵地与党支部共用。")
    for name, label, who in (
        ("secretary", "书记姓名", "孙书记"),
        ("representative", "团员代表姓名", "周团员"),
    ):
        page.get_by_label(label).fill(who)
        draw(applicant, page.locator(f"[data-sign=drawn_{name}] canvas"))
    applicant.send("提交自评")


def assign(visitor: Visitor, *people: Person) -> None:
    for person in people:
        visitor.page.locator(".who-row").filter(has_text=person.name).get_by_role("checkbox").check()
    visitor.page.get_by_role("button", name="指派并发出通知").click()
    settled(visitor)
    expect(visitor.page.locator(".who-list")).to_have_count(0)


def review_and_assign(journey: Journey) -> None:
    """Who is tied to the unit is listed with the reason, and cannot be ticked."""
    handler = journey.task_of("handler0")
    for check in handler.page.locator(".checks-in input").all():
        check.check()
    decide(handler, "审核通过", "资料齐全，可以现场验收。")
    handler.first_task()
    tied = handler.page.locator(".who-row").filter(has_text=journey.tied.name)
    expect(tied).to_contain_text("在被验收单位任职")
    expect(tied.get_by_role("checkbox")).to_have_count(0)
    assign(handler, *journey.inspectors)


def inspect_by_phone(phone: Phone, journey: Journey) -> None:
    """Everything between 到达 and 提交 without a network; the receipt comes with the network."""
    visit = journey.visits()[0]
    phone.sign_in(visit.inspector.username)
    looker = Visitor(phone.page, phone.base)
    looker.look()
    phone.visit()
    phone.offline()
    phone.page.get_by_role("button", name="到达签到").tap()
    for code in visit.items:
        verdict = phone.item(code).get_by_role(
            "button", name="未达标" if code == PLACE else "达标", exact=True
        )
        verdict.tap()
        expect(verdict).to_have_attribute("aria-pressed", "true")
    phone.item(PLACE).get_by_role("textbox", name=f"{PLACE} 的说明").fill(FOUND)
    phone.photograph(PLACE, "活动室.jpg", noisy_jpeg(640, 480))
    expect(phone.item(PLACE).locator(".shot img")).to_be_visible()
    looker.look()
    phone.sign()
    phone.finish()
    assert not visit.facts.exists()
    looker.look()
    phone.offline(False)
    expect(phone.page.get_by_text("已收到回执")).to_be_visible(timeout=15_000)
    looker.look()
    visit.refresh_from_db()
    assert visit.state == Inspection.State.COMPLETED
    assert visit.result["photos"] == 2


def sum_up(journey: Journey) -> None:
    """No score is to be seen while one inspector is out; then both are laid side by side."""
    handler = journey.task_of("handler0")
    expect(handler.page.get_by_text("全部提交前，任何人都看不到评分。")).to_be_visible()
    expect(handler.page.locator(SCORES)).to_have_count(0)
    assert FOUND not in handler.page.content()
    (second,) = journey.visits()
    complete_visit(second, LOST)
    handler.first_task()
    expect(handler.page.locator("#comparison")).to_contain_text(FOUND)
    decide(handler, "", "两位验收员意见基本一致。")


def answer(journey: Journey) -> None:
    applicant = journey.task_of("applicant")
    expect(applicant.page.locator(".as-why").first).to_have_text("活动室改作库房，没有活动场所；材料不全")
    applicant.page.get_by_text("有异议或说明", exact=True).click()
    applicant.page.get_by_role("textbox", name="总体答复").fill("活动室将另行安排，愿意整改。")
    applicant.send("提交答复")


def draw_the_sample(journey: Journey) -> None:
    """The only case of the street is drawn; the district looks for itself and finds the same."""
    office = journey.at_desk("district_handler")
    office.open("/samples/")
    office.page.locator("#samples a").first.click()
    office.look()
    office.page.get_by_role("link", name="抽取", exact=True).click()
    office.look()
    office.press("确认抽取")
    outbox.deliver_due(now=timezone.now, limit=100)
    office.first_task()
    office.page.get_by_role("link", name="指派区级验收员").click()
    office.look()
    assign(office, journey.district_inspector)
    (visit,) = journey.visits(purpose="sample")
    complete_visit(visit, LOST)
    office.first_task()
    decide(office, "与街镇结论一致", "抽查结果与街镇一致。")


def rectify(journey: Journey) -> None:
    applicant = journey.task_of("applicant")
    parts = applicant.page.locator("#failed .as-item")
    expect(parts).to_have_count(len(LOST))
    for number, part in enumerate(parts.all()):
        part.get_by_label("整改情况").fill("已落实，与党支部共用三层活动室。")
        part.get_by_label("完成日期").fill(timezone.localdate().isoformat())
        attach(applicant, part.locator(".as-files"), f"整改{number}.jpg", 60 + number)
    applicant.send("提交整改情况")


def inspect_again(journey: Journey) -> None:
    """Only what failed is looked at again."""
    handler = journey.task_of("handler0")
    expect(handler.page.locator(".again-items li")).to_have_count(len(LOST))
    assign(handler, *journey.inspectors)
    for visit in journey.visits():
        complete_visit(visit, {})
    handler.first_task()
    decide(handler, "", "复验两项均已达标。")


def opens_as_pdf(visitor: Visitor, link: str) -> bytes:
    response = visitor.page.request.get(visitor.base + link)
    assert (response.status, response.headers["content-type"]) == (200, "application/pdf")
    return response.body()


def certified(journey: Journey) -> str:
    """Certificate and report as the unit opens them from its case; returns the address in the certificate's code."""
    applicant = journey.at_desk("applicant")
    applicant.open(f"/organizations/{journey.organization.pk}/")
    applicant.page.get_by_role("link", name=journey.acceptance.case_number).first.click()
    applicant.look()
    result = applicant.page.locator("#acceptance-result")
    expect(result).to_contain_text("有效期至")
    links = [link.get_attribute("href") for link in result.get_by_role("link").all()]
    certificate, report = (opens_as_pdf(applicant, str(link)) for link in links[:2])
    assert len(report) > 1000
    return qr_address(certificate)


def test_an_acceptance_from_self_assessment_over_rectification_to_the_certificate(
    browser: Browser, live_server, browser_type, browser_type_launch_args, tmp_path, journey: Journey
):
    assess(journey)
    review_and_assign(journey)
    outbox.deliver_due(now=timezone.now, limit=100)
    touch = browser_type_launch_args | {"has_touch": True, "is_mobile": True}
    phone = Phone(browser_type, touch, tmp_path / "phone", live_server.url).open()
    with closing(phone):
        inspect_by_phone(phone, journey)
    sum_up(journey)
    answer(journey)
    proposal = "提出建议，报区委"
    decide(journey.task_of("approver0"), proposal, "必备项未达标，建议整改。", conclusion="限期整改")
    draw_the_sample(journey)
    decide(journey.task_of("district_approver"), "限期整改", "两项未达标，三十日内整改。")
    rectify(journey)
    inspect_again(journey)
    decide(journey.task_of("approver0"), proposal, "整改到位。", conclusion="合格")
    decide(journey.task_of("district_approver"), "合格，发给证书", "同意认定。")
    assert journey.acceptance.conclusion == Conclusion.PASS
    outbox.deliver_due(now=timezone.now, limit=100)
    address = certified(journey)
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    anyone = Visitor(context.new_page(), live_server.url)
    anyone.open(address)
    expect(anyone.page.get_by_text("文件有效").first).to_be_visible()
    context.close()
