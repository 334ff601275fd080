"""Importing the baseline register: outcomes, decisions, applying once (RULES section 6 and 10 P1)."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions.merging import likely_duplicates, merge_units
from orgs.actions.organizations import add_organization
from orgs.actions.register_applying import ImportClosed, apply_import
from orgs.actions.register_import import (
    abandon_import,
    accept_number,
    decide_duplicate,
)
from orgs.actions.register_matching import names_within, subdistrict_names
from orgs.enums import OrganizationKind, Role
from orgs.models import ImportRow, RegisterImport, Unit
from orgs.rules.duplicates import SAME_ADDRESS, SAME_CODE, SAME_NAME
from orgs.rules.registration import organization_check_digit
from records.models import AuditEntry
from tests import factories

from .registers import AT, preview, raw

pytestmark = pytest.mark.django_db
Outcome = ImportRow.Outcome
# Right but for the last character (RULES section 7).
WRONG_NUMBER = "91110000101623741A"


@pytest.fixture
def tree():
    return factories.make_tree()


@pytest.fixture
def by(tree):
    return factories.make_person(Role.DISTRICT_HANDLER, tree[0])


@pytest.fixture
def load(tree, by):
    """Preview rows for the district, or for a street."""

    def load(*rows, street=None):
        return preview(list(rows), organization=tree[0] if street is None else tree[1][street], by=by)

    return load


@pytest.fixture
def apply(by):
    def apply(register_import, **kwargs):
        return apply_import(
            register_import, by=by, at=AT, after=kwargs.pop("after", lambda unit: None), **kwargs
        )

    return apply


def outcomes(register_import):
    return list(register_import.rows.values_list("outcome", flat=True))


def row_of(register_import, number=2) -> ImportRow:
    rows = ImportRow.objects.select_related("duplicate_of__location", "duplicate_row", "register_import")
    return rows.get(register_import=register_import, number=number)


def errors(register_import, number=2) -> str:
    return " ".join(message for _key, message in row_of(register_import, number).errors)


class TestPreview:
    def test_nothing_enters_the_register(self, load):
        assert outcomes(load(raw(), raw())) == [Outcome.NEW, Outcome.NEW]
        assert not Unit.objects.exists()

    def test_a_street_outside_the_scope_is_an_error_of_its_row(self, load):
        register_import = load(raw(), raw(subdistrict="学院路街道"), street=0)
        assert outcomes(register_import) == [Outcome.NEW, Outcome.FAULTY]
        assert "不在您的导入范围" in errors(register_import, 3)

    def test_the_same_row_again_changes_nothing(self, load, apply):
        row = raw()
        apply(load(row))
        assert outcomes(load(row)) == [Outcome.UNCHANGED]

    def test_a_known_unit_with_other_figures_is_an_update(self, load, apply):
        row = raw()
        apply(load(row))
        register_import = load(row | {"employees": 61, "remark": "迁至新址"})
        assert outcomes(register_import) == [Outcome.UPDATE]
        apply(register_import)
        unit = Unit.objects.get()
        assert (unit.employees, unit.remark, unit.version) == (61, "迁至新址", 2)

    def test_blank_cells_never_change_anything(self, load, apply):
        row = raw(above_scale="是", above_scale_basis="年营业收入2000万元以上", above_scale_on="2014-05-31")
        apply(load(row))
        blank = {"members": None, "contact_name": None, "above_scale": None, "above_scale_basis": None}
        assert outcomes(load(row | blank | {"above_scale_on": None, "has_trade_union": ""})) == [
            Outcome.UNCHANGED
        ]

    def test_an_update_that_makes_the_figures_impossible_is_faulty(self, load, apply):
        row = raw(employees=60, youth=40)
        apply(load(row))
        register_import = load(
            row | {"employees": 45, "youth": 44, "members": 43} | {"employees": None, "youth": 61}
        )
        assert outcomes(register_import) == [Outcome.FAULTY]

    def test_figures_that_a_survey_confirmed_are_not_overwritten_unseen(self, load, apply):
        row = raw()
        apply(load(row))
        Unit.objects.update(classification="ready_standalone")
        register_import = load(row | {"employees": 61})
        assert outcomes(register_import) == [Outcome.DUPLICATE]
        assert SAME_CODE in row_of(register_import).duplicate_reasons

    def test_a_different_street_is_not_moved_by_a_list(self, load, apply, tree):
        row = raw()
        apply(load(row))
        register_import = load(row | {"subdistrict": "学院路街道"})
        assert outcomes(register_import) == [Outcome.UNCHANGED]
        assert "转出、转入" in row_of(register_import).warnings[0][1]

    @pytest.mark.parametrize(
        ("first", "second", "reason"),
        [
            ({"number": "101623741"}, {"number": "91110000101623741K"}, SAME_CODE),
            ({"name": "北京甲乙丙科技有限公司"}, {"name": "甲乙丙科技（北京）有限责任公司"}, SAME_NAME),
            (
                {"name": "北京甲乙丙科技有限公司", "address": "榆荫路15号3号楼201室"},
                {"name": "北京甲乙丙信息科技有限公司", "address": "北京市海淀区榆荫路15号3号楼201房间"},
                SAME_ADDRESS,
            ),
        ],
    )
    def test_duplicates_in_the_file_and_in_the_register(self, load, apply, first, second, reason):
        within = load(raw(**first), raw(**second))
        assert outcomes(within) == [Outcome.NEW, Outcome.DUPLICATE]
        row = row_of(within, 3)
        assert row.duplicate_row.number == 2
        assert row.duplicate_reasons[0] == reason
        apply(load(raw(**first)))
        against = row_of(load(raw(**second)))
        assert against.duplicate_of == Unit.objects.get()
        assert against.duplicate_reasons[0] == reason

    def test_a_faulty_row_is_nobody_s_duplicate(self, load):
        row = raw()
        assert outcomes(load(row | {"employees": -1}, row)) == [Outcome.FAULTY, Outcome.NEW]

    def test_a_unit_of_another_street_is_named_by_its_street_only(self, load, apply):
        row = raw(subdistrict="学院路街道", name="北京秘密科技有限公司")
        apply(load(row))
        register_import = load(row | {"subdistrict": "中关村街道"}, street=0)
        assert outcomes(register_import) == [Outcome.FAULTY]
        assert "学院路街道团工委" in errors(register_import)
        assert row_of(register_import).duplicate_of is None
        same_name = load(raw(name="北京秘密科技有限公司"), street=0)
        assert outcomes(same_name) == [Outcome.NEW]
        assert "同名单位" in row_of(same_name).warnings[-1][1]

    def test_many_units_at_one_address_are_no_duplicates(self, load, apply):
        rows = [
            raw(address="创业大街1号", name=f"北京创业{number:03d}号信息科技有限公司") for number in range(70)
        ]
        apply(load(*rows), limit=70)
        Unit.objects.update(normalized_address="创业大街1")
        assert outcomes(load(raw(address="创业大街1号", name="北京创业999号信息科技有限公司"))) == [
            Outcome.NEW
        ]

    def test_accepted_names_of_places(self, tree):
        assert subdistrict_names() == {"中关村街道": tree[1][0].pk, "学院路街道": tree[1][1].pk}
        assert names_within(tree[1][1]) == ["学院路街道"]
        assert names_within(tree[0]) == ["中关村街道", "学院路街道"]


class TestWrongCheckDigit:
    def test_it_needs_a_reason_and_then_counts_as_sound(self, load, apply, by):
        register_import = load(raw(number=WRONG_NUMBER))
        row = row_of(register_import)
        assert row.outcome == Outcome.FAULTY
        with pytest.raises(ValidationError):
            accept_number(row, reason=" ", by=by)
        accept_number(row, reason="已核对执照", by=by)
        assert row.outcome == Outcome.NEW
        apply(register_import)
        unit = Unit.objects.get()
        assert (unit.number, unit.number_override_reason) == (WRONG_NUMBER, "已核对执照")
        with pytest.raises(ValidationError):
            accept_number(row_of(register_import), reason="再次", by=by)

    def test_the_reason_is_asked_once_per_unit(self, load, apply, by):
        source = raw(number=WRONG_NUMBER)
        register_import = load(source)
        accept_number(row_of(register_import), reason="已核对执照", by=by)
        apply(register_import)
        assert outcomes(load(source)) == [Outcome.UNCHANGED]

    def test_another_fault_remains_a_fault(self, load, by):
        row = row_of(load(raw(number=WRONG_NUMBER, employees=-1)))
        accept_number(row, reason="已核对执照", by=by)
        assert row.outcome == Outcome.FAULTY

    def test_an_accepted_row_is_compared_with_the_others(self, load, by):
        register_import = load(
            raw(number=WRONG_NUMBER, name="北京甲乙丙科技有限公司"), raw(name="甲乙丙科技有限公司")
        )
        row = row_of(register_import)
        accept_number(row, reason="已核对执照", by=by)
        assert (row.outcome, row.duplicate_row.number) == (Outcome.DUPLICATE, 3)


class TestDecisions:
    @pytest.fixture
    def doubled(self, load):
        name = "北京甲乙丙科技有限公司"
        return load(
            raw(name=name, employees=60), raw(name=name, employees=80, youth=70, members=50, remark="新")
        )

    def test_undecided_duplicates_wait(self, doubled, apply):
        assert apply(doubled)["created"] == 1
        assert outcomes(doubled) == [Outcome.CREATED, Outcome.DUPLICATE]

    def test_merge_takes_the_chosen_columns(self, doubled, apply, by):
        decide_duplicate(row_of(doubled, 3), decision="merge", taken=["employees", "remark", "name"], by=by)
        assert apply(doubled) == {"created": 1, "merged": 1, "waiting": 0}
        unit = Unit.objects.get()
        assert (unit.employees, unit.youth, unit.remark, unit.version) == (80, 40, "新", 2)
        assert row_of(doubled, 3).unit == unit

    def test_merge_that_takes_nothing_keeps_the_unit_as_it_is(self, doubled, apply, by):
        decide_duplicate(row_of(doubled, 3), decision="merge", by=by)
        apply(doubled)
        assert Unit.objects.get().version == 1
        assert outcomes(doubled) == [Outcome.CREATED, Outcome.MERGED]

    def test_a_choice_that_does_not_add_up_names_the_column(self, doubled, by):
        with pytest.raises(ValidationError) as refused:
            decide_duplicate(row_of(doubled, 3), decision="merge", taken=["youth"], by=by)
        assert "多于“从业人员”60 人" in refused.value.message_dict["youth"][0]

    def test_keep_both_needs_a_reason(self, doubled, apply, by):
        row = row_of(doubled, 3)
        with pytest.raises(ValidationError) as refused:
            decide_duplicate(row, decision="keep", by=by)
        assert "reason" in refused.value.message_dict
        decide_duplicate(row, decision="keep", reason="法定代表人不同", by=by)
        assert apply(doubled)["created"] == 2
        assert "法定代表人不同" in Unit.objects.latest("pk").versions.get().reason

    def test_two_units_cannot_bear_one_number(self, load, by):
        register_import = load(raw(number="101623741"), raw(number="101623741"))
        with pytest.raises(ValidationError) as refused:
            decide_duplicate(row_of(register_import, 3), decision="keep", reason="不同", by=by)
        assert "证照号码相同" in refused.value.message_dict["decision"][0]

    def test_skip(self, doubled, apply, by):
        decide_duplicate(row_of(doubled, 3), decision="skip", by=by)
        apply(doubled)
        assert outcomes(doubled) == [Outcome.CREATED, Outcome.SKIPPED]

    def test_a_decision_can_be_changed_until_it_is_carried_out(self, doubled, apply, by):
        decide_duplicate(row_of(doubled, 3), decision="skip", by=by)
        decide_duplicate(row_of(doubled, 3), decision="merge", by=by)
        apply(doubled)
        with pytest.raises(ValidationError):
            decide_duplicate(row_of(doubled, 3), decision="skip", by=by)

    def test_a_row_whose_counterpart_is_not_imported_waits(self, load, apply, by):
        name = "北京甲乙丙科技有限公司"
        register_import = load(raw(name=name), raw(name=name), raw(name=name))
        decide_duplicate(row_of(register_import, 3), decision="merge", by=by)
        ImportRow.objects.filter(number=2).update(outcome=Outcome.SKIPPED)
        done = apply(register_import)
        assert done["waiting"] == 1
        assert not Unit.objects.exists()


class TestApplying:
    def test_sound_rows_enter_with_version_audit_and_follow_up(self, load, apply, tree):
        followed = []
        register_import = load(raw(), raw(employees=-1), raw())
        assert apply(register_import, after=followed.append) == {"created": 2, "waiting": 0}
        assert followed == list(Unit.objects.order_by("pk"))
        unit = followed[0]
        assert (unit.affiliation, unit.location) == (tree[1][0], tree[1][0])
        assert unit.versions.get().reason == f"底本导入 {register_import.pk} 第 2 行"
        entry = AuditEntry.objects.get(chain=f"unit:{unit.pk}")
        assert (entry.event, entry.data["row"]) == ("register_row_created", 2)
        register_import.refresh_from_db()
        assert register_import.status == RegisterImport.Status.APPLIED

    def test_twice_changes_nothing(self, load, apply):
        register_import = load(raw(), raw())
        apply(register_import)
        assert apply(register_import) == {"waiting": 0}
        assert Unit.objects.count() == 2
        assert AuditEntry.objects.filter(event="register_row_created").count() == 2

    def test_a_broken_run_is_resumed(self, load, apply):
        register_import = load(*[raw() for _number in range(60)])
        seen = []

        def break_late(unit):
            seen.append(unit)
            if len(seen) == 55:
                raise RuntimeError("the machine went off")

        with pytest.raises(RuntimeError):
            apply(register_import, after=break_late)
        assert Unit.objects.count() == 50
        assert apply(register_import)["created"] == 10
        assert Unit.objects.count() == 60

    def test_in_portions(self, load, apply):
        register_import = load(raw(), raw(), raw())
        assert apply(register_import, limit=2) == {"created": 2, "waiting": 1}
        assert apply(register_import, limit=2) == {"created": 1, "waiting": 0}

    def test_what_was_registered_since_the_preview_is_not_doubled(self, load, apply):
        row = raw()
        earlier = load(row, raw())
        apply(load(row | {"employees": 70}))
        assert apply(earlier)["created"] == 1
        assert outcomes(earlier) == [Outcome.UPDATE, Outcome.CREATED]
        assert apply(earlier)["updated"] == 1
        assert Unit.objects.count() == 2

    def test_a_number_taken_by_a_decided_row_s_neighbour_waits_for_a_person(self, load, apply, by):
        name, number = "北京甲乙丙科技有限公司", "101623741"
        apply(load(raw(name=name)))
        register_import = load(raw(name=name, number=number))
        decide_duplicate(row_of(register_import), decision="merge", taken=["number"], by=by)
        apply(load(raw(number=number)))
        apply(register_import)
        row = row_of(register_import)
        assert (row.outcome, row.decision) == (Outcome.FAULTY, "")
        assert "刚由其他人登记" in row.errors[-1][1]

    def test_abandoned_imports_stay_out(self, load, apply, by):
        register_import = load(raw())
        abandon_import(register_import, by=by, at=AT)
        with pytest.raises(ImportClosed):
            apply(register_import)
        assert not Unit.objects.exists()

    def test_statements_per_row_do_not_grow(self, load, apply, django_assert_max_num_queries):
        register_import = load(*[raw() for _number in range(50)])
        with django_assert_max_num_queries(50 * 12 + 20):
            apply(register_import)


class TestMergingUnits:
    @pytest.fixture
    def pair(self, tree, by):
        name = "北京甲乙丙科技有限公司"
        keep = factories.make_unit(tree[1][0], by=by, name=name, employees=60)
        return keep, factories.make_unit(tree[1][0], by=by, name="甲乙丙科技有限公司", employees=90)

    def merge(self, pair, by, **kwargs):
        values = {
            "taken": ["employees", "number"],
            "reason": "企业更名",
            "on": timezone.localdate(),
            "at": AT,
        }
        return merge_units(keep=pair[0], merge=pair[1], by=by, **(values | kwargs))

    def test_likely_duplicates_of_a_unit(self, pair):
        assert likely_duplicates(pair[0]) == [(pair[1], (SAME_NAME,))]

    def test_one_stays_with_the_chosen_values_and_both_stories(self, pair, by):
        keep, merge = pair
        account = factories.make_person(Role.UNIT_APPLICANT, merge)
        self.merge(pair, by)
        number = merge.number
        keep.refresh_from_db()
        merge.refresh_from_db()
        assert (keep.employees, keep.number, merge.merged_into) == (90, number, keep)
        assert [version.number for version in keep.versions.all()] == [2, 1]
        assert "企业更名" in merge.versions.first().reason
        assert AuditEntry.objects.filter(chain=f"unit:{merge.pk}", event="unit_merged_into").exists()
        assert AuditEntry.objects.filter(chain=f"unit:{keep.pk}", event="unit_merged_from").exists()
        assert account.posts.get().until == timezone.localdate()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [({"reason": " "}, "认定为同一单位的依据"), ({"taken": ["youth"]}, "多于")],
    )
    def test_what_does_not_fit_is_named(self, pair, by, changes, words):
        Unit.objects.filter(pk=pair[1].pk).update(youth=80)
        with pytest.raises(ValidationError, match=words):
            self.merge(pair, by, **changes)

    def test_a_unit_is_merged_once_and_never_into_itself(self, pair, by):
        with pytest.raises(ValidationError, match="它自己"):
            self.merge((pair[0], pair[0]), by)
        self.merge(pair, by)
        with pytest.raises(ValidationError, match="已经并入"):
            self.merge(pair, by)
        with pytest.raises(ValidationError, match="已经并入"):
            self.merge((pair[1], pair[0]), by)

    def test_a_unit_with_an_organization_must_be_the_one_that_stays(self, pair, by, tree):
        add_organization(parent=tree[1][0], name="支部", kind=OrganizationKind.BRANCH, unit=pair[1])
        with pytest.raises(ValidationError, match="请保留它"):
            self.merge(pair, by)


def test_the_check_digit_used_here_is_wrong():
    assert WRONG_NUMBER[8:17] == "10162374" + organization_check_digit("10162374")
