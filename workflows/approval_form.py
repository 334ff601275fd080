"""The 呈批表 of a founding case: the request with all opinions so far, for paper."""

import datetime as dt

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs.actions.founding import issuer_of, issuing_organization
from orgs.actions.founding.common import people
from orgs.actions.founding.request import request_attachments
from orgs.models import Founding
from records.documents import render_form

from .models import Case, Decision, Side


def approval_form(case: Case, *, on: dt.date) -> bytes:
    """The PDF; Chinese, whoever asks for it."""
    founding: Founding = case.artifact
    issuer = issuing_organization(founding) if founding.route else founding.affiliation
    with translation.override("zh-hans"):
        return render_form(form_content(case, founding, on), issuer=issuer_of(issuer))


def form_content(case: Case, founding: Founding, on: dt.date) -> dict:
    """What the form says, in the shape of :class:`records.documents.contents.ApprovalForm`."""
    unit = founding.unit
    decisions = list(case.decisions.all())
    applied_on = founding.requested_on or timezone.localdate(case.created)
    return {
        "organization": founding.organization_name or unit.name,
        "organization_kind": str(founding.get_kind_display()),
        "mode": str(founding.get_mode_display()),
        "case_number": case.number,
        "unit": unit.name,
        "unit_code": unit.number,
        "unit_nature": str(unit.get_kind_display()),
        "address": unit.address[:120],
        "applicant": case.opened_by.name,
        "applied_on": applied_on.isoformat(),
        "employees": founding.employees,
        "youth": founding.youth,
        "members": founding.members,
        "party_members": founding.party_members,
        "reason": founding.reason.replace("\r", ""),
        "officers": people(founding.proposed_officers.all()),
        "covered": [
            {
                "name": row.unit.name,
                "employees": row.unit.employees,
                "youth": row.unit.youth,
                "members": row.members,
            }
            for row in founding.covered_units.select_related("unit")
        ],
        "attachments": request_attachments(founding),
        "levels": opinion_levels(founding, decisions),
        "printed_on": on.isoformat(),
    }


def opinion_levels(founding: Founding, decisions: list[Decision]) -> list[dict]:
    """One box for each level of the route; a level without an opinion yet is left empty for a pen."""
    labels = {"unit": _("单位意见"), "subdistrict": _("街镇意见"), "district": _("区委意见")}
    route = [level for level in founding.route if level in labels]
    levels = ["unit", *(level for level in route or ["subdistrict"] if level != "unit")]
    return [
        {
            "label": labels[level],
            "opinions": [
                {
                    "outcome": str(one.get_outcome_display()),
                    "opinion": one.opinion.replace("\r", ""),
                    "name": one.by_name,
                    "post": one.by_role,
                    "on": timezone.localdate(one.at).isoformat(),
                    "round": one.round,
                }
                for one in decisions
                if one.level == level and one.side != Side.APPLICANT
            ],
        }
        for level in levels
    ]
