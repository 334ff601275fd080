"""Objecting by telephone: the public form without and with a name; the secretary reads who it was."""

from contextlib import closing

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from awards.actions.announcing import draft_notice, publish_notice
from awards.models import Objection
from tests.announcing import listed
from tests.awards import make_award_world

from .people import PHONE, Visitor, sitting_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(200)]
FACTS = "2026年3月15日的团日活动并没有举行，签到表上的签名是同一个人写的。"


def object_to(anyone: Visitor, notice: str, number: int, name: str = "") -> None:
    anyone.open(notice)
    anyone.page.get_by_role("link", name="提出异议").nth(number).click()
    anyone.look()
    if name:
        anyone.page.locator("[name=name]").fill(name)
        anyone.page.locator("[name=contact]").fill("13800001234")
    else:
        anyone.page.locator("[name=way][value=anonymous]").check()
    anyone.page.locator("[name=facts]").fill(FACTS)
    anyone.page.locator("[name=understood]").check()
    anyone.send("提交异议")


def test_two_objections_by_phone_and_who_objected_is_read(browser: Browser, live_server):
    cache.clear()
    world, now = make_award_world(), timezone.now()
    with transaction.atomic():
        rows = [*listed(world), *listed(world, 1, person=True)]
    notice = draft_notice(
        world.campaign,
        subject="拟表彰对象",
        introduction="现予公示。",
        by=world.person("district_handler"),
        at=now,
    )
    with transaction.atomic():
        publish_notice(notice, rows, by=world.person("district_approver"), at=now)
    with closing(browser.new_context(viewport=PHONE, locale="zh-CN")) as context:
        anyone = Visitor(context.new_page(), live_server.url)
        page = reverse("public_notice", args=[notice.public_id])
        object_to(anyone, page, 0)
        object_to(anyone, page, 1, "钱多多")
        anyone.open(reverse("honour_roll"))
        expect(anyone.page.get_by_text("还没有受表彰的对象")).to_be_visible()
        anyone.open(reverse("notice_board"))
        anyone.open(reverse("verify_form"))
    assert Objection.objects.count() == 2
    named = Objection.objects.order_by("pk").last()
    with sitting_at(browser, live_server.url, world.person("secretary").username, PHONE) as secretary:
        secretary.open(reverse("objection", args=[named.pk]))
        secretary.page.locator("#objector [name=reason]").fill("电话核实")
        secretary.page.get_by_role("button", name="查看异议人").click(timeout=8_000)
        secretary.look()
        expect(secretary.page.locator("#objector")).to_contain_text("13800001234")
