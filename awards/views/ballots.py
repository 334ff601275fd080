"""The ballots of a review: a member's paper, who has voted, and after the counting what was voted."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, Refused

from ..actions import voting
from ..ballot_register import (
    has_voted,
    lines_of,
    open_vote_of,
    papers_of,
    seats_entitled,
    title_of,
)
from ..conclusions import may_reopen, to_be_reviewed_again, waiting_again
from ..enums import CampaignState, ReviewState
from ..forms.ballots import BallotPaper, TieForm
from ..minutes import minutes_of, minutes_pdf
from ..models import Ballot, Nomination, Review, Vote
from ..quota_register import places_of
from ..review_access import OPEN, Reader, may_begin, not_yours
from ..rules import rounds
from ..rules.rounds import Next, Standing
from ..rules.states import NotPossible
from ..voting import standing_of
from .review import REVIEWING, frame_of, reader_of


def back(reader: Reader) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("ballots", args=[reader.honour.pk]))


def review_of(reader: Reader) -> Review:
    """The review whose scores are opened. Raises Refused before that: there is nothing to vote on."""
    if reader.review is None or reader.state not in OPEN:
        raise Refused(not_yours())
    return reader.review


@method_decorator(never_cache, name="dispatch")
class BallotsPage(View):
    """What the reader can do now in the vote that is on, and the results of the votes that were counted."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        return ballots_page(request, reader_of(request, honour_id))


def ballots_page(
    request: PersonRequest, reader: Reader, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:
    context = frame_of(reader) | {"tab": "ballots"}
    if reader.review is not None and reader.state in OPEN:
        context |= _votes_part(reader, reader.review) | _own_part(reader, reader.review)
        context |= _leading_part(reader, reader.review)
    return render(request, "awards/ballots.html", context | more, status=status)


def _votes_part(reader: Reader, review: Review) -> dict[str, Any]:
    """The counted votes, newest first, and how far the standing is; not who is selected for whom one of the nominees is
    hidden: the gap would tell."""
    counted = review.votes.exclude(counted_at=None).select_related("counted_by", "tie_decision__by")
    standing = standing_of(review, places_of(review.honour))
    names = {str(one.pk): one for one in review.honour.nominations.select_related("organization", "unit")}
    vote = open_vote_of(review)
    asked = vote.ballots.exclude(nomination__in=reader.hidden).order_by("pk") if vote else ()
    return {
        "vote": vote,
        "asked": [names[str(one.nomination_id)] for one in asked],
        "votes": [
            {"vote": one, "title": title_of(one), "lines": lines_of(one, reader), "tie": _tie_of(one, names)}
            for one in counted.order_by("-number")
        ],
        "standing": standing,
        "selected": [] if reader.hidden else [names[name] for name in standing.selected],
        "standing_in_words": "" if reader.hidden and not reader.leads else rounds.in_words(standing),
    }


def _tie_of(vote: Vote, names: dict[str, Nomination]) -> dict[str, Any] | None:
    tie = getattr(vote, "tie_decision", None)
    if tie is None:
        return None
    return {"by": tie.by.name, "reason": tie.reason, "chosen": [names[str(pk)].name for pk in tie.chosen]}


def _own_part(reader: Reader, review: Review) -> dict[str, Any]:
    """A member's paper, or that it is in."""
    vote = open_vote_of(review)
    if vote is None or reader.seat is None or not reader.judges:
        return {}
    title = {"title": title_of(vote)}
    if has_voted(vote, reader.seat):
        return title | {"voted": True}
    papers = own_papers(reader, vote)
    if vote.closed_at is not None or not papers:
        return title
    begins = may_begin(reader)
    return title | {"begins": begins} | ({"paper": BallotPaper(papers=papers)} if begins else {})


def own_papers(reader: Reader, vote: Vote) -> list[Ballot]:
    """The papers of a member, empty for others."""
    if reader.seat is None or not reader.judges:
        return []
    return papers_of(vote, reader.seat, reader.conflicts)


def _leading_part(reader: Reader, review: Review) -> dict[str, Any]:
    """Who has voted, for secretary and chair; never what."""
    found: dict[str, Any] = {"runs": review.honour.campaign.state == CampaignState.PUBLISHED}
    reopens = may_reopen(reader, timezone.localdate())
    if found["runs"] and (reader.leads or reopens):
        again = [one for one in to_be_reviewed_again(review) if one.pk not in reader.hidden]
        found |= {"again": again, "waiting": waiting_again(review), "reopens": reopens}
    vote = open_vote_of(review)
    if vote is not None and reader.leads:
        seats = seats_entitled(vote)
        absent = [member for member, voted in seats if not voted]
        found |= {
            "title": title_of(vote),
            "seats": seats,
            "done": len(seats) - len(absent),
            "absent": _("、").join(one.person.name for one in absent),
        }
    return found | _tie_part(reader, review)


def _tie_part(reader: Reader, review: Review) -> dict[str, Any]:
    """The decision between tied nominees, for who takes it; else who does."""
    standing = standing_of(review, places_of(review.honour))
    if standing.next != Next.CHAIR or review.state != ReviewState.OPENED:
        return {}
    decider = voting.decider_of(review, standing, reader.conflicts, timezone.now())
    if decider is None:
        return {"tie": tie_form(reader, standing, None), "nobody": True} if reader.leads else {}
    mine = reader.seat is not None and str(reader.seat.pk) == decider
    seat = review.honour.campaign.members.select_related("person").get(pk=int(decider))
    if mine:
        return {"tie": tie_form(reader, standing, None)}
    return {"tie_waits": seat.person.name} if reader.leads else {}


def tie_form(reader: Reader, standing: Standing, data: Any) -> TieForm:
    review = review_of(reader)
    decider = voting.decider_of(review, standing, reader.conflicts, timezone.now())
    rows = review.honour.nominations.filter(pk__in=[int(name) for name in standing.contest])
    tied = rows.select_related("organization").order_by("pk") if decider is not None else rows.none()
    return TieForm(data, tied=tied, free=standing.free)


@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class CastBallots(View):
    """A member hands in all slips at once. What was chosen is told to nobody, not even to the member afterwards."""

    access = holding(Perm.REVIEW_AWARDS)

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        return back(reader_of(request, honour_id))

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        vote = open_vote_of(review_of(reader))
        if not reader.judges or reader.seat is None:
            raise Refused(not_yours())
        if vote is None or has_voted(vote, reader.seat):
            messages.info(request, _("您已投票，或者投票已经结束。这次提交没有记入。"))
            return back(reader)
        if not (papers := own_papers(reader, vote)):
            raise Refused(not_yours())
        paper = BallotPaper(request.POST, papers=papers)
        if not paper.is_valid():
            return self.again(request, reader, paper)
        try:
            voting.cast(vote, paper.choices, by=request.user, at=timezone.now())
        except NotPossible as problem:
            paper.add_error(None, str(problem))
            return self.again(request, reader, paper)
        messages.success(request, _("选票已交。"))
        return back(reader)

    def again(self, request: PersonRequest, reader: Reader, paper: BallotPaper) -> HttpResponse:
        return ballots_page(request, reader, status=HTTPStatus.UNPROCESSABLE_ENTITY, paper=paper)


class VoteStep(View):
    """A step of secretary or chair, on the way back to the page; what stands in its way is told there."""

    access = REVIEWING

    def post(self, request: PersonRequest, honour_id: int, **named: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        try:
            text = self.take(request, review_of(reader), **named)
        except NotPossible as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, text)
        return back(reader)

    take: Callable[..., str]


class OpenVote(VoteStep):
    def take(self, request: PersonRequest, review: Review) -> str:
        vote = voting.open_vote(review, by=request.user, at=timezone.now())
        return _("%(title)s已开始，请各位委员投票。") % {"title": title_of(vote)}


class CloseVote(VoteStep):
    def take(self, request: PersonRequest, review: Review, number: int) -> str:
        vote = get_object_or_404(review.votes, number=number)
        absent = voting.close_vote(vote, by=request.user, at=timezone.now())
        if not absent:
            return _("投票已截止，全部委员都已投票。请主任委员开票。")
        text = ngettext(
            "投票已截止，%(count)d名委员没有投票：%(names)s。请主任委员开票。",
            "投票已截止，%(count)d名委员没有投票：%(names)s。请主任委员开票。",
            len(absent),
        )
        return text % {"count": len(absent), "names": _("、").join(absent)}


class CountVote(VoteStep):
    def take(self, request: PersonRequest, review: Review, number: int) -> str:
        vote = get_object_or_404(review.votes, number=number)
        standing = voting.count_vote(vote, by=request.user, at=timezone.now())
        return _("已开票。%(next)s") % {"next": rounds.in_words(standing)}


@method_decorator(never_cache, name="dispatch")
class SettleTie(View):
    """The chair (or who stands in) decides between tied nominees."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        return back(reader_of(request, honour_id))

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        review = review_of(reader)
        if "tie" not in _tie_part(reader, review):
            raise Refused(not_yours())
        form = tie_form(reader, standing_of(review, places_of(review.honour)), request.POST)
        if form.is_valid():
            chosen, reason = form.cleaned_data.get("chosen", []), form.cleaned_data["reason"]
            try:
                voting.settle_tie(review, chosen, reason, by=request.user, at=timezone.now())
            except NotPossible as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, _("决定已记录。"))
                return back(reader)
        return ballots_page(request, reader, status=HTTPStatus.UNPROCESSABLE_ENTITY, tie=form)


@method_decorator(never_cache, name="dispatch")
class Minutes(View):
    """The minutes as PDF, once a vote was counted; without the nominees that the reader must not find."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        review = review_of(reader)
        if not review.votes.exclude(counted_at=None).exists():
            messages.info(request, _("开票之后才有评审纪要。"))
            return back(reader)
        content = minutes_of(reader, review, printed_on=timezone.localdate())
        response = HttpResponse(minutes_pdf(content, review), content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="minutes.pdf"'
        return response
