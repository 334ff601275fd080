"""Finding organizations: search, filters, pages, export, and nobody beyond the jurisdiction."""

import io

import openpyxl
import pytest
from django.urls import reverse

from orgs.enums import OrganizationLevel, OrganizationStatus, Role
from orgs.models import Coverage, Officer
from orgs.queries import tree_code
from records.models import AuditEntry
from tests import factories

from .registry import make_branch, make_registry, signed_in, statements, today

pytestmark = pytest.mark.django_db
URL = "/organizations/"


@pytest.fixture
def registry():
    return make_registry()


def names(response) -> list[str]:
    return [row["organization"].name for row in response.context["rows"]]


def sheet(response) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_staff_see_their_own_subtree_only(registry):
    make_branch(registry.near, "近处团支部")
    make_branch(registry.far, "远处团支部")
    page = signed_in(registry.handler).get(URL)
    assert names(page) == [registry.near.name, "近处团支部"]
    assert page.context["page"].count_text == "2"
    assert "远处" not in page.content.decode()
    assert "远处团支部" in names(signed_in(registry.district_handler).get(URL))


def test_a_search_beyond_the_jurisdiction_finds_nothing(registry):
    branch = make_branch(registry.far, "远处团支部")
    client = signed_in(registry.handler)
    for text in ("远处", tree_code(branch.path), branch.initials):
        page = client.get(URL, {"text": text})
        assert page.context["page"].count == 0
        assert branch.name not in page.content.decode()


@pytest.mark.parametrize("text", ["云岫", "yxkj", "001.001.001.001"])
def test_search_by_name_initials_and_code(registry, text):
    make_branch(registry.near, "云岫科技团支部")
    make_branch(registry.near, "青禾餐饮团支部")
    assert names(signed_in(registry.handler).get(URL, {"text": text})) == ["云岫科技团支部"]


def test_search_by_the_code_of_a_street(registry):
    assert names(signed_in(registry.district_handler).get(URL, {"text": registry.far.code})) == [
        registry.far.name
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "preparatory"}, ["筹备团支部"]),
        ({"mode": "joint"}, ["联合团支部"]),
        ({"kind": "joint_branch"}, ["联合团支部"]),
        ({"level": "subdistrict"}, ["共青团北京市海淀区中关村街道工作委员会"]),
    ],
)
def test_each_filter_narrows_the_list(registry, query, found):
    make_branch(registry.near, "筹备团支部", status=OrganizationStatus.PREPARATORY)
    make_branch(registry.near, "联合团支部", kind="joint_branch", mode="joint")
    assert names(signed_in(registry.handler).get(URL, query)) == found


def test_a_place_holds_what_is_affiliated_or_located_there(registry):
    make_branch(registry.near, "隶属团支部")
    make_branch(registry.district, "直接联系团支部", location=registry.near, direct_contact=True)
    make_branch(registry.far, "别处团支部")
    page = signed_in(registry.district_handler).get(URL, {"place": registry.near.pk})
    assert set(names(page)) == {registry.near.name, "隶属团支部", "直接联系团支部"}


def test_a_filter_value_that_is_no_choice_is_named_and_left_out(registry):
    page = signed_in(registry.handler).get(URL, {"status": "nonsense", "place": registry.far.pk})
    assert names(page) == [registry.near.name]
    assert "有的筛选条件不能用" in page.content.decode()


def test_pages_follow_each_other_in_tree_order_and_back(registry):
    for number in range(65):
        make_branch(registry.near, f"第{number:02d}团支部")
    client, seen, url = signed_in(registry.handler), [], URL
    while url:
        page = client.get(url)
        seen += [(row["number"], row["organization"].name) for row in page.context["rows"]]
        last, url = page, page.context["next_url"]
    assert [number for number, _ in seen] == list(range(1, 67))
    assert [name for _, name in seen[1:]] == [f"第{number:02d}团支部" for number in range(65)]
    back = client.get(client.get(last.context["prev_url"]).context["prev_url"])
    assert [row["number"] for row in back.context["rows"]] == list(range(1, 31))
    assert back.context["prev_url"] == ""


def test_a_broken_cursor_begins_at_the_first_page(registry):
    client = signed_in(registry.handler)
    for cursor in ("n1", "x1-2", "n1-99999999999999999999", "'; --"):
        assert names(client.get(URL, {"page": cursor})) == [registry.near.name]


def test_statements_do_not_grow_with_rows(registry):
    client = signed_in(registry.handler)
    make_branch(registry.near, "第一团支部", factories.make_unit(registry.near))
    one = statements(client, URL)
    make_branch(registry.near, "第二团支部", factories.make_unit(registry.near))
    make_branch(registry.near, "第三团支部", factories.make_unit(registry.near))
    assert statements(client, URL) == one <= 12


def test_the_export_holds_exactly_the_filtered_rows_and_says_what_it_is(registry):
    unit = factories.make_unit(registry.near, name="=云岫科技")
    branch = make_branch(registry.near, "=HYPERLINK(1)团支部", unit, status=OrganizationStatus.PREPARATORY)
    make_branch(registry.near, "运行团支部")
    make_branch(registry.far, "远处团支部", status=OrganizationStatus.PREPARATORY)
    Coverage.objects.create(organization=branch, unit=unit, is_host=True, since=today())
    Officer.objects.create(organization=branch, name="王雨桐", duty="secretary", since=today())
    answer = signed_in(registry.handler).post("/organizations/export/?status=preparatory")
    rows = sheet(answer)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "状态：筹备中" in rows[0][0]
    assert "陈静怡" in rows[0][0]
    assert str(today()) in rows[0][0]
    assert [row[2] for row in rows[2:]] == ["=HYPERLINK(1)团支部"]
    header = rows[1]
    line = dict(zip(header, rows[2], strict=True))
    assert line["代码"] == tree_code(branch.path)
    assert line["隶属团组织"] == "中关村街道团工委"
    assert (line["所在单位"], line["书记"], line["覆盖单位数"]) == ("=云岫科技", "王雨桐", 1)
    cells = openpyxl.load_workbook(io.BytesIO(answer.content)).active["C"]
    assert {cell.data_type for cell in cells[2:]} == {"s"}
    entry = AuditEntry.objects.get(event="exported")
    assert (entry.by_id, entry.data["what"]) == (registry.handler.pk, "organizations")


def test_whoever_may_look_but_not_export_has_no_button_and_is_refused(registry):
    client = signed_in(registry.instructor)
    assert reverse("export_organizations") not in client.get(URL).content.decode()
    assert client.post("/organizations/export/").status_code == 403


def test_an_export_is_a_post(registry):
    assert signed_in(registry.handler).get("/organizations/export/").status_code == 405


def test_an_applicant_has_no_list(registry):
    applicant = factories.make_person(Role.UNIT_APPLICANT, factories.make_unit(registry.near))
    client = signed_in(applicant)
    assert client.get(URL).status_code == 403
    assert client.post("/organizations/export/").status_code == 403


def test_strangers_sign_in_first():
    for answer in (signed_in(None).get(URL), signed_in(None).post("/organizations/export/")):
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")


def test_levels_are_those_of_the_tree(registry):
    assert registry.near.level == OrganizationLevel.SUBDISTRICT
    assert tree_code(registry.near.path) == "001.001.001"
