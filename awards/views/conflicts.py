"""Conflicts: a member goes through all nominees; secretary and staff see who is recused from whom."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, Refused

from ..actions.declaring import Said, declare_conflicts
from ..forms.conflicts import ConflictsForm
from ..models import CommitteeMember
from ..recusals import declared_at, may_see_overview, overview_of, to_check
from ..review_access import Reader, not_yours
from .review import REVIEWING, frame_of, reader_of


@method_decorator(never_cache, name="dispatch")
class ConflictsPage(View):
    """A member's own declaration: nominees by name in the order of strokes, without numbers and scores."""

    access = holding(Perm.REVIEW_AWARDS, Perm.ASSIST_REVIEW)

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        seat = seat_of(reader)
        return self.page(request, reader, seat, ConflictsForm(rows=to_check(seat, reader.honour)))

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        seat = seat_of(reader)
        form = ConflictsForm(request.POST, rows=to_check(seat, reader.honour))
        if form.is_valid():
            said = {pk: Said(*one) for pk, one in form.said().items()}
            try:
                declare_conflicts(reader.honour, said, complete=True, by=request.user, at=timezone.now())
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                messages.success(request, _("回避情况已申报。"))
                return HttpResponseRedirect(reverse("review", args=[reader.honour.pk]))
        return self.page(request, reader, seat, form, HTTPStatus.UNPROCESSABLE_ENTITY)

    def page(
        self,
        request: PersonRequest,
        reader: Reader,
        seat: CommitteeMember,
        form: ConflictsForm,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        context = frame_of(reader) | {
            "form": form,
            "declared_at": declared_at(seat, reader.honour),
            "tab": "conflicts",
        }
        return render(request, "awards/conflicts.html", context, status=status)


def seat_of(reader: Reader) -> CommitteeMember:
    """The seat of a member or secretary. Raises Refused for everybody else."""
    if reader.seat is None:
        raise Refused(not_yours())
    return reader.seat


@method_decorator(never_cache, name="dispatch")
class RecusalsPage(View):
    """Who is recused from whom, with the grounds; of relatives no more than that."""

    access = REVIEWING

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        reader = reader_of(request, honour_id)
        if not may_see_overview(reader):
            raise Refused(not_yours())
        overview = overview_of(reader)
        members = list(zip(overview.members, overview.declared, strict=True))
        context = frame_of(reader) | {"overview": overview, "members": members, "tab": "recusals"}
        return render(request, "awards/conflicts_overview.html", context)
