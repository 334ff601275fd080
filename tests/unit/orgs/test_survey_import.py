"""RULES.md sections 3 and 10 P1: each fault of a register row is named with its column and remedy."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.rules.reference import industry_sections, streets
from orgs.rules.survey_columns import COLUMNS, HEADERS, REASON_HEADER, find_header
from orgs.rules.survey_import import parse_row

ON = date(2014, 7, 1)
STREETS = {"中关村街道": 11, "上地街道": 22, "海淀街道": 12, "万柳地区": 23, "海淀镇": 23}
SOUND = {
    "sequence": 1,
    "subdistrict": "中关村街道",
    "name": "北京槿禾里科技有限公司",
    "number_kind": "统一社会信用代码",
    "number": "91110000101623741K",
    "address": "北京市海淀区榆荫路15号",
    "kind": "非公有制企业",
    "section": "I",
    "above_scale": "是",
    "above_scale_basis": "年营业收入2000万元以上",
    "above_scale_on": date(2014, 5, 31),
    "employees": 60,
    "youth": 40,
    "members": 9,
    "party_members": 4,
    "party_organization": "无",
    "has_trade_union": "有",
    "contact_name": "周清扬",
    "contact_phone": "010-55550101",
    "direct_contact": "否",
    "remark": None,
}


def parsed(**changes):
    return parse_row(SOUND | changes, subdistricts=STREETS, on=ON)


def test_a_sound_row_gives_the_fields_of_a_unit():
    row = parsed()
    assert row.errors == []
    assert row.warnings == []
    assert row.values == {
        "sequence": "1",
        "location_id": 11,
        "name": "北京槿禾里科技有限公司",
        "number_kind": "credit_code",
        "number": "91110000101623741K",
        "address": "北京市海淀区榆荫路15号",
        "kind": "non_public_enterprise",
        "section": "I",
        "above_scale": True,
        "above_scale_basis": "年营业收入2000万元以上",
        "above_scale_on": date(2014, 5, 31),
        "employees": 60,
        "youth": 40,
        "members": 9,
        "party_members": 4,
        "party_organization": "",
        "has_trade_union": True,
        "contact_name": "周清扬",
        "contact_phone": "010-55550101",
        "direct_contact": False,
        "remark": "",
    }
    assert row.json_values()["above_scale_on"] == "2014-05-31"


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"name": " "}, "name", "没有填写"),
        ({"name": "长" * 121}, "name", "最多 120"),
        ({"address": None}, "address", "没有填写"),
        ({"subdistrict": None}, "subdistrict", "没有填写"),
        ({"subdistrict": "中关存街道"}, "subdistrict", "中关村街道"),
        ({"subdistrict": "××"}, "subdistrict", "全称"),
        ({"subdistrict": "海淀"}, "subdistrict", "海淀"),
        ({"number": ""}, "number", "没有填写"),
        ({"number": "9111"}, "number", "18 位"),
        ({"kind": "国有企业"}, "kind", "不在登记范围"),
        ({"kind": None}, "kind", "没有填写"),
        ({"section": "软件业"}, "section", "I 信息传输、软件和信息技术服务业"),
        ({"section": "##"}, "section", "A—T"),
        ({"section": None}, "section", "没有填写"),
        ({"above_scale": "大概"}, "above_scale", "请填“是”或“否”"),
        ({"has_trade_union": "?"}, "has_trade_union", "请填“有”或“无”"),
        ({"above_scale_on": date(2014, 7, 2)}, "above_scale_on", "晚于今天"),
        ({"above_scale_on": "去年"}, "above_scale_on", "2014-05-31"),
        ({"above_scale_on": "2014-02-30"}, "above_scale_on", "不是日期"),
        ({"employees": -3}, "employees", "负数"),
        ({"employees": "若干"}, "employees", "正整数"),
        ({"employees": 12.5}, "employees", "正整数"),
        ({"employees": 30_000_000}, "employees", "过大"),
        ({"youth": 61}, "youth", "多于“从业人员”60 人"),
        ({"members": 41}, "members", "多于“35岁以下青年”40 人"),
        ({"party_members": 61}, "party_members", "多于“从业人员”60 人"),
    ],
)
def test_each_fault_names_its_column_and_the_remedy(changes, column, words):
    row = parsed(**changes)
    problems = [problem for problem in row.errors if problem.column == column]
    assert len(row.errors) == len(problems) == 1
    message = problems[0].message
    assert HEADERS[column] in message
    assert words in message
    assert "%(" not in message
    assert any(remedy in message for remedy in ("请", "是否应为"))


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"number": "91350211M0000XUF46"}, "number"),
        ({"number_kind": "工商注册号"}, "number_kind"),
        ({"contact_phone": "五五五"}, "contact_phone"),
        ({"party_members": None}, "party_members"),
        ({"above_scale_on": None}, "above_scale"),
        ({"above_scale": "否"}, "above_scale"),
    ],
)
def test_what_wants_a_look_is_a_warning_and_no_error(changes, column):
    row = parsed(**changes)
    assert row.errors == []
    assert [problem.column for problem in row.warnings] == [column]


def test_a_wrong_check_digit_is_marked_for_an_override():
    assert not parsed(number="91350211M0000XUF46").number_ok
    assert parsed().number_ok


@pytest.mark.parametrize(
    "cell",
    [
        date(2014, 5, 31),
        datetime(2014, 5, 31, tzinfo=UTC),
        41790,
        "2014-05-31",
        "2014/5/31",
        "2014.5.31",
        "2014年5月31日",
        "20140531",
    ],
)
def test_dates_are_read_in_every_usual_spelling(cell):
    assert parsed(above_scale_on=cell).values["above_scale_on"] == date(2014, 5, 31)


@pytest.mark.parametrize("cell", [60, 60.0, "60", "６０", " 60人", "60 名"])
def test_counts_are_read_in_every_usual_spelling(cell):
    assert parsed(employees=cell).values["employees"] == 60


@pytest.mark.parametrize(
    ("cell", "location"),
    [
        ("中关村", 11),
        ("中关村街道办事处", 11),
        ("北京市海淀区中关村街道", 11),
        ("海淀街道", 12),
        ("海淀镇", 23),
        ("万柳", 23),
    ],
)
def test_streets_are_recognised_with_and_without_their_ending(cell, location):
    row = parsed(subdistrict=cell)
    assert row.errors == []
    assert row.values["location_id"] == location


@pytest.mark.parametrize(
    "cell", ["I", "i", "Ｉ", "I6510", "I 信息传输、软件和信息技术服务业", "信息传输软件和信息技术服务业"]
)
def test_sections_are_read_as_letter_code_or_name(cell):
    assert parsed(section=cell).values["section"] == "I"


def test_every_section_is_known_by_its_own_name():
    for code, name in industry_sections().items():
        assert parsed(section=name).values["section"] == code


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("民营企业", "non_public_enterprise"),
        ("民办非企业单位", "social_organization"),
        ("行业协会", "social_organization"),
    ],
)
def test_kinds_of_unit_in_common_words(cell, kind):
    assert parsed(kind=cell).values["kind"] == kind


@pytest.mark.parametrize(
    ("cell", "value"), [("有", "有"), ("中共甲公司支部", "中共甲公司支部"), ("无", ""), (None, "")]
)
def test_the_party_organization_is_a_name_or_empty(cell, value):
    assert parsed(party_organization=cell).values["party_organization"] == value


_CELL = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates()
)


@pytest.mark.once
@given(st.fixed_dictionaries({column.key: _CELL for column in COLUMNS}))
def test_no_cell_breaks_the_reader_and_every_message_names_a_column(raw):
    row = parse_row(raw, subdistricts=STREETS, on=ON)
    for problem in (*row.errors, *row.warnings):
        assert HEADERS[problem.column] in problem.message
    if not row.errors:
        assert row.values["members"] <= row.values["youth"] <= row.values["employees"]


def test_the_header_is_found_below_a_title_with_other_spellings_and_order():
    rows = [
        (1, ["2014年底本", None, None]),
        (3, ["企业名称", "街道", "统一社会信用代码", REASON_HEADER, "传真", "从业人员（人）", None]),
    ]
    header = find_header(rows)
    assert header is not None
    assert header.row == 3
    assert header.positions == {"name": 0, "subdistrict": 1, "number": 2, "employees": 5}
    assert header.missing == ("地址", "单位性质", "行业门类")
    assert header.ignored == ("传真",)
    raw = header.raw(["甲公司", "上地街道"])
    assert raw["name"] == "甲公司"
    assert raw["employees"] is None
    assert set(raw) == set(HEADERS)


def test_a_sheet_without_header_has_none():
    assert find_header([(1, ["甲公司", "上地街道", 3])]) is None
    assert find_header([]) is None


def test_the_29_places_of_the_district_are_22_streets_and_7_towns():
    kinds = [street["kind"] for street in streets()]
    assert (kinds.count("subdistrict"), kinds.count("town")) == (22, 7)
    assert all(street["league_name"] for street in streets())
