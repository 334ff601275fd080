"""Exports: head line, masked contacts, text that stays text, a limit that says what to do."""

import datetime as dt
import io

import openpyxl
import pytest
from django.utils import timezone

from orgs import exports
from orgs.models import Officer, Organization, Unit
from tests import factories
from tests.web.registry import make_branch

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 24, 3, 15, tzinfo=dt.UTC)


@pytest.fixture
def street():
    return factories.make_tree()[1][0]


@pytest.fixture
def person():
    return factories.PersonFactory(name="陈静怡")


def sheet(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_the_head_says_what_with_which_filters_by_whom_and_when_in_local_time(person):
    title = exports.export_title(
        "单位底本", ["街镇／系统：中关村街道团工委", "行业门类：I"], by=person, at=AT
    )
    assert title == ("单位底本（街镇／系统：中关村街道团工委；行业门类：I；陈静怡 2026-11-24 11:15 导出）")
    assert "全部" in exports.export_title("单位底本", [], by=person, at=AT)


def test_the_same_rows_give_the_same_bytes(street, person):
    factories.make_unit(street)
    first = exports.unit_workbook(Unit.objects.all(), [], by=person, at=AT)
    assert exports.unit_workbook(Unit.objects.all(), [], by=person, at=AT) == first


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "http://x.example"])
def test_text_stays_text(street, person, text):
    factories.make_unit(street, name=text, remark=text)
    page = sheet(exports.unit_workbook(Unit.objects.all(), [], by=person, at=AT))
    line = page[3]
    for cell in (line[2], line[22]):
        assert cell.data_type == "s"
        assert cell.hyperlink is None
        assert cell.value.strip() == text.strip()


def test_contacts_are_masked_under_headers_that_an_import_does_not_know(street, person):
    factories.make_unit(street, contact_name="王雨桐", contact_phone="13812341234")
    page = sheet(exports.unit_workbook(Unit.objects.all(), [], by=person, at=AT))
    line = {head.value: cell.value for head, cell in zip(page[2], page[3], strict=True)}
    assert (line["联系人·已脱敏"], line["联系电话·已脱敏"]) == ("王**", "138****1234")
    assert not {"联系人", "联系电话"} & set(line)


def test_numbers_and_dates_keep_their_type(street, person):
    factories.make_unit(
        street, above_scale=True, above_scale_on=dt.date(2014, 1, 10), above_scale_basis="收入"
    )
    page = sheet(exports.unit_workbook(Unit.objects.all(), [], by=person, at=AT))
    line = {head.value: cell.value for head, cell in zip(page[2], page[3], strict=True)}
    assert (line["序号"], line["从业人员"], line["是否规模以上"]) == (1, 60, "是")
    assert line["规上认定日期"] == dt.datetime(2014, 1, 10)  # noqa: DTZ001


def test_the_secretary_in_office_is_named(street, person):
    branch = make_branch(street, "团支部")
    today = timezone.localdate(AT)
    for name, since, until in (
        ("前任", dt.date(2020, 1, 1), today - dt.timedelta(days=1)),
        ("现任", dt.date(2024, 1, 1), None),
        ("后任", today + dt.timedelta(days=1), None),
    ):
        Officer.objects.create(organization=branch, name=name, duty="secretary", since=since, until=until)
    rows = Organization.objects.filter(pk=branch.pk)
    page = sheet(exports.organization_workbook(rows, [], by=person, at=AT))
    line = {head.value: cell.value for head, cell in zip(page[2], page[3], strict=True)}
    assert line["书记"] == "现任"


def test_rows_are_read_in_chunks_with_their_numbers(street, person, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    for number in range(5):
        make_branch(street, f"第{number}团支部")
    rows = Organization.objects.filter(depth=4)
    page = sheet(exports.organization_workbook(rows, [], by=person, at=AT))
    assert [(row[0].value, row[2].value) for row in page.iter_rows(min_row=3)] == [
        (number + 1, f"第{number}团支部") for number in range(5)
    ]


def test_too_many_rows_are_refused_with_a_remedy(street, person, monkeypatch):
    monkeypatch.setattr(exports, "MAX_ROWS", 1)
    factories.make_unit(street)
    exports.unit_workbook(Unit.objects.all(), [], by=person, at=AT)
    factories.make_unit(street)
    with pytest.raises(exports.TooManyRows, match="请增加筛选条件"):
        exports.unit_workbook(Unit.objects.all(), [], by=person, at=AT)
