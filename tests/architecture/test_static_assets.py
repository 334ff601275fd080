"""Front-end assets are vendored, unchanged and self-contained: no page asks another host for anything."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
MANIFEST = json.loads((STATIC / "vendor" / "MANIFEST.json").read_text(encoding="utf-8"))
ENTRIES = [
    entry for package in MANIFEST["packages"] for entry in (*package["files"], package["licence_text"])
]
TEXTS = sorted(p for p in STATIC.rglob("*") if p.suffix in {".css", ".js", ".svg", ".html"})
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Names, not addresses: XML namespaces, and the home pages in licence comments.
NAMED_ONLY = re.compile(
    r"https?://(?:www\.w3\.org/|tabler\.io|github\.com/(?:tabler/tabler/blob/master/LICENSE|szimek/signature_pad))"
)
COMPONENT_ICON = re.compile(r'<c-icon name="([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"')


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["path"])
def test_vendored_file_is_what_the_manifest_says(entry: dict) -> None:
    data = (ROOT / entry["path"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert len(data) == entry["bytes"]


def test_every_vendored_file_is_in_the_manifest() -> None:
    listed = {entry["path"] for entry in ENTRIES}
    present = {p.relative_to(ROOT).as_posix() for p in (STATIC / "vendor").rglob("*") if p.is_file()}
    assert present - listed == {"static/vendor/MANIFEST.json"}


def test_every_package_is_pinned_and_licensed() -> None:
    for package in MANIFEST["packages"]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["licence"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_asset_names_no_other_host_and_no_source_map(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert re.findall(r"https?://[^\s\"')]+", NAMED_ONLY.sub("", text)) == []
    assert re.findall(r"(?:url\(|@import\s+)[\"']?//", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_template_obeys_the_content_security_policy(path: Path) -> None:
    """No inline script, event handler or style; no other host (documents and mails are not served)."""
    if any(path.is_relative_to(ROOT / "templates" / folder) for folder in ("documents", "emails")):
        pytest.skip("rendered to PDF or mailed, never served")
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|\bnonce=|type=\"application/json\"))[^>]*>", text) == []
    assert re.findall(r"<style(?![^>]*\bnonce=)[^>]*>", text) == []
    assert re.findall(r"\s(?:style|on[a-z]+)=[\"']", text.replace(":on=", ":due=")) == []
    assert re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//", text) == []


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (STATIC / "ui" / "icons.svg").read_text(encoding="utf-8")
    symbols = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = {
        name
        for path in TEMPLATES
        for pair in COMPONENT_ICON.findall(path.read_text(encoding="utf-8"))
        for name in pair
        if name
    }
    assert named - symbols == set()
