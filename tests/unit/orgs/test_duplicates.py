"""RULES.md section 6: duplicates are found by code, normalised name, and address with a similar name."""

from hypothesis import given
from hypothesis import strategies as st

from orgs.rules.demo_register import number_of_kind
from orgs.rules.duplicates import (
    DUPLICATE_REASON_LABELS,
    SAME_ADDRESS,
    SAME_CODE,
    SAME_NAME,
    UnitIdentity,
    duplicate_pairs,
    duplicate_reasons,
)

UNIT = UnitIdentity(1, "北京槿禾里科技有限公司", "91110000101623741K", "榆荫路15号501室")


def test_the_same_code_in_another_spelling():
    other = UnitIdentity(2, "北京棠溪遥商贸有限公司", "9111 0000 1016 2374 1k")
    assert duplicate_reasons(UNIT, other) == [SAME_CODE]


def test_the_old_organization_code_inside_the_unified_code():
    other = UnitIdentity(2, "北京棠溪遥商贸有限公司", "10162374-1")
    assert duplicate_reasons(UNIT, other) == [SAME_CODE]


def test_the_same_name_and_a_similar_name_at_the_same_address():
    same = UnitIdentity(2, "槿禾里科技（北京）有限责任公司", number_of_kind(0, 7))
    near = UnitIdentity(3, "北京槿禾里信息科技有限公司", number_of_kind(0, 8), "海淀区榆荫路十五号501")
    neighbour = UnitIdentity(4, "北京棠溪遥快餐有限公司", number_of_kind(0, 9), "榆荫路15号501室")
    assert duplicate_reasons(UNIT, same) == [SAME_NAME]
    assert duplicate_reasons(UNIT, near) == [SAME_ADDRESS]
    assert duplicate_reasons(UNIT, neighbour) == []


def test_empty_fields_are_no_reason():
    assert duplicate_reasons(UnitIdentity(1, "", "", ""), UnitIdentity(2, "", "", "")) == []


def test_every_reason_has_a_label():
    assert set(DUPLICATE_REASON_LABELS) == {SAME_CODE, SAME_NAME, SAME_ADDRESS}


_UNITS = st.lists(
    st.builds(
        UnitIdentity,
        key=st.integers(),
        name=st.sampled_from(
            ["槿禾里科技有限公司", "北京槿禾里科技有限公司", "棠溪遥商贸", "棠溪遥百货", ""]
        ),
        number=st.sampled_from(["91110000101623741K", "101623741", number_of_kind(0, 5), ""]),
        address=st.sampled_from(["榆荫路15号", "海淀区榆荫路十五号", "柳堤路1号", ""]),
    ),
    max_size=8,
)


@given(_UNITS)
def test_buckets_find_exactly_what_comparing_all_finds(units):
    found = {(id(pair.first), id(pair.second)) for pair in duplicate_pairs(units)}
    expected = {
        (id(a), id(b)) for i, a in enumerate(units) for b in units[i + 1 :] if duplicate_reasons(a, b)
    }
    assert found == expected
