import pytest

from orgs.rules.masking import PHONE_SHAPE, masked_name, masked_phone


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("010-55550101", "010-****0101"),
        ("01055550101", "010-****0101"),
        ("010-55550101-208", "010-****0101"),
        ("55550101", "****0101"),
        ("+86 138 1234 1234", "****1234"),
        ("110", "****"),
        ("", ""),
    ],
)
def test_a_phone_shows_its_ends_only(phone, shown):
    assert masked_phone(phone) == shown


def test_a_name_shows_its_first_character_only():
    assert masked_name("王雨桐") == "王**"
    assert masked_name("欧阳晓") == "欧**"
    assert masked_name("") == ""


@pytest.mark.parametrize("phone", ["13812341234", "010-55550101", "0311-5555010", "55550101", "55550101-208"])
def test_usual_telephone_numbers_have_a_known_shape(phone):
    assert PHONE_SHAPE.fullmatch(phone)


@pytest.mark.parametrize("phone", ["138****1234", "12345", "无", "138-1234"])
def test_anything_else_has_not(phone):
    assert not PHONE_SHAPE.fullmatch(phone)
