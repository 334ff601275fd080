"""RULES.md section 2: quorum, ballots, candidates and majority of the members' meeting."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.rules.election import Candidate, Meeting, election_problems, election_result, members_needed
from orgs.rules.reference import FIXTURES

RULES = json.loads((FIXTURES / "rule_sets.json").read_text(encoding="utf-8"))[0]["data"]
TODAY = date(2014, 7, 1)
SOUND = Meeting(
    entitled=20,
    present=18,
    seats=3,
    held_on=date(2014, 6, 20),
    ballots_issued=18,
    ballots_returned=18,
    ballots_valid=17,
    candidates=(Candidate("丁一", 15), Candidate("马兰", 14), Candidate("王远", 12), Candidate("李宁子", 5)),
    tellers=("赵海",),
    approved_on=date(2014, 6, 1),
)


def codes(meeting, rules=RULES):
    return [problem.code for problem in election_problems(meeting, rules, TODAY)]


def test_a_sound_meeting_has_no_problem_and_elects_by_votes():
    assert codes(SOUND) == []
    result = election_result(SOUND, RULES)
    assert result.elected == ("丁一", "马兰", "王远")
    assert (result.tie, result.vacancies, result.needs_second_round) == (False, 0, False)


@pytest.mark.parametrize(
    ("entitled", "needed"), [(1, 1), (3, 3), (4, 4), (5, 4), (9, 8), (10, 8), (11, 9), (20, 16)]
)
def test_the_quorum_is_four_fifths_rounded_up(entitled, needed):
    assert members_needed(entitled, RULES) == needed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"present": 15, "ballots_issued": 15, "ballots_returned": 15, "ballots_valid": 15}, "no_quorum"),
        ({"present": 21}, "more_present_than_entitled"),
        ({"ballots_issued": 19}, "more_issued_than_present"),
        ({"ballots_issued": 17}, "more_returned_than_issued"),
        ({"ballots_valid": 19}, "more_valid_than_returned"),
        ({"candidates": (*SOUND.candidates[:3], Candidate("李宁子", 18))}, "more_votes_than_ballots"),
        ({"candidates": tuple(Candidate(one.name, 17) for one in SOUND.candidates)}, "too_many_votes"),
        ({"candidates": SOUND.candidates[:3]}, "too_few_candidates"),
        ({"candidates": (*SOUND.candidates[:3], Candidate("丁一", 1))}, "candidate_twice"),
        ({"tellers": ("赵海", "马兰")}, "teller_is_candidate"),
        ({"held_on": date(2014, 7, 2)}, "date_in_future"),
        ({"held_on": date(2014, 5, 31)}, "before_approval"),
        ({"held_on": None}, "date_missing"),
        ({"seats": 6}, "seats_out_of_range"),
        ({"proxies": 1}, "proxy_votes"),
        ({"entitled": 0}, "number_too_small"),
        ({"ballots_issued": -1}, "number_too_small"),
        ({"candidates": (*SOUND.candidates[:3], Candidate("李宁子", -1))}, "number_too_small"),
    ],
)
def test_each_broken_rule_is_named_with_its_remedy(change, code):
    problems = election_problems(replace(SOUND, **change), RULES, TODAY)
    assert code in [problem.code for problem in problems]
    for problem in problems:
        assert problem.blocking
        assert problem.field
        assert "%(" not in problem.message
        assert any(word in problem.message for word in ("请", "须", "另行"))


def test_the_message_about_the_quorum_names_fraction_and_counts():
    meeting = replace(SOUND, present=15, ballots_issued=15, ballots_returned=15, ballots_valid=15)
    message = election_problems(meeting, RULES, TODAY)[0].message
    assert "4/5" in message
    assert "应到 20" in message
    assert "16 人" in message
    assert "实到 15" in message


def test_another_quorum_is_another_rule_set():
    meeting = replace(SOUND, present=14, ballots_issued=14, ballots_returned=14, ballots_valid=14)
    meeting = replace(meeting, candidates=tuple(Candidate(one.name, 5) for one in SOUND.candidates))
    assert "no_quorum" in codes(meeting)
    assert codes(meeting, RULES | {"quorum_fraction": "2/3"}) == []


def test_half_of_those_present_is_not_enough():
    meeting = replace(SOUND, candidates=(Candidate("丁一", 10), Candidate("马兰", 9), Candidate("王远", 9)))
    result = election_result(meeting, RULES)
    assert result.elected == ("丁一",)
    assert result.vacancies == 2
    assert not result.needs_second_round


def test_nobody_elected_needs_a_second_round():
    result = election_result(replace(SOUND, candidates=(Candidate("丁一", 9), Candidate("马兰", 3))), RULES)
    assert result.elected == ()
    assert result.needs_second_round


def test_a_tie_at_the_last_seat_is_voted_again():
    candidates = (
        Candidate("丁一", 15),
        Candidate("马兰", 12),
        Candidate("王远", 11),
        Candidate("李宁子", 11),
    )
    result = election_result(replace(SOUND, ballots_valid=18, candidates=candidates), RULES)
    assert result.elected == ("丁一", "马兰")
    assert result.tied == ("王远", "李宁子")
    assert (result.vacancies, result.needs_second_round) == (1, True)


def test_a_tie_above_the_last_seat_is_none():
    candidates = (
        Candidate("丁一", 13),
        Candidate("马兰", 13),
        Candidate("王远", 13),
        Candidate("李宁子", 10),
    )
    assert election_result(replace(SOUND, candidates=candidates), RULES).elected == ("丁一", "马兰", "王远")


def test_the_second_round_may_fill_one_seat_between_the_tied():
    meeting = replace(SOUND, round=2, seats=1, candidates=(Candidate("王远", 12), Candidate("李宁子", 5)))
    assert codes(meeting) == []
    assert election_result(meeting, RULES).elected == ("王远",)


@st.composite
def meetings(draw):
    entitled = draw(st.integers(3, 40))
    present = draw(st.integers(members_needed(entitled, RULES), entitled))
    seats = draw(st.integers(1, 2)) if entitled < 7 else draw(st.integers(3, 5))
    issued = draw(st.integers(0, present))
    returned = draw(st.integers(0, issued))
    valid = draw(st.integers(0, returned))
    extra = draw(st.integers(1, 4))
    chosen = [draw(st.integers(0, min(seats, seats + extra))) for _ in range(valid)]
    votes = [0] * (seats + extra)
    for ballot in chosen:
        for name in draw(st.permutations(range(seats + extra)))[:ballot]:
            votes[name] += 1
    candidates = tuple(Candidate(f"候选{number}", count) for number, count in enumerate(votes))
    return Meeting(entitled, present, seats, TODAY, issued, returned, valid, candidates)


@given(meetings())
def test_whatever_real_ballots_say_is_accepted_and_elects_consistently(meeting):
    problems = [one for one in election_problems(meeting, RULES, TODAY) if one.code != "seats_out_of_range"]
    assert problems == []
    result = election_result(meeting, RULES)
    votes = {one.name: one.votes for one in meeting.candidates}
    assert len(result.elected) + result.vacancies == meeting.seats
    assert all(votes[name] * 2 > meeting.present for name in (*result.elected, *result.tied))
    assert not set(result.elected) & set(result.tied)
    left_out = [count for name, count in votes.items() if name not in result.elected]
    assert all(votes[name] > max(left_out, default=-1) for name in result.elected) or not result.tied
    assert not (result.tied and result.vacancies == 0)
