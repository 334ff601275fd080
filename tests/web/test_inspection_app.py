"""The shell of the inspectors' app: the same for everybody, of one version, complete for the worker."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from orgs.views.inspection_app import app_files
from tests import factories


@pytest.fixture
def shell(client):
    return client.get(reverse("inspection_app"))


@pytest.mark.django_db
def test_the_shell_is_the_same_for_everybody(shell):
    person = factories.PersonFactory()
    signed_in = Client()
    signed_in.force_login(person)
    found = signed_in.get(reverse("inspection_app"))
    assert found.content == shell.content
    assert not found.cookies


def test_the_shell_names_only_files_of_its_version(shell):
    version, files = app_files()
    assert shell["X-App-Version"] == version
    named = re.findall(r'/inspections/app/([0-9a-f]{16})/([^"]+)"', shell.content.decode())
    assert {found for found, _name in named} == {version}
    assert {name for _found, name in named} <= files.keys()


def test_the_worker_keeps_every_file_that_a_module_imports(client):
    version, files = app_files()
    worker = client.get(reverse("inspection_app_worker"))
    own = json.loads(worker.content.decode().split("\n")[0].removeprefix("const APP = ").removesuffix(";"))
    assert worker["Service-Worker-Allowed"] == "/inspections/"
    folder = f"/inspections/app/{version}/"
    kept = {address.removeprefix(folder) for address in own["files"] if address.startswith(folder)}
    assert kept == files.keys()
    for name, content in files.items():
        for path in re.findall(r"^(?:import|export) .*?'(\.[^']+)'", content.decode(), re.MULTILINE):
            place = [part for part in name.split("/")[:-1] if part]
            for step in path.split("/"):
                place = place[:-1] if step == ".." else place if step == "." else [*place, step]
            assert "/".join(place) in files, f"{name} imports {path}"
    for address in own["files"]:
        if address.startswith("/inspections/"):
            assert client.get(address).status_code == 200, address


def test_a_file_of_another_version_is_not_served(client):
    version, _files = app_files()
    file = client.get(reverse("inspection_app_file", args=[version, "main.js"]))
    assert "immutable" in file["Cache-Control"]
    for other in (["0" * 16, "main.js"], [version, "../worker.js"], [version, "worker.js"]):
        assert client.get(reverse("inspection_app_file", args=other)).status_code == 404


def test_every_word_that_the_app_uses_is_there_in_both_languages():
    _version, files = app_files()
    words = {name: json.loads(files[f"texts.{name}.json"]) for name in ("zh-hans", "en")}
    assert words["zh-hans"].keys() == words["en"].keys()
    used = {
        key
        for name, content in files.items()
        if name.endswith(".js")
        for key in re.findall(r"\b(?:t|setting)\('([a-z_]+)'", content.decode())
    }
    assert used - words["zh-hans"].keys() == set()


def test_the_manifest_lets_the_app_be_installed(client):
    manifest = client.get(reverse("inspection_app_manifest"))
    assert manifest["Content-Type"] == "application/manifest+json"
    found = manifest.json()
    assert (found["lang"], found["scope"], found["display"]) == ("zh-CN", "/inspections/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in found["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
