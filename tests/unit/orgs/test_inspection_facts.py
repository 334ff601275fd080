"""What facts say together never depends on the order in which they arrived; only what is malformed is refused."""

import json
import uuid
from decimal import Decimal

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from orgs.rules.inspection_facts import (
    Missing,
    Recorded,
    is_complete,
    merge,
    missing,
    receipt_digest,
    result_of,
    total_of,
)
from orgs.rules.inspection_shapes import Codes, Malformed, check_fact

STANDARD = json.loads((settings.BASE_DIR / "fixtures" / "six_haves_standard.json").read_text("utf-8"))[0][
    "data"
]
CODES = Codes.of(STANDARD)
SHA = "a" * 64


def found(name: str, key: str, points: str = "5", *supersedes: str, result: str = "met") -> Recorded:
    return Recorded(name, key, {"result": result, "points": points, "note": ""}, supersedes)


def lacks(facts: list[Recorded], items=("C1.1",), arrived=(), refused=()) -> Missing:
    here = {fact.uuid for fact in facts}
    return missing(merge(facts), items, here=here, arrived=arrived, refused=refused)


def test_a_fact_that_supersedes_another_counts_alone():
    merged = merge([found("b", "C1.1", "3", "a"), found("a", "C1.1")])
    assert merged.value("C1.1")["points"] == "3"
    assert merged.conflicts == []


def test_two_that_know_nothing_of_each_other_are_a_conflict_until_a_person_settles_it():
    both = [found("a", "C1.1"), found("b", "C1.1", "3")]
    assert merge(both).conflicts == ["C1.1"]
    assert merge([*both, found("c", "C1.1", "4", "a", "b")]).conflicts == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (found("a", "C1.1", "4.5"), found("b", "C1.1", "4.50")),
        (
            Recorded("a", "finish", {"facts": ["x"], "at": "1"}),
            Recorded("b", "finish", {"facts": ["y"], "at": "2"}),
        ),
        (Recorded("a", "photo:1", None), Recorded("b", "photo:1", None)),
    ],
)
def test_equal_statements_of_two_phones_are_no_conflict(one, other):
    assert merge([one, other]).conflicts == []


def test_one_phone_says_it_is_over_and_the_other_that_it_is_not():
    assert merge([Recorded("a", "finish", {"facts": [], "at": "1"}), Recorded("b", "finish", None)]).conflicts


def test_facts_that_supersede_each_other_in_a_ring_are_not_lost():
    assert merge([found("a", "C1.1", "1", "b"), found("b", "C1.1", "2", "a")]).conflicts == ["C1.1"]


facts = st.lists(
    st.builds(
        lambda number, key, points, gone: found(
            f"{number:02}", key, str(points), *(f"{one:02}" for one in gone)
        ),
        st.integers(0, 11),
        st.sampled_from(["C1.1", "C1.2"]),
        st.integers(0, 2),
        st.sets(st.integers(0, 11), max_size=3),
    ),
    unique_by=lambda fact: fact.uuid,
)


@given(facts, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(recorded, random):
    shuffled = [*recorded, *recorded[: len(recorded) // 2]]
    random.shuffle(shuffled)
    assert merge(shuffled) == merge(recorded)
    assert receipt_digest(reversed(recorded)) == receipt_digest(recorded)
    for fact in recorded:
        assert merge(recorded).heads[fact.key], "a key about which something was said has something to say"


def test_a_visit_is_complete_when_it_was_ended_and_all_that_it_names_is_here():
    photo = Recorded("p", "photo:1", {"item": "C1.1", "sha256": SHA})
    end = Recorded("e", "finish", {"facts": ["a", "p"], "at": "1"})
    facts = [found("a", "C1.1"), photo, end]
    assert lacks([end]) == Missing(facts=["a", "p"], items=["C1.1"])
    assert lacks(facts) == Missing(photos=[SHA])
    assert lacks(facts, refused=[SHA]) == Missing(refused=[SHA])
    assert lacks(facts, items=("C1.1", "C1.2"), arrived=[SHA]) == Missing(items=["C1.2"])
    assert is_complete(merge(facts), lacks(facts, arrived=[SHA]))
    assert not is_complete(merge(facts[:2]), lacks(facts[:2], arrived=[SHA])), "nobody said that it is over"
    removed = [*facts, Recorded("q", "photo:1", None, ("p",))]
    assert is_complete(merge(removed), lacks(removed)), "a photo that was removed need not arrive"
    signed = [*facts, Recorded("s", "signature", {"sha256": "b" * 64, "name": "王芳", "role": "书记"})]
    assert lacks(signed, arrived=[SHA]) == Missing(photos=["b" * 64])


def test_what_was_found_counts_for_the_items_looked_at():
    facts = [
        found("a", "C1.1", "5"),
        found("b", "C1.2", "2.5", result="unmet"),
        found("c", "C1.3", "4", result="na"),
        found("d", "C2.1", "5", result="na"),
        found("e", "C2.2", "4"),
        Recorded("v", "veto:V2", {"flagged": True, "note": ""}),
        Recorded("w", "veto:V1", {"flagged": False, "note": ""}),
    ]
    result = result_of(merge(facts), ["C1.1", "C1.2", "C1.3", "C2.1"], CODES.mandatory)
    assert {code: one["met"] for code, one in result["items"].items()} == {
        "C1.1": True,
        "C1.2": False,
        "C1.3": True,
        "C2.1": False,  # mandatory items always apply
    }
    assert (total_of(result), result["vetoes"]) == (Decimal("16.5"), ["V2"])


# --- shape ------------------------------------------------------------------------------------------------


def raw(key: str, value, **changed) -> dict:
    values = {"uuid": str(uuid.uuid4()), "key": key, "value": value, "supersedes": []}
    return values | {"recorded_at": "2026-11-24T09:30:00+08:00"} | changed


ITEM = {"result": "unmet", "points": "4.5", "note": "缺会议记录"}
PHOTO = {
    "item": "C1.1",
    "sha256": SHA,
    "size": 1,
    "width": 2,
    "height": 3,
    "lat": 39.9,
    "lon": None,
    "caption": "",
}


@pytest.mark.parametrize(
    "fact",
    [
        raw("C1.1", ITEM),
        raw("C1.1", None),
        raw("C1.1", ITEM | {"note": "\\u0000 就是这几个字"}),
        raw("veto:V4", {"flagged": False, "note": ""}),
        raw(f"photo:{uuid.uuid4()}", PHOTO),
        raw(f"photo:{uuid.uuid4()}", None),
        raw("arrival", {"at": "2026-11-24T09:00:00+08:00", "lat": None, "lon": None, "accuracy": None}),
        raw("note", {"text": "场地在装修"}),
        raw("signature", {"refused": True, "reason": "外出"}),
        raw("signature", {"name": "王芳", "role": "书记", "sha256": SHA, "at": "2026-11-24T10:00:00+08:00"}),
        raw("finish", {"facts": [str(uuid.uuid4()) for _ in range(1000)], "at": "2026-11-24T10:00:00+08:00"}),
        raw("note", {"text": ""}, recorded_at="2126-01-01T00:00:00+08:00"),
    ],
    ids=lambda fact: fact["key"],
)
def test_what_phones_send_is_kept(fact):
    kept = check_fact(fact, CODES).fact
    assert (kept.uuid, kept.key, kept.value) == (fact["uuid"], fact["key"], fact["value"])


SAME = str(uuid.uuid4())


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("text", "格式"),
        (raw("C1.1", ITEM, uuid="7"), "编号"),
        (raw("C9.9", ITEM), "没有项目“C9.9”"),
        (raw("veto:V9", {"flagged": True}), "没有项目"),
        (raw("photo:1", PHOTO), "没有项目"),
        (raw("C1.1", ITEM | {"points": "5.5"}), "0到5分"),
        (raw("C1.1", ITEM | {"points": "4.3"}), "0.5分为单位"),
        (raw("C1.1", ITEM | {"points": "-1"}), "0到5分"),
        (raw("C1.1", ITEM | {"points": 4}), "0.5分为单位"),
        (raw("C1.1", ITEM | {"result": "perhaps"}), "是否达标"),
        (raw("C1.1", ITEM | {"note": "长" * 1400}), "4 KB"),
        (raw("C1.1", ITEM | {"note": "\x00"}), "无法保存的字符"),
        (raw("C1.1", ITEM | {"note": "\ud83d"}), "无法保存的字符"),
        (raw("C1.1", ITEM, supersedes=["x"]), "取代"),
        (raw("C1.1", ITEM, uuid=SAME, supersedes=[SAME]), "取代"),
        (raw("C1.1", ITEM, recorded_at="昨天"), "时间"),
        (raw("C1.1", ITEM, recorded_at="2026-02-30T00:00:00Z"), "时间"),
        (raw("C1.1", ITEM, recorded_at="0001-01-01T00:00:00+08:00"), "时间"),
        (raw("C1.1", ITEM | {"more": json.loads("[" * 900 + "]" * 900)}), "格式"),
        (raw(f"photo:{uuid.uuid4()}", PHOTO | {"sha256": "../../etc"}), "照片"),
        (raw(f"photo:{uuid.uuid4()}", PHOTO | {"item": "C9.9"}), "照片"),
        (raw(f"photo:{uuid.uuid4()}", PHOTO | {"lat": 91}), "照片"),
        (raw("signature", {"name": "王芳", "role": "书记"}), "签名"),
        (raw("arrival", {"at": ""}), "到达"),
        (raw("finish", {"facts": ["x"]}), "结束验收"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_malformed_is_refused_with_the_reason(fact, said):
    with pytest.raises(Malformed) as refusal:
        check_fact(fact, CODES)
    assert said in str(refusal.value)
