"""RULES section 4: who may be nominated, answered rule by rule with the data that decides."""

import datetime as dt

import pytest

from awards.rules.eligibility import KINDS, Held, age_on, check, failed, rule_problems

ON = dt.date(2014, 9, 30)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def rule(kind: str, **parameters) -> dict:
    return {"kind": kind, "name": f"规则{kind}"} | parameters


def held(*honours, year=2014, others=()) -> dict:
    return {"honours": [Held(*one) for one in honours], "year": year, "other_nominations": list(others)}


COOL = rule("cool_down", honour="cadre", years=2)
TITLE = rule("holds_title", honours=["sub_unit"], years=1)
SERVICE = rule("months", fact="post_since", months=24)
SIGN = rule("confirmed", fact="sign_on_site", label="现场悬挂公示牌")
CASES = [
    (rule("accepted"), {"accepted_on": day("2014-09-30")}, True, "2014-09-30通过验收"),
    (rule("accepted"), {"accepted_on": day("2014-10-01")}, False, "2014-10-01才通过验收"),
    (rule("accepted", on="2014-10-01"), {"accepted_on": day("2014-10-01")}, True, "2014-10-01"),
    (
        rule("accepted"),
        {"accepted_on": day("2011-09-01"), "accepted_until": day("2014-09-29")},
        False,
        "到2014-09-29为止",
    ),
    (rule("stars", least=4), {"stars": 4}, True, "星级4"),
    (rule("stars", least=4), {"stars": 3}, False, "星级3，要求4以上"),
    (rule("stars", least=1), {"stars": None}, False, "没有星级"),
    (rule("age", least=14, most=28), {"born_on": day("1986-09-30")}, True, "满28周岁"),
    (rule("age", least=14, most=28), {"born_on": day("1985-09-30")}, False, "满29周岁"),
    (rule("age", least=14, most=28), {"born_on": day("2000-10-01")}, False, "满13周岁"),
    (SERVICE, {"post_since": day("2012-09-30")}, True, "须满24个月"),
    (SERVICE, {"post_since": day("2012-10-01")}, False, "自2012-10-01起算"),
    (SERVICE, {}, False, "没有任职日期"),
    (COOL, held(), True, "没有获得过"),
    (COOL, held(("cadre", 2012)), True, "2014年度起"),
    (COOL, held(("cadre", 2010), ("cadre", 2013)), False, "2013年度获得过同一荣誉"),
    (COOL, held(("cadre", 2013, True), ("member", 2013)), True, "没有获得过"),
    (rule("one_a_year"), held(("cadre", 2013)), True, "没有其他"),
    (rule("one_a_year"), held(("member", 2014)), False, "已经获得一项"),
    (rule("one_a_year"), held(others=["PX-2014-00007"]), False, "PX-2014-00007"),
    (rule("not_revoked", years=3), held(("cadre", 2011, True)), True, "没有被撤销"),
    (rule("not_revoked", years=3), held(("cadre", 2012, True)), False, "2012年度的荣誉被撤销"),
    (rule("headcount", least=6, most=200), {"headcount": 6}, True, "共6人"),
    (rule("headcount", least=6, most=200), {"headcount": 201}, False, "共201人"),
    (rule("youth_share", share="0.5"), {"headcount": 11, "youth": 6}, True, "35周岁以下6人"),
    (rule("youth_share", share="0.5"), {"headcount": 11, "youth": 5}, False, "不少于50%"),
    (rule("youth_share", share="0.5"), {"headcount": 0, "youth": 0}, False, "0人中"),
    (
        rule("leader_age", most=40),
        {"leaders_born_on": [day("1960-01-01"), day("1974-01-01")]},
        True,
        "40周岁",
    ),
    (rule("leader_age", most=40), {"leaders_born_on": [day("1973-09-30")]}, False, "41周岁"),
    (rule("leader_age", most=40), {"leaders_born_on": []}, False, "没有登记负责人"),
    (TITLE, held(("sub_unit", 2013)), True, "2013年度获得"),
    (TITLE, held(("sub_unit", 2014)), False, "要求满1年"),
    (TITLE, held(("sub_unit", 2010, True)), False, "没有获得"),
    (SIGN, {"sign_on_site": True}, True, "公示牌：是"),
    (SIGN, {"sign_on_site": False}, False, "公示牌：否"),
    (SIGN, {}, False, "没有现场悬挂公示牌"),
]


@pytest.mark.parametrize(("one", "facts", "passed", "said"), CASES)
def test_each_rule_answers_with_its_name_and_its_data(one, facts, passed, said):
    (finding,) = check([one], facts, ON)
    assert (finding.name, finding.passed) == (one["name"], passed)
    assert said in finding.message
    assert finding.data
    assert rule_problems([one]) == []


def test_every_kind_is_shown_passed_and_failed():
    for passed in (True, False):
        assert {one["kind"] for one, _facts, result, _said in CASES if result == passed} == set(KINDS)


def test_without_data_nobody_is_eligible():
    rules = [one for one, *_rest in CASES]
    assert failed(check(rules, {}, ON)) == check(rules, {}, ON)


def test_all_failed_rules_are_named_at_once():
    rules = [rule("stars", least=4), rule("headcount", least=6, most=200), SIGN]
    findings = failed(check(rules, {"stars": 2, "headcount": 7, "sign_on_site": False}, ON))
    assert [one.kind for one in findings] == ["stars", "confirmed"]


def test_rules_as_data_are_checked_before_they_are_used():
    problems = rule_problems(
        [{"kind": "zodiac"}, {"kind": "age", "name": "年龄", "least": 14}, {"kind": "accepted"}]
    )
    assert [(one.code, one.field) for one in problems] == [
        ("unknown_kind", "kind"),
        ("parameter_missing", "most"),
        ("parameter_missing", "name"),
    ]


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (rule("stars", least="4"), "least"),
        (rule("stars", least=True), "least"),
        (rule("age", least=29, most=28), "most"),
        (rule("youth_share", share="1/0"), "share"),
        (rule("youth_share", share="50%"), "share"),
        (rule("accepted", on="30.9.2014"), "on"),
        (rule("months", fact="posts_since", months=24), "fact"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(one, field):
    assert [(problem.code, problem.field) for problem in rule_problems([one])] == [("parameter_wrong", field)]


def test_age_is_full_years():
    assert age_on(day("1996-02-29"), day("2014-02-28")) == 17
    assert age_on(day("1996-02-29"), day("2014-03-01")) == 18
