"""Finding units: search, filters, pages, export, and nobody beyond the jurisdiction."""

import io

import openpyxl
import pytest

from orgs.enums import Classification, Role
from records.models import AuditEntry
from tests import factories
from tests.flows import district as flows

from .registry import make_registry, signed_in, statements

pytestmark = pytest.mark.django_db
URL = "/units/"


@pytest.fixture
def registry():
    return make_registry()


def names(response) -> list[str]:
    return [row["unit"].name for row in response.context["rows"]]


def sheet(response) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_staff_see_units_of_their_jurisdiction_only(registry):
    factories.make_unit(registry.near, name="近处公司")
    far = factories.make_unit(registry.far, name="远处公司")
    client = signed_in(registry.handler)
    page = client.get(URL)
    assert names(page) == ["近处公司"]
    assert page.context["page"].count_text == "1"
    for text in ("远处", far.number, far.initials):
        found = client.get(URL, {"text": text})
        assert found.context["page"].count == 0
        assert "远处公司" not in found.content.decode()


def test_search_by_name_number_and_initials(registry):
    unit = factories.make_unit(registry.near, name="北京云岫科技有限公司")
    factories.make_unit(registry.near, name="北京青禾餐饮有限公司")
    client = signed_in(registry.handler)
    for text in ("云岫", unit.number[:8], "yxkj", f" {unit.number} "):
        assert names(client.get(URL, {"text": text})) == ["北京云岫科技有限公司"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"kind": "social_organization"}, {"kind": "social_organization"}),
        ({"section": "H"}, {"section": "H"}),
        ({"classification": "cultivate"}, {"classification": Classification.CULTIVATE}),
        ({"above_scale": "1"}, {"above_scale": True}),
        ({"direct_contact": "1"}, {"direct_contact": True}),
    ],
)
def test_each_filter_narrows_the_list(registry, query, fields):
    factories.make_unit(registry.near, name="其他公司")
    factories.make_unit(registry.near, name="所找公司", **fields)
    assert names(signed_in(registry.handler).get(URL, query)) == ["所找公司"]


@pytest.mark.parametrize("query", [{"above_scale": "0"}, {"direct_contact": "0"}])
def test_no_is_an_answer_too(registry, query):
    factories.make_unit(registry.near, name="是", above_scale=True, direct_contact=True)
    factories.make_unit(registry.near, name="否")
    assert names(signed_in(registry.handler).get(URL, query)) == ["否"]


def test_the_street_filter_finds_what_is_located_or_affiliated_there(registry):
    factories.make_unit(registry.near, name="近处公司")
    factories.make_unit(registry.district, name="直接联系公司", location=registry.near)
    factories.make_unit(registry.far, name="远处公司")
    page = signed_in(registry.district_handler).get(URL, {"place": registry.near.pk})
    assert set(names(page)) == {"近处公司", "直接联系公司"}


def test_units_with_an_open_case_can_be_picked_out():
    place = flows.make_district()
    unit = flows.make_applying_unit(place, name="在办公司")
    factories.make_unit(place.streets[0], name="无事公司")
    flows.open_founding(place, unit)
    client = signed_in(place.person("handler0"))
    assert names(client.get(URL, {"open_case": "on"})) == ["在办公司"]
    assert len(names(client.get(URL))) == 2


def test_merged_units_are_not_listed(registry):
    kept = factories.make_unit(registry.near, name="保留公司")
    factories.make_unit(registry.near, name="并入公司", merged_into=kept)
    assert names(signed_in(registry.handler).get(URL)) == ["保留公司"]


def test_pages_show_every_unit_once(registry):
    author = factories.PersonFactory()
    expected = [factories.make_unit(registry.near, by=author).name for _ in range(35)]
    expected += [factories.make_unit(registry.far, by=author).name for _ in range(3)]
    client, seen, url = signed_in(registry.district_handler), [], URL
    while url:
        page = client.get(url)
        seen += names(page)
        url = page.context["next_url"]
    assert seen == expected


def test_statements_do_not_grow_with_rows(registry):
    client = signed_in(registry.handler)
    factories.make_unit(registry.near)
    one = statements(client, URL)
    factories.make_unit(registry.near)
    factories.make_unit(registry.near)
    assert statements(client, URL) == one <= 12


def test_the_export_holds_exactly_the_filtered_rows_with_masked_contacts(registry):
    contact = {"contact_name": "王雨桐", "contact_phone": "13812341234"}
    factories.make_unit(registry.near, name="=cmd|公司", section="H", **contact)
    factories.make_unit(registry.near, name="别的公司", section="I", **contact)
    factories.make_unit(registry.far, name="远处公司", section="H", **contact)
    answer = signed_in(registry.handler).post("/units/export/?section=H&page=n31-1-1")
    rows = sheet(answer)
    assert "行业门类：H 住宿和餐饮业" in rows[0][0]
    assert [row[2] for row in rows[2:]] == ["=cmd|公司"]
    line = dict(zip(rows[1], rows[2], strict=True))
    assert (line["联系人·已脱敏"], line["联系电话·已脱敏"]) == ("王**", "138****1234")
    assert "13812341234" not in str(rows)
    assert AuditEntry.objects.get(event="exported").by_id == registry.handler.pk


def test_whoever_may_look_but_not_export_is_refused(registry):
    assert signed_in(registry.instructor).get(URL).status_code == 200
    assert signed_in(registry.instructor).post("/units/export/").status_code == 403


def test_only_who_keeps_the_register_is_offered_to_add(registry):
    assert "/units/new/" in signed_in(registry.handler).get(URL).content.decode()
    assert "/units/new/" not in signed_in(registry.approver).get(URL).content.decode()


def test_an_applicant_has_no_list(registry):
    client = signed_in(factories.make_person(Role.UNIT_APPLICANT, factories.make_unit(registry.near)))
    assert client.get(URL).status_code == 403
    assert client.post("/units/export/").status_code == 403


def test_strangers_sign_in_first():
    assert signed_in(None).get(URL).status_code == 302
    assert signed_in(None).post("/units/export/").status_code == 302
