"""An inspector's phone: the app in a browser with a profile of its own, which outlives the window, and a network that
can be cut."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, BrowserType, FilePayload, Locator, Page, expect

from .people import PASSWORD, PHONE

APP = "/inspections/app/"
PLACE = {"latitude": 39.9834, "longitude": 116.3161, "accuracy": 12}
# Everything that the app keeps, as text: what is in it must be unreadable once somebody has signed out.
EVERYTHING = """async () => {
    const database = await new Promise((resolve, reject) => {
        const opening = indexedDB.open("liuyou-inspection");
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
    });
    const text = value => JSON.stringify(value, (key, one) =>
        one instanceof ArrayBuffer ? new TextDecoder().decode(one) : one instanceof CryptoKey ? "KEY" : one);
    const found = {};
    for (const name of database.objectStoreNames) {
        const table = database.transaction(name).objectStore(name);
        found[name] = await new Promise(resolve => {
            const asking = table.getAll();
            asking.onsuccess = () => resolve(asking.result.map(text));
        });
    }
    database.close();
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            found.pages = [...(found.pages || []), await (await caches.match(request, {ignoreVary: true})).text()];
    return found;
}"""
FULL_ONCE = """() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...values) {
        if (this.name !== "facts") return put.apply(this, values);
        IDBObjectStore.prototype.put = put;
        throw new DOMException("no room", "QuotaExceededError");
    };
}"""


# The line breaks once, after the first piece of a picture has been sent.
BREAK_ONCE = """() => {
    const send = window.fetch;
    let broken = false;
    window.sent = [];
    window.fetch = (address, options = {}) => {
        const range = options.headers && options.headers["Content-Range"];
        if (range) window.sent.push(range);
        if (range && !broken && !range.startsWith("bytes 0-")) {
            broken = true;
            return Promise.reject(new TypeError("the line broke"));
        }
        return send(address, options);
    };
}"""


class Phone:
    """One phone. Closing it keeps what is on it; opening it again finds that."""

    def __init__(self, browser: BrowserType, launch: dict, folder: Path, base: str):
        self.browser = browser
        self.launch = launch
        self.folder = folder
        self.base = base
        self.context: BrowserContext
        self.page: Page

    def open(self, *, offline: bool = False) -> "Phone":
        self.context = self.browser.launch_persistent_context(
            self.folder,
            viewport=PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=PLACE,
            permissions=["geolocation"],
            **self.launch,
        )
        self.context.set_default_timeout(10_000)
        self.context.set_offline(offline)
        self.page = self.context.pages[0]
        self.page.goto(self.base + APP)
        self.ready()
        return self

    def close(self) -> None:
        self.context.close()

    def reopen(self) -> None:
        """Close the browser, as a phone does that needs the room, and open it again without a network."""
        self.close()
        self.open(offline=True)

    def offline(self, cut: bool = True) -> None:
        self.context.set_offline(cut)

    def ready(self) -> None:
        self.page.wait_for_selector("body[data-ready]")

    def sign_in(self, username: str) -> None:
        """Through the door of the app; then everything is on the phone that it needs without a network."""
        page = self.page
        page.locator("#page").get_by_role("link", name="登录").click()
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_selector("body[data-worker-ready]")
        expect(page.locator(".vis-a, .head").first).to_be_visible()

    def visit(self) -> None:
        self.page.locator(".vis-a").first.click()
        expect(self.page.locator(".head")).to_be_visible()

    def item(self, code: str) -> Locator:
        return self.page.locator(f'[id="item-{code}"]')

    def say(self, code: str, verdict: str) -> None:
        """Tap a verdict; it is acknowledged only when it is stored."""
        self.item(code).get_by_role("button", name=verdict, exact=True).click()
        expect(self.item(code).get_by_role("button", name=verdict, exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        expect(self.item(code).locator(".kept").last).to_contain_text("已")

    def photograph(self, code: str, name: str, content: bytes) -> None:
        with self.page.expect_file_chooser() as chosen:
            self.item(code).get_by_role("button", name=f"为 {code} 拍照").click()
        chosen.value.set_files(FilePayload(name=name, mimeType="image/jpeg", buffer=content))

    def sign(self) -> None:
        page = self.page
        page.get_by_role("button", name="请代表签名").click()
        pad = page.locator("canvas.pad").bounding_box()
        assert pad is not None
        page.mouse.move(pad["x"] + 40, pad["y"] + 60)
        page.mouse.down()
        page.mouse.move(pad["x"] + 160, pad["y"] + 110, steps=8)
        page.mouse.up()
        page.get_by_role("button", name="确认签名").click()
        expect(page.locator(".signed img")).to_be_visible()

    def finish(self) -> None:
        page = self.page
        page.locator(".act.go").click()
        page.get_by_role("dialog").get_by_role("button", name="提交").click()
        expect(page.get_by_text("已提交，待上传")).to_be_visible()

    def kept(self) -> dict[str, list[str]]:
        """All that lies on the phone, by table."""
        return self.page.evaluate(EVERYTHING)


def huge_png(width: int, height: int) -> bytes:
    """A picture of few bytes that unpacks to ``width`` × ``height`` points."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    row = zlib.compress(b"\0" * (width // 8 + 1) * height, 1)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def noisy_jpeg(width: int, height: int) -> bytes:
    """A photo with so much in it that it travels in several pieces."""
    content = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(content, "JPEG", quality=90)
    return content.getvalue()
