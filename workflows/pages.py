"""What a case page shows, whichever step it is opened at."""

import datetime as dt

from orgs.models import Person
from records.models import Document, StoredFile

from .approvals import withdrawal_verdict
from .models import Case, GuardedTask


def stage_bar(case: Case) -> list[dict]:
    """The stages of a case's flow that its frozen route passes, each done, now or to come."""
    flow = case.flow_class.instance
    stages = [stage for stage in flow.stages if flow.passes(case, stage[0])]
    current = next((i for i, stage in enumerate(stages) if case.stage in stage[2]), None)
    bar = []
    for position, (key, label, _nodes) in enumerate(stages):
        if current is None:
            state = ""
        elif position < current or not case.is_open:
            state = "done"
        else:
            state = "now" if position == current else ""
        bar.append({"key": key, "label": label, "state": state})
    return bar


def case_page(case: Case, user: Person, *, on: dt.date, task: GuardedTask | None = None) -> dict:
    """Context of a case page: stages, data, files, documents, timeline, who has it now."""
    artifact = case.artifact
    about = {"about_type": artifact._meta.model_name, "about_id": artifact.pk}
    open_items = list(case.work_items.filter(open=True).select_related("owner").order_by("pk"))
    current = task or (GuardedTask.objects.filter(pk=open_items[0].pk).first() if open_items else None)
    if current is not None:
        current.process = case
    return {
        "case": case,
        "artifact": artifact,
        "stages": stage_bar(case),
        "open_items": open_items,
        "decisions": list(case.decisions.all()),
        "files": list(StoredFile.objects.filter(**about).order_by("pk")),
        "documents": list(Document.objects.filter(**about).order_by("pk")),
        "may_withdraw": bool(
            current and not current.finished and withdrawal_verdict(current, case, user, on=on)
        ),
        "current_task": current,
        "flow": case.flow_class.instance,
        "summary_template": f"workflows/{case.flow_class.instance.app_name}/summary.html",
        "nav_key": "desk",
    }
