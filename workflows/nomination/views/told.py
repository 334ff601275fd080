"""A step that moves cases together: done in one transaction, or told in words why nothing was done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from awards.rules import states
from orgs.permissions import Refused

from ...returns import NotPossible
from ...views.task import CaseBusy, one_transaction


@contextmanager
def told(say: Callable[[str], object], *also: type[Exception]) -> Iterator[None]:
    """Run the body in a transaction; what keeps the cases where they are is said after everything was undone.

    ``also`` are exceptions whose message is said as it is.
    """
    obstacles: tuple[type[Exception], ...] = (NotPossible, states.NotPossible, *also)
    try:
        with one_transaction():
            yield
    except obstacles as problem:
        say(str(problem))
    except Refused as refused:
        say(f"{refused.verdict.reason} {refused.verdict.remedy}".strip())
    except CaseBusy:
        say(str(CaseBusy.message))
