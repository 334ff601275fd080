"""Conflicts of interest of committee members and investigators (RULES section 4: nobody judges the own unit, the own
instructor work or relatives; issue 6: same employer), computed from the register and declared by the member.

A computed conflict holds without a declaration. A declared one holds until it is withdrawn by a further declaration,
and while any ground holds, the pair is a conflict. The pairs are what scoring and ballots ask for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from orgs.rules.founding import Problem


class Ground(StrEnum):
    OWN_SELF = "own_self"
    OWN_UNIT = "own_unit"
    OWN_INSTRUCTION = "own_instruction"
    SAME_EMPLOYER = "same_employer"
    RELATIVE = "relative"
    OTHER = "other"


@dataclass(frozen=True)
class Judge:
    """A member as the register knows the person, by keys: where there are posts, who is instructed, who employs."""

    key: str
    person: str
    organizations: frozenset[str] = field(default_factory=frozenset)
    instructed: frozenset[str] = field(default_factory=frozenset)
    employers: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Subject:
    """A nominee: an organization, or a person (``person``) with the organization of membership; and the employers."""

    key: str
    person: str = ""
    organizations: frozenset[str] = field(default_factory=frozenset)
    employers: frozenset[str] = field(default_factory=frozenset)


class Declaration(NamedTuple):
    """What a member declared about a nominee, in the order declared; ``withdrawn`` ends what was declared before."""

    judge: str
    nominee: str
    ground: Ground
    withdrawn: bool = False


class Conflict(NamedTuple):
    judge: str
    nominee: str
    ground: Ground
    declared: bool


def computed(judge: Judge, subject: Subject) -> list[Conflict]:
    """The conflicts that the register shows."""
    grounds = {
        Ground.OWN_SELF: bool(subject.person) and judge.person == subject.person,
        Ground.OWN_UNIT: bool(judge.organizations & subject.organizations),
        Ground.OWN_INSTRUCTION: bool(judge.instructed & subject.organizations),
        Ground.SAME_EMPLOYER: bool(judge.employers & subject.employers),
    }
    return [Conflict(judge.key, subject.key, ground, False) for ground, holds in grounds.items() if holds]


def all_conflicts(
    judges: Iterable[Judge], subjects: Iterable[Subject], declarations: Iterable[Declaration]
) -> list[Conflict]:
    """Every conflict with its ground, computed ones first. A withdrawal never ends a computed one."""
    rows = list(subjects)
    found = [one for judge in judges for subject in rows for one in computed(judge, subject)]
    standing: dict[tuple[str, str, Ground], Conflict] = {}
    for said in declarations:
        key = (said.judge, said.nominee, said.ground)
        if said.withdrawn:
            standing.pop(key, None)
        else:
            standing[key] = Conflict(*key, True)
    return [*found, *standing.values()]


def pairs(conflicts: Iterable[Conflict]) -> frozenset[tuple[str, str]]:
    """Who must not see, score or vote on whom."""
    return frozenset((one.judge, one.nominee) for one in conflicts)


def in_words(ground: Ground) -> str:
    """The ground for the minutes; that of a relative is not told in detail (RULES section 8: no more than needed)."""
    return {
        Ground.OWN_SELF: _("本人即推荐对象"),
        Ground.OWN_UNIT: _("在推荐对象所在组织任职"),
        Ground.OWN_INSTRUCTION: _("是推荐对象的建团指导员"),
        Ground.SAME_EMPLOYER: _("与推荐对象同一工作单位"),
        Ground.RELATIVE: _("与推荐对象有亲属关系"),
        Ground.OTHER: _("有其他可能影响公正的关系"),
    }[ground]


def investigator_problems(
    judges: Iterable[Judge], subject: Subject, declarations: Iterable[Declaration], involved: Iterable[str]
) -> list[Problem]:
    """Why people cannot investigate an objection (RULES section 10, P4: by people not involved).

    ``involved`` are the persons who took part in the nomination: nominated, ranked, checked, vetted, or objected.
    """
    rows, busy = list(judges), set(involved)
    problems = []
    if not rows:
        problems.append(Problem("nobody", _("请指定调查人。"), "investigators"))
    said = list(declarations)
    for judge in rows:
        if judge.person in busy:
            text = _("%(name)s参与过这件推荐，不能调查。请另选调查人。")
            problems.append(Problem("involved", text % {"name": judge.key}, "investigators"))
        own = [one for one in said if (one.judge, one.nominee) == (judge.key, subject.key)]
        for one in all_conflicts([judge], [subject], own):
            text = _("%(name)s须回避：%(ground)s。请另选调查人。")
            values = {"name": judge.key, "ground": in_words(one.ground)}
            problems.append(Problem("conflicted", text % values, "investigators"))
    return problems
