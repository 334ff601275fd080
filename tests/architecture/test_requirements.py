"""Declared, pinned and used are the same set of packages."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN_TIME = PROJECT["project"]["dependencies"]
DEV = PROJECT["dependency-groups"]["dev"]
FOLDERS = ("awards", "bench", "config", "orgs", "records", "tests", "workflows")
USED_WITHOUT_IMPORT = {
    "django-stubs": "plug-in of mypy",
    "gunicorn": "started by bin/demo",
    "import-linter": "called by test_layers",
    "psycopg": "driver that Django loads for a postgres:// DATABASE_URL",
    "pytest-playwright": "plug-in of pytest",
    "pytest-timeout": "plug-in of pytest",
    "uv": "called by bin/lock",
}


def _name(requirement: str) -> str:
    """``psycopg[binary]>=3`` → ``psycopg``, normalized as PEP 503 says."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def _pins(file: str) -> list[tuple[str, str]]:
    """Each pinned package of a compiled file with everything that follows it up to the next one."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return [(_name(entry), entry) for entry in entries if entry.strip()]


@pytest.fixture(scope="module")
def source() -> str:
    """All code of the repository, tests and scripts included."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")] + list(
        (ROOT / "bin").iterdir()
    )
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_line_is_pinned_and_hashed(file: str):
    for name, entry in _pins(file):
        assert re.match(r"\S+==\S+", entry), f"{name} is not pinned"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), f"{name} has no hash"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_no_package_index_is_named(file: str):
    assert not re.search(r"://|--(extra-)?index-url|--find-links", (ROOT / file).read_text(encoding="utf-8"))


def test_every_declared_package_is_compiled():
    assert {_name(r) for r in RUN_TIME} <= {name for name, _ in _pins("requirements.txt")}
    assert {_name(r) for r in RUN_TIME + DEV} <= {name for name, _ in _pins("requirements-dev.txt")}


def test_the_tests_run_with_the_versions_of_production():
    tested = {entry.split()[0] for _, entry in _pins("requirements-dev.txt")}
    assert {entry.split()[0] for _, entry in _pins("requirements.txt")} <= tested


@pytest.mark.parametrize("requirement", [*RUN_TIME, *DEV])
def test_every_declared_package_is_used(requirement: str, source: str):
    name = _name(requirement)
    if name in USED_WITHOUT_IMPORT:
        return
    modules = [module for module, owners in packages_distributions().items() if name in map(_name, owners)]
    names = "|".join(re.escape(module) for module in modules)
    assert re.search(rf"""^\s*(import|from)\s+({names})\b|["']({names})["'.]""", source, re.MULTILINE), (
        f"{name} is declared in pyproject.toml but nothing imports {modules}"
    )
