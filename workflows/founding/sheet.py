"""What the decision sheet (审批表) of a founding says besides the opinions."""

from django.utils.translation import gettext as _

from orgs.actions.founding import issuing_organization, leadership
from orgs.actions.founding.common import about, people
from orgs.actions.founding.request import request_attachments
from orgs.models import Founding
from records.documents import chinese_date
from records.models import Document

from ..models import Case
from ..telling import Box, Sheet

REPLIES = ("establishment_reply", "leadership_reply")


def founding_sheet(case: Case) -> Sheet:
    """The request, whom it is to cover and lead, the election, and the replies."""
    founding: Founding = case.artifact
    issuer = issuing_organization(founding) if founding.route else founding.affiliation
    sheet = Sheet(_("共青团组织成立审批表"), issuer, boxes(founding))
    add_request(sheet, case, founding)
    if founding.current_meeting is not None:
        meeting = founding.current_meeting
        values = {
            "day": chinese_date(meeting.held_on),
            "entitled": meeting.entitled,
            "present": meeting.present,
            "elected": by_duty(people(leadership(founding))),
        }
        text = _("%(day)s召开团员大会，应到%(entitled)d人，实到%(present)d人。%(elected)s") % values
        sheet.row(_("选举结果"), text)
    replies = Document.objects.filter(kind__in=REPLIES, status=Document.Status.VALID).order_by("pk")
    about_type, about_id = about(founding)
    numbers = replies.filter(about_type=about_type, about_id=about_id).values_list("number", flat=True)
    sheet.row(_("批复文号"), "；".join(numbers))
    return sheet


def boxes(founding: Founding) -> list[Box]:
    """One for each deciding level of the frozen route."""
    labels = {"unit": _("单位意见"), "subdistrict": _("街镇意见"), "district": _("区委意见")}
    route = [level for level in founding.route if level in labels] or ["subdistrict"]
    levels = ["unit", *(level for level in route if level != "unit")]
    return [Box(labels[level], level=level) for level in levels]


def add_request(sheet: Sheet, case: Case, founding: Founding) -> None:
    unit = founding.unit
    sheet.row(_("拟建组织"), founding.organization_name)
    sheet.pair(_("组织类别"), founding.get_kind_display())
    sheet.pair(_("建团方式"), founding.get_mode_display())
    sheet.row(_("申请单位"), unit.name)
    sheet.pair(_("单位性质"), unit.get_kind_display())
    sheet.pair(unit.get_number_kind_display(), unit.number)
    sheet.row(_("单位地址"), unit.address)
    sheet.pair(_("隶属团组织"), founding.affiliation.display_name)
    sheet.pair(_("申请人"), case.opened_by.name)
    sheet.row(_("人员情况"), people_text(founding))
    sheet.row(_("党组织"), founding.party_organization or founding.party_explanation)
    sheet.row(_("依托单位"), founding.host_name)
    covered = [
        _("%(name)s（团员%(members)d人）") % {"name": row.unit.name, "members": row.members}
        for row in founding.covered_units.select_related("unit")
    ]
    sheet.row(_("覆盖单位（%(count)d家）") % {"count": len(covered)}, "；".join(covered))
    sheet.row(_("拟任人选"), by_duty(people(founding.proposed_officers.all())) or _("选举后报批"))
    sheet.row(_("建团理由"), founding.reason)
    sheet.row(_("附件"), numbered(request_attachments(founding)))


def people_text(founding: Founding) -> str:
    """How many people the request counts, in one phrase."""
    text = _("从业人员%(employees)d人，35岁以下青年%(youth)d人，团员%(members)d人，党员%(party_members)d人")
    return text % {
        "employees": founding.employees,
        "youth": founding.youth,
        "members": founding.members,
        "party_members": founding.party_members,
    }


def by_duty(officers: list[dict]) -> str:
    """书记：某某；委员：某某、某某."""
    duties: dict[str, list[str]] = {}
    for officer in officers:
        duties.setdefault(officer["post"], []).append(officer["name"])
    return "；".join(f"{duty}：{'、'.join(names)}" for duty, names in duties.items())


def numbered(names: list[str]) -> str:
    return "；".join(f"{number}. {name}" for number, name in enumerate(names, start=1))
