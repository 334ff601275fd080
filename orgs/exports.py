"""The registry's lists as workbooks: exactly the rows on the page, contacts masked, who and when in the head."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from records.documents import KINDS
from records.models import Document
from records.workbooks import Column, write_workbook

from .document_register import last_changes, subjects_of
from .enums import OfficerDuty
from .models import Officer, Organization, Person, Unit
from .queries import coverage_counts, parents_of, tree_code
from .rules.masking import masked_name, masked_phone
from .rules.reference import industry_sections
from .rules.survey_columns import HAS, HAS_NOT, NO, YES

MAX_ROWS = 20_000
CHUNK = 500


class TooManyRows(ValueError):
    """More rows than one workbook holds; the message (for the user) says what to do."""

    def __init__(self) -> None:
        super().__init__(
            _("符合条件的超过 %(limit)d 行，一个表格放不下。请增加筛选条件（例如街镇）后分次导出。")
            % {"limit": MAX_ROWS}
        )


def export_title(name: str, filters: Sequence[str], *, by: Person, at: dt.datetime) -> str:
    """The head line of an export: what it is, which filters were set, when and by whom it was taken."""
    values = {
        "name": name,
        "filters": _("；").join(filters) or _("全部"),
        "at": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        "by": by.name,
    }
    return _("%(name)s（%(filters)s；%(by)s %(at)s 导出）") % values


def limited(rows: QuerySet, order: Sequence[str]) -> QuerySet:
    """The rows in list order. Raises TooManyRows."""
    if rows.order_by()[: MAX_ROWS + 1].count() > MAX_ROWS:
        raise TooManyRows
    return rows.order_by(*order)


ORGANIZATION_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("代码", 20),
    Column("名称", 40),
    Column("类别", 12),
    Column("层级", 12),
    Column("状态", 10),
    Column("隶属团组织", 24),
    Column("属地街镇", 18),
    Column("所在单位", 34),
    Column("建团方式", 10),
    Column("直接联系", 8),
    Column("覆盖单位数", 10, "integer"),
    Column("书记", 10),
    Column("成立日期", 12, "date"),
    Column("届满日期", 12, "date"),
)


def organization_workbook(
    organizations: QuerySet[Organization], filters: Sequence[str], *, by: Person, at: dt.datetime
) -> bytes:
    """The organizations in tree order. Raises TooManyRows."""
    rows = limited(organizations.select_related("unit", "location"), ["scope"])
    title = export_title(_("团组织名册"), filters, by=by, at=at)
    lines = _organization_lines(rows, timezone.localdate(at))
    return write_workbook(ORGANIZATION_COLUMNS, lines, sheet="团组织名册", title=title, created_at=at)


def _organization_lines(rows: QuerySet[Organization], on: dt.date) -> Iterator[list]:
    found = list(rows)
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        parents, covered, secretaries = parents_of(chunk), coverage_counts(chunk, on), _secretaries(chunk, on)
        for number, one in enumerate(chunk, start + 1):
            parent = parents.get(one.path[: -one.steplen])
            yield [
                number,
                tree_code(one.path),
                one.name,
                str(one.get_kind_display()),
                str(one.get_level_display()),
                str(one.get_status_display()),
                parent.display_name if parent else "",
                one.location.display_name if one.location else "",
                one.unit.name if one.unit else "",
                str(one.get_mode_display()),
                YES if one.direct_contact else NO,
                covered.get(one.pk, 0),
                secretaries.get(one.pk, ""),
                one.founded_on,
                one.term_ends_on,
            ]


def _secretaries(organizations: Sequence[Organization], on: dt.date) -> dict[int, str]:
    """Names of the secretaries in office."""
    officers = Officer.objects.filter(
        organization__in=organizations, duty=OfficerDuty.SECRETARY, since__lte=on
    )
    return dict(officers.exclude(until__lt=on).order_by("since", "pk").values_list("organization_id", "name"))


UNIT_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("街镇", 18),
    Column("单位名称", 34),
    Column("证照类型", 18),
    Column("证照号码", 21),
    Column("地址", 36),
    Column("单位性质", 14),
    Column("行业门类", 24),
    Column("是否规模以上", 8),
    Column("规上依据", 20),
    Column("规上认定日期", 12, "date"),
    Column("从业人员", 9, "integer"),
    Column("35岁以下青年", 9, "integer"),
    Column("团员", 8, "integer"),
    Column("党员", 8, "integer"),
    Column("党组织", 26),
    Column("工会", 6),
    # Not the register's own headers: a masked contact must never be read back in by an import.
    Column("联系人·已脱敏", 10),
    Column("联系电话·已脱敏", 14),
    Column("是否直接联系", 8),
    Column("摸底结论", 14),
    Column("隶属团组织", 20),
    Column("备注", 20),
)


def unit_workbook(units: QuerySet[Unit], filters: Sequence[str], *, by: Person, at: dt.datetime) -> bytes:
    """The units in list order, with the columns of the baseline register. Raises TooManyRows."""
    rows = limited(units.select_related("location", "affiliation"), ["scope", "pk"])
    title = export_title(_("单位底本"), filters, by=by, at=at)
    lines = (_unit_line(number, unit) for number, unit in enumerate(rows.iterator(CHUNK), 1))
    return write_workbook(UNIT_COLUMNS, lines, sheet="单位底本", title=title, created_at=at)


def _unit_line(number: int, unit: Unit) -> list:
    return [
        number,
        # The street itself, as an import expects it, not its League committee.
        unit.location.display_name.removesuffix("团工委").removesuffix("团委"),
        unit.name,
        str(unit.get_number_kind_display()),
        unit.number,
        unit.address,
        str(unit.get_kind_display()),
        f"{unit.section} {industry_sections().get(unit.section, '')}".strip(),
        YES if unit.above_scale else NO,
        unit.above_scale_basis,
        unit.above_scale_on,
        unit.employees,
        unit.youth,
        unit.members,
        unit.party_members,
        unit.party_organization or HAS_NOT,
        HAS if unit.has_trade_union else HAS_NOT,
        masked_name(unit.contact_name),
        masked_phone(unit.contact_phone),
        YES if unit.direct_contact else NO,
        str(unit.get_classification_display()),
        unit.affiliation.display_name,
        unit.remark,
    ]


DOCUMENT_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("编号", 24),
    Column("标题", 52),
    Column("文种", 12),
    Column("成文日期", 12, "date"),
    Column("涉及单位", 34),
    Column("涉及团组织", 34),
    Column("状态", 10),
    Column("状态变更日期", 12, "date"),
    Column("原因", 36),
    Column("办理人", 10),
    Column("核验码", 16),
)


def document_workbook(
    documents: QuerySet[Document], filters: Sequence[str], *, by: Person, at: dt.datetime
) -> bytes:
    """A register of documents in the order of issue, void ones with reason and who did it. Raises TooManyRows."""
    rows = limited(documents.defer("content"), ["pk"])
    title = export_title(_("发文登记簿"), filters, by=by, at=at)
    lines = _document_lines(rows)
    return write_workbook(DOCUMENT_COLUMNS, lines, sheet="发文登记簿", title=title, created_at=at)


def _document_lines(rows: QuerySet[Document]) -> Iterator[list]:
    found = list(rows)
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        subjects, changes = subjects_of(chunk), last_changes(chunk)
        for number, one in enumerate(chunk, start + 1):
            unit, organization = subjects[one.pk]
            change, who = changes.get(one.pk, (None, ""))
            yield [
                number,
                one.number,
                one.title,
                str(KINDS[one.kind].label),
                one.issued_on,
                unit.name if unit else "",
                organization.name if organization else "",
                str(one.get_status_display()),
                timezone.localdate(change.at) if change else None,
                change.reason if change else "",
                who,
                one.grouped_code,
            ]
