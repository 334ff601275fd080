"""People at a browser: they sign in, click what is there, and every page they see is scanned for accessibility."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
PASSWORD = "correct horse"
# What a page is made of, as far as a scan can tell pages apart: every kind of element that is on it.
SHAPE = """() => {
    const kind = one => [one.tagName, one.getAttribute("class"), one.type, one.getAttribute("role")].join(" ");
    return [...new Set([...document.querySelectorAll("body *")].map(kind))].sort();
}"""
# The further rows of a table or list of rows are built like its first ones.
ALIKE = {"exclude": [["[data-formset-rows] > :nth-child(n+4)"], ["tbody > tr:nth-child(n+4)"]]}
seen: set[tuple] = set()  # windows and pages that were scanned already


class Visitor:
    """One person with a window of their own."""

    def __init__(self, page: Page, base: str):
        self.page = page
        self.base = base

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.base + path)
        self.look()

    def look(self) -> None:
        """Whatever page this is: no serious accessibility finding, nothing wider than the window."""
        self.page.wait_for_load_state()
        self.scan()
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the window"

    def scan(self) -> None:
        """A page made like one that was scanned at this width before is not scanned again."""
        address = re.sub(
            r"(?<=/)[^/]*\d[^/]*(?=/|$)", "N", self.page.url.removeprefix(self.base).split("?")[0]
        )
        page = (self.page.viewport_size["width"], address, *self.page.evaluate(SHAPE))
        if page in seen:
            return
        found = Axe().run(self.page, context=ALIKE)
        serious = [
            f"{one['id']}: {one['nodes'][0]['html'][:160]}"
            for one in found.response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], f"{self.page.url}: {serious}"
        seen.add(page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.look()

    def send(self, name: str) -> None:
        """Press a button that ends a form; the form's own messages are the failure."""
        self.press(name)
        errors = self.page.locator(".field-error").all_inner_texts()
        assert errors == [], errors

    def first_task(self) -> None:
        """Open the first task of the desk."""
        self.open("/")
        self.page.locator(".tl-row .tl-t").first.click()
        self.look()

    def decide(self, outcome: str, opinion: str, button: str) -> None:
        self.page.get_by_text(outcome, exact=True).first.click()
        self.page.get_by_label("审批意见").fill(opinion)
        self.page.locator("#decide .act-go").click()
        self.look()
        expect(self.page.get_by_text("已办理").first).to_be_visible()


@contextmanager
def sitting_at(browser: Browser, base: str, username: str, size: dict = DESKTOP) -> Iterator[Visitor]:
    """A person who signs in, works, and signs out by closing the window."""
    context = browser.new_context(viewport=size, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    visitor = Visitor(page, base)
    visitor.open("/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    visitor.press("登录")
    yield visitor
    context.close()
