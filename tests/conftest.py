"""For every test: loopback only, on which database it runs, and append-only tables that can be emptied."""

import ipaddress
import os
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

TESTS = Path(__file__).parent
# Folders whose tests run with one database only, and with which when both are run side by side.
ONCE = {"architecture": "sqlite", "browser": "postgresql"}
TEST_DATABASE = pytest.StashKey[bool]()


class OutsideConnection(BaseException):
    """A test tried to reach something beyond this machine. Not an Exception: no handler may swallow it."""


def _is_local(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name in {"localhost", socket.gethostname()}:
        return True
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_outside(event: str, arguments: tuple) -> None:
    if event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    else:
        return
    if not _is_local(host):
        raise OutsideConnection(f"{event}: {host} is not on this machine")


# An audit hook sees every Python socket, also those of libraries and threads, and needs no patching.
sys.addaudithook(_refuse_outside)


def _place(once: pytest.Mark) -> str:
    """The database of a test that runs once: SQLite, or the one it names when both halves of bin/test run."""
    return once.args[0] if once.args and os.environ.get("BOTH_HALVES") else "sqlite"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip by database, and put the browser last: its event loop stays visible to whatever follows it."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in ONCE:
            item.add_marker(pytest.mark.once(ONCE[folder]))
        once = item.get_closest_marker("once")
        if once and connection.vendor != (place := _place(once)):
            item.add_marker(pytest.mark.skip(reason=f"runs once, on {place}"))
        if connection.vendor != "postgresql" and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))
    items.sort(key=lambda item: item.path.is_relative_to(TESTS / "browser"))


@pytest.fixture(autouse=True)
def language() -> Generator[None, None, None]:
    """Each test begins in Chinese, whatever language a page that an earlier one read was in."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, pytestconfig: pytest.Config) -> None:
    """Leaves word that the connection leads to the test database from here on."""
    pytestconfig.stash[TEST_DATABASE] = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """After a test with real transactions the tables are emptied, which append-only triggers would refuse."""
    if TEST_DATABASE not in item.config.stash:
        return (yield)
    marker = item.get_closest_marker("django_db")
    real_transactions = marker is not None and (
        marker.kwargs.get("transaction") or marker.args[:1] == (True,)
    )
    if not real_transactions and not {"transactional_db", "live_server"} & set(
        getattr(item, "fixturenames", ())
    ):
        return (yield)
    kept = nextitem is not None or item.config.getvalue("reuse_db")
    with item.config.stash[blocking_manager_key].unblock(), _without_triggers(restore=kept):
        return (yield)


@contextmanager
def _without_triggers(*, restore: bool) -> Generator[None, None, None]:
    """The last teardown deletes the database itself (unless --reuse-db), so that nothing is there to restore."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            off = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
            on = [sql for _, sql in triggers]
        else:
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [table for (table,) in cursor.fetchall()]
            off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        for statement in off:
            cursor.execute(statement)
    yield
    if restore:
        with connection.cursor() as cursor:
            for statement in on:
                cursor.execute(statement)
