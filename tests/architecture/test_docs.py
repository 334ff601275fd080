"""What the documentation derives from the code is current; ``manage.py write_docs`` writes it anew."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

DOCS = settings.BASE_DIR / "docs"
DERIVED = (
    "permissions.md",
    "flows/acceptance.svg",
    "flows/acceptance.bpmn",
    "flows/founding.svg",
    "flows/founding.bpmn",
    "flows/nomination.svg",
    "flows/nomination.bpmn",
    "flows/survey.svg",
    "flows/survey.bpmn",
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("docs")
    call_command("write_docs", directory)
    return directory


@pytest.mark.parametrize("name", DERIVED)
def test_derived_page_is_current(name, fresh):
    assert (DOCS / name).read_text(encoding="utf-8") == (fresh / name).read_text(encoding="utf-8")


def test_nothing_else_is_derived(fresh):
    written = {str(path.relative_to(fresh)) for path in fresh.rglob("*") if path.is_file()}
    assert written == set(DERIVED)
