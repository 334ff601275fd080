"""The list of an honour as the committee selected it: approved together, and shortened where places were cut."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.actions.advancing import obstacles
from awards.award_list import ListedName, list_of
from awards.models import Honour
from awards.nomination_register import case_ids
from awards.quota_register import places_of
from awards.rules import states
from orgs.access import PersonRequest, holding
from orgs.permissions import Perm, can, require

from ...models import Outcome
from ..forms.award_list import APPROVE, DROP, ListDecisionForm
from ..together import decide_together, leave, refused_for
from .announcing import standing_at
from .told import told

NODE = "approve_list"
READERS = (Perm.MANAGE_AWARDS, Perm.ASSIST_REVIEW)


@method_decorator(never_cache, name="dispatch")
class AwardList(View):
    """Everybody who holds a place or is in reserve, with what may be decided about whom."""

    access = holding(Perm.DECIDE_AWARDS, *READERS)

    def get(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        return self.show(request, self.load(request, honour_id))

    def post(self, request: PersonRequest, honour_id: int) -> HttpResponse:
        honour = self.load(request, honour_id)
        require(request.user, Perm.DECIDE_AWARDS, honour.campaign.organization, on=timezone.localdate())
        form = self.form(request, honour)
        with told(partial(form.add_error, None)):
            if form.is_valid():
                self.decide(request, form)
        if not form.is_valid():
            return self.show(request, honour, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("已办理%(number)d个对象。") % {"number": len(form.chosen)})
        return HttpResponseRedirect(reverse("award_list", args=[honour.pk]))

    def load(self, request: PersonRequest, honour_id: int) -> Honour:
        """The honour, if the person follows its campaign at the district. Raises Http404, Refused."""
        honour = get_object_or_404(Honour.objects.select_related("campaign__organization"), pk=honour_id)
        place, on = honour.campaign.organization, timezone.localdate()
        if not any(can(request.user, perm, place, on=on) for perm in READERS):
            require(request.user, Perm.DECIDE_AWARDS, place, on=on)
        return honour

    def decide(self, request: PersonRequest, form: ListDecisionForm) -> None:
        by, at, opinion = request.user, timezone.now(), form.cleaned_data["opinion"]
        what = form.cleaned_data["decision"]
        if what == APPROVE:
            outcomes = dict.fromkeys(form.chosen, Outcome.APPROVED)
            decide_together(outcomes, NODE, by=by, at=at, opinion=opinion)
            return
        outcome = Outcome.REMOVED if what == DROP else Outcome.AGAIN
        for one in sorted(form.chosen, key=lambda one: one.pk):
            leave(one, outcome, by=by, perm=Perm.DECIDE_AWARDS, at=at, reason=opinion)

    def form(self, request: PersonRequest, honour: Honour) -> ListDecisionForm:
        listed = [one.nomination for one in list_of(honour, request.user, timezone.localdate())]
        data = request.POST if request.method == "POST" else None
        return ListDecisionForm(data, nominations=[one for one in listed if one.state in states.ON_LIST])

    def show(
        self,
        request: PersonRequest,
        honour: Honour,
        form: ListDecisionForm | None = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        listed = list_of(honour, request.user, on)
        form = form or self.form(request, honour)
        waiting = standing_at((one.nomination for one in listed), NODE)
        refused = refused_for(waiting, NODE, request.user, on=on)
        held = honour.nominations.filter(state__in=states.HOLDING).count()
        places = places_of(honour)
        decides = bool(can(request.user, Perm.DECIDE_AWARDS, honour.campaign.organization, on=on))
        context = {
            "honour": honour,
            "campaign": honour.campaign,
            "places": places,
            "held": held,
            "over": max(held - places, 0),
            "waiting": len(waiting),
            "form": form,
            "decides": decides and not refused and bool(form.nominations),
            "refused": refused if decides else [],
            "rows": rows_of(listed, form, {one.pk for one in waiting}, on),
            "nav_key": "awards",
        }
        return render(request, "workflows/nomination/award_list.html", context, status=status)


def rows_of(
    listed: Sequence[ListedName], form: ListDecisionForm, waiting: set[int], on: Any
) -> list[dict[str, Any]]:
    cases = case_ids(one.nomination for one in listed)
    chosen = {str(one) for one in form["nominees"].value() or []}
    return [
        {
            "listed": one,
            "nomination": one.nomination,
            "case_id": cases.get(one.nomination.case_number),
            "waits": one.nomination.pk in waiting,
            "may_choose": one.nomination.state in states.ON_LIST,
            "is_void": not obstacles(one.nomination, "review_again", on),
            "chosen": str(one.nomination.pk) in chosen,
        }
        for one in listed
    ]
