"""The review of an honour: where it stands, what is to be done, and the steps of secretary and chair."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, Refused

from ..actions.opening import close_scoring, open_scores, reopen_scoring
from ..actions.scoring import admit_nominees, obstacles_to_scoring, open_scoring
from ..enums import ReviewState
from ..forms.scoring import ReopenForm
from ..models import Honour
from ..recusals import declared_at, may_see_overview
from ..review_access import (
    Reader,
    enter,
    may_begin,
    may_open,
    may_see_progress,
    may_see_results,
    not_yours,
    visible_nominees,
)
from ..scoring_register import own_sheets, progress_of, unnumbered, voting_members, without_quorum

REVIEWING = holding(
    Perm.REVIEW_AWARDS, Perm.ASSIST_REVIEW, Perm.MANAGE_AWARDS, Perm.DECIDE_AWARDS, Perm.DECIDE_APPEALS
)
STAGES = (
    (ReviewState.PREPARING, gettext_lazy("准备")),
    (ReviewState.SCORING, gettext_lazy("评分")),
    (ReviewState.CLOSED, gettext_lazy("评分截止")),
    (ReviewState.OPENED, gettext_lazy("开启与投票")),
    (ReviewState.CONCLUDED, gettext_lazy("评审结束")),
)


def reader_of(request: PersonRequest, honour_id: int) -> Reader:
    """The person as a reader of the review of an honour. Raises Http404 and Refused."""
    honour = get_object_or_404(Honour.objects.select_related("campaign__organization"), pk=honour_id)
    return enter(request.user, honour, timezone.localdate())


def tabs_of(reader: Reader) -> list[dict[str, str]]:
    """The pages of the review that the reader has."""
    wanted = [("review", _("评审概况"), "list-check", True)]
    wanted.append(("conflicts", _("回避申报"), "shield-check", reader.seat is not None))
    wanted.append(("recusals", _("回避情况"), "user-off", may_see_overview(reader)))
    wanted.append(("scoring", _("评分"), "pencil", reader.judges))
    wanted.append(("review_results", _("评分结果"), "chart-bar", may_see_results(reader)))
    wanted.append(("ballots", _("投票"), "checkbox", may_see_results(reader)))
    return [
        {"key": name, "label": label, "icon": icon, "url": reverse(name, args=[reader.honour.pk])}
        for name, label, icon, holds in wanted
        if holds
    ]


def frame_of(reader: Reader) -> dict[str, Any]:
    """What every page of a review shows around its content."""
    return {
        "reader": reader,
        "honour": reader.honour,
        "campaign": reader.honour.campaign,
        "state": reader.state,
        "tabs": tabs_of(reader),
        "nav_key": "awards",
    }


def stages_of(reader: Reader) -> list[dict[str, str]]:
    """The stage bar: what is done, what is going on."""
    at = [state for state, _label in STAGES].index(reader.state)
    done = reader.state == ReviewState.CONCLUDED
    return [
        {"label": label, "state": "done" if number < at or done else "now" if number == at else "todo"}
        for number, (_state, label) in enumerate(STAGES)
    ]


@method_decorator(never_cache, name="dispatch")
class ReviewPage(View):
    """Where the review stands and what the reader can do now."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        return review_page(request, reader_of(request, honour_id), ReopenForm())


def review_page(
    request: PersonRequest, reader: Reader, form: ReopenForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = frame_of(reader) | {
        "stages": stages_of(reader),
        "count": len(visible_nominees(reader)),
        "members": voting_members(reader.honour),
        "form": form,
        "tab": "review",
        **_own_part(reader),
        **_leading_part(reader),
    }
    return render(request, "awards/review.html", context, status=status)


def _own_part(reader: Reader) -> dict[str, Any]:
    """What a member has done and has to do."""
    if reader.seat is None or not reader.judges:
        return {}
    sheets = own_sheets(reader)
    return {
        "declared_at": declared_at(reader.seat, reader.honour),
        "begins": may_begin(reader),
        "own": {
            "count": len(sheets),
            "complete": sum(one.is_complete for one in sheets),
            "handed_in": sum(one.is_handed_in for one in sheets),
        },
    }


def _leading_part(reader: Reader) -> dict[str, Any]:
    """How many have handed in, for secretary and chair; never what."""
    if not may_see_progress(reader):
        return {}
    short = without_quorum(reader.honour, reader.conflicts)
    found: dict[str, Any] = {
        "without_quorum": [one for one in visible_nominees(reader) if one.nomination in short],
        "opens": may_open(reader),
    }
    if reader.state == ReviewState.PREPARING:
        return found | {"obstacles": obstacles_to_scoring(reader.honour)}
    assert reader.review is not None
    return found | {
        "progress": progress_of(reader.review, reader.conflicts),
        "unnumbered": unnumbered(reader.honour),
    }


class ReviewStep(View):
    """A step of the review, on the way back to its page; what refuses it is told there."""

    access = REVIEWING

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        try:
            text = self.take(request, reader.honour)
        except ValidationError as problem:
            for told in problem.messages:
                messages.error(request, told)
        else:
            messages.success(request, text)
        return HttpResponseRedirect(reverse("review", args=[reader.honour.pk]))

    def take(self, request: PersonRequest, honour: Honour) -> str:
        raise NotImplementedError


class OpenScoring(ReviewStep):
    def take(self, request: PersonRequest, honour: Honour) -> str:
        open_scoring(honour, by=request.user, at=timezone.now())
        return _("评分已开始，已通知各位委员。")


class AdmitNominees(ReviewStep):
    def take(self, request: PersonRequest, honour: Honour) -> str:
        count = admit_nominees(honour, by=request.user, at=timezone.now())
        return _("已将%(count)d个推荐对象列入评分。") % {"count": count}


class OpenScores(ReviewStep):
    def take(self, request: PersonRequest, honour: Honour) -> str:
        open_scores(honour, by=request.user, at=timezone.now())
        return _("评分已开启，可以查看评分结果。")


@method_decorator(never_cache, name="dispatch")
class CloseScoring(View):
    """Who has not handed in is shown first; while somebody is missing only whoever presides can close."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        return self.page(request, reader_of(request, honour_id))

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        confirmed = request.POST.get("confirmed") == "yes"
        try:
            close_scoring(reader.honour, confirmed=confirmed, by=request.user, at=timezone.now())
        except ValidationError as problem:
            return self.page(request, reader, problem.messages, HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("评分已截止。请主任委员开启评分。"))
        return HttpResponseRedirect(reverse("review", args=[reader.honour.pk]))

    def page(
        self,
        request: PersonRequest,
        reader: Reader,
        problems: list[str] | None = None,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        if not may_see_progress(reader):
            raise Refused(not_yours())
        if reader.review is None or reader.state != ReviewState.SCORING:
            return HttpResponseRedirect(reverse("review", args=[reader.honour.pk]))
        progress = progress_of(reader.review, reader.conflicts)
        context = frame_of(reader) | {
            "progress": progress,
            "missing": [one for one in progress if one.missing],
            "problems": problems or [],
            "tab": "review",
        }
        return render(request, "awards/review_close.html", context, status=status)


class ReopenScoring(View):
    """Scoring goes on, with a reason on record."""

    access = REVIEWING

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        form = ReopenForm(request.POST)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                reopen_scoring(reader.honour, reason=reason, by=request.user, at=timezone.now())
            except ValidationError as problem:
                form.add_error(None, problem.messages)
            else:
                messages.success(request, _("已重新开放评分，已通知各位委员。"))
                return HttpResponseRedirect(reverse("review", args=[reader.honour.pk]))
        return review_page(request, reader, form, HTTPStatus.UNPROCESSABLE_ENTITY)
