"""What was submitted in a founding: each request, and each report on the election, round by round."""

from typing import Any

from django.utils.translation import gettext as _

from orgs.actions.founding.common import about
from orgs.models import Founding
from records.models import Document

from ..models import Case, Outcome
from ..telling import Submission, Told
from .labels import labels_of

REPORTING = ("report_result", "correct_result")


def founding_submissions(case: Case) -> list[Submission]:
    """Requests from their snapshots, reports from the documents as they were issued."""
    founding: Founding = case.artifact
    requests = [
        Submission(_("请示"), one.round, one.at, request_data(one.data)) for one in founding.snapshots.all()
    ]
    return requests + reports(case, founding)


def request_data(snapshot: dict[str, Any]) -> Told:
    return {
        labels_of([key])[0]: [one.strip() for one in value] if isinstance(value, list) else shown(key, value)
        for key, value in snapshot.items()
    }


def shown(name: str, value: Any) -> str:
    """A stored value of a founding as people read it."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    choices = dict(Founding._meta.get_field(name).flatchoices)
    return str(choices.get(value, "" if value is None else value))


def reports(case: Case, founding: Founding) -> list[Submission]:
    """The reports on the result; the round is that of the decision with which each was sent."""
    about_type, about_id = about(founding)
    documents = Document.objects.filter(kind="result_report", about_type=about_type, about_id=about_id)
    sent = case.decisions.filter(node__in=REPORTING, outcome=Outcome.SUBMITTED).values_list("round", "at")
    found = zip(documents.order_by("pk").values_list("content", flat=True), sent, strict=False)
    return [
        Submission(_("结果报告"), round, at, report_data(content["body"])) for content, (round, at) in found
    ]


def report_data(body: dict[str, Any]) -> Told:
    """The elected with their duties, the meetings with their ballots and votes, and the attachments."""
    meeting = _(
        "%(day)s：应到%(entitled)d人，实到%(present)d人，发出%(issued)d张，收回%(returned)d张，有效%(valid)d张"
    )
    votes = _("%(day)s：%(name)s %(votes)d票")
    return {
        _("班子人选"): [f"{one['post']} {one['name']}" for one in body["officers"]],
        _("团员大会"): [meeting % (ballot | {"day": ballot["held_on"]}) for ballot in body["ballots"]],
        _("得票"): [
            votes % (one | {"day": ballot["held_on"]})
            for ballot in body["ballots"]
            for one in ballot["votes"]
        ],
        _("附件"): body["attachments"],
    }
