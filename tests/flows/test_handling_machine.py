"""Random sequences of all handling actions by random people: what must hold holds after every one of them.

``HANDLING_SEQUENCES`` says how many sequences (1000), ``--hypothesis-seed`` repeats a run; the seed is printed.
"""

import logging
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from records.audit import check_log
from records.models import Notice, OutboxMessage
from records.outbox import HANDLERS
from tests.flows.handling_choices import Action
from tests.flows.handling_invariants import Memory, check, observe, told_once
from tests.flows.handling_turns import REFUSALS, Loud, Turn
from tests.flows.handling_world import World, in_savepoint
from workflows.models import Case

pytestmark = pytest.mark.django_db

SEQUENCES = int(os.environ.get("HANDLING_SEQUENCES", "1000"))
WEIGHTS = {
    "forward": 7,
    "return": 4,
    "decide": 6,
    "withdraw": 4,
    "take_back": 3,
    "claim": 2,
    "release": 2,
    "reassign": 2,
    "ask_before": 2,
    "ask_after": 2,
    "sign": 4,
    "call_off": 4,
    "copy": 1,
    "urge": 2,
    "delegate": 2,
    "end_post": 1,
    "days": 1,
    "background": 4,
    "bulk": 2,
}
KINDS = [kind for kind, weight in WEIGHTS.items() for _ in range(weight)]
NUMBERS = st.integers(0, 11)
# How often each kind of action came to something; refusals under the empty name.
SUCCEEDED: Counter[str] = Counter()
EXPECTED = {*WEIGHTS, "rejected", "extension", "annulled", "remind", "escalate", "fire"}
EXPECTED -= {"decide", "background"}  # these come to one of the others
ACTIONS = st.builds(
    Action,
    kind=st.sampled_from(KINDS),
    likely=st.sampled_from([True] * 7 + [False] * 3),
    who=NUMBERS,
    pick=NUMBERS,
    more=NUMBERS,
)


class Rollback(Exception):
    """Ends a sequence: what it did is undone."""


def walk(world: World, number: int, actions: list[Action]) -> None:
    """Play a sequence on one case and check after every action."""
    # Hypothesis varies each sequence that it draws a few times: this takes the variants to different cases.
    chosen = number + sum(action.more for action in actions)
    case_id, memory = world.cases[chosen % len(world.cases)], Memory()
    thorough = number < len(world.cases)  # the costly checks, at the end of some sequences
    seen = thorough and OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first()
    before = observe(case_id)
    for action in actions:
        ended = before.case["finished"] is not None
        done = attempt(world, case_id, action)
        SUCCEEDED[done] += 1
        after = observe(case_id)
        if done:
            check(before, after, memory, done)
        else:
            assert after == before, "a refusal changed something"
        before = after
        if ended:
            break  # one attempt on a case that has ended is enough
    if thorough:
        finish(seen or 0)


def attempt(world: World, case_id: int, action: Action) -> str:
    """Try one action in a transaction of its own; what kind it came to, empty when it was refused."""
    try:
        with in_savepoint():
            turn = Turn(world, case_id, action)
            turn.run()
    except REFUSALS:
        return ""
    return turn.kind


@contextmanager
def loudly(*names: str) -> Iterator[None]:
    """What these would log and leave for later is a fault of the sequence."""
    handler, loggers = Loud(logging.ERROR), [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


def finish(seen: int) -> None:
    """The promises of the sequence carried out twice tell everybody once; the log holds."""
    for message in OutboxMessage.objects.filter(pk__gt=seen, kind__in=["task", "notice"]).order_by("pk"):
        for _time in range(2):
            HANDLERS[message.kind](message.payload)
    told_once(list(Notice.objects.values_list("to", "kind", "url")))
    promised = OutboxMessage.objects.filter(pk__gt=seen, kind="notice").values_list("payload", flat=True)
    keys = [payload["notice_key"] for payload in promised]
    assert Notice.objects.filter(key__in=keys).count() == len(set(keys)) == len(keys)
    assert not check_log().breaks


@pytest.mark.timeout(0)  # as long as HANDLING_SEQUENCES asks for
def test_whatever_people_do_a_case_keeps_its_invariants(request, capsys):
    world, chosen = World(), request.config.getoption("--hypothesis-seed") or str(secrets.randbelow(2**32))
    with capsys.disabled():
        print(f"\n{SEQUENCES} sequences, to be repeated by --hypothesis-seed={chosen}")

    @seed(int(chosen) if chosen.isdigit() else chosen)
    @settings(
        max_examples=SEQUENCES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(
        number=st.integers(0, 6 * len(world.cases) - 1), actions=st.lists(ACTIONS, min_size=4, max_size=14)
    )
    def play(number: int, actions: list[Action]) -> None:
        day = timezone.localdate()
        try:
            with in_savepoint():
                walk(world, number, actions)
                raise Rollback
        except Rollback:
            pass
        except AssertionError:
            if timezone.localdate() == day:
                raise  # else midnight came between two actions, and the working days moved on by themselves

    with loudly("workflows.bulk", "workflows.timers"):
        play()
    with capsys.disabled():
        print(", ".join(f"{kind or 'refused'} {count}" for kind, count in SUCCEEDED.most_common()))
    if SEQUENCES >= 1000:
        assert not EXPECTED - set(SUCCEEDED), "a kind of action never succeeds"
    assert Case.objects.count() == len(set(world.cases))
