"""Who may be nominated: rules as data, each answered with passed or failed and the data that decides it, in words.

A rule is a mapping ``{"kind": …, "name": …}`` with the parameters of its kind; an honour has a list of them, which is
versioned and frozen into a campaign (RULES section 4 gives the numbers, all from single sources: configuration, never
constants). Facts are what the register knows of a nominee on the day, a mapping with the keys of ``FACTS``. A fact
that is missing or None fails its rule and is named: nobody is eligible by silence.

People: a nominee's past honours are ``Held(code, year, revoked)``; a revoked honour is not held any more, so that it
neither blocks by cool-down nor by year; that honours were revoked is a rule of its own (``not_revoked``).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.rules.acceptance import months_after
from orgs.rules.founding import Problem

Rule = Mapping[str, Any]
Facts = Mapping[str, Any]

# What a fact is called where it is missing.
FACTS = {
    "accepted_on": gettext_lazy("验收通过日期"),
    "stars": gettext_lazy("星级"),
    "born_on": gettext_lazy("出生日期"),
    "joined_on": gettext_lazy("入团日期"),
    "post_since": gettext_lazy("任职日期"),
    "founded_on": gettext_lazy("成立日期"),
    "headcount": gettext_lazy("人数"),
    "youth": gettext_lazy("35周岁以下人数"),
    "leaders_born_on": gettext_lazy("负责人出生日期"),
    "honours": gettext_lazy("已获荣誉"),
    "other_nominations": gettext_lazy("同年其他推荐"),
    "year": gettext_lazy("评选年度"),
}


class Held(NamedTuple):
    """An honour received: its code, the year for which it was given, and whether it was revoked later."""

    code: str
    year: int
    revoked: bool = False


@dataclass(frozen=True)
class Finding:
    """The answer to one rule. ``data`` is what was looked at, ``message`` says it for people, with the remedy where
    the rule failed for want of data."""

    kind: str
    name: str
    passed: bool
    data: dict[str, Any]
    message: str


class Answer(NamedTuple):
    passed: bool
    data: dict[str, Any]
    message: str


class Kind(NamedTuple):
    """How a kind of rule is asked: the parameters that it needs, the facts that it reads, and the question."""

    parameters: tuple[str, ...]
    facts: tuple[str, ...]
    ask: Callable[[Rule, Facts, dt.date], Answer]


def check(rules: Iterable[Rule], facts: Facts, on: dt.date) -> list[Finding]:
    """Every rule with its answer, in the order of the rules; ``on`` is the day of nomination unless a rule has its own
    (``"on": "2014-09-30"``)."""
    return [_finding(rule, facts, on) for rule in rules]


def failed(findings: Iterable[Finding]) -> list[Finding]:
    """The rules that stand against a nominee; none: eligible."""
    return [one for one in findings if not one.passed]


def rule_problems(rules: Sequence[Rule]) -> list[Problem]:
    """What is wrong with rules as data, before a campaign is published."""
    return [problem for number, rule in enumerate(rules, start=1) for problem in _problems_of(number, rule)]


def _problems_of(number: int, rule: Rule) -> list[Problem]:
    kind = KINDS.get(rule.get("kind", ""))
    if kind is None:
        text = _("第%(number)d条规则的种类“%(kind)s”不存在。请从列出的种类中选择。")
        return [Problem("unknown_kind", text % {"number": number, "kind": rule.get("kind", "")}, "kind")]
    missing = [key for key in ("name", *kind.parameters) if rule.get(key) in (None, "")]
    if missing:
        text = _("第%(number)d条规则缺少“%(key)s”。请补充。")
        return [Problem("parameter_missing", text % {"number": number, "key": key}, key) for key in missing]
    wrong = [key for key in rule if key in VALID and not VALID[key](rule[key])]
    if rule["kind"] == "months" and rule["fact"] not in FACTS:
        wrong.append("fact")
    if not wrong and "most" in rule and rule.get("least", 0) > rule["most"]:
        wrong = ["most"]
    text = _("第%(number)d条规则的“%(key)s”不能是“%(value)s”。请更正。")
    return [
        Problem("parameter_wrong", text % {"number": number, "key": key, "value": rule[key]}, key)
        for key in wrong
    ]


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_share(value: Any) -> bool:
    try:
        return isinstance(value, str) and 0 <= Fraction(value) <= 1
    except (ValueError, ZeroDivisionError):
        return False


def _is_day(value: Any) -> bool:
    try:
        return bool(dt.date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


# What a parameter may be, whatever the kind.
VALID: dict[str, Callable[[Any], bool]] = {
    "least": _is_count,
    "most": _is_count,
    "months": _is_count,
    "years": _is_count,
    "share": _is_share,
    "on": _is_day,
}


def _finding(rule: Rule, facts: Facts, on: dt.date) -> Finding:
    kind = KINDS[rule["kind"]]
    day = dt.date.fromisoformat(rule["on"]) if rule.get("on") else on
    needed = [*kind.facts, *(rule[key] for key in ("fact",) if key in kind.parameters)]
    missing = [key for key in needed if facts.get(key) is None]
    if missing:
        names = _("、").join(str(rule.get("label") or FACTS.get(key, key)) for key in missing)
        text = _("没有%(names)s，不能认定符合。请在登记中补充。") % {"names": names}
        return Finding(rule["kind"], rule["name"], False, dict.fromkeys(missing), text)
    return Finding(rule["kind"], rule["name"], *kind.ask(rule, facts, day))


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Full years of age; who is born on 29 February has the birthday on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _accepted(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    since, until = facts["accepted_on"], facts.get("accepted_until")
    data = {"accepted_on": since, "accepted_until": until, "on": on}
    values = {"since": since.isoformat(), "until": until.isoformat() if until else "", "on": on.isoformat()}
    if since > on:
        return Answer(False, data, _("%(since)s才通过验收，晚于%(on)s。") % values)
    if until and until < on:
        return Answer(False, data, _("验收结果到%(until)s为止，%(on)s已经失效。") % values)
    return Answer(True, data, _("%(since)s通过验收，%(on)s有效。") % values)


def _stars(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    values = {"stars": facts["stars"], "least": rule["least"]}
    text = _("星级%(stars)d，要求%(least)d以上。")
    return Answer(facts["stars"] >= rule["least"], {"stars": facts["stars"]}, text % values)


def _age(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    age = age_on(facts["born_on"], on)
    values = {"on": on.isoformat(), "age": age, "least": rule["least"], "most": rule["most"]}
    text = _("%(on)s满%(age)d周岁，要求%(least)d至%(most)d周岁。")
    data = {"born_on": facts["born_on"], "on": on, "age": age}
    return Answer(rule["least"] <= age <= rule["most"], data, text % values)


def _months(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    since = facts[rule["fact"]]
    enough_on = months_after(since, rule["months"])
    values = {"since": since.isoformat(), "on": on.isoformat(), "months": rule["months"]}
    text = _("自%(since)s起算，到%(on)s须满%(months)d个月。")
    return Answer(enough_on <= on, {rule["fact"]: since, "on": on, "enough_on": enough_on}, text % values)


def _cool_down(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    years = [one.year for one in facts["honours"] if one.code == rule["honour"] and not one.revoked]
    earlier = [year for year in years if year <= facts["year"]]
    last = max(earlier, default=None)
    if last is None:
        return Answer(True, {"last_year": None}, _("没有获得过同一荣誉。"))
    values = {"last": last, "years": rule["years"], "again": last + rule["years"]}
    text = _("%(last)d年度获得过同一荣誉，须隔%(years)d年，从%(again)d年度起可以再报。")
    return Answer(last + rule["years"] <= facts["year"], {"last_year": last}, text % values)


def _one_a_year(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    held = [one.code for one in facts["honours"] if one.year == facts["year"] and not one.revoked]
    others = list(facts["other_nominations"])
    data = {"honours": held, "other_nominations": others}
    if held:
        return Answer(
            False, data, _("%(year)d年度已经获得一项荣誉，一年只能获得一项。") % {"year": facts["year"]}
        )
    if others:
        text = _("同年度还有推荐%(numbers)s。请撤回其中一件，只留一件。")
        return Answer(False, data, text % {"numbers": _("、").join(others)})
    return Answer(True, data, _("%(year)d年度没有其他荣誉和推荐。") % {"year": facts["year"]})


def _not_revoked(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    years = [one.year for one in facts["honours"] if one.revoked and one.year + rule["years"] > facts["year"]]
    if not years:
        return Answer(True, {"revoked": []}, _("近%(years)d年没有被撤销的荣誉。") % {"years": rule["years"]})
    text = _("%(year)d年度的荣誉被撤销，%(years)d年内不能再报。")
    return Answer(False, {"revoked": years}, text % {"year": max(years), "years": rule["years"]})


def _headcount(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    count = facts["headcount"]
    values = {"count": count, "least": rule["least"], "most": rule["most"]}
    text = _("共%(count)d人，要求%(least)d至%(most)d人。")
    return Answer(rule["least"] <= count <= rule["most"], {"headcount": count}, text % values)


def _youth_share(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    youth, count, share = facts["youth"], facts["headcount"], Fraction(rule["share"])
    values = {"youth": youth, "count": count, "least": f"{float(share):.0%}"}
    text = _("%(count)d人中35周岁以下%(youth)d人，要求不少于%(least)s。")
    return Answer(count > 0 and youth >= share * count, {"youth": youth, "headcount": count}, text % values)


def _leader_age(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    ages = sorted(age_on(born_on, on) for born_on in facts["leaders_born_on"])
    youngest = min(ages, default=None)
    data = {"leaders_born_on": list(facts["leaders_born_on"]), "on": on}
    if youngest is None:
        return Answer(False, data, _("没有登记负责人。请在登记中补充。"))
    values = {"on": on.isoformat(), "age": youngest, "most": rule["most"]}
    text = _("%(on)s最年轻的负责人%(age)d周岁，要求至少一名负责人不超过%(most)d周岁。")
    return Answer(youngest <= rule["most"], data, text % values)


def _holds_title(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    """A lower-level title of the same kind, held for some years (青年文明号: at least one)."""
    codes = rule["honours"]
    years = [one.year for one in facts["honours"] if one.code in codes and not one.revoked]
    first = min(years, default=None)
    if first is None:
        return Answer(False, {"since_year": None}, _("没有获得所要求的下一级荣誉。"))
    values = {"first": first, "years": rule["years"]}
    text = _("%(first)d年度获得下一级荣誉，要求满%(years)d年。")
    return Answer(first + rule["years"] <= facts["year"], {"since_year": first}, text % values)


def _confirmed(rule: Rule, facts: Facts, on: dt.date) -> Answer:
    """Something that a person looked at and answered with yes or no; ``label`` says what."""
    value = facts[rule["fact"]] is True
    text = _("%(label)s：是。") if value else _("%(label)s：否。")
    return Answer(value, {rule["fact"]: facts[rule["fact"]]}, text % {"label": rule["label"]})


KINDS: dict[str, Kind] = {
    "accepted": Kind((), ("accepted_on",), _accepted),
    "stars": Kind(("least",), ("stars",), _stars),
    "age": Kind(("least", "most"), ("born_on",), _age),
    "months": Kind(("fact", "months"), (), _months),
    "cool_down": Kind(("honour", "years"), ("honours", "year"), _cool_down),
    "one_a_year": Kind((), ("honours", "other_nominations", "year"), _one_a_year),
    "not_revoked": Kind(("years",), ("honours", "year"), _not_revoked),
    "headcount": Kind(("least", "most"), ("headcount",), _headcount),
    "youth_share": Kind(("share",), ("youth", "headcount"), _youth_share),
    "leader_age": Kind(("most",), ("leaders_born_on",), _leader_age),
    "holds_title": Kind(("honours", "years"), ("honours", "year"), _holds_title),
    "confirmed": Kind(("fact", "label"), (), _confirmed),
}
