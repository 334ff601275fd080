"""What was submitted in a survey: each visit, and each proposed outcome, round by round."""

from collections import defaultdict

from django.utils.translation import gettext as _

from orgs.models import Survey, Visit
from records.models import StoredFile

from ..models import Case, Decision, Outcome
from ..telling import Submission, Told

FIELDS = (
    "employees",
    "youth",
    "members",
    "party_members",
    "party_organization",
    "willingness",
    "interviewee",
    "notes",
)


def survey_submissions(case: Case) -> list[Submission]:
    """Visits as they were recorded; proposals as the decisions state them, with their reasons."""
    survey: Survey = case.artifact
    nodes = ("visit_unit", "classify_unit")
    sent: dict[str, list[Decision]] = defaultdict(list)
    for one in case.decisions.filter(node__in=nodes, outcome=Outcome.SUBMITTED).only(
        "node", "round", "at", "opinion"
    ):
        sent[one.node].append(one)
    # A visit is kept in the transaction of its decision, so both are in the same order.
    visits = list(survey.visits.order_by("pk"))
    files = files_of(visits) if len(visits) > 1 else {}
    visited = [
        Submission(_("走访单位"), one.round, one.at, visit_data(visit, files.get(visit.pk, [])))
        for visit, one in zip(visits, sent["visit_unit"], strict=False)
    ]
    proposed = [
        Submission(_("摸底分类"), one.round, one.at, {_("拟定结论和理由"): one.opinion})
        for one in sent["classify_unit"]
    ]
    return visited + proposed


def visit_data(visit: Visit, files: list[str]) -> Told:
    data: Told = {
        str(Visit._meta.get_field("found").verbose_name): _("是") if visit.found else _("否"),
    }
    for name in FIELDS:
        value = visit.get_willingness_display() if name == "willingness" else getattr(visit, name)
        data[str(Visit._meta.get_field(name).verbose_name)] = str(value)
    return data | {_("照片和材料"): files}


def files_of(visits: list[Visit]) -> dict[int, list[str]]:
    """Names of the files kept with each visit."""
    about = {"about_type": Visit._meta.label_lower, "about_id__in": [visit.pk for visit in visits]}
    names: dict[int, list[str]] = defaultdict(list)
    for visit_id, name in StoredFile.objects.filter(**about).order_by("pk").values_list("about_id", "name"):
        names[visit_id or 0].append(name)
    return names
