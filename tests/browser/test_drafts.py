"""Nothing typed is lost: a form saves itself, survives a lost session, and never overwrites another window unseen."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from tests.flows.district import make_district, open_task
from tests.web.survey_pages import opened
from workflows.models import Draft

from .people import PASSWORD, PHONE, Visitor, sitting_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


@pytest.fixture
def visit(live_server):
    place = make_district()
    case = opened(place)
    return place.person("instructor0").username, f"/cases/{case.pk}/tasks/{open_task(case).pk}/"


def status(page: Page):
    return page.locator("[data-draft-status]")


def type_notes(page: Page, text: str) -> None:
    with page.expect_response("**/drafts/**"):
        page.locator("[name=notes]").fill(text)


def test_a_form_saves_itself_and_offers_the_draft_when_it_is_opened_again(
    browser: Browser, live_server, visit
):
    name, form = visit
    with sitting_at(browser, live_server.url, name, PHONE) as visitor:
        page = visitor.page
        visitor.open(form)
        page.get_by_label("在，见到了单位人员").check()
        type_notes(page, "写到一半的记录")
        expect(status(page)).to_contain_text("已自动保存")
        page.reload()
        expect(page.get_by_text("自动保存过草稿")).to_be_visible()
        expect(page.locator("[name=notes]")).to_have_value("")
        visitor.look()
        page.get_by_role("button", name="恢复", exact=True).click()
        expect(page.locator("[name=notes]")).to_have_value("写到一半的记录")
        expect(page.get_by_label("在，见到了单位人员")).to_be_checked()


def test_a_session_that_ends_while_somebody_types_loses_nothing(browser: Browser, live_server, visit):
    name, form = visit
    with sitting_at(browser, live_server.url, name) as visitor:
        page = visitor.page
        visitor.open(form)
        expect(page.locator("[name=notes]")).to_be_editable()
        Session.objects.all().delete()
        page.locator("[name=notes]").fill("过期以后写的记录")
        expect(status(page)).to_contain_text("登录已过期")
        page.get_by_role("button", name="提交走访记录").click()
        expect(page.get_by_text("过期以后写的记录")).to_be_visible()
        visitor.look()
        page.get_by_role("link", name="重新登录").click()
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.get_by_role("button", name="恢复", exact=True).click()
        expect(page.locator("[name=notes]")).to_have_value("过期以后写的记录")
        expect(status(page)).to_contain_text("已自动保存")
    assert Draft.objects.get().data["fields"]["notes"] == ["过期以后写的记录"]


def test_two_windows_do_not_overwrite_each_other(browser: Browser, live_server, visit):
    name, form = visit
    with sitting_at(browser, live_server.url, name) as first:
        second = Visitor(first.page.context.new_page(), live_server.url)
        first.open(form)
        second.open(form)
        type_notes(first.page, "第一个窗口")
        type_notes(second.page, "第二个窗口")
        expect(second.page.get_by_text("保存了较新的草稿")).to_be_visible()
        expect(second.page.locator("[data-draft-fields]").first).to_contain_text("走访记录")
        second.look()
        assert Draft.objects.get().data["fields"]["notes"] == ["第一个窗口"]
        second.page.get_by_role("button", name="载入较新的草稿").click()
        expect(second.page.locator("[name=notes]")).to_have_value("第一个窗口")
