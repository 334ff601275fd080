"""The pages of the handling tools: who, why, and done under the case's lock."""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.models import Person
from orgs.permissions import Refused
from orgs.queries import running_posts

from ..approvals import AlreadyDecided, may_see
from ..cosigning import ask_cosign, call_off_cosign, cosign_candidates
from ..handling import copy_candidates, copy_case, reassign_candidates, reassign_task, urge_task
from ..models import Case, CoSign, GuardedTask, StaleTask
from ..returns import NotPossible
from ..takeback import take_back
from ..tool_forms import CopyForm, CosignForm, NoteForm, ReassignForm
from ..tools import ON_PAGES, Tool, verdicts
from .task import CaseBusy, load_case, load_task, one_transaction, too_late

FORMS: dict[Tool, type[NoteForm]] = {
    Tool.REASSIGN: ReassignForm,
    Tool.COPY: CopyForm,
    Tool.COSIGN: CosignForm,
}


HELP: dict[Tool, Any] = {
    Tool.TAKE_BACK: gettext_lazy("收回您刚作出的决定，事项回到您的环节重新办理；原决定与收回都留在记录中。"),
    Tool.REASSIGN: gettext_lazy("转给同一职务的其他人员办理，时限照常计算，双方姓名留在记录中。"),
    Tool.COSIGN: gettext_lazy("请其他人员签署意见。会签只是意见，不代替本环节的决定。"),
    Tool.CALL_OFF: gettext_lazy("尚未签署的会签不再需要；已签署的意见保留在记录中。"),
    Tool.COPY: gettext_lazy("让有关人员知悉本事项；对方打开后，这里显示已读。"),
    Tool.URGE: gettext_lazy("提醒现办理人尽快办理；每个环节每个工作日只能催办一次。"),
}


def people_for(tool: Tool, task: GuardedTask | None, case: Case, by: Person, on: dt.date) -> list[Person]:
    """Whom a tool may be used on, with their posts for the list."""
    found: list[Person] = []
    if task is not None and tool == Tool.REASSIGN:
        found = reassign_candidates(task, case, on=on)
    elif task is not None and tool == Tool.COSIGN:
        found = cosign_candidates(task, case, by, on=on)
    elif tool == Tool.COPY:
        found = copy_candidates(case, by, on=on)
    for person in found:
        vars(person)["posts_here"] = running_posts(person, on)
    return found


def use(tool: Tool, form: Any, task: Any, case: Case, by: Person, at: dt.datetime) -> str:
    """Do it, in the caller's transaction; returns the message for the person."""
    note = form.cleaned_data["note"]
    if tool == Tool.TAKE_BACK:
        take_back(case, by=by, at=at, reason=note)
        return _("已收回，事项回到您的待办，请重新办理。")
    if tool == Tool.CALL_OFF:
        call_off_cosign(case, by=by, at=at)
        return _("加签已撤销。")
    if tool == Tool.URGE:
        urge_task(task, case, by=by, at=at, note=note)
        return _("已催办，办理人会收到消息。")
    names = {"names": _("、").join(one.name for one in form.chosen)}
    if tool == Tool.REASSIGN:
        reassign_task(task, case, to=form.chosen[0], by=by, at=at, note=note)
        return _("已转给%(names)s办理。") % names
    if tool == Tool.COPY:
        copy_case(task, case, to=form.chosen, by=by, at=at, note=note)
        return _("已抄送给%(names)s。") % names
    after = form.cleaned_data["when"] == "after"
    mode = CoSign.Mode(form.cleaned_data["mode"])
    ask_cosign(task, case, to=form.chosen, mode=mode, after=after, question=note, by=by, at=at)
    if after:
        return _("已安排：您同意后送%(names)s会签。") % names
    return _("已送%(names)s会签，意见收齐后您再办理。") % names


@method_decorator(never_cache, name="dispatch")
class UseTool(View):
    """One page for every tool: the verdict first, then its form."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, case_id: int, task_id: int, tool: str) -> HttpResponse:
        case = load_case(case_id)
        if not (seen := may_see(request.user, case, on=timezone.localdate())):
            raise Refused(seen)
        task = load_task(case, task_id) if task_id else None
        return self.page(request, case, task, self.tool_named(tool))

    def post(self, request: PersonRequest, case_id: int, task_id: int, tool: str) -> HttpResponse:
        at, named = timezone.now(), self.tool_named(tool)
        try:
            with one_transaction():
                case = load_case(case_id, lock=True)
                if not (seen := may_see(request.user, case, on=timezone.localdate(at))):
                    raise Refused(seen)
                task = load_task(case, task_id) if task_id else None
                verdict = self.verdict(named, case, task, request.user)()
                if not verdict:
                    raise Refused(verdict)
                form = self.form(named, case, task, request)
                if not form.is_valid():
                    return self.page(request, case, task, named, form)
                done = use(named, form, task, case, request.user, at)
        except NotPossible as problem:
            form.add_error(None, str(problem))
            return self.page(request, load_case(case_id), task, named, form)
        except (AlreadyDecided, StaleTask):
            return too_late(request, case_id, AlreadyDecided(Case(pk=case_id), task_id).message)
        except CaseBusy:
            return too_late(request, case_id, str(CaseBusy.message))
        messages.success(request, done)
        return HttpResponseRedirect(reverse("case", args=[case_id]))

    def tool_named(self, name: str) -> Tool:
        if name not in ON_PAGES:
            raise Http404
        return Tool(name)

    def verdict(self, tool: Tool, case: Case, task: GuardedTask | None, by: Person) -> Callable:
        """How the tool is judged. Raises Http404 when it has no meaning for the case as it is."""
        asked = verdicts(case, task, by, on=timezone.localdate()).get(tool)
        if asked is None:
            raise Http404
        return asked

    def form(self, tool: Tool, case: Case, task: Any, request: PersonRequest) -> NoteForm:
        people = people_for(tool, task, case, request.user, timezone.localdate())
        data = request.POST if request.method == "POST" else None
        return FORMS.get(tool, NoteForm)(data, people=people)

    def page(
        self, request: PersonRequest, case: Case, task: Any, tool: Tool, form: NoteForm | None = None
    ) -> HttpResponse:
        verdict = self.verdict(tool, case, task, request.user)()
        context = {
            "case": case,
            "tool": tool,
            "tool_help": HELP[tool],
            "verdict": verdict,
            "form": (form or self.form(tool, case, task, request)) if verdict else None,
            "nav_key": "desk",
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
        return render(request, "workflows/tool.html", context, status=status)
