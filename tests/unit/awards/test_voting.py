"""The votes of a review on record: who may cast, what is counted, and what follows on bad days (RULES section 4)."""

import datetime as dt

import pytest
from django.utils import timezone

from awards.actions import voting
from awards.enums import ReviewState
from awards.facts import nomination_facts
from awards.models import BallotRoll, Slip, Vote
from awards.rules.rounds import Next
from awards.rules.states import NotPossible
from orgs.models import Person
from orgs.permissions import Refused
from records.models import AuditEntry
from tests.ballot_box import MEMBERS, Box, make_box, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Box:
    """Three nominees for two places, five members without conflicts, scores opened."""
    return make_box()


def test_a_vote_selects_who_passes_in_the_order_of_support(box):
    standing = box.vote(a=3, b=5, c=1)
    assert [names(box, [pk]) for pk in standing.selected] == [{"b"}, {"a"}]
    assert standing.next == Next.DONE
    facts = {key: nomination_facts(one, timezone.localdate()) for key, one in box.nominees.items()}
    assert [(facts[key].quorate, facts[key].passed, facts[key].ballot_void) for key in "abc"] == [
        (True, True, False),
        (True, True, False),
        (True, False, False),
    ]


def test_only_secretary_and_chair_run_a_vote_and_only_the_chair_counts(box):
    for key in ("member1", "deputy", "district_handler"):
        with pytest.raises(Refused):
            voting.open_vote(box.review, by=box.person(key), at=timezone.now())
    vote = box.open()
    with pytest.raises(NotPossible, match="还没有开票"):
        box.open()
    with pytest.raises(NotPossible, match="没有截止"):
        voting.count_vote(vote, by=box.person("chair"), at=timezone.now())
    with pytest.raises(Refused):
        voting.close_vote(vote, by=box.person("member2"), at=timezone.now())
    voting.close_vote(vote, by=box.person("secretary"), at=timezone.now())
    for key in ("secretary", "deputy", "member1"):
        with pytest.raises(Refused):
            voting.count_vote(vote, by=box.person(key), at=timezone.now())
    voting.count_vote(vote, by=box.person("chair"), at=timezone.now())
    with pytest.raises(NotPossible, match="已经开票"):
        voting.count_vote(vote, by=box.person("chair"), at=timezone.now())


def test_no_vote_before_the_scores_are_opened(box):
    box.set_state(ReviewState.CLOSED)
    with pytest.raises(NotPossible, match="评分开启"):
        box.open()


def test_slips_go_in_once_for_all_nominees_at_once_and_say_nothing_of_the_member(box):
    vote = box.open()
    with pytest.raises(NotPossible, match="不完整"):
        voting.cast(vote, {box.pk("a"): "yes"}, by=box.person("member1"), at=timezone.now())
    assert not Slip.objects.exists()
    assert not BallotRoll.objects.exists()
    box.cast(vote, "member1", a="yes", b="no", c="abstain")
    with pytest.raises(NotPossible, match="已投票"):
        box.cast(vote, "member1", a="no", b="no", c="no")
    assert BallotRoll.objects.count() == Slip.objects.count() == 3
    assert {field.name for field in Slip._meta.fields} == {"id", "ballot", "choice"}
    entry = AuditEntry.objects.get(event="slips_handed_in")
    assert (entry.by_id, entry.data, entry.about) == (None, {"vote": 1}, f"review:{box.review.pk}")


def test_who_is_no_member_or_came_later_or_is_the_secretary_has_no_slip(box):
    vote = box.open()
    late = box.join("late")
    for key in ("secretary", "district_handler", "district_approver"):
        with pytest.raises(Refused):
            box.cast(vote, key, a="yes", b="yes", c="yes")
    with pytest.raises(Refused):
        box.cast(vote, late, a="yes", b="yes", c="yes")
    assert not BallotRoll.objects.exists()


def test_a_conflicted_member_is_not_on_the_roll_and_out_of_the_base(box):
    box.conflict("member1", "a")
    vote = box.open()
    with pytest.raises(NotPossible, match="名单有变化"):
        box.cast(vote, "member1", a="yes", b="yes", c="yes")
    box.cast(vote, "member1", b="yes", c="yes")
    assert not BallotRoll.objects.filter(ballot__nomination=box.nominees["a"]).exists()
    for key in MEMBERS:
        if key != "member1":
            box.cast(vote, key, a="yes", b="yes", c="no")
    box.close(vote)
    box.count(vote)
    result = vote.ballots.get(nomination=box.nominees["a"]).result
    assert (result["entitled"], result["voters"], result["yes"]) == (4, 4, 4)


def test_after_the_closing_no_slip_goes_in_and_the_digest_fixes_them(box):
    vote = box.open()
    box.cast(vote, "member1", a="yes", b="yes", c="yes")
    absent = box.close(vote)
    assert box.person("member1").name not in absent
    assert box.person("chair").name in absent
    with pytest.raises(NotPossible, match="已经截止"):
        box.cast(vote, "member2", a="yes", b="yes", c="yes")
    entry = AuditEntry.objects.get(event="vote_closed")
    assert entry.data["digest"] == Vote.objects.get().digest
    assert "yes" not in str(entry.data)
    Slip.objects.create(ballot=vote.ballots.first(), choice="yes")
    with pytest.raises(NotPossible, match="校验码"):
        voting.count_vote(vote, by=box.person("chair"), at=timezone.now())


def test_a_vote_without_a_quorum_decides_nothing_and_is_repeated(box):
    standing = box.vote(a=3, b=3, c=3, voters=MEMBERS[:3])
    assert (standing.next, names(box, standing.voted_on), standing.selected) == (Next.REPEAT, set("abc"), ())
    assert all(one.result["yes"] == 0 for one in box.review.votes.get().ballots.all())
    vote = box.open()
    assert vote.kind == "repeat"


def test_a_member_who_leaves_before_casting_is_out_of_the_base_and_the_slip_of_another_stays(box):
    vote = box.open()
    for key in ("deputy", "member1", "member2"):
        box.cast(vote, key, a="yes", b="yes", c="no")
    box.leave("member2")
    box.leave("member3")
    box.close(vote)
    standing = box.count(vote)
    result = vote.ballots.get(nomination=box.nominees["a"]).result
    assert (result["entitled"], result["voters"], result["quorum"]) == (4, 3, 3)
    assert names(box, standing.selected) == {"a", "b"}


def test_who_leaves_after_the_counting_does_not_heal_a_missing_quorum(box):
    box.vote(a=3, b=3, c=3, voters=MEMBERS[:3])
    box.leave("member3")
    assert box.standing().next == Next.REPEAT
    assert not nomination_facts(box.nominees["a"], timezone.localdate()).quorate


def test_quorum_lost_means_members_are_appointed_before_the_next_vote(box):
    for key in ("member1", "member2"):
        box.conflict(key, "b")
    box.leave("member3")
    with pytest.raises(NotPossible, match="增补委员"):
        box.open()
    box.join("late")
    assert box.open().ballots.count() == 3


def test_a_conflict_that_comes_to_light_before_the_counting_voids_the_ballot(box):
    vote = box.open()
    for key in MEMBERS:
        box.cast(vote, key, a="yes", b="yes", c="no")
    box.conflict("member1", "a")
    box.close(vote)
    standing = box.count(vote)
    assert (standing.next, names(box, standing.voted_on)) == (Next.REPEAT, {"a"})
    again = box.open()
    assert [one.nomination for one in again.ballots.all()] == [box.nominees["a"]]
    for key in MEMBERS:
        if key != "member1":
            box.cast(again, key, a="yes")
    box.close(again)
    standing = box.count(again)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})


def test_a_void_ballot_stays_void_when_the_declaration_is_withdrawn(box):
    vote = box.open()
    for key in MEMBERS:
        box.cast(vote, key, a="yes", b="yes", c="no")
    box.conflict("member1", "a")
    box.close(vote)
    box.count(vote)
    box.conflict("member1", "a", withdrawn=True)
    assert names(box, box.standing().voted_on) == {"a"}


def test_a_person_whose_post_ended_has_no_slip_any_more(box):
    vote = box.open()
    person: Person = box.person("member1")
    person.posts.update(until=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(Refused):
        box.cast(vote, "member1", a="yes", b="yes", c="yes")
