"""A world that takes long to build, built once per module: every test finds it as it was, whatever another did."""

import copy
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker


def shared(build: Callable[[], Any], name: str) -> Any:
    """A fixture for a whole module that gives a function: each call returns its own copy of what ``build`` returned.

    The rows stand in a transaction around all tests of the module, each of which undoes its own work as always.
    Not for tests with real transactions.
    """

    @pytest.fixture(scope="module", name=name)
    def world(
        django_db_setup: None, django_db_blocker: DjangoDbBlocker
    ) -> Generator[Callable[[], Any], None, None]:
        with django_db_blocker.unblock(), undone():
            built = build()
            with django_db_blocker.block():
                yield lambda: copy.deepcopy(built)

    return world


@contextmanager
def undone() -> Generator[None, None, None]:
    """What happens inside is undone in the database, so that the next branch starts from the same place."""
    block = transaction.atomic()
    block._from_testcase = True  # as Django's own TestCase says it, so that durable blocks may stand inside
    with block:
        yield
        transaction.set_rollback(True)
