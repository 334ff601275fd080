"""The tools that read the code find nothing: ruff, mypy, and Django's own checks."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-m", "ruff", "check", "--no-cache", "."], id="ruff check"),
        pytest.param(["-m", "ruff", "format", "--no-cache", "--check", "."], id="ruff format"),
        pytest.param(["-m", "mypy"], id="mypy"),
        pytest.param(["manage.py", "makemigrations", "--check", "--dry-run"], id="makemigrations"),
        pytest.param(["manage.py", "check", "--fail-level", "WARNING"], id="check"),
    ],
)
def test_tool_finds_nothing(arguments: list[str]):
    command = [sys.executable, *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
