"""A review is concluded, and begins again where a ballot became void: all cases move together, or none does."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.actions.advancing import obstacles
from awards.actions.concluding import conclude, reopen
from awards.actions.voting import held
from awards.conclusions import (
    Conclusion,
    conclusion_of,
    obstacles_to_conclusion,
    to_be_reviewed_again,
    waiting_again,
)
from awards.enums import NominationState
from awards.forms.ballots import ReasonForm
from awards.models import Honour, Nomination, Review
from awards.review_access import OPEN, Reader, enter, not_yours
from awards.rules import rounds
from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, Refused, can

from ...models import Outcome
from ...returns import NotPossible
from ..together import decide_together, leave, refused_for
from .told import told

NODE = "committee_review"
# Recommended to the district, and not yet before the committee.
STILL_TO_COME = (NominationState.CHECKING, NominationState.VETTING)


def entered(request: PersonRequest, honour_id: int, *perms: Perm) -> tuple[Reader, Review]:
    """The review of an honour, for who holds one of the permissions and is no judge of it. Raises Http404, Refused."""
    on = timezone.localdate()
    honour = get_object_or_404(Honour.objects.select_related("campaign__organization"), pk=honour_id)
    reader = enter(request.user, honour, on)
    place = honour.campaign.organization
    allowed = any(can(request.user, perm, place, on=on) for perm in perms)
    if reader.judges or not allowed or reader.review is None or reader.state not in OPEN:
        raise Refused(not_yours())
    return reader, reader.review


def frame(reader: Reader) -> dict[str, Any]:
    return {"honour": reader.honour, "campaign": reader.honour.campaign, "nav_key": "awards"}


@method_decorator(never_cache, name="dispatch")
class ConcludeReview(View):
    """What the votes lead to, and the button that moves all cases."""

    access = holding(Perm.ASSIST_REVIEW)

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        return self.show(request, *entered(request, honour_id, Perm.ASSIST_REVIEW))

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader, review = entered(request, honour_id, Perm.ASSIST_REVIEW)
        problems: list[str] = []
        with told(problems.append):
            self.conclude(request, held(review))
        if problems:
            return self.show(request, reader, review, problems, status=HTTPStatus.CONFLICT)
        messages.success(request, _("评审已结束，结果已记入各对象的事项，名单送区级审批人审定。"))
        return HttpResponseRedirect(reverse("ballots", args=[honour_id]))

    def conclude(self, request: PersonRequest, review: Review) -> None:
        by, at = request.user, timezone.now()
        conclusion = conclusion_of(review)
        parts = (
            (conclusion.selected, Outcome.APPROVED, "评审委员会投票通过，入选。"),
            (conclusion.reserve, Outcome.RESERVED, "评审委员会投票通过，名额已满，列为候补。"),
            (conclusion.not_selected, Outcome.REJECTED, "经评审委员会投票，未入选。"),
        )
        for nominations, outcome, opinion in parts:
            decide_together(dict.fromkeys(nominations, outcome), NODE, by=by, at=at, opinion=opinion)
        with translation.override(settings.LANGUAGE_CODE):
            conclude(review, conclusion, by=by, at=at)

    def show(
        self,
        request: PersonRequest,
        reader: Reader,
        review: Review,
        problems: list[str] | None = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        context = frame(reader) | {
            "review": review,
            "problems": problems or [],
            "obstacles": obstacles_to_conclusion(review),
        }
        if not context["obstacles"]:
            context |= self.foreseen(request, review, conclusion_of(review))
        return render(request, "workflows/nomination/concluding.html", context, status=status)

    def foreseen(self, request: PersonRequest, review: Review, conclusion: Conclusion) -> dict[str, Any]:
        """The three lists, what stands in the way of single cases, and how many may still come."""
        on = timezone.localdate()
        pending = review.honour.nominations.filter(state__in=STILL_TO_COME).count()
        blocked = [(one, text) for one in conclusion.selected for text in obstacles(one, "select", on)]
        return {
            "conclusion": conclusion,
            "in_words": rounds.in_words(conclusion.standing),
            "blocked": blocked,
            "refused": refused_for(conclusion.moving, NODE, request.user, on=on),
            "pending": pending,
        }


@method_decorator(never_cache, name="dispatch")
class ReopenReview(View):
    """Send the nominees back to the committee whose ballot became void, and let the votes go on."""

    access = holding(Perm.ASSIST_REVIEW, Perm.DECIDE_AWARDS)

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader, review = entered(request, honour_id, Perm.ASSIST_REVIEW, Perm.DECIDE_AWARDS)
        return self.show(request, reader, review, ReasonForm())

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader, review = entered(request, honour_id, Perm.ASSIST_REVIEW, Perm.DECIDE_AWARDS)
        form, problems = ReasonForm(request.POST), list[str]()
        if form.is_valid():
            with told(problems.append):
                self.reopen(request, reader, held(review), form.cleaned_data["reason"])
            for problem in problems:
                form.add_error(None, problem)
        if not form.is_valid():
            return self.show(request, reader, review, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("已退回评审委员会，请重新投票。"))
        return HttpResponseRedirect(reverse("ballots", args=[honour_id]))

    def reopen(self, request: PersonRequest, reader: Reader, review: Review, reason: str) -> None:
        by, at = request.user, timezone.now()
        again = to_be_reviewed_again(review)
        later = waiting_again(review)
        if not again and not later:
            raise NotPossible(_("没有投票无效或者后来进入评审的对象，不需要重新评审。"))
        for nomination in again:
            leave(nomination, Outcome.AGAIN, by=by, perm=self.perm(reader), at=at, reason=reason)
        reopen(review, [*again, *later], reason, by=by, at=at)

    def perm(self, reader: Reader) -> Perm:
        place, on = reader.honour.campaign.organization, timezone.localdate()
        assists = can(reader.person, Perm.ASSIST_REVIEW, place, on=on)
        return Perm.ASSIST_REVIEW if assists else Perm.DECIDE_AWARDS

    def show(
        self, request: PersonRequest, reader: Reader, review: Review, form: ReasonForm, *, status: int = 200
    ) -> HttpResponse:
        rows: list[Nomination] = to_be_reviewed_again(review)
        context = frame(reader) | {"form": form, "again": rows, "later": waiting_again(review)}
        return render(request, "workflows/nomination/reopening.html", context, status=status)
