"""Bulk decisions (批量办理): what would happen to each case, the confirmation, and how far it has got."""

import datetime as dt
import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.models import Person
from orgs.permissions import Verdict
from orgs.queries import running_posts

from ..approvals import verdict_on
from ..bulk import cases_of, most_at_once, needs_own_page, start_bulk, takes_opinion
from ..desk import BULK_TABS, BY_DUE, Asked, queues, task_sources, to_do
from ..forms import OpinionForm
from ..journey import destinations
from ..keyset import merged, row_id
from ..models import BulkDecision, BulkItem, Case, GuardedTask, Outcome, WorkItem
from ..phrases import phrases_for
from ..titles import BY_NAME, node_title

State = BulkItem.State


class BulkForm(OpinionForm):
    """One outcome and opinion for many cases; the token makes a second sending the same as the first."""

    token = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Row:
    """A case of the preview: where each outcome leads, or why it is left out."""

    item: WorkItem
    step: str
    verdict: Verdict
    exits: list[dict[str, str]]


def chosen_items(person: Person, data: QueryDict, on: dt.date, most: int) -> list[WorkItem]:
    """The tasks ticked, or the whole list as filtered, by deadline; only what lies on the person's own desk."""
    if data.get("all"):
        asked = Asked.from_query(data)
        sources = task_sources(person, asked, on) if asked.tab in BULK_TABS else []
    else:
        picked = ids_of(data.getlist("task"))
        sources = [
            rows.filter(pk__in=picked) for rows in [*to_do(person, on), *queues(running_posts(person, on))]
        ]
    found = merged(WorkItem, [rows[:most] for rows in sources], BY_DUE, up=True, limit=most)
    return found


def ids_of(values: list[str]) -> list[int]:
    """The ids among what was sent; anything else is no id."""
    found = []
    for value in values:
        try:
            found.append(row_id(value))
        except ValueError:
            continue
    return found


def preview_rows(person: Person, items: list[WorkItem], on: dt.date) -> list[Row]:
    """What a decision would do to each case, by the evaluator that will decide."""
    cases = cases_of(items)
    tasks = GuardedTask.objects.select_related("owner").in_bulk([item.pk for item in items])
    return [preview_row(person, item, cases[item.case_id], tasks[item.pk], on) for item in items]


def preview_row(person: Person, item: WorkItem, case: Case, task: GuardedTask, on: dt.date) -> Row:
    task.process, task.work_item = case, item
    node = task.flow_task
    verdict = verdict_on(task, case, person, on=on) if takes_opinion(node) else needs_own_page()
    exits = []
    if verdict:
        offered = node.flow_class.instance.possible_outcomes(node, case)
        offered = [one for one in offered if one != Outcome.WITHDRAWN]
        leads = destinations(case, node, offered)
        exits = [
            {"outcome": one.value, "label": one.label, "to": leads.get(one.value, "")} for one in offered
        ]
    return Row(item, node_title(item.flow, item.node), verdict, exits)


def outcomes_of(items: list[WorkItem]) -> list[Outcome]:
    """Every outcome that some of the steps offer, in the order of their first step."""
    found: dict[Outcome, None] = {}
    for flow, name in dict.fromkeys((item.flow, item.node) for item in items):
        node = BY_NAME[flow].instance.node(name)
        if takes_opinion(node):
            found |= dict.fromkeys(one for one in node.outcomes if one != Outcome.WITHDRAWN)
    return list(found)


@method_decorator(never_cache, name="dispatch")
class DecideInBulk(View):
    """The preview of a bulk decision, and its confirmation."""

    access = SIGNED_IN

    def get(self, request: PersonRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("desk"))

    def post(self, request: PersonRequest) -> HttpResponse:
        confirming = request.POST.get("action") == "confirm"
        if confirming and (earlier := self.already_sent(request)):
            return HttpResponseRedirect(reverse("bulk_progress", args=[earlier.pk]))
        on = timezone.localdate()
        most = most_at_once(on)
        items = chosen_items(request.user, request.POST, on, most)
        if not items:
            messages.warning(request, _("没有可办理的事项：请先在列表中勾选；已由他人办理的不再列出。"))
            return HttpResponseRedirect(reverse("desk"))
        if not confirming:
            return self.show(request, items, on, most)
        form = BulkForm(request.POST, outcomes=outcomes_of(items))
        if not form.is_valid():
            return self.show(request, items, on, most, form)
        bulk = start_bulk(
            items,
            token=form.cleaned_data["token"],
            outcome=Outcome(form.cleaned_data["outcome"]),
            opinion=form.cleaned_data["opinion"],
            by=request.user,
            language=get_language(),
            at=timezone.now(),
        )
        return HttpResponseRedirect(reverse("bulk_progress", args=[bulk.pk]))

    def already_sent(self, request: PersonRequest) -> BulkDecision | None:
        try:
            token = uuid.UUID(request.POST.get("token", ""))
        except ValueError:
            return None
        return BulkDecision.objects.filter(token=token, by=request.user).first()

    def show(
        self,
        request: PersonRequest,
        items: list[WorkItem],
        on: dt.date,
        most: int,
        form: BulkForm | None = None,
    ) -> HttpResponse:
        rows = preview_rows(request.user, items, on)
        ready = [row for row in rows if row.verdict]
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
        if form is None and ready:
            again = {key: request.POST[key] for key in ("outcome", "opinion") if key in request.POST}
            form = BulkForm(
                initial={"token": uuid.uuid4(), **again}, outcomes=outcomes_of([row.item for row in ready])
            )
        context = {
            "ready": ready,
            "left_out": [row for row in rows if not row.verdict],
            "missing": len(set(request.POST.getlist("task"))) - len(items)
            if not request.POST.get("all")
            else 0,
            "most": most if len(items) == most else 0,
            "form": form,
            "phrases": phrases_for(request.user, on),
            "nav_key": "desk",
        }
        return render(request, "workflows/bulk.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class BulkProgress(View):
    """How far a bulk decision has got, with a result for each case; only for whoever asked for it."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, bulk_id: int) -> HttpResponse:
        bulk = get_object_or_404(BulkDecision, pk=bulk_id, by=request.user)
        states = dict(bulk.items.order_by().values_list("state").annotate(Count("pk")))
        total, waiting = sum(states.values()), states.get(State.WAITING, 0)
        context = {
            "bulk": bulk,
            "items": bulk.items.select_related("case__unit"),
            "total": total,
            "settled": total - waiting,
            "done": states.get(State.DONE, 0),
            "refused": states.get(State.REFUSED, 0),
            "running": bulk.finished_at is None,
            "nav_key": "desk",
        }
        if request.headers.get("HX-Target") == "bulk-progress":
            return render(request, "workflows/partials/bulk_progress.html", context)
        return render(request, "workflows/bulk_progress.html", context)
