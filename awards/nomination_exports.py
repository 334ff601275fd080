"""The list of nominations as a workbook: exactly the rows that the filters leave, names of persons masked."""

import datetime as dt
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orgs.exports import export_title, limited
from orgs.models import Person
from orgs.rules.masking import masked_name
from records.workbooks import Column, write_workbook

from .award_list import committee_places
from .models import AwardCampaign, Nomination
from .nomination_register import WITH_NAMES


def nominations_workbook(
    campaign: AwardCampaign,
    rows: QuerySet[Nomination],
    filters: Sequence[str],
    *,
    by: Person,
    at: dt.datetime,
    on: dt.date,
) -> bytes:
    """In the order of the list. Raises TooManyRows."""
    found = limited(rows.select_related(*WITH_NAMES), ["scope", "pk"])
    places = {
        pk: place
        for honour in campaign.honours.all()
        for pk, place in committee_places(honour, by, on).items()
    }
    title = export_title(_("%(campaign)s推荐名册") % {"campaign": campaign.name}, filters, by=by, at=at)
    return write_workbook(columns(), lines(found, places), sheet=_("推荐名册"), title=title, created_at=at)


def columns() -> list[Column]:
    return [
        Column(_("序号"), 6, "integer"),
        Column(_("荣誉称号"), 18),
        Column(_("推荐对象·姓名已脱敏"), 34),
        Column(_("团组织"), 34),
        Column(_("所在单位"), 32),
        Column(_("推荐单位"), 20),
        Column(_("街镇名次"), 9, "integer"),
        Column(_("评审名次"), 9, "integer"),
        Column(_("状态"), 12),
        Column(_("资格审查日期"), 12, "date"),
        Column(_("事项编号"), 16),
    ]


def lines(rows: QuerySet[Nomination], places: dict[int, int]) -> Iterator[list]:
    for number, one in enumerate(rows, start=1):
        yield [
            number,
            one.honour.title,
            masked_name(one.person_name) if one.person_name else one.organization.name,
            one.organization.name,
            one.unit.name,
            one.affiliation.display_name,
            one.rank,
            places.get(one.pk),
            str(one.get_state_display()),
            one.checked_on,
            one.case_number,
        ]
