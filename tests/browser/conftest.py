"""Debian's Chromium under Playwright; nothing is downloaded, nothing is reported home."""

import os

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return browser_type_launch_args | {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def database_beside_the_event_loop() -> None:
    """Playwright's synchronous API keeps an event loop in the main thread, where Django refuses the database.

    The permission lasts to the end of the session, as that loop does; browser tests come last.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
