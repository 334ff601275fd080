"""What the holder of a step arranges about its visits: one more inspector, another one, or one less."""

import datetime as dt
import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import SIGNED_IN, PersonRequest
from orgs.actions import acceptance as actions
from orgs.actions.acceptance.candidates import AssignmentRefused, inspector_candidates, items_for
from orgs.actions.acceptance.inspectors import (
    assign_inspectors,
    cancel_inspection,
    cancel_verdict,
    joins,
    replace_inspector,
)
from orgs.models import Inspection, Person
from orgs.permissions import ALLOWED, Refused, Verdict

from ...approvals import AlreadyDecided, may_see, may_take, require_open
from ...models import Case, GuardedTask, StaleTask
from ...views.task import CaseBusy, load_case, load_task, one_transaction, too_late
from ..forms.visits import AssignForm, ReasonForm, ReplaceForm
from ..people import deciders_of

Purpose, State = Inspection.Purpose, Inspection.State
# At which steps visits are arranged, and whose those are.
STEPS = {"inspect_site": False, "check_sample": True}


@method_decorator(never_cache, name="dispatch")
class VisitTool(View):
    """A page of its own under the step: the same authority as for deciding the step, and the same lock.

    Subclasses name ``template_name`` and override :meth:`verdict`, :meth:`make_form` and :meth:`carry_out`.
    """

    access = SIGNED_IN
    template_name = ""
    case: Case
    task: GuardedTask
    visit: Inspection | None = None

    def get(
        self, request: PersonRequest, case_id: int, task_id: int, public_id: uuid.UUID | None = None
    ) -> HttpResponse:
        self.load(request.user, load_case(case_id), task_id, public_id)
        if self.task.finished:
            messages.info(request, AlreadyDecided(self.case, task_id).message)
            return HttpResponseRedirect(reverse("case", args=[case_id]))
        return self.page()

    def post(
        self, request: PersonRequest, case_id: int, task_id: int, public_id: uuid.UUID | None = None
    ) -> HttpResponse:
        form: Any = None
        try:
            with one_transaction():
                self.load(request.user, load_case(case_id, lock=True), task_id, public_id)
                require_open(self.task, self.case, request.user, on=self.on)
                if not (verdict := self.judge()):
                    raise Refused(verdict)
                form = self.make_form(request.POST)
                if not form.is_valid():
                    return self.page(form)
                with translation.override(settings.LANGUAGE_CODE):
                    self.carry_out(form)
        except AssignmentRefused as refused:
            form.add_error(None, str(refused))
            self.load(request.user, load_case(case_id), task_id, public_id)
            return self.page(form)
        except (AlreadyDecided, StaleTask):
            return too_late(request, case_id, AlreadyDecided(Case(pk=case_id), task_id).message)
        except CaseBusy:
            return too_late(request, case_id, str(CaseBusy.message))
        messages.success(request, self.done())
        return HttpResponseRedirect(self.back)

    def load(self, person: Person, case: Case, task_id: int, public_id: uuid.UUID | None) -> None:
        """Raises Refused to whom must not see the case, Http404 where no visits are arranged."""
        self.person, self.at = person, timezone.now()
        self.on: dt.date = timezone.localdate(self.at)
        if not (seen := may_see(self.person, case, on=self.on)):
            raise Refused(seen)
        self.case, self.task = case, load_task(case, task_id)
        if self.task.flow_task.name not in STEPS:
            raise Http404
        self.acceptance = case.artifact
        self.deciders = deciders_of(case) | {self.person.pk}
        if public_id is not None:
            rows = self.acceptance.inspections.select_related("inspector")
            self.visit = get_object_or_404(rows, public_id=public_id)
            self.visit.acceptance = self.acceptance
            if (self.visit.purpose == Purpose.SAMPLE) != self.sample:
                raise Http404

    @property
    def sample(self) -> bool:
        return STEPS[self.task.flow_task.name]

    @property
    def back(self) -> str:
        return reverse("task", args=[self.case.pk, self.task.pk])

    def judge(self) -> Verdict:
        """Whether the person may arrange visits here, and whether this can be arranged at all."""
        may = may_take(self.task, self.case, self.person, on=self.on)
        return self.verdict() if may else may

    def page(self, form: Any = None) -> HttpResponse:
        verdict = self.judge()
        context = {
            "case": self.case,
            "task": self.task,
            "visit": self.visit,
            "verdict": verdict,
            "heading": self.heading(),
            "form": (form or self.make_form()) if verdict else None,
            "sample": self.sample,
            "back": self.back,
            "nav_key": "desk",
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
        return render(self.request, self.template_name, context, status=status)

    def heading(self) -> str:
        raise NotImplementedError

    def verdict(self) -> Verdict:
        raise NotImplementedError

    def make_form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def carry_out(self, form: Any) -> None:
        raise NotImplementedError

    def done(self) -> str:
        raise NotImplementedError


class AddVisit(VisitTool):
    """A third inspector for the round, or the district's own for its sample."""

    template_name = "workflows/acceptance/visit_add.html"

    @property
    def purpose(self) -> str:
        return Purpose.SAMPLE if self.sample else Purpose.THIRD

    def heading(self) -> str:
        return _("指派区级验收员") if self.sample else _("指派第三人")

    def verdict(self) -> Verdict:
        """The district sends whom it likes; the round gets a third when the two differ too much, or when the
        sub-district sent its findings back for another look."""
        if self.sample or actions.needs_third(self.acceptance):
            return ALLOWED
        if self.case.return_node and not actions.awaited_visits(self.acceptance):
            return ALLOWED
        return Verdict(
            False,
            _("现在不需要第三人复核。"),
            _("两位验收员都提交后，总分相差超过规定分数或汇总被退回时，才须由第三人复核。"),
        )

    def make_form(self, data: Any = None) -> AssignForm:
        return AssignForm(
            data,
            acceptance=self.acceptance,
            purpose=self.purpose,
            deciders=self.deciders,
            at=self.at,
        )

    def carry_out(self, form: AssignForm) -> None:
        assign_inspectors(
            self.acceptance,
            visits=form.planned(),
            items=items_for(self.acceptance, self.purpose),
            purpose=self.purpose,
            deciders=self.deciders,
            by=self.person,
            at=self.at,
        )

    def done(self) -> str:
        return _("已指派，验收员和单位会收到通知。")


class ReplaceInspector(VisitTool):
    """Somebody else goes instead."""

    template_name = "workflows/acceptance/visit_replace.html"

    def heading(self) -> str:
        return _("更换验收员")

    def verdict(self) -> Verdict:
        assert self.visit is not None
        return open_verdict(self.visit)

    def make_form(self, data: Any = None) -> ReplaceForm:
        assert self.visit is not None
        candidates = inspector_candidates(
            self.acceptance, purpose=joins(self.visit), deciders=self.deciders, on=self.on
        )
        others = [one for one in candidates if one.person != self.visit.inspector]
        return ReplaceForm(data, candidates=others)

    def carry_out(self, form: ReplaceForm) -> None:
        assert self.visit is not None
        replace_inspector(
            self.visit,
            inspector=form.cleaned_data["inspector"],
            deciders=self.deciders,
            reason=form.cleaned_data["reason"],
            by=self.person,
            at=self.at,
        )

    def done(self) -> str:
        return _("已更换验收员，有关人员和单位会收到通知。")


class CancelVisit(VisitTool):
    """A visit is not needed any more."""

    template_name = "workflows/acceptance/visit_cancel.html"

    def heading(self) -> str:
        return _("取消这次验收")

    def verdict(self) -> Verdict:
        assert self.visit is not None
        return cancel_verdict(self.visit)

    def make_form(self, data: Any = None) -> ReasonForm:
        return ReasonForm(data)

    def carry_out(self, form: ReasonForm) -> None:
        assert self.visit is not None
        cancel_inspection(self.visit, reason=form.cleaned_data["reason"], by=self.person, at=self.at)

    def done(self) -> str:
        return _("已取消这次验收，有关人员和单位会收到通知。")


def open_verdict(visit: Inspection) -> Verdict:
    """Whether a visit is still to be made."""
    if visit.state == State.ASSIGNED:
        return ALLOWED
    return Verdict(
        False,
        _("这次验收已提交或已取消，不能再调整。"),
        _("已提交的验收结果不能更换验收员；如有疑问，请在汇总时写明。"),
    )
