"""The six-haves standard: what keeps it from being published, codes that mean one thing, sheets without loss."""

import copy
import datetime as dt
import io
import json

import pytest
from django.conf import settings
from django.utils import timezone

from orgs.actions.standards import (
    StaleDraft,
    StandardNotReady,
    begin_draft,
    open_draft_of,
    propose_standard,
    publish_standard,
    return_standard,
    save_draft,
    standard_of,
)
from orgs.enums import Role
from orgs.models import RuleSet
from orgs.permissions import Refused
from orgs.rules.standard_diff import differences
from orgs.rules.standard_problems import problems_of
from orgs.rules.standard_sheet import SheetFault, rows_of, standard_from
from orgs.rules.standards import version_name, with_codes
from orgs.views.standard_import import read_standard
from orgs.views.standards import standard_workbook
from records.models import AuditEntry
from tests import factories
from tests.flows import district as d

FIRST = json.loads((settings.BASE_DIR / "fixtures/six_haves_standard.json").read_text("utf-8"))[0]["data"]


@pytest.fixture
def standard() -> dict:
    return copy.deepcopy(FIRST)


def texts(standard, *published) -> str:
    versions = [(f"版本{number}", one) for number, one in enumerate(published or [FIRST])]
    return "\n".join(one.text for one in problems_of(standard, versions))


def items(standard, criterion: int = 0) -> list[dict]:
    return standard["criteria"][criterion]["items"]


def test_the_standard_that_is_delivered_has_no_problem(standard):
    assert texts(standard) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s["criteria"][2]["items"].clear(), "C3“有阵地”没有项目"),
        (lambda s: s["pass"].update(min_total=101), "高于各项合计的 100 分"),
        (lambda s: s["grades"][0].update({"from": 120}), "5 星从 120 分起，高于"),
        (lambda s: s["grades"][0].update({"from": 75}), "5 星的起始分（75）应高于 4 星（80）"),
        (lambda s: items(s)[0].update(points="五"), "分值须是大于 0 的数，现为“五”"),
        (lambda s: items(s)[0].update(points=4.3), "不是 0.5 的倍数"),
        (lambda s: items(s)[0].update(points=5.5), "合计 100.5 分"),
        (lambda s: items(s)[0].update(kinds=[]), "没有选查验方式"),
        (lambda s: items(s)[0].update(code="C1.2"), "编号 C1.2 用了 2 次"),
        (lambda s: items(s)[0].update(text="食堂卫生情况良好"), "如是另一件事"),
        (lambda s: s["pass"].update(min_each_criterion_ratio="1.2"), "0% 至 100%"),
    ],
)
def test_what_is_wrong_is_said_in_words(standard, change, said):
    change(standard)
    assert said in texts(standard)


def test_a_code_never_comes_to_mean_something_else(standard):
    """A removed item's code is passed over for new items, and refused where a file gives it to something else."""
    second = copy.deepcopy(FIRST)
    del items(second)[3]
    third = copy.deepcopy(second)
    new = items(third)[0] | {"code": "", "text": "团干部年度述职"}
    items(third).append(new)
    assert items(with_codes(third, [FIRST, second]))[-1]["code"] == "C1.5"
    new["code"] = "C1.4"
    assert "C1.4 在 版本0 中已用于“按期换届" in texts(third, FIRST, second)
    new["text"] = items(FIRST)[3]["text"]
    assert "C1.4" not in texts(third, FIRST, second), "the same item may come back"


def test_the_difference_names_every_part_that_changed(standard):
    items(standard)[0]["points"] = 4.5
    items(standard)[1]["kinds"].append("photo")
    moved = items(standard).pop(2)
    items(standard, 1).append(moved)
    items(standard, 3).pop(0)
    items(standard, 4).reverse()
    standard["vetoes"].append({"code": "V5", "text": "拒绝验收"})
    found = {
        (one.kind, one.code): {c.label: (c.before, c.after) for c in one.changes}
        for one in differences(FIRST, standard)
    }
    assert found[("changed", "C1.1")] == {"分值": ("5", "4.5")}
    assert found[("changed", "C1.2")] == {"查验方式": ("材料", "材料、照片")}
    assert found[("changed", "C1.3")] == {"所属大类": ("C1 有班子", "C2 有队伍")}
    assert ("removed", "C4.1") in found
    assert ("added", "V5") in found
    assert found[("changed", "")] == {"C5 有活动": ("C5.1、C5.2、C5.3、C5.4", "C5.4、C5.3、C5.2、C5.1")}
    assert differences(standard, standard) == []


def test_a_workbook_gives_back_the_very_standard(standard):
    items(standard)[0] |= {"text": "=1+1", "evidence": "007", "pass_rule": "第一行\n第二行", "points": 4.5}
    standard["joint_rule"] = ""
    content = standard_workbook(standard, at=timezone.now())
    assert read_standard(io.BytesIO(content)) == standard


def test_a_sheet_with_faults_names_each_row(standard):
    rows = rows_of(standard)
    rows[0][0] = "题目"
    rows[-1][7] = "材料、电话"
    rows[-1][6] = "对"
    with pytest.raises(SheetFault) as fault:
        standard_from(enumerate(rows, 2))
    assert [text.split("：")[0] for text in fault.value.faults] == [
        "第 2 行",
        f"第 {len(rows) + 1} 行",
        f"第 {len(rows) + 1} 行",
    ]


def test_versions_count_within_their_year():
    names = ["SIX-HAVES 2014.1", "SIX-HAVES 2026.1", "SIX-HAVES 2026.9", "founding-2026"]
    assert version_name(2026, names) == "SIX-HAVES 2026.10"
    assert version_name(2027, names) == "SIX-HAVES 2027.1"


# --- draft, proposal, publication -------------------------------------------------------------------------------


def moment(days: int = 0) -> dict:
    at = timezone.now() + dt.timedelta(days=days)
    return {"at": at, "on": timezone.localdate(at)}


@pytest.fixture
def place(db):
    return d.make_district()


@pytest.fixture
def draft(place):
    return begin_draft(place.district, by=place.person("district_handler"), **moment())


def test_a_published_standard_is_a_rule_set_that_took_two_people(place, draft, standard):
    handler, approver = place.person("district_handler"), place.person("district_approver")
    items(standard)[0]["points"], items(standard)[1]["points"] = 4.5, 6.5
    draft = save_draft(draft, standard, base=0, by=handler, **moment())
    day = timezone.localdate() + dt.timedelta(days=10)
    with pytest.raises(StandardNotReady, match="没有送审"):
        publish_standard(draft, base=1, by=approver, **moment())
    propose_standard(draft, base=1, valid_from=day, by=handler, **moment())
    with pytest.raises(Refused):
        publish_standard(draft, base=1, by=handler, **moment())
    published = publish_standard(draft, base=1, by=approver, **moment())
    assert (published.name, published.valid_from) == (f"SIX-HAVES {day.year}.1", day)
    assert published.data == standard
    assert RuleSet.objects.valid("six_haves", timezone.localdate()).data == FIRST, "it holds from its day on"
    entry = AuditEntry.objects.get(event="standard_published")
    assert entry.about == f"organization:{place.district.pk}"
    assert entry.by_id == approver.pk
    assert open_draft_of(place.district) is None


def test_who_edited_a_draft_cannot_publish_it_even_as_an_approver(place, draft, standard):
    """Somebody may hold both roles at different times; four-eyes looks at the person."""
    approver = place.person("district_approver")
    items(standard)[0]["points"] = 4.5
    save_draft(draft, standard, base=0, by=place.person("district_handler"), **moment())
    draft.refresh_from_db()
    propose_standard(
        draft, base=1, valid_from=timezone.localdate(), by=place.person("district_handler"), **moment()
    )
    type(draft).objects.update(edited_by=approver)
    with pytest.raises(Refused, match="拟定"):
        publish_standard(open_draft_of(place.district), base=1, by=approver, **moment())


def test_a_proposal_ends_with_the_next_save_and_with_a_return(place, draft, standard):
    handler, approver = place.person("district_handler"), place.person("district_approver")
    items(standard)[0]["points"] = 4.5
    today = {"valid_from": timezone.localdate(), "by": handler}
    save_draft(draft, standard, base=0, by=handler, **moment())
    propose_standard(draft, base=1, **today, **moment())
    save_draft(draft, standard, base=1, by=handler, **moment())
    with pytest.raises(StandardNotReady):
        publish_standard(draft, base=2, by=approver, **moment())
    propose_standard(draft, base=2, **today, **moment())
    return_standard(draft, base=2, reason="分值请再议", by=approver, **moment())
    with pytest.raises(StandardNotReady):
        publish_standard(draft, base=2, by=approver, **moment())


def test_nobody_overwrites_what_somebody_else_saved(place, draft, standard):
    first, second = (
        place.person("district_handler"),
        factories.make_person(Role.DISTRICT_HANDLER, place.district),
    )
    assert begin_draft(place.district, by=second, **moment()).pk == draft.pk, "there is one open draft"
    save_draft(draft, standard, base=0, by=first, **moment())
    with pytest.raises(StaleDraft) as stale:
        save_draft(draft, standard | {"title": "另一个名称"}, base=0, by=second, **moment())
    assert standard_of(stale.value.draft)["title"] == FIRST["title"]


@pytest.mark.parametrize(("days", "said"), [(-1, "已经过去"), (0, None)])
def test_a_standard_holds_from_today_at_the_earliest(place, draft, standard, days, said):
    items(standard)[0]["points"] = 4.5
    by = place.person("district_handler")
    save_draft(draft, standard, base=0, by=by, **moment())
    day = timezone.localdate() + dt.timedelta(days=days)
    if said is None:
        propose_standard(draft, base=1, valid_from=day, by=by, **moment())
        return
    with pytest.raises(StandardNotReady, match=said):
        propose_standard(draft, base=1, valid_from=day, by=by, **moment())
