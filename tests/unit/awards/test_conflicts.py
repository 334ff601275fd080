"""RULES section 4 and issue 6: conflicts are computed and declared, and whoever is involved does not investigate."""

import pytest

from awards.rules.conflicts import (
    Conflict,
    Declaration,
    Ground,
    Judge,
    Subject,
    all_conflicts,
    computed,
    in_words,
    investigator_problems,
    pairs,
)

NOMINEE = Subject("n1", "张三", frozenset({"branch"}), frozenset({"firm"}))
BRANCH = Subject("n2", "", frozenset({"branch"}), frozenset({"firm"}))


def judge(**known) -> Judge:
    return Judge("j1", known.pop("person", "李四"), **{key: frozenset(value) for key, value in known.items()})


@pytest.mark.parametrize(
    ("one", "grounds"),
    [
        (judge(), []),
        (judge(person="张三"), [Ground.OWN_SELF]),
        (judge(organizations={"branch"}), [Ground.OWN_UNIT]),
        (judge(instructed={"branch", "other"}), [Ground.OWN_INSTRUCTION]),
        (judge(employers={"firm"}), [Ground.SAME_EMPLOYER]),
        (judge(organizations={"branch"}, employers={"firm"}), [Ground.OWN_UNIT, Ground.SAME_EMPLOYER]),
        (judge(organizations={"other"}, instructed={"other"}, employers={"other"}), []),
    ],
)
def test_the_register_shows_conflicts_without_a_declaration(one, grounds):
    assert [conflict.ground for conflict in computed(one, NOMINEE)] == grounds


def test_an_organization_is_nobodys_self():
    assert computed(Judge("j1", ""), BRANCH) == []


def test_a_declaration_can_be_withdrawn_but_not_what_the_register_shows():
    said = [Declaration("j1", "n1", Ground.RELATIVE), Declaration("j1", "n1", Ground.OTHER)]
    found = all_conflicts([judge()], [NOMINEE], said)
    assert found == [Conflict("j1", "n1", Ground.RELATIVE, True), Conflict("j1", "n1", Ground.OTHER, True)]
    said.append(Declaration("j1", "n1", Ground.RELATIVE, withdrawn=True))
    assert [one.ground for one in all_conflicts([judge()], [NOMINEE], said)] == [Ground.OTHER]
    said = [Declaration("j1", "n1", Ground.OWN_UNIT, withdrawn=True)]
    assert pairs(all_conflicts([judge(organizations={"branch"})], [NOMINEE, BRANCH], said)) == {
        ("j1", "n1"),
        ("j1", "n2"),
    }


def test_who_is_involved_or_conflicted_does_not_investigate():
    def codes(one, involved=(), said=()):
        return [problem.code for problem in investigator_problems([one], NOMINEE, said, involved)]

    assert codes(judge()) == []
    assert codes(judge(), involved=["李四"]) == ["involved"]
    assert codes(judge(employers={"firm"})) == ["conflicted"]
    assert codes(judge(), said=[Declaration("j1", "n1", Ground.RELATIVE)]) == ["conflicted"]
    assert codes(judge(), said=[Declaration("j1", "n2", Ground.RELATIVE)]) == []
    assert [one.code for one in investigator_problems([], NOMINEE, [], [])] == ["nobody"]


def test_every_ground_has_words():
    assert len({in_words(ground) for ground in Ground}) == len(Ground)
