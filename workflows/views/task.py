"""The one door to every human task of every flow."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import OperationalError, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.expired import typed_texts
from orgs.permissions import ALLOWED, Refused, Verdict

from ..approvals import (
    AlreadyDecided,
    Authority,
    authorize,
    authorize_withdrawal,
    may_see,
    verdict_on,
)
from ..deciding import decide
from ..forms import OpinionForm, WithdrawalForm
from ..models import Case, GuardedTask, Outcome, StaleTask
from ..pages import case_page
from ..phrases import phrases_for
from ..returns import NotPossible, return_targets


class CaseBusy(Exception):
    """Somebody else holds a lock for longer than one waits; nothing was changed."""

    message = gettext_lazy("此事项正在由他人办理，请稍后重试。您填写的内容没有提交。")


def waited_in_vain(error: OperationalError) -> bool:
    """Whether a statement failed because somebody else held a lock too long (or two waited for each other)."""
    return getattr(error.__cause__, "sqlstate", None) in ("55P03", "40P01") or "is locked" in str(error)


@contextmanager
def one_transaction() -> Iterator[None]:
    """The transaction of a person's step. Raises CaseBusy when a lock was waited for in vain."""
    try:
        with transaction.atomic(durable=True):
            yield
    except OperationalError as error:
        if waited_in_vain(error):
            raise CaseBusy from error
        raise


def load_case(case_id: int, *, lock: bool = False) -> Case:
    """A case with what its pages and its gate need, as the process class of its flow. Raises Http404."""
    cases = Case.objects.select_related("organization", "unit")
    cases = cases.select_for_update(of=("self",)) if lock else cases.select_related("opened_by")
    case = get_object_or_404(cases, pk=case_id)
    return case.coerced


def load_task(case: Case, task_id: int) -> GuardedTask:
    """A human task of this case, never of another one: the lock is on the case named in the address."""
    tasks = GuardedTask.objects.filter(process_id=case.pk, flow_task_type="HUMAN")
    task = get_object_or_404(tasks, pk=task_id)
    if task.flow_task is None:
        raise Http404
    task.process = case
    return task


@method_decorator(never_cache, name="dispatch")
class PerformTask(View):
    """Open and finish a human task. The page belongs to the node; lock, authority and outcome belong here."""

    access = SIGNED_IN

    def get(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        case = load_case(case_id)
        task = load_task(case, task_id)
        on = timezone.localdate()
        if not (seen := may_see(request.user, case, on=on)):
            raise Refused(seen)
        if task.finished:
            messages.info(request, AlreadyDecided(case, task.pk).message)
            return HttpResponseRedirect(reverse("case", args=[case.pk]))
        verdict = verdict_on(task, case, request.user, on=on)
        return task.flow_task.view(request, case, task, verdict=verdict).show()

    def post(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        try:
            with one_transaction():
                case = load_case(case_id, lock=True)
                task = load_task(case, task_id)
                authority = authorize(task, case, request.user, at=timezone.now())
                view = task.flow_task.view(request, case, task, authority=authority)
                return view.perform()
        except NotPossible as problem:
            return view.show_problem(problem)
        except (AlreadyDecided, StaleTask):
            return too_late(request, case_id, AlreadyDecided(Case(pk=case_id), task_id).message)
        except CaseBusy:
            return too_late(request, case_id, str(CaseBusy.message))


class WithdrawCase(View):
    """The applicant takes the case back before the first reply."""

    access = SIGNED_IN

    def post(self, request: PersonRequest, case_id: int, task_id: int) -> HttpResponse:
        form = WithdrawalForm(request.POST)
        try:
            with one_transaction():
                case = load_case(case_id, lock=True)
                task = load_task(case, task_id)
                authority = authorize_withdrawal(task, case, request.user, at=timezone.now())
                reason = form.cleaned_data["reason"] if form.is_valid() else ""
                decide(authority, Outcome.WITHDRAWN, reason)
        except (AlreadyDecided, StaleTask):
            return too_late(request, case_id, AlreadyDecided(Case(pk=case_id), task_id).message)
        except CaseBusy:
            return too_late(request, case_id, str(CaseBusy.message))
        messages.success(request, _("申请已撤回。需要时可以重新发起。"))
        return HttpResponseRedirect(reverse("case", args=[case_id]))


def too_late(request: PersonRequest, case_id: int, message: str) -> HttpResponse:
    """409: who decided meanwhile, and what the person had typed, to copy."""
    context = {"message": message, "typed": typed_texts(request.POST), "case_id": case_id}
    return render(request, "409.html", context, status=HTTPStatus.CONFLICT)


class TaskView:
    """Base of the pages of human tasks: one form, one domain call, one decision.

    Subclasses name ``form_class`` and ``template_name`` and override :meth:`apply`, which makes the domain call.
    """

    form_class: type = OpinionForm
    template_name = "workflows/task.html"

    def __init__(
        self,
        request: PersonRequest,
        case: Case,
        task: GuardedTask,
        *,
        authority: Authority | None = None,
        verdict: Verdict | None = None,
    ):
        self.request = request
        self.case = case
        self.task = task
        self.authority: Any = authority  # given whenever the step is performed
        self.verdict = ALLOWED if verdict is None else verdict
        self.form: Any = None
        self.on = timezone.localdate()

    @property
    def outcomes(self) -> list[Outcome]:
        if self.authority:
            return list(self.authority.outcomes)
        offered = self.task.flow_task.flow_class.instance.possible_outcomes(self.task.flow_task, self.case)
        return [one for one in offered if one != Outcome.WITHDRAWN]

    def form_kwargs(self) -> dict:
        # Where the case may be returned to costs two statements, which an assent need not pay.
        returning = self.request.POST.get("outcome", Outcome.RETURNED) == Outcome.RETURNED
        return {"outcomes": self.outcomes, "targets": self.return_targets() if returning else []}

    def return_targets(self) -> list[tuple[str, str]]:
        """The steps to which the case may be returned from here, with their titles."""
        if Outcome.RETURNED not in self.outcomes:
            return []
        steps = return_targets(self.case, self.task.flow_task)
        return [(one.name, str(one.task_title)) for one in steps]

    def make_form(self, data: Any = None, files: Any = None) -> Any:
        return self.form_class(data, files, **self.form_kwargs())

    def show(self, form: Any = None, status: int = HTTPStatus.OK) -> HttpResponse:
        if isinstance(form, OpinionForm):
            form.offer_return(self.return_targets())
        context = case_page(self.case, self.request.user, on=self.on, task=self.task)
        context |= {
            "form": form or (self.make_form() if self.verdict else None),
            "verdict": self.verdict,
            "task": self.task,
            "node": self.task.flow_task,
            "phrases": phrases_for(self.request.user, self.on),
        }
        return render(self.request, self.template_name, context | self.extra_context(), status=status)

    def extra_context(self) -> dict:
        return {}

    def perform(self) -> HttpResponse:
        """Decide with what was sent. Raises NotPossible, after which the transaction must be undone."""
        self.form = self.make_form(self.request.POST, self.request.FILES)
        if not self.form.is_valid():
            return self.show(self.form, HTTPStatus.UNPROCESSABLE_ENTITY)
        with translation.override(settings.LANGUAGE_CODE):
            outcome, opinion = self.apply(self.form)
        decide(self.authority, outcome, opinion, to=self.form.cleaned_data.get("return_to", ""))
        messages.success(self.request, self.done_message(outcome))
        return HttpResponseRedirect(self.next_url())

    def show_problem(self, problem: NotPossible) -> HttpResponse:
        """Show the form again with what stood in the way; for after the transaction was undone."""
        self.case = load_case(self.case.pk)
        self.task = load_task(self.case, self.task.pk)
        self.form.add_error(None, str(problem))
        return self.show(self.form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def apply(self, form: Any) -> tuple[Outcome, str]:
        """Make the domain call; return outcome and opinion."""
        return Outcome(form.cleaned_data["outcome"]), form.cleaned_data["opinion"]

    def done_message(self, outcome: Outcome) -> str:
        return _("“%(case)s”已办理：%(outcome)s。") % {"case": self.case.title, "outcome": outcome.label}

    def next_url(self) -> str:
        """Approvers go on to their next task, applicants see their case."""
        if self.task.flow_task.side == "applicant":
            return reverse("case", args=[self.case.pk])
        return reverse("next_task")
