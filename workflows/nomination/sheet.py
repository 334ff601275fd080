"""What the decision sheet (推荐审批表) of a nomination says besides the opinions."""

import datetime as dt

from django.utils.translation import gettext as _

from awards.enums import NomineeKind
from awards.models import Award, Nomination
from orgs.queries import district_of
from records.documents import chinese_date

from ..models import Case
from ..telling import Box, Sheet
from .tables import shown_findings

UNIT = frozenset({"nominate", "correct_nomination", "own_notice"})
RANKING = frozenset({"review_nomination", "rank_nomination"})
CHECKING = frozenset({"check_eligibility", "vet"})
DECIDING = frozenset({"approve_list", "decide_award"})


def nomination_sheet(case: Case) -> Sheet:
    """The nominee, the deeds, the notice in the own unit, the rules of eligibility, and the award."""
    nomination: Nomination = case.artifact
    sheet = Sheet(_("评选推荐审批表"), district_of(nomination.affiliation), boxes(nomination))
    sheet.row(_("评选活动"), nomination.honour.campaign.name)
    sheet.pair(_("荣誉称号"), nomination.honour.title)
    sheet.pair(_("推荐单位"), nomination.affiliation.display_name)
    if nomination.honour.nominee_kind == NomineeKind.PERSON:
        add_person(sheet, nomination)
    sheet.row(_("团组织"), nomination.organization.name)
    sheet.row(_("所在单位"), nomination.unit.name)
    add_figures(sheet, nomination)
    sheet.row(_("简要事迹"), nomination.summary)
    sheet.row(_("主要事迹"), nomination.deeds)
    add_own_notice(sheet, nomination)
    if nomination.checked_on:
        sheet.row(_("资格审查"), findings_words(nomination))
    add_award(sheet, nomination)
    return sheet


def boxes(nomination: Nomination) -> list[Box]:
    """One for each body that has its say; the committee's votes are in its minutes."""
    is_direct = nomination.affiliation.level == "district"
    return [
        Box(_("单位意见"), nodes=UNIT),
        Box(_("区委推荐意见") if is_direct else _("街镇推荐意见"), nodes=RANKING),
        Box(_("区委资格审查意见"), nodes=CHECKING),
        Box(_("区委表彰意见"), nodes=DECIDING),
    ]


def add_person(sheet: Sheet, nomination: Nomination) -> None:
    sheet.pair(_("姓名"), nomination.person_name)
    sheet.pair(_("性别"), nomination.get_gender_display() if nomination.gender else "")
    sheet.pair(_("出生年月"), month_words(nomination.born_on))
    status = nomination.get_political_status_display() if nomination.political_status else ""
    sheet.pair(_("政治面貌"), status)
    sheet.pair(_("入团时间"), month_words(nomination.joined_on))
    sheet.pair(_("任职时间"), month_words(nomination.post_since))
    sheet.row(_("职务"), nomination.post_title)


def month_words(day: dt.date | None) -> str:
    """A month, as forms of this kind ask for it; the day is nobody's business on paper."""
    return _("%(year)d年%(month)d月") % {"year": day.year, "month": day.month} if day else ""


def add_figures(sheet: Sheet, nomination: Nomination) -> None:
    if nomination.headcount is None:
        return
    sheet.pair(_("人数"), nomination.headcount)
    sheet.pair(_("35周岁以下"), "" if nomination.youth is None else nomination.youth)


def add_own_notice(sheet: Sheet, nomination: Nomination) -> None:
    since, until = nomination.own_notice_from, nomination.own_notice_to
    if since is None or until is None:
        return
    values = {
        "since": chinese_date(since),
        "until": chinese_date(until),
        "place": nomination.own_notice_place,
    }
    sheet.row(_("本单位公示"), _("%(since)s至%(until)s，%(place)s") % values)
    sheet.row(_("公示意见"), nomination.own_notice_said)
    sheet.row(_("处理情况"), nomination.own_notice_settled)


def findings_words(nomination: Nomination) -> str:
    """The rules with their answers, those that failed with the data."""
    found = shown_findings(nomination, on=nomination.checked_on or dt.date.min)
    failed = [
        _("%(name)s不符合：%(message)s") % {"name": one["name"], "message": one["message"]}
        for one in found
        if not one["passed"]
    ]
    return "；".join(failed) if failed else _("%(count)d项条件均符合") % {"count": len(found)}


def add_award(sheet: Sheet, nomination: Nomination) -> None:
    award = Award.objects.filter(nomination=nomination).select_related("certificate").first()
    if award is None:
        return
    sheet.pair(_("表彰决定"), award.decision_number)
    sheet.pair(_("决定日期"), chinese_date(award.decided_on))
    if award.certificate is not None:
        sheet.row(_("证书编号"), award.certificate.number)
    if award.revoked_on is not None:
        values = {"day": chinese_date(award.revoked_on), "reason": award.revoked_reason}
        sheet.row(_("撤销荣誉"), _("%(day)s撤销：%(reason)s") % values)
