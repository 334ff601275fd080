"""What a case page shows, whichever step it is opened at."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.enums import Role
from orgs.models import Person
from orgs.permissions import Verdict
from records.calendars import WorkingCalendar
from records.models import Document, StoredFile

from .approvals import verdict_on, withdrawal_verdict
from .claims import release_verdict
from .diagram import road_svg
from .journey import destinations, road
from .looks import OUTCOME_ICONS, OUTCOME_TONES
from .models import Case, CaseEvent, Decision, GuardedTask, Outcome, Side, WorkItem
from .tools import cosigns_of, offers

# Boxes in a row of the road: on a wide page and on a phone.
WIDE, NARROW = 7, 2
EVENT_ICONS = {
    "reassigned": "arrows-exchange",
    "cosign_asked": "signature",
    "cosign_called_off": "ban",
    "copied": "copy",
    "urged": "bell",
    "escalated": "alert-triangle",
}
DOCUMENT_TONES = {"valid": "ok", "revoked": "bad", "superseded": "mute"}


@dataclass(frozen=True)
class Holder:
    """Who has the case at an open step: a person, or everybody with the post in whose queue it lies."""

    item: WorkItem
    step: str
    who: str
    left: int

    @property
    def is_waiting(self) -> bool:
        return self.item.owner_id is None


def stage_bar(case: Case) -> list[dict]:
    """The stages of a case's flow that its frozen route passes, each done, now, back, bad or to come."""
    flow = case.flow_class.instance
    stages = [stage for stage in flow.stages if flow.passes(case, stage[0])]
    current = next((i for i, stage in enumerate(stages) if case.stage in stage[2]), None)
    ended_well = not case.is_open and current is not None
    if current is None and not case.is_open:
        last = case.decisions.order_by("-pk").values_list("node", flat=True).first()
        current = next((i for i, stage in enumerate(stages) if last in stage[2]), None)
    bar = []
    for position, (key, label, _nodes) in enumerate(stages):
        state = ""
        if ended_well or (current is not None and position < current):
            state = "done"
        elif position == current:
            state = "now" if case.is_open else "bad"
        bar.append({"key": key, "label": label, "state": state})
    return bar


def step_titles(case: Case) -> Callable[[str], str]:
    """Titles of the flow's steps in the reader's language, by name."""
    flow = case.flow_class.instance

    def title(name: str) -> str:
        node = flow.node(name, no_obsolete=True)
        return str(node.task_title) if node is not None else name

    return title


def timeline(case: Case, decisions: list[Decision], calendar: WorkingCalendar) -> list[dict]:
    """The decisions, oldest first, each with how many working days it took."""
    entries = []
    for decision in decisions:
        arrived, decided = timezone.localdate(decision.opened_at), timezone.localdate(decision.at)
        entries.append(
            {
                "title": decision.step,
                "tone": OUTCOME_TONES[decision.outcome],
                "icon": OUTCOME_ICONS[decision.outcome],
                "outcome": decision.get_outcome_display(),
                "who": decision.by_name or _("系统"),
                "post": decision.by_role,
                "opinion": decision.opinion,
                "at": decision.at,
                "days": calendar.working_days_between(arrived, decided),
                "round": decision.round,
            }
        )
    entries += [event_entry(event) for event in case.events.all()]
    return sorted(entries, key=lambda entry: entry["at"])


def event_entry(event: CaseEvent) -> dict:
    """A use of a handling tool on the timeline."""
    names = {"to": event.to_names}
    return {
        "title": _("%(kind)s：%(to)s") % {"kind": event.get_kind_display(), **names}
        if event.to_names
        else event.get_kind_display(),
        "tone": "mute",
        "icon": EVENT_ICONS[event.kind],
        "outcome": event.get_kind_display(),
        "who": event.by_name or _("系统"),
        "post": event.by_role,
        "opinion": event.note,
        "at": event.at,
        "days": 0,
        "round": 0,
        "is_event": True,
    }


def holders_now(case: Case, items: list[WorkItem], on: dt.date, calendar: WorkingCalendar) -> list[Holder]:
    """Who has the case now."""
    title = step_titles(case)
    found = []
    for item in items:
        if item.owner_id:
            who = item.owner.name
        else:
            place = item.organization.display_name if item.organization_id else case.unit.name
            who = _("%(place)s · %(role)s") % {"place": place, "role": Role(item.role).label}
        found.append(Holder(item, title(item.node), who, calendar.working_days_left(on, item.due_on)))
    return found


def files_of(artifact: Model) -> list[dict]:
    """The uploaded files of a case with the names of who uploaded them; two statements."""
    about = {"about_type": artifact._meta.label_lower, "about_id": artifact.pk}
    files = list(StoredFile.objects.filter(**about).order_by("pk"))
    names = dict(
        Person.objects.filter(pk__in={file.uploaded_by_id for file in files}).values_list("pk", "name")
        if files
        else []
    )
    return [{"file": file, "by": names.get(file.uploaded_by_id, "")} for file in files]


def documents_of(artifact: Model) -> list[dict]:
    """The numbered documents of a case, newest status first to see."""
    documents = documents_about(artifact).defer("content").order_by("pk")
    return [{"document": one, "tone": DOCUMENT_TONES[one.status]} for one in documents]


def documents_about(artifact: Model) -> QuerySet[Document]:
    return Document.objects.filter(about_type=artifact._meta.model_name, about_id=artifact.pk)


def current_of(case: Case, user: Person, items: list[WorkItem]) -> GuardedTask | None:
    """The engine's task of the open step that concerns the reader: their own co-signature, else the first one."""
    if not items:
        return None
    own = next((item for item in items if item.owner_id == user.pk and item.node == "cosign"), items[0])
    task = GuardedTask.objects.select_related("owner").get(pk=own.pk)
    task.process = case
    return task


def exits(case: Case, task: GuardedTask) -> list[dict]:
    """Where the case goes with each outcome that its holder may choose, and what the button says for it."""
    node, flow = task.flow_task, case.flow_class.instance
    outcomes = [
        one
        for one in flow.possible_outcomes(node, case)
        if one != Outcome.WITHDRAWN or node.side == Side.APPLICANT
    ]
    found = []
    for outcome, step in destinations(case, node, outcomes).items():
        if outcome == Outcome.RETURNED:
            text = _("提交，退回到“%(step)s”")
        elif outcome in (Outcome.REJECTED, Outcome.WITHDRAWN):
            text = _("提交，以“%(step)s”办结")
        else:
            text = _("提交，送“%(step)s”")
        found.append(
            {
                "outcome": outcome,
                "label": str(Outcome(outcome).label),
                "tone": OUTCOME_TONES[outcome],
                "icon": OUTCOME_ICONS[outcome],
                "step": step,
                "text": text % {"step": step},
            }
        )
    return found


def case_page(case: Case, user: Person, *, on: dt.date, task: GuardedTask | None = None) -> dict:
    """Context of a case page: stages, data, files, documents, timeline, who has it now, and its road."""
    artifact = case.artifact
    calendar = WorkingCalendar.around(on)
    items = list(case.work_items.filter(open=True).select_related("owner", "organization").order_by("pk"))
    decisions = list(case.decisions.all())
    current = task or current_of(case, user, items)
    current = current if current is not None and not current.finished else None
    title = step_titles(case)
    stops = road(case, decisions, items, lambda decision: decision.step)
    tools = offers(case, current, user, on=on)
    verdict = verdict_on(current, case, user, on=on) if current else Verdict(False)
    return {
        "case": case,
        "artifact": artifact,
        "stages": stage_bar(case),
        "step_title": title(case.stage),
        "step_tone": "wait"
        if case.is_open
        else getattr(case.flow_class.instance.node(case.stage), "tone", "mute"),
        "open_items": items,
        "holders": holders_now(case, items, on, calendar),
        "decisions": decisions,
        "timeline": timeline(case, decisions, calendar),
        "files": files_of(artifact),
        "documents": documents_of(artifact),
        "may_withdraw": bool(current and withdrawal_verdict(current, case, user, on=on)),
        "may_act": bool(verdict),
        "act_verdict": verdict,
        "may_release": bool(current and release_verdict(current, user)),
        "offers": tools,
        "refused_tools": [one for one in tools if not one.verdict],
        "cosigns": cosigns_of(case),
        "copies": list(case.copies.select_related("to", "by")),
        "current_task": current,
        "exits": exits(case, current) if current else [],
        "stops": stops,
        "road_wide": road_svg(stops, WIDE),
        "road_narrow": road_svg(stops, NARROW),
        "flow": case.flow_class.instance,
        "summary_template": f"workflows/{case.flow_class.instance.app_name}/summary.html",
        "nav_key": "desk",
    }
