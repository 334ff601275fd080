"""The ranking of all nominations of an honour that wait at one sub-district, decided together."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from awards.actions.ranking import RankingRefused, places_left, rank_nominations, ranked_at
from awards.conflict_register import hidden_from
from awards.eligible import findings_of
from awards.models import Honour, Nomination
from awards.nomination_register import WITH_NAMES, case_ids
from awards.rules.eligibility import failed
from orgs.access import PersonRequest, holding
from orgs.enums import OrganizationLevel
from orgs.models import Organization
from orgs.permissions import Perm, require

from ...models import Outcome, WorkItem
from ..forms.ranking import RankingForm
from ..together import decide_together, refused_for
from .told import told

NODE = "rank_nomination"


@method_decorator(never_cache, name="dispatch")
class Ranking(View):
    """Order the nominees of an honour within the quota, and leave out others with a reason."""

    access = holding(Perm.APPROVE_SUBDISTRICT, Perm.APPROVE_DISTRICT)

    def get(self, request: PersonRequest, honour_id: int, organization_id: int) -> HttpResponse:
        honour, place = self.load(request, honour_id, organization_id)
        return self.show(request, honour, place)

    def post(self, request: PersonRequest, honour_id: int, organization_id: int) -> HttpResponse:
        honour, place = self.load(request, honour_id, organization_id)
        if move := request.POST.get("move", ""):
            return self.move(request, honour, place, move)
        with told(lambda text: form.add_error(None, text), RankingRefused):
            form = self.form(request, honour, place)
            if form.is_valid():
                self.decide(request, honour, place, form)
        if not form.is_valid():
            return self.show(request, honour, place, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        values = {"ranked": len(form.order), "left_out": sum(len(one) for one in form.left_out.values())}
        messages.success(request, _("已办理：推荐%(ranked)d个，不推荐%(left_out)d个。") % values)
        return HttpResponseRedirect(reverse("ranking", args=[honour.pk, place.pk]))

    def load(
        self, request: PersonRequest, honour_id: int, organization_id: int
    ) -> tuple[Honour, Organization]:
        """The honour and the organization, if the person approves there. Raises Http404, Refused."""
        place = get_object_or_404(Organization, pk=organization_id)
        is_district = place.level == OrganizationLevel.DISTRICT
        perm = Perm.APPROVE_DISTRICT if is_district else Perm.APPROVE_SUBDISTRICT
        require(request.user, perm, place, on=timezone.localdate())
        honours = Honour.objects.select_related("campaign__organization")
        honour = get_object_or_404(
            honours, pk=honour_id, campaign__organization__path__in=place.ancestor_paths
        )
        return honour, place

    def decide(self, request: PersonRequest, honour: Honour, place: Organization, form: RankingForm) -> None:
        at, by = timezone.now(), request.user
        rank_nominations(honour, place, form.order, by=by, at=at)
        decide_together(dict.fromkeys(form.order, Outcome.APPROVED), NODE, by=by, at=at)
        for reason, nominations in form.left_out.items():
            outcomes = dict.fromkeys(nominations, Outcome.REJECTED)
            decide_together(outcomes, NODE, by=by, at=at, opinion=reason)

    def move(self, request: PersonRequest, honour: Honour, place: Organization, move: str) -> HttpResponse:
        """Show the form again with a nominee one place up or down; nothing is decided."""
        way, _sep, key = move.partition("-")
        held = self.form(request, honour, place).moved(int(key) if key.isdigit() else 0, up=way == "up")
        again = RankingForm(initial=held, **self.form_arguments(request, honour, place))
        return self.show(request, honour, place, again)

    def form(self, request: PersonRequest, honour: Honour, place: Organization) -> RankingForm:
        data = request.POST if request.method == "POST" else None
        return RankingForm(data, **self.form_arguments(request, honour, place))

    def form_arguments(self, request: PersonRequest, honour: Honour, place: Organization) -> dict:
        waiting = waiting_at(honour, place, request)
        refused = {
            one.pk for one, _verdict in refused_for(waiting, NODE, request.user, on=timezone.localdate())
        }
        return {
            "nominations": [one for one in waiting if one.pk not in refused],
            "first": len(ranked_at(honour, place)) + 1,
            "left": places_left(honour, place)[1],
        }

    def show(
        self,
        request: PersonRequest,
        honour: Honour,
        place: Organization,
        form: RankingForm | None = None,
        *,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        on = timezone.localdate()
        form = form or RankingForm(**self.form_arguments(request, honour, place))
        waiting, ranked = waiting_at(honour, place, request), ranked_at(honour, place)
        quota, left = places_left(honour, place)
        cases = case_ids([*waiting, *ranked])
        context = {
            "honour": honour,
            "campaign": honour.campaign,
            "place": place,
            "form": form,
            "rows": [
                {
                    "row": row,
                    "case_id": cases.get(row.nomination.case_number),
                    "failed": failed(findings_of(row.nomination, on)),
                }
                for row in form.rows
            ],
            "ranked": [{"nomination": one, "case_id": cases.get(one.case_number)} for one in ranked],
            "refused": refused_for(waiting, NODE, request.user, on=on),
            "quota": quota,
            "left": left,
            "nav_key": "awards",
        }
        return render(request, "workflows/nomination/ranking.html", context, status=status)


def waiting_at(honour: Honour, place: Organization, request: PersonRequest) -> list[Nomination]:
    """The nominations that wait to be ranked, in the order in which they came; without those in conflict with a seat
    of the person in the committee."""
    items = WorkItem.objects.filter(node=NODE, open=True, case__organization=place)
    numbers = dict(items.values_list("case__number", "pk"))
    rows = honour.nominations.filter(affiliation=place, case_number__in=numbers)
    rows = rows.exclude(pk__in=hidden_from(request.user)).select_related(*WITH_NAMES)
    return sorted(rows, key=lambda one: numbers[one.case_number])
