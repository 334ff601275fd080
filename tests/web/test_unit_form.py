"""Entering and changing a unit: what is refused, what must be confirmed, what is kept, and who may do it."""

import datetime as dt

import pytest

from orgs.enums import NumberKind, Role
from orgs.models import Unit
from records.models import AuditEntry
from tests import factories

from .registry import errors, filled, make_registry, signed_in, stored, today

pytestmark = [pytest.mark.django_db, pytest.mark.once("postgresql")]  # pages and forms; flows run on both
NEW = "/units/new/"
REGISTRATION = "440301103097413"


@pytest.fixture
def registry():
    return make_registry()


def test_a_new_unit_is_registered_with_its_first_version_and_an_audit_entry(registry):
    answer = signed_in(registry.handler).post(NEW, filled(registry))
    unit = Unit.objects.get()
    assert answer.url == f"/units/{unit.pk}/"
    assert (unit.number_kind, unit.version, unit.scope) == ("credit_code", 1, registry.near.scope)
    assert unit.initials == "bjyxkjyxgs"
    version = unit.versions.get()
    assert (version.reason, version.by) == ("新增登记", registry.handler)
    entry = AuditEntry.objects.get(chain=f"unit:{unit.pk}")
    assert (entry.event, entry.by_id) == ("unit_registered", registry.handler.pk)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("91110000101623741k", NumberKind.CREDIT_CODE),
        ("4403 0110 3097 413", NumberKind.REGISTRATION),
        ("10162374-1", NumberKind.ORGANIZATION_CODE),
    ],
)
def test_all_three_kinds_of_number_are_recognised(registry, typed, kind):
    if kind == NumberKind.ORGANIZATION_CODE:
        typed = factories.organization_code()
    signed_in(registry.handler).post(NEW, filled(registry, number=typed))
    assert Unit.objects.get().number_kind == kind


def test_a_wrong_check_digit_warns_and_is_kept_only_with_a_reason(registry):
    client = signed_in(registry.handler)
    assert "number_override_reason" not in client.get(NEW).content.decode()
    data = filled(registry, number="91350211M0000XUF46")
    page = client.post(NEW, data)
    assert page.status_code == 422
    assert "校验码不对" in errors(page)["number"]
    text = page.content.decode()
    assert 'name="number_override_reason"' in text
    assert 'value="91350211M0000XUF46"' in text
    assert client.post(NEW, data | {"number_override_reason": "营业执照如此，已核对原件"}).status_code == 302
    unit = Unit.objects.get()
    assert (unit.number, unit.number_override_reason) == ("91350211M0000XUF46", "营业执照如此，已核对原件")


def test_a_reason_that_is_not_needed_is_dropped(registry):
    signed_in(registry.handler).post(NEW, filled(registry, number_override_reason="不需要"))
    assert Unit.objects.get().number_override_reason == ""


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"name": ""}, "name", "请填写“单位名称”"),
        ({"kind": ""}, "kind", "请选择“单位性质”"),
        ({"section": "Z"}, "section", ""),
        ({"number": "123"}, "number", "3 位"),
        ({"number": "11010519491231002X"}, "number", "居民身份证号"),
        ({"employees": "-1"}, "employees", "人数不能小于 0"),
        ({"employees": "许多"}, "employees", "请填写整数"),
        ({"employees": "99999999999"}, "employees", "人数不能大于"),
        ({"youth": "61"}, "youth", "“35岁以下青年”61 人多于“从业人员”60 人"),
        ({"members": "41"}, "members", "“团员”41 人多于“35岁以下青年”40 人"),
        ({"party_members": "61"}, "party_members", "多于“从业人员”"),
        ({"contact_phone": "12345"}, "contact_phone", "不像电话号码"),
        ({"contact_phone": "138****1234"}, "contact_phone", "请填写完整的联系电话"),
        ({"above_scale": "on"}, "above_scale_basis", "须有依据和认定日期"),
        ({"above_scale_basis": "营业收入"}, "above_scale", "没有勾选"),
        ({"reason": ""}, "reason", "请填写“变更原因”"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_typed_is_lost(registry, changed, field, message):
    page = signed_in(registry.handler).post(NEW, filled(registry, **changed))
    assert page.status_code == 422
    assert message in errors(page)[field]
    assert 'value="丹棱街3号"' in page.content.decode()
    assert not Unit.objects.exists()


def test_a_date_to_come_is_refused(registry):
    tomorrow = str(today() + dt.timedelta(days=1))
    scale = {"above_scale": "on", "above_scale_basis": "营业收入", "above_scale_on": tomorrow}
    page = signed_in(registry.handler).post(NEW, filled(registry, **scale))
    assert "晚于今天" in errors(page)["above_scale_on"]
    assert tomorrow in page.content.decode()


def test_a_number_that_is_taken_names_the_unit_that_has_it(registry):
    factories.make_unit(
        registry.near, name="老公司", number=REGISTRATION, number_kind=NumberKind.REGISTRATION
    )
    page = signed_in(registry.handler).post(NEW, filled(registry, number=REGISTRATION))
    assert "已登记为“老公司”" in errors(page)["number"]


def test_a_number_taken_elsewhere_names_the_place_only(registry):
    factories.make_unit(
        registry.far, name="远处公司", number=REGISTRATION, number_kind=NumberKind.REGISTRATION
    )
    page = signed_in(registry.handler).post(NEW, filled(registry, number=REGISTRATION))
    assert "学院路街道团工委" in errors(page)["number"]
    assert "远处公司" not in page.content.decode()


def test_a_likely_duplicate_is_shown_and_must_be_confirmed(registry):
    twin = factories.make_unit(registry.near, name="云岫科技有限责任公司（北京）")
    client, data = signed_in(registry.handler), filled(registry)
    page = client.post(NEW, data)
    assert page.status_code == 422
    assert [row["unit"] for row in page.context["duplicates"]] == [twin]
    assert "单位名称相同" in page.content.decode()
    assert Unit.objects.count() == 1
    assert client.post(NEW, data | {"duplicates_checked": "on"}).status_code == 302
    assert Unit.objects.count() == 2


def test_a_likely_duplicate_elsewhere_shows_its_place_only(registry):
    twin = factories.make_unit(registry.far, name="北京云岫科技有限公司", address="远处路9号")
    text = signed_in(registry.handler).post(NEW, filled(registry)).content.decode()
    assert "学院路街道团工委登记的单位" in text
    assert twin.number not in text
    assert "远处路9号" not in text


def test_a_change_keeps_the_old_state_as_a_version(registry):
    unit = factories.make_unit(registry.near, contact_phone="13812341234")
    client = signed_in(registry.handler)
    assert "13812341234" not in client.get(f"/units/{unit.pk}/edit/").content.decode()
    answer = client.post(f"/units/{unit.pk}/edit/", stored(unit, employees=75))
    assert answer.status_code == 302
    unit.refresh_from_db()
    assert (unit.employees, unit.version, unit.contact_phone) == (75, 2, "13812341234")
    assert [one.data["employees"] for one in unit.versions.order_by("number")] == [60, 75]
    entry = AuditEntry.objects.get(event="unit_changed")
    assert entry.data == {"version": 2, "fields": ["employees"]}


def test_a_changed_or_cleared_phone_is_stored(registry):
    unit = factories.make_unit(registry.near, contact_phone="13812341234")
    client, url = signed_in(registry.handler), f"/units/{unit.pk}/edit/"
    client.post(url, stored(unit, contact_phone="010-55550101"))
    unit.refresh_from_db()
    assert unit.contact_phone == "010-55550101"
    client.post(url, stored(unit, contact_phone=""))
    unit.refresh_from_db()
    assert unit.contact_phone == ""


def test_an_unchanged_unit_is_not_asked_about_old_duplicates(registry):
    unit = factories.make_unit(registry.near, name="云岫公司", address="丹棱街3号")
    factories.make_unit(registry.near, name="云岫公司", address="丹棱街3号")
    assert signed_in(registry.handler).post(f"/units/{unit.pk}/edit/", stored(unit)).status_code == 302


def test_nobody_moves_a_unit_into_another_jurisdiction(registry):
    page = signed_in(registry.handler).post(NEW, filled(registry, affiliation=registry.far.pk))
    assert "affiliation" in errors(page)
    assert not Unit.objects.exists()


def test_the_district_enters_units_anywhere(registry):
    data = filled(registry, affiliation=registry.far.pk, location=registry.near.pk)
    assert signed_in(registry.district_handler).post(NEW, data).status_code == 302
    unit = Unit.objects.get()
    assert (unit.affiliation, unit.location) == (registry.far, registry.near)


def test_a_merged_unit_is_not_changed(registry):
    kept = factories.make_unit(registry.near)
    unit = factories.make_unit(registry.near, merged_into=kept)
    client, url = signed_in(registry.handler), f"/units/{unit.pk}/edit/"
    assert client.get(url).url == f"/units/{unit.pk}/"
    sent = client.post(url, stored(unit, employees=99, reason="走访时核实的人数"))
    assert (sent.status_code, "走访时核实的人数" in sent.content.decode()) == (409, True)
    unit.refresh_from_db()
    assert unit.employees == 60


@pytest.mark.parametrize("who", ["far_handler", "approver", "instructor"])
def test_others_are_refused(registry, who):
    unit = factories.make_unit(registry.near)
    client = signed_in(getattr(registry, who))
    assert client.get(f"/units/{unit.pk}/edit/").status_code == 403
    assert client.post(f"/units/{unit.pk}/edit/", stored(unit, employees=99)).status_code == 403
    unit.refresh_from_db()
    assert unit.employees == 60


def test_the_unit_itself_does_not_change_the_register(registry):
    unit = factories.make_unit(registry.near)
    client = signed_in(factories.make_person(Role.UNIT_APPLICANT, unit))
    assert client.get(f"/units/{unit.pk}/edit/").status_code == 403
    assert client.post(NEW, filled(registry)).status_code == 403


def test_strangers_sign_in_first(registry):
    unit = factories.make_unit(registry.near)
    for url in (NEW, f"/units/{unit.pk}/edit/"):
        assert signed_in(None).post(url, filled(registry)).status_code == 302
    assert Unit.objects.count() == 1
