"""Slips, closing and counting at the same moment: a slip is in before the vote is closed, or not at all."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from awards.actions import voting
from awards.ballot_register import digests_of, slips_digest
from awards.models import BallotRoll, Slip, Vote
from awards.rules.states import NotPossible
from tests.ballot_box import MEMBERS, Box, make_box
from tests.flows.racing import Racers

pytestmark = pytest.mark.django_db(transaction=True)
CHOICES = {"a": "yes", "b": "no", "c": "abstain"}


def opened() -> tuple[Box, Vote]:
    with transaction.atomic():
        box = make_box()
    return box, box.open()


def tried(call: Callable[[], object]) -> Callable[[], bool]:
    """Whether a call was let through; what the rules refuse is no failure here."""

    def attempt() -> bool:
        try:
            call()
        except NotPossible:
            return False
        return True

    return attempt


def test_members_cast_while_the_secretary_closes():
    box, vote = opened()
    with Racers(4) as race:
        *cast, closed = race(
            *(tried(lambda key=key: box.cast(vote, key, **CHOICES)) for key in MEMBERS[:3]),
            tried(lambda: box.close(vote)),
        )
    assert closed
    vote.refresh_from_db()
    assert Slip.objects.count() == BallotRoll.objects.count() == 3 * sum(cast)
    assert slips_digest(digests_of(vote)) == vote.digest
    box.count(vote)


def test_one_member_at_two_browsers_casts_once():
    box, vote = opened()
    with Racers(2) as race:
        done = race(
            tried(lambda: box.cast(vote, "member1", a="yes", b="yes", c="yes")),
            tried(lambda: box.cast(vote, "member1", a="no", b="no", c="no")),
        )
    assert sorted(done) == [False, True]
    assert Slip.objects.count() == BallotRoll.objects.count() == 3
    assert len(set(Slip.objects.values_list("choice", flat=True))) == 1


def test_two_who_open_a_vote_and_two_who_count_it():
    with transaction.atomic():
        box = make_box()
    keys = ("secretary", "chair")
    with Racers(2) as race:
        calls = [
            tried(lambda key=key: voting.open_vote(box.review, by=box.person(key), at=timezone.now()))
            for key in keys
        ]
        assert sorted(race(*calls)) == [False, True]
    vote = Vote.objects.get()
    for key in MEMBERS:
        box.cast(vote, key, **CHOICES)
    box.close(vote)
    with Racers(2) as race:
        assert sorted(race(tried(lambda: box.count(vote)), tried(lambda: box.count(vote)))) == [False, True]
