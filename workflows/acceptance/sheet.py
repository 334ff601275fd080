"""What the decision sheet (审批表) of an acceptance says besides the opinions."""

from decimal import Decimal

from django.utils.translation import gettext as _

from orgs.models import Acceptance, Inspection
from orgs.queries import district_of
from orgs.rules.acceptance import full_points
from orgs.rules.inspection_words import points_text
from records.documents import chinese_date
from records.models import Document

from ..models import Case
from ..telling import Box, Sheet
from .tables import Section, sections

ABOUT = "acceptance"


def acceptance_sheet(case: Case) -> Sheet:
    """The organization, the standard, claimed beside found, the unit's answer, the conclusion and the certificate."""
    acceptance: Acceptance = case.artifact
    sheet = Sheet(_("“六有”达标验收审批表"), district_of(acceptance.affiliation), boxes(acceptance))
    add_organization(sheet, acceptance)
    add_points(sheet, acceptance)
    if shows_findings(acceptance):
        sheet.row(_("未达条件"), "；".join(acceptance.shortfalls))
    sheet.row(_("单位答复"), acceptance.answer)
    sheet.row(_("整改情况"), rectified(acceptance))
    sheet.row(_("申诉理由"), acceptance.appeal_reason)
    add_conclusion(sheet, acceptance)
    return sheet


def boxes(acceptance: Acceptance) -> list[Box]:
    """One for each deciding level; what the unit states stands in the facts."""
    district = Box(_("区委意见"), level="district")
    return [district] if acceptance.direct_contact else [Box(_("街镇意见"), level="subdistrict"), district]


def add_organization(sheet: Sheet, acceptance: Acceptance) -> None:
    organization = acceptance.organization
    sheet.row(_("团组织"), organization.name)
    sheet.pair(_("组织类别"), organization.get_kind_display())
    sheet.pair(_("成立日期"), chinese_date(organization.founded_on) if organization.founded_on else "")
    sheet.row(_("所在单位"), acceptance.unit.name)
    sheet.pair(_("隶属团组织"), acceptance.affiliation.display_name)
    sheet.pair(_("验收标准"), acceptance.standard.name)
    sheet.pair(_("书记签名"), acceptance.secretary_name)
    sheet.pair(_("团员代表签名"), acceptance.representative_name)


def add_points(sheet: Sheet, acceptance: Acceptance) -> None:
    """Claimed and found by criterion."""
    parts = sections(acceptance)
    is_found = shows_findings(acceptance)
    sheet.row(_("各项得分"), "；".join(criterion_words(one, is_found=is_found) for one in parts))
    claimed = sum((one.claimed for one in parts), Decimal(0))
    sheet.pair(_("自评日期"), chinese_date(acceptance.assessed_on) if acceptance.assessed_on else "")
    sheet.pair(_("自评总分"), total_words(acceptance, claimed) if acceptance.assessed_on else "")
    if is_found:
        sheet.row(_("验收总分"), total_words(acceptance, acceptance.total or Decimal(0)))
        visits = acceptance.inspections.filter(state=Inspection.State.COMPLETED).select_related("inspector")
        names = dict.fromkeys(visit.inspector.name for visit in visits)
        sheet.row(_("验收员"), "、".join(names))
        failed = acceptance.items.filter(met=False)
        sheet.row(_("未达标项目"), "；".join(finding_words(one.code, one.finding) for one in failed))


def shows_findings(acceptance: Acceptance) -> bool:
    """Whether what was found is printed: of complete rounds, and not while somebody is still to judge alone, who
    might hold the sheet in the hand."""
    alone = acceptance.inspections.filter(state=Inspection.State.ASSIGNED)
    return acceptance.total is not None and not alone.exclude(purpose=Inspection.Purpose.AGAIN).exists()


def criterion_words(part: Section, *, is_found: bool) -> str:
    values = {
        "name": part.name,
        "claimed": points_text(part.claimed),
        "points": points_text(part.points),
        "full": points_text(part.full),
    }
    text = (
        _("%(name)s自评%(claimed)s、验收%(points)s／%(full)s")
        if is_found
        else _("%(name)s自评%(claimed)s／%(full)s")
    )
    return text % values


def finding_words(code: str, finding: str) -> str:
    return _("%(code)s %(finding)s") % {"code": code, "finding": finding} if finding else code


def total_words(acceptance: Acceptance, points: Decimal) -> str:
    values = {"points": points_text(points), "full": points_text(full_points(acceptance.standard.data))}
    return _("%(points)s分（满分%(full)s分）") % values


def rectified(acceptance: Acceptance) -> str:
    done = acceptance.items.exclude(rectification="")
    return "；".join(finding_words(one.code, one.rectification) for one in done)


def add_conclusion(sheet: Sheet, acceptance: Acceptance) -> None:
    if not acceptance.conclusion:
        return
    sheet.pair(_("验收结论"), acceptance.get_conclusion_display())
    sheet.pair(_("认定日期"), chinese_date(acceptance.concluded_on) if acceptance.concluded_on else "")
    if acceptance.valid_until is not None:
        sheet.pair(_("星级"), acceptance.grade)
        sheet.pair(_("有效期至"), chinese_date(acceptance.valid_until))
    certificates = Document.objects.filter(
        kind="acceptance_certificate",
        about_type=ABOUT,
        about_id=acceptance.pk,
        status=Document.Status.VALID,
    )
    sheet.row(_("证书编号"), "；".join(certificates.order_by("pk").values_list("number", flat=True)))
    if acceptance.revoked_on is not None:
        values = {"day": chinese_date(acceptance.revoked_on), "reason": acceptance.revoked_reason}
        sheet.row(_("撤销认定"), _("%(day)s撤销：%(reason)s") % values)
