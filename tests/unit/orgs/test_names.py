"""RULES.md sections 6 and 11: names and addresses compare in a normalised form; names sort by strokes."""

import pytest

from orgs.rules.names import names_in_stroke_order, normalized_address, normalized_unit_name, pinyin_initials


@pytest.mark.parametrize(
    "name",
    [
        "北京槿禾里科技有限公司",
        "北京市槿禾里科技有限责任公司",
        "槿禾里科技（北京）有限公司",
        "槿禾里科技(北京)股份有限公司",
        "北京市海淀区槿禾里科技有限公司",
        " 北京 槿禾里 科技　有限公司 ",
        "北京槿禾里·科技有限公司",
    ],
)
def test_spellings_of_one_company_are_equal(name):
    assert normalized_unit_name(name) == "槿禾里科技"


def test_width_and_case_do_not_matter():
    assert normalized_unit_name("Ａｂｃ数据有限公司") == normalized_unit_name("ABC数据有限责任公司")


def test_a_branch_office_differs_from_its_parent():
    assert normalized_unit_name("槿禾里科技有限公司上地分公司") != normalized_unit_name("槿禾里科技有限公司")


def test_other_brackets_are_kept_and_partnership_forms_dropped():
    assert normalized_unit_name("槿禾里（上海）有限公司") == "槿禾里上海"
    assert normalized_unit_name("槿禾里会计师事务所（特殊普通合伙）") == "槿禾里会计师事务所"


def test_a_name_of_place_and_form_only_keeps_something():
    assert normalized_unit_name("北京有限公司")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("北京市海淀区榆荫路15号3号楼5层501室", "海淀区榆荫路十五号3栋五层501"),
        ("北京市海淀区榆荫路１５号", "榆荫路15号"),
        ("榆荫路15号院2号楼3F301", "北京市海淀区榆荫路15号院2幢3层301房"),
        ("榆荫路一百零三号（住宅）", "榆荫路103号"),
        ("榆荫路#3楼", "榆荫路号3楼"),
    ],
)
def test_spellings_of_one_address_are_equal(a, b):
    assert normalized_address(a) == normalized_address(b) != ""


@pytest.mark.parametrize("name", ["三里河路1号", "八里庄北里", "五道口"])
def test_numerals_in_place_names_stay(name):
    assert normalized_address(name)[0] == name[0]


def test_different_rooms_differ():
    assert normalized_address("榆荫路15号501室") != normalized_address("榆荫路15号502室")


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("北京槿禾里科技有限公司", "bjjhlkjyxgs"),
        ("重庆长城音乐会计师事务所", "cqccyykjssws"),
        ("朝阳大厦A1（北京）", "cydsa1bj"),
        ("Ａｂｃ银行", "abcyh"),
    ],
)
def test_initials_read_company_names(name, initials):
    assert pinyin_initials(name) == initials


def test_surnames_sort_by_strokes_then_by_the_first_stroke():
    names = ["张三", "李四", "于洋", "马兰", "丁一", "王建国", "陈晨", "方明", "刘海", "叶青", "赵云"]
    assert names_in_stroke_order(names) == [
        "丁一", "于洋", "马兰", "王建国", "方明", "叶青", "刘海", "李四", "张三", "陈晨", "赵云",
    ]  # fmt: skip


def test_same_surname_shorter_names_first_then_the_next_character():
    assert names_in_stroke_order(["王一鸣", "王鑫", "王力", "王丁"]) == ["王丁", "王力", "王鑫", "王一鸣"]


def test_unknown_characters_come_last_and_nothing_is_lost():
    assert names_in_stroke_order(["Amy", "王一", ""]) == ["王一", "Amy", ""]
