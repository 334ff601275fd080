"""On site without a network: not one tap is lost, nothing is doubled, nothing is shown to anybody else."""

import datetime as dt
import json
import random
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, BrowserType, expect

from orgs.models import Inspection, InspectionFact, InspectionUpload
from orgs.rules.inspection_facts import Recorded, merge
from tests.inspections import Visiting, make_inspection

from .people import PASSWORD, Visitor
from .phone import APP, BREAK_ONCE, FULL_ONCE, PLACE, Phone, huge_png, noisy_jpeg

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
ITEMS = ["C1.1", "C1.3", "C2.1"]


@pytest.fixture
def visiting(live_server) -> Visiting:
    """One inspector with one visit of three items; of another inspector's visit nothing may be on the phone."""
    found = make_inspection(inspectors=2, items=ITEMS)
    for person in found.inspectors:
        person.set_password(PASSWORD)
        person.save()
    return found


@pytest.fixture
def make_phone(browser_type: BrowserType, browser_type_launch_args: dict, tmp_path, live_server):
    phones: list[Phone] = []

    def make() -> Phone:
        folder = tmp_path / f"phone{len(phones)}"
        phones.append(Phone(browser_type, browser_type_launch_args, folder, live_server.url))
        return phones[-1].open()

    yield make
    for phone in phones:
        phone.close()


def test_a_visit_is_recorded_whole_without_a_network_and_arrives_once(make_phone, visiting):
    phone, visit = make_phone(), visiting.visits[0]
    phone.sign_in(visit.inspector.username)
    looker = Visitor(phone.page, phone.base)
    looker.look()
    phone.offline()
    phone.page.goto(phone.base + APP)
    phone.ready()
    # The time of the place, whatever zone the phone is set to.
    planned = timezone.localtime(visit.planned_at)
    expect(phone.page.locator(".vis-w b")).to_have_text(f"{planned:%H:%M}")
    phone.page.get_by_role("link", name="待办").click()
    expect(phone.page.get_by_text("这里要联网才能打开")).to_be_visible()
    phone.visit()
    looker.look()
    phone.page.get_by_role("button", name="到达签到").click()
    expect(phone.page.locator(".arrived")).to_be_visible()
    phone.say("C1.1", "达标")
    phone.say("C1.3", "未达标")
    phone.item("C1.3").get_by_role("textbox", name="C1.3 的说明").fill("没有见到任命文件。")
    phone.item("C1.3").get_by_role("button", name="C1.3 加半分").click()
    expect(phone.item("C1.3").locator("output")).to_have_text("0.5")
    phone.photograph("C1.3", "现场.jpg", noisy_jpeg(2000, 1500))
    expect(phone.item("C1.3").locator(".shot img")).to_be_visible()
    phone.page.locator(".act.go").click()
    expect(phone.page.get_by_text("C2.1 还没有评定")).to_be_visible()
    looker.scan()
    phone.page.get_by_role("button", name="关闭").click()
    phone.reopen()
    expect(phone.item("C1.3").get_by_role("textbox", name="C1.3 的说明")).to_have_value("没有见到任命文件。")
    expect(phone.item("C1.3").locator(".shot img")).to_be_visible()
    phone.say("C2.1", "达标")
    phone.item("veto:V1").get_by_role("button", name="未发现").click()
    phone.sign()
    phone.finish()
    assert not InspectionFact.objects.exists()
    phone.reopen()
    phone.page.evaluate(BREAK_ONCE)
    phone.offline(False)
    expect(phone.page.get_by_text("已收到回执")).to_be_visible(timeout=15_000)
    pieces = [piece.split()[1].split("-")[0] for piece in phone.page.evaluate("window.sent")]
    # The photo and the signature begin once; the photo goes on where the line broke.
    assert (pieces.count("0"), pieces.count("262144")) == (2, 2), pieces
    visit.refresh_from_db()
    assert visit.state == Inspection.State.COMPLETED
    assert visit.result["items"]["C1.3"] == {"met": False, "points": "0.5", "note": "没有见到任命文件。"}
    assert visit.result["photos"] == 2
    assert InspectionUpload.objects.filter(inspection=visit, file__isnull=False).count() == 2
    photo = InspectionFact.objects.get(key__startswith="photo:").value
    assert (photo["item"], photo["width"], photo["height"]) == ("C1.3", 1600, 1200)
    assert (photo["lat"], photo["lon"], photo["accuracy"]) == tuple(PLACE.values())
    kept = phone.kept()
    assert (kept["visits"], kept["facts"], kept["photos"], len(kept["receipts"])) == ([], [], [], 1)


def test_what_is_no_photo_is_refused_and_a_full_phone_loses_nothing(make_phone, visiting):
    phone = make_phone()
    phone.sign_in(visiting.visits[0].inspector.username)
    phone.visit()
    phone.offline()
    alarm = phone.page.get_by_role("alert")
    phone.photograph("C1.1", "照片.jpg", b"<!doctype html><script>alert(1)</script>" * 99)
    expect(alarm).to_contain_text("不是 JPEG 或 PNG 照片")
    phone.photograph("C1.1", "照片.jpg", huge_png(10_000, 5_000))
    expect(alarm).to_contain_text("超过 2500 万像素")
    phone.photograph("C1.1", "照片.jpg", b"\xff\xd8\xff\xe0" + b"<html>" * 99)
    expect(alarm).to_contain_text("照片无法打开")
    assert phone.kept()["photos"] == []
    phone.say("C1.1", "达标")
    phone.page.evaluate(FULL_ONCE)
    tapped = phone.item("C1.3").get_by_role("button", name="达标", exact=True)
    tapped.click()
    expect(alarm).to_contain_text("手机存储空间已满")
    expect(alarm).to_contain_text("C1.3")
    expect(tapped).to_have_attribute("aria-pressed", "false")
    alarm.get_by_role("button", name="再试一次").click()
    expect(tapped).to_have_attribute("aria-pressed", "true")
    expect(alarm).to_be_hidden()
    assert len(phone.kept()["facts"]) == 2


def test_signing_out_without_a_network_leaves_nothing_readable(make_phone, visiting):
    mine, other = visiting.visits
    phone = make_phone()
    phone.sign_in(mine.inspector.username)
    phone.visit()
    phone.offline()
    phone.say("C1.1", "达标")
    phone.item("C1.1").get_by_role("button", name="给 C1.1 加说明").click()
    phone.item("C1.1").get_by_role("textbox", name="C1.1 的说明").fill("只有本人能看。")
    expect(phone.item("C1.1").locator("[data-unsaved]")).to_have_count(0)
    for place in ("outbox", "me"):
        phone.page.goto(f"{phone.base}{APP}#/{place}")
        Visitor(phone.page, phone.base).look()
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="退出登录").click()
    expect(phone.page.get_by_text("2 条记录、0 张图片没有上传")).to_be_visible()
    names = [
        visiting.organization.name,
        visiting.unit.name,
        mine.inspector.name,
        mine.contact,
        "只有本人能看",
    ]
    everything = json.dumps(phone.kept(), ensure_ascii=False)
    assert [name for name in names if name in everything or name in phone.page.content()] == []
    assert "KEY" not in everything
    phone.offline(False)
    phone.page.reload()
    phone.ready()
    phone.sign_in(other.inspector.username)
    phone.visit()
    expect(phone.item("C1.1").get_by_role("button", name="达标", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    assert not InspectionFact.objects.exists()
    # The sign-out of any other page locks the app as well.
    phone.page.goto(f"{phone.base}/accounts/password/")
    phone.page.locator("[data-signout] button").first.dispatch_event("click")
    phone.page.wait_for_url("**/accounts/login/**")
    phone.page.goto(phone.base + APP)
    phone.ready()
    phone.sign_in(mine.inspector.username)
    expect(phone.page.get_by_role("link", name="已全部上传")).to_be_visible()
    facts = InspectionFact.objects.filter(inspection=mine).order_by("recorded_at")
    assert [fact.value["note"] for fact in facts] == ["", "只有本人能看。"]


def test_an_expired_session_keeps_everything_and_changed_plans_are_told(make_phone, visiting):
    visit = visiting.visits[0]
    phone = make_phone()
    phone.sign_in(visit.inspector.username)
    phone.visit()
    phone.offline()
    phone.say("C1.1", "达标")
    Session.objects.all().delete()
    later = visit.planned_at + dt.timedelta(days=3)
    Inspection.objects.filter(pk=visit.pk).update(planned_at=later, place="党群服务中心二层", version=2)
    phone.offline(False)
    door = phone.page.get_by_role("link", name="请重新登录，记录都在手机上")
    expect(door).to_be_visible()
    phone.say("C1.3", "达标")
    door.click()
    phone.sign_in(visit.inspector.username)
    expect(phone.page.locator(".head .note")).to_contain_text("已改期")
    expect(phone.page.locator(".head-l")).to_contain_text("党群服务中心二层")
    phone.page.get_by_role("button", name="知道了").click()
    expect(phone.page.locator(".head .note")).to_have_count(0)
    expect(phone.item("C1.3").locator(".kept")).to_contain_text("已上传")
    assert InspectionFact.objects.filter(inspection=visit).count() == 2
    Inspection.objects.filter(pk=visit.pk).update(
        state=Inspection.State.CANCELLED, cancelled_reason="单位迁走"
    )
    phone.page.goto(f"{phone.base}{APP}#/outbox")
    phone.page.reload()
    expect(phone.page.get_by_text("已取消")).to_be_visible()
    phone.page.locator(".vis-a").click()
    expect(phone.page.locator(".head .note")).to_contain_text("单位迁走")
    phone.page.get_by_role("button", name="从手机移除").click()
    expect(phone.page.get_by_text("手机上没有待验收的单位")).to_be_visible()
    assert phone.kept()["facts"] == []


def test_two_phones_that_disagree_are_settled_by_a_person(make_phone, visiting):
    visit = visiting.visits[0]
    phones = [make_phone(), make_phone()]
    for phone, verdict in zip(phones, ("达标", "未达标"), strict=True):
        phone.sign_in(visit.inspector.username)
        phone.visit()
        phone.offline()
        phone.say("C1.1", verdict)
    for phone in phones:
        phone.offline(False)
        expect(phone.page.get_by_role("link", name="未上传")).to_have_count(0)
    second = phones[1]
    expect(second.item("C1.1").locator(".side")).to_have_count(2)
    Visitor(second.page, second.base).look()
    second.item("C1.1").locator(".side", has_text="未达标").click()
    expect(second.item("C1.1").get_by_role("button", name="未达标", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(second.item("C1.1").locator(".kept")).to_contain_text("已上传")
    rows = InspectionFact.objects.filter(inspection=visit)
    settled = merge(Recorded(str(one.uuid), one.key, one.value, tuple(one.supersedes)) for one in rows)
    assert settled.conflicts == []
    assert settled.value("C1.1")["result"] == "unmet"


def test_phone_and_server_merge_alike(browser: Browser, live_server):
    chance = random.Random(5)
    sets = [any_facts(chance) for _number in range(200)]
    page = browser.new_page()
    page.goto(live_server.url + APP)
    found = page.evaluate(
        """async sets => {
            const base = document.querySelector("script[src]").src;
            const { merge } = await import(new URL("facts.js", base));
            return sets.map(facts => {
                const { heads, conflicts } = merge(facts);
                const names = [...heads].map(([key, list]) => [key, list.map(one => one.uuid)]);
                return [Object.fromEntries(names), conflicts];
            });
        }""",
        sets,
    )
    for facts, (heads, conflicts) in zip(sets, found, strict=True):
        merged = merge(
            Recorded(one["uuid"], one["key"], one["value"], tuple(one["supersedes"])) for one in facts
        )
        assert heads == {key: [one.uuid for one in list_] for key, list_ in merged.heads.items()}
        assert conflicts == merged.conflicts
    page.close()


def any_facts(chance: random.Random) -> list[dict]:
    """Facts as several phones might have recorded them, in any order, some of them following each other in a ring."""
    facts: list[dict] = []
    for _number in range(chance.randrange(1, 14)):
        key = chance.choice(["C1.1", "note", "finish", "photo:1", "veto:V1"])
        points = {"result": "met", "points": chance.choice(["4.5", "4.50", "5"]), "note": ""}
        values = {"C1.1": points, "finish": {"facts": [], "at": str(chance.random())}}
        value = values.get(key, {"text": chance.choice(["甲", "乙"])})
        known = [one["uuid"] for one in facts if one["key"] == key]
        facts.append(
            {
                "uuid": str(uuid.UUID(int=chance.getrandbits(128))),
                "key": key,
                "value": chance.choice([value, value, value, None]),
                "supersedes": chance.sample(known, chance.randrange(len(known) + 1)),
                "recorded_at": "2026-05-01T09:00:00Z",
            }
        )
    if len(facts) > 2 and chance.random() < 0.2:
        facts[0]["supersedes"] = [one["uuid"] for one in facts[1:] if one["key"] == facts[0]["key"]]
    chance.shuffle(facts)
    return facts
