"""Chinese typesetting rules of official letters (RULES section 5)."""

from itertools import pairwise

import pytest

from records.documents.typography import break_title, chinese_date, issuer_mark, ordinal

pytestmark = pytest.mark.once  # no database

TITLES = [
    "共青团北京市海淀区清河街道工作委员会关于同意成立共青团北京星河智联科技有限公司支部委员会的批复",
    "北京星河智联科技有限公司关于成立共青团北京星河智联科技有限公司支部委员会的请示",
    "共青团北京市海淀区委员会关于同意成立中关村智造大街联合团支部的批复",
    "共青团北京市海淀区委员会关于共青团北京百旺绿洲快递服务股份有限公司委员会选举结果的批复",
]


@pytest.mark.parametrize("title", TITLES)
def test_title_lines_fit_and_lose_nothing(title):
    lines = break_title(title)
    assert "".join(lines) == title
    assert max(len(line) for line in lines) <= 19


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("word", ["团支部", "有限公司", "委员会", "海淀区", "关于", "批复", "请示", "共青团"])
def test_title_breaks_split_no_word(title, word):
    assert sum(line.count(word) for line in break_title(title)) == title.count(word)


@pytest.mark.parametrize("title", TITLES)
def test_title_is_a_trapezoid_or_diamond(title):
    lengths = [len(line) for line in break_title(title)]
    rising_again = [b > a for a, b in pairwise(lengths)]
    assert rising_again in (sorted(rising_again), sorted(rising_again, reverse=True))
    assert not any(
        before > middle < after
        for before, middle, after in zip(lengths, lengths[1:], lengths[2:], strict=False)
    )
    assert not any(line.startswith(("的", "、", "》")) for line in break_title(title))


def test_a_year_is_never_split():
    for name in ("优秀团干部", "先进单位", "突出贡献者", "某某"):
        for line in break_title(f"共青团北京市海淀区委员会关于征求2014年度{name}拟表彰对象意见的函"):
            assert line.count("2014年") == line.count("2"), line


def test_short_title_stays_on_one_line_and_a_huge_one_is_cut():
    assert break_title("关于成立团支部的请示") == ["关于成立团支部的请示"]
    assert max(len(line) for line in break_title("团" * 150)) <= 19


@pytest.mark.parametrize(
    ("issuer", "lines"),
    [
        ("共青团北京市海淀区委员会", 1),
        ("共青团北京市海淀区清河街道工作委员会", 1),
        ("北京市海淀区中关村软件园产业园运营管理发展股份有限公司党支部", 2),
    ],
)
def test_issuer_mark_fits_the_type_area_without_falling_apart(issuer, lines):
    mark = issuer_mark(issuer)
    assert len(mark["lines"]) == lines
    assert "".join(mark["lines"]) == f"{issuer}文件"
    widest = max(len(line) for line in mark["lines"])
    assert widest * (mark["height"] * mark["narrow"] + mark["tracking"]) <= 156 / 25.4 * 72 + 1
    assert mark["narrow"] >= 0.6
    assert mark["height"] >= 26


def test_dates_and_numerals_are_written_as_in_letters():
    assert chinese_date("2014-09-05") == "2014年9月5日"
    assert [ordinal(number) for number in (1, 10, 11, 20, 23)] == ["一", "十", "十一", "二十", "二十三"]
