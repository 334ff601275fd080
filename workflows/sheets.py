"""The decision sheet (审批表) of any case: what it is about and all opinions so far, for paper."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs.issuers import issuer_of
from records.documents import Issuer, render_sheet, render_sheets

from .models import Case, CoSign, CoSigner, Decision, Outcome, Side
from .returns import standing
from .telling import Box, Sheet
from .tellings import TELLINGS

MOST_SHEETS = 50
# What is no opinion but ended or changed the course of a case; told below the boxes.
REMARKED = (Outcome.WITHDRAWN, Outcome.EXTENSION, Outcome.LAPSED)


def sheet_pdf(case: Case, *, on: dt.date) -> bytes:
    """The sheet of one case; Chinese, whoever asks for it."""
    content, issuer = sheet_content(case, on=on)
    return render_sheet(content, issuer=issuer)


def sheets_pdf(cases: Sequence[Case], *, on: dt.date) -> bytes:
    """The sheets of several cases in one PDF for the printer. Raises ValueError for none or more than MOST_SHEETS."""
    if not 0 < len(cases) <= MOST_SHEETS:
        raise ValueError(f"{len(cases)} cases; between 1 and {MOST_SHEETS} sheets are printed at once.")
    return render_sheets([sheet_content(case, on=on) for case in cases])


def sheet_content(case: Case, *, on: dt.date) -> tuple[dict, Issuer]:
    """What the sheet says (``records.documents.contents.DecisionSheet``), and whose it is."""
    with translation.override(settings.LANGUAGE_CODE):
        sheet = TELLINGS[case.flow_class.instance.app_name].sheet(case)
        decisions = list(case.decisions.all())
        content = {
            "heading": sheet.heading,
            "case_number": case.number,
            "case_title": case.title,
            "opened_on": timezone.localdate(case.created).isoformat(),
            "state": state(case),
            "rounds": case.round,
            "facts": sheet.facts,
            "boxes": opinion_boxes(case, sheet, decisions),
            "remarks": [remark(one) for one in decisions if is_remark(one)],
            "printed_on": on.isoformat(),
        }
    return content, issuer_of(sheet.issuer)


def state(case: Case) -> str:
    """Where the case stands."""
    node = case.flow_class.instance.node(case.stage, no_obsolete=True)
    step = {"step": str(node.task_title) if node else case.stage}
    return (_("办理中，当前环节为%(step)s") if case.is_open else _("已办结，结果为%(step)s")) % step


def opinion_boxes(case: Case, sheet: Sheet, decisions: list[Decision]) -> list[dict]:
    """The boxes of the flow, and one for co-signatures where any were asked for."""
    void = {one.pk for one in decisions} - {one.pk for one in standing(decisions)}
    current = current_places(case)
    boxes = []
    for box in sheet.boxes:
        own = [one for one in decisions if is_opinion(one) and box.holds(one.node, one.level)]
        is_awaited = case.is_open and (not any(one.pk not in void for one in own) or awaits(box, current))
        boxes.append(
            {
                "label": box.label,
                "opinions": [printed(one, void) for one in own],
                "awaited": [""] if is_awaited else [],
            }
        )
    given = [printed(one, void) for one in decisions if one.side == Side.COSIGNER]
    asked = CoSigner.objects.filter(cosign__case=case, cosign__state=CoSign.State.OPEN, task__decision=None)
    awaited = list(asked.order_by("cosign_id", "position").values_list("person__name", flat=True))
    if given or awaited:
        boxes.append({"label": _("会签意见"), "opinions": given, "awaited": awaited})
    return boxes


def is_opinion(decision: Decision) -> bool:
    """Whether a decision belongs into a box of a level: not an applicant's, a co-signer's or the system's."""
    sides = (Side.APPLICANT, Side.COSIGNER, Side.SYSTEM)
    return decision.side not in sides and decision.outcome not in (*REMARKED, Outcome.TAKEN_BACK)


def current_places(case: Case) -> list[tuple[str, str]]:
    """Node and level of the steps that are open, co-signatures left out."""
    flow = case.flow_class.instance
    names = case.work_items.filter(open=True).values_list("node", flat=True)
    nodes = [flow.node(name, no_obsolete=True) for name in names]
    others = (Side.APPLICANT, Side.COSIGNER)
    return [(node.name, node.level_of(case)) for node in nodes if node and node.side not in others]


def awaits(box: Box, current: list[tuple[str, str]]) -> bool:
    return any(box.holds(node, level) for node, level in current)


def printed(decision: Decision, void: set[int]) -> dict:
    return {
        "step": decision.node_title,
        "outcome": str(decision.get_outcome_display()),
        "opinion": decision.opinion,
        "name": decision.by_name,
        "post": decision.by_role,
        "on": timezone.localdate(decision.at).isoformat(),
        "round": decision.round,
        "is_void": decision.pk in void,
    }


def is_remark(decision: Decision) -> bool:
    return decision.outcome in REMARKED or decision.outcome == Outcome.TAKEN_BACK


def remark(decision: Decision) -> str:
    """One line: when, who, what, and why."""
    day, who = timezone.localdate(decision.at).isoformat(), decision.by_name or _("系统")
    values = {"day": day, "who": who, "what": decision.get_outcome_display(), "why": decision.opinion}
    return (
        _("%(day)s %(who)s：%(what)s。%(why)s") if decision.opinion else _("%(day)s %(who)s：%(what)s。")
    ) % values
