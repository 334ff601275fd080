"""Importing the baseline register over the pages: upload, preview, decisions, applying, faulty rows back."""

import io
from collections import Counter

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.actions.district import set_up_district
from orgs.enums import Role
from orgs.models import ImportRow, RegisterImport, Unit
from records.models import StoredFile
from tests import factories
from tests.flows import district as d
from tests.unit.orgs.registers import raw, workbook
from workflows.models import Case, WorkItem
from workflows.survey.importing import import_demo_register
from workflows.survey.starting import open_survey_case

from .survey_pages import client_of

pytestmark = pytest.mark.django_db
PAGES = ("register_import", "register_import_faulty")
ACTIONS = ("abandon_import", "apply_register_import")


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        }
    }


@pytest.fixture
def place():
    return d.make_district()


@pytest.fixture
def client(place):
    return client_of(place.person("handler0"))


def upload(client, *rows, file=None):
    data = {"file": file or workbook(list(rows))}
    return client.post(reverse("register_imports"), data)


def uploaded(client, *rows) -> RegisterImport:
    answer = upload(client, *rows)
    assert answer.status_code == 302, answer.content.decode()
    return RegisterImport.objects.latest("pk")


def page(client, register_import, name="register_import", *args, **query) -> str:
    return client.get(reverse(name, args=[register_import.pk, *args]), query).content.decode()


def apply(client, register_import) -> str:
    url = reverse("apply_register_import", args=[register_import.pk])
    return client.post(url, follow=True).content.decode()


class TestUpload:
    def test_a_preview_says_what_each_row_would_do(self, client):
        name = "北京甲乙丙科技有限公司"
        rows = raw(name=name), raw(name=name), raw(employees=-5), raw(subdistrict="学院路街道")
        register_import = uploaded(client, *rows)
        text = page(client, register_import)
        assert "单位名称相同" in text
        assert "人数不能是负数（-5）" in text
        assert "不在您的导入范围" in text
        assert "确认导入 1 行" in text
        assert not Unit.objects.exists()
        stored = StoredFile.objects.get()
        assert (stored.purpose, stored.name) == ("register", "底本.xlsx")

    def test_rows_are_filtered_by_outcome(self, client):
        register_import = uploaded(client, raw(name="好单位"), raw(name="坏单位", employees=-5))
        text = page(client, register_import, show="faulty")
        assert "坏单位" in text
        assert "好单位" not in text
        assert "这一类没有行" in page(client, register_import, show="update")
        assert "好单位" in page(client, register_import, show="nonsense")

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (None, "请选择要导入的工作簿"),
            (SimpleUploadedFile("a.xlsx", b""), "文件是空的"),
            (SimpleUploadedFile("a.xlsx", b"MZ" * 50), "另存为"),
            (SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 50), ".xlsx"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_a_remedy(self, client, file, words):
        answer = client.post(reverse("register_imports"), {"file": file} if file else {})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not StoredFile.objects.exists()

    def test_a_wrong_header_names_the_columns(self, client):
        book = openpyxl.load_workbook(workbook([raw()]))
        book.active.cell(1, 5).value = "号"
        output = io.BytesIO()
        book.save(output)
        text = upload(client, file=SimpleUploadedFile("a.xlsx", output.getvalue())).content.decode()
        assert "表头缺少必填的列：证照号码" in text

    def test_a_huge_file_is_refused_before_it_is_read(self, client, settings):
        settings.UPLOAD_MAX_BYTES = 1024
        answer = upload(client, raw())
        assert answer.status_code == 422
        assert "超过上限" in answer.content.decode()

    def test_unknown_columns_and_formulas_are_mentioned(self, client):
        book = openpyxl.load_workbook(workbook([raw()]))
        book.active.cell(1, 30, "负责科室")
        book.active.cell(2, 30, "=1+1")
        output = io.BytesIO()
        book.save(output)
        url = reverse("register_imports")
        file = SimpleUploadedFile("a.xlsx", output.getvalue())
        text = client.post(url, {"file": file}, follow=True).content.decode()
        assert "负责科室" in text
        assert "选择性粘贴" in text

    def test_the_template_offers_the_street_of_the_handler(self, client):
        answer = client.get(reverse("register_template"))
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.active.cell(3, 2).value == "中关村街道"


class TestDecisions:
    @pytest.fixture
    def doubled(self, client):
        name = "北京甲乙丙科技有限公司"
        return uploaded(client, raw(name=name), raw(name=name, employees=80, contact_phone="010-55550199"))

    def url(self, register_import, number=3):
        return reverse("register_import_row", args=[register_import.pk, number])

    def test_both_entries_stand_side_by_side_with_masked_numbers(self, client, doubled):
        text = client.get(self.url(doubled)).content.decode()
        assert "可能是同一单位" in text
        assert "010-****0199" in text
        assert "010-55550199" not in text

    def test_merge_field_by_field_and_apply(self, client, doubled):
        data = {"decision": "merge", "take_employees": "new", "take_address": "current"}
        assert client.post(self.url(doubled), data).status_code == 302
        text = apply(client, doubled)
        assert "新增 1 家" in text
        assert "并入 1 家" in text
        unit = Unit.objects.get()
        assert unit.employees == 80
        assert unit.address == doubled.rows.get(number=2).raw["address"]

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({}, "请选择：并入、分别登记，或不导入"),
            ({"decision": "keep"}, "为什么不是同一单位"),
            ({"decision": "merge", "take_youth": "new"}, "多于“从业人员”"),
        ],
    )
    def test_what_is_missing_is_named_and_the_choice_stays(self, client, doubled, data, words):
        ImportRow.objects.filter(number=3).update(
            values=doubled.rows.get(number=3).values | {"youth": 70, "members": 20}
        )
        answer = client.post(self.url(doubled), data | {"take_employees": "current", "take_remark": "new"})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert words in text
        assert "checked" in text

    def test_a_decided_row_can_be_changed_and_a_done_one_not(self, client, doubled):
        client.post(self.url(doubled), {"decision": "skip"})
        assert "checked" in client.get(self.url(doubled)).content.decode()
        apply(client, doubled)
        text = client.post(self.url(doubled), {"decision": "merge"}, follow=True).content.decode()
        assert "已经处理，没有改动" in text

    def test_a_wrong_check_digit_is_taken_with_a_reason(self, client):
        register_import = uploaded(client, raw(number="91110000101623741A"))
        url = self.url(register_import, 2)
        assert "号码核对无误" in client.get(url).content.decode()
        assert client.post(url, {"reason": ""}).status_code == 422
        client.post(url, {"reason": "已核对营业执照"})
        assert "新增 1 家" in apply(client, register_import)
        assert Unit.objects.get().number_override_reason == "已核对营业执照"


class TestApplying:
    def test_new_units_get_their_survey(self, client, place):
        register_import = uploaded(client, raw(), raw(employees=-1))
        text = apply(client, register_import)
        assert "走访任务已送到建团指导员" in text
        case = Case.objects.get()
        assert (case.stage, case.opened_by) == ("visit_unit", place.person("handler0"))
        assert WorkItem.objects.get().owner == place.person("instructor0")

    def test_twice_changes_nothing(self, client):
        register_import = uploaded(client, raw())
        apply(client, register_import)
        assert "没有可以导入的行" in apply(client, register_import)
        assert Case.objects.count() == 1

    def test_the_faulty_rows_come_back_and_match_when_corrected(self, client):
        register_import = uploaded(client, raw(name="好单位"), raw(name="坏单位", employees=-5))
        apply(client, register_import)
        answer = client.get(reverse("register_import_faulty", args=[register_import.pk]))
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.active.cell(3, 3).value == "坏单位"
        assert "负数" in book.active.cell(3, 22).value
        book.active.cell(3, 12).value = 60
        output = io.BytesIO()
        book.save(output)
        upload(client, file=SimpleUploadedFile("改正.xlsx", output.getvalue()))
        assert "新增 1 家" in apply(client, RegisterImport.objects.latest("pk"))
        assert Unit.objects.count() == 2

    def test_an_abandoned_import_stays_out(self, client):
        register_import = uploaded(client, raw())
        client.post(reverse("abandon_import", args=[register_import.pk]))
        assert "已经放弃" in apply(client, register_import)
        assert "确认导入" not in page(client, register_import)
        assert not Unit.objects.exists()


@pytest.mark.once  # applying row by row runs on both, above
def test_the_demo_register_of_300_units_in_one_go():
    """Ten deliberate faults: 3 wrong check digits, 3 impossible cells, 2 doubled codes, 2 doubled names."""
    district = set_up_district()
    by = factories.make_person(Role.DISTRICT_HANDLER, district)
    register_import = import_demo_register(by=by, at=timezone.now())
    outcomes = Counter(register_import.rows.values_list("outcome", flat=True))
    assert outcomes == {"created": 290, "faulty": 6, "duplicate": 4}
    assert Unit.objects.values("location").distinct().count() == 29
    assert Case.objects.filter(stage="visit_unit").count() == 290
    assert "处理疑似重复（4）" in page(client_of(by), register_import)


class TestWhoMay:
    @pytest.fixture
    def register_import(self, client):
        return uploaded(client, raw(), raw(employees=-1))

    @pytest.mark.parametrize("who", ["handler1", "instructor0", "approver0", "district_leader"])
    def test_another_street_and_other_roles_get_403_everywhere(self, place, register_import, who):
        other = client_of(place.person(who))
        for name in PAGES:
            assert other.get(reverse(name, args=[register_import.pk])).status_code == 403
        assert other.get(reverse("register_import_row", args=[register_import.pk, 2])).status_code == 403
        assert other.post(reverse("register_import_row", args=[register_import.pk, 2])).status_code == 403
        for name in ACTIONS:
            assert other.post(reverse(name, args=[register_import.pk])).status_code == 403
        assert other.get(reverse("file", args=[register_import.file.public_id])).status_code == 403
        assert not Unit.objects.exists()

    def test_another_street_does_not_find_it_in_the_list(self, place, register_import):
        text = client_of(place.person("handler1")).get(reverse("register_imports")).content.decode()
        assert "还没有导入过底本" in text

    def test_the_district_sees_it(self, place, register_import):
        client = client_of(place.person("district_handler"))
        assert "底本.xlsx" in client.get(reverse("register_imports")).content.decode()
        assert client.get(reverse("register_import", args=[register_import.pk])).status_code == 200

    def test_a_street_cannot_choose_the_whole_district(self, place, client):
        data = {"file": workbook([raw()]), "organization": place.district.pk}
        client.post(reverse("register_imports"), data)
        assert RegisterImport.objects.get().organization == place.streets[0]

    def test_not_signed_in(self, register_import):
        for name in ("register_imports", "register_template"):
            assert Client().get(reverse(name)).status_code == 302
        assert Client().post(reverse("apply_register_import", args=[register_import.pk])).status_code == 302

    def test_nothing_is_applied_by_following_a_link(self, client, register_import):
        for name in ACTIONS:
            assert client.get(reverse(name, args=[register_import.pk])).status_code == 405


def test_the_preview_takes_as_many_statements_for_50_rows_as_for_one(client, django_assert_max_num_queries):
    for count in (1, 50):
        register_import = uploaded(client, *[raw() for _number in range(count)])
        with django_assert_max_num_queries(14):
            page(client, register_import)


class TestMergingUnits:
    @pytest.fixture
    def pair(self, place):
        street = place.streets[0]
        keep = factories.make_unit(street, name="北京甲乙丙科技有限公司")
        return keep, factories.make_unit(street, name="甲乙丙科技有限公司", employees=90)

    def url(self, unit):
        return reverse("merge_unit", args=[unit.pk])

    def test_likely_duplicates_are_offered_and_others_can_be_searched(self, client, pair, place):
        other = factories.make_unit(place.streets[0], name="北京完全不同商贸有限公司")
        text = client.get(self.url(pair[0])).content.decode()
        assert "单位名称相同" in text
        assert other.name not in text
        assert other.name in client.get(self.url(pair[0]), {"q": "完全不同"}).content.decode()

    def test_compare_and_merge(self, client, pair):
        keep, merge = pair
        text = client.get(self.url(keep), {"with": merge.pk}).content.decode()
        assert "合并为一家" in text
        data = {"with": merge.pk, "take_employees": "new", "reason": ""}
        answer = client.post(self.url(keep), data)
        assert answer.status_code == 422
        assert "认定为同一单位的依据" in answer.content.decode()
        answer = client.post(self.url(keep), data | {"reason": "企业更名"})
        assert answer.url == reverse("unit", args=[keep.pk])
        keep.refresh_from_db()
        assert keep.employees == 90
        assert client.get(self.url(merge)).url == reverse("unit", args=[keep.pk])

    def test_a_unit_with_an_open_case_is_not_merged(self, client, pair, place):
        keep, merge = pair
        case = open_survey_case(
            unit=merge, by=place.person("handler0"), on=factories.TODAY, at=keep.created_at
        )
        text = client.get(self.url(keep), {"with": merge.pk}).content.decode()
        assert case.number in text
        assert "合并为一家" not in text
        answer = client.post(self.url(keep), {"with": merge.pk, "reason": "企业更名"})
        assert answer.status_code == 422
        assert case.number in answer.content.decode()

    @pytest.mark.parametrize("who", ["handler1", "approver0", "instructor0"])
    def test_others_may_not(self, place, pair, who):
        other = client_of(place.person(who))
        assert other.get(self.url(pair[0])).status_code == 403
        assert other.post(self.url(pair[0]), {"with": pair[1].pk, "reason": "x"}).status_code == 403

    def test_nor_with_a_unit_of_another_street(self, client, pair, place):
        foreign = factories.make_unit(place.streets[1], name="甲乙丙科技有限公司（北京）")
        assert foreign.name not in client.get(self.url(pair[0])).content.decode()
        assert client.get(self.url(pair[0]), {"with": foreign.pk}).status_code == 403
