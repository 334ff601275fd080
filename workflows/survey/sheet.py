"""What the decision sheet (审批表) of a survey says besides the opinions."""

from django.utils.translation import gettext as _

from orgs.models import Survey, Unit, Visit
from records.documents import chinese_date

from ..models import Case
from ..telling import Box, Sheet


def survey_sheet(case: Case) -> Sheet:
    """The unit as registered, what the last visit found, and the outcome."""
    survey: Survey = case.artifact
    boxes = [
        Box(_("走访情况"), nodes=frozenset({"visit_unit"})),
        Box(_("经办意见"), nodes=frozenset({"classify_unit"})),
        Box(_("审批意见"), nodes=frozenset({"confirm_classification"})),
    ]
    sheet = Sheet(_("团建调查摸底审批表"), case.organization, boxes)
    add_unit(sheet, survey.unit)
    visits = list(survey.visits.select_related("by"))
    if visits:
        add_visit(sheet, visits[-1], len(visits))
    if survey.classification:
        sheet.row(_("摸底结论"), survey.get_classification_display())
        sheet.row(_("结论理由"), survey.classification_reason)
    if survey.confirmed_on:
        sheet.pair(_("确认日期"), chinese_date(survey.confirmed_on))
        sheet.pair(_("回访日期"), chinese_date(survey.revisit_on) if survey.revisit_on else _("无"))
    return sheet


def add_unit(sheet: Sheet, unit: Unit) -> None:
    sheet.row(_("单位名称"), unit.name)
    sheet.pair(_("单位性质"), unit.get_kind_display())
    sheet.pair(unit.get_number_kind_display(), unit.number)
    sheet.row(_("单位地址"), unit.address)
    sheet.row(_("底本登记"), people_text(unit))


def add_visit(sheet: Sheet, visit: Visit, count: int) -> None:
    sheet.pair(
        _("最近走访"), _("%(day)s（第%(count)d次）") % {"day": chinese_date(visit.visited_on), "count": count}
    )
    sheet.pair(_("走访人"), visit.by.name)
    if not visit.found:
        sheet.row(_("走访核实"), _("单位不在登记地址经营"))
        return
    sheet.row(_("走访核实"), people_text(visit))
    sheet.row(_("党组织"), visit.party_organization or _("无"))
    sheet.pair(_("建团意愿"), visit.get_willingness_display() or _("未填写"))
    sheet.pair(_("受访人"), visit.interviewee or _("未填写"))


def people_text(figures: Unit | Visit) -> str:
    """How many people a unit has, in one phrase."""
    text = _("从业人员%(employees)d人，35岁以下青年%(youth)d人，团员%(members)d人，党员%(party_members)d人")
    return text % {
        "employees": figures.employees,
        "youth": figures.youth,
        "members": figures.members,
        "party_members": figures.party_members,
    }
