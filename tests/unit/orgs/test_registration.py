"""RULES.md section 7: three kinds of registration number, each with its own check digit."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.enums import NumberKind
from orgs.rules.demo_register import number_of_kind
from orgs.rules.registration import (
    MalformedRegistrationNumber,
    organization_check_digit,
    parse_registration_number,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("91110000101623741K", NumberKind.CREDIT_CODE, "91110000101623741K"),
        ("91350100M000100Y43", NumberKind.CREDIT_CODE, "91350100M000100Y43"),
        ("440301103097413", NumberKind.REGISTRATION, "440301103097413"),
        ("D2143569-X", NumberKind.ORGANIZATION_CODE, "D2143569X"),
        ("９１１１００００　１０１６２３７４１ｋ", NumberKind.CREDIT_CODE, "91110000101623741K"),
        (" 9111 0000-1016 2374–1k ", NumberKind.CREDIT_CODE, "91110000101623741K"),
        ("4403 0110 3097 413", NumberKind.REGISTRATION, "440301103097413"),
    ],
)
def test_valid_numbers_are_recognised_in_every_spelling(text, kind, value):
    number = parse_registration_number(text)
    assert (number.kind, number.value, number.ok, number.problem) == (kind, value, True, None)


def test_a_real_code_with_a_wrong_check_digit_is_kept_with_the_digit_expected():
    number = parse_registration_number("91350211M0000XUF46")
    assert not number.ok
    assert number.value == "91350211M0000XUF46"
    assert number.problem is not None
    assert "应为" in number.problem
    assert "理由" in number.problem


def test_the_message_names_the_expected_digit():
    problem = parse_registration_number("440301103097414").problem
    assert problem is not None
    assert "应为 3" in problem
    assert "填写的是 4" in problem


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "18 位"),
        ("123", "有 3 位"),
        ("9.11101E+17", "文本"),
        ("9111000010162374IK", "数字 0"),
        ("91110000101623741O", "字母"),
        ("9111X000101623741K", "第 3—8 位"),
        ("44030110309741A", "只含数字"),
        ("D21435&9X", "组织机构代码"),
        ("11010519491231002X", "身份证"),
    ],
)
def test_malformed_numbers_are_refused_with_the_remedy(text, remedy):
    with pytest.raises(MalformedRegistrationNumber, match=remedy):
        parse_registration_number(text)


def test_codes_of_other_registries_begin_with_letters():
    front = "N2110108XNLY0001" + organization_check_digit("XNLY0001")
    assert any(parse_registration_number(front + last).ok for last in ALPHABET)


def test_the_unified_code_contains_the_organization_code():
    assert parse_registration_number("91110000101623741K").organization_code == "101623741"
    assert parse_registration_number("D2143569X").organization_code == "D2143569X"
    assert parse_registration_number("440301103097413").organization_code is None


@given(
    kind=st.sampled_from([0, 1, 2]),
    serial=st.integers(1, 9999),
    place=st.integers(8, 16),
    shift=st.integers(1, 9),
)
def test_one_changed_digit_never_passes(kind, serial, place, shift):
    sound = number_of_kind(kind, serial).replace("-", "")
    assert parse_registration_number(sound).ok
    place = place % (len(sound) - 1)
    if sound[place].isdigit():
        changed = sound[:place] + str((int(sound[place]) + shift) % 10) + sound[place + 1 :]
        assert not parse_registration_number(changed).ok


@pytest.mark.once
@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(text):
    with contextlib.suppress(MalformedRegistrationNumber):
        assert parse_registration_number(text).value
