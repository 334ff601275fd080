"""Single rules of the founding forms that need no page: fields, rows, the roster workbook, the second round."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from orgs.enums import OrganizationKind
from orgs.rules.names import ORGANIZATION_ENDINGS, brand_of, ending_fits, proposed_organization_name
from records.workbooks import Column, WorkbookRefused, write_workbook
from workflows.fields import Count, Day, Text, future_problem
from workflows.founding.forms.meeting import majority_of
from workflows.founding.forms.rows import CandidateRow, put_rows
from workflows.founding.roster import read_roster, roster_template
from workflows.unit_rows import rows_of, total_rows

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    "text", ["2014-09-05", "2014/9/5", "2014.9.5", "2014年9月5日", "20140905", " 2014-09-05 "]
)
def test_a_day_is_read_in_the_usual_spellings(text):
    assert Day(label="日期").clean(text) == dt.date(2014, 9, 5)


@pytest.mark.parametrize("text", ["2014-13-05", "昨天", "5/9/2014x", "0000-01-01"])
def test_a_day_that_is_none_names_the_field_and_the_format(text):
    with pytest.raises(ValidationError, match="召开日期不是有效日期，请按 2014-09-05"):
        Day(label="召开日期").clean(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-1", "不能小于 0"),
        ("3.5", "应为整数"),
        ("十", "应为整数"),
        ("", "请填写团员"),
        ("99999999999", "不能大于"),
    ],
)
def test_a_count_says_what_it_wants(text, message):
    with pytest.raises(ValidationError) as refused:
        Count(label="团员").clean(text)
    assert message in refused.value.messages[0]


@pytest.mark.parametrize("text", ["含😀表情", "控制\x00字符", "反向\u202e字符", "零宽\u200b字符"])
def test_text_that_cannot_be_printed_is_refused(text):
    with pytest.raises(ValidationError):
        Text(label="理由").clean(text)


def test_text_keeps_its_lines():
    assert Text(label="理由", rows=3).clean("第一段\r\n第二段") == "第一段\r\n第二段"


def test_today_is_not_in_the_future():
    assert future_problem(TODAY, TODAY, "日期") == ""
    assert future_problem(None, TODAY, "日期") == ""
    assert "晚于今天" in future_problem(TODAY + dt.timedelta(days=1), TODAY, "日期")


# -- rows ------------------------------------------------------------------------------------------------------------


def candidates(data: dict, **kwargs):
    return rows_of(CandidateRow, extra=1)(data, prefix="c", form_kwargs={"on": TODAY} | kwargs)


def test_a_blank_row_is_no_row_and_a_deleted_one_is_not_judged():
    data = {
        "c-TOTAL_FORMS": "3",
        "c-INITIAL_FORMS": "3",
        "c-0-name": "甲",
        "c-0-votes": "3",
        "c-1-name": "",
        "c-1-votes": "",
        "c-2-name": "乙",
        "c-2-votes": "坏",
        "c-2-DELETE": "on",
    }
    filled = candidates(data).filled()
    assert [row.values() for row in filled] == [{"name": "甲", "votes": 3}]


def test_a_half_filled_row_is_complete_enough_for_a_draft_only():
    data = {"c-TOTAL_FORMS": "1", "c-INITIAL_FORMS": "0", "c-0-name": "甲", "c-0-votes": ""}
    assert candidates(data).filled()[0].errors
    assert not candidates(data, complete=False).filled()[0].errors


@pytest.mark.parametrize("total", ["", "-1", "1e9", "９９", "99999999"])
def test_a_tampered_number_of_rows_is_harmless(total):
    data = QueryDict(mutable=True)
    data["c-TOTAL_FORMS"] = total
    assert 0 <= total_rows(data, "c") <= 700


@given(st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_rows_of_a_workbook_come_behind_the_filled_ones_or_replace_them(typed, read, replace):
    data = QueryDict(mutable=True)
    data["r-TOTAL_FORMS"] = str(typed + 2)
    for number in range(typed):
        data[f"r-{number}-name"] = f"已填{number}"
    put_rows(data, "r", [{"name": f"读入{number}"} for number in range(read)], replace=replace)
    names = [data.get(f"r-{number}-name") for number in range(total_rows(data, "r"))]
    kept = [] if replace else [f"已填{number}" for number in range(typed)]
    assert names == kept + [f"读入{number}" for number in range(read)]


# -- roster workbook -------------------------------------------------------------------------------------------------


def sheet(*lines, headers=("姓名", "性别", "出生日期")) -> io.BytesIO:
    columns = [Column(header) for header in headers]
    return io.BytesIO(write_workbook(columns, lines, sheet="名单", created_at=timezone.localtime()))


def test_a_roster_may_leave_out_optional_columns_and_order_them_otherwise():
    roster = read_roster(sheet(["2002.5.1", "甲", "男"], headers=("出生日期", "*姓 名", "性别")))
    assert roster.problems == []
    assert roster.rows == [
        {"born_on": "2002-05-01", "name": "甲", "gender": "male", "political_status": "league_member"}
    ]


def test_a_month_alone_is_its_first_day():
    assert read_roster(sheet(["甲", "女", "2002年5月"])).rows[0]["born_on"] == "2002-05-01"


def test_a_faulty_cell_keeps_what_was_written():
    roster = read_roster(sheet(["", "男", "2002-02-30"]))
    assert roster.rows[0]["born_on"] == "2002-02-30"
    assert roster.problems == [
        "第 2 行“姓名”：没有填写。请填写姓名，或删除这一行。",
        "第 2 行“出生日期”：“2002-02-30”不是有效日期，请按 2002-01-31 的格式填写。",
    ]


def test_a_formula_is_read_as_text():
    assert read_roster(sheet(['=HYPERLINK("x")', "男", "2002-02-03"])).rows[0]["name"].startswith("=HYPER")


def test_the_template_has_every_column_and_no_member():
    with pytest.raises(WorkbookRefused, match="没有团员"):
        read_roster(io.BytesIO(roster_template(created_at=timezone.localtime())))


# -- names and majorities --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("北京云岫信息技术有限公司", "云岫"),
        ("云岫（北京）科技有限公司", "云岫"),
        ("北京市海淀区棠禾里软件股份有限公司", "棠禾里"),
        ("北京澄屿朗教育科技有限公司", "澄屿朗"),
        ("北京长长长长长品牌", "长长长长"),
        ("北京信息科技有限公司", "信息"),
    ],
)
def test_the_brand_of_a_unit_makes_its_letter_code(name, brand):
    assert brand_of(name) == brand


@pytest.mark.parametrize("kind", ORGANIZATION_ENDINGS)
def test_a_proposed_name_fits_its_kind_and_no_other(kind: OrganizationKind):
    name = proposed_organization_name("北京云岫信息技术有限公司", kind)
    assert [one for one in ORGANIZATION_ENDINGS if ending_fits(name, one)] == [kind]


@pytest.mark.parametrize(("present", "needed"), [(10, 6), (11, 6), (12, 7), (1, 1), (0, 1)])
def test_a_majority_is_more_than_half_of_those_present(present, needed):
    assert majority_of(present, {"majority_fraction": "1/2"}) == needed
