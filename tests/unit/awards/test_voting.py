"""The votes of a review on record: who may cast, what is counted, and what follows on bad days (RULES section 4)."""

import datetime as dt

import pytest
from django.utils import timezone

from awards.actions import voting
from awards.enums import NominationState, ReviewState
from awards.facts import nomination_facts
from awards.models import BallotRoll, Slip, Vote
from awards.quota_register import places_of
from awards.rules.rounds import Next
from awards.rules.states import NotPossible
from awards.voting import standing_of
from orgs.models import Person
from orgs.permissions import Refused
from records.models import AuditEntry
from tests.ballot_box import MEMBERS, Box, make_box

pytestmark = pytest.mark.django_db


def names(box: Box, keys: object) -> set[str]:
    """Which of the nominees a, b, c … ids stand for."""
    return {key for key, one in box.nominees.items() if str(one.pk) in {str(pk) for pk in keys}}  # type: ignore[attr-defined]


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


def test_a_revote_needs_no_second_majority(box):
    box.vote(a=5, b=4, c=4)
    standing = box.vote(b=2, c=1)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})
    facts = nomination_facts(box.nominees["b"], timezone.localdate())
    assert facts.passed
    assert facts.quorate
    assert not facts.ballot_void


def test_a_conflict_in_an_earlier_round_sends_the_vote_back_to_it(box):
    """What was voted on after it counts only as far as it is still asked for."""
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=2)
    box.conflict("member1", "a")
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on)) == (Next.REPEAT, {"a"})
    standing = box.vote(a=1, voters=[key for key in MEMBERS if key != "member1"])
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_the_tie_and_its_revote_hold_when_the_repeat_changes_nothing(box):
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=2)
    box.conflict("member1", "a")
    standing = box.vote(a=4, voters=[key for key in MEMBERS if key != "member1"])
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})


def test_a_conflicted_vote_in_vote_and_revote_is_repeated_in_both(box):
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=2)
    box.conflict("member1", "b")
    rest = [key for key in MEMBERS if key != "member1"]
    assert names(box, box.standing().voted_on) == {"b"}
    standing = box.vote(b=4, voters=rest)
    # With four of four b is ahead of c and needs no revote; the void one of the revote is still held again.
    assert (standing.next, names(box, standing.voted_on)) == (Next.REPEAT, {"b"})
    standing = box.vote(b=1, voters=rest)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})
    assert not nomination_facts(box.nominees["b"], timezone.localdate()).ballot_void


def test_a_nominee_who_withdraws_between_votes_is_out_of_the_contest(box):
    box.vote(a=5, b=4, c=4)
    box.withdraw("b")
    standing = box.standing()
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "c"})


def test_a_nominee_who_withdraws_during_a_vote_is_not_counted(box):
    vote = box.open()
    for key in MEMBERS[:4]:
        box.cast(vote, key, a="yes", b="yes", c="yes")
    box.withdraw("a")
    box.cast(vote, MEMBERS[4], b="yes", c="yes")
    box.close(vote)
    standing = box.count(vote)
    assert vote.ballots.get(nomination=box.nominees["a"]).result == {}
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_who_withdrew_before_a_revote_leaves_the_place_to_it():
    """The place counts in the revote held after the withdrawal, though the withdrawn one had won it."""
    box = make_box("abcd", places=2)
    box.vote(a=5, b=4, c=4, d=4)
    assert names(box, box.standing().voted_on) == set("bcd")
    box.withdraw("a")
    standing = box.vote(b=4, c=3, d=2)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_who_withdraws_after_the_votes_leaves_the_place_empty(box):
    box.vote(a=5, b=4, c=3)
    box.withdraw("a")
    standing = box.standing()
    assert (standing.next, names(box, standing.selected), standing.free) == (Next.DONE, {"b"}, 1)


def test_places_cut_after_a_vote_settle_by_the_slips_already_in(box):
    box.vote(a=5, b=4, c=1)
    box.cut(-1)
    assert names(box, box.standing().selected) == {"a"}
    box.cut(+1)
    assert names(box, box.standing().selected) == {"a", "b"}


def test_places_cut_into_a_tie_ask_for_a_revote(box):
    box.vote(a=4, b=4, c=1)
    assert box.standing().next == Next.DONE
    box.cut(-1)
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on)) == (Next.REVOTE, {"a", "b"})


def test_who_holds_a_place_since_a_conclusion_keeps_it_while_another_is_voted_on_again(box):
    box.vote(a=5, b=4, c=3)
    box.set_states(a=NominationState.LISTED, b=NominationState.DECIDED, c=NominationState.RESERVE)
    box.conflict("member1", "a")
    assert nomination_facts(box.nominees["a"], timezone.localdate()).ballot_void
    box.set_states(a=NominationState.REVIEW)
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on), names(box, standing.selected)) == (
        Next.REPEAT,
        {"a"},
        {"b"},
    )
    rest = [key for key in MEMBERS if key != "member1"]
    standing = box.vote(a=4, voters=rest)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})


def test_a_reserve_with_more_support_goes_before_the_one_voted_on_again(box):
    box.vote(a=5, b=4, c=3)
    box.set_states(b=NominationState.ANNOUNCED, c=NominationState.RESERVE)
    box.conflict("member1", "a")
    rest = [key for key in MEMBERS if key != "member1"]
    standing = box.vote(a=2, voters=rest)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"b", "c"})


def test_who_was_passed_over_at_the_conclusion_takes_no_place_of_a_repeat(box):
    box.vote(a=5, b=4, c=4)
    box.vote(b=4, c=3)
    box.set_states(b=NominationState.LISTED)
    box.withdraw("c")
    box.conflict("member1", "a")
    standing = box.vote(a=3, voters=[key for key in MEMBERS if key != "member1"])
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "b"})


def test_who_reaches_the_review_after_the_votes_competes_for_the_places_left(box):
    box.vote(a=5, b=1, c=1)
    box.add("d")
    standing = box.standing()
    assert (standing.next, names(box, standing.voted_on), standing.free) == (Next.VOTE, {"d"}, 1)
    vote = box.open()
    with pytest.raises(Refused, match="回避"):
        box.cast(vote, "member1", d="yes")
    box.declare_all()
    for key in MEMBERS:
        box.cast(vote, key, d="yes")
    box.close(vote)
    standing = box.count(vote)
    assert (standing.next, names(box, standing.selected)) == (Next.DONE, {"a", "d"})


def tied(box: Box) -> None:
    """b and c tied at the last place, by votes and scores."""
    box.score(a="90", b="80", c="80")
    box.vote(a=5, b=4, c=4)
    box.vote(b=3, c=3)
    box.vote(b=3, c=3)


def settle(box: Box, key: str, *chosen: str, reason: str = "该支部连续三年考核靠前。") -> None:
    voting.settle_tie(
        box.review, [box.pk(one) for one in chosen], reason, by=box.person(key), at=timezone.now()
    )


def test_the_chair_decides_a_tie_and_nobody_else(box):
    tied(box)
    assert box.standing().next == Next.CHAIR
    with pytest.raises(NotPossible, match="不再投票"):
        box.open()
    for key in ("deputy", "member1", "secretary"):
        with pytest.raises(NotPossible, match="主持人"):
            settle(box, key, "b")
    with pytest.raises(NotPossible, match="选定1个"):
        settle(box, "chair", "b", "c")
    with pytest.raises(NotPossible, match="理由"):
        settle(box, "chair", "b", reason=" ")
    settle(box, "chair", "b")
    assert (box.standing().next, names(box, box.standing().selected)) == (Next.DONE, {"a", "b"})


def test_a_conflicted_chair_leaves_the_tie_to_the_deputy(box):
    box.conflict("chair", "b")
    box.score(a="90", b="80", c="80")
    rest = [key for key in MEMBERS if key != "chair"]
    box.vote(a=4, b=3, c=3, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    with pytest.raises(NotPossible, match="回避"):
        settle(box, "chair", "c")
    settle(box, "deputy", "c")
    assert names(box, box.standing().selected) == {"a", "c"}


def test_nobody_may_decide_so_that_the_place_stays_empty(box):
    for key, nominee in (("chair", "b"), ("deputy", "c")):
        box.conflict(key, nominee)
    box.score(a="90", b="80", c="80")
    box.ballot(a=4, b=3, c=3)
    box.ballot(b=2, c=2)
    box.ballot(b=2, c=2)
    assert box.standing().next == Next.CHAIR
    with pytest.raises(NotPossible):
        settle(box, "deputy", "b")
    settle(box, "secretary", reason="主任委员和副主任委员均须回避，无人决定。")
    assert (box.standing().next, box.standing().free) == (Next.DONE, 1)


def test_a_tie_decided_by_somebody_in_conflict_is_voted_on_again(box):
    """The chair had not voted on b, so that the ballots hold; the decision does not."""
    box.score(a="90", b="80", c="80")
    rest = [key for key in MEMBERS if key != "chair"]
    box.vote(a=4, b=3, c=3, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    box.vote(b=2, c=2, voters=rest)
    settle(box, "chair", "b")
    box.conflict("chair", "b")
    assert nomination_facts(box.nominees["b"], timezone.localdate()).ballot_void
    assert (box.standing().next, names(box, box.standing().voted_on)) == (Next.REVOTE, {"b", "c"})
    standing = box.vote(b=3, c=1, voters=rest)
    assert names(box, standing.selected) == {"a", "b"}
    assert not nomination_facts(box.nominees["b"], timezone.localdate()).ballot_void


def test_without_a_chair_the_first_deputy_counts(box):
    vote = box.open()
    for key in MEMBERS[1:]:
        box.cast(vote, key, a="yes", b="yes", c="no")
    box.leave("chair")
    box.close(vote)
    voting.count_vote(vote, by=box.person("deputy"), at=timezone.now())
    assert names(box, standing_of(box.review, places_of(box.review.honour)).selected) == {"a", "b"}


def test_a_person_whose_post_ended_has_no_slip_any_more(box):
    vote = box.open()
    person: Person = box.person("member1")
    person.posts.update(until=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(Refused):
        box.cast(vote, "member1", a="yes", b="yes", c="yes")
