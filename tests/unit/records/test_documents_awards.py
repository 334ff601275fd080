"""Call, consultation, supplement, revocation and minutes of an award campaign, measured in the rendered PDF."""

import io
from functools import lru_cache

import pdfplumber
import pytest

from records.documents import KINDS, ContentError, preview, render_minutes
from records.documents.content_checks import check_content

from .award_samples import CALL, CONSULTATION, MINUTES, PERSON_REVOCATION, REVOCATION, STREETS, SUPPLEMENT
from .document_samples import DISTRICT, ON
from .honour_samples import PUBLIC_NOTICE
from .test_documents_geometry import BOTTOM, LEFT, MM, RIGHT, dark, ink, line_with, pages, picture, red

pytestmark = pytest.mark.once  # no database


def text_of(pdf):
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return ["".join(char["text"] for char in page.chars).replace(" ", "") for page in opened.pages]


@lru_cache(maxsize=1)
def minutes():
    return render_minutes(MINUTES, issuer=DISTRICT)


@pytest.mark.parametrize("kind", ["consultation_letter", "consultation_letter-list"])
def test_the_head_of_a_consultation_is_that_of_a_letter_between_offices(kind):
    """Mark without 文件 30 mm from the edge, double rules of 170 mm 4 mm below it and 20 mm above the lower edge."""
    first = picture(kind, 1)
    mark = ink(first, red, (28, 20, 184, 44))
    assert mark[1] == pytest.approx(30, abs=1)
    assert (mark[0] + mark[2]) / 2 == pytest.approx(106, abs=1)
    assert "文件" not in "".join(char["text"] for char in pages(kind)[0][0] if char["size"] > 30)
    upper = ink(first, red, (0, mark[3] + 1, 210, 120))
    lower = ink(first, red, (0, 262, 210, 297))
    assert upper[1] - mark[3] == pytest.approx(4, abs=0.9)
    assert lower[3] == pytest.approx(277, abs=0.3)
    for rule in (upper, lower):
        assert rule[0] == pytest.approx(20, abs=0.3)
        assert rule[2] == pytest.approx(190, abs=0.3)
    number = line_with(kind, "〔2014〕9号", 0)
    assert number[-1]["x1"] == pytest.approx(RIGHT, abs=1)
    top = ink(first, dark, (100, upper[3] + 0.5, 184, 75))[1]
    assert top - upper[3] == pytest.approx(16 * 7 / 8 / MM, abs=1)


def test_a_consultation_counts_its_pages_from_the_second_on_and_names_one_addressee():
    first, second = ("".join(char["text"] for char in page[0]) for page in pages("consultation_letter"))
    assert "— 1 —" not in first
    assert "— 2 —" in second
    assert first.count("：") == 2  # the addressee and the nominee
    assert "2014年9月19日前以书面形式函复" in second
    assert "印发" not in second


@pytest.mark.parametrize("kind", ["award_call", "award_call-single"])
def test_every_sub_district_has_its_row_and_the_sums_are_right_below(kind):
    content = CALL if kind == "award_call" else None
    found = [page for page in pages(kind) if "其中两新" in "".join(char["text"] for char in page[0])]
    text = "".join(char["text"] for page in found for char in page[0])
    for street in STREETS:
        assert street in text
    if content:
        honours = content["annexes"][0]["honours"]
        sums = [str(sum(row["places"] for row in one["rows"])) for one in honours]
        row = "".join(char["text"] for char in line_with(kind, "合计"))
        assert row == f"合计{sums[0]}19{sums[1]}19{sums[2]}"  # no column for places that nobody has
    for chars, *_ in found:
        assert max(char["x1"] for char in chars if char["top"] < BOTTOM) <= RIGHT + 1
        assert min(char["x0"] for char in chars) >= LEFT - 1


def test_the_head_of_the_quota_table_comes_again_and_the_imprint_never_stands_alone():
    for count in (1, 16, 17, 18, 21, 29):
        honours = [
            {"honour": one["honour"], "rows": one["rows"][:count]} for one in CALL["annexes"][0]["honours"]
        ]
        annexes = [{"title": "推荐名额分配表", "honours": honours, "note": ""}]
        found = text_of(preview("award_call", CALL | {"annexes": annexes}, issuer=DISTRICT, on=ON))
        tables = [page for page in found if "其中两新" in page]
        assert "合计" in found[-1], count
        assert "印发" in found[-1], count
        assert all("序号街镇" in page for page in tables)
        assert sum(page.count("其中两新") for page in tables) == 2 * len(tables)


def test_a_supplement_is_called_so_and_names_the_notice_that_goes_on():
    title = KINDS["public_notice"].title
    assert title("团区委", SUPPLEMENT).endswith("拟表彰对象的补充公示")
    assert title("团区委", PUBLIC_NOTICE).endswith("拟表彰对象的公示")
    text = "".join(text_of(preview("public_notice", SUPPLEMENT, issuer=DISTRICT, on=ON)))
    assert "的公示》（海团字〔2014〕18号）的补充，只涉及新增的公示对象" in text


def test_a_revocation_voids_the_number_and_verifies_without_a_person():
    text = "".join(text_of(preview("honour_revocation", REVOCATION, issuer=DISTRICT, on=ON)))
    assert "编号为HDTQ-2014-XJZB-0003的荣誉证书作废" in text
    assert "荣誉证书、奖牌应当于2014年9月30日前交回" in text
    kind = KINDS["honour_revocation"]
    assert kind.title("团区委", PERSON_REVOCATION) == "团区委关于撤销陶喆文同志“优秀团干部”称号的决定"
    assert kind.subject(PERSON_REVOCATION) == "北京星河智联科技有限公司"
    assert KINDS["consultation_letter"].subject(CONSULTATION) == CONSULTATION["subject"]


def test_minutes_keep_their_margins_and_repeat_the_heads_of_their_tables():
    with pdfplumber.open(io.BytesIO(minutes())) as opened:
        for page in opened.pages:
            assert (round(page.width / MM), round(page.height / MM)) == (210, 297)
            assert min(char["x0"] for char in page.chars) >= 25 * MM - 0.5
            assert max(char["x1"] for char in page.chars) <= 192 * MM + 0.5
    found = text_of(minutes())
    assert len(found) > 2
    assert sum("名次评选对象" in page for page in found) == 2
    for number, page in enumerate(found, 1):
        assert f"第{number}页共{len(found)}页" in page.replace("　", "")


def test_minutes_tell_votes_ties_and_digests_and_are_signed_by_those_present():
    text = "".join(text_of(minutes()))
    last = MINUTES["votes"][-1]["lines"][0]
    for said in (
        "第二次投票（无效）",
        "并列第6名",
        "第3名与第4名互换",
        "截止2014-09-2410:40",
        last["digest"],
    ):
        assert said in text, said
    for one in MINUTES["members"]:
        assert text.count(f"：{one['name']}") == one["present"]
    assert text.count("年　　月　　日") == 1 + sum(one["present"] for one in MINUTES["members"])


def test_minutes_of_a_meeting_without_scores_or_votes_say_so():
    nothing = {key: [] for key, value in MINUTES.items() if isinstance(value, list) and key != "members"}
    text = "".join(text_of(render_minutes(MINUTES | nothing, issuer=DISTRICT)))
    for said in ("没有需要回避的情形", "没有进行投票", "没有影响结果的并列", "（0个）"):
        assert said in text
    assert "SHA-256" not in text


@pytest.mark.parametrize(
    ("kind", "content", "named"),
    [
        ("award_call", CALL | {"sections": [{"heading": "条件", "text": ""}]}, r"sections\[0\]: points"),
        ("award_call", CALL | {"annexes": [{"title": "表", "groups": []}]}, r"annexes\[0\]: honours, note"),
        ("consultation_letter", CONSULTATION | {"reply_by": "9月19日"}, "reply_by: a date"),
        ("consultation_letter", CONSULTATION | {"copies": []}, "copies not known"),
        ("honour_revocation", REVOCATION | {"variant": "unit"}, "variant: one of organization, person"),
        ("honour_revocation", REVOCATION | {"returned": {"things": []}}, "returned: by missing"),
        ("public_notice", SUPPLEMENT | {"supplements": "9号"}, "supplements: an object"),
        ("review_minutes", MINUTES | {"votes": [{"title": "x"}]}, r"votes\[0\]: closed, is_void"),
        ("review_minutes", MINUTES | {"hours": 9}, "hours: str"),
    ],
)
def test_content_that_does_not_fit_is_refused_by_name(kind, content, named):
    with pytest.raises(ContentError, match=named):
        check_content(KINDS[kind].content, content)
